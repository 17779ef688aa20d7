"""driver.toml and pin-limits.toml: what people may write, and what they are told when they err."""

from __future__ import annotations

import pytest

from pressroom.readers.driver import first_with, parse_driver
from pressroom.readers.pins import PinLimits, lengths, parse_pin_limits

DRIVER = """\
oldest = "1.0.0"
newest = "1.10.0"

[[systems]]
family = "Beta OS"
name = "1"
driver = "1.2.0"

[[systems]]
family = "Beta OS"
name = "2"
driver = "1.9.0"
"""
LIMITS = """\
[[limits]]
slug = "acme-slim"
origin = "reported"
source = "readers/Acme.txt"
shortest = 4
longest = 12
validation = ["key"]
"""


def test_releases_are_numbers_not_text() -> None:
    """1.10 comes after 1.9: for what is known, and for the first system that ships a release."""
    driver, findings = parse_driver(DRIVER, where="driver.toml")

    assert [] == findings
    assert driver is not None
    assert driver.knows("1.9.0")
    assert not driver.knows("1.11.0")
    assert not driver.knows("0.9")
    assert not driver.knows("Unreleased")
    systems = driver.families["Beta OS"]
    assert "2" == getattr(first_with(systems, "1.2.1"), "name", None)
    assert "1" == getattr(first_with(systems, "1.2.0"), "name", None)
    assert first_with(systems, "1.10.0") is None


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ('newest = "1.10.0"', "newest = 1.10", "newest", "quote it"),
        ('newest = "1.10.0"', "", "key 'newest' is missing", "add a line for `newest`"),
        ('"1.2.0"', '"v1.2"', "'v1.2' is no driver release", "as in 1.4.31"),
        ("family", "famly", "famly", "did you mean 'family'?"),
        ("[[systems]]", "[[systems]", "not TOML", "mend that line"),
    ],
)
def test_a_mistake_in_the_driver_is_named(old: str, new: str, message: str, hint: str) -> None:
    """Nothing is used of a file with a mistake in it, and each says how to mend it."""
    driver, findings = parse_driver(DRIVER.replace(old, new, 1), where="driver.toml")

    assert driver is None
    assert any(message in one.message and hint in one.hint for one in findings), findings


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("longest = 12", "longest = 3", "4 to 3 is no range", "shortest <= longest"),
        ('"key"', '"kee"', "unknown validation 'kee'", "did you mean 'key'?"),
        ('"reported"', '"guessed"', "guessed", "CONTRIBUTING.md"),
        ("longest = 12", 'longest = "12"', "longest", "CONTRIBUTING.md"),
    ],
)
def test_a_mistake_in_the_limits_is_named(old: str, new: str, message: str, hint: str) -> None:
    """A range that is none, and words that nobody knows."""
    _, findings = parse_pin_limits(LIMITS.replace(old, new, 1), where="pin-limits.toml")

    assert any(message in one.message and hint in one.hint for one in findings), findings


def test_lengths_name_every_answer() -> None:
    """Readers of one kind that answered differently: all answers, and that it is the firmware's doing."""
    limits, findings = parse_pin_limits(LIMITS + LIMITS.replace("12", "16"), where="x")
    first: PinLimits = limits[0]

    assert [] == findings
    assert "" == lengths(())
    assert "4 to 12" == lengths([first])
    assert "4 to 12 or 16, by firmware" == lengths(limits)
