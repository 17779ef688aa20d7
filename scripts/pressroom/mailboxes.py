"""Addresses of mail: a name that people read, and an address that nothing can be slipped into."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.texts import check_text

if TYPE_CHECKING:
    from collections.abc import Iterator

HINT = 'write name@example.org or "A Name <name@example.org>"; a host beyond ASCII as xn--…'
# RFC 5321, 4.1.2 and 4.5.3.1: a dot-atom, no quoted string; names of hosts, no address literal.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@{_LABEL}(?:\.{_LABEL})*")
_LOCAL, _WHOLE, _NAME = 64, 254, 200


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Who a mail is from or to; `name` may be empty."""

    name: str = ""
    address: str


def parse_mailbox(text: str) -> Mailbox | None:
    """The mailbox of `name@host` or `A Name <name@host>`; None for anything else, line ends above all."""
    if len(text) > _NAME + _WHOLE + 3 or "\n" in text or "\t" in text or check_text(text, where=""):
        return None
    name, address = "", text
    if text.endswith(">"):
        name, _, address = text[:-1].partition("<")
        # Where a header is folded, nobody keeps more than one space.
        name = " ".join(name.strip().removeprefix('"').removesuffix('"').split())
    match = _ADDRESS.fullmatch(address)
    if match is None or len(match["local"]) > _LOCAL or len(address) > _WHOLE:
        return None
    return None if re.search(r'["<>\\]', name) else Mailbox(name=name, address=address)


def check_mailbox(text: str, *, what: str, where: str, line: int = 0) -> Iterator[Finding]:
    """A finding for a text that is no mailbox."""
    if parse_mailbox(text) is None:
        message = f"{what} {text[:_WHOLE]!r} is no address of mail"
        yield Finding(where=where, line=line, message=message, hint=HINT)
