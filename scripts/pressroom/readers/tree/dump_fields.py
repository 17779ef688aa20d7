"""Fields of a descriptor dump from text to numbers, and its names to what can be shown."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from pressroom.findings import Finding

if TYPE_CHECKING:
    from pressroom.readers.tree.dump_blocks import Block

# `0x0B [in words]`, `271 bytes` or `1`.
_NUMBER = re.compile(r"(?:0[xX]([0-9A-Fa-f]{1,8})|(\d{1,10}))(?:\s.*)?", re.ASCII)
_HALVES = re.compile(r"0[xX]([0-9A-Fa-f]{4}) 0[xX]([0-9A-Fa-f]{4})", re.ASCII)
_MEGAHERTZ = re.compile(r"(\d{1,7})\.(\d{3}) MHz", re.ASCII)
_ID = re.compile(r"0[xX]([0-9A-Fa-f]{4})", re.ASCII)
_RELEASE = re.compile(r"([0-9A-Fa-f]{1,2})\.([0-9A-Fa-f]{1,2})(?:\s.*)?", re.ASCII)
# The first letters of a field say how many bytes it has.
_MOST = {"b": 0xFF, "w": 0xFFFF, "d": 0xFFFFFFFF}


class Numbers:
    """The fields of one block as numbers; what cannot be read becomes a finding, and 0."""

    def __init__(self, block: Block, where: str) -> None:
        self._block = block
        self._where = where
        self.findings: list[Finding] = []

    def number(self, name: str) -> int:
        """`0x0B [in words]`, `271 bytes`, `1`; of dwProtocols both halves as one number."""
        text = self._block.text(name).strip()
        if name == "dwProtocols":
            halves = _HALVES.fullmatch(text)
            return int(halves[1] + halves[2], 16) if halves else self._bad(name, "0x0000 0x0003")
        match = _NUMBER.fullmatch(text)
        value = -1 if match is None else int(match[1] or match[2], 16 if match[1] else 10)
        most = _MOST[name.removeprefix("ccid.")[0]]
        return value if 0 <= value <= most else self._bad(name, f"a number up to 0x{most:X}")

    def kilohertz(self, name: str) -> int:
        """`4.000 MHz`."""
        match = _MEGAHERTZ.fullmatch(self._block.text(name).strip())
        return int(match[1] + match[2]) if match else self._bad(name, "4.000 MHz")

    def usb_id(self, name: str) -> str:
        """`0x072F`, as four upper-case digits."""
        match = _ID.fullmatch(self._block.text(name).strip())
        return match[1].upper() if match else str(self._bad(name, "four hex digits: 0x072F"))

    def release(self, name: str) -> str:
        """`1.10 (in words)`: binary-coded decimal; some tools leave out the second zero of `1.00`."""
        match = _RELEASE.fullmatch(self._block.text(name).strip())
        if match is None:
            return str(self._bad(name, "a release: 1.10"))
        return f"{match[1]}.{match[2]:0>2}".upper()

    def refuse(self, name: str, why: str, hint: str) -> None:
        """The field has a value that cannot be."""
        field = self._block.fields[name]
        what = f"{name} {field.text.strip()[:40]!r} {why}"
        self.findings.append(Finding(where=self._where, line=field.line, message=what, hint=hint))

    def _bad(self, name: str, wanted: str) -> int:
        self.refuse(name, "cannot be read", f"make the dump again; it should be {wanted}")
        return 0


def shown_name(text: str, most: int = 300) -> str:
    """A name in Unicode form NFC, without what cannot be seen and without the list's sort mark."""
    text = unicodedata.normalize("NFC", text)
    kept = "".join(one for one in text if one.isprintable() or one.isspace())
    name = unicodedata.normalize("NFC", " ".join(kept.split()).removeprefix("~").strip())
    return name[:most].strip()


def holds_controls(text: str) -> bool:
    """Whether a name holds characters that are no text; blanks are text."""
    return any(not one.isprintable() and not one.isspace() for one in text)
