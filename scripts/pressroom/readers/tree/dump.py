"""A descriptor dump of the driver's tree, decoded: one reader, with an interface a block."""

from __future__ import annotations

import dataclasses
import re
from pathlib import PurePosixPath

from pressroom.findings import Finding
from pressroom.readers.model import Descriptor, Interface, UsbId, UsbNames
from pressroom.readers.tree.dump_blocks import split_blocks
from pressroom.readers.tree.dump_interface import read_device, read_interface

MAX_BYTES = 1024 * 1024

_FIELD = re.compile(r"\s*(\w+):", re.ASCII)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """What one file says; the ids and names of its first block are those of the reader."""

    source: str
    usb_id: UsbId
    usb: UsbNames
    interfaces: tuple[Interface, ...]

    @property
    def usb_ids(self) -> tuple[UsbId, ...]:
        """All ids in it, the reader's first: one file of the field holds two devices."""
        own = self.usb_id
        ids = [UsbId(one.vid or own.vid, one.pid or own.pid) for one in self.interfaces]
        return tuple(dict.fromkeys([own, *ids]))

    @property
    def name(self) -> str:
        """Its name where no list has one: as it reports it, else that of the file."""
        return f"{self.usb.manufacturer} {self.usb.product}".strip() or self.stem

    @property
    def stem(self) -> str:
        """The name of the file, without folder and extension."""
        return PurePosixPath(self.source).stem

    def descriptor(self, slug: str) -> Descriptor:
        """What our file keeps of it."""
        return Descriptor(slug=slug, source=self.source, usb=self.usb, interfaces=self.interfaces)


def parse_dump(
    data: bytes, *, where: str, source: str | None = None
) -> tuple[Dump | None, list[Finding]]:
    """The dump in a file `where`, or None and all that makes it unusable.

    What a reader itself got wrong is no finding: it is in the `lint` of the interface. `source` is
    how our file names the dump, where that is not `where`.
    """
    if len(data) > MAX_BYTES:
        return None, [too_big(len(data), where=where)]
    text, findings = _decode(data, where)
    blocks, found = split_blocks(text, where=where)
    findings += found
    if findings:
        return None, sorted(findings)
    devices = []
    interfaces = []
    for block in blocks:
        device, found = read_device(block, where=where)
        devices.append(device)
        own, first = device.usb_id, devices[0].usb_id
        interface, more = read_interface(block, own=own, first=first, where=where)
        interfaces.append(interface)
        findings += found + more
    if findings:
        return None, sorted(findings)
    return Dump(
        source=source or where,
        usb_id=devices[0].usb_id,
        usb=devices[0].usb,
        interfaces=tuple(interfaces),
    ), []


def too_big(size: int, *, where: str) -> Finding:
    """The finding for a file that is no dump by its size."""
    what = f"has {size} bytes, more than {MAX_BYTES}"
    return Finding(where=where, message=what, hint="a dump has 2,000; see what the file really is")


def _decode(data: bytes, where: str) -> tuple[str, list[Finding]]:
    """The text, and a finding for each line that is no UTF-8, with the field on it."""
    findings = []
    try:
        return data.decode(), []
    except UnicodeDecodeError:
        pass
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            match = _FIELD.match(line.decode("latin-1"))
            place = f"{match[1]}: " if match else ""
            what = f"{place}byte 0x{line[error.start]:02x} is not UTF-8"
            hint = f"convert the file: iconv -f latin1 -t utf-8 {where}"
            findings.append(Finding(where=where, line=number, message=what, hint=hint))
    return data.decode(errors="replace"), findings
