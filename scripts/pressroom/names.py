"""Names that become a folder of the site and a part of its URLs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_MAX = 80
# Windows opens a device for these, whatever comes after a dot.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
)
# The folder's own page, and the further pages of its list.
_OURS = frozenset({"index", "page"})


def check_name(
    name: str, *, what: str, where: str, line: int, page: bool = True
) -> Iterator[Finding]:
    """Findings for a name that is no safe folder; of a `page`, digits alone and our own names are none."""
    shown = name if len(name) <= _MAX else name[:_MAX] + "…"
    if not _NAME.fullmatch(name) or (page and not re.search("[a-z]", name)):
        message, hint = (
            f"{what} {shown!r} is no name for a page",
            "use a to z, digits and single dashes between them" + ", with a letter" * page,
        )
    elif len(name) > _MAX:
        message, hint = f"{what} {shown!r} has more than {_MAX} characters", "shorten it"
    elif name in _DEVICES or (page and name in _OURS):
        message, hint = f"{what} {name!r} is reserved", "add a word to it"
    else:
        return
    yield Finding(where=where, line=line, message=message, hint=hint)
