"""A mistake that is looked for in a configuration."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
Place = TypeVar("Place")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Generic[Thing, Place]):
    """Where it is in a thing (a file, a block, a site), what it does, how it is mended."""

    find: Callable[[Thing], Iterator[Place]]
    message: str
    hint: str
