"""What the driver's changelog says it added, beside the readers' table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.changelog.health.facts import Case
from pressroom.changelog.health.judge import Row, Telling
from pressroom.changelog.render.html import plain_text
from pressroom.site.content import project_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pressroom.changelog.model import Changelog, Entry, Release
    from pressroom.site.readers.releases import ReleaseReaders

TITLE = "Reader in “Add support of” as in the readers' table"
HINT = "mend `since` or the name in site/readers/readers.csv, or the entry; both follow the driver's own list"

_SUPPORT = re.compile(r"add(?:ed)? support (?:of|for):?", re.IGNORECASE)
# The driver tells readers of one name apart by a product id behind it.
_PRODUCT = re.compile(r" ?\((?:idProduct: )?0x([0-9A-F]{4})\)$| 0x([0-9A-F]{4})$", re.IGNORECASE)

Names = tuple[tuple[str, tuple[str, ...]], ...]


def support_row(
    changelog: Changelog, readers_of: Mapping[tuple[str, str], ReleaseReaders]
) -> Row | None:
    """Each reader that an entry or the table says a release added; None where no entry lists any."""
    project = project_of(changelog)
    asked, cases = 0, []
    for release in changelog.published:
        entries = [
            one for one in release.entries if _SUPPORT.fullmatch(plain_text(one.text).strip())
        ]
        listed = [below for entry in entries for below in entry.entries]
        readers = readers_of.get((project.id, release.version))
        if not listed or readers is None or not readers.known:
            continue
        told, left = _compare(listed, readers.names)
        asked += len(listed) + len(left)
        cases += [
            *(_case(release, f"{_name(one)} is not in the table", one.line) for one in told),
            *(_case(release, f"{what} is not in the entry", entries[0].line) for what in left),
        ]
    row = Row(
        title=TITLE,
        asked=asked,
        cases=tuple(cases),
        together="",
        hint=HINT,
        telling=Telling.EACH,
    )
    return row if asked else None


def _compare(listed: list[Entry], names: Names) -> tuple[list[Entry], list[str]]:
    """The bullets that name no reader of the table, and the readers that no bullet names."""
    left = dict(enumerate(names))
    told = []
    # Those with a product id first: what they name is not taken by a bullet that names less.
    for entry in sorted(listed, key=lambda one: _PRODUCT.search(_name(one)) is None):
        found = next(_found(_name(entry), left), None)
        if found is None:
            told.append(entry)
        else:
            del left[found]
    rest = [f"{readers[0]} ({usb_id})" for usb_id, readers in left.values()]
    return sorted(told, key=lambda one: one.line), rest


def _found(text: str, left: Mapping[int, tuple[str, tuple[str, ...]]]) -> Iterator[int]:
    match = _PRODUCT.search(text)
    name = (text[: match.start()] if match else text).casefold()
    product = (match[1] or match[2]).casefold() if match else ""
    for number, (usb_id, readers) in left.items():
        known = [reader.casefold() for reader in readers]
        if text.casefold() in known or (name in known and usb_id.casefold().endswith(product)):
            yield number


def _name(entry: Entry) -> str:
    return " ".join(plain_text(entry.text).split())


def _case(release: Release, why: str, line: int) -> Case:
    message = f"“Add support of” of {release.version}: {why}"
    return Case(version=release.version, why=why, message=message, line=line)
