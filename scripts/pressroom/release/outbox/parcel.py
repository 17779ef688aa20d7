"""What lies in the outbox: message files that were made together, and to whom the mail among them goes."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAIL = "mail.eml"
TEXT = "text.txt"
CHAT = "chat.txt"
GITHUB = ("github.md", "github.sh")
GITLAB = ("gitlab.md", "gitlab.sh")
# A folder in the outbox, and a word on the command line; versions have dots, plus and exclamation marks.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+!_-]{0,149}")
_FILE = re.compile(r"[a-z]+\.[a-z]+")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Between whom a mail goes, as SMTP is told; addresses without names."""

    sender: str
    recipients: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Messages about one thing; `kind` is `release`, `reply` or what else somebody puts in.

    A private one has an address in it that no report, log or page may show.
    """

    id: str
    kind: str
    files: Mapping[str, bytes]
    envelope: Envelope | None = None
    is_private: bool = False


def check_id(text: str) -> str:
    """The id, if a folder can be called so. Raises ConfigError."""
    if not _ID.fullmatch(text) or ".." in text:
        raise ConfigError(
            f"{text[:80]!r} names nothing in the outbox",
            where="ID",
            hint="pressroom outbox list shows the ids",
        )
    return text


def is_file_name(text: str) -> bool:
    """Whether a message file can be called so."""
    return _FILE.fullmatch(text) is not None
