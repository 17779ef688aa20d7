"""The message of a tag: what git and mail readers get to see."""

from __future__ import annotations

import pytest

from pressroom.changelog.model import Entry, Kind, Project, Prose, Release
from pressroom.changelog.render.tag import render_tag_message


def project(message: str = "release {version}") -> Project:
    """A project with that line for its tags."""
    return Project(
        id="widget",
        name="Widget",
        title="Widget",
        kind=Kind.PYTHON,
        description="A widget.",
        tag_message=message,
    )


def message(*blocks: Entry | Prose, line: str = "release {version}") -> str:
    """The message for version 1.2 with these blocks."""
    return render_tag_message(project(line), Release(version="1.2", blocks=blocks))


def test_the_entries_follow_the_line_of_the_project() -> None:
    """Bullets nest by two columns and stay wrapped; links are written out; one line feed ends it."""
    nested = Entry(text="nested", children=(Entry(text="deeper\non two lines"),))
    link = Entry(text="see [notes](https://widget.example)", children=(nested,))

    assert (
        "Widget 1.2\n\n- see notes (https://widget.example)\n  - nested\n    - deeper\n      on two lines\n"
    ) == message(link, line="Widget {version}")


def test_a_release_without_entries_has_one_line() -> None:
    """No blank line and no space at an end."""
    assert "release 1.2\n" == message()
    assert "1.2\n" == message(line="{version} \n")


@pytest.mark.parametrize(
    "line",
    [
        "-----BEGIN PGP SIGNATURE-----",
        "-----BEGIN SSH SIGNATURE-----",
        "From me",
        "---",
        "diff --git a",
    ],
)
def test_no_line_is_taken_for_something_else(line: str) -> None:
    """What git would cut off as a signature, or a mailbox take for a mail, is indented."""
    text = message(Prose(text=f"first\n{line}\nlast"), Entry(text=line))

    assert f"first\n {line}\nlast" in text
    assert not [one for one in text.split("\n") if one.startswith(line)]


def test_no_line_ends_in_a_blank() -> None:
    """Trailing blanks go; a line that starts with # stays, since git keeps the message verbatim."""
    text = message(Prose(text="# not a comment \t\n\nmore"), Entry(text=""), Entry(text="a \n b"))

    assert "release 1.2\n\n# not a comment\n\nmore\n\n-\n- a\n  b\n" == text
