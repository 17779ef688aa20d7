"""An sdist beside the files of its tag: every rule, and what good releases need from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_archives import SHIPPED, WIDGET, Content, shipped, tracked

from pressroom.release.audit.compare import compare
from pressroom.release.audit.model import Remark, Sdist, TreeFiles, Verdict

KEY = (
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    "\n-----END PRIVATE KEY-----\n"
)


def part(*names: str) -> dict[str, Content]:
    """These files of the widget."""
    return {name: WIDGET[name] for name in names}


def judge(
    files: dict[str, Content], tree: dict[str, Content] | None = None, *allow: str
) -> Verdict:
    """The verdict on an sdist of `files`; the tree is the same without another one."""
    return compare(shipped(files), tracked(files if tree is None else tree), allow=allow)


def one(remarks: tuple[Remark, ...]) -> Remark:
    """The only one of them."""
    assert 1 == len(remarks), remarks
    return remarks[0]


def test_a_missing_header_that_windows_needs_is_refused_by_name() -> None:
    """An #include below #ifdef _WIN32 counts, and nothing else of what is missing blocks."""
    verdict = judge(part(*SHIPPED), dict(WIDGET))

    remark = one(verdict.blocking)
    assert "resource.h" == remark.file
    assert 'src/widget.c:4 includes it (#include "../resource.h")' in remark.reason
    assert "include resource.h" in remark.hint
    assert {*WIDGET} - {*SHIPPED, "resource.h"} == {remark.file for remark in verdict.listed}


def test_with_the_header_the_rest_is_listed_once() -> None:
    """What nobody refers to does not block: CI, documentation, tests, a resource script."""
    verdict = judge(part(*SHIPPED, "resource.h"), dict(WIDGET))

    assert verdict.accepted
    assert [
        ".github/workflows/ci.yml",
        "docs/index.rst",
        "docs/license.rst",
        "tests/test_widget.py",
        "widget.rc",
    ] == [remark.file for remark in verdict.listed]


def test_what_a_missing_file_needs_is_said_at_once() -> None:
    """A missing file that is needed makes what it includes needed: no second refusal after mending the first."""
    tree = dict(WIDGET) | {"setup.py": 'sources = ["widget.rc"]\n', "src/widget.c": ""}
    verdict = judge({name: data for name, data in tree.items() if name in SHIPPED}, tree)

    assert ["resource.h", "widget.rc"] == [remark.file for remark in verdict.blocking]
    assert "widget.rc:1 (missing too)" in verdict.blocking[0].reason


@pytest.mark.parametrize(
    ("licence", "blocks"),
    [
        ("LICENSE", True),
        ("COPYING.LESSER", True),
        ("licence.txt", True),
        ("LICENSE-MIT", True),
        ("NOTICE", True),
        ("UNLICENSE", True),
        ("COPYING3", True),
        ("LICENSES/CC0-1.0.txt", True),
        ("src/LICENSE", True),  # beside files that ship
        ("vendor/LICENSE", False),  # of files that do not ship
        ("docs/license.rst", False),
        ("docs/LICENSE", False),
        ("tests/LICENSE", False),
        ("license.py", False),
        ("notice_header.txt", False),
        ("licensing/index.md", False),
    ],
)
def test_a_missing_licence_blocks_and_a_page_about_it_does_not(licence: str, blocks: bool) -> None:
    """Only a licence of what ships has to ship."""
    files: dict[str, Content] = {"src/a.py": "", "docs/a.rst": "", "tests/a.py": ""}
    verdict = judge(files, files | {licence: "text"})

    remark = one(verdict.blocking if blocks else verdict.listed)
    assert licence == remark.file
    assert blocks == ("licence file, missing" in remark.reason)
    assert not blocks or "license-files" in remark.hint


def test_an_extra_file_blocks_unless_it_is_allowed() -> None:
    """Git-ignored is no excuse: an untracked file needs a pattern."""
    files = part(*SHIPPED)
    extra: dict[str, Content] = {"src/widget_wrap.c": "int generated;\n"}

    refused = one(judge(files | extra, files).blocking)
    assert "src/widget_wrap.c" == refused.file
    assert "no pattern allows it" in refused.reason
    assert "--allow" in refused.hint
    assert judge(files | extra, files, "*_wrap.c").accepted
    assert not judge(files | extra, files, "_wrap.c").accepted


