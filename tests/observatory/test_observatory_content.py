"""What counts of a body: its text, JSON, and the meta tags that its Content-Type lets through."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from node_oracle import ask, need

from pressroom.observatory.content import Content, policies_of, read_content, referrer_of
from pressroom.observatory.html import Meta
from pressroom.observatory.json_body import text_of
from pressroom.observatory.model import Answer

_JSON = """
const answer = text => {
  let value;
  try { value = JSON.parse(text); } catch { return [text]; }
  if (typeof value === 'string') return [value];
  return !value || (Array.isArray(value) && !value.length) ? [''] : [null];
};
"""
_SCALARS = (
    '0 -0 1 -1 01 1. .1 0.0 1e5 0e5 1e-400 1e999 1E+3 1e - +1 NaN Infinity true false null True "" "a" "\\ud800" '
    '"\\ud83d\\ude00" "\\/" "\\u00g0" "\x7f" "\u2028" \'a\' "a "\\a" 0x1 1_0 ٣ 4.9e-324 2e-324 [] {} "\t'
)


def _answer(
    body: bytes, *, content_type: str | None = "text/html; charset=utf-8", status: int = 200
) -> Answer:
    headers = () if content_type is None else (("Content-Type", content_type),)
    return Answer(url="https://site.test/", status=status, headers=headers, body=body)


def _read(body: bytes, *, content_type: str | None = "text/html", status: int = 200) -> Content:
    answer = _answer(body, content_type=content_type, status=status)
    return read_content(answer, refuses_json=True)


def _meta(
    *, http_equiv: str | None = None, name: str | None = None, content: str | None = None
) -> Meta:
    return Meta(http_equiv=http_equiv, name=name, content=content)


def test_a_body_is_utf_8_whatever_it_declares() -> None:
    """A charset changes nothing, and what is not UTF-8 is U+FFFD."""
    answer = _answer(b"\xc3\xa9\xff", content_type="text/html; charset=iso-8859-1")
    assert "é\ufffd" == read_content(answer, refuses_json=True).text


def test_one_byte_order_mark_is_dropped() -> None:
    """The second one is text, and hides JSON."""
    assert "" == _read(b"\xef\xbb\xbf0").text
    assert "\ufeff0" == _read(b"\xef\xbb\xbf\xef\xbb\xbf0").text


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_has_no_tags(status: int) -> None:
    """What follows the headers of No Content and Not Modified is not read."""
    content = _read(b"<script src=a.js></script>{}", status=status)
    assert ("", (), False) == (content.text, content.tags.scripts, content.is_data)


@pytest.mark.parametrize(
    "body", ["{}", '{"a": [1]}', "[0]", "true", "1", "-0.5", "1e999", " \n[[]]\t", "9" * 5000]
)
def test_json_that_is_data_is_not_parseable(body: str) -> None:
    """An object, an array with something in it, true and a number are no page."""
    assert _read(body.encode()).is_data


@pytest.mark.parametrize("body", ["null", "false", "0", "-0", "0e9", "1e-400", '""', "[ ]", " 0 "])
def test_json_that_counts_as_nothing_is_an_empty_page(body: str) -> None:
    """What is false to JavaScript, and an empty array, is a page without a tag."""
    content = _read(body.encode())
    assert ("", False) == (content.text, content.is_data)


@pytest.mark.parametrize(
    "body",
    ["{a: 1}", "NaN", "[1,]", "01", "'a'", "\v0", "\xa00", "[0", "{}x", '{"a"}', "[}", '"\t"', " "],
)
def test_what_only_looks_like_json_is_text(body: str) -> None:
    """What JSON.parse() refuses is the text of a page."""
    content = _read(body.encode())
    assert (body, False) == (content.text, content.is_data)


def test_a_string_of_json_is_the_page() -> None:
    """A page in quotes is read without them."""
    content = _read(b'"<meta name=\\u0072eferrer content=\\"no-referrer\\">"')
    assert "no-referrer" == referrer_of(content.metas)


def test_older_algorithms_take_data_for_an_empty_page() -> None:
    """Where JSON is not refused, it has no tags; not even those in its strings."""
    content = read_content(_answer(b'["<script src=a.js>"]'), refuses_json=False)
    assert (False, ()) == (content.is_data, content.tags.scripts)


def test_json_of_any_depth_and_length_is_read() -> None:
    """Half a million arrays in each other, and as many beside each other, are no error."""
    start = time.process_time()
    assert text_of("[" * 500_000 + "]" * 500_000) is None
    assert text_of(f"[{'[],{},' * 100_000}0]") is None
    assert "[" * 500_000 == text_of("[" * 500_000)
    assert text_of("9" * 500_000) is None
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "content_type", ["text/html", "application/xhtml+xml", "text/html;charset=x", "text/html;"]
)
def test_meta_tags_count_in_html(content_type: str) -> None:
    """The two types of HTML, spelled exactly so, let meta tags count."""
    assert 1 == len(_read(b"<meta name=a>", content_type=content_type).metas)


@pytest.mark.parametrize(
    "content_type", [None, "", "TEXT/HTML", "text/html ;charset=x", "text/plain", ";text/html"]
)
def test_meta_tags_do_not_count_elsewhere(content_type: str | None) -> None:
    """Another case, a space or no type at all: the tags are there, and do not count."""
    content = _read(b"<meta name=a>", content_type=content_type)
    assert (1, 0) == (len(content.tags.metas), len(content.metas))


def test_policies_of_meta_tags() -> None:
    """Each with `http-equiv` and some `content` counts, in order, in any case and with white space around its name."""
    metas = (
        _meta(http_equiv="Content-Security-Policy", content="a"),
        _meta(http_equiv="\ufeff\xa0content-security-policy\v", content=" "),
        _meta(http_equiv="content-security-policy", content=""),
        _meta(http_equiv="content-security-policy"),
        _meta(http_equiv="content-security-policy\x85", content="b"),
        _meta(http_equiv="content-security-policy-report-only", content="c"),
        _meta(name="content-security-policy", content="d"),
        _meta(http_equiv="content-security-policy", name="referrer", content="e"),
    )
    assert ("a", " ", "e") == policies_of(metas)


def test_the_last_referrer_policy_counts() -> None:
    """A meta tag with both `http-equiv` and `content` is never one, nor is one without content."""
    metas = (
        _meta(name="referrer", content="a"),
        _meta(name="\ufeffReferrer\n", content="b"),
        _meta(name="referrer", content=""),
        _meta(name="referrer"),
        _meta(http_equiv="", name="referrer", content="c"),
        _meta(name="referrers", content="d"),
        _meta(name="referrer\x1f", content="e"),
    )
    assert "b" == referrer_of(metas)


def test_no_referrer_policy() -> None:
    """Without such a tag there is none, which is not an empty one."""
    assert None is referrer_of(())


@given(st.binary())
def test_no_body_is_an_error(body: bytes) -> None:
    """Any bytes are some content."""
    assert isinstance(_read(body), Content)


def _value(chance: random.Random, depth: int = 0) -> str:
    kind = chance.random()
    if kind < 0.2 and depth < 5:
        return f"[{','.join(_value(chance, depth + 1) for _ in range(chance.randint(0, 3)))}]"
    if kind < 0.4 and depth < 5:
        members = (f'"a" :{_value(chance, depth + 1)}' for _ in range(chance.randint(0, 3)))
        return f"{{{', '.join(members)}}}"
    space = chance.choice(("", "", "", " ", "\r\n", "\f", "\xa0"))
    return space + chance.choice(_SCALARS.split(" ")) + space


def _broken(text: str, chance: random.Random) -> str:
    """A text with one more character, or another one, at times."""
    at = chance.randrange(len(text) + 1)
    if chance.random() < 0.8:
        return text
    return text[:at] + chance.choice('[]{},:"0 ') + text[at + chance.randint(0, 1) :]


def test_json_is_what_node_takes_for_it() -> None:
    """On thousands of texts, JSON.parse() accepts the same, and takes the same for nothing."""
    need("htmlparser2")
    chance = random.Random(12)  # noqa: S311 - the same texts each time
    texts = [_broken(_value(chance), chance) for _ in range(6_000)]
    expected = ask(_JSON, texts)
    assert (
        []
        == [
            (text, theirs)
            for text, theirs in zip(texts, expected, strict=True)
            if theirs != [text_of(text)]
        ][:3]
    )
