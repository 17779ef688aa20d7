"""A tarball beside its tag: what was planted, removed or changed is named."""

from __future__ import annotations

import dataclasses
import gzip
import io
import tarfile
from typing import TYPE_CHECKING

import pytest
from release_tarballs import PERL, PERL_NAME, PLAIN, packed, repository, tree_of

from pressroom.changelog.model import Kind
from pressroom.release.audit.git_tree import load_tree
from pressroom.release.tarball.judging import audit_tarball

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pressroom.release.audit.model import TreeFiles, Verdict

NAME = "gadget-1.2.3.tar.gz"
MESON = {
    "meson.build": "project('gadget', 'c', version : '1.2.3')\n",
    "src/gadget.c": "int main(void) { return 0; }\n",
    "notes.txt": "nobody refers to these\n",
    "COPYING": "You may.\n",
    "readers/list.txt": "a reader\n",
    ".gitattributes": "/readers export-ignore\n/.gitattributes export-ignore\n",
}
SHIPPED = {name: text for name, text in MESON.items() if name.startswith(("m", "s", "n", "C"))}


@pytest.fixture
def tree(tmp_path: Path) -> TreeFiles:
    """What git has of the meson project."""
    return tree_of(tmp_path / "git", MESON)


def judged(
    files: Mapping[str, str | bytes],
    tree: TreeFiles,
    *,
    kind: Kind = Kind.C_MESON,
    allow: Sequence[str] = (),
    name: str = NAME,
    links: Mapping[str, str] | None = None,
) -> Verdict:
    """The verdict on a tarball of the files."""
    data = packed(files, top=name.removesuffix(".tar.gz"), links=links)
    return audit_tarball(name, data, tree, kind=kind, allow=allow)


def blocked(verdict: Verdict) -> set[str]:
    """What it refuses; every refusal says why and what to do."""
    assert all(remark.reason and remark.hint for remark in verdict.blocking)
    return {remark.file for remark in verdict.blocking}


def test_the_tree_of_the_tag_is_accepted(tree: TreeFiles) -> None:
    """What .gitattributes keeps out is no missing file, and is not even listed."""
    verdict = judged(SHIPPED, tree)

    assert verdict.accepted
    assert () == verdict.listed


@pytest.mark.parametrize(
    "planted",
    [
        *("m4/build-to-host.m4", "configure", "PKG-INFO", "gadget.egg-info/evil.sh", "setup.cfg"),
        *("src/gadget.c~", ".git/config", "src/.deps/x.Po", "meson.build.orig", "id_rsa"),
    ],
)
def test_a_planted_file_is_refused(planted: str, tree: TreeFiles) -> None:
    """Also where an sdist of Python may have it: a tarball has what git tracks."""
    verdict = judged({**SHIPPED, planted: "[egg_info]\ntag_build = \n"}, tree)

    assert {planted} == blocked(verdict)


def test_a_generated_file_is_allowed_by_name(tree: TreeFiles) -> None:
    """A pattern lets in what it fits, and nothing else."""
    files = {**SHIPPED, "configure": "#!/bin/sh\n", "m4/a.m4": "", "m5": ""}

    assert {"m5"} == blocked(judged(files, tree, allow=("configure", "m4/*.m4")))


@pytest.mark.parametrize("gone", sorted(SHIPPED))
def test_a_removed_file_is_refused(gone: str, tree: TreeFiles) -> None:
    """Meson ships the commit, so each missing file was removed, whether something refers to it or not."""
    verdict = judged({name: text for name, text in SHIPPED.items() if name != gone}, tree)

    assert {gone} == blocked(verdict)
    assert "export-ignore" in verdict.blocking[0].hint


@pytest.mark.parametrize("changed", sorted(SHIPPED))
def test_a_changed_file_is_refused(changed: str, tree: TreeFiles) -> None:
    """One more line is enough."""
    verdict = judged({**SHIPPED, changed: SHIPPED[changed] + "x\n"}, tree)

    assert {changed} == blocked(verdict)
    assert "tag" in verdict.blocking[0].hint


def test_python_may_change_what_c_may_not(tmp_path: Path) -> None:
    """A tracked PKG-INFO, egg-info or setup.cfg is a file like others."""
    own = {"PKG-INFO": "a\n", "gadget.egg-info/x": "a\n", "setup.cfg": "[egg_info]\na = 1\n"}
    tree = tree_of(tmp_path / "git", {**MESON, **own})
    files = {**SHIPPED, **{name: text.replace("a", "b") for name, text in own.items()}}

    assert set(own) == blocked(judged(files, tree))


def test_everything_is_said_at_once(tree: TreeFiles) -> None:
    """Planted, removed and changed: one list."""
    files = {**SHIPPED, "planted": "", "meson.build": "changed"}
    del files["notes.txt"]

    assert {"planted", "notes.txt", "meson.build"} == blocked(judged(files, tree))


def test_a_kept_out_file_that_is_there_is_compared(tree: TreeFiles) -> None:
    """export-ignore lets a file be missing, not be another one."""
    good = {**SHIPPED, "readers/list.txt": MESON["readers/list.txt"]}

    assert judged(good, tree).accepted
    assert {"readers/list.txt"} == blocked(judged({**good, "readers/list.txt": "b"}, tree))


def test_a_licence_is_kept_out_by_nothing(tmp_path: Path) -> None:
    """A tarball without its licence may not be passed on, whatever .gitattributes says."""
    attributes = MESON[".gitattributes"] + "/COPYING export-ignore\n"
    tree = tree_of(tmp_path / "git", {**MESON, ".gitattributes": attributes})
    files = {name: text for name, text in SHIPPED.items() if name != "COPYING"}

    assert {"COPYING"} == blocked(judged(files, tree))


