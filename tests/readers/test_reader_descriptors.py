"""descriptors.jsonl, and both files of the table together."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader_dumps import dump

from pressroom.findings import errors_of
from pressroom.readers.descriptors import check_pair, parse_descriptors, render_descriptors
from pressroom.readers.load import load_readers, load_table
from pressroom.readers.model import Descriptor, Reader, Status, UsbId
from pressroom.readers.table import render_readers
from pressroom.readers.tree.dump import parse_dump

if TYPE_CHECKING:
    from pathlib import Path


def descriptor(slug: str, **changes: str | None) -> Descriptor:
    parsed, findings = parse_dump(dump(**changes).encode(), where=f"readers/{slug}.txt")
    assert parsed is not None, findings
    return parsed.descriptor(slug)


def reader(slug: str) -> Reader:
    return Reader(
        slug=slug,
        usb_id=UsbId("F001", "0001"),
        vendor="Acme",
        name="Acme Slim",
        status=Status.SUPPORTED,
    )


ONE = descriptor("one", wLcdLayout="0x0210")
TWO = descriptor("two", iProduct="漢 & <b>")


def test_lines_and_keys_are_sorted_and_read_back() -> None:
    """The same facts are the same bytes, whatever order they come in."""
    data = render_descriptors([TWO, ONE])

    assert data == render_descriptors([ONE, TWO])
    assert data.startswith(b'{"interfaces":[{"bcd_ccid":"1.10","bcd_device":')
    assert b'"lcd":{"columns":16,"lines":2}' in data
    assert ((ONE, TWO), []) == parse_descriptors(data, where="d.jsonl")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"slots":1', '"slots":"1"', "interfaces[0].slots: expected `int`, got `str`"),
        ('"slots":1,', "", "interfaces[0]: object missing required field `slots`"),
        ('"slots":1', '"slot":1', "interfaces[0]: object contains unknown field `slot`"),
        ('"class":"ccid"', '"class":"cd"', "interfaces[0].class: invalid enum value 'cd'"),
        ('"lines":2', '"lines":null', "interfaces[0].lcd.lines: expected `int`"),
        ('"number":0', '"number":0,"vid":"04e6"', "interfaces[0].vid: not four upper-case hex"),
        ('"label":"Slim CCID"', '"label":"a\\u202eb"', "interfaces[0].label: holds characters"),
        ('"slug":"one"', '"slug":"One"', "slug 'One' is no name for a page"),
        ('"slug":"one"', '"slug":"two"', "slug 'two' stands in line 1 too"),
        ('{"interfaces"', '{"interfaces', "is no descriptor: JSON is malformed"),
        ('"slug":"one"', '"slug":"\xff"', "is no descriptor: "),
    ],
)
def test_a_broken_line_is_named_with_its_field(old: str, new: str, message: str) -> None:
    """Line and field are in the message, the hint says who writes the file, the other line is read."""
    broken = render_descriptors([ONE]).decode("latin-1")
    assert old in broken
    data = render_descriptors([TWO]) + broken.replace(old, new).encode("latin-1")
    parsed, findings = parse_descriptors(data, where="d.jsonl")

    found = [one for one in findings if message.lower() in one.message.lower()]
    assert [2] == [one.line for one in found], findings
    assert "only the importer" in found[0].hint or "use a to z" in found[0].hint
    assert TWO in parsed


def test_unsorted_lines_are_a_warning() -> None:
    """They are read all the same."""
    data = render_descriptors([TWO]) + render_descriptors([ONE])
    parsed, findings = parse_descriptors(data, where="d.jsonl")

    assert (TWO, ONE) == parsed
    assert ["the lines are not sorted by slug"] == [one.message for one in findings]
    assert [] == errors_of(findings)


def test_ten_thousand_lines_are_read_in_half_a_second() -> None:
    """The cost of a page of data starts here."""
    rates = tuple(range(9600, 9600 + 20))
    interface = msgspec.structs.replace(ONE.interfaces[0], rates_bps=rates)
    many = [
        msgspec.structs.replace(ONE, slug=f"r{n:05}", source=f"{n}", interfaces=(interface,))
        for n in range(10_000)
    ]
    data = render_descriptors(many)
    start = time.perf_counter()
    parsed, findings = parse_descriptors(data, where="d.jsonl")

    assert (10_000, []) == (len(parsed), findings)
    assert time.perf_counter() - start < 0.5  # 0.1 s on an idle machine


def test_a_descriptor_needs_a_line_in_the_table() -> None:
    """One without is an error; a line without descriptor is none."""
    findings = check_pair([reader("one"), reader("bare")], [ONE, TWO], where="d.jsonl")

    assert ["no line of readers.csv has the slug 'two'"] == [one.message for one in findings]
    assert "put the line back" in findings[0].hint


def test_a_file_of_the_tree_is_one_record() -> None:
    """Two descriptors of one source are an error that names both."""
    twin = msgspec.structs.replace(TWO, source=ONE.source)
    findings = check_pair([reader("one"), reader("two")], [ONE, twin], where="d.jsonl")

    assert ["'two' and 'one' are both from readers/one.txt"] == [one.message for one in findings]
    assert "run `pressroom readers import`" in findings[0].hint


def test_both_files_are_joined_by_slug(tmp_path: Path) -> None:
    """Records come in the order of the table, with their descriptor where there is one."""
    (tmp_path / "readers.csv").write_text(render_readers([reader("bare"), reader("one")]))
    (tmp_path / "descriptors.jsonl").write_bytes(render_descriptors([ONE]))
    records, findings = load_readers(tmp_path, where="site/readers")

    assert [] == findings
    assert [("bare", None), ("one", ONE)] == [(one.slug, one.descriptor) for one in records]


def test_findings_name_the_file_below_the_given_place(tmp_path: Path) -> None:
    """A broken table does not make its descriptors look lost; a broken encoding is told."""
    text = render_readers([reader("one")]).replace("supported", "suported")
    (tmp_path / "readers.csv").write_bytes(text.encode() + b"\xff\n")
    (tmp_path / "descriptors.jsonl").write_bytes(render_descriptors([ONE]))
    records, findings = load_readers(tmp_path, where="site/readers")

    assert () == records
    assert {("site/readers/readers.csv", 2), ("site/readers/readers.csv", 3)} == {
        (one.where, one.line) for one in findings
    }


def test_files_that_are_not_there_are_empty(tmp_path: Path) -> None:
    """An import may start from nothing."""
    assert ((), []) == load_readers(tmp_path / "no", where="no")
    assert ((), []) == load_table(tmp_path / "no", where="no")


@given(st.binary() | st.text().map(str.encode) | st.just(b"[" * 100_000))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    """Descriptors and findings come out of anything."""
    parsed, findings = parse_descriptors(data, where="d.jsonl")

    assert parsed == () or not findings
