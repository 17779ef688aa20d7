"""A tarball beside the files of its tag: every difference is allowed by name, or the tarball is refused."""

from __future__ import annotations

import dataclasses
import fnmatch
import posixpath
import re
from typing import TYPE_CHECKING

from pressroom.changelog.model import Kind
from pressroom.release.audit.archive import read_sdist
from pressroom.release.audit.compare import compare
from pressroom.release.audit.licences import is_licence
from pressroom.release.audit.model import Remark, Verdict
from pressroom.release.audit.places import find_contents, find_place
from pressroom.release.tarball.facts import stem_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.release.audit.model import Sdist, TreeFiles

_SHIP = {
    Kind.C_MESON: "ship it: take its export-ignore out of .gitattributes, and build from a clean clone",
    Kind.C_AUTOTOOLS: "ship it: name it in EXTRA_DIST of Makefile.am; "
    "if it is left out on purpose, allow its path: packaging.allow",
    Kind.PERL: "ship it: a line in MANIFEST",
}
_EXTRA = (
    "find out what put it there; if it is generated and belongs there, allow it: packaging.allow"
)
_DIFFERS = "build from a clean clone of the tag; if the build writes it anew, stop tracking it"
# MakeMaker makes them, and adds them to the MANIFEST that it ships.
_PERL_MADE = ("META.json", "META.yml")
_MANIFEST = "MANIFEST"
_MAKEFILE = re.compile(r"(?:.*/)?(?:GNU)?[Mm]akefile(?:\.am|\.in)?")
_WORD = re.compile(r"[^\s\\=:;,\"'$()#]+")


def audit_tarball(
    filename: str, data: bytes, tree: TreeFiles, *, kind: Kind, allow: Sequence[str]
) -> Verdict:
    """The verdict on a tarball for the commit that `tree` is; nothing is unpacked to the disk.

    `allow` are patterns, as fnmatch takes them, of generated files (`configure`). One that is a path also allows a
    tracked file to differ, or to be missing. What `.gitattributes` keeps out of archives need not be there.
    """
    tarball = read_sdist(filename, data)
    if not tarball.readable:
        return Verdict.of(tarball.remarks)
    if kind is Kind.PERL:
        allow = (*allow, *_PERL_MADE, *_own_manifest(tarball, tree))
    shown = _exported(tarball, tree)
    verdict = compare(tarball, shown, allow=allow)
    remarks = [_advised(remark, kind) for remark in (*verdict.blocking, *verdict.listed)]
    said = {remark.file for remark in verdict.blocking}
    remarks += (one for one in _unexplained(tarball, shown, allow) if one.file not in said)
    needed = _needed(tarball, shown, kind)
    remarks = [
        dataclasses.replace(one, blocks=True, reason=needed[one.file], hint=_SHIP[kind])
        if one.file in needed and one.file not in allow
        else one
        for one in remarks
    ]
    if tarball.top != stem_of(filename):
        remarks.append(
            Remark(
                file=filename,
                reason=f"its top folder is {tarball.top!r}, not {stem_of(filename)!r}",
                hint="build it again, and do not rename it",
            )
        )
    return Verdict.of(remarks)


def _exported(tarball: Sdist, tree: TreeFiles) -> TreeFiles:
    """The tree without what is kept out of archives and is not there; a licence has to be there all the same."""
    shipped = frozenset(tarball.paths)
    tracked = [path for path in shipped if find_place(tree, path)]
    away = {
        path for path in tree.unexported if path not in shipped and not is_licence(path, tracked)
    }
    return dataclasses.replace(
        tree,
        files={path: data for path, data in tree.files.items() if path not in away},
        links={path: target for path, target in tree.links.items() if path not in away},
        submodules=tree.submodules - away,
    )


def _advised(remark: Remark, kind: Kind) -> Remark:
    """The remark with advice for this kind of project, where it speaks of Python's."""
    return (
        dataclasses.replace(remark, hint=_SHIP[kind])
        if remark.hint.startswith("ship it")
        else remark
    )


def _unexplained(tarball: Sdist, tree: TreeFiles, allow: Sequence[str]) -> Iterator[Remark]:
    """What an sdist of Python may have (PKG-INFO, egg-info, setup.cfg, a submodule's files) and no tarball."""
    for path in sorted(tarball.paths):
        place = find_place(tree, path)
        if place is None:
            if not any(fnmatch.fnmatchcase(path, pattern) for pattern in allow):
                reason = "in the tarball, but git does not track it and no pattern allows it"
                yield Remark(file=path, reason=reason, hint=_EXTRA)
        elif (
            path in tarball.files
            and path not in allow
            and tarball.files[path] not in find_contents(tree, place)
        ):
            yield Remark(file=path, reason="differs from the tag", hint=_DIFFERS)


def _needed(tarball: Sdist, tree: TreeFiles, kind: Kind) -> dict[str, str]:
    """Why each tracked file that is not there has to be."""
    below = {path[:end] for path in tarball.paths for end, char in enumerate(path) if char == "/"}
    missing = set(tree.paths) - set(tarball.paths) - below
    match kind:
        case Kind.C_MESON:
            # `meson dist` ships the commit: nothing is left out but by .gitattributes.
            reason = "tracked, and missing from the tarball"
            return dict.fromkeys(missing, reason)
        case Kind.PERL:
            listed = {line.split()[0] for line in _lines(tree, _MANIFEST) if line.split()}
            reason = "missing from the tarball, and MANIFEST names it"
            return dict.fromkeys(missing & listed, reason)
        case _:
            return _named_by_make(tarball, missing)


def _named_by_make(tarball: Sdist, missing: set[str]) -> dict[str, str]:
    """The missing files that a shipped Makefile names, from its own folder."""
    found = {}
    for path, data in sorted(tarball.files.items()):
        if not missing or not _MAKEFILE.fullmatch(path):
            continue
        folder = posixpath.dirname(path)
        for word in set(_WORD.findall(data.decode("utf-8", "replace"))):
            named = posixpath.normpath(posixpath.join(folder, word))
            if named in missing:
                found[named] = f"missing from the tarball, and {path} names it"
    return found


def _own_manifest(tarball: Sdist, tree: TreeFiles) -> tuple[str, ...]:
    """MANIFEST, where it differs from the tag in nothing but the lines that MakeMaker adds."""
    shipped = tarball.files.get(_MANIFEST, b"").decode("utf-8", "replace").splitlines()
    left = [line for line in shipped if line.split()[:1] not in [[name] for name in _PERL_MADE]]
    tagged = [
        line
        for line in _lines(tree, _MANIFEST)
        if line.split()[:1] not in [[name] for name in _PERL_MADE]
    ]
    return (_MANIFEST,) if left == tagged else ()


def _lines(tree: TreeFiles, path: str) -> list[str]:
    return (find_contents(tree, path) or (b"",))[0].decode("utf-8", "replace").splitlines()
