"""The policy of a page, of header and meta tags."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.observatory.csp.read import Csp, State, read_csp
from pressroom.observatory.rules import content_security_policy

_WORDS = ("default-src", "script-src", "report-uri", "'none'", "a/", "a/%61", "%zz", "é", "http:")
_TEXTS = st.lists(st.sampled_from((*_WORDS, ";", ",", "\n", " ")) | st.text(max_size=3)).map(
    " ".join
)


def read(*policies: str) -> Csp:
    """What is read of the policies of a header."""
    return read_csp(", ".join(policies), (), splits_on_commas=True)


def sources(*policies: str, name: str = "img-src") -> tuple[str, ...]:
    """What is left of one directive."""
    return read(*policies).directives[name]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "abc;",
        "img-s",
        "\U0001f600\U0001f600",
        "img-src a,",
        ",img-src a",
        "img-src a, , img-src a",
        "img-src a; IMG-SRC a",
    ],
)
def test_what_is_too_short_or_repeated_is_no_policy(header: str) -> None:
    """Fewer than six characters, or a name twice, spoils the policies of the whole page."""
    assert State.INVALID is read(header).state
    assert State.INVALID is read_csp("img-src a", (header,), splits_on_commas=True).state


def test_six_units_are_a_policy() -> None:
    """The length is that of UTF-16 without what is around: six is enough, and three emoji are six."""
    assert State.PRESENT is read(" abcdef ").state
    assert State.PRESENT is read_csp(None, ("\U0001f600" * 3,), splits_on_commas=True).state
    assert State.INVALID is read(" abcde\xa0 ").state


def test_semicolons_alone_are_no_directive() -> None:
    """A policy that can be read and says nothing is as none at all."""
    assert State.ABSENT is read(";;;;;;;;").state
    assert State.ABSENT is read_csp(None, (), splits_on_commas=True).state


def test_white_space_is_that_of_ecmascript() -> None:
    """A no-break space separates sources, a file separator does not; names and sources are in lower case."""
    assert ("'self'", "data:") == sources("\u2003IMG-SRC\xa0DATA:\t'Self'")
    assert ("a\x1cb", "b\x85c") == sources("img-src a\x1cb b\x85c")


def test_case_is_that_of_each_source() -> None:
    """A capital sigma at the end of a source is a final one, whatever comes behind the white space."""
    assert ("aς", "bσc") == sources("img-src AΣ\ufeffBΣC")


def test_line_ends_are_taken_out() -> None:
    """A line end in a meta tag separates nothing by itself."""
    policy = read_csp(None, ("img-src\n a\r\nb;\n font-src",), splits_on_commas=True)
    assert {"img-src": ("ab",), "font-src": ("'none'",)} == dict(policy.directives)


def test_a_directive_without_sources_is_none() -> None:
    """Nothing named is `'none'`, whether it names places or not."""
    assert {"img-src": ("'none'",), "sandbox": ("'none'",)} == dict(
        read("img-src; sandbox").directives
    )
    # It is a source like others if it names places.
    assert ("'none%27",) == sources("img-src", "img-src 'none%27")
    assert ("'none'",) == sources("sandbox", "sandbox 'none%27", name="sandbox")


def test_the_last_of_a_repeated_report_counts() -> None:
    """Of report-uri and report-to the last one's values stay, and the repetition is marked."""
    policy = read("report-uri /a; report-uri /b")
    assert ("/b",) == policy.directives["report-uri"]
    assert policy.has_duplicates
    assert not read("report-uri /a", "report-uri /b").has_duplicates
    assert read("img-src a", "report-to /a; report-to /b").has_duplicates


def test_a_source_that_goes_on_from_its_neighbour_is_dropped() -> None:
    """Neighbours in order, also one that was dropped itself; another source between them protects."""
    assert ("https:",) == sources("img-src https://a.test https: https://a.test/b")
    assert ("a", "b") == sources("img-src a b aa aaa")
    assert ("a/b", "a1", "ab") == sources("img-src ab a1 a/b")
    assert ("e", "é", "ea") == sources("img-src ea é e")


def test_a_further_policy_leaves_what_both_have() -> None:
    """A source stays if its left neighbour, of another policy, is the same or a folder around it."""
    assert ("'self'",) == sources("img-src 'self' data:", "img-src 'self'")
    assert ("a/b/c",) == sources("img-src a/b/c", "img-src a/")
    assert ("'none'",) == sources("img-src a", "img-src b")
    assert ("'none'",) == sources("default-src 'self'", "default-src 'none'", name="default-src")


def test_a_directive_of_one_policy_only() -> None:
    """Of the first policy it stays as it was; of a later one nothing is left."""
    policy = read("img-src a", "font-src b", "font-src b")
    assert {"img-src": ("a",), "font-src": ("'none'",)} == dict(policy.directives)


