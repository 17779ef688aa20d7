"""Bytes are judged as they are made: what no page may hold is found wherever it comes from, by whoever writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig

from pressroom.site import writer as writing
from pressroom.site.pages import DataFile, DataPage
from pressroom.site.shell import SENTINELS, Shell, ShellKey, Shells, cut
from pressroom.site.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path

SHELL = "<!doctype html><title>{title}</title><meta name='d' content='{description}'><a href='{canonical}'>{head}</a>{body}"
# Put together here, so that no tool takes this file for a leak.
TOKEN = "ghp_" + "a1B2" * 9


class OneShell(Shells):
    """Shells of which there is one; `extra` stands at its end."""

    def __init__(self, extra: str = "") -> None:
        self.shell: Shell = cut(SHELL.format(**SENTINELS) + extra, where="x")

    def get(self, key: ShellKey) -> Shell:  # noqa: ARG002 - the same for all
        """The shell."""
        return self.shell


def a_page(url: str = "a/", **changes: Any) -> DataPage:
    """A page without anything to find."""
    values: dict[str, Any] = {
        "title": "Title",
        "description": "Description",
        "body": lambda link: Markup('<p>Text <a href="{}">x</a></p>').format(link("b/")),
    }
    return DataPage(url=url, **{**values, **changes})


def a_writer() -> Writer:
    """The judge of a site."""
    return Writer("docs", base_url="https://x.example/", site_url="https://x.example/")


def test_a_page_is_its_shell_filled() -> None:
    """Title, description, address, head and body, with links that work from there; nothing is found."""
    one = a_writer()
    page = a_page(title="<T>", head=Markup("<b>h</b>"))

    assert (
        SHELL.format(
            title="&lt;T&gt;",
            description="Description",
            canonical="https://x.example/a/",
            head="<b>h</b>",
            body='<p>Text <a href="../b/">x</a></p>',
        )
        == one.page(OneShell(), page).decode()
    )
    assert [] == one.findings
    assert {"a/index.html"} == one.judged


@pytest.mark.parametrize("place", ["body", "head", "shell"])
@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("<script>alert(1)</script>", "inline code"),
        ('<p style="color: red">x</p>', "style attribute"),
        (f"<p>{TOKEN}</p>", "an access token of GitHub"),
    ],
)
def test_what_no_page_may_hold_is_found(place: str, what: str, message: str) -> None:
    """In the body, in the head, and in the shell that all pages share; the secret is not repeated."""
    one = a_writer()
    markup = Markup(what)  # noqa: S704 - it is meant to be found
    changes: dict[str, dict[str, Any]] = {
        "body": {"body": lambda _: markup},
        "head": {"head": markup},
    }
    one.page(OneShell(what if place == "shell" else ""), a_page(**changes.get(place, {})))

    assert any(message in finding.message for finding in one.findings), one.findings
    assert all(TOKEN[-8:] not in str(finding) for finding in one.findings)


def test_a_secret_in_a_title_is_found() -> None:
    """Text counts as well as markup."""
    one = a_writer()
    one.page(OneShell(), a_page(title=f"Release {TOKEN}"))

    assert ["holds what looks like an access token of GitHub"] == [
        finding.message for finding in one.findings
    ]


def test_a_secret_in_a_file_is_found() -> None:
    """JSON, feeds and CSV are judged when they are made, and not read again."""
    one = a_writer()

    assert TOKEN.encode() == one.file("x.json", TOKEN.encode)
    assert 1 == len(one.findings)
    assert {"x.json"} == one.judged


def _files(one: Writer, folder: Path, count: int) -> list[DataFile]:
    """Pages of which every tenth is to be found, each with a file beside it."""
    config: Any = MkDocsConfig()
    config.site_dir = str(folder)
    config.use_directory_urls = True
    shells = OneShell()

    def make(number: int) -> DataFile:
        bad = number % 10 == 0
        body = (Markup("<p onclick='x'>{}</p>") if bad else Markup("<p>{}</p>")).format(number)
        page = a_page(f"p{number}/", body=lambda _: body)
        return DataFile(
            config,
            page.uri,
            lambda: one.page(shells, page),
            beside={"x.json": lambda: one.file(f"{page.url}x.json", lambda: b"{}")},
        )

    return [make(number) for number in range(count)]


def test_several_processes_write_and_find_the_same_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes, the same findings, the same list of what was judged; MkDocs does not write them again."""
    found = []
    for name, worth in (("one", 1000), ("many", 10)):
        monkeypatch.setattr(writing, "WORTH_SHARING", worth)
        one = a_writer()
        files = _files(one, tmp_path / name, 50)
        one.write(files)
        tree = {
            str(path.relative_to(tmp_path / name)): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        found.append((tree, sorted(one.findings), one.judged))
        (tmp_path / name / "p1" / "index.html").unlink()
        files[1].copy_file()
        assert not (tmp_path / name / "p1" / "index.html").exists()

    assert found[0] == found[1]
    assert 100 == len(found[0][0])
    assert 5 == len(found[0][1])
    assert 100 == len(found[0][2])
