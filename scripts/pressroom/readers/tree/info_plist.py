"""The driver's Info.plist: three parallel lists of ids and names, and nothing else about readers."""

from __future__ import annotations

import plistlib
import re
from xml.parsers.expat import ExpatError

from pressroom.findings import Finding
from pressroom.readers.ids import parse_usb_id
from pressroom.readers.model import Status
from pressroom.readers.tree.dump_fields import shown_name
from pressroom.readers.tree.listed import Listed, judge_listed
from pressroom.readers.tree.reader_list import MAX_CHARACTERS, DriverList

KEYS = ("ifdVendorID", "ifdProductID", "ifdFriendlyName")

# The first release has the strings of one key side by side, without an <array> around them.
_BARE = re.compile(
    rb"(<key>(?:ifdVendorID|ifdProductID|ifdFriendlyName)</key>\s*)((?:<string>[^<]*</string>\s*)+)"
)
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)
_HINT = "name the Info.plist of a driver release"


def parse_plist(data: bytes, *, where: str) -> tuple[DriverList, list[Finding]]:
    """The readers of a property list, whose status nobody knows, and what is wrong with it."""

    def failed(message: str, hint: str = _HINT) -> tuple[DriverList, list[Finding]]:
        return DriverList(), [Finding(where=where, message=message, hint=hint)]

    if len(data) > MAX_CHARACTERS:
        return failed(f"has {len(data)} bytes, more than {MAX_CHARACTERS}")
    try:
        values = plistlib.loads(_BARE.sub(rb"\1<array>\2</array>", data))
    except (ExpatError, *_BROKEN) as error:
        return failed(f"is no property list: {str(error)[:80] or type(error).__name__}")
    if not isinstance(values, dict):
        return failed("is no dictionary")
    columns = [_strings(values.get(key)) for key in KEYS]
    if None in columns:
        missing = ", ".join(
            key for key, column in zip(KEYS, columns, strict=True) if column is None
        )
        return failed(f"has no list of text in {missing}")
    vendors, products, names = ([*column] for column in columns if column is not None)
    if not len(vendors) == len(products) == len(names):
        sizes = f"{len(vendors)} {KEYS[0]}, {len(products)} {KEYS[1]}, {len(names)} {KEYS[2]}"
        return failed(f"its lists are not equally long: {sizes}", "mend the list that lacks a line")
    listed = []
    findings = []
    for number, (vid, pid, name) in enumerate(zip(vendors, products, names, strict=True), 1):
        try:
            usb_id = parse_usb_id(f"{vid}:{pid}")
        except ValueError as error:
            hint = "write <string>0x072F</string>"
            findings.append(Finding(where=where, message=f"entry {number}: {error}", hint=hint))
            continue
        shown = shown_name(name) or str(usb_id)
        listed.append(Listed(usb_id=usb_id, name=shown, status=Status.SHOULD_WORK))
    kept, found = judge_listed(listed, where=where, sections=False)
    return DriverList(listed=kept), sorted(findings + found)


def _strings(value: object) -> list[str] | None:
    """The value, if it is a list of text."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    return None
