"""The test of Strict-Transport-Security, on the answer that came over https."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.observatory.fields import SPACE, merge, trim

if TYPE_CHECKING:
    from pressroom.observatory.model import Visit

# 180 days, though Mozilla's texts say six months (15768000).
LONG_ENOUGH = 15_552_000
_SEEN = 1024
_SEEN_AGE = 120
# What ECMAScript's parseInt takes from a text in base ten.
_INTEGER = re.compile(rf"[{re.escape(SPACE)}]*([+-]?[0-9]+)")


def judge(visit: Visit | None, *, preloaded: bool) -> str:
    """The token for the https visit, None if there was none; `preloaded` is whether the host asked for is."""
    if visit is None:
        return "hsts-not-implemented-no-https"
    if preloaded:
        return "hsts-preloaded"
    value = merge(visit.answer.headers).get("strict-transport-security")
    if not visit.verified:
        return "hsts-invalid-cert"
    if value is None:
        return "hsts-not-implemented"
    return _judge_value(value[:_SEEN])


def _judge_value(value: str) -> str:
    ages = [
        part.removeprefix("max-age=")
        for part in (trim(one).lower() for one in value.split(";"))
        if part.startswith("max-age=")
    ]
    if not ages or "," in value:
        return "hsts-header-invalid"
    age = _INTEGER.match(ages[-1][:_SEEN_AGE])
    # What is no number is smaller than nothing.
    if age is None or int(age[1]) >= LONG_ENOUGH:
        return "hsts-implemented-max-age-at-least-six-months"
    return "hsts-implemented-max-age-less-than-six-months"
