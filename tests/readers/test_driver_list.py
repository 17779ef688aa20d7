"""The driver's list in all its spellings, and its property list."""

from __future__ import annotations

import plistlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.findings import Severity, errors_of
from pressroom.readers.model import Status, UsbId
from pressroom.readers.tree.info_plist import parse_plist
from pressroom.readers.tree.listed import Listed
from pressroom.readers.tree.reader_list import DriverList, parse_list

RULE = "#" * 26
LIST = f"""\
#
# A list of invented readers
#
# DO NOT EDIT BY HAND

# Website: https://driver.example/

{RULE}
# section: supported
{RULE}

# Acme
0xF001:0x0001:Acme Slim
0Xf001:0X00aB:Acme Duo: the "second",  <&>\t

# Nobody

{RULE}
# section: shouldwork
{RULE}

# ~Zeta
0xF004:0x1000:~Zeta Pad

{RULE}
# section: unsupported
{RULE}

0xF005:0x0001:No Heading

{RULE}
# section: disabled
{RULE}

# Acme
#0xF001:0x0009:Acme Ghost

{RULE}
# section: duplicates
{RULE}
#0xF001:0x0001:Acme Slim (Acme_Slim.txt)
#0xF001:0x0001:~Acme Combo (serial) (Acme_Combo_(Card_Reader).txt)
"""
OLD = """\
# $Id$
# Generated: 2009-01-01
# List of readers

# Acme
0xF001:0x0001:Acme Slim
#0xF001:0x0002:Acme Ghost
0xf002:0x0001:Giesel
"""


def read(text: str) -> DriverList:
    driver_list, findings = parse_list(text, where="list.txt")
    assert [] == findings
    return driver_list


def test_every_line_arrives_with_section_and_vendor() -> None:
    """Hex in any case, colons in names, blanks collapsed, sort marks gone, commented lines disabled."""
    driver_list = read(LIST)

    assert [
        ("F001:0001", "Acme Slim", Status.SUPPORTED, "Acme", 13),
        ("F001:00AB", 'Acme Duo: the "second", <&>', Status.SUPPORTED, "Acme", 14),
        ("F004:1000", "Zeta Pad", Status.SHOULD_WORK, "Zeta", 23),
        ("F005:0001", "No Heading", Status.UNSUPPORTED, "", 29),
        ("F001:0009", "Acme Ghost", Status.DISABLED, "Acme", 36),
    ] == [
        (str(one.usb_id), one.name, one.status, one.vendor, one.line) for one in driver_list.listed
    ]
    assert (True, True) == (driver_list.knows_status, driver_list.knows_disabled)
    assert ("Acme", "Nobody", "Zeta") == driver_list.vendors


def test_files_of_one_id_have_names() -> None:
    """The section of duplicates names files, with parentheses in both, and lists no id."""
    assert {
        "Acme_Slim.txt": "Acme Slim",
        "Acme_Combo_(Card_Reader).txt": "Acme Combo (serial)",
    } == dict(read(LIST).names)


def test_an_old_list_has_no_sections() -> None:
    """Its readers should work, and its status says nothing."""
    driver_list = read(OLD)

    assert [Status.SHOULD_WORK, Status.DISABLED, Status.SHOULD_WORK] == [
        one.status for one in driver_list.listed
    ]
    assert (False, True) == (driver_list.knows_status, driver_list.knows_disabled)
    assert ("Acme",) == driver_list.vendors


def test_a_heading_ends_with_its_section() -> None:
    """Where a list has no rules between sections either."""
    text = (
        "# section: supported\n# Acme\n0xF001:0x0001:A\n# section: unsupported\n0xF002:0x0001:B\n"
    )

    assert ["Acme", ""] == [one.vendor for one in read(text).listed]


