"""The test of scripts: what is foreign, what is secure, and which of many decides."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.observatory.algorithm import load_algorithm
from pressroom.observatory.content import read_content
from pressroom.observatory.model import Answer
from pressroom.observatory.rules import subresource_integrity
from pressroom.observatory.verdict import UnjudgeableError

_TOKENS = load_algorithm().tests["subresource-integrity"].outcomes
_OWN = "sri-not-implemented-but-all-scripts-loaded-from-secure-origin"
_BEST = "sri-implemented-and-all-scripts-loaded-securely"
_EXTERNAL = "sri-implemented-and-external-scripts-loaded-securely"
_PINNED_INSECURE = "sri-implemented-but-external-scripts-not-loaded-securely"
_LOOSE_SECURE = "sri-not-implemented-but-external-scripts-loaded-securely"
_LOOSE_INSECURE = "sri-not-implemented-and-external-scripts-not-loaded-securely"
_NO_SCRIPTS = "sri-not-implemented-but-no-scripts-loaded"
_NOT_HTML = "sri-not-implemented-response-not-html"


def _judge(
    body: str,
    *,
    content_type: str | None = "text/html",
    host: str = "site.test",
    secure: bool = True,
    absent_type_is_html: bool = True,
) -> str:
    answer = Answer(url="https://site.test/", status=200, body=body.encode())
    return subresource_integrity.judge(
        read_content(answer, refuses_json=True),
        content_type,
        host=host,
        secure=secure,
        absent_type_is_html=absent_type_is_html,
    )


def _script(src: str, *, pinned: bool = False) -> str:
    return f'<script src="{src}"{" integrity=x" if pinned else ""}></script>'


@pytest.mark.parametrize(
    ("expected", "src"),
    [
        (_OWN, "a.js"),
        (_OWN, ""),
        (_OWN, "https://cdn.site.test/a.js"),
        (_OWN, "http://SITE.test/a.js"),
        (_OWN, "HTTP://other.test/a.js"),
        (_OWN, " http://other.test/a.js"),
        (_OWN, "///other.test/a.js"),
        (_OWN, "//"),
        (_OWN, "https:/other.test/a.js"),
        (_OWN, "data:text/javascript,1"),
        (_LOOSE_SECURE, "https://other.test/a.js"),
        (_LOOSE_SECURE, "https://127.0.0.1/a.js"),
        (_LOOSE_INSECURE, "http://other.test/a.js"),
        (_LOOSE_INSECURE, "//site.test/a.js"),
        (_LOOSE_INSECURE, "//\n/site.test/a.js"),
        (_LOOSE_INSECURE, "//%zz/a.js"),
    ],
)
def test_one_script_without_integrity(expected: str, src: str) -> None:
    """Its own site is the registrable domain; what does not begin like an address is relative."""
    assert expected == _judge(_script(src))


@pytest.mark.parametrize(
    ("expected", "src"),
    [
        (_BEST, "a.js"),
        (_BEST, "https://cdn.site.test/a.js"),
        (_OWN, ""),
        (_OWN, "http://site.test/a.js"),
        (_EXTERNAL, "https://other.test/a.js"),
        (_PINNED_INSECURE, "http://other.test/a.js"),
        (_PINNED_INSECURE, "//site.test/a.js"),
    ],
)
def test_one_script_with_integrity(expected: str, src: str) -> None:
    """Any text pins a script; it counts for one that comes over TLS."""
    assert expected == _judge(_script(src, pinned=True))


def test_a_relative_script_is_as_secure_as_the_visit() -> None:
    """Over http there is no bonus for one's own scripts, but for those addressed by https."""
    assert _OWN == _judge(_script("a.js", pinned=True), secure=False)
    assert _BEST == _judge(_script("https://site.test/a.js", pinned=True), secure=False)


