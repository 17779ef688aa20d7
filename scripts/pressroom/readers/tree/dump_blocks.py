"""A descriptor dump cut into blocks, one an interface, and each block into its fields as text."""

from __future__ import annotations

import dataclasses
import re

from pressroom.findings import Finding

MAX_BLOCKS = 64

# What every block says, in the order of the dump; a field of the class descriptor starts with "ccid.".
FIELDS = (
    *("idVendor", "idProduct", "bcdDevice", "bLength", "bDescriptorType", "bInterfaceNumber"),
    *("bAlternateSetting", "bNumEndpoints"),
    *("bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol"),
    *("ccid.bLength", "ccid.bDescriptorType", "bcdCCID", "bMaxSlotIndex", "bVoltageSupport"),
    *("dwProtocols", "dwDefaultClock", "dwMaximumClock", "bNumClockSupported"),
    *("dwDataRate", "dwMaxDataRate", "bNumDataRatesSupported", "dwMaxIFSD"),
    *("dwSynchProtocols", "dwMechanical", "dwFeatures", "dwMaxCCIDMessageLength"),
    *("bClassGetResponse", "bClassEnvelope", "wLcdLayout", "bPINSupport", "bMaxCCIDBusySlots"),
)
STRINGS = ("iManufacturer", "iProduct", "iInterface")
# Spelled so by the tool that made the oldest dumps.
OLD_ENVELOPE = "bClassEnveloppe"

_KNOWN = {*FIELDS, *STRINGS}
_TWICE = {"bLength", "bDescriptorType"}
# Fields have one or two blanks before them; what is further in explains them in words.
_FIELD = re.compile(r" {0,2}([a-z]+[A-Z]\w*):(.*)")
_CLASS = "CCID Class Descriptor"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What stands after the colon, and the line it stands on."""

    text: str
    line: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One interface: its fields, and the lines that explain them."""

    line: int
    fields: dict[str, Field]
    notes: tuple[str, ...]
    old_spelling: bool
    other_line_ends: bool

    def text(self, name: str) -> str:
        """What stands after the colon of a field; empty where an optional one is not there."""
        return self.fields[name].text if name in self.fields else ""


def split_blocks(text: str, *, where: str) -> tuple[tuple[Block, ...], list[Finding]]:
    """The blocks of a dump, and findings for what is missing in them or stands twice."""
    reading = _Reading(where, other_line_ends="\r\n" in text)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if not reading.read(number, line):
            return (), reading.findings
    reading.close()
    if not reading.blocks and not reading.findings:
        what = "no idVendor in it: this is no descriptor dump" if text.strip() else "is empty"
        reading.add(1, what, "make the dump again; its first field is idVendor")
    return tuple(reading.blocks), reading.findings


class _Reading:
    """The block that is being read, and those that are."""

    def __init__(self, where: str, *, other_line_ends: bool) -> None:
        self.where = where
        self.other_line_ends = other_line_ends
        self.blocks: list[Block] = []
        self.findings: list[Finding] = []
        self._line = 0
        self._fields: dict[str, Field] = {}
        self._notes: list[str] = []
        self._prefix = ""
        self._old = False

    def add(self, line: int, message: str, hint: str) -> None:
        self.findings.append(Finding(where=self.where, line=line, message=message, hint=hint))

    def read(self, number: int, line: str) -> bool:
        """Whether to go on after this line."""
        if line.strip() == _CLASS:
            self._prefix = "ccid."
            return True
        match = _FIELD.fullmatch(line)
        if match is None:
            self._notes.append(line.strip())
            return True
        name, text = match[1], match[2]
        if name == "idVendor" and self._fields:
            self.close()
        if len(self.blocks) >= MAX_BLOCKS:
            self.add(number, f"idVendor: more than {MAX_BLOCKS} blocks", "one dump is one reader")
            return False
        if name == OLD_ENVELOPE:
            name, self._old = "bClassEnvelope", True
        if name in _TWICE:
            name = self._prefix + name
        if name in _KNOWN:
            self._keep(name, Field(text=text, line=number))
        return True

    def _keep(self, name: str, field: Field) -> None:
        self._line = self._line or field.line
        first = self._fields.setdefault(name, field)
        if first is not field:
            what = f"{name} stands twice in one block, first in line {first.line}"
            self.add(field.line, what, "make the dump again, or delete the line that is wrong")

    def close(self) -> None:
        """The block that was read is one of the blocks."""
        if not self._fields:
            return
        missing = [name for name in FIELDS if name not in self._fields]
        if missing:
            names = ", ".join(missing[:4]) + (f" and {len(missing) - 4} more" * (len(missing) > 4))
            what = f"the block that starts here is cut off: no {names}"
            self.add(self._line, what, "make the dump again, and keep all of it")
        self.blocks.append(
            Block(
                line=self._line,
                fields=self._fields,
                notes=tuple(self._notes),
                old_spelling=self._old,
                other_line_ends=self.other_line_ends,
            )
        )
        self._line, self._fields, self._notes = 0, {}, []
        self._prefix, self._old = "", False
