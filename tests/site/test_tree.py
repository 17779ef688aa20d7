"""The folders that people write, and the sites that were built, hold nothing that must not be there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import PressroomError
from pressroom.site.tree import BuiltSite, check_built, check_paths, check_sources, integrity_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HUB = "https://apdu.example/"
STYLE = b"a{color:red}"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x</title>
<meta name="description" content="What it is.">
<link rel="canonical" href="{url}">
<link rel="stylesheet" href="/a.css" integrity="{hash}" crossorigin>
</head><body><h1>x</h1></body></html>"""


def page(path: str = "") -> str:
    """A page as it should be."""
    return PAGE.format(url=HUB + path, hash=integrity_of(STYLE))


@pytest.fixture
def site(tmp_path: Path) -> BuiltSite:
    """A site of two pages and a stylesheet in which nothing is wrong."""
    root = tmp_path / "public" / "hub"
    (root / "a").mkdir(parents=True)
    (root / "index.html").write_text(page())
    (root / "a" / "index.html").write_text(page("a/"))
    (root / "a.css").write_bytes(STYLE)
    return BuiltSite(name="hub", base_url=HUB, root=root)


def findings(site: BuiltSite) -> list[str]:
    """Place, message and hint of all findings of a site."""
    return [f"{one.place}: {one.message} | {one.hint}" for one in check_built([site])[0]]


# what people write