def test_what_the_backend_makes_is_no_extra() -> None:
    """PKG-INFO, egg-info of this project and a setup.cfg with setuptools' section alone are fine."""
    made: dict[str, Content] = {
        "setup.cfg": "[egg_info]\ntag_build = \ntag_date = 0\n\n",
        "Widget.egg-info/PKG-INFO": "x",
        "src/widget.egg-info/pbr.json": "{}",
    }
    verdict = judge(part(*SHIPPED) | made, part(*SHIPPED))

    assert Verdict() == verdict


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("setup.cfg", "[egg_info]\ntag_date = 0\n[install]\nprefix = /opt\n"),
        ("setup.cfg", "[DEFAULT]\nprefix = /opt\n[egg_info]\n"),
        ("setup.cfg", "not a setup.cfg"),
        ("gadget.egg-info/PKG-INFO", "x"),
        ("docs/PKG-INFO", "x"),
        ("setup.py", "import os\n"),
    ],
)
def test_what_only_looks_made_by_the_backend_blocks(path: str, content: str) -> None:
    """A name alone does not make a file the backend's."""
    remark = one(judge({"a.py": "", path: content}, {"a.py": ""}).blocking)

    assert path == remark.file
    assert "clean checkout" in remark.hint


LEAKS = [
    *(".DS_Store", "src/.DS_Store", "src/._widget.c", "Thumbs.db", ".env", ".env.local"),
    *(".pypirc", ".netrc", "id_rsa", "cert.p12", "src/__pycache__/widget.cpython-311.pyc"),
    *("widget.pyc", "src/.widget.c.swp", "README.md~", ".git/config", ".idea/workspace.xml"),
    *(".vscode/settings.json", "tests/local_config.py", "local_settings.py", ".tox/x"),
]


@pytest.mark.parametrize("path", LEAKS)
def test_a_leak_blocks_whatever_a_pattern_allows(path: str) -> None:
    """A wide pattern never lets out what a machine left; its very path does, when somebody wrote it down."""
    files: dict[str, Content] = {"a.py": ""}
    remark = one(judge(files | {path: "x"}, files, "*").blocking)

    assert path == remark.file
    assert "git does not track it" in remark.reason
    assert "revoke" in remark.hint
    assert judge(files | {path: "x"}, files, path).accepted


@pytest.mark.parametrize(
    "path",
    [".gitignore", ".gitattributes", ".env.example", "environment.py", "local.py", "cacert.pem"],
)
def test_what_only_resembles_a_leak_may_be_allowed(path: str) -> None:
    """Names like those of leaks are not leaks."""
    assert judge({"a.py": "", path: "x"}, {"a.py": ""}, "*").accepted


def test_a_private_key_is_seen_by_what_it_holds() -> None:
    """A key under a harmless name blocks, allowed or not; a program that reads keys is no key."""
    files: dict[str, Content] = {"a.py": ""}
    assert "a private key" in one(judge(files | {"notes.txt": KEY}, files, "*").blocking).reason
    reader: dict[str, Content] = {"pem.py": 'START = "-----BEGIN PRIVATE KEY-----"\n'}
    assert Verdict() == judge(files | reader)


@pytest.mark.parametrize(
    ("path", "blocks"), [("deploy.key", True), ("tests/data/server.pem", False)]
)
def test_a_tracked_key_blocks_outside_of_tests_and_examples(path: str, blocks: bool) -> None:
    """A key that git tracks is refused where it is not for show, and may be allowed by its path."""
    verdict = judge({"a.py": "", path: KEY})

    remark = one(verdict.blocking if blocks else verdict.listed)
    assert path == remark.file
    assert "allow it by its path" in remark.hint
    assert judge({"a.py": "", path: KEY}, None, path).accepted


def test_a_leak_that_git_tracks_is_listed() -> None:
    """What the tag holds the sdist may hold; a person is told."""
    remark = one(judge({"a.py": "", ".DS_Store": "x"}).listed)

    assert "a leftover of macOS, by its name; git tracks it" == remark.reason
    assert "git rm" in remark.hint


