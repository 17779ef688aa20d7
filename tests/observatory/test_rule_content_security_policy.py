"""content-security-policy: the tokens, and which of them comes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.observatory.csp.read import read_csp
from pressroom.observatory.rules.content_security_policy import judge

NONE = "implemented-with-no-unsafe-default-src-none"
SAFE = "implemented-with-no-unsafe"
STYLE = "implemented-with-unsafe-inline-in-style-src-only"
DUPLICATE = "implemented-but-duplicate-directives"
PASSIVE = "implemented-with-insecure-scheme-in-passive-content-only"
EVAL = "implemented-with-unsafe-eval"
INLINE = "implemented-with-unsafe-inline"
SCHEME = "implemented-with-insecure-scheme"
INVALID = "header-invalid"
ABSENT = "not-implemented"
REPORTS = "not-implemented-but-reporting-enabled"
BROAD = ("ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*")


def token(
    header: str | None, *metas: str, report_only: str | None = None, secure: bool = True
) -> str:
    """The token without `csp-`."""
    csp = read_csp(header, metas, splits_on_commas=True)
    return judge(csp, report_only=report_only, secure=secure).removeprefix("csp-")


def test_without_a_policy_reporting_is_told_apart() -> None:
    """A policy that only reports is none; an empty one does not even report; what cannot be read stays invalid."""
    assert ABSENT == token(None)
    assert ABSENT == token(None, report_only="")
    assert REPORTS == token(None, report_only="x")
    assert REPORTS == token(";;;;;;;", "frame-ancestors a", report_only="default-src 'self'")
    assert INVALID == token("", report_only="x")
    assert SAFE == token("default-src 'self'", report_only="x")


def test_default_none_and_nothing_else_is_best() -> None:
    """`'none'` beside another source is not none; an empty default-src is."""
    assert NONE == token("default-src 'none'")
    assert NONE == token("default-src; script-src 'self'")
    assert SAFE == token("default-src 'none' 'self'")
    assert SAFE == token("script-src 'self'; style-src 'self'; object-src 'none'")
    assert NONE == token("default-src 'self'", "default-src 'none'")


@pytest.mark.parametrize("source", [*BROAD, "'unsafe-inline'", "data:"])
def test_code_from_anywhere_is_unsafe(source: str) -> None:
    """In script-src, or in default-src where there is none; in style-src it costs less."""
    assert INLINE == token(f"default-src 'none'; script-src {source}")
    assert INLINE == token(f"default-src {source}")
    secure = not source.startswith(("http:", "ftp:"))
    assert STYLE == token(f"default-src 'none'; style-src {source}", secure=secure)
    assert NONE == token(f"default-src 'none'; script-src {source}.a", secure=False)


@pytest.mark.parametrize("source", BROAD)
def test_objects_from_anywhere_are_unsafe(source: str) -> None:
    """But data: and inline, which are none for them, are not."""
    assert INLINE == token(f"default-src 'none'; object-src {source}")
    assert NONE == token("default-src 'none'; object-src data: 'unsafe-inline'")


def test_what_is_not_said_is_open() -> None:
    """Without default-src all comes from anywhere."""
    assert INLINE == token("frame-ancestors 'none'")
    assert INLINE == token("script-src 'self'")
    assert STYLE == token("script-src 'self'; object-src 'none'")


@pytest.mark.parametrize("pin", ["'nonce-", "'nonce-a'", "'sha256-x", "'sha384-x'", "'sha512-'"])
def test_a_nonce_or_hash_makes_inline_void(pin: str) -> None:
    """For scripts and styles each by itself; what falls back to default-src shares its set."""
    assert NONE == token(f"default-src 'none'; script-src {pin} 'unsafe-inline'")
    assert NONE == token(f"default-src 'none'; style-src {pin} 'unsafe-inline'")
    assert SAFE == token(f"default-src {pin} 'unsafe-inline'")
    assert INLINE == token(f"default-src {pin}; script-src 'unsafe-inline'")
    assert STYLE == token(f"default-src {pin}; style-src 'unsafe-inline'")
    assert INLINE == token("default-src 'none'; script-src 'sha1-x' 'unsafe-inline'")


def test_strict_dynamic_needs_a_pin() -> None:
    """Without one the policy is invalid, before anything else is looked at."""
    assert INVALID == token("script-src 'strict-dynamic' 'unsafe-inline' http://a.test")
    assert INVALID == token("default-src 'strict-dynamic'")
    assert NONE == token("default-src 'none'; style-src 'strict-dynamic'")


def test_strict_dynamic_makes_places_void() -> None:
    """Whatever starts as a broad source does, `'self'` and inline; data: is still unsafe."""
    pinned = "script-src 'nonce-a' 'strict-dynamic'"
    everything = "'self' 'unsafe-inline' * *.a.test http://a.test ftp://a.test https:"
    assert NONE == token(f"default-src 'none'; {pinned} {everything}")
    assert INLINE == token(f"default-src 'none'; {pinned} data:")
    assert SCHEME == token("default-src 'none'; script-src 'nonce-a' http://a.test")
    # The set of default-src is emptied with it, so that no font comes over a line without TLS.
    assert SAFE == token("default-src 'nonce-a' 'strict-dynamic' http://a.test *")


def test_insecure_sources_count_on_a_secure_site() -> None:
    """In any directive but those for pictures and sound, where it is a pass that costs."""
    for name in ("connect-src", "report-uri", "base-uri", "frame-ancestors", "script-src-elem"):
        assert SCHEME == token(f"default-src 'none'; {name} http://a.test")
        assert NONE == token(f"default-src 'none'; {name} http://a.test", secure=False)
    assert SCHEME == token("default-src 'self' ftp://a.test")
    assert SCHEME == token("default-src 'self' http://a.test; img-src 'self'; media-src 'self'")
    for name in ("img-src", "media-src"):
        assert PASSIVE == token(f"default-src 'none'; {name} http://a.test")
        assert PASSIVE == token(f"default-src 'none'; {name} ftp:; style-src 'unsafe-inline'")
        assert NONE == token(f"default-src 'none'; {name} http://a.test", secure=False)


def test_eval_counts_in_scripts_and_styles() -> None:
    """Only the whole of it, and only there."""
    assert EVAL == token("default-src 'none'; script-src 'unsafe-eval'")
    assert EVAL == token("default-src 'none'; style-src 'unsafe-eval'; img-src http://a.test")
    assert EVAL == token("default-src 'self' 'unsafe-eval'; script-src 'self'")
    assert NONE == token("default-src 'none'; script-src 'wasm-unsafe-eval'")
    assert NONE == token("default-src 'none'; worker-src 'unsafe-eval'")


def test_the_worst_comes_first() -> None:
    """Inline before scheme, scheme before eval."""
    assert INLINE == token("default-src 'unsafe-inline' 'unsafe-eval' http://a.test")
    assert SCHEME == token("default-src 'unsafe-eval' http://a.test")


def test_a_repeated_report_takes_the_place_of_a_pass() -> None:
    """Of the best one and of one that costs points; a failure stays."""
    twice = "report-to a; report-to b"
    assert DUPLICATE == token(f"default-src 'none'; {twice}")
    assert DUPLICATE == token(f"default-src 'none'; img-src http://a.test; {twice}")
    assert DUPLICATE == token(f"default-src 'none'; style-src 'unsafe-inline'; {twice}")
    assert EVAL == token(f"default-src 'unsafe-eval'; {twice}")
    assert INVALID == token(f"default-src 'strict-dynamic'; {twice}")


_SOURCES = st.sampled_from((*BROAD, "'none'", "'nonce-a'", "'strict-dynamic'", "data:", "a", ""))
_NAMES = st.sampled_from(("default-src", "script-src", "style-src", "img-src", "report-uri"))
_POLICIES = st.lists(
    st.tuples(_NAMES, st.lists(_SOURCES)).map(lambda one: " ".join((one[0], *one[1])))
).map(";".join)


@given(st.none() | st.text() | _POLICIES, st.lists(_POLICIES), st.booleans())
def test_any_policy_has_a_token(header: str | None, metas: list[str], secure: bool) -> None:
    """Whatever a host sends, the token is one of the table."""
    known = {NONE, SAFE, STYLE, DUPLICATE, PASSIVE, EVAL, INLINE, SCHEME, INVALID, ABSENT, REPORTS}
    assert token(header, *metas, secure=secure) in known
