"""`1.8.4 - 20 September 2026, Name` in the History of a README, then `   - bullet` and `    - bullet of a bullet`."""

from __future__ import annotations

from pressroom.changelog.styles.bullets import Layout
from pressroom.changelog.styles.dashed import reader_of_headings, writer_of_headings
from pressroom.changelog.styles.style import Style

_EXAMPLE = "1.8.4 - 20 September 2026, Name"
# The column below is 4 as the newest versions have it; older ones have 5.
_LAYOUT = Layout(columns=(3, 4, 6), marks=("-", "-", "."), prose=3, hang=3)

STYLE = Style(
    name="libccid",
    example=_EXAMPLE,
    read_heading=reader_of_headings(_EXAMPLE),
    write_heading=writer_of_headings(days=True),
    layout=lambda _release: _LAYOUT,
    in_readme=True,
)
