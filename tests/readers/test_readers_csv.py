"""readers.csv: from text to readers and back, and everything that a person can get wrong in it."""

from __future__ import annotations

import dataclasses
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.findings import Finding, Severity, errors_of
from pressroom.names import check_name
from pressroom.readers.model import Reader, Status, UsbId
from pressroom.readers.table import HEADER, parse_readers, render_readers
from pressroom.readers.vendors import check_vendors

LINE = "acme-slim,F001,0001,Acme,Acme Slim,supported,1.4.31,,https://acme.example/,A *note*."
GOOD = f'{HEADER}\n{LINE}\nbravo,F003,00A1,Bravo,"Bravo ""one"", two",should-work,,,,\n'
SLIM = Reader(
    slug="acme-slim",
    usb_id=UsbId("F001", "0001"),
    vendor="Acme",
    name="Acme Slim",
    status=Status.SUPPORTED,
    since="1.4.31",
    url="https://acme.example/",
    notes="A *note*.",
)


def parse(text: str) -> tuple[tuple[Reader, ...], list[Finding]]:
    return parse_readers(text, where="readers.csv")


def test_every_cell_arrives_and_goes_back() -> None:
    """All ten columns are read, quotes too, and the same bytes are written."""
    readers, findings = parse(GOOD)

    assert [] == findings
    assert SLIM == readers[0]
    assert ('Bravo "one", two', 3) == (readers[1].name, readers[1].line)
    assert GOOD == render_readers(readers)
    assert GOOD == render_readers(reversed(readers))


