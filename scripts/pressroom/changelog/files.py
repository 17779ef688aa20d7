"""A changelog from our disk, for the doors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.errors import ConfigError
from pressroom.texts import decode

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.findings import Finding


def read_changelog(path: Path) -> tuple[str, list[Finding]]:
    """The text of a file that was named, and what is wrong with its bytes. Raises ConfigError if there is none."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror}", where=str(path), hint="name a changelog file"
        ) from error
    return decode(data, where=str(path))
