"""What a reader got wrong in its descriptor, or the tool that made the dump: codes of `lint.NOTES`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pressroom.readers.tree.dump_fields import holds_controls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.readers.model import Interface
    from pressroom.readers.tree.dump_blocks import Block

_PUBLISHED = {"1.00", "1.10"}  # USB-IF: CCID revisions 1.0 and 1.1
_CLASS_DESCRIPTOR = 0x21  # CCID revision 1.1, 5.1
_MOST_KHZ = 20_000  # ISO/IEC 7816-3: the highest f(max) that a card can announce
_STRINGS = {"iManufacturer": "no-manufacturer", "iProduct": "no-product", "iInterface": ""}
# How the dumps say it; the error of the system that may follow after a colon differs from one to the next.
_NOTES = (
    ("clock-count", re.compile(r"Got \d+ clock frequencies but was expecting \d+", re.ASCII)),
    ("rate-count", re.compile(r"Got \d+ data rates but was expecting \d+", re.ASCII)),
    ("wrong-size", re.compile(r"wrong size for GET.*")),
    ("string-unreadable", re.compile(r"Can't get i(Manufacturer|Product|Interface) string.*")),
    ("negative-clock", re.compile(r"Support -\d+ kHz", re.ASCII)),
    ("negative-rate", re.compile(r"Support -\d+ bps", re.ASCII)),
)


def lint_of(interface: Interface, block: Block) -> Interface:
    """The interface with its lint."""
    codes = {*_of_numbers(interface), *_of_names(block), *_of_text(block)}
    return msgspec.structs.replace(interface, lint=tuple(sorted(codes)))


def _of_numbers(one: Interface) -> Iterator[str]:
    raw = one.raw
    if one.bcd_ccid not in _PUBLISHED:
        yield "bcd-ccid"
    if max(*one.clock_khz, *one.clocks_khz) > _MOST_KHZ:
        yield "clock-implausible"
    if raw["bDescriptorType"] != _CLASS_DESCRIPTOR:
        yield "descriptor-type"
    if (raw["wLcdLayout"] >> 8) > (raw["wLcdLayout"] & 0xFF):
        yield "lcd-swapped"
    if raw["dwProtocols"] & ~0b11:
        yield "protocols-misplaced"
    if raw["bInterfaceSubClass"] or raw["bInterfaceProtocol"] not in {0, 1, 2}:
        yield "subclass-unknown"
    if not one.voltage:
        yield "voltage-none"


def _of_names(block: Block) -> Iterator[str]:
    for name, code in _STRINGS.items():
        text = block.text(name).removeprefix(" ")
        if code and not text.strip():
            yield code
        if holds_controls(text):
            yield "control-bytes"
        if "?" in text or (text and not text.strip()):
            yield "unreadable-name"


def _of_text(block: Block) -> Iterator[str]:
    if block.old_spelling:
        yield "envelope-spelling"
    if block.other_line_ends:
        yield "line-ends"
    for code, shape in _NOTES:
        if any(shape.fullmatch(note) for note in block.notes):
            yield code
