"""The driver's list of readers: its lines as ids with name, vendor and section."""

from __future__ import annotations

import dataclasses
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.readers.ids import parse_usb_id
from pressroom.readers.model import Status
from pressroom.readers.tree.dump_fields import shown_name
from pressroom.readers.tree.listed import Listed, judge_listed

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_CHARACTERS = 16 * 1024 * 1024

_MAX_LINE = 500
_SECTION = re.compile(r"# ?section: ?(\S+)")
_SECTIONS = {
    "supported": Status.SUPPORTED,
    "shouldwork": Status.SHOULD_WORK,
    "unsupported": Status.UNSUPPORTED,
    "disabled": Status.DISABLED,
}
_DUPLICATES = "duplicates"
# `0xVVVV:0xPPPP:Name`; a name may hold colons. A line that is commented out has a # before it.
_ENTRY = re.compile(r"(#?) ?(0[xX][^:]*:[^:]*):(.*)")
# On lines of ids that several files share: `Name (File.txt)`.
_FILE = re.compile(r"(.*\S) \((\S+\.txt)\)")
# Comments about the list itself, not the vendor of the lines below.
_ABOUT = re.compile(r"(?:\$Id\b|Generated:|Website:|List of |DO NOT EDIT)|.*://", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DriverList:
    """What a list says: ids, and the names of single files where several share an id.

    Lists without sections and property lists do not know the status of a reader; property lists do
    not have what is disabled.
    """

    listed: tuple[Listed, ...] = ()
    names: Mapping[str, str] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    vendors: tuple[str, ...] = ()
    knows_status: bool = False
    knows_disabled: bool = False


def parse_list(text: str, *, where: str) -> tuple[DriverList, list[Finding]]:
    """The list in a file `where`, and findings for lines that cannot be read or contradict each other."""
    if len(text) > MAX_CHARACTERS:
        what = f"has {len(text)} characters, more than {MAX_CHARACTERS}"
        return DriverList(), [Finding(where=where, message=what, hint="this is no list of readers")]
    reading = _Reading(where)
    for number, line in enumerate(text.split("\n"), 1):
        reading.read(number, line)
    listed, findings = judge_listed(reading.listed, where=where, sections=reading.sections)
    driver_list = DriverList(
        listed=listed,
        names=MappingProxyType(reading.names),
        vendors=tuple(dict.fromkeys(reading.vendors)),
        knows_status=reading.sections,
        knows_disabled=True,
    )
    return driver_list, sorted(reading.findings + findings)


class _Reading:
    """What was read so far, and below which headings the next line stands."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.sections = False
        self.listed: list[Listed] = []
        self.names: dict[str, str] = {}
        self.vendors: list[str] = []
        self.findings: list[Finding] = []
        self._section = "shouldwork"
        self._vendor = ""

    def read(self, number: int, line: str) -> None:
        line = " ".join(line[: _MAX_LINE + 1].split())
        if len(line) > _MAX_LINE:
            self._add(number, f"has more than {_MAX_LINE} characters", "delete the line")
        elif match := _ENTRY.fullmatch(line):
            self._entry(number, commented=bool(match[1]), ids=match[2], name=match[3])
        elif match := _SECTION.fullmatch(line):
            self._begin(number, match[1])
        elif line.startswith("#"):
            self._heading(line.strip("# "))
        elif line:
            what = f"{line[:60]!r} is neither a reader nor a comment"
            self._add(number, what, "write 0x072F:0x90CC:Name, or put a # before it")

    def _begin(self, number: int, section: str) -> None:
        if not self.sections:
            self.vendors.clear()  # what stands above the first section is about the list
        self.sections = True
        self._section, self._vendor = section, ""
        if section not in {*_SECTIONS, _DUPLICATES}:
            self._add(number, f"section {section[:60]!r} is none", f"known: {', '.join(_SECTIONS)}")

    def _heading(self, text: str) -> None:
        """Rules and remarks end what a heading began."""
        self._vendor = "" if not text or _ABOUT.match(text) else shown_name(text)
        if self._vendor:
            self.vendors.append(self._vendor)

    def _entry(self, number: int, *, commented: bool, ids: str, name: str) -> None:
        try:
            usb_id = parse_usb_id(ids)
        except ValueError as error:
            self._add(number, str(error), "write 0x072F:0x90CC:Name")
            return
        match = _FILE.fullmatch(name) if commented or self._section == _DUPLICATES else None
        if match:
            self.names[match[2]] = shown_name(match[1])
            return
        if self._section == _DUPLICATES:
            self._add(number, "names no file", "write the file at the end: Name (File.txt)")
            return
        if not shown_name(name):
            self._add(number, f"{usb_id} has no name", "write one after the second colon")
            return
        status = _SECTIONS.get(self._section, Status.SHOULD_WORK)
        self.listed.append(
            Listed(
                usb_id=usb_id,
                name=shown_name(name),
                status=Status.DISABLED if commented else status,
                vendor=self._vendor,
                line=number,
            )
        )

    def _add(self, line: int, message: str, hint: str) -> None:
        self.findings.append(Finding(where=self.where, line=line, message=message, hint=hint))
