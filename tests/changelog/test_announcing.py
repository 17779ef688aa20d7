"""An announcement put into front matter: first in its list, and no other byte changed."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.changelog.announcing import add_announcement, announcement_for
from pressroom.changelog.check import check_changelog
from pressroom.changelog.model import Announcement, Project, Release
from pressroom.changelog.parse import parse_changelog
from pressroom.dates import PartialDate
from pressroom.errors import FindingsError, PressroomError

WHERE = "releases/widget.md"
TODAY = dt.date(2026, 3, 3)
HEAD = "---\nname: widget\ntitle: Widget\nkind: python\ndescription: A widget.\n"
TAIL = "---\n\n## 1.2 - 3 March 2026, A. Maintainer\n\n- more\n\n## 1.1 - 10 January 2026\n\n- first  \n"
OLD = '{i}- versions: ["1.1"]\n{i}  slug: widget-1-1\n'
NEW = '{i}- versions: ["1.2"]\n{i}  slug: widget-1-2\n{i}  date: 2026-03-03\n{i}  tags: [widget, release]\n'
ANNOUNCEMENT = Announcement(
    versions=("1.2",), slug="widget-1-2", date=PartialDate(2026, 3, 3), tags=("widget", "release")
)


def project(text: str) -> Project:
    """The project of a file without findings."""
    changelog, findings = parse_changelog(text, where=WHERE)
    assert [] == findings
    assert changelog.project is not None
    return changelog.project


def add(text: str, announcement: Announcement = ANNOUNCEMENT) -> str:
    return add_announcement(text, where=WHERE, announcement=announcement)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        *((f"announcements:\n{OLD}", f"announcements:\n{NEW}{OLD}"),),
        ("", f"announcements:\n{NEW}"),
        ("announcements: []\n", f"announcements:\n{NEW}"),
        ("announcements: [ ] # none yet\n", f"announcements: # none yet\n{NEW}"),
        (f"announcements: # newest first\n{OLD}", f"announcements: # newest first\n{NEW}{OLD}"),
        (f"announcements:\n\n  # old\n{OLD}", f"announcements:\n{NEW}\n  # old\n{OLD}"),
        (f'"announcements" :\n{OLD}', f'"announcements" :\n{NEW}{OLD}'),
        (f"'announcements':\n{OLD}", f"'announcements':\n{NEW}{OLD}"),
        (f"announcements:\n{OLD}license: MIT\n", f"announcements:\n{NEW}{OLD}license: MIT\n"),
        (
            "announcements:\n{i}- { versions: ['1.1'], slug: widget-1-1 }\n",
            f"announcements:\n{NEW}{{i}}- {{ versions: ['1.1'], slug: widget-1-1 }}\n",
        ),
        (
            "announcements:\n{i}-\n{i}  versions: ['1.1']\n{i}  slug: widget-1-1\n",
            f"announcements:\n{NEW}{{i}}-\n{{i}}  versions: ['1.1']\n{{i}}  slug: widget-1-1\n",
        ),
        (
            "license_note: |\n  as it says:\n  announcements: [x]\n\n",
            f"license_note: |\n  as it says:\n  announcements: [x]\n\nannouncements:\n{NEW}",
        ),
    ],
)
@pytest.mark.parametrize("indent", ["", "  ", "      "])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_one_entry_more_and_nothing_else(
    before: str, after: str, indent: str, mark: str, end: str
) -> None:
    """In any indentation, with any line end: the new lines stand first, every other byte is as it was."""
    # Where no item shows how far the list is indented, it is by two.
    ours = indent if "{i}-" in before else "  "

    def file(front: str) -> str:
        return mark + (HEAD + front.replace("{i}", ours) + TAIL).replace("\n", end)

    added = add(file(before))

    assert file(after) == added
    assert added == add(added)


def test_what_was_added_is_read_and_checked() -> None:
    """The announcement is the first of the project's, and no check complains."""
    text = HEAD + f"announcements:\n{OLD}".replace("{i}", "  ") + TAIL
    added = add(text)
    changelog, findings = parse_changelog(added, where=WHERE)

    assert (ANNOUNCEMENT, *project(text).announcements) == project(added).announcements
    assert [] == findings + check_changelog(changelog, where=WHERE, today=TODAY)


