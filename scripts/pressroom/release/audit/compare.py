"""An sdist beside the files of its tag: what is missing, what is too much, what is not the same."""

from __future__ import annotations

import collections
import fnmatch
import unicodedata
from typing import TYPE_CHECKING

from pressroom.release.audit.backend import (
    SETUP_CFG,
    is_backend_file,
    is_bare_setup_cfg,
    is_same_setup_cfg,
)
from pressroom.release.audit.identity import sdist_name
from pressroom.release.audit.leaks import begins_key, holds_key, is_sample, leak_by_name
from pressroom.release.audit.licences import is_licence
from pressroom.release.audit.model import Remark, Verdict
from pressroom.release.audit.places import find_contents, find_place
from pressroom.release.audit.references import find_references

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.release.audit.model import Sdist, TreeFiles

_SHIP = (
    "ship it (setuptools: a line `include {file}` in MANIFEST.in), or take away what refers to it"
)
_LICENCE = "ship it: a line `include {file}` in MANIFEST.in, or license-files in pyproject.toml"
_UNSHIPPED = "nothing to do if users of the sdist do not need it"
_EXTRA = "remove it and build from a clean checkout; if it belongs there, allow it: --allow or packaging.allow"
_LEAK = "remove it, build from a clean checkout, and revoke what it gave away"
_DIFFERS = "build from a clean checkout of the tag, or move nothing after tagging"


def compare(sdist: Sdist, tree: TreeFiles, *, allow: Sequence[str]) -> Verdict:
    """The verdict on an sdist for the commit that `tree` is.

    `allow` are patterns, as fnmatch takes them, of files that git does not track and that belong into the sdist. One
    that is a path and no pattern also allows a leak of that name, and a tracked file to differ.
    """
    if not sdist.readable:
        return Verdict.of(sdist.remarks)
    comparison = _Comparison(sdist, tree, allow)
    return Verdict.of(
        [
            *sdist.remarks,
            *comparison.missing(),
            *comparison.extra(),
            *comparison.different(),
            *comparison.colliding(),
        ]
    )


class _Comparison:
    """One sdist and one tree."""

    def __init__(self, sdist: Sdist, tree: TreeFiles, allow: Sequence[str]) -> None:
        self.sdist = sdist
        self.tree = tree
        self.allow = allow
        self.name = sdist_name(sdist.filename)
        self.shipped = frozenset(sdist.paths)
        # Where each tracked one lies in the tree: elsewhere when a backend followed a link to a folder.
        self.places = {path: place for path in self.shipped if (place := find_place(tree, path))}
        self.tracked = self.places.keys()

    def missing(self) -> Iterator[Remark]:
        """Tracked files that are not shipped."""
        below = {
            path[:end] for path in self.shipped for end, char in enumerate(path) if char == "/"
        }
        missing = {path for path in self.tree.paths if path not in self.shipped | below}
        contents = {path: (find_contents(self.tree, path) or (b"",))[0] for path in missing}
        references = find_references(self.sdist.files, contents) if missing else {}
        for path in missing:
            licence = is_licence(path, self.tracked)
            if path in references:
                what = "licence file, missing" if licence else "missing"
                reason, hint = f"{what} from the sdist, and {references[path]}", _SHIP
            elif licence:
                reason, hint = "licence file, missing from the sdist", _LICENCE
            else:
                yield Remark(
                    file=path,
                    reason="tracked and not in the sdist; no shipped file refers to it",
                    hint=_UNSHIPPED,
                    blocks=False,
                )
                continue
            yield Remark(file=path, reason=reason, hint=hint.format(file=path))

    def extra(self) -> Iterator[Remark]:
        """Shipped files that git does not track."""
        unknown: collections.Counter[str] = collections.Counter()
        for path in sorted(self.shipped - self.tracked):
            data = self.sdist.files.get(path, b"")
            leak = leak_by_name(path) or ("a private key" if begins_key(data) else None)
            module = next((m for m in self.tree.submodules if path.startswith(f"{m}/")), None)
            if leak and path not in self.allow:
                yield Remark(file=path, reason=f"{leak}, and git does not track it", hint=_LEAK)
            elif module:
                unknown[module] += 1
            elif not self._belongs(path, data):
                yield Remark(
                    file=path,
                    reason="in the sdist, but git does not track it and no pattern allows it",
                    hint=_EXTRA,
                )
        for module, count in unknown.items():
            yield Remark(
                file=module,
                reason=f"submodule: {count} shipped files are not compared",
                hint="compare them with the submodule's own commit",
                blocks=False,
            )

    def _belongs(self, path: str, data: bytes) -> bool:
        if is_backend_file(path, self.name) or (path == SETUP_CFG and is_bare_setup_cfg(data)):
            return True
        return any(fnmatch.fnmatchcase(path, pattern) for pattern in self.allow)

    def different(self) -> Iterator[Remark]:
        """Tracked files whose content is another one, and tracked ones that should not be published."""
        for path in sorted(self.tracked):
            reason = self._difference(path)
            if reason:
                backend = is_backend_file(path, self.name)
                allowed = path in self.allow or backend
                hint = "the build writes it anew; stop tracking it" if backend else _DIFFERS
                yield Remark(file=path, reason=reason, hint=hint, blocks=not allowed)
            elif holds_key(self.sdist.files.get(path, b"")):
                yield Remark(
                    file=path,
                    reason="a private key, tracked by git",
                    hint=f"{_LEAK}; if it is for show, allow it by its path",
                    blocks=not (is_sample(path) or path in self.allow),
                )
            elif leak := leak_by_name(path):
                yield Remark(
                    file=path,
                    reason=f"{leak}, by its name; git tracks it",
                    hint="if nobody needs it, git rm it",
                    blocks=False,
                )

    def _difference(self, path: str) -> str | None:
        place = self.places[path]
        target = self.sdist.links.get(path)
        if target is not None:
            same = self.tree.links.get(place) == target
            return None if same else "a link, which it is not in the tag"
        contents = find_contents(self.tree, place)
        data = self.sdist.files[path]
        if data in contents:
            return None
        if path == SETUP_CFG and any(is_same_setup_cfg(data, content) for content in contents):
            return None
        plain = data.replace(b"\r\n", b"\n")
        if any(plain == content.replace(b"\r\n", b"\n") for content in contents):
            return "differs from the tag in its line ends (CRLF) alone"
        return "differs from the tag"

    def colliding(self) -> Iterator[Remark]:
        """Names that are one on systems that ignore case or spell accents otherwise."""
        groups: dict[str, list[str]] = {}
        for path in sorted(self.shipped):
            groups.setdefault(unicodedata.normalize("NFC", path).casefold(), []).append(path)
        for first, *others in groups.values():
            for other in others:
                yield Remark(
                    file=other,
                    reason=f"the same name as {first!r} where case or spelling of accents do not count",
                    hint="rename one of them",
                    blocks=not {first, other} <= self.tracked,
                )
