"""The sample cases many times over, each time such that nothing kept from an earlier one answers.

What the judge keeps, it finds again by a URL, a host, all headers of an answer, the text of a policy, or the value of a
structured header. In each case that is made here all of these are new: its hosts and headers hold its number, its
policies and directives spell it in capitals and small letters, and the answer is still that of its sample.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SAMPLES = Path(__file__).parent.parent / "tests" / "observatory" / "cases.jsonl"

_HOST = re.compile(r"\b(\w+)\.(test|dev|github\.io)\b", re.IGNORECASE)
_DIRECTIVE = re.compile(r"\b(?:[a-z]+-src|frame-ancestors)\b")
_POLICY = "content-security-policy"
_STRUCTURED = ("cross-origin-embedder-policy", "cross-origin-opener-policy")


def load_samples() -> list[dict[str, Any]]:
    """The cases that the judge was measured with, without their answers."""
    return [json.loads(line)["case"] for line in SAMPLES.read_bytes().splitlines()]


def vary_all(samples: Sequence[dict[str, Any]], *, times: int) -> Iterator[dict[str, Any]]:
    """The samples as they are, then `times` all of them again, no two alike."""
    yield from samples
    for number in range(len(samples), len(samples) * (times + 1)):
        yield vary(samples[number % len(samples)], number)


def vary(sample: dict[str, Any], number: int) -> dict[str, Any]:
    """The case of that number: another host that sends the same, written differently."""
    # Everywhere at once: in addresses, policies, cookies and pages.
    case: dict[str, Any] = json.loads(_HOST.sub(rf"\1-{number}.\2", json.dumps(sample)))
    for answer in (case, case.get("cors") or {}):
        answer["headers"] = _vary_headers(answer.get("headers", []), number)
    return {
        **case,
        "id": f"{number}: {sample['id']}",
        "body": _vary_body(case["body"], number),
    }


def _vary_headers(headers: Sequence[Sequence[str]], number: int) -> list[tuple[str, str]]:
    varied = [(name, _vary_value(name.lower(), value, number)) for name, value in headers]
    return [*varied, ("X-Case", str(number))]


def _vary_value(name: str, value: str, number: int) -> str:
    if name == _POLICY:
        return _spell(value, number)
    if name in _STRUCTURED and value:
        return f"{value};n={number}"  # a parameter (RFC 9651, 3.1.2)
    return value


def _vary_body(body: str, number: int) -> str:
    """A page with a comment more; a body that is JSON, or nothing, stays that."""
    try:
        json.loads(body)
    except ValueError:
        spelt = _DIRECTIVE.sub(lambda found: _spell(found[0], number), body)
        return f"<!-- {number} -->{spelt}" if body else body
    return body


def _spell(text: str, number: int) -> str:
    """The text with a capital for each bit of the number that is set: of policies case tells nothing."""
    spelt = []
    for letter in text:
        is_letter = letter.isascii() and letter.isalpha()
        spelt.append(letter.upper() if is_letter and number & 1 else letter.lower())
        number >>= is_letter
    return "".join(spelt)
