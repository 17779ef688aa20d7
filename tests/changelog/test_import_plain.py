"""Plain text as Markdown that shows it: no character of it is markup by accident."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pressroom.changelog.markdown import inline_renderer, prose_renderer
from pressroom.changelog.model import Entry
from pressroom.changelog.parse import parse_releases
from pressroom.changelog.plain import as_code, bullet_markdown, fenced, prose_markdown

BLANK = " \t"
MARKS = st.sampled_from(
    (
        "`",
        "``",
        "```",
        "<",
        ">",
        "](",
        "[",
        "# ",
        "> ",
        "- ",
        "1. ",
        "<!-- ",
        "~~~",
        "***",
        "\\",
        "'",
    )
)
WORDS = st.sampled_from(("foo", "<a@x.example>", "<https://x.example>", "(https://x.example)", "ü"))
lines = st.lists(
    st.one_of(MARKS, WORDS, st.just(" "), st.text("ab&*_|", max_size=3)), min_size=1, max_size=9
).map(lambda parts: "".join(parts).strip(BLANK))
texts = st.lists(lines.filter(bool), min_size=1, max_size=3).map("\n".join)


def shown(markdown: str) -> str:
    """The characters that a page shows, without blanks and the marks of code."""
    page = re.sub("<[^<>]*>", "", inline_renderer().renderInline(markdown))
    return "".join(html.unescape(page).replace("`", "").split())


@given(text=texts)
@example(text="use `foo' and `bar'")
@example(text="```foo")
@example(text="`\n>")
@example(text="<a@x.example>``\n`")
@example(text="'\n><a@x.example>")
@example(text="<!-- x\n--> y")
def test_a_bullet_shows_its_text(text: str) -> None:
    """One bullet without links, with all characters; and a second time changes nothing."""
    written = bullet_markdown(text)

    body = "## 1\n\n- " + written.replace("\n", "\n  ")
    assert ((Entry(text=written),),) == tuple(
        one.blocks for one in parse_releases(body, where="")[1]
    )
    assert "".join(text.replace("`", "").split()) == shown(written)
    assert "<a " not in inline_renderer().renderInline(written)
    assert written == bullet_markdown(written)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("`code` and `print('x')`", "`code` and `print('x')`"),
        ("use `foo' and `bar'", "use `` ` ``foo' and `bar'"),
        ("# of slots", "`#` of slots"),
        ("1. first", "`1.` first"),
        ("[x](https://x.example)", "[x]`(`https://x.example)"),
        ("[x](y) <z> *.c a_b \\n &amp;", "[x](y) <z> *.c a_b \\n &amp;"),
        ("Ann <ann@x.example>", "Ann `<ann@x.example>`"),
    ],
)
def test_only_what_would_be_markup_changes(text: str, expected: str) -> None:
    """Code that somebody meant stays, and so does what our Markdown does not know."""
    assert expected == bullet_markdown(text)


@given(text=texts)
def test_prose_shows_its_text(text: str) -> None:
    """A paragraph with the same words, or a fence with the lines as they stand."""
    written = prose_markdown(text)

    page = prose_renderer().render(written)
    assert page.startswith(("<p>", "<pre><code>"))
    content = re.fullmatch("<(?:p|pre><code)>([^<>]*)</.*>\n", page, re.DOTALL)
    assert content is not None
    if not text.startswith(("```", "~~~")):
        assert text.split() == html.unescape(content[1]).split()
    assert written == prose_markdown(written)


@given(text=texts)
def test_a_fence_holds_any_lines(text: str) -> None:
    """No line of the text ends the fence."""
    assert f"<pre><code>{html.escape(text).replace('&#x27;', chr(39))}" in (
        prose_renderer().render(fenced(text)).replace("&#39;", "'").replace("&#34;", "&quot;")
    )


@pytest.mark.parametrize("text", ["a", "`", "a`", "``x`", " a "])
def test_code_holds_any_text(text: str) -> None:
    """Backticks at the edges are not the mark's."""
    assert f"<code>{text}</code>" == inline_renderer().renderInline(as_code(text))


@pytest.mark.parametrize("part", ["`", "` ", "<a@x.example>", "](", "[", "`a ", "``a`", "# x\n"])
def test_time_grows_with_the_text(part: str) -> None:
    """A bullet of two hundred thousand characters takes less than two seconds."""
    started = time.process_time()
    bullet_markdown(part * (200_000 // len(part)))
    prose_markdown(part * (200_000 // len(part)))
    assert time.process_time() - started < 2
