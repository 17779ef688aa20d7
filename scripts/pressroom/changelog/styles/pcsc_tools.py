"""`1.7.5 - 3 June 2026, Name` in the History of a README, then `    - bullet` and `     . bullet of a bullet`."""

from __future__ import annotations

from pressroom.changelog.styles.bullets import Layout
from pressroom.changelog.styles.dashed import reader_of_headings, writer_of_headings
from pressroom.changelog.styles.style import Style

_EXAMPLE = "1.7.5 - 3 June 2026, Name"
_LAYOUT = Layout(columns=(4,), marks=("-", "."), prose=4)

STYLE = Style(
    name="pcsc-tools",
    example=_EXAMPLE,
    read_heading=reader_of_headings(_EXAMPLE),
    write_heading=writer_of_headings(days=True),
    layout=lambda _release: _LAYOUT,
    in_readme=True,
)
