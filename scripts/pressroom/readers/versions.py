"""Driver releases as people write them, in their order."""

from __future__ import annotations

import functools
import re

from packaging.version import Version

# Bounded: a number of ten thousand digits takes its time.
_SHAPE = re.compile(r"\d{1,9}(\.\d{1,9}){1,5}", re.ASCII)


def is_version(text: str) -> bool:
    """Whether it is digits and dots, as driver releases are."""
    return _SHAPE.fullmatch(text) is not None


@functools.cache
def order(version: str) -> Version:
    """What driver releases are sorted and compared by."""
    return Version(version)
