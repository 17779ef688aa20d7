"""`pressroom release audit`: one object for machines, a text that teaches for people, three exit codes."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from release_archives import (
    ENVIRONMENT,
    PKG_INFO,
    SDIST,
    SHIPPED,
    WIDGET,
    Content,
    git,
    make_sdist,
    make_tree,
)

from pressroom.errors import PressroomError
from pressroom.release.audit.cli import audit

if TYPE_CHECKING:
    from pathlib import Path

DOOR = "from pressroom.cli import main; main()"


def part(*names: str) -> dict[str, Content]:
    """These files of the widget."""
    return {name: WIDGET[name] for name in names}


def write_sdist(folder: Path, data: bytes, name: str = SDIST) -> Path:
    """The archive in a folder beside the tree."""
    path = folder / "dist" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person sees of the command."""

    code: int
    out: str
    err: str


def run(*arguments: object, cwd: Path) -> Answer:
    """The command, its errors caught as the console command catches them."""
    with contextlib.chdir(cwd):
        result = CliRunner(env=ENVIRONMENT).invoke(audit, [str(argument) for argument in arguments])
    if isinstance(result.exception, PressroomError):
        return Answer(code=result.exception.exit_code, out=result.stdout, err=str(result.exception))
    assert isinstance(result.exception, SystemExit | None), result.exception
    return Answer(code=result.exit_code, out=result.stdout, err=result.stderr)


def judged(*arguments: object, cwd: Path) -> tuple[int, dict[str, Any]]:
    """Exit code and verdict."""
    result = run(*arguments, "--json", cwd=cwd)
    assert "" == result.err
    return result.code, json.loads(result.out)


def test_a_broken_release_is_refused_with_one_object(tmp_path: Path) -> None:
    """Exit 1, the one missing header under `blocking`, everything else under `listed`."""
    tree = make_tree(tmp_path / "widget", WIDGET)
    sdist = write_sdist(tmp_path, make_sdist(part(*SHIPPED)))

    code, verdict = judged(sdist, "--tree", tree, "--tag", "1.0", cwd=tmp_path)
    assert 1 == code
    assert ["verdict", "blocking", "listed"] == [*verdict]
    assert "refuse" == verdict["verdict"]
    assert ["resource.h"] == [one["file"] for one in verdict["blocking"]]
    assert {"file", "reason"} == verdict["blocking"][0].keys()
    assert ".github/workflows/ci.yml" in {one["file"] for one in verdict["listed"]}


