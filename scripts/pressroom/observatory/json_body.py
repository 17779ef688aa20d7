"""Bodies that are JSON: the Observatory's client parses every body that JSON.parse() accepts (measured).

Python's json is another language: it takes NaN, refuses long integers, and gives up on deep nesting.
"""

from __future__ import annotations

import json
import re

_SPACE = r"[\t\n\r\x20]*+"
_STRING = r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+"
_SCALAR = rf"(?:{_STRING}|{_NUMBER}|true|false|null)"
_KEY = rf"{_SPACE}{_STRING}{_SPACE}:"

_WHOLE_SCALAR = re.compile(
    rf"{_SPACE}(?:(?P<string>{_STRING})|(?P<number>{_NUMBER})|(?P<true>true)|false|null){_SPACE}"
)
_EMPTY_ARRAY = re.compile(rf"{_SPACE}\[{_SPACE}\]{_SPACE}")
# A whole value, or the beginning of one that holds others.
_VALUE = re.compile(rf"{_SPACE}(?:{_SCALAR}|\[{_SPACE}\]|\{{{_SPACE}\}}|(\[)|(\{{){_KEY})")
# What comes after a value: the end of what holds it, or a comma and what the next one needs, by what holds them.
_AFTER = {
    "[": re.compile(rf"(?:{_SPACE},{_SPACE}{_SCALAR})*+{_SPACE}(?:,|(\]))"),
    "{": re.compile(rf"(?:{_SPACE},{_KEY}{_SPACE}{_SCALAR})*+{_SPACE}(?:,{_KEY}|(\}}))"),
}
_END = re.compile(rf"{_SPACE}\Z")


def text_of(body: str) -> str | None:
    """The text that the Observatory takes for a page: the body itself if it is no JSON, else that of a string.

    Nothing, if the value counts as false or is an empty array; None if it is data: an object, an array, true or a number.
    """
    if scalar := _WHOLE_SCALAR.fullmatch(body):
        return _text_of_scalar(scalar)
    if _EMPTY_ARRAY.fullmatch(body):
        return ""
    return None if _is_json(body) else body


def _text_of_scalar(scalar: re.Match[str]) -> str | None:
    if string := scalar["string"]:
        return str(json.loads(string))
    # A number too small for a double is 0.
    if scalar["true"] or (scalar["number"] and float(scalar["number"])):
        return None
    return ""


def _is_json(body: str) -> bool:
    """Whether a text is an object or an array, however deep."""
    holders: list[str] = []
    at = 0
    while value := _VALUE.match(body, at):
        at = value.end()
        if holder := value[1] or value[2]:
            holders.append(holder)
            continue
        while holders:
            after = _AFTER[holders[-1]].match(body, at)
            if not after:
                return False
            at = after.end()
            if not after[1]:
                break
            holders.pop()
        else:
            return _END.match(body, at) is not None
    return False
