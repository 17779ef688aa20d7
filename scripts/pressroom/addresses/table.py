"""Reads site/redirects.toml: all redirects that hold, and all that is wrong with the others."""

from __future__ import annotations

import dataclasses
import itertools
import re
from typing import TYPE_CHECKING

from pressroom.addresses.entries import parse_entry
from pressroom.addresses.spelling import shown
from pressroom.findings import Finding
from pressroom.tables import parse_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from pressroom.addresses.entries import Entry
    from pressroom.addresses.model import Redirect
    from pressroom.addresses.spelling import Problem

# More would be a pattern, which has no place here.
MAX_ENTRIES = 20_000

_START = re.compile(r"^[ \t]*\[\[[ \t]*redirects[ \t]*\]\]", re.MULTILINE)


def parse_redirects(
    text: str, *, where: str, sites: Collection[str], address: Callable[[str], str]
) -> tuple[tuple[Redirect, ...], list[Finding]]:
    """The redirects that hold, in the order of the file, and the findings about the others.

    `sites` are the names of our sites; `address` makes an absolute address of `site:NAME/path`.
    Each [[redirects]] is read by itself: what is wrong has its line, and a broken entry hides no other.
    """
    findings: list[Finding] = []

    def find(line: int, problem: Problem) -> None:
        findings.append(Finding(where=where, line=line, message=problem[0], hint=problem[1]))

    starts = [match.start() for match in _START.finditer(text)]
    if len(starts) > MAX_ENTRIES:
        message = f"has {len(starts):,} entries, more than {MAX_ENTRIES:,}"
        find(1, (message, "drop those that nobody follows any more"))
        return (), findings
    entries = []
    for number, (part, line) in enumerate(_parts(text, starts)):
        values, broken = parse_toml(part, where=where)
        findings += [dataclasses.replace(one, line=line + one.line - 1) for one in broken]
        tables = values.pop("redirects", ()) if number else ()
        for key in values:
            hint = "the file has tables [[redirects]] and nothing else"
            find(line, (f"{shown(key)} stands in no [[redirects]]", hint))
        for table in tables:
            entry, problems = parse_entry(table, line=line, sites=sites, address=address)
            entries += [entry] if entry is not None else []
            for problem in problems:
                find(line, problem)
    known, doubles = _without_doubles(entries)
    for entry, problem in (*doubles, *_chains(known)):
        find(entry.redirect.line, problem)
    return tuple(entry.redirect for entry in known.values()), sorted(findings)


def _parts(text: str, starts: Sequence[int]) -> Iterator[tuple[str, int]]:
    """What stands before the first entry, then each entry; with the line on which it starts."""
    line = 1
    for start, end in itertools.pairwise((0, *starts, len(text))):
        part = text[start:end]
        yield part, line
        line += part.count("\n")


def _without_doubles(
    entries: Sequence[Entry],
) -> tuple[dict[tuple[str, str], Entry], list[tuple[Entry, Problem]]]:
    """The entries by what they answer for, the first one of each, and what is wrong with the others."""
    known: dict[tuple[str, str], Entry] = {}
    folded: dict[tuple[str, str], Entry] = {}
    doubles = []
    for entry in entries:
        site, path = entry.source
        name = f"from {shown(entry.redirect.source)}"
        other = known.get(entry.source) or folded.setdefault((site, path.casefold()), entry)
        place = f"{shown(other.redirect.source)} on line {other.redirect.line}"
        if entry.source in known:
            doubles.append((entry, (f"{name} is the same as {place}", "keep one of them")))
        elif entry.redirect.target != other.redirect.target:
            # Two old pages may differ in case alone, but not every server sees it: a path of Caddy's
            # matches in any case, and so does a disk of macOS or Windows.
            hint = f"lead both to one page: {other.redirect.target!r}"
            doubles.append((entry, (f"{name} differs in case alone from {place}", hint)))
        else:
            known[entry.source] = entry
    return known, doubles


def _chains(known: Mapping[tuple[str, str], Entry]) -> Iterator[tuple[Entry, Problem]]:
    """The entries whose visitors would be sent on a second time, or for ever."""
    for entry in known.values():
        name = f"from {shown(entry.redirect.source)}"
        onward = known.get(entry.target)
        if onward is entry:
            yield entry, (f"{name} leads to itself", "lead it to another page, or delete it")
        elif onward is not None:
            old = (
                f"{shown(onward.redirect.source)}, an old address too (line {onward.redirect.line})"
            )
            hint = "lead one of them to a page"
            if onward.target not in known:
                hint = f"lead it to {onward.redirect.target!r}"
            yield entry, (f"{name} leads to {old}", hint)