@pytest.mark.parametrize(
    ("vid", "pid"), [("f001", "0x0001"), ("0XF001", "0001"), (" F001", "0001 ")]
)
def test_ids_may_be_written_as_people_do(vid: str, pid: str) -> None:
    """Lower case, 0x and blanks around are read as the same id."""
    readers, findings = parse(GOOD.replace("F001,0001", f"{vid},{pid}"))

    assert [] == errors_of(findings)
    assert UsbId("F001", "0001") == readers[0].usb_id


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("F001,", "F01,", "idVendor 'F01' is not four hex digits", "write four hex digits"),
        ("F001,", "1F001,", "idVendor '1F001' is not four", "write four hex digits"),
        (",0001,", ",000G,", "idProduct '000G' is not four hex digits", "write four hex digits"),
        ("F001,", ",", "idVendor '' is not four hex digits", "write four hex digits"),
        ("supported", "suported", "status 'suported' is none", "did you mean 'supported'?"),
        ("acme-slim,", "Acme_Slim,", "'Acme_Slim' is no name for a page", "use a to z, digits"),
        ("acme-slim,", "index,", "slug 'index' is reserved", "add a word to it"),
        ("acme-slim,", "../x,", "'../x' is no name for a page", "use a to z, digits"),
        (",Acme,", ",,", "vendor is empty", "write the vendor"),
        (",Acme Slim,", ", ,", "name is empty", "write the name"),
        ("1.4.31", "v1.4.31", "since 'v1.4.31' is no release", "digits and dots"),
        ("1.4.31", "1..4", "since '1..4' is no release", "digits and dots"),
        ("1.4.31,,", "1.4.31,1.4.4,", "last 1.4.4 is before since 1.4.31", "exchange them"),
        ("1.4.31,,", ",1.4.31,", "last is given and since is not", "write the first release"),
        ("https://acme", "javascript:acme", "url 'javascript:acme", "write https://"),
        ("https://acme.example/", "https:///x", "url 'https:///x' is no address", "write https"),
        ("https://acme.example/", "https://[x", "url 'https://[x' is no address", "write https"),
        ("A *note*.", "A" * 501, "notes has 501 characters, more than 500", "shorten it"),
        ("A *note*.", "a\u202eb", "U+202E RIGHT-TO-LEFT OVERRIDE", "delete it"),
        ("A *note*.", "a\x00b", "U+0000 control", "delete it"),
        ("A *note*.", "e\u0301", "not NFC", "Unicode form NFC"),
        ("A *note*.", "a,b", "has 11 cells, not 10", "quote a cell that holds a comma"),
        (",A *note*.", "", "has 9 cells, not 10", HEADER),
        ("A *note*.", '"A', "cannot be split into cells", "no cell holds a line end"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(old: str, new: str, message: str, hint: str) -> None:
    """What is wrong, in which line, and how to mend it; the other line is read."""
    assert old in LINE
    readers, findings = parse(GOOD.replace(LINE, LINE.replace(old, new, 1)))

    found = [one for one in errors_of(findings) if message in one.message]
    assert [2] == [one.line for one in found], findings
    assert hint in found[0].hint
    assert "bravo" in {reader.slug for reader in readers}


def test_blanks_around_a_cell_are_a_warning() -> None:
    """They are not read, and somebody is told."""
    readers, findings = parse(GOOD.replace("Acme Slim", " Acme Slim"))

    assert SLIM == readers[0]
    assert [("delete it", Severity.WARNING)] == [(one.hint, one.severity) for one in findings]


@pytest.mark.parametrize("text", ["", "\n", "slug,vid\n", f" {HEADER}\n", f"{HEADER},\n"])
def test_another_header_is_no_table(text: str) -> None:
    """The hint has the header that is wanted."""
    readers, findings = parse(text)

    assert () == readers
    assert [(1, f"write {HEADER}")] == [(one.line, one.hint) for one in findings]


def test_a_table_without_lines_is_one() -> None:
    """The header alone is fine, with and without a line end."""
    assert ((), []) == parse(HEADER)
    assert ((), []) == parse(f"{HEADER}\n")


def test_an_identical_line_is_read_once() -> None:
    """Twice the same is a warning that names the other line."""
    readers, findings = parse(f"{HEADER}\n{LINE}\n{LINE}\n")

    assert (SLIM,) == readers
    expected = (3, "is the same as line 2, and is read once", "delete one of them")
    assert [expected] == [(one.line, one.message, one.hint) for one in findings]
    assert [] == errors_of(findings)


def test_a_slug_belongs_to_one_record() -> None:
    """Another record with the same slug is an error that names both lines."""
    other = LINE.replace("Acme Slim", "Acme Slender")
    readers, findings = parse(f"{HEADER}\n{LINE}\n{other}\n")

    assert (SLIM,) == readers
    assert [(3, "slug 'acme-slim' stands in line 2 too")] == [
        (one.line, one.message) for one in errors_of(findings)
    ]
    assert "permanent address" in findings[0].hint


def test_two_records_of_one_id_are_kept() -> None:
    """Same id and same name, other slugs: both stay, in order."""
    other = LINE.replace("acme-slim", "acme-slim-2")
    readers, findings = parse(f"{HEADER}\n{LINE}\n{other}\n")

    assert [] == findings
    assert ["acme-slim", "acme-slim-2"] == [reader.slug for reader in readers]


def test_an_id_has_one_status() -> None:
    """Active in one line and disabled in another is an error that names both lines."""
    other = LINE.replace("acme-slim", "acme-two").replace("supported", "disabled")
    _, findings = parse(f"{HEADER}\n{LINE}\n{other}\n")

    expected = (3, "F001:0001 is disabled here and supported in line 2")
    assert [expected] == [(one.line, one.message) for one in errors_of(findings)]
    assert "same status" in findings[0].hint


def test_unsorted_lines_are_a_warning() -> None:
    """They are read all the same, and written sorted."""
    header, first, second, _ = GOOD.split("\n")
    readers, findings = parse(f"{header}\n{second}\n{first}\n")

    assert [(3, "keep the lines sorted by slug")] == [(one.line, one.hint) for one in findings]
    assert [] == errors_of(findings)
    assert GOOD == render_readers(readers)


def test_a_quote_left_open_costs_its_line_only() -> None:
    """The lines after it are read, and line numbers stay right."""
    text = GOOD.replace("A *note*.", '"A *note*.') + LINE.replace("acme-slim", "Zed")
    readers, findings = parse(text)

    assert ["bravo"] == [reader.slug for reader in readers]
    assert [2, 4] == [one.line for one in findings]


def test_a_huge_file_is_refused_at_once() -> None:
    """20 MB are no table, and nobody waits for it."""
    start = time.perf_counter()
    readers, findings = parse(f"{HEADER}\n" + "x" * 20_000_000)

    assert () == readers
    assert "this is no table of readers" == findings[0].hint
    assert time.perf_counter() - start < 0.5


def test_ten_thousand_lines_take_a_second() -> None:
    """Growth is linear, and small."""
    lines = [LINE.replace("acme-slim", f"acme-{number:05}") for number in range(10_000)]
    text = "\n".join([HEADER, *lines, ""])
    start = time.perf_counter()
    readers, findings = parse(text)

    assert (10_000, []) == (len(readers), findings)
    assert time.perf_counter() - start < 2  # 0.4 s on an idle machine


def test_a_vendor_has_one_spelling() -> None:
    """Case and punctuation apart; the rare spelling is named with its first line."""
    rows = [dataclasses.replace(SLIM, slug=f"r{n}", line=n) for n in (2, 3)]
    odd = [dataclasses.replace(SLIM, slug=f"s{n}", vendor="A.C-ME", line=n) for n in (7,)]
    other = dataclasses.replace(SLIM, slug="t", vendor="Acme Inc.", line=8)
    findings = check_vendors([*odd, *rows, other], where="readers.csv")

    assert [(7, "vendor 'A.C-ME' is 'Acme' in 2 lines", Severity.WARNING)] == [
        (one.line, one.message, one.severity) for one in findings
    ]
    assert "spell a vendor in one way" in findings[0].hint


cells = st.text(
    st.sampled_from("&'\"<>,;=@ |`\\äß漢é-x1") | st.characters(categories=["L", "P", "S"]),
    min_size=1,
    max_size=30,
).filter(lambda cell: cell == cell.strip())


slugs = st.from_regex(r"[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,5}){0,2}", fullmatch=True).filter(
    lambda slug: not any(True for _ in check_name(slug, what="slug", where="", line=0))
)
rows = st.builds(
    Reader,
    slug=slugs,
    usb_id=st.builds(UsbId, *[st.from_regex(r"[0-9A-F]{4}", fullmatch=True)] * 2),
    vendor=cells,
    name=cells,
    status=st.sampled_from(Status),
    notes=cells | st.just(""),
)


@given(st.lists(rows, unique_by=lambda reader: reader.slug, max_size=5))
def test_what_is_written_is_read_back(readers: list[Reader]) -> None:
    """Hostile names survive a round trip, and the second text is the first."""
    text = render_readers(readers)
    again, _ = parse(text)

    assert sorted(readers, key=lambda reader: reader.slug) == list(again)
    assert text == render_readers(again)


@given(
    st.text()
    | st.lists(st.text(max_size=20), max_size=5).map(lambda cells: f"{HEADER}\n" + ",".join(cells))
)
def test_no_text_makes_it_raise(text: str) -> None:
    """Readers and findings come out of anything, with lines that exist."""
    _, findings = parse(text)

    assert all(0 <= one.line <= text.count("\n") + 1 and one.hint for one in findings)