def test_an_empty_integrity_pins_nothing() -> None:
    """The attribute without a text is as good as none."""
    assert _OWN == _judge('<script src=a.js integrity=""></script>')


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        (_BEST, _script("a.js") + _script("b.js", pinned=True) + _script("c.js")),
        (_BEST, _script("https://other.test/", pinned=True) + _script("a.js", pinned=True)),
        (_LOOSE_SECURE, _script("a.js", pinned=True) + _script("https://other.test/")),
        (
            _LOOSE_SECURE,
            _script("http://other.test/", pinned=True) + _script("https://other.test/"),
        ),
        (
            _LOOSE_SECURE,
            _script("https://other.test/") + _script("http://other.test/", pinned=True),
        ),
        (_LOOSE_INSECURE, _script("http://other.test/") + _script("https://other.test/")),
        (_EXTERNAL, _script("https://other.test/", pinned=True) + _script("a.js")),
        (_OWN, "<script>1</script>"),
    ],
)
def test_the_worst_of_many_scripts_decides(expected: str, body: str) -> None:
    """By rank and not by points, in whatever order they stand."""
    assert expected == _judge(body)


def test_hosts_without_a_domain_are_one_site() -> None:
    """An address of numbers has no domain, and another one has the same."""
    assert _OWN == _judge(_script("https://192.0.2.1/a.js"), host="127.0.0.1")


def test_names_at_one_company_are_one_site() -> None:
    """The list's private section is not looked at."""
    assert _OWN == _judge(_script("https://b.github.io/a.js"), host="a.github.io")


@pytest.mark.parametrize(
    "src", ["https://", "http://%zz/a.js", "http://site.test:99999/", "https://xn--a.test/"]
)
def test_an_address_that_is_none_stops_the_judge(src: str) -> None:
    """One such script, and the Observatory grades nothing of the page."""
    with pytest.raises(UnjudgeableError) as caught:
        _judge(_script("a.js", pinned=True) + _script(src))
    assert "write an address that exists into its src" == caught.value.hint
    assert ("site.test", True) == (caught.value.where, src in caught.value.message)


@pytest.mark.parametrize(
    ("expected", "content_type"),
    [
        (_OWN, "text/html;charset=utf-8"),
        (_OWN, "application/xhtml+xml"),
        (_OWN, None),
        (_OWN, ""),
        (_OWN, ";charset=utf-8"),
        (_NOT_HTML, "Text/HTML"),
        (_NOT_HTML, "text/html ;charset=utf-8"),
        (_NOT_HTML, "text/plain"),
    ],
)
def test_only_html_has_scripts(expected: str, content_type: str | None) -> None:
    """The type is compared as it stands; none at all is HTML."""
    assert expected == _judge(_script("a.js"), content_type=content_type)


def test_the_fourth_algorithm_does_not_take_an_absent_type_for_html() -> None:
    """There a page without Content-Type has no scripts to judge."""
    assert _NOT_HTML == _judge(_script("a.js"), content_type=None, absent_type_is_html=False)


def test_json_is_not_parseable() -> None:
    """Data is a penalty, with no Content-Type too; but the type is asked first."""
    assert "html-not-parseable" == _judge("{}", content_type=None)
    assert _NOT_HTML == _judge("{}", content_type="application/json")


def test_no_scripts() -> None:
    """A page without any script is not asked for integrity, nor is its style."""
    assert _NO_SCRIPTS == _judge("<link rel=stylesheet href=http://other.test/a.css>")
    assert _NO_SCRIPTS == _judge("0")


_SOURCES = st.one_of(
    st.sampled_from(
        ("a.js", "//other.test/", "https://other.test/", "http://site.test/", "http://[")
    ),
    st.text().map("https://{}".format),
    st.text(),
)


@given(st.lists(st.tuples(_SOURCES, st.booleans())), st.text(), st.booleans())
def test_there_is_always_a_token(
    scripts: list[tuple[str, bool]], content_type: str, secure: bool
) -> None:
    """Whatever the scripts, the result is one of the table or that there is none."""
    body = "".join(_script(src, pinned=pinned) for src, pinned in scripts)
    for kind in (content_type, None):
        with contextlib.suppress(UnjudgeableError):
            assert _judge(body, content_type=kind, secure=secure) in _TOKENS