def test_links_are_as_git_has_them(tmp_path: Path) -> None:
    """The same link is fine, another target is not, and one that leads out is refused in any case."""
    git, _ = repository(tmp_path / "git", MESON)
    (git.folder / "options").symlink_to("meson.build")
    git.output("add", "options")
    git.output("commit", "-qm", "link")
    tree = load_tree(git, "HEAD")

    assert judged(SHIPPED, tree, links={"options": "meson.build"}).accepted
    assert judged({**SHIPPED, "options": MESON["meson.build"]}, tree).accepted
    assert {"options"} == blocked(judged(SHIPPED, tree, links={"options": "notes.txt"}))
    assert {"options"} == blocked(judged(SHIPPED, tree, links={"options": "../../etc/passwd"}))
    assert {"options"} == blocked(judged(SHIPPED, tree))
    extra = {"options": "meson.build", "more": "/etc/passwd"}
    assert {"more"} == blocked(judged(SHIPPED, tree, links=extra))


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "a/../../../evil", "a\x1bb"])
def test_hostile_names_are_refused(name: str, tree: TreeFiles) -> None:
    """They are named, and nothing is unpacked."""
    verdict = judged({**SHIPPED, name: "x"}, tree)

    assert not verdict.accepted
    assert blocked(verdict)


def test_an_absolute_path_is_refused(tree: TreeFiles) -> None:
    """Not below the top folder at all: refused, though all files are there besides."""
    file = io.BytesIO(packed(SHIPPED, mode="w"))
    with tarfile.open(fileobj=file, mode="a") as tar:
        tar.addfile(tarfile.TarInfo("/etc/cron.d/evil"))
    verdict = audit_tarball(
        "gadget-1.2.3.tar.gz", _gzipped(file.getvalue()), tree, kind=Kind.C_MESON, allow=("*",)
    )

    assert {"/etc/cron.d/evil"} == blocked(verdict)


def _gzipped(data: bytes) -> bytes:
    return gzip.compress(data)


def test_another_top_folder_is_refused(tree: TreeFiles) -> None:
    """The file was renamed, or the build system has another version."""
    data = packed(SHIPPED, top="gadget-1.2.2")
    verdict = audit_tarball(NAME, data, tree, kind=Kind.C_MESON, allow=())

    assert {NAME} == blocked(verdict)
    assert "rename" in verdict.blocking[0].hint


def test_what_is_no_archive_is_refused(tree: TreeFiles) -> None:
    """Any bytes give a verdict."""
    for data in (b"", b"\x1f\x8b", b"\xfd7zXZ\x00", packed(SHIPPED)[:-30]):
        verdict = audit_tarball(NAME, data, tree, kind=Kind.C_MESON, allow=())
        assert {NAME} == blocked(verdict)


def test_a_submodules_files_are_not_let_in(tree: TreeFiles) -> None:
    """Nobody can compare them, so they are extra files."""
    with_module = dataclasses.replace(tree, submodules=frozenset({"vendor"}))
    verdict = judged({**SHIPPED, "vendor/evil.c": "x"}, with_module)

    assert "vendor/evil.c" in blocked(verdict)


def test_make_dist_may_leave_out_what_nobody_names(tmp_path: Path) -> None:
    """Listed once; but what a Makefile names, a shipped file includes, or a licence, has to be there."""
    tree = tree_of(
        tmp_path / "git",
        {**PLAIN, "gadget.h": "", "sub/Makefile.am": "EXTRA_DIST = x y\n", "sub/x": ""},
    )
    files = {name: text for name, text in PLAIN.items() if name != "NEWS.txt"}
    good = {
        **files,
        "configure": "",
        "gadget.h": "",
        "sub/Makefile.am": "EXTRA_DIST = x y\n",
        "sub/x": "",
    }
    verdict = judged(good, tree, kind=Kind.C_AUTOTOOLS, allow=("configure",))

    assert verdict.accepted
    assert ["NEWS.txt"] == [remark.file for remark in verdict.listed]
    for gone in ("test.sh", "sub/x", "COPYING"):
        less = {name: text for name, text in good.items() if name != gone}
        verdict = judged(less, tree, kind=Kind.C_AUTOTOOLS, allow=("configure",))
        assert {gone} == blocked(verdict)
        assert "ship it" in verdict.blocking[0].hint
    less = {name: text for name, text in good.items() if name != "sub/x"}
    assert judged(less, tree, kind=Kind.C_AUTOTOOLS, allow=("configure", "sub/x")).accepted


def test_the_manifest_of_perl_holds(tmp_path: Path) -> None:
    """MakeMaker adds two files and two lines; what MANIFEST names has to be there."""
    tree = tree_of(tmp_path / "git", {**PERL, "HACKING": "not shipped\n"})
    manifest = PERL["MANIFEST"] + "META.yml    Module YAML meta-data (added by MakeMaker)\n"
    good = {**PERL, "MANIFEST": manifest, "META.yml": "---\n"}

    def perl(files: Mapping[str, str]) -> set[str]:
        return blocked(judged(files, tree, kind=Kind.PERL, name=PERL_NAME))

    assert set() == perl(good)
    assert {"t/load.t"} == perl({name: text for name, text in good.items() if name != "t/load.t"})
    assert {"MANIFEST"} == perl({**good, "MANIFEST": manifest + "evil.pm\n"})
    assert {"META.toml"} == perl({**good, "META.toml": ""})
