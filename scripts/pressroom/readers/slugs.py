"""The permanent name of a record, made once from its file or its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.names import check_name

if TYPE_CHECKING:
    from collections.abc import Container

    from pressroom.readers.model import UsbId

_MAX = 60  # leaves room for both ids within what check_name allows


def slug_of(text: str) -> str:
    """The text as a name for a page: `ACS_ACR38_plugin` becomes `acs-acr38-plugin`."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower())[:_MAX].strip("-")
    if any(True for _ in check_name(slug, what="", where="", line=0)):
        slug = f"reader-{slug}".rstrip("-")
    return slug


def free_slug(text: str, usb_id: UsbId, *, taken: Container[str], shared: bool = False) -> str:
    """The slug of a new record: with its idProduct where the name is `shared` or taken by another record."""
    slug = slug_of(text)
    pid = f"{slug}-{usb_id.pid.lower()}"
    full = f"{slug}-{usb_id.vid.lower()}-{usb_id.pid.lower()}"
    for candidate in (pid, full) if shared else (slug, pid, full):
        if candidate not in taken:
            return candidate
    number = 2
    while f"{full}-{number}" in taken:
        number += 1
    return f"{full}-{number}"
