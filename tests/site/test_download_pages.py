"""The page of a project's files: for people who verify them, and for programs that look for the newest."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import re
import shutil
import subprocess
from functools import cmp_to_key
from pathlib import Path

import pytest
from build_types import Checkout
from lxml import html
from mkdocs.utils import get_relative_url
from release_record import record

from pressroom.changelog.published import (
    Published,
    PublishedFile,
    published_path,
    render_published,
)
from pressroom.changelog.published_parse import parse_published
from pressroom.config import load_config
from pressroom.site.parts import load_hub

PAGE = "projects/widget/download/"
PRESS = Path(__file__).parent.parent / "fixtures" / "press"
# As a Debian package has it in debian/watch, version=4.
WATCH = r".*/widget-(\d\S*)\.tar\.xz"
_HREF = re.compile(r"""<\s*a\s+[^>]*(?<=\s)href\s*=\s*(["'])(.*?)\1""", re.IGNORECASE | re.DOTALL)


@pytest.fixture
def press(tmp_path: Path) -> Checkout:
    """A small checkout without a record."""
    shutil.copytree(PRESS, tmp_path / "press")
    return Checkout(root=tmp_path / "press")


def served(version: str, *names: tuple[str, str]) -> Published:
    """The record of a release on a files server: kinds and endings behind `widget-VERSION`."""
    files = [(kind, f"widget-{version}{ending}") for kind, ending in names]
    return dataclasses.replace(
        record(version=version),
        index=None,
        files=tuple(
            PublishedFile(
                name=name,
                kind=kind,
                size=1_000,
                sha256=hashlib.sha256(name.encode()).hexdigest(),
                url=f"https://widgets.example/files/{name}",
            )
            for kind, name in files
        ),
    )


TARBALL = (
    ("tarball", ".tar.xz"),
    ("signature", ".tar.xz.asc"),
    ("sums", ".SHA256SUMS"),
    ("signature", ".SHA256SUMS.asc"),
    ("sbom", ".cdx.json"),
)


def publish(press: Checkout, *records: Published) -> None:
    """Write records into a checkout, and their releases, newest first, into the changelog."""
    for one in records:
        path = published_path(one.project, one.version)
        text = render_published(one)
        assert [] == parse_published(text, where=path)[1]
        press.write(path, text)


def release(press: Checkout, *versions: str) -> None:
    """Releases above those that the changelog has, in the order given."""
    sections = "".join(
        f"## {one} - 1 February 2026, A. Maintainer\n\n- more\n\n" for one in versions
    )
    press.edit("releases/widget.md", "## 1.1 - ", f"{sections}## 1.1 - ")


def page(press: Checkout, url: str = PAGE) -> str:
    """The body of a page."""
    hub, findings = load_hub(
        load_config(press.root),
        base_url="https://widgets.example/",
        title="T",
        today=dt.date(2026, 3, 3),
        drafts=False,
    )
    assert [] == findings
    one = next(each for each in hub.data_pages() if each.url == url)
    return str(one.body(lambda target: get_relative_url(target, one.url)))


def words(element: html.HtmlElement) -> str:
    """The text of an element on one line."""
    return " ".join(element.text_content().split())


def greatest(versions: list[str]) -> str:
    """The greatest by Debian's rules."""

    def compare(one: str, other: str) -> int:
        command = ["dpkg", "--compare-versions", one, "lt", other]
        return -1 if subprocess.run(command, check=False).returncode == 0 else 1

    return max(versions, key=cmp_to_key(compare))


def found_by_uscan(body: str) -> list[str]:
    """The versions that uscan's own way of reading a page finds: each href, matched as a whole."""
    hrefs = [match[2] for match in _HREF.finditer(body)]
    return [match[1] for href in hrefs if (match := re.fullmatch(WATCH, href))]


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="Debian's rules are dpkg's")
def test_a_watch_file_finds_the_newest_version(press: Checkout) -> None:
    """By Debian's rules 1.10 is newer than 1.9; signatures and sums are no version; a bad release is not offered."""
    press.edit(
        "releases/widget.md",
        "## 1.1 - ",
        "## 1.11 - 3 February 2026, A. Maintainer\n\n> Bad release, use 1.10: it hangs.\n\n- no\n\n## 1.1 - ",
    )
    release(press, "1.10", "1.9")
    press.write(
        "releases/widget.md",
        _sorted_sections((press.root / "releases/widget.md").read_text()),
    )
    publish(press, *(served(one, *TARBALL) for one in ("1.11", "1.10", "1.9", "1.1")))
    versions = found_by_uscan(page(press))

    assert ["1.10", "1.9", "1.1"] == versions
    assert "1.10" == greatest(versions)


def _sorted_sections(text: str) -> str:
    """The changelog with 1.11 above 1.10."""
    head, *sections = re.split(r"(?m)^(?=## )", text)
    bad = next(one for one in sections if one.startswith("## 1.11"))
    sections.remove(bad)
    sections.insert(next(n for n, one in enumerate(sections) if one.startswith("## 1.10")), bad)
    return head + "".join(sections)


