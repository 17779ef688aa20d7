"""Scripts and meta tags, as htmlparser2 finds them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.observatory.html import Meta, Script, Tags, read_tags
from pressroom.observatory.html_entities import decode_references

_SEEN = "<script src=seen>"


def _sources(text: str) -> list[str | None]:
    return [script.src for script in read_tags(text).scripts]


def test_read_tags_gives_both_kinds_in_order() -> None:
    """Scripts and meta tags are given with the attributes that they have, None for the others."""
    page = (
        '<!doctype html><meta charset=utf-8><META HTTP-Equiv="A" content="b &amp; c">'
        "<script SRC=' /x.js ' integrity></script><meta name=n src=x><script>1</script>"
    )
    assert Tags(
        scripts=(Script(src=" /x.js ", integrity=""), Script(src=None, integrity=None)),
        metas=(
            Meta(http_equiv=None, name=None, content=None),
            Meta(http_equiv="A", name=None, content="b & c"),
            Meta(http_equiv=None, name="n", content=None),
        ),
    ) == read_tags(page)


@pytest.mark.parametrize(
    "before",
    [
        "<!-->",
        "<!--->",
        "<!-- a --!>",
        "<!-->-->",
        "<![CDATA[ <script> ]]>",
        "<![cdata[ <script>",
        '<!DOCTYPE ">',
        "<?a ?>",
        "<% ",
        "<",
        "< ",
        "<1",
        "</>",
        "</ a>",
        '</a b=">',
        "<title></TITLE\f>",
        "<title></title/ a>",
        "<noscript>",
        "<template>",
        "<select>",
        "<table>",
        "<svg><title>",
        "<svg><style>",
        "<math><textarea>",
        "<svg><foreignObject></foreignobject><style>",
        "<svg><desc><svg></svg></desc><title>",
        "<p><svg></div><title>",
        "<p><svg><p></p><title>",
        "<svg><path/><title>",
        "<svgs><ſcript>",
    ],
)
def test_a_script_is_seen_after(before: str) -> None:
    """What is no comment any more, and no text of an element, has tags in it."""
    assert "seen" == _sources(before + _SEEN)[-1]


@pytest.mark.parametrize(
    "before",
    [
        "<!--",
        "<!-- a -- >",
        "<!-",
        "<!DOCTYPE",
        "<?",
        "</",
        "<![CDATA[ > ",
        "<a",
        "<a ",
        '<a b="',
        "<a b='>",
        "<textarea>",
        "<title>",
        "<title/>",
        "<style>",
        "<iframe>",
        "<noembed>",
        "<noframes>",
        "<xmp>",
        "<plaintext></plaintext>",
        "<script></scripts></ script>",
        "<svg/><title>",
        "<svg / ><title>",
        "<svg></svg><title>",
        "<svg><title><title>",
        "<svg><foreignobject><title>",
        "<p><svg></p><title>",
        "<div><svg><b></div><style>",
        "<svg><image><desc></image><title>",
        "<form><svg><form></form><title>",
        "<svg><p><div></p></svg><svg></svg><title>",
    ],
)
def test_a_script_is_not_seen_after(before: str) -> None:
    """Comments, values and the text of some elements hide what is in them, to the end if nothing ends them."""
    assert "seen" not in _sources(before + _SEEN)


def test_an_unterminated_tag_is_no_tag() -> None:
    """A script whose `>` is missing at the end of the page was never there."""
    assert [] == _sources("<script src=a.js")


def test_the_first_of_two_attributes_counts() -> None:
    """A second `src`, in whatever case, changes nothing."""
    assert ["a"] == _sources("<script src=a SRC=b>")


def test_a_value_may_hold_a_tag() -> None:
    """What looks like a tag in a quoted value is none."""
    assert [">"] == _sources("<p title='<script src=x>'><script src='>'></script>")


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("&", "&amp;"),
        ("&", "&amp"),
        ("&ampx;", "&ampx;"),
        ("&=", "&amp;="),
        ("&amp=", "&amp="),
        ("&notit;", "&notit;"),
        ("\ufffd", "&#0;"),
        ("€", "&#x80;"),
        ("\x81", "&#129"),
        ("Aa", "&#65a"),
        ("\ufffd", "&#xD800;"),
        ("\ufffd", "&#x110000;"),
        ("\ufffd", "&#99999999999999999999999;"),
        ("A", "&#00000000000000000000065;"),
        ("&#;&#x;& &", "&#;&#x;& &"),
    ],
)
def test_references_in_values(expected: str, value: str) -> None:
    """A reference without its semicolon counts only where no letter, digit or `=` follows its name."""
    assert expected == decode_references(value)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<",
            "<!--",
            "<script ",
            '<a b="',
            '"',
            "&",
            "</",
            "<svg>",
            "<svg></p>",
            "<![CDATA[",
            "--!",
            "<!----",
        ),
        *(
            "</titl",
            "<title>",
            "<a/",
            "<a =",
            "<p><svg></b>",
            "<meta a ",
            "<meta content=&",
            "<svg><desc>",
            "<?",
        ),
    ],
)
@pytest.mark.parametrize("before", ["", "<svg>", '<meta content="', "<title>", "<meta "])
def test_a_hostile_page_is_read_in_linear_time(piece: str, before: str) -> None:
    """200 kB of anything are read in a second; the square of that would be hours."""
    page = before + piece * (200_000 // len(piece))
    start = time.process_time()
    read_tags(page)
    assert time.process_time() - start < 1


def test_a_hundred_thousand_end_tags_without_a_start_are_read_in_linear_time() -> None:
    """An end tag is not looked for among all that is open."""
    start = time.process_time()
    read_tags("<svg>" + "<a>" * 100_000 + "</b>" * 100_000)
    assert time.process_time() - start < 3


@given(st.text(alphabet=st.sampled_from("<>!/-[]\"'=& \n\0\ufeffscriptmetasvgtitle&#x1;İſ")))
def test_no_page_is_an_error(text: str) -> None:
    """Whatever a page holds, it is read."""
    assert isinstance(read_tags(text), Tags)
