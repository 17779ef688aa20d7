"""The draft of what a changelog says about new readers."""

from __future__ import annotations

import collections
import re
from typing import TYPE_CHECKING

from pressroom.changelog.model import UNRELEASED
from pressroom.changelog.parse import parse_releases
from pressroom.changelog.render.html import plain_text
from pressroom.readers.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.readers.importing.changes import Entry
    from pressroom.readers.model import Reader, UsbId

# What no Markdown makes anything of.
_PLAIN = re.compile(r"[A-Za-z][\w .,:;/+'&()-]*", re.ASCII)


def draft_changelog(added: Iterable[Entry], *, table: Iterable[Reader] = ()) -> str:
    """The bullets of a release that supports new readers, by name; empty where there is none.

    Where one name stands for several ids, in the whole table, each has its idProduct.
    """
    new = {(one.name, one.usb_id) for one in added if one.status != Status.DISABLED}
    ids: dict[str, set[UsbId]] = collections.defaultdict(set)
    for name, usb_id in [*new, *((one.name, one.usb_id) for one in table)]:
        ids[name].add(usb_id)
    lines = [
        f"  - {bullet_text(name + _mark(usb_id, among=ids[name]))}\n"
        for name, usb_id in sorted(new, key=lambda one: (one[0].casefold(), *one))
    ]
    return "".join(["- Add support of\n", *lines] if lines else [])


def bullet_text(text: str) -> str:
    """Markdown that a changelog's bullet shows as the text: as it is, or as code where it would be markup."""
    if _PLAIN.fullmatch(text) or _reads_back(text, text):
        return text
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    blank = " " * (text.startswith("`") or text.endswith("`"))
    return f"{fence}{blank}{text}{blank}{fence}"


def _reads_back(bullet: str, text: str) -> bool:
    body = f"## {UNRELEASED}\n\n- Add support of\n  - {bullet}\n"
    _, releases, _ = parse_releases(body, where="")
    nested = [one for release in releases for entry in release.entries for one in entry.children]
    shown = [plain_text(one.text) for one in nested]
    return shown == [text] and not any(getattr(one, "children", ()) for one in nested)


def _mark(usb_id: UsbId, *, among: set[UsbId]) -> str:
    if len(among) == 1:
        return ""
    vendor = f"idVendor: 0x{usb_id.vid}, " if len({one.vid for one in among}) > 1 else ""
    return f" ({vendor}idProduct: 0x{usb_id.pid})"