def test_the_console_command_knows_it(tmp_path: Path) -> None:
    """`pressroom release audit` is what a user types; it exits with the verdict."""
    tree = make_tree(tmp_path / "widget", WIDGET)
    for files, code in (((*SHIPPED, "resource.h"), 0), (SHIPPED, 1)):
        sdist = write_sdist(tmp_path, make_sdist(part(*files)))
        result = subprocess.run(
            [sys.executable, "-c", DOOR, "release", "audit", str(sdist), "--tree", str(tree)],
            cwd=tmp_path,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (code, "") == (result.returncode, result.stderr)
        assert result.stdout.startswith("refuse: " if code else "accept: ")


def test_nothing_to_say_is_said(tmp_path: Path) -> None:
    """An sdist that is the tag and no more has one line besides the verdict."""
    files = part(*SHIPPED, "resource.h")
    tree = make_tree(tmp_path / "widget", files)
    result = run(write_sdist(tmp_path, make_sdist(files)), "--tree", tree, cwd=tmp_path)

    assert result.out.endswith("\nevery tracked file is there, and nothing else\n")
    sdist = write_sdist(tmp_path, make_sdist(part(*SHIPPED)))
    assert "nothing else" not in run(sdist, "--tree", tree, cwd=tmp_path).out


def test_a_good_release_is_accepted_at_head(tmp_path: Path) -> None:
    """Without --tag the commit of HEAD counts, not what lies in the work tree."""
    tree = make_tree(tmp_path / "widget", WIDGET, tag=None)
    (tree / "src" / "widget.h").write_text("changed and not committed\n")
    sdist = write_sdist(tmp_path, make_sdist(part(*SHIPPED, "resource.h")))

    code, verdict = judged(sdist, "--tree", tree, cwd=tmp_path)
    assert (0, "accept", []) == (code, verdict["verdict"], verdict["blocking"])


def test_people_get_file_reason_and_what_to_do(tmp_path: Path) -> None:
    """Each file has a line, each kind of problem one hint."""
    tree = make_tree(tmp_path / "widget", WIDGET)
    sdist = write_sdist(tmp_path, make_sdist(part(*SHIPPED) | {"src/.DS_Store": "x"}))
    result = run(sdist, "--tree", tree, "--tag", "1.0", cwd=tmp_path)

    assert 1 == result.code
    assert result.out.startswith(f"refuse: {SDIST} against 1.0 (")
    assert "blocking (2):" in result.out
    assert "  src/.DS_Store: a leftover of macOS, and git does not track it\n" in result.out
    assert "hint: ship it (setuptools: a line `include resource.h`" in result.out
    assert 1 == result.out.count("nothing to do if users of the sdist do not need it")


def test_patterns_come_from_options_and_from_the_project(tmp_path: Path) -> None:
    """--allow counts everywhere; packaging.allow in the checkout the command runs in, by package name."""
    tree = make_tree(tmp_path / "widget", part(*SHIPPED, "resource.h"))
    made: dict[str, Content] = {"src/widget_wrap.c": "int x;\n"}
    info = PKG_INFO.replace("widget", "Wid.Get")
    data = make_sdist(part(*SHIPPED, "resource.h") | made, top="wid_get-1.0", pkg_info=info)
    sdist = write_sdist(tmp_path, data, "wid_get-1.0.tar.gz")
    press = tmp_path / "press"
    (press / "releases").mkdir(parents=True)
    (press / "pyproject.toml").write_text("[tool.pressroom]\n")
    front = "---\nname: W\ntitle: W\nkind: python\ndescription: W\npypi: Wid-get\npackaging:\n  allow: ['src/*_wrap.c']\n---\n"
    (press / "releases" / "w.md").write_text(front)

    assert 1 == judged(sdist, "--tree", tree, cwd=tmp_path)[0]
    assert 0 == judged(sdist, "--tree", tree, "--allow", "*_wrap.c", cwd=tmp_path)[0]
    assert 0 == judged(sdist, "--tree", tree, cwd=press)[0]
    for other in ("pypi: gadget\n", ""):
        (press / "releases" / "w.md").write_text(front.replace("pypi: Wid-get\n", other))
        assert 1 == judged(sdist, "--tree", tree, cwd=press)[0]
    (press / "releases" / "w.md").write_text("---\npypi: wid-get\n---\n")
    broken = run(sdist, "--tree", tree, cwd=press)
    assert 1 == broken.code
    assert "w.md" in broken.err
    assert "hint:" in broken.err


@pytest.mark.parametrize(
    ("arguments", "says", "hint"),
    [
        (("{sdist}", "--tree", "{plain}"), "is no work tree of git", "git clone"),
        (("{sdist}", "--tree", "{plain}/none"), "is no folder", "name the project's checkout"),
        (("{sdist}", "--tree", "{tree}", "--tag", "9.9"), "has no tag '9.9'", "(1.0)"),
        (("{sdist}", "--tree", "{tree}", "--tag=--all"), "has no tag '--all'", "(1.0)"),
        (("{sdist}", "--tree", "{unborn}"), "there is no commit yet", "commit first"),
        (("{plain}/none-1.0.tar.gz", "--tree", "{tree}"), "cannot be read", "dist/widget-1.0"),
        (("{tree}/README.md", "--tree", "{tree}"), "is no sdist by its name", "dist/widget-1.0"),
        (("{sdist}", "--tree", "{empty}"), "has no files in sub/", "commit them first"),
    ],
)
def test_wrong_usage_is_exit_2_with_a_hint(
    tmp_path: Path, arguments: tuple[str, ...], says: str, hint: str
) -> None:
    """No tree, no such tag, no commit, no sdist: each says what to do, and none gives a verdict."""
    places = {
        "sdist": write_sdist(tmp_path, make_sdist(part(*SHIPPED))),
        "tree": make_tree(tmp_path / "widget", WIDGET),
        "unborn": make_tree(tmp_path / "unborn", WIDGET, commit=False),
        "plain": tmp_path / "plain",
        "empty": tmp_path / "widget" / "sub",
    }
    places["plain"].mkdir()
    places["empty"].mkdir()
    result = run(*(argument.format(**places) for argument in arguments), cwd=tmp_path)

    assert 2 == result.code
    assert "" == result.out
    assert says in result.err
    assert "hint: " in result.err
    assert hint in result.err


def test_a_name_that_no_terminal_shows_is_escaped(tmp_path: Path) -> None:
    """Names are data: neither control characters nor bytes that are no UTF-8 reach a terminal or break JSON."""
    tree = make_tree(tmp_path / "widget", part("LICENSE"))
    odd = {"a\x1b[31m.txt": "", os.fsdecode(b"caf\xe9"): ""}
    sdist = write_sdist(tmp_path, make_sdist(part("LICENSE") | odd))

    code, verdict = judged(sdist, "--tree", tree, cwd=tmp_path)
    assert 1 == code
    assert {"caf\\udce9", "widget-1.0/a\\x1b[31m.txt"} == {
        one["file"] for one in verdict["blocking"]
    }
    assert "\x1b" not in run(sdist, "--tree", tree, cwd=tmp_path).out


def test_export_attributes_and_line_ends_change_no_verdict(tmp_path: Path) -> None:
    """export-ignore hides no missing file; export-subst and eol are true to the tag, as are plain blobs."""
    attributes = "hidden.h export-ignore\nversion.txt export-subst\nrun.bat text eol=crlf\n"
    files: dict[str, Content] = {
        ".gitattributes": attributes,
        "a.c": '#include "hidden.h"\n',
        "hidden.h": "int h;\n",
        "version.txt": "$Format:%s$\n",
        "run.bat": "rem\n",
    }
    tree = make_tree(tmp_path / "widget", files)

    archived = files | {"version.txt": "Release 1.0\n", "run.bat": "rem\r\n"}
    for shipped in (files, archived):
        sdist = write_sdist(tmp_path, make_sdist(shipped))
        assert 0 == judged(sdist, "--tree", tree, cwd=tmp_path)[0]
    del archived["hidden.h"]
    _, verdict = judged(write_sdist(tmp_path, make_sdist(archived)), "--tree", tree, cwd=tmp_path)
    assert ["hidden.h"] == [one["file"] for one in verdict["blocking"]]


def test_links_submodules_and_odd_names_in_a_tree(tmp_path: Path) -> None:
    """What git tracks besides files is seen: a link's content, a submodule, names with spaces, line feeds, accents."""
    tree = make_tree(tmp_path / "widget", {"COPYING": "text"}, tag=None)
    (tree / "LICENSE").symlink_to("COPYING")
    for name in ("two words.txt", "line\nfeed.txt", "é.txt", "-x"):
        (tree / name).write_text(name)
    git(tree, "add", "--all")
    head = git(tree, "rev-parse", "HEAD")
    git(tree, "update-index", "--add", "--cacheinfo", f"160000,{head},vendor/lib")
    git(tree, "commit", "--quiet", "--message=More")
    files: dict[str, Content] = {"COPYING": "text", "LICENSE": "text", "vendor/lib/a.c": ""}
    files |= {"two words.txt": "two words.txt", "é.txt": "é.txt", "-x": "-x"}

    code, verdict = judged(write_sdist(tmp_path, make_sdist(files)), "--tree", tree, cwd=tmp_path)
    assert 0 == code
    assert ["line\\nfeed.txt", "vendor/lib"] == [one["file"] for one in verdict["listed"]]


def test_a_folder_of_a_work_tree_is_compared_alone(tmp_path: Path) -> None:
    """A package in a larger repository: paths are below --tree, attributes hold."""
    top = make_tree(
        tmp_path / "all", {"README": "", **{f"py/{path}": data for path, data in WIDGET.items()}}
    )
    sdist = write_sdist(tmp_path, make_sdist(part(*SHIPPED)))

    code, verdict = judged(sdist, "--tree", top / "py", cwd=tmp_path)
    assert (1, ["resource.h"]) == (code, [one["file"] for one in verdict["blocking"]])
    assert "README" not in {one["file"] for one in verdict["listed"]}


@pytest.mark.parametrize(
    ("tag", "blocks"),
    [
        *(("1.0", False), ("v1.0", False), ("release-1.0", False), ("widget-1.0.0", False)),
        *(("before-2.0", False), ("py3.11-ok", False), ("stable", False)),
        *(("1.1", True), ("release-1.1", True), ("v1.0.1", True), ("widget-2.0", True)),
    ],
)
def test_a_tag_of_another_version_blocks(tmp_path: Path, tag: str, blocks: bool) -> None:
    """Where a tag's name is a version without doubt, PKG-INFO has to say the same one."""
    files = part(*SHIPPED, "resource.h")
    tree = make_tree(tmp_path / "widget", files, tag=tag)
    sdist = write_sdist(tmp_path, make_sdist(files))

    _, verdict = judged(sdist, "--tree", tree, "--tag", tag, cwd=tmp_path)
    expected = [f"says version '1.0', but the tag is {tag!r}"] if blocks else []
    assert expected == [one["reason"] for one in verdict["blocking"]]
