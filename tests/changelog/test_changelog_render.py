"""Changelogs as HTML (test plan A 1, 2, 17)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from lxml import html
from strategies import hostile_text

from pressroom.changelog.model import Entry, Prose
from pressroom.changelog.parse import parse_changelog
from pressroom.changelog.render.announcement import announced, render_announcement
from pressroom.changelog.render.html import plain_text, render_blocks, render_inline

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent.parent / "golden" / "changelog" / "two_releases"
ELEMENTS = frozenset(
    (
        "div",
        "ul",
        "ol",
        "li",
        "p",
        "code",
        "a",
        "pre",
        "blockquote",
        "h3",
        "h4",
        "h5",
        "h6",
        "em",
        "strong",
        "hr",
        "br",
    )
)


@given(hostile_text)
def test_a_hostile_entry_never_becomes_markup(text: str) -> None:
    """Only harmless elements come out, and no attribute but a list's start and an http or mail link's target."""
    rendered = render_blocks([Entry(text=text, children=(Entry(text=text),)), Prose(text=text)])
    root = html.fragment_fromstring(str(rendered).replace("\x00", ""), create_parent="div")

    for element in root.iter():
        assert element.tag in ELEMENTS
        for name, value in element.attrib.items():
            assert name in {"href", "start"}
            assert name != "href" or value.startswith(("http://", "https://", "mailto:"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("CPKCS11Lib::Load(): return", "CPKCS11Lib::Load(): return"),
        ("-f/--full and foo_bar_baz", "-f/--full and foo_bar_baz"),
        ("all *.c and *.h, PCSC_* too", "all *.c and *.h, PCSC_* too"),
        ("a <tag> & 'x' C:\\_y &amp;", "a &lt;tag&gt; &amp; 'x' C:\\_y &amp;amp;"),
        ("`a*b` [x](https://e.example/)", '<code>a*b</code> <a href="https://e.example/">x</a>'),
        ("[x](javascript:y)", "[x](javascript:y)"),
    ],
)
def test_code_like_text_survives(text: str, shown: str) -> None:
    """What looks like Markdown emphasis in a file name or a macro is shown as it was typed."""
    assert shown == render_inline(text)


def test_plain_text_is_one_line_without_markup() -> None:
    """Summaries and titles take the words only."""
    assert "add code and a link" == plain_text("add `code`\nand a [link](https://e.example/)")


def test_two_releases_become_a_page_and_an_announcement(
    golden: Callable[[Path, str], None],
) -> None:
    """The goldens show every piece of syntax once."""
    text = (GOLDEN / "widget.md").read_text(encoding="utf-8")
    changelog, findings = parse_changelog(text, where="releases/widget.md")
    assert [] == findings
    assert changelog.project is not None
    page = "\n".join(str(render_blocks(release.blocks)) for release in changelog.releases)
    post = render_announcement(
        announced(changelog, changelog.project.announcements[0]),
        release_url=lambda release: f"{release.version}/",
    )

    golden(GOLDEN / "page.html", page)
    golden(GOLDEN / "announcement.html", post)
