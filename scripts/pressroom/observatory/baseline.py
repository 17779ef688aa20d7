"""What has changed since an earlier check, by the JSON that it printed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from pressroom.errors import ConfigError
from pressroom.world.reply import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HINT = "make one with: pressroom observatory check --json > FILE"


class _Page(msgspec.Struct, frozen=True, kw_only=True):
    score: int


class _Unseen(msgspec.Struct, frozen=True, kw_only=True):
    path: str


class _Weakness(msgspec.Struct, frozen=True, kw_only=True):
    test: str
    token: str


class _Host(msgspec.Struct, frozen=True, kw_only=True):
    grade: str | None
    score: int | None
    pages: dict[str, _Page]
    weaknesses: list[_Weakness]
    could_not_look: tuple[_Unseen, ...] = ()


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier check, as far as it is compared."""

    algorithm: int
    hosts: dict[str, _Host]


def parse_baseline(text: str, *, where: str) -> Baseline:
    """An earlier check; raises ConfigError if the text is none."""
    try:
        return msgspec.convert(json.loads(text), Baseline)
    except (ValueError, RecursionError) as error:
        words = one_line(str(error))
        raise ConfigError(f"no result of a check: {words}", where=where, hint=_HINT) from error


def render_changes(before: Baseline, now: Mapping[str, Any]) -> str:
    """What is different in `now` (`report.as_dict`), a line each; says so if nothing is."""
    after = msgspec.convert(now, Baseline)
    lines = []
    if before.algorithm != after.algorithm:
        lines.append(f"algorithm {before.algorithm} then, {after.algorithm} now")
    for name in sorted(before.hosts.keys() | after.hosts.keys()):
        lines += [
            f"{name}: {line}" for line in _changes(before.hosts.get(name), after.hosts.get(name))
        ]
    # A file may hold anything.
    shown = [f"  {one_line(line)}" for line in lines or ["no change"]]
    return "\n".join(["since the baseline:", *shown])


def _changes(before: _Host | None, after: _Host | None) -> Iterator[str]:
    if before is None or after is None:
        yield "new" if before is None else "not looked at any more"
        return
    if (before.grade, before.score) != (after.grade, after.score):
        yield f"{_grade(before)} then, {_grade(after)} now"
    if before.grade is None or after.grade is None:
        return  # what could not be looked at is neither better nor worse
    old, new = _tokens(before), _tokens(after)
    yield from (f"new: {token}" for token in sorted(new - old))
    yield from (f"gone: {token}" for token in sorted(old - new))
    vanished = before.pages.keys() - after.pages.keys() - _unseen(after)
    added = after.pages.keys() - before.pages.keys() - _unseen(before)
    if vanished or added:
        yield f"pages: {len(added)} new, {len(vanished)} gone"
    shared = before.pages.keys() & after.pages.keys()
    worse = sorted(path for path in shared if after.pages[path].score < before.pages[path].score)
    better = sum(after.pages[path].score > before.pages[path].score for path in shared)
    if worse:
        yield f"worse: {len(worse)} of {len(shared)} pages, first {worse[0]}"
    if better:
        yield f"better: {better} of {len(shared)} pages"


def _grade(host: _Host) -> str:
    return f"{host.grade} {host.score}" if host.grade is not None else "no grade"


def _unseen(host: _Host) -> set[str]:
    return {one.path for one in host.could_not_look}


def _tokens(host: _Host) -> set[str]:
    return {f"{one.test}: {one.token}" for one in host.weaknesses}