def test_a_watch_file_finds_the_signature(press: Checkout) -> None:
    """The address of an archive with .asc behind it is a link of the page (pgpsigurlmangle=s/$/.asc/)."""
    publish(press, served("1.1", *TARBALL))
    hrefs = html.fromstring(page(press)).xpath("//a/@href")
    (archive,) = [href for href in hrefs if re.fullmatch(WATCH, href)]

    assert f"{archive}.asc" in hrefs


def test_each_file_stands_with_size_hash_and_signature(press: Checkout) -> None:
    """Archives first; a file without a signature says so; the table is named by its heading."""
    publish(press, served("1.1", *TARBALL))
    body = html.fromstring(page(press))
    (table,) = body.xpath("//table[@aria-labelledby='v1.1']")
    rows = table.xpath("./tbody/tr")

    assert ["widget-1.1.tar.xz", "widget-1.1.cdx.json", "widget-1.1.SHA256SUMS"] == [
        words(row[0].xpath("./a")[0]) for row in rows
    ]
    assert [".asc", "none", ".asc"] == [words(row[2]) for row in rows]
    assert hashlib.sha256(b"widget-1.1.tar.xz").hexdigest() == words(rows[0][0].xpath("./code")[0])
    assert ["1000"] * 3 == table.xpath(".//data/@value")
    assert "Signature of widget-1.1.tar.xz" == rows[0][2].xpath("./a/@aria-label")[0]
    assert ["v1.1"] == body.xpath("//h2[text()='Widget 1.1' or text()='widget 1.1']/@id")


def commands(press: Checkout) -> list[str]:
    """What is to be copied from the page."""
    return [str(block.text_content()) for block in html.fromstring(page(press)).xpath("//pre/code")]


def test_the_commands_name_the_newest_files(press: Checkout) -> None:
    """Sums by their file, each signature by gpg; by ssh where that is how it was signed."""
    publish(press, served("1.1", *TARBALL))
    names = ("widget-1.1.tar.xz", "widget-1.1.SHA256SUMS")
    assert [
        "sha256sum --check --ignore-missing widget-1.1.SHA256SUMS\n",
        "".join(f"gpg --verify {name}.asc {name}\n" for name in names),
    ] == commands(press)

    publish(press, served("1.1", ("tarball", ".tar.xz"), ("signature", ".tar.xz.sig")))
    sums, ssh = commands(press)
    assert "sha256sum --check --ignore-missing <<'SUMS'" == sums.split("\n")[0]
    assert "-n file -s widget-1.1.tar.xz.sig < widget-1.1.tar.xz" in ssh


def test_the_ssh_command_can_be_pasted(press: Checkout, tmp_path: Path) -> None:
    """With a real signature it passes, with another byte it fails."""
    publish(press, served("1.1", ("tarball", ".tar.xz"), ("signature", ".tar.xz.sig")))
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    public = key.with_suffix(".pub").read_text()
    (tmp_path / "allowed_signers").write_text(f'a@b.example namespaces="file" {public}')
    data = tmp_path / "widget-1.1.tar.xz"
    data.write_bytes(b"as signed")
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f", str(key), str(data)],
        check=True,
        capture_output=True,
    )
    ssh = commands(press)[1]

    def code() -> int:
        return subprocess.run(
            ["bash"], cwd=tmp_path, input=ssh.encode(), check=False, capture_output=True
        ).returncode

    assert 0 == code()
    data.write_bytes(b"as signeD")
    assert 0 != code()


def test_other_releases_say_what_is_known(press: Checkout) -> None:
    """By the table of old releases; a bad one says why not to use it."""
    press.edit(
        "releases/widget.md",
        "## 1.1 - ",
        "## 1.2 - 1 March 2026, A. Maintainer\n\n- x\n\n## 1.1 - ",
    )
    press.write(
        "releases/history.csv",
        "project,version,tags,signed,sdists,wheels\nwidget,1.1,v1.1,yes,1,12\n",
    )
    publish(press, served("1.2", *TARBALL))
    items = html.fromstring(page(press)).xpath("//h2[@id='earlier']/following-sibling::ul/li")
    said = [words(item) for item in items]

    assert (
        "1.1 10 January 2026 · 1 source archive, 12 wheels on the index; tag v1.1, signed"
        == said[0]
    )
    assert said[1].startswith("1.0 January 2026 · do not use it: ")


def test_a_project_without_a_record_leads_to_its_place(press: Checkout) -> None:
    """It promises files: the page says that none is recorded, and where they are said to be."""
    press.edit("releases/widget.md", "where: PyPI", 'where: "https://widgets.example/files/"')
    body = html.fromstring(page(press))

    assert (
        "No file is recorded here yet. The project has its files at widgets.example/files/."
        in words(body)
    )
    assert ["https://widgets.example/files/"] == body.xpath(
        "//p/a[contains(@href, '/files/')]/@href"
    )
    assert [] == body.xpath("//table | //pre")


def test_the_projects_home_leads_there(press: Checkout) -> None:
    """A link; a project without any file has neither link nor page."""
    assert ["download/"] == html.fromstring(page(press, "projects/widget/")).xpath(
        "//a[text()='Download and verify']/@href"
    )
    press.edit(
        "releases/widget.md",
        'artefacts:\n  - { name: "widget-{version}.tar.gz", kind: sdist, where: PyPI }\n',
        "",
    )
    assert "Download and verify" not in page(press, "projects/widget/")
    with pytest.raises(StopIteration):
        page(press)
