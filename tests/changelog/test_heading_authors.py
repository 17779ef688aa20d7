"""Names in a release's heading that have more than letters in them."""

from __future__ import annotations

import pytest

from pressroom.changelog.headings import format_heading, is_well_written, parse_heading


@pytest.mark.parametrize(
    ("names", "authors"),
    [
        ("A. Maker (Nick)", ("A. Maker (Nick)",)),
        ("A. Maker (Nick), B. Helper", ("A. Maker (Nick)", "B. Helper")),
        ("A (B (C))", ("A (B (C))",)),
        ("(A. Maker)", ("A. Maker",)),
    ],
)
def test_a_nickname_keeps_its_parenthesis(names: str, authors: tuple[str, ...]) -> None:
    """One around the whole name is not part of it; one behind a name is."""
    heading = parse_heading(f"1.0 - 2004, {names}")

    assert heading is not None
    assert authors == heading.authors
    assert heading == parse_heading(format_heading(heading))
    assert is_well_written(format_heading(heading), heading)
