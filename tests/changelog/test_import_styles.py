"""Keep a Changelog and what towncrier writes: read, written back, and added to."""

from __future__ import annotations

import time

import pytest
from import_fixtures import KEEP, TOWNCRIER_MD, TOWNCRIER_RST

from pressroom.changelog.model import BadRelease, Entry, Prose, Release
from pressroom.changelog.styles import style
from pressroom.changelog.styles.marked import MarkedStyle
from pressroom.dates import PartialDate
from pressroom.errors import PressroomError

NEW = Release(
    version="1.3.0",
    date=PartialDate(2025, 1, 2),
    blocks=(Prose(text="### Fixed"), Entry(text="it")),
)
# What the fixtures have otherwise than the style writes it.
CANONICAL = (
    ("(May 6, 2023)", "(2023-05-06)"),
    ("## 1.1.0", "## [1.1.0]"),
    ("`[x](https://x.example)`", "``[x](https://x.example)``"),
)
FILES = {"keep-a-changelog": KEEP, "towncrier-md": TOWNCRIER_MD, "towncrier-rst": TOWNCRIER_RST}


def named(name: str) -> MarkedStyle:
    """The style of that name."""
    found = style(name)
    assert isinstance(found, MarkedStyle)
    return found


def versions(name: str, text: str) -> list[str]:
    """What the style reads."""
    return [release.version for release in named(name).read(text, where="C")[0]]


@pytest.mark.parametrize("name", FILES)
def test_all_versions_are_read_and_written_back(name: str) -> None:
    """Each section, with the titles that the file has, gives its lines back byte for byte."""
    here = named(name)
    text = FILES[name]
    for odd, canonical in CANONICAL:
        text = text.replace(odd, canonical)
    releases, findings = here.read(text, where="C")
    titles = [section.title for section in here.sections(text)]

    pairs = zip(releases, titles, strict=True)
    written = "\n\n".join("\n".join(here.write(*pair)) for pair in pairs)

    assert [] == findings
    history = text.split("\n", releases[0].line - 1)[-1].split("\n[unrel", maxsplit=1)[0]
    assert history.rstrip("\n") == written.rstrip("\n")


def test_keep_a_changelog_is_understood() -> None:
    """Unreleased, groups, the yanked mark, and fences that hold no version."""
    releases, _ = named("keep-a-changelog").read(KEEP, where="C")

    assert ["Unreleased", "1.2.0", "1.1.0"] == [one.version for one in releases]
    assert [None, PartialDate(2024, 5, 6), PartialDate(2023, 5, 6)] == [o.date for o in releases]
    assert [None, None, BadRelease(reason="yanked")] == [one.bad for one in releases]
    assert (Prose(text="### Added"), Entry(text="soon, see [the plan][plan]")) == releases[0].blocks
    assert "## [9.9.9]" in releases[1].blocks[-1].text


@pytest.mark.parametrize(
    ("heading", "version", "date"),
    [
        ("## [1.2.3] - 2024-05-06", "1.2.3", "2024-05-06"),
        ("## [1.2.3](https://x.example/v) - 2024-05-06", "1.2.3", "2024-05-06"),
        ("## v1.2.3 – 6 May 2024", "1.2.3", "2024-05-06"),
        ("# [1.2.3-rc.1]", "1.2.3-rc.1", None),
        ("## 1.2.3 - soon", "1.2.3", None),
        ("## [1.2.3] -   2024-05", "1.2.3", "2024-05"),
        ("## Unreleased", "Unreleased", None),
    ],
)
def test_titles_of_keep_a_changelog(heading: str, version: str, date: str | None) -> None:
    """Versions are links or not, and dates of any exactness; what is no date is kept."""
    (one,), _ = named("keep-a-changelog").read(f"{heading}\n\n- a\n", where="C")

    assert (version, date) == (one.version, one.date.iso if one.date else None)
    assert ("soon" in heading) == (Prose(text="soon") in one.blocks)


@pytest.mark.parametrize(
    "title", ["## Versioning", "## 3 things", "### [1.2.3]", "## (2020-01-01)"]
)
def test_other_headings_are_no_versions(title: str) -> None:
    """A heading without a version, or below the level of one, starts none."""
    for name in ("keep-a-changelog", "towncrier-md"):
        assert [] == versions(name, f"{title}\n\n- a\n")


