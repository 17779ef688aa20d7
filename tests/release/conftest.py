"""What tests of whole releases share: a small world, and an index in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from release_runs import index_for
from release_world import make_stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from release_world import Stage

    from pressroom.release.warehouse.server import Index


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A project, a press, their remotes."""
    return make_stage(tmp_path / "stage")


@pytest.fixture
def index(stage: Stage) -> Iterator[Index]:
    """The index that the release of the stage uploads to."""
    with index_for(stage) as served:
        yield served
