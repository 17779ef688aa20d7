"""The lists of steps: that of a project's own script, or that of its kind."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from pressroom.changelog.model import Kind
from pressroom.errors import ConfigError
from pressroom.release import steps
from pressroom.release.recipe import Step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pressroom.changelog.model import Project

PYTHON: tuple[Step, ...] = (
    # looks only, and all of it before anything is made
    steps.check_tree_clean,
    steps.check_level_with_remote,
    steps.check_tag_free,
    steps.check_version,
    steps.check_entry,
    steps.check_carriers,
    steps.check_drift,
    steps.check_ledger,
    steps.check_index,
    steps.check_signing_key,
    steps.check_site,
    steps.check_credential,
    steps.check_tools,
    steps.check_clock,
    # made aside: nobody sees it
    steps.freeze_plan,
    steps.make_commit,
    steps.make_tag,
    steps.build_dist,
    steps.audit_dist,
    steps.install_dist,
    # public, and never taken back
    steps.push_tag,
    steps.update_checkout,
    steps.collect_wheels,
    steps.upload_dist,
    steps.verify_published,
    steps.announce,
)
_KINDS = {Kind.PYTHON: PYTHON, Kind.PYTHON_EXTENSION: PYTHON}


def script_of(root: Path, project: str) -> Path:
    """Where the recipe of a project is, if it has its own."""
    return root / "scripts" / f"release_{project.replace('-', '_')}.py"


def steps_of(root: Path, project: Project) -> Sequence[Step]:
    """The steps of a project's own script, else those of its kind. Raises ConfigError."""
    path, kind = script_of(root, project.id), project.kind
    if path.is_file():
        return _load(path)
    if kind in _KINDS:
        return _KINDS[kind]
    raise ConfigError(
        f"there is no recipe for projects of kind {kind}",
        where=project.id,
        hint=f"write {path.name} with its STEPS; recipes by kind: {', '.join(_KINDS)}",
    )


def _load(path: Path) -> Sequence[Step]:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = getattr(module, "STEPS", None)
    if not found or not all(isinstance(step, Step) for step in found):
        raise ConfigError(
            "it has no list STEPS of steps",
            where=str(path),
            hint="STEPS = [check_tree_clean, …], as in pressroom/release/recipes.py",
        )
    return tuple(found)
