"""`1.5.18 - August 2025, Name`, then `  - bullet` and `   . bullet of a bullet`; dates know months only."""

from __future__ import annotations

from pressroom.changelog.styles.bullets import Layout
from pressroom.changelog.styles.dashed import reader_of_headings, writer_of_headings
from pressroom.changelog.styles.style import Style

_EXAMPLE = "1.5.18 - August 2025, Name"
_LAYOUT = Layout(columns=(2,), marks=("-", "."), prose=2)

STYLE = Style(
    name="pykcs11",
    example=_EXAMPLE,
    read_heading=reader_of_headings(_EXAMPLE),
    write_heading=writer_of_headings(days=False),
    layout=lambda _release: _LAYOUT,
)
