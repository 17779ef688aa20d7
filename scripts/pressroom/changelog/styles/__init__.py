"""A project's own changelog, in its own style: read, written, and added to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pressroom.changelog.styles import pykcs11, pyscard

if TYPE_CHECKING:
    from pressroom.changelog.styles.style import Style

_BY_NAME: Final = {one.name: one for one in (pykcs11.STYLE, pyscard.STYLE)}
# The names that `changelog.style` in front matter can have for a release to write that file.
STYLES: Final = tuple(_BY_NAME)


def style(name: str) -> Style | None:
    """The style of that name, if we can write it."""
    return _BY_NAME.get(name)