def test_an_odd_date_and_a_missed_title_are_noted() -> None:
    """A date that is not ISO 8601 is a warning, a heading that looks like a version an error."""
    text = "## 1.2 (May 6, 2023)\n\n- a\n\n## 1.1 again (x)\n\n- b\n"

    (one,), findings = named("towncrier-md").read(text, where="C")

    assert PartialDate(2023, 5, 6) == one.date
    assert [
        "C:1: warning: the date 'May 6, 2023' is read as 2023-05-06",
        "C:5: looks like a v",
    ] == [
        str(findings[0]).split("\n", maxsplit=1)[0],
        str(findings[1])[:19],
    ]
    assert ['write "2023-05-06"', 'write "## 1.2.3 (2024-05-06)"'] == [one.hint for one in findings]


def test_sections_of_towncrier_move_down_and_back() -> None:
    """`## Core` below `# Widget 1.2.0` is `### Core` in our format, where `##` is a version."""
    releases, _ = named("towncrier-md").read(TOWNCRIER_MD, where="C")

    groups = [one.text for one in releases[0].blocks if isinstance(one, Prose)]
    assert ["### Core", "#### Features", "#### Bugfixes"] == groups


def test_restructured_text_becomes_markdown() -> None:
    """Links and code are ours; what would be markup in Markdown only is made harmless."""
    releases, _ = named("towncrier-rst").read(TOWNCRIER_RST, where="C")

    texts = [one.text for one in releases[0].entries]
    assert "One `code` ([#12](https://x.example/12))" == texts[0]
    assert "Three :func:`foo` and `[x](https://x.example)`" == texts[2]
    assert (Entry(text="nested"),) == releases[0].entries[2].children
    assert (Prose(text="No significant changes."),) == releases[1].blocks


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("keep-a-changelog", "## [1.3.0] - 2025-01-02\n\n### Fixed\n\n- it\n\n## [1.2.0]"),
        ("towncrier-md", "# Widget 1.3.0 (2025-01-02)\n\n### Fixed\n\n- it\n\n# Widget 1.2.0"),
        (
            "towncrier-rst",
            "Widget 1.3.0 (2025-01-02)\n=========================\n\nFixed\n-----\n\n- it\n\nWidget 1.2.0",
        ),
    ],
)
def test_an_insertion_follows_the_titles_of_the_file(name: str, expected: str) -> None:
    """The new version stands above the newest and below what is not released, and all else stays."""
    text = FILES[name]

    after = named(name).insert(text, NEW, where="C")

    assert expected in after
    rest = after.replace(expected[: expected.rindex("\n") + 1], "")
    assert text.split("\n[")[0] == rest.split("\n[")[0]  # link references: test_link_references.py
    assert after == named(name).insert(after, NEW, where="C")


def test_a_first_version_stands_above_the_link_references() -> None:
    """What ends a file still ends it."""
    text = "# Changelog\n\n[x]: https://x.example\n"

    after = named("keep-a-changelog").insert(text, NEW, where="C")

    assert (
        "# Changelog\n\n## [1.3.0] - 2025-01-02\n\n### Fixed\n\n- it\n\n[x]: https://x.example\n"
        == after
    )


def test_a_version_that_says_something_else_stays() -> None:
    """It is refused with the place and what to do."""
    text = "## [1.3.0] - 2025-01-02\n\n- other\n"

    with pytest.raises(PressroomError, match="is there already") as caught:
        named("keep-a-changelog").insert(text, NEW, where="C")

    assert "C:3" == caught.value.where
    assert "mend it there" in caught.value.hint


@pytest.mark.parametrize(
    "line", ["## [1.0] - " + " " * 40_000 + "x", "## " + "a " * 20_000 + "1.0 (2020)", "[" * 40_000]
)
def test_hostile_lines_cost_little(line: str) -> None:
    """Forty thousand characters in a title take less than a second in each style."""
    for name in FILES:
        started = time.process_time()
        named(name).read(f"{line}\n=====\n\n- a\n", where="C")
        assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("keep-a-changelog", "## [1.0.0] - 2024-05-06 ##"),
        ("towncrier-md", "# Widget 1.0.0 (2024-05-06) #"),
        ("keep-a-changelog", "  ##\t[1.0.0] - 2024-05-06  "),
    ],
)
def test_titles_are_found_however_markdown_writes_them(name: str, title: str) -> None:
    """Signs at the end of a title and blanks around it are no part of it."""
    releases, _ = named(name).read(f"{title}\n\n- a\n", where="C")

    assert ["1.0.0"] == [one.version for one in releases]
