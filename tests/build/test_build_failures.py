"""Builds that must fail, and what they must leave alone (test plan A 17-19, 22, 23, 25, 26, 30)."""

from __future__ import annotations

import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

from build_types import Checkout

POST = "posts/2026-01-hello.md"


@pytest.mark.parametrize(
    ("name", "old", "new", "message", "hint"),
    [
        (POST, "date: 2026-01-05", "dat: 2026-01-05", "unknown key 'dat'", "did you mean 'date'?"),
        (POST, "date: 2026-01-05\n", "", "'date' is missing", "add a line"),
        (POST, "date: 2026-01-05", "date: 2999-01-01", "future", "draft: true"),
        (POST, "slug: hello", "slug: ../../x", "../../x", "single dashes"),
        (POST, "slug: hello", "slug: CON", "CON", "single dashes"),
        (POST, "slug: hello", "slug: widget-1-1", "widget-1-1", "releases/widget.md"),
        (POST, "tags: [news]", "tags: ['<b>']", "<b>", "single dashes"),
        (POST, "Because", "<script>alert(1)</script> Because", "script", "hint"),
        (POST, "Because", '<p style="color:red">x</p> Because', "style", "hint"),
        (
            POST,
            "Because",
            '<img src="https://e.example/x.png" alt=""> Because',
            "e.example",
            "hint",
        ),
        (POST, "Because", '<a href="java&#115;cript:x">y</a> Because', "script", "hint"),
        (POST, "(widget-1-1/index.html)", "(site:nope/)", "site:nope/", "the sites are hub"),
        (POST, "(widget-1-1/index.html)", "(gone.md)", "gone.md", ""),
        (
            "releases/widget.md",
            "## 1.1 - 10 January",
            "## 1.1 - 10 Januar",
            "release heading",
            "## 1.1",
        ),
        ("releases/widget.md", "slug: widget-1-1", "slug: x, slog: y", "unknown key", "'slug'"),
        ("docs/index.md", "projects/widget/index.html", "projects/wodget/index.html", "wodget", ""),
        ("mkdocs.yml", "pressroom: {}", "pressroom: { site: x }", "Unrecognised", ""),
        ("pyproject.toml", 'domain = "', 'domian = "', "unknown key 'domian'", "'domain'"),
    ],
)
def test_a_mistake_fails_the_build_and_says_what_to_do(
    press: Checkout, *, name: str, old: str, new: str, message: str, hint: str
) -> None:
    """The message names the mistake and the mend; nothing is published."""
    press.edit(name, old, new)
    result = press.build()

    assert result.returncode in {1, 2}, result.stdout
    assert message in result.stderr
    assert hint in result.stderr
    assert "Traceback" not in result.stderr
    assert not press.site.exists()


def test_all_findings_are_shown_at_once(press: Checkout) -> None:
    """Mistakes in a post and in a changelog are one message each, in one run."""
    press.edit(POST, "date: 2026-01-05", "date: never")
    press.edit("releases/widget.md", "kind: python", "kind: cobol")
    result = press.build()

    assert f"{POST}:4: date" in result.stderr
    assert "releases/widget.md:4: kind" in result.stderr


def test_a_markdown_page_cannot_take_the_address_of_a_made_page(press: Checkout) -> None:
    """docs/projects/index.md would silently win over the list of projects."""
    press.write("docs/projects/index.md", "# Mine\n")
    result = press.build()

    assert 1 == result.returncode
    assert "two pages would be projects/" in result.stderr
    assert "rename" in result.stderr


@pytest.mark.parametrize("kind", ["outside", "dangling", "directory", "loop"])
@pytest.mark.parametrize("folder", ["docs", "posts", "releases"])
def test_a_symbolic_link_in_a_source_folder_is_refused(
    press: Checkout, tmp_path: Path, folder: str, kind: str
) -> None:
    """Whatever it points to, a link is named and nothing behind it is published."""
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret\n")
    link = press.root / folder / "link.md"
    target = {
        "outside": secret,
        "dangling": tmp_path / "nowhere",
        "directory": tmp_path,
        "loop": link,
    }[kind]
    link.symlink_to(target)
    result = press.build()

    assert 1 == result.returncode
    assert "link.md" in result.stderr
    assert "hint: " in result.stderr
    assert not press.site.exists()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("docs/notes.txt", "x\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1\n", "private key"),
        ("docs/notes.txt", "token pypi-AgEIcHlwaS5vcmcCJDU2\n", "token of PyPI"),
        ("docs/id_rsa", "x\n", "private file"),
        ("docs/Index.txt", "one of two\n", "one name on some disks"),
        (
            "docs/a.svg",
            '<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>',
            "script",
        ),
        ("docs/assets/a.png", "x\n", "its name does not change with its bytes"),
        ("docs/a.css", "a { background: url(https://e.example/x.png) }", "e.example"),
    ],
)
def test_what_no_build_may_publish_fails_it(
    press: Checkout, name: str, text: str, message: str
) -> None:
    """Keys, tokens, private files, clashing names, active images and assets under a name that stays are named; values are not shown."""
    press.write("docs/index.txt", "the other\n")
    press.write(name, text)
    result = press.build()

    assert 1 == result.returncode
    assert message in result.stderr
    assert "hint: " in result.stderr
    assert "b3BlbnNzaC1" not in result.stderr
    assert "AgEIcHlwaS5vcmcCJDU2" not in result.stderr
    assert not press.site.exists()


