"""What a mail server is, and the fate of a mail that was handed to it."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Security(enum.StrEnum):
    """How the connection is kept from others."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Fate(enum.StrEnum):
    """What became of a mail; only DOUBT leaves open whether somebody gets it."""

    SENT = "sent"
    LATER = "later"  # the server took nothing, and may take it another time
    REFUSED = "refused"  # the server took nothing, and will not
    UNANSWERED = "unanswered"  # nobody was there to take it
    DOUBT = "doubt"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The fate of a mail, the server's code (0: none) and why, in words for a person."""

    fate: Fate
    code: int = 0
    words: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in. `password` is called once TLS is there, and never without."""

    host: str
    port: int
    security: Security = Security.STARTTLS
    user: str = ""
    password: Callable[[], str] | None = None
    ca: Path | None = None  # certificates of a private authority
    once: float = 30.0  # seconds for each answer
    whole: float = 120.0  # seconds for all of it


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What is handed in: the mail's bytes, and the addresses between which it goes."""

    data: bytes
    sender: str
    recipients: tuple[str, ...]
