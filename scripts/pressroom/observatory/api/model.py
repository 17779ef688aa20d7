"""What Mozilla's service says of a host, as values, and the error for when it says nothing that counts."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from pressroom.errors import ExitCode, PressroomError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BASE = "https://observatory-api.mdn.mozilla.net/api/v2"
# Points of every token by the name of its test: what `recommendation_matrix` lists.
Matrix: TypeAlias = "Mapping[str, Mapping[str, int]]"

# What to do where nothing can be done.
ASK_LATER = (
    "Mozilla's service is busy or in trouble: ask again in some minutes; "
    "without it the verdict is made on this machine"
)


class ServiceError(PressroomError):
    """The service gave no result for a host: never a pass, never a fail."""

    exit_code = ExitCode.OUTSIDE


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Mozilla's service, or one like it: where it is, our clock (with a time zone), and how we wait.

    `seconds` is what one exchange may take; a scan takes the service up to 20.
    """

    clock: Callable[[], dt.datetime]
    sleep: Callable[[float], None]
    base: str = BASE
    seconds: float = 60.0

    def where(self, site: str | None = None) -> str:
        """The place of an error: the service's host, and the site that was asked for."""
        place = urlsplit(self.base).netloc
        return place if site is None else f"{site} at {place}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ServiceResult:
    """The result of one test; `passed` is None where the service leaves it open."""

    token: str
    modifier: int
    passed: bool | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ServiceScan:
    """A scan of the service, with its results by the name of their test.

    `is_cached`: it was made before we asked, `age` seconds ago; what changed since is not in it.
    """

    host: str
    id: int
    algorithm_version: int
    scanned_at: dt.datetime
    age: float
    is_cached: bool
    score: int
    grade: str
    results: Mapping[str, ServiceResult]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ServiceVersion:
    """What runs there: the release of the scanner and its commit."""

    version: str
    commit: str