@pytest.mark.parametrize(
    "make",
    [
        lambda link: link.symlink_to("/etc"),
        lambda link: link.symlink_to("/etc/hostname"),
        lambda link: link.symlink_to("b.md"),
        lambda link: link.symlink_to("nowhere"),
        lambda link: link.symlink_to(link),
        lambda link: link.symlink_to("..", target_is_directory=True),
    ],
    ids=["folder outside", "file outside", "file inside", "dangling", "loop", "folder above"],
)
def test_link_among_sources_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """A symlink is refused wherever it leads, and never followed; ordinary files pass."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.md").write_text("x")
    assert [] == check_sources(tmp_path)
    make(tmp_path / "sub" / "link")
    (one,) = check_sources(tmp_path)
    assert str(tmp_path / "sub" / "link") == one.where
    assert one.message.startswith("is a symbolic link to ")
    assert "put the file itself there, or remove it" == one.hint


def test_folder_of_sources_that_is_a_link_is_refused(tmp_path: Path) -> None:
    """The folder itself may not be a symlink either."""
    (tmp_path / "posts").symlink_to("elsewhere")
    (one,) = check_sources(tmp_path / "posts")
    assert "is a symbolic link to elsewhere" == one.message
    assert "put the file itself there, or remove it" == one.hint


def test_pipe_among_sources_is_refused(tmp_path: Path) -> None:
    """A named pipe, which would stop a build for ever, is refused without being opened."""
    os.mkfifo(tmp_path / "pipe")
    (one,) = check_sources(tmp_path)
    assert "is neither a file nor a folder" == one.message
    assert "put the file itself there, or remove it" == one.hint


def test_missing_folder_of_sources_is_an_error_with_a_hint(tmp_path: Path) -> None:
    """A folder that is not there is said, with what to do."""
    with pytest.raises(PressroomError) as caught:
        check_sources(tmp_path / "nowhere")
    assert "create the folder it lies in, or mend the path" == caught.value.hint


# names


@pytest.mark.parametrize(
    ("paths", "clashes"),
    [
        (["a/index.html", "A/index.html"], 2),
        (["a.html", "A.HTML"], 1),
        (["stra\u00dfe", "STRASSE"], 1),
        (["caf\u00e9/x", "cafe\u0301/y"], 1),
        (["a/b", "A"], 1),
        (["a", "b", "c/a", "c/b", "c/c"], 0),
        (["1.5.7/index.html", "1.5.70/index.html"], 0),
    ],
)
def test_paths_that_are_one_on_some_disks(site: BuiltSite, paths: list[str], clashes: int) -> None:
    """Names that differ in case or Unicode form only are errors, in folders too; all others pass."""
    found = check_paths(paths, site=site)
    assert clashes == len(found)
    assert all("are one name on some disks" in one.message for one in found)
    assert all("spell both alike, or choose another name for one" == one.hint for one in found)


@pytest.mark.parametrize(
    "path",
    ["CON", "a/nul.txt", "com1/x", "a/LPT9.html", "x.", "x /y", "a:b", "a?b", "a\\b", "a\x1bb"],
)
def test_names_that_windows_cannot_have(site: BuiltSite, path: str) -> None:
    """A name that no checkout on Windows can hold is an error, and is not printed raw."""
    (one,) = check_paths([path], site=site)
    assert "choose another name" == one.hint
    assert "\x1b" not in one.message


@pytest.mark.parametrize(
    "path", ["console/x", "con-x.html", "com/x", "a.b/c.d", ".well-known/x", "é"]
)
def test_names_that_all_disks_can_have(site: BuiltSite, path: str) -> None:
    """Names that only resemble devices pass."""
    assert [] == check_paths([path], site=site)


# what was built


def test_good_site_passes_and_is_counted(site: BuiltSite) -> None:
    """A site in which nothing is wrong has no findings, and its total counts pages, files and bytes."""
    found, (total,) = check_built([site])
    assert [] == found
    size = sum(path.stat().st_size for path in site.root.rglob("*") if path.is_file())
    assert ("hub", 2, 3, size) == (total.site, total.pages, total.files, total.size)
    assert "hub: 2 pages, 3 files, 0.0 MB" == str(total)


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("<title>x</title>", "", "has no title | write <title>"),
        ('lang="en"', "", 'does not say its language | write <html lang="en">'),
        (
            "What it is.",
            " ",
            "has no description | give the page a description in its front matter",
        ),
        (
            '<meta charset="utf-8">',
            "",
            'does not say that it is UTF-8 in its first kilobyte | start <head> with <meta charset="utf-8">',
        ),
        (
            'href="https://apdu.example/a/"',
            'href="https://apdu.example/"',
            "has the canonical address 'https://apdu.example/' | its own is https://apdu.example/a/",
        ),
        (
            '<link rel="canonical" href="https://apdu.example/a/">',
            "",
            "has the canonical address '' | its own is https://apdu.example/a/",
        ),
    ],
)
def test_page_says_what_it_is(site: BuiltSite, old: str, new: str, finding: str) -> None:
    """A page without title, language, description, encoding or its own canonical address is found."""
    text = page("a/")
    assert old in text
    (site.root / "a" / "index.html").write_text(text.replace(old, new))
    (one,) = findings(site)
    assert f"public/hub/a/index.html:1: {finding}" == one


@pytest.mark.parametrize("name", ["404.html", "50x.html"])
def test_error_page_needs_no_address(site: BuiltSite, name: str) -> None:
    """It has a title and a language, and no canonical address or description."""
    (site.root / name).write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title><a href="/">x</a>'
    )
    assert [] == findings(site)


def test_file_that_is_not_what_the_page_promises(site: BuiltSite) -> None:
    """A stylesheet that changed by one byte after the page was written is found, on each page."""
    (site.root / "a.css").write_bytes(STYLE + b" ")
    first, second = findings(site)
    assert (
        "public/hub/a/index.html:4: integrity of /a.css does not match the file"
        " | let script() and stylesheet() write it, and change no file after that"
    ) == first
    assert second.startswith("public/hub/index.html:4: integrity of /a.css")


@pytest.mark.parametrize(
    ("path", "data", "finding"),
    [
        ("b.css", b"\n@import 'a.css';", "b.css:2: has an @import"),
        ("b.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "b.svg:1: <script>"),
        ("b.txt", b"ghp_" + b"a1" * 20, "b.txt:1: holds what looks like an access token"),
        (".env", b"", ".env: '.env' is the name of a private file"),
        ("aux.js", b"", "aux.js: Windows cannot have"),
        ("A.css", b"", "a.css: 'a.css' and 'A.css' are one name"),
        ("feed.xml", b"<feed", "feed.xml:1: cannot be read"),
        ("b.html", page("b.html").replace("<h1>", "<h1 onclick=1>").encode(), "b.html:5: <h1> has"),
        ("b.html", page("b.html").replace("x</h1>", "<a href='c'>").encode(), "b.html:5: link 'c'"),
        ("b.htm", page("b.htm").replace("<h1>", "<h1 style='x'>").encode(), "b.htm:5: <h1> has a"),
    ],
)
def test_every_check_looks_at_the_built_site(
    site: BuiltSite, path: str, data: bytes, finding: str
) -> None:
    """Stylesheets, drawings, secrets, names, feeds, code and links: each is found in the tree."""
    (site.root / path).write_bytes(data)
    (one,) = findings(site)
    assert one.startswith(f"public/hub/{finding}")
    assert one.rpartition(" | ")[2]


def test_link_in_the_output_is_found_and_not_followed(site: BuiltSite) -> None:
    """A symlink in the output is a finding; what it leads to is not read."""
    (site.root / "up").symlink_to("..")
    (one,) = findings(site)
    assert one.startswith("public/hub/up: is a symbolic link to ..")


def test_links_between_sites_are_checked(site: BuiltSite, tmp_path: Path) -> None:
    """A page of one site that leads to a missing page of another is found."""
    other = BuiltSite(name="b", base_url="https://b.apdu.example/", root=tmp_path / "public" / "b")
    other.root.mkdir()
    text = page("a/").replace("<h1>", "<a href='https://b.apdu.example/x/'>x</a><h1>")
    (site.root / "a" / "index.html").write_text(text)
    found, totals = check_built([site, other])
    assert ["leads nowhere"] == [one.message.rpartition("' ")[2] for one in found]
    assert ["hub", "b"] == [total.site for total in totals]