def test_a_mark_survives_into_later_policies() -> None:
    """What two policies agreed on stays although a third does not name it."""
    assert ("'self'",) == sources("img-src 'self'", "img-src 'self'", "img-src 'none'")
    assert ("'none'",) == sources("img-src 'self'", "img-src 'none'", "img-src 'self'")


def test_an_escape_that_cannot_be_read_spoils_only_what_is_compared() -> None:
    """One policy never compares; two do, where the parts before are equal."""
    assert ("a/%zz",) == sources("img-src a/%zz")
    assert State.INVALID is read("img-src a/%zz", "img-src a/%zz").state
    assert State.PRESENT is read("img-src a/%zz", "img-src b/%zz").state


def test_commas_split_from_the_fifth_algorithm_on() -> None:
    """Before, two headers were one garbled policy."""
    one = read_csp("img-src a, font-src b", (), splits_on_commas=False)
    assert {"img-src": ("a,", "b", "font-src")} == dict(one.directives)
    assert {"img-src", "font-src"} == set(read("img-src a, font-src b").directives)


@pytest.mark.parametrize("name", ["frame-ancestors", "report-uri", "sandbox"])
def test_a_meta_tag_cannot_be_only_what_browsers_ignore_there(name: str) -> None:
    """Such a directive alone is no policy in a meta tag, and is one in a header; with another one it is read."""
    assert State.ABSENT is read_csp(None, (f"{name} x",), splits_on_commas=True).state
    assert State.ABSENT is read_csp(";;;;;;", (f"{name} x",), splits_on_commas=True).state
    assert State.PRESENT is read(f"{name} x").state
    both = read_csp(None, (f"{name} x; img-src y",), splits_on_commas=True)
    assert {name, "img-src"} == set(both.directives)


def test_a_repetition_in_a_meta_tag_counts_as_a_directive() -> None:
    """Two report-uri in a meta tag are a policy, one is none."""
    metas = ("report-uri a; report-uri b",)
    assert State.PRESENT is read_csp(None, metas, splits_on_commas=True).state


def test_meta_tags_that_cannot_be_read_by_themselves_count_for_nothing() -> None:
    """Behind an empty header policy nothing is compared; without it two broken escapes are."""
    metas = ("img-src %zz", "img-src %zz")
    assert State.ABSENT is read_csp(";;;;;;", metas, splits_on_commas=True).state
    assert State.INVALID is read_csp(None, metas, splits_on_commas=True).state
    assert State.PRESENT is read_csp("font-src a", metas, splits_on_commas=True).state


def _names(count: int) -> str:
    return " ".join(f"{number:x}" for number in range(count))


@pytest.mark.parametrize(
    "header",
    [
        "a;" * 32_000,
        ";".join(f"{number:x}" for number in range(13_000)),
        f"script-src {_names(13_000)}",
        ",".join(["a-srcx"] * 9_000),
        ",".join([f"a-src {_names(4_000)}"] * 2 + ["a-src"] * 4_000),
        ",".join([f"a-src {_names(4_000)}"] * 2 + ["a-src 5"] * 3_000),
        ",".join(["a-src " + "%61" * 6_000] * 2 + ["a-src b"] * 3_000),
        ",".join(["a-src " + "/" * 30_000] * 2),
        "a-src " + "á\u0327\u0301" * 10_000,
        "a-src " + "%" * 60_000,
    ],
    ids=str.__len__,
)
def test_no_long_policy_takes_long(header: str) -> None:
    """64 kB, whatever is in them, are read in far less than what comparing each with each would take."""
    started = time.process_time()
    csp = read(header)
    content_security_policy.judge(csp, report_only=None, secure=True)
    assert 1.0 > time.process_time() - started


def test_only_short_policies_are_kept_in_memory() -> None:
    """What hosts repeat with every page is read once; what is long is read each time."""
    short, long = "img-src a", f"img-src {'a' * 4096}"
    assert read(short) is read(short)
    assert read(long) is not read(long)
    assert read(long) == read(long)


def test_half_a_surrogate_pair_is_read() -> None:
    """It is a character like others."""
    assert ("\ud800",) == sources("img-src \ud800")
    assert State.PRESENT is read("\ud800" * 6).state


@given(st.none() | _TEXTS, st.lists(_TEXTS).map(tuple), st.booleans())
def test_any_text_is_read(header: str | None, metas: tuple[str, ...], splits: bool) -> None:
    """Whatever a host sends is absent, invalid or present, and each directive of it has a source."""
    csp = read_csp(header, metas, splits_on_commas=splits)
    assert bool(csp.directives) <= (State.PRESENT is csp.state)
    assert all(csp.directives.values())
