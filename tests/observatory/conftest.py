"""What several tests of the Observatory stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from observatory_service import Clock, ObservatoryService, pass_time

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObservatoryService]:
    """The stand-in of Mozilla's service, on a clock that passes when somebody sleeps."""
    clock = Clock()
    pass_time(monkeypatch, clock)
    with ObservatoryService(clock) as running:
        yield running
