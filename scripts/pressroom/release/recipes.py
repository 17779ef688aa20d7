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
    steps.check_mail,
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
    steps.fill_outbox,
    steps.send_mail,
)
TARBALL: tuple[Step, ...] = (
    # looks only, and all of it before anything is made
    steps.check_tree_clean,
    steps.check_level_with_remote,
    steps.check_tag_free,
    steps.check_version,
    steps.check_entry,
    steps.check_carriers,
    steps.check_drift,
    steps.check_files_server,
    steps.check_signing_key,
    steps.check_site,
    steps.check_mail,
    steps.check_dist_tools,
    steps.check_clock,
    # made aside: nobody sees it
    steps.freeze_plan,
    steps.make_commit,
    steps.make_tag,
    steps.build_tarball,
    steps.audit_tarball,
    steps.try_tarball,
    steps.make_records,
    steps.sign_files,
    # public, and never taken back
    steps.push_tag,
    steps.update_checkout,
    steps.upload_files,
    steps.verify_files,
    steps.announce,
    steps.fill_outbox,
    steps.send_mail,
)
_KINDS = {
    Kind.PYTHON: PYTHON,
    Kind.PYTHON_EXTENSION: PYTHON,
    Kind.C_MESON: TARBALL,
    Kind.C_AUTOTOOLS: TARBALL,
    Kind.PERL: TARBALL,
}


def script_of(root: Path, project: str) -> Path:
    """Where the recipe of a project is, if it has its own."""
    return root / "scripts" / f"release_{project.replace('-', '_')}.py"


def steps_of(root: Path, project: Project) -> Sequence[Step]:
    """The steps of a project's own script, else those of its kind. Raises ConfigError for a script without any."""
    path = script_of(root, project.id)
    return _load(path) if path.is_file() else _KINDS[project.kind]


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
