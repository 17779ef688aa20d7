"""Recorded results: a line a result, read with everything that is wrong with it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import time
from typing import Any

import pytest
from grade_records import graded, lines
from hypothesis import given
from hypothesis import strategies as st

from pressroom.errors import PressroomError
from pressroom.observatory.grade import grade_of
from pressroom.observatory.record import RECORDS, Record, parse_records, render_record

LINE = (
    '{"at":"2026-01-20T05:30:00Z","host":"widgets.example","place":"live","algorithm":6,"score":80,'
    '"grade":"B+","pages":30,"worst":"/posts/hello/","failing":["hsts-not-implemented"]}\n'
)
ONE = graded(80, failing=("hsts-not-implemented",))
ANEW = "delete this one, and `pressroom observatory check --record` anew"


def changed(**values: Any) -> str:
    """The line with other values; None takes a key away."""
    whole = {**json.loads(LINE), **values}
    return json.dumps({key: value for key, value in whole.items() if value is not None})


def problems(text: str) -> list[tuple[int, str]]:
    """What is wrong, by line; every finding names the file, and how to mend it."""
    records, findings = parse_records(text, RECORDS)
    for finding in findings:
        assert RECORDS == finding.where
        assert ANEW in finding.hint
        assert str(finding).isprintable() or str(finding).count("\n") == 1
    assert findings == sorted(findings)
    assert len(records) <= len(text.split("\n"))
    return [(finding.line, finding.message) for finding in findings]


def test_a_record_is_one_line() -> None:
    """The keys stand in the order of the class, the moment first."""
    assert LINE == render_record(ONE)
    assert ((ONE,), []) == parse_records(LINE, RECORDS)


def test_what_a_person_spells_differently_is_the_same() -> None:
    """Spaces, another order of keys, blank lines, no line feed at the end: all are read."""
    values = json.loads(LINE)
    spelled = json.dumps(dict(reversed(values.items())), indent=None, separators=(" , ", " : "))
    other = graded(weeks=1)

    assert ((ONE, other), []) == parse_records(
        f"\n{spelled}\n \t\n{render_record(other).rstrip()}", RECORDS
    )


def test_no_tokens_may_go_without_saying() -> None:
    """A line without `failing` is of a page that lost nothing."""
    assert ((graded(),), []) == parse_records(
        changed(score=155, grade="A+", worst="/", failing=None), RECORDS
    )


def test_lines_may_be_in_any_order() -> None:
    """They stay in the order of the file."""
    records = tuple(graded(weeks=weeks) for weeks in (3, 1, 2))

    assert (records, []) == parse_records(lines(records), RECORDS)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("not JSON", "is not JSON"),
        ("<<<<<<< ours", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"x":' + "[" * 100_000, "is not JSON"),
        ("\ud800", "is not JSON"),
        ("1" * 5_000, "is not JSON"),
        ("[1]", "is no JSON object"),
        ("null", "is no JSON object"),
        (LINE.strip() + LINE.strip(), "is not JSON"),
        (LINE.replace("}", ',"score":80}').strip(), "a key stands twice"),
        (changed(colour="red"), "unknown key 'colour'"),
        (changed(host=None), "key 'host' is missing"),
        (changed(place="staging"), "place: invalid enum value 'staging'"),
        (changed(**{"x" * 999: 1}), f"unknown key '{'x' * 226}…"),
        (changed(place="\x1b[31m"), "place: invalid enum value '\\x1b[31m'"),
        (changed(algorithm=True), "algorithm: expected `int`, got `bool`"),
        (changed(algorithm=0), "algorithm is not between 1 and 999"),
        (changed(score=-1), "score is not between 0 and 999"),
        (changed(score=10**40, grade="A+"), "score is not between 0 and 999"),
        (changed(score="80"), "score: expected `int`, got `str`"),
        (changed(pages=0), "pages is not between 1 and 99,999,999"),
        (changed(grade="A"), "grade 'A' is not that of the score, which is B+"),
        (changed(grade="b+"), "grade 'b+' is not that of the score, which is B+"),
        (changed(at="yesterday"), "at: invalid RFC3339 encoded datetime"),
        (
            changed(at="2026-01-20T05:30:00"),
            "at 2026-01-20T05:30:00 is no whole second of UTC, as 2026-11-23T10:00:00Z is",
        ),
        (
            changed(at="2026-01-20T05:30:00+01:00"),
            "at 2026-01-20T05:30:00+01:00 is no whole second of UTC, as 2026-11-23T10:00:00Z is",
        ),
        (
            changed(at="2026-01-20T05:30:00.5Z"),
            "at 2026-01-20T05:30:00.500000+00:00 is no whole second of UTC, as 2026-11-23T10:00:00Z is",
        ),
        (changed(worst="posts/"), "worst 'posts/' is no path of a page"),
        (changed(worst="/\u202egnp"), "worst '/\\u202egnp' is no path of a page"),
        (changed(worst="/\ud800"), "worst '/\\ud800' is no path of a page"),
        (changed(worst="/" + "a" * 2_048), "worst has more than 2,048 characters"),
        (changed(failing=["<b>"]), "failing has '<b>', which is no token"),
        (changed(failing=["a" * 101]), f"failing has '{'a' * 79}…', which is no token"),
        (changed(failing=["a", "a"]), "failing names a token twice"),
    ],
)
def test_a_line_that_does_not_hold_is_a_finding(line: str, message: str) -> None:
    """It has its line and a hint, and hides no other."""
    text = f"{render_record(graded(weeks=1))}{line}\n{render_record(graded(weeks=2))}"

    assert [(2, message)] == problems(text)
    assert (graded(weeks=1), graded(weeks=2)) == parse_records(text, RECORDS)[0]


@pytest.mark.parametrize(
    "host",
    [
        "",
        "Widgets.example",
        "widgets.example:8443",
        "widgets.example.",
        "-widgets.example",
        "widgets..example",
        "../widgets",
        "wid gets.example",
        "[::1]",
        "wïdgets.example",
        "widgets.example\n",
        "a" * 201,
    ],
)
def test_what_is_no_host_is_refused(host: str) -> None:
    """A host names a file of the site: nothing but letters, digits, hyphens, dots."""
    with pytest.raises(PressroomError, match="is no name of a host") as caught:
        render_record(graded(host=host))

    assert "only what is reached at a host name" in caught.value.hint
    assert [(1, caught.value.message)] == problems(changed(host=host))


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "xn--wdgets-5wa.example", "my_w.example"]
)
def test_what_is_a_host_is_taken(host: str) -> None:
    """A name without a dot, an address of IPv4, Punycode, an underscore."""
    one = graded(host=host)

    assert ((one,), []) == parse_records(render_record(one), RECORDS)


def test_a_result_stands_once() -> None:
    """Another result of the same host, place and moment is a finding that names the first line."""
    text = lines([ONE, graded(weeks=1), ONE, dataclasses.replace(ONE, pages=31)])

    said = "the result of this host and moment stands on line 1 already"
    assert [(3, said), (4, said)] == problems(text)
    built = dataclasses.replace(ONE, place="built")
    assert [] == problems(lines([ONE, built, graded(host="other.example")]))


def test_a_file_beyond_measure_is_not_read() -> None:
    """One finding for the whole of it, at once."""
    start = time.monotonic()
    records, (finding,) = parse_records("\n" * 33_554_433, RECORDS)

    assert () == records
    assert "has 33,554,433 characters, more than 33,554,432" == finding.message
    assert "drop the oldest lines" == finding.hint
    assert time.monotonic() - start < 1


def test_ten_years_of_fifty_hosts_are_read_at_once() -> None:
    """26,000 lines cost half a second at most (a fifth on an idle machine)."""
    records = [graded(host=f"h{h}.example", weeks=week) for h in range(50) for week in range(520)]
    text = lines(records)
    start = time.process_time()

    assert len(records) == len(parse_records(text, RECORDS)[0])
    assert time.process_time() - start < 1.5


RECORD = st.builds(
    lambda score, **more: Record(score=score, grade=grade_of(score), **more),
    score=st.integers(0, 999),
    at=st.datetimes(timezones=st.just(dt.UTC)).map(lambda at: at.replace(microsecond=0)),
    host=st.from_regex(r"[a-z0-9]{1,9}(\.[a-z0-9]{1,9}){0,3}", fullmatch=True),
    place=st.sampled_from(["built", "live"]),
    algorithm=st.integers(1, 999),
    pages=st.integers(1, 99_999_999),
    worst=st.text().filter(str.isprintable).map("/{}".format),
    failing=st.lists(
        st.from_regex(r"[a-z]{1,9}(-[a-z0-9]{1,9}){0,3}", fullmatch=True), unique=True
    ).map(tuple),
)


@given(st.lists(RECORD, unique_by=lambda one: (one.at, one.host, one.place)))
def test_what_is_written_is_read_again(records: list[Record]) -> None:
    """Line for line, whatever a record holds."""
    assert (tuple(records), []) == parse_records(lines(records), RECORDS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from([field.name for field in dataclasses.fields(Record)])


@given(st.text() | st.dictionaries(KEYS, JSON).map(lambda values: changed(**values)))
def test_nothing_makes_it_raise(text: str) -> None:
    """Any text gives records that can be written again, or findings."""
    records, findings = parse_records(text, RECORDS)

    assert [] == [one for one in findings if not one.hint]
    assert (records, []) == parse_records(lines(records), RECORDS)