def test_a_version_is_announced_once() -> None:
    """A file that announces the version already stays as it is, whatever the slug there."""
    text = HEAD + "announcements: [{versions: ['1.2'], slug: by-hand}]\n" + TAIL

    assert text == add(text)


@pytest.mark.parametrize(
    "front",
    [
        "announcements: [{versions: ['1.1'], slug: widget-1-1}]\n",
        "announcements:\n  [{versions: ['1.1'], slug: widget-1-1}]\n",
        "? announcements\n: - versions: ['1.1']\n    slug: widget-1-1\n",
        '"announce\\x6dents":\n  - versions: ["1.1"]\n    slug: widget-1-1\n',
    ],
)
def test_what_cannot_be_proved_is_for_a_person(front: str) -> None:
    """A list in flow style or under an odd key is left alone; the hint shows the lines to add."""
    with pytest.raises(PressroomError) as caught:
        add(HEAD + front + TAIL)

    assert "1.2 cannot be added by machine" in caught.value.message
    assert WHERE == caught.value.where
    shown = f"announcements:\n{NEW}".replace("{i}", "  ").rstrip("\n").replace("\n", "\n    ")
    assert caught.value.hint.endswith(f"\n    {shown}")


def test_a_file_that_is_wrong_already_is_mended_first() -> None:
    """The finding of the file is the error."""
    with pytest.raises(FindingsError, match=r"releases/widget\.md:6: unknown key 'nmae'") as caught:
        add(HEAD + "nmae: x\n" + TAIL)

    assert "did you mean 'name'?" in caught.value.hint


@pytest.mark.parametrize(
    "other", [{"slug": "widget-1-1"}, {"versions": ("1.2", "1.1"), "slug": "widget-1-2"}]
)
def test_no_slug_or_version_stands_twice(other: dict[str, object]) -> None:
    """What would be a finding afterwards is refused before."""
    text = HEAD + f"announcements:\n{OLD}".replace("{i}", "  ") + TAIL
    with pytest.raises(PressroomError, match="announced already") as caught:
        add(text, dataclasses.replace(ANNOUNCEMENT, **other))  # type: ignore[arg-type]

    assert "stand there once" in caught.value.hint


@pytest.mark.parametrize("name", ["no", "2026-01-01", "1e3", "null", "a-b", "0-1"])
def test_names_are_quoted_where_yaml_would_guess(name: str) -> None:
    """A slug that looks like a date and a tag that looks like no come back as text."""
    odd = dataclasses.replace(ANNOUNCEMENT, slug=name, tags=(name,))

    assert (odd,) == project(add(HEAD + TAIL, odd)).announcements


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co")), min_size=1))
def test_any_note_comes_back_or_is_refused(note: str) -> None:
    """No note becomes another, or another key."""
    noted = dataclasses.replace(ANNOUNCEMENT, note=note)
    try:
        added = add(HEAD + TAIL, noted)
    except PressroomError:
        return
    changelog, _ = parse_changelog(added, where=WHERE)
    assert changelog.project is None or (noted,) == changelog.project.announcements


def test_the_announcement_of_a_release() -> None:
    """The slug is project and version without dots; the project is a tag."""
    made = announcement_for(
        project(HEAD + TAIL), Release(version="1.2"), date=PartialDate(2026, 3, 3)
    )

    assert ANNOUNCEMENT == made


def test_a_version_that_makes_no_slug_is_announced_by_hand() -> None:
    """`+` is no part of an address; the hint says what to do."""
    with pytest.raises(PressroomError, match=r"widget-1-2\+local") as caught:
        announcement_for(
            project(HEAD + TAIL), Release(version="1.2+local"), date=PartialDate(2026, 3, 3)
        )

    assert "by hand" in caught.value.hint