def test_line_ends_make_no_difference() -> None:
    """A list from another system is the same list."""
    assert read(LIST) == read(LIST.replace("\n", "\r\n"))


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("0x072G:0x90CC:X", "idVendor '072G' is not four hex digits", "write 0x072F:0x90CC:Name"),
        ("0x1072F:0x90CC:X", "idVendor '1072F' is not four", "write 0x072F:0x90CC:Name"),
        ("0x072F:0xCC:X", "idProduct 'CC' is not four hex digits", "write 0x072F:0x90CC:Name"),
        ("0x072F:0x90CC:  ", "072F:90CC has no name", "write one after the second colon"),
        ("072F:90CC:X", "is neither a reader nor a comment", "write 0x072F:0x90CC:Name"),
        ("0x072F:0x90CC:" + "x" * 600, "has more than 500 characters", "delete the line"),
        ("# section: suported", "section 'suported' is none", "known: supported, shouldwork"),
    ],
)
def test_a_line_that_says_nothing_is_named(line: str, message: str, hint: str) -> None:
    """File and line, what is wrong, how to mend it; the other lines are read."""
    driver_list, findings = parse_list(f"{LIST}\n{RULE}\n# section: supported\n{line}\n", where="l")
    number = LIST.count("\n") + 4

    assert [(number, True)] == [(one.line, message in one.message) for one in findings]
    assert hint in findings[0].hint
    assert 5 == len(driver_list.listed)


def test_an_entry_of_duplicates_without_a_file_is_named() -> None:
    """It would say nothing."""
    _, findings = parse_list(f"{LIST}#0xF001:0x0001:Acme Slim\n", where="l")

    assert [("names no file", True)] == [
        (one.message, "(File.txt)" in one.hint) for one in findings
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("#0xF001:0x0001:Acme Slim", "F001:0001 is disabled here and supported in line 13"),
        ("#0xF001:0x0001:Other", "F001:0001 is disabled here and supported in line 13"),
    ],
)
def test_supported_and_disabled_is_an_error(line: str, message: str) -> None:
    """It names both lines; the first one counts."""
    text = LIST.replace("#0xF001:0x0009:Acme Ghost", line)
    driver_list, findings = parse_list(text, where="l")

    assert [(36, message, "keep one of the lines")] == [
        (one.line, one.message, one.hint) for one in errors_of(findings)
    ]
    assert 4 == len(driver_list.listed)
    assert Status.SUPPORTED is driver_list.listed[0].status


def test_two_active_sections_are_an_error() -> None:
    """An id is supported or unsupported."""
    text = LIST.replace("0xF005:0x0001:No Heading", "0xF001:0x0001:Acme Slim")
    _, findings = parse_list(text, where="l")

    assert ["F001:0001 is unsupported here and supported in line 13"] == [
        one.message for one in errors_of(findings)
    ]


def test_the_same_line_twice_is_a_warning() -> None:
    """It is read once; another name of the id is another reader."""
    more = "0xF001:0x0001:Acme Slim\n0xF001:0x0001:Acme Slender\n"
    text = LIST.replace("0Xf001", f"{more}0Xf001")
    driver_list, findings = parse_list(text, where="l")

    assert [(14, Severity.WARNING)] == [(one.line, one.severity) for one in findings]
    assert ["Acme Slim", "Acme Slender"] == [one.name for one in driver_list.listed][:2]


def test_in_an_old_list_the_line_that_is_not_commented_out_counts() -> None:
    """Before there were sections, that was no contradiction."""
    for extra in ("#0xF001:0x0001:Acme old\n", "#0xF002:0x0001:Giesel\n"):
        text = OLD.replace("# Acme\n", f"# Acme\n{extra}")
        driver_list, findings = parse_list(text, where="l")

        assert [] == errors_of(findings)
        assert ["Acme Slim", "Acme Ghost", "Giesel"] == sorted(
            (one.name for one in driver_list.listed),
            key=["Acme Slim", "Acme Ghost", "Giesel"].index,
        )


def test_a_huge_list_is_refused() -> None:
    """20 MB are no list."""
    driver_list, findings = parse_list("x" * 20_000_000, where="l")

    assert DriverList() == driver_list
    assert "this is no list of readers" == findings[0].hint