def test_another_content_blocks_and_line_ends_have_their_own_reason() -> None:
    """One byte is enough; CRLF alone is said to be that."""
    tree: dict[str, Content] = {"a.py": "one\ntwo\n", "b.py": "x"}
    verdict = judge({"a.py": "one\r\ntwo\r\n", "b.py": "y"}, tree)

    assert [
        ("a.py", "differs from the tag in its line ends (CRLF) alone"),
        ("b.py", "differs from the tag"),
    ] == [(remark.file, remark.reason) for remark in verdict.blocking]
    assert "clean checkout of the tag" in verdict.blocking[1].hint
    assert not judge({"a.py": "1", "b.py": "x"}, tree, "*").accepted


def test_a_file_that_a_backend_writes_anew_may_differ_when_its_path_is_allowed() -> None:
    """A version written at build time is listed, when the project's list has that very path."""
    tree: dict[str, Content] = {"a.py": "", "_version.py": "unknown"}
    verdict = judge({"a.py": "", "_version.py": "1.0"}, tree, "_version.py")

    assert verdict.accepted
    assert "differs from the tag" == one(verdict.listed).reason


def test_each_true_content_of_a_tracked_file_is_the_tags() -> None:
    """The blob and what git archive makes of it are both right."""
    tree = TreeFiles(files={"v.txt": (b"$Format:%H$", b"abc")})
    for content in ("$Format:%H$", "abc"):
        assert compare(shipped({"v.txt": content}), tree, allow=()).accepted
    assert not compare(shipped({"v.txt": "def"}), tree, allow=()).accepted


def test_setup_cfg_is_compared_by_what_it_says() -> None:
    """Setuptools drops comments, writes lists anew and appends a section; a changed value still blocks."""
    tree: dict[str, Content] = {
        "setup.cfg": "# about\n[metadata]\nName = widget\nclassifiers =\n    A\n    B\n[egg_info]\ntag_build = dev\n"
    }
    written = "[metadata]\nName = widget\nclassifiers = \n\tA\n\tB\n\n[egg_info]\ntag_build = \ntag_date = 0\n\n"

    assert Verdict() == judge({"setup.cfg": written}, tree)
    changed = one(judge({"setup.cfg": written.replace("widget", "gadget")}, tree).blocking)
    assert "setup.cfg" == changed.file
    assert not judge({"setup.cfg": written.replace("Name", "name")}, tree).accepted
    assert not judge({"setup.cfg": "neither"}, {"setup.cfg": "can be read"}).accepted
    below: dict[str, Content] = {f"docs/{path}": data for path, data in tree.items()}
    assert not judge({"docs/setup.cfg": written}, below).accepted


def test_backend_files_that_git_tracks_may_differ() -> None:
    """A stale PKG-INFO in the tree refuses no release; it is listed."""
    files: dict[str, Content] = {"a.py": "", "widget.egg-info/SOURCES.txt": "new"}
    tree: dict[str, Content] = {"a.py": "", "PKG-INFO": "old", "widget.egg-info/SOURCES.txt": "old"}
    verdict = judge(files, tree)

    assert verdict.accepted
    assert ["PKG-INFO", "widget.egg-info/SOURCES.txt"] == [remark.file for remark in verdict.listed]
    assert "stop tracking it" in verdict.listed[0].hint


def test_links_of_the_tree_are_followed() -> None:
    """A backend that ships what a link leads to ships the tag's content; other content blocks."""
    tree = tracked(
        {"COPYING": "text", "common/a.h": "int a;", "alone.txt": ""},
        links={"LICENSE": "COPYING", "src/common": "../common", "broken": "../../etc/passwd"},
    )
    files: dict[str, Content] = {
        "COPYING": "text",
        "LICENSE": "text",
        "alone.txt": "",
        "common/a.h": "int a;",
        "src/common/a.h": "int a;",
    }
    assert ["broken"] == [remark.file for remark in compare(shipped(files), tree, allow=()).listed]
    other = compare(shipped(files | {"src/common/a.h": "int b;"}), tree, allow=())
    assert ["src/common/a.h"] == [remark.file for remark in other.blocking]
    assert not compare(shipped(files | {"src/common/b.h": ""}), tree, allow=()).accepted


