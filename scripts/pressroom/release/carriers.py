"""The files of a project that state its version: what they say, and the same with another version.

A template (`VersionFile.what`) is a piece of one line with `{version}`, or `{major}`, `{minor}` and `{micro}`:
`version = "{version}"`. Runs of blanks stand for each other, and so do the two kinds of quotes.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

from packaging.version import InvalidVersion, Version

from pressroom.errors import PressroomError
from pressroom.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pressroom.changelog.model import VersionFile

_PLACEHOLDER = re.compile(r"\{(version|major|minor|micro)\}")
_PIECE = re.compile(r"(?P<blanks>[ \t]+)|(?P<quote>[\"'])|(?P<other>.)")
_VALUE: Final = {"version": "([0-9](?:[0-9A-Za-z.+!_-]*[0-9A-Za-z])?)"}
_NUMBER: Final = "([0-9]+)"
_EXAMPLE = "write the line as it stands, with {version} or {major}, {minor}, {micro} in it"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A placeholder's name, what stands in its place, and where."""

    name: str
    value: str
    start: int
    end: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One place that states the version, or parts of it."""

    line: int
    parts: tuple[Part, ...]

    @property
    def words(self) -> str:
        """What it says: `1.5.18`, or `1.5` where it says no more."""
        return ".".join(part.value for part in self.parts)

    @property
    def numbers(self) -> dict[str, str]:
        """What it says of major, minor and micro, and of the whole version."""
        said = {part.name: part.value for part in self.parts}
        if "version" in said and (version := _version(said["version"])):
            said = {
                name: str(getattr(version, name)) for name in ("major", "minor", "micro")
            } | said
        return said


def stated(text: str, what: str) -> tuple[Stated, ...]:
    """Every place of a text that a template fits, in order."""
    names = [match[1] for match in _PLACEHOLDER.finditer(what)]
    return tuple(
        Stated(
            line=text.count("\n", 0, match.start()) + 1,
            parts=tuple(
                Part(name=name, value=match[n], start=match.start(n), end=match.end(n))
                for n, name in enumerate(names, 1)
            ),
        )
        for match in _pattern(what).finditer(text)
    )


def write_version(text: str, what: str, version: str) -> str:
    """The text with that version at every place that the template fits; all else stays, byte for byte.

    Raises PressroomError for what is no version (PEP 440).
    """
    known = _version(version)
    if known is None:
        raise PressroomError(
            "is no version (PEP 440)", where=repr(version), hint="write numbers with dots: 1.5.21"
        )
    pieces, done = [], 0
    for part in (part for place in stated(text, what) for part in place.parts):
        new = version if part.name == "version" else str(getattr(known, part.name))
        pieces += [text[done : part.start], new]
        done = part.end
    return "".join([*pieces, text[done:]])


def check_carriers(
    files: Mapping[str, bytes | None], version_files: Sequence[VersionFile], *, version: str
) -> list[Finding]:
    """What keeps a release of `version` from being written into the files, given as they are before it.

    They may say an older version, but all the same one. A file that is not there is a warning.
    """
    findings: list[Finding] = []
    places: list[tuple[str, Stated]] = []
    for one in version_files:
        found = _places(files.get(one.file), one)
        findings += (place for place in found if isinstance(place, Finding))
        places += ((one.file, place) for place in found if isinstance(place, Stated))
    return sorted({*findings, *_disagreements(places), *_ahead(places, version)})


def _places(data: bytes | None, one: VersionFile) -> list[Stated | Finding]:
    """The places that a file states the version at, or what is wrong with it."""
    if not _PLACEHOLDER.search(one.what) or "\n" in one.what.strip():
        message = (
            f"the template {one.what!r} of version_files has no place for a version on one line"
        )
        return [Finding(where=one.file, message=message, hint=_EXAMPLE)]
    if data is None:
        return [
            Finding(
                where=one.file,
                message="not in the tree, so nothing in it can be stale",
                hint="take it out of version_files if it is gone for good",
                severity=Severity.WARNING,
            )
        ]
    found = stated(data.decode("utf-8", "surrogateescape"), one.what)
    if not found:
        message = f"no line is like {one.what!r}"
        hint = f"mend its template in version_files: {_EXAMPLE}"
        return [Finding(where=one.file, message=message, hint=hint)]
    return list(found)


def _disagreements(places: Sequence[tuple[str, Stated]]) -> Iterator[Finding]:
    """One finding that names every place, if some say other versions than others."""
    said: dict[str, set[str]] = {}
    for _, place in places:
        for name, value in place.numbers.items():
            said.setdefault(name, set()).add(value)
    if any(len(values) > 1 for values in said.values()):
        named = (f"{file}:{place.line} says {place.words}" for file, place in places)
        yield Finding(
            where=places[0][0],
            line=places[0][1].line,
            message=f"the version is not the same everywhere: {', '.join(dict.fromkeys(named))}",
            hint="mend the wrong one and commit it, or make its template fit only the line that is meant",
        )


def _ahead(places: Sequence[tuple[str, Stated]], version: str) -> Iterator[Finding]:
    new = _version(version)
    for file, place in places:
        said = _version(place.numbers.get("version", ""))
        if new and said and said > new:
            yield Finding(
                where=file,
                line=place.line,
                message=f"says {said} already, which is later than {version}",
                hint="release a later version, or take that line back",
            )


def _pattern(what: str) -> re.Pattern[str]:
    """What a template fits, with a group for each placeholder; never the tail of a longer name or number."""
    what = what.strip()
    pieces, done = [], 0
    for match in _PLACEHOLDER.finditer(what):
        pieces += [_literal(what[done : match.start()]), _VALUE.get(match[1], _NUMBER)]
        done = match.end()
    pieces.append(_literal(what[done:]))
    first, last = what[:1], what[-1:]
    before = r"(?<![\w.-])" if first == "{" or first.isalnum() or first == "_" else ""
    after = r"(?!\w|\.[0-9])" if last == "}" or last.isalnum() or last == "_" else ""
    return re.compile(before + "".join(pieces) + after)


def _literal(text: str) -> str:
    return "".join(
        "[ \t]+" if piece["blanks"] else "[\"']" if piece["quote"] else re.escape(piece["other"])
        for piece in _PIECE.finditer(text)
    )


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
