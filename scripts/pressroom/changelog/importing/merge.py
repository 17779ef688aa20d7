"""What was imported, put into a changelog of ours that is there already: nothing of it is overwritten."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from pressroom.changelog.format import format_release
from pressroom.changelog.parse import parse_releases
from pressroom.changelog.styles.content import same_date
from pressroom.findings import Finding, Severity
from pressroom.frontmatter import split_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Release


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The new text of the file, and what became of each version: put in, given its entries, or left alone."""

    text: str
    added: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A version of the result and its lines."""

    release: Release
    text: str


def merge_changelog(text: str, imported: Sequence[Release], *, where: str) -> Merged:
    """The changelog `where` with the imported releases.

    Front matter, prose and each version with entries stay byte for byte. A version without entries gets
    them; a new one is put where the imported file has it. Where both have a date and they differ, ours
    stays, with a warning.
    """
    document, _ = split_document(text, where=where)
    front = text[: len(text) - len(document.body)]
    lines = document.body.split("\n")
    _, releases, _ = parse_releases(document.body, where=where)
    starts = [release.line - 1 for release in releases]
    before = "\n".join(lines[: starts[0] if starts else None])
    parts = [
        _Part(release=release, text="\n".join(lines[start:end]))
        for release, start, end in zip(releases, starts, [*starts[1:], None], strict=False)
    ]
    result = _Result(parts, offset=document.body_line - 1, where=where)
    for release in imported:
        result.put(release)
    sections = [one for part in (before, *result.texts()) if (one := part.strip("\n"))]
    head = front.rstrip("\n") + "\n\n" if front.strip() else ""
    new = head + "\n\n".join(sections) + "\n" if sections else text
    changed = bool(result.added or result.filled)
    return Merged(
        text=new if changed else text,
        added=tuple(result.added),
        filled=tuple(result.filled),
        left=tuple(result.left),
        findings=tuple(result.findings),
    )


class _Result:
    """The versions of the file as it will be, in order."""

    def __init__(self, parts: list[_Part], *, offset: int, where: str) -> None:
        self.parts = parts
        self.offset = offset
        self.where = where
        self.there = {part.release.version.casefold(): part.release for part in reversed(parts)}
        self.imported: set[str] = set()
        self.at = 0  # behind the version that was put in or found last
        self.added: list[str] = []
        self.filled: list[str] = []
        self.left: list[str] = []
        self.findings: list[Finding] = []

    def texts(self) -> list[str]:
        return [part.text for part in self.parts]

    def put(self, release: Release) -> None:
        key = release.version.casefold()
        if key not in self.there:
            self._insert(release)
            return
        place = next(
            n for n, part in enumerate(self.parts) if part.release.version.casefold() == key
        )
        self.at = place + 1
        ours = self.parts[place].release
        is_again = key in self.imported
        self.imported.add(key)
        if release.blocks and (not ours.blocks or (is_again and ours.version in self.filled)):
            self._fill(place, ours, release)
        else:
            self.left.append(ours.version)
        self._compare_dates(ours, release)

    def _fill(self, place: int, ours: Release, release: Release) -> None:
        if ours.version not in self.filled:
            self.filled.append(ours.version)
        made = dataclasses.replace(
            ours,
            date=ours.date or release.date,
            authors=ours.authors or release.authors,
            undated=(ours.undated or release.undated) and not (ours.date or release.date),
            bad=ours.bad or release.bad,
            blocks=(*ours.blocks, *release.blocks),
            source="",
        )
        self.parts[place] = _Part(release=made, text=format_release(made))

    def _insert(self, release: Release) -> None:
        if not self.at and not release.is_unreleased and self.parts:
            self.at = 1 if self.parts[0].release.is_unreleased else 0
        while self.at < len(self.parts) and _is_newer(self.parts[self.at].release, release):
            self.at += 1
        text = format_release(dataclasses.replace(release, source=""))
        self.parts.insert(self.at, _Part(release=release, text=text))
        self.at += 1
        self.added.append(release.version)

    def _compare_dates(self, ours: Release, theirs: Release) -> None:
        if same_date(ours.date, theirs.date):
            return
        assert ours.date is not None, "unknown dates do not differ"
        assert theirs.date is not None, "unknown dates do not differ"
        self.findings.append(
            Finding(
                where=self.where,
                line=ours.line + self.offset,
                message=f"{ours.version} is dated {ours.date.words} here and {theirs.date.words} there",
                hint="mend the one that is wrong; this one was not touched",
                severity=Severity.WARNING,
            )
        )


def _is_newer(one: Release, other: Release) -> bool:
    """Whether the one belongs above the other, by their versions."""
    try:
        return Version(one.version) > Version(other.version)
    except InvalidVersion:
        return one.is_unreleased
