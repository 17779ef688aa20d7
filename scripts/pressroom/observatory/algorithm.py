"""The algorithms of the Observatory as data: their tests, tokens, points, and words for a person."""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
from types import MappingProxyType
from typing import TYPE_CHECKING

from pressroom.errors import ConfigError
from pressroom.shapes import fill
from pressroom.tables import parse_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

# Those that upstream released since October 2025 (see ARCHITECTURE.md).
NUMBERS = (4, 5, 6)
LATEST = 6
_FILE = "algorithm.toml"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One thing that a test can come to: its points, what it means, and what to change (or nothing)."""

    token: str
    modifier: int
    passed: bool
    means: str
    advice: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One test, the response header that it is about ("" for none), and its outcomes by their token."""

    __test__ = False  # pytest takes what is called Test for one of its own

    name: str
    title: str
    header: str
    outcomes: Mapping[str, Outcome]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Algorithm:
    """One version of the Observatory: its tests by their name, in upstream's order.

    `splits_policies`: a comma in a Content-Security-Policy ends a policy. `refuses_json`: a body that is JSON
    is held against the page. `absent_type_is_html`: scripts are looked for without a Content-Type too.
    """

    number: int
    tests: Mapping[str, Test]
    splits_policies: bool
    refuses_json: bool
    absent_type_is_html: bool


@functools.cache
def load_algorithm(number: int = LATEST) -> Algorithm:
    """The algorithm of that number; ConfigError for one that is not in NUMBERS."""
    if number not in NUMBERS:
        known = ", ".join(map(str, NUMBERS))
        raise ConfigError(
            f"there is no algorithm {number}", where="observatory", hint=f"known: {known}"
        )
    table = _read_table()
    options = table.algorithms[str(number)]
    return Algorithm(
        number=number,
        tests=MappingProxyType(
            {
                name: _test(name, entry, number)
                for name, entry in table.tests.items()
                if entry.since <= number
            }
        ),
        splits_policies=options.splits_policies,
        refuses_json=options.refuses_json,
        absent_type_is_html=options.absent_type_is_html,
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    splits_policies: bool
    refuses_json: bool
    absent_type_is_html: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _OutcomeEntry:
    modifier: int
    passed: bool
    means: str
    advice: str
    since: int = NUMBERS[0]
    modifier_in: dict[str, int] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _TestEntry:
    title: str
    header: str
    outcomes: dict[str, _OutcomeEntry]
    since: int = NUMBERS[0]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    algorithms: dict[str, _Options]
    tests: dict[str, _TestEntry]


@functools.cache
def _read_table() -> _Table:
    file = importlib.resources.files("pressroom.observatory") / _FILE
    return _parse_table(file.read_text(encoding="utf-8"))


def _parse_table(text: str) -> _Table:
    """The table of all algorithms; ConfigError that names everything that does not fit."""
    values, findings = parse_toml(text, where=_FILE)
    table, misfits = fill(_Table, values)
    if table is None:
        messages = [one.message for one in findings or misfits]
        raise ConfigError(
            "; ".join(messages),
            where=_FILE,
            hint="compare it with the file of a fresh installation: it is part of the program",
        )
    return table


def _test(name: str, entry: _TestEntry, number: int) -> Test:
    return Test(
        name=name,
        title=entry.title,
        header=entry.header,
        outcomes=MappingProxyType(
            {
                token: Outcome(
                    token=token,
                    modifier=one.modifier_in.get(str(number), one.modifier),
                    passed=one.passed,
                    means=one.means,
                    advice=one.advice,
                )
                for token, one in entry.outcomes.items()
                if one.since <= number
            }
        ),
    )
