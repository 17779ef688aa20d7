"""Link references at the end of a changelog, and blank lines between its versions: a new version has them, too."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.changelog.model import Entry, Release
from pressroom.changelog.styles import style
from pressroom.changelog.styles.references import add_reference
from pressroom.dates import PartialDate

HOST = "https://git.example/o/r"
BODY = "# Changelog\n\n## [1.1.0] - 2024-05-06\n\n- a\n\n## [1.0.0] - 2023-05-06\n\n- b\n\n"
NEW = Release(version="1.2.0", date=PartialDate(2025, 1, 2), blocks=(Entry(text="it"),))
BOTH = (
    f"[Unreleased]: {HOST}/compare/v1.1.0...HEAD\n"
    f"[1.1.0]: {HOST}/compare/v1.0.0...v1.1.0\n"
    f"[1.0.0]: {HOST}/releases/tag/v1.0.0\n"
)


def inserted(text: str, name: str = "keep-a-changelog", release: Release = NEW) -> str:
    """The file with the new version."""
    here = style(name)
    assert here is not None
    after = here.insert(text, release, where="C")
    assert after == here.insert(after, release, where="C")
    return after


def tail(references: str) -> list[str]:
    """The references of a file with those after 1.2.0 was put in."""
    after = inserted(BODY + references)
    assert inserted(BODY) == after[: len(inserted(BODY))]
    return after[len(inserted(BODY)) :].splitlines()


def test_a_new_version_has_its_reference() -> None:
    """It compares with the version before, and what is not released starts at the new one."""
    assert [
        f"[Unreleased]: {HOST}/compare/v1.2.0...HEAD",
        f"[1.2.0]: {HOST}/compare/v1.1.0...v1.2.0",
        *BOTH.splitlines()[1:],
    ] == tail(BOTH)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (  # no [Unreleased]
            f"[1.1.0]: {HOST}/compare/v1.0.0...v1.1.0\n",
            [
                f"[1.2.0]: {HOST}/compare/v1.1.0...v1.2.0",
                f"[1.1.0]: {HOST}/compare/v1.0.0...v1.1.0",
            ],
        ),
        (  # the only version is no comparison
            f"[unreleased]: {HOST}/compare/1.1.0..main\n[1.1.0]: {HOST}/tag/1.1.0\n",
            [
                f"[unreleased]: {HOST}/compare/1.2.0..main",
                f"[1.2.0]: {HOST}/compare/1.1.0..1.2.0",
                f"[1.1.0]: {HOST}/tag/1.1.0",
            ],
        ),
        (  # only [Unreleased], and tags that end in words; no line feed at the end
            f"[Unreleased]: {HOST}/-/compare/rel-1.1.0-final...HEAD",
            [
                f"[Unreleased]: {HOST}/-/compare/rel-1.2.0-final...HEAD",
                f"[1.2.0]: {HOST}/-/compare/rel-1.1.0-final...rel-1.2.0-final",
            ],
        ),
        (  # tags with a folder; blanks and signs as they are
            f'[1.1.0]:  <{HOST}/compare/lib/v1.0.0...lib/v1.1.0> "words"\n',
            [
                f"[1.2.0]:  <{HOST}/compare/lib/v1.1.0...lib/v1.2.0>",
                f'[1.1.0]:  <{HOST}/compare/lib/v1.0.0...lib/v1.1.0> "words"',
            ],
        ),
        (  # the oldest stands first
            f"[1.0.0]: {HOST}/tag/v1.0.0\n[1.1.0]: {HOST}/compare/v1.0.0...v1.1.0\n",
            [
                f"[1.0.0]: {HOST}/tag/v1.0.0",
                f"[1.1.0]: {HOST}/compare/v1.0.0...v1.1.0",
                f"[1.2.0]: {HOST}/compare/v1.1.0...v1.2.0",
            ],
        ),
        (  # what is not released starts at a branch
            f"[Unreleased]: {HOST}/compare/stable...main\n[1.1.0]: {HOST}/compare/v1.0.0...v1.1.0\n",
            [
                f"[Unreleased]: {HOST}/compare/stable...main",
                f"[1.2.0]: {HOST}/compare/v1.1.0...v1.2.0",
                f"[1.1.0]: {HOST}/compare/v1.0.0...v1.1.0",
            ],
        ),
    ],
)
def test_the_pattern_of_the_file_is_followed(before: str, expected: list[str]) -> None:
    """Whatever stands around a version in the address and around the address in the line."""
    assert expected == tail(before)


@pytest.mark.parametrize(
    "references",
    [
        "",
        f"[1.1.0]: {HOST}/releases/tag/v1.1.0\n[1.0.0]: {HOST}/releases/tag/v1.0.0\n",
        f"[Unreleased]: {HOST}/tree/main\n",
        f"[Unreleased]: {HOST}/compare/v1.0.0...HEAD\n",  # forgotten at 1.1.0
        f"[1.1.0]: {HOST}/compare/v11.0.0...v11.1.0\n",  # another version's
        f"[1.1.0]: {HOST}/compare/v1.0.0...v1.1.0?expand=1\n",
        f"[1.1.0]: {HOST}/compare/start...v1.1.0\n",
        f"[1.2.0]: {HOST}/mine\n{BOTH}",  # written by hand
        "[#12]: https://x.example/12\n",
    ],
)
def test_without_a_pattern_nothing_is_added(references: str) -> None:
    """The references stay byte for byte."""
    assert references.splitlines() == tail(references)


def test_line_ends_and_the_mark_stay() -> None:
    """A file with CRLF and a byte order mark gets a line with CRLF."""
    text = "\ufeff" + (BODY + BOTH).replace("\n", "\r\n")

    after = inserted(text)

    assert after == "\ufeff" + inserted(BODY + BOTH).replace("\n", "\r\n")


@given(st.text(alphabet="[]: /.v1<>#\n", max_size=60))
def test_any_references_keep_their_lines(text: str) -> None:
    """At most one line is new, and at most one is another."""
    before = (BODY + text).split("\n")

    after = add_reference(BODY + text, "1.2.0", newest="1.1.0").split("\n")

    assert len(after) - len(before) in {0, 1}
    assert len(set(before) - set(after)) <= 1


@pytest.mark.parametrize("sign", ["/", ".", "=", "v1.1.0", "..."])
def test_long_addresses_cost_little(sign: str) -> None:
    """A megabyte in one line takes less than a second."""
    started = time.process_time()
    add_reference(f"{BODY}[1.1.0]: {HOST}/{sign * 200_000}...v1.1.0\n", "1.2.0", newest="1.1.0")
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("name", "heading", "entry"),
    [
        ("towncrier-rst", "W 1.{}.0 (2024-05-06)\n====================\n\n", "- a\n"),
        ("towncrier-md", "## 1.{}.0 (2024-05-06)\n\n", "- a\n"),
        ("keep-a-changelog", "## [1.{}.0] - 2024-05-06\n\n", "- a\n"),
        ("pykcs11", "1.{}.0 - May 2024, A\n", "  - a\n"),
        ("pcsc-lite", "1.{}.0: A\n6 May 2024\n", "- a\n"),
    ],
)
@pytest.mark.parametrize(
    ("gaps", "expected"),
    [((2, 2), 2), ((1, 1), 1), ((2, 1), 1), ((3, 2, 2), 2), ((0, 0), 1), ((), 1)],
)
def test_blank_lines_between_versions_are_as_many_as_the_file_has(
    name: str, heading: str, entry: str, gaps: tuple[int, ...], expected: int
) -> None:
    """Two where two are usual; never none, and one where nothing is usual."""
    versions = range(len(gaps), -1, -1)
    below = ["\n" * gap for gap in (*gaps, 0)]
    text = "".join(heading.format(n) + entry + gap for n, gap in zip(versions, below, strict=True))

    after = inserted(
        text, name, Release(version="2.0", date=PartialDate(2025, 1, 2), blocks=NEW.blocks)
    )

    _, behind = after.split("it\n", maxsplit=1)
    assert expected == len(behind) - len(behind.lstrip("\n"))
    assert after.endswith(text)
