"""Recorded results: a line of site/observatory.jsonl says what a host's pages came to at one moment."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from pressroom.errors import PressroomError
from pressroom.findings import Finding
from pressroom.observatory.grade import grade_of
from pressroom.shapes import fill

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDS = "site/observatory.jsonl"
# A thousand hosts, looked at every week for two years and a half.
MAX_CHARACTERS = 32 * 1024 * 1024

# What was looked at: files behind a server of our own before they were published, or a host as anybody sees it.
Place: TypeAlias = Literal["built", "live"]

# A file is named after the host, which a disk takes with 255 bytes at most, and a copy beside it has more.
_MAX_HOST = 200
_MAX_WORST = 2_048
_MAX_TOKEN = 100
_MAX_SHOWN = 80
_MAX_MESSAGE = 240
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_TOKEN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COUNTS = (("algorithm", 1, 999), ("score", 0, 999), ("pages", 1, 99_999_999))
_HINT = (
    "a command writes these lines: delete this one, and `pressroom observatory check --record` anew"
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the pages of one host came to.

    `at` is in UTC, in whole seconds; `host` in lower case without a port. Score and grade are those of the worst page,
    `worst` is its path, and `failing` are the tokens that cost it points.
    """

    at: dt.datetime
    host: str
    place: Place
    algorithm: int
    score: int
    grade: str
    pages: int
    worst: str
    failing: tuple[str, ...] = ()


_DECODER = msgspec.json.Decoder(Record)
# Keys in the order of the class: the moment and the host first, as a person looks for them.
_ENCODER = msgspec.json.Encoder()


def parse_records(text: str, where: str) -> tuple[tuple[Record, ...], list[Finding]]:
    """The records of a file in its order, and all that is wrong with it, by line; the lines may be in any order.

    No clock is asked: whether a record is from the future is for whoever has one.
    """
    if len(text) > MAX_CHARACTERS:
        message = f"has {len(text):,} characters, more than {MAX_CHARACTERS:,}"
        return (), [Finding(where=where, message=message, hint="drop the oldest lines")]
    records: list[Record] = []
    findings: list[Finding] = []
    lines: dict[tuple[dt.datetime, str, Place], int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        record, problems = _parse(line)
        if record is not None and not problems:
            first = lines.setdefault((record.at, record.host, record.place), number)
            if first != number:
                problems = [f"the result of this host and moment stands on line {first} already"]
        findings += [
            Finding(where=where, line=number, message=_shown(one, _MAX_MESSAGE), hint=_HINT)
            for one in problems
        ]
        if record is not None and not problems:
            records.append(record)
    return tuple(records), findings


def render_record(record: Record) -> str:
    """The line of a record with its line feed: JSON, keys in the order of the class.

    Raises PressroomError for a record that would not be read again, such as one of a host without a name.
    """
    for problem in _problems(record):
        hint = "only what is reached at a host name, in lower case and without a port, is recorded"
        raise PressroomError(problem, where=RECORDS, hint=hint)
    return _ENCODER.encode(record).decode() + "\n"


def _parse(line: str) -> tuple[Record | None, list[str]]:
    """The record of a line, and what is wrong with it."""
    data = line.encode(errors="surrogatepass")
    try:
        record = _DECODER.decode(data)
    except (ValueError, RecursionError):
        return _parse_slowly(line)
    if _ENCODER.encode(record) != data:
        # Somebody's spelling of it, which may hold keys that nobody knows.
        return _parse_slowly(line)
    return record, list(_problems(record))


def _parse_slowly(line: str) -> tuple[Record | None, list[str]]:
    """The same with everything that does not fit, for the few lines that need it."""
    doubled: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(found)
        doubled.extend(["a key stands twice"] if len(value) < len(found) else [])
        return value

    try:
        values = json.loads(line, object_pairs_hook=pairs)
    except (ValueError, RecursionError):  # ValueError: a number of thousands of digits, too
        return None, ["is not JSON"]
    if not isinstance(values, dict):
        return None, ["is no JSON object"]
    record, misfits = fill(Record, values)
    if record is None:
        return None, [*doubled, *(misfit.message for misfit in misfits)]
    return record, [*doubled, *_problems(record)]


def _problems(record: Record) -> Iterator[str]:
    """What no type can say."""
    if record.at.utcoffset() != dt.timedelta() or record.at.microsecond:
        yield f"at {record.at.isoformat()} is no whole second of UTC, as 2026-11-23T10:00:00Z is"
    if len(record.host) > _MAX_HOST or not _HOST.fullmatch(record.host):
        yield f"host '{_shown(record.host)}' is no name of a host"
    for name, least, most in _COUNTS:
        value = getattr(record, name)
        if not least <= value <= most:
            yield f"{name} is not between {least} and {most:,}"
    if record.score >= 0 and record.grade != grade_of(record.score):
        right = grade_of(record.score)
        yield f"grade '{_shown(record.grade)}' is not that of the score, which is {right}"
    yield from _page_problems(record)


def _page_problems(record: Record) -> Iterator[str]:
    """The same of what is said of the worst page."""
    if not (record.worst.startswith("/") and record.worst.isprintable()):
        yield f"worst '{_shown(record.worst)}' is no path of a page"
    elif len(record.worst) > _MAX_WORST:
        yield f"worst has more than {_MAX_WORST:,} characters"
    for token in record.failing:
        if len(token) > _MAX_TOKEN or not _TOKEN.fullmatch(token):
            yield f"failing has '{_shown(token)}', which is no token"
    if len(set(record.failing)) < len(record.failing):
        yield "failing names a token twice"


def _shown(text: str, most: int = _MAX_SHOWN) -> str:
    """A text of the file as a message may hold it: short, and nothing that a terminal obeys."""
    short = text if len(text) <= most else text[: most - 1] + "…"
    return short if short.isprintable() else ascii(short)[1:-1]
