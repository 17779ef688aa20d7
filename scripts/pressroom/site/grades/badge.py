"""A badge: a host's newest grade as a small drawing, for pages that have an image and nothing else of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.site.grades.history import date_of
from pressroom.site.views import render

if TYPE_CHECKING:
    from pressroom.site.grades.history import History

LABEL = "observatory"
LABEL_COLOUR = "#454c52"
# By the letter of the grade; white on each of them has a contrast of 4.5 or more (WCAG 2.2, 1.4.3).
COLOURS = {"A": "#1a7440", "B": "#4c6b00", "C": "#845400", "D": "#a84300", "F": "#b3201a"}
# What Verdana of eleven pixels needs for the label, and in bold for the characters of a grade. The drawing says how wide
# each word is, so that it is as wide in any other font.
_LABEL = 66
_SIGNS = {"+": 9, "-": 5}
_LETTER = 9
_ROOM = 10


def render_badge(history: History) -> bytes:
    """The badge as SVG, in the size that badges have: 20 pixels high."""
    grade = history.newest.grade
    left = _LABEL + _ROOM
    right = sum(_SIGNS.get(sign, _LETTER) for sign in grade) + _ROOM
    return render(
        "grades/badge.html",
        host=history.host,
        newest=history.newest,
        date=date_of(history.newest),
        label=LABEL,
        label_colour=LABEL_COLOUR,
        colour=COLOURS[grade[0]],
        left=left,
        right=right,
        room=_ROOM,
    ).encode()