def plist(**values: object) -> bytes:
    keys = {
        "ifdVendorID": ["0xF001", "0xf002"],
        "ifdProductID": ["0x0001", "0x0101"],
        "ifdFriendlyName": ["Acme Slim", "Giesel & Söhne"],
    }
    return plistlib.dumps(keys | values)


def test_a_property_list_has_ids_and_names() -> None:
    """Nothing is known of the status, and disabled readers are not in it."""
    driver_list, findings = parse_plist(plist(), where="Info.plist")

    assert [] == findings
    assert (
        Listed(usb_id=UsbId("F001", "0001"), name="Acme Slim", status=Status.SHOULD_WORK),
        Listed(usb_id=UsbId("F002", "0101"), name="Giesel & Söhne", status=Status.SHOULD_WORK),
    ) == driver_list.listed
    assert (False, False) == (driver_list.knows_status, driver_list.knows_disabled)


@pytest.mark.parametrize("count", [1, 2])
def test_strings_without_an_array_are_a_list(count: int) -> None:
    """The first release has the strings of a key side by side, which no property list may."""
    body = "".join(
        f"<key>{key}</key>\n" + "".join(f"<string>{value}</string>\n" for value in values[:count])
        for key, values in {
            "ifdVendorID": ["0xF001", "0xF002"],
            "ifdProductID": ["0x0001", "0x0002"],
            "ifdFriendlyName": ["Acme Slim", "Giesel"],
        }.items()
    )
    data = f'<?xml version="1.0"?><plist version="1.0"><dict>{body}</dict></plist>'.encode()
    driver_list, findings = parse_plist(data, where="Info.plist")

    assert [] == findings
    assert ["Acme Slim", "Giesel"][:count] == [one.name for one in driver_list.listed]


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (b"", "is no property list", "name the Info.plist"),
        (b"<plist><dict>", "is no property list", "name the Info.plist"),
        (b"bplist00\xff\xff", "is no property list", "name the Info.plist"),
        (plistlib.dumps([]), "is no dictionary", "name the Info.plist"),
        (plistlib.dumps({}), "has no list of text in ifdVendorID", "name the Info.plist"),
        (plist(ifdProductID=[1, 2]), "in ifdProductID", "name the Info.plist"),
        (
            plist(ifdVendorID=["0xF001"]),
            "not equally long: 1 ifdVendorID, 2 ifdProductID, 2 ifdFriendlyName",
            "mend the list that lacks a line",
        ),
        (
            plist(ifdVendorID=["0xF001", "F0021"]),
            "entry 2: idVendor 'F0021' is not four hex digits",
            "write <string>0x072F</string>",
        ),
        (
            b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><plist><string>&b;</string></plist>',
            "is no property list",
            "name the Info.plist",
        ),
        (b" " * 20_000_000, "more than 16777216", "name the Info.plist"),
    ],
)  # fmt: skip
def test_a_broken_property_list_is_named(data: bytes, message: str, hint: str) -> None:
    """What is wrong, and how to mend it."""
    _, findings = parse_plist(data, where="Info.plist")

    assert [("Info.plist", True)] == [(one.where, message in one.message) for one in findings]
    assert hint in findings[0].hint


_LINES = st.sampled_from([*LIST.split("\n"), "#0xF001:0x0001:", "# section: x", "0x:0x:"])


@given(st.text() | st.lists(_LINES | st.text(max_size=20), max_size=40).map("\n".join))
def test_no_text_makes_it_raise(text: str) -> None:
    """A list and findings come out of anything."""
    driver_list, findings = parse_list(text, where="l")

    assert all(one.hint for one in findings)
    assert all(one.name.isprintable() and one.name for one in driver_list.listed)


@given(st.binary() | st.text().map(lambda text: plist(ifdFriendlyName=["a", "b"]) + text.encode()))
def test_no_bytes_make_a_property_list_raise(data: bytes) -> None:
    """A list or findings come out of anything."""
    driver_list, findings = parse_plist(data, where="p")

    assert driver_list.listed or findings
