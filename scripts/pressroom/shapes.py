"""Plain values from YAML or TOML into dataclasses, with everything that does not fit, not the first thing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import re
import types
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgspec

from pressroom.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

T = TypeVar("T")
Path = tuple[str | int, ...]

_PLACE = re.compile(r" - at `\$([^`]*)`$")
_GUESSES = {
    "int": "number",
    "float": "number",
    "bool": "yes or no",
    "null": "empty value",
    "date": "date",
    "datetime": "date",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """One value that does not fit its shape: the path of keys and indexes to it, what, and the mend."""

    path: Path
    message: str
    hint: str


def fill(shape: type[T], values: Mapping[str, Any]) -> tuple[T | None, list[Misfit]]:
    """`values` as the dataclass `shape`, or None and all misfits."""
    misfits = list(_unknown_keys(shape, values, ()))
    misfits += _missing_keys(shape, values)
    taken: dict[str, Any] = {}
    for field, hint in _fields(cast("type", shape)).items():
        if field in values:
            try:
                taken[field] = msgspec.convert(values[field], type=hint, dec_hook=_decode)
            except msgspec.ValidationError as error:
                misfits.append(_explain(str(error), field))
    return (None, misfits) if misfits else (shape(**taken), [])


def suggestion(key: str, known: list[str]) -> str:
    """The hint for a name that nobody knows: the nearest one, or all of them."""
    import difflib  # noqa: PLC0415 - seldom needed, and every command starts with this module

    close = difflib.get_close_matches(key, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"


@functools.cache
def _fields(shape: type) -> dict[str, Any]:
    hints = get_type_hints(shape)
    return {field.name: hints[field.name] for field in dataclasses.fields(cast("Any", shape))}


def _missing_keys(shape: type, values: Mapping[str, Any]) -> Iterator[Misfit]:
    for field in dataclasses.fields(shape):
        needed = (
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        )
        if needed and field.name not in values:
            yield Misfit(
                path=(),
                message=f"key {field.name!r} is missing",
                hint=f"add a line for `{field.name}`",
            )


def _unknown_keys(kind: object, value: object, path: Path) -> Iterator[Misfit]:
    """Keys at any depth that no field has; msgspec passes over those of a dataclass."""
    if isinstance(kind, type) and dataclasses.is_dataclass(kind) and isinstance(value, dict):
        fields = _fields(kind)
        for key, inner in value.items():
            if key in fields:
                yield from _unknown_keys(fields[key], inner, (*path, key))
            else:
                yield Misfit(
                    path=(*path, key),
                    message=f"unknown key {'.'.join(map(str, (*path, key)))!r}",
                    hint=suggestion(key, list(fields)),
                )
    elif get_origin(kind) is tuple and isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _unknown_keys(get_args(kind)[0], inner, (*path, number))
    elif get_origin(kind) is dict and isinstance(value, dict):
        for key, inner in value.items():
            yield from _unknown_keys(get_args(kind)[1], inner, (*path, key))
    elif get_origin(kind) in {Union, types.UnionType}:
        for option in get_args(kind):
            yield from _unknown_keys(option, value, path)


def _decode(kind: type, value: object) -> object:
    """What msgspec does not know: a date of any precision, from what YAML or TOML made of it."""
    if kind is not PartialDate:
        raise NotImplementedError(kind)  # what msgspec wants of a hook that does not know a type
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return PartialDate.from_date(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return PartialDate(value)
    if isinstance(value, str):
        return PartialDate.from_iso(value)
    raise ValueError(f"not a date: {value!r}")


def _explain(error: str, key: str) -> Misfit:
    """A msgspec error, which names the place at its end (`[...]` for a key of a mapping)."""
    match = _PLACE.search(error)
    message = error[: match.start()] if match else error
    inner = match[1] if match else ""
    steps = re.findall(r"\[(\d+|\.\.\.)\]|\.([^.\[]+)", inner)
    path: list[str | int] = [key]
    for index, name in steps:
        if index == "...":
            break
        path.append(int(index) if index else name)
    return Misfit(
        path=tuple(path),
        message=f"{key}{inner.replace('[...]', '')}: {message[:1].lower()}{message[1:]}",
        hint=_hint(message),
    )


def _hint(message: str) -> str:
    got = re.search(r"got `(\w+)`", message)
    if got and "`str" in message and got[1] in _GUESSES:
        return f'it was read as a {_GUESSES[got[1]]}: quote it, as in "1.10"'
    if "`date`" in message or "RFC3339" in message:
        return "write a date without quotes: 2019-12-18"
    if "a date" in message or "month must be" in message or "out of range" in message:
        return DATE_HINT
    return "see CONTRIBUTING.md for the keys and what each holds"


DATE_HINT = "write a date as 2019-12-18, 2019-12 or 2019"