def test_a_link_in_the_sdist_is_the_tags_or_blocks() -> None:
    """A link may be shipped as git keeps it, and nowhere else."""
    tree = tracked({"a.py": "", "b.py": ""}, links={"l": "a.py"})
    files = {"a.py": b"", "b.py": b""}

    def verdict(**links: str) -> Verdict:
        return compare(Sdist(filename="w-1.0.tar.gz", files=files, links=links), tree, allow=())

    assert verdict(l="a.py").accepted
    assert "a link, which it is not in the tag" == one(verdict(l="b.py").blocking).reason
    assert "no pattern allows it" in one(verdict(l="a.py", m="a.py").blocking).reason


def test_a_licence_that_is_needed_too_has_both_reasons() -> None:
    """One remark a file, with all that is to be said of it."""
    files: dict[str, Content] = {"MANIFEST.in": "include COPYING\n"}

    assert (
        "licence file, missing from the sdist, and MANIFEST.in:1 names it (include COPYING)"
        == one(judge(files, files | {"COPYING": ""}).blocking).reason
    )


def test_links_in_a_circle_end() -> None:
    """A link that leads to itself is a missing file like another."""
    tree = tracked({"a.py": ""}, links={"x": "y", "y": "x"})

    assert ["x", "y"] == [
        remark.file for remark in compare(shipped({"a.py": ""}), tree, allow=()).listed
    ]
    assert not compare(shipped({"a.py": "", "x": "?"}), tree, allow=()).accepted


def test_a_submodule_is_listed_and_its_leaks_block() -> None:
    """What a submodule ships cannot be compared, which is said once."""
    tree = tracked({"a.py": ""}, submodules=frozenset({"vendor/lib"}))
    files: dict[str, Content] = {"a.py": "", "vendor/lib/a.c": "", "vendor/lib/b.c": ""}

    verdict = compare(shipped(files), tree, allow=())
    assert verdict.accepted
    assert "submodule: 2 shipped files are not compared" == one(verdict.listed).reason
    assert not compare(shipped(files | {"vendor/lib/.env": ""}), tree, allow=()).accepted
    assert "vendor/lib" == one(compare(shipped({"a.py": ""}), tree, allow=()).listed).file


def test_names_that_are_one_elsewhere_block_unless_git_has_both() -> None:
    """README and readme are one file on a Mac; a project that tracks both knows."""
    both: dict[str, Content] = {"README": "a", "readme": "b"}

    assert "the same name as 'README'" in one(judge(both).listed).reason
    refused = judge(both, {"README": "a"}, "*")
    assert "rename" in one(refused.blocking).hint
    assert "readme" == one(refused.blocking).file


names = st.lists(
    st.one_of(
        st.text(max_size=6),
        st.sampled_from(
            ["..", "", ".", "src", "LICENSE", "setup.py", "a.c", "MANIFEST.in", ".git"]
        ),
    ),
    min_size=1,
    max_size=4,
).map("/".join)
contents = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [b'#include "a.c"', b"include src/a.c", b"x = 'a.c'", b"\xff\xfe", b"[egg_info]"]
    ),
)


trees = st.builds(
    TreeFiles,
    files=st.dictionaries(names, st.lists(contents, max_size=2).map(tuple), max_size=6),
    links=st.dictionaries(names, names, max_size=3),
    submodules=st.frozensets(names, max_size=2),
)


@given(
    st.dictionaries(names, contents, max_size=6),
    trees,
    st.dictionaries(names, names, max_size=3),
    st.lists(st.text(max_size=4), max_size=3),
)
def test_no_names_and_bytes_make_it_raise(
    files: dict[str, bytes],
    tree: TreeFiles,
    shipped_links: dict[str, str],
    allow: list[str],
) -> None:
    """Whatever an archive and a tree hold, there is a verdict, and the same one again."""
    sdist = Sdist(filename="widget-1.0.tar.gz", files=files, links=shipped_links)

    verdict = compare(sdist, tree, allow=allow)
    assert verdict == compare(sdist, tree, allow=allow)
