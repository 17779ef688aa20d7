"""A project's own changelog, in its own style: read, written, and added to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pressroom.changelog.styles import (
    keep_a_changelog,
    libccid,
    pcsc_lite,
    pcsc_tools,
    pykcs11,
    pyscard,
    towncrier_md,
    towncrier_rst,
)

if TYPE_CHECKING:
    from pressroom.changelog.styles.style import Style

# Plain text, where bullets are told by where they stand.
_PLAIN: Final = (
    libccid.STYLE,
    pcsc_lite.STYLE,
    pcsc_tools.STYLE,
    pykcs11.STYLE,
    pyscard.STYLE,
)
# Markdown and reStructuredText.
_MARKED: Final = (keep_a_changelog.STYLE, towncrier_md.STYLE, towncrier_rst.STYLE)
_BY_NAME: Final = {one.name: one for one in (*_PLAIN, *_MARKED)}
# The names that `changelog.style` in front matter can have for a release to write that file.
STYLES: Final = tuple(_BY_NAME)
PLAIN: Final = tuple(one.name for one in _PLAIN)


def style(name: str) -> Style | None:
    """The style of that name, if we can write it."""
    return _BY_NAME.get(name)