def test_a_failed_build_leaves_the_old_site_alone(press: Checkout) -> None:
    """What was live stays live, byte for byte, and no staging folder is left."""
    press.build()
    before = press.files()
    press.edit(POST, "Because", "<script>alert(1)</script> Because")
    result = press.build()

    assert 1 == result.returncode
    assert before == press.files()
    assert {"hub", ".hub.lock"} == {path.name for path in (press.root / "public").iterdir()}


def test_a_killed_build_leaves_the_old_site_alone(press: Checkout, kills: list[float]) -> None:
    """SIGKILL at any part of a build: the live site is whole, old or new, and the next build works."""
    start = time.monotonic()
    press.build()
    wall = time.monotonic() - start
    for number, part in enumerate(kills):
        before = press.files()
        press.edit(
            POST, "Because" if number == 0 else f"Because {number - 1},", f"Because {number},"
        )
        process = subprocess.Popen(
            press.command(),
            cwd=press.root,
            env=press.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(wall * part)
        process.send_signal(signal.SIGKILL)
        process.wait()
        left = press.files()
        assert 0 == press.build().returncode
        after = press.files()

        assert left in (before, after), part
        assert before != after
    print(f"killed {len(kills)} builds: each left a whole site")  # noqa: T201 - the count of `make soak`
    assert {"hub", ".hub.lock"} == {path.name for path in (press.root / "public").iterdir()}


def test_a_full_disk_is_a_message_and_no_harm(press: Checkout) -> None:
    """A file that cannot be written whole fails the build with a hint; the old site stays."""
    press.build()
    before = press.files()

    result = press.build_on_a_full_disk()

    assert 1 == result.returncode
    assert "hint: raise the limit on file sizes" in result.stderr
    assert before == press.files()


def test_an_output_folder_that_cannot_be_written_is_a_message(press: Checkout) -> None:
    """Where a file lies in the way of public/, the message says to move it."""
    press.write("public", "a file\n")
    result = press.build()

    assert 1 == result.returncode
    assert "hint: " in result.stderr
    assert "Traceback" not in result.stderr


def test_an_output_folder_that_is_a_link_is_refused(press: Checkout, tmp_path: Path) -> None:
    """A build never replaces what a link points to."""
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("x")
    (press.root / "public").mkdir()
    press.site.symlink_to(tmp_path / "precious")
    result = press.build()

    assert 1 == result.returncode
    assert "remove the link" in result.stderr
    assert ["file"] == [path.name for path in (tmp_path / "precious").iterdir()]


@pytest.mark.parametrize("folder", ["docs/out", "posts/out", "."])
def test_an_output_folder_among_the_sources_is_refused(press: Checkout, folder: str) -> None:
    """Output inside docs, posts or around them would be read or wiped by the next build."""
    press.edit("mkdocs.yml", "site_dir: public/hub", f"site_dir: {folder}")
    result = press.build()

    assert 1 == result.returncode
    assert "site_dir" in result.stderr
    assert (press.root / POST).is_file()


def test_a_second_build_waits_or_is_refused(press: Checkout) -> None:
    """Two builds into one folder end with one whole site, whoever was first."""
    command, environment = press.command(), press.environment()
    running = [
        subprocess.Popen(
            command,
            cwd=press.root,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [process.communicate()[1] for process in running]

    assert [0, 0] == [process.returncode for process in running], outputs
    assert (press.site / "index.html").is_file()


def test_a_failing_site_fails_the_build_and_names_itself(press: Checkout) -> None:
    """The hub waits for the others; one that fails is named with its output, and nothing is published."""
    press.edit(
        "pyproject.toml",
        'hub = { config = "mkdocs.yml" }',
        'hub = { config = "mkdocs.yml" }\nextra = { config = "extra.yml", label = "extra" }',
    )
    press.write(
        "extra.yml",
        "INHERIT: mkdocs.yml\nsite_name: Extra\ndocs_dir: extra\nsite_dir: public/extra\nnav: [index.md]\n",
    )
    press.write(
        "extra/index.md", "# Extra\n\nA [hub page](site:hub/posts/) and a [broken](no.md) link.\n"
    )
    failed = press.build()
    press.edit("extra/index.md", " and a [broken](no.md) link", "")
    mended = press.build()
    alone = press.build("-f", str(press.root / "extra.yml"))

    assert 1 == failed.returncode
    assert "site 'extra' failed" in failed.stderr
    assert "no.md" in failed.stderr
    assert 0 == mended.returncode, mended.stderr
    assert 0 == alone.returncode, alone.stderr
    page = (press.root / "public" / "extra" / "index.html").read_text(encoding="utf-8")
    assert 'href="https://widgets.example/posts/"' in page
    assert {"hub", "extra"} == {
        path.name for path in (press.root / "public").iterdir() if path.name[0] != "."
    }
