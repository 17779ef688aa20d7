"""What is different between two states of the table or of the driver's tree."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import msgspec

from pressroom.readers.model import Interface, Lcd, UsbId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.readers.model import Descriptor, Record

_MANY = 6  # values that a line can hold
_NO_HEX = {"bNumClockSupported", "bNumDataRatesSupported", "bNumEndpoints", "bMaxSlotIndex"}

Difference = tuple[str, str, str]  # field, old, new


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A reader as a report names it: status, slug in the table and file in the tree where they are known."""

    usb_id: UsbId
    name: str
    status: str = ""
    slug: str = ""
    source: str = ""

    def __str__(self) -> str:
        place = self.slug or self.source
        return f"{self.usb_id} {self.name}" + (f" ({place})" if place else "")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of a reader that is another one now."""

    reader: Entry
    field: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.reader}: {self.field} {self.old or 'none'} -> {self.new or 'none'}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Readers that came, went, and changed, each in one order."""

    added: tuple[Entry, ...] = ()
    removed: tuple[Entry, ...] = ()
    changed: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def as_dict(self) -> dict[str, list[dict[str, str]]]:
        """The report for `--json`."""
        return {
            "added": [_entry(one) for one in self.added],
            "removed": [_entry(one) for one in self.removed],
            "changed": [
                _entry(one.reader) | {"field": one.field, "old": one.old, "new": one.new}
                for one in self.changed
            ],
        }


def entry_of(record: Record) -> Entry:
    """A record of the table as a report names it."""
    return Entry(
        usb_id=record.reader.usb_id,
        name=record.reader.name,
        status=str(record.reader.status),
        slug=record.slug,
        source=record.descriptor.source if record.descriptor else "",
    )


def facts_changed(old: Descriptor, new: Descriptor) -> Iterator[Difference]:
    """The fields in which two descriptors differ; interfaces are compared in their order."""
    if old.source != new.source:
        yield "source", old.source, new.source
    for name in ("manufacturer", "product"):
        before, after = getattr(old.usb, name), getattr(new.usb, name)
        if before != after:
            yield f"usb.{name}", before, after
    if len(old.interfaces) != len(new.interfaces):
        yield "interfaces", str(len(old.interfaces)), str(len(new.interfaces))
    for number, (before, after) in enumerate(zip(old.interfaces, new.interfaces, strict=False)):
        for field, was, now in _interface_changed(before, after):
            yield f"interfaces[{number}].{field}", was, now


def _interface_changed(old: Interface, new: Interface) -> Iterator[Difference]:
    for field in msgspec.structs.fields(Interface):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after and field.name != "raw":
            yield field.encode_name, _shown(before), _shown(after)
    for name in sorted({*old.raw, *new.raw}):
        was, now = old.raw.get(name), new.raw.get(name)
        if was != now:
            yield f"raw.{name}", _raw(name, was), _raw(name, now)


def _raw(name: str, value: int | None) -> str:
    if value is None:
        return ""
    return str(value) if name in _NO_HEX else f"0x{value:X}"


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Lcd):
        return f"{value.lines} x {value.columns}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) if len(value) <= _MANY else f"{len(value)} values"
    return str(value)


def _entry(one: Entry) -> dict[str, str]:
    return {
        "vid": one.usb_id.vid,
        "pid": one.usb_id.pid,
        "name": one.name,
        "status": one.status,
        "slug": one.slug,
        "source": one.source,
    }
