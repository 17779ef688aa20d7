"""The day of the seed: a header that a shipped file includes was not shipped, and the build here passed all the same."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from release_examples import EXAMPLES, WHEELHOUSE
from release_world import make_stage, write

if TYPE_CHECKING:
    from pathlib import Path

    from release_world import Stage

WITHOUT_HEADER = "include ChangeLog\ninclude src/tck.h\ninclude tests/*.py\n"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """The C extension of `examples/` in place of the widget, in a world of its own."""
    stage = make_stage(tmp_path / "stage")
    shutil.rmtree(stage.press / ".wheelhouse")
    (stage.press / ".wheelhouse").symlink_to(WHEELHOUSE)
    write(stage.press, {".gitignore": ".wheelhouse\n"})
    shutil.copy(EXAMPLES / "extension.md", stage.press / "releases" / "atr-checksum.md")
    stage.commit(stage.press, {})
    project = stage.root / "atr-checksum"
    shutil.copytree(EXAMPLES / "extension", project, ignore=shutil.ignore_patterns("__pycache__"))
    remote = stage.root / "remotes" / "atr-checksum.git"
    stage.git(stage.root, "init", "-q", "--bare", str(remote))
    stage.git(project, "init", "-q")
    stage.git(project, "remote", "add", "origin", str(remote))
    stage.commit(project, {}, "what there is")
    return stage


def rehearse(stage: Stage, world: Path) -> tuple[int, dict[str, object]]:
    """The exit code and the JSON of a rehearsal by the console command."""
    command = ["release", "atr-checksum", "1.1.0", "--rehearse", "--world", str(world), "--json"]
    result = subprocess.run(
        [sys.executable, "-c", "from pressroom.cli import main; main()", *command],
        cwd=stage.press,
        env=dict(stage.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, json.loads(result.stdout)


def test_a_header_that_was_not_shipped_stops_the_release(stage: Stage) -> None:
    """Refused, naming that one file; the wheel was built from that very sdist without complaint; mended, released."""
    project, world = stage.root / "atr-checksum", stage.root / "world"
    good = (project / "MANIFEST.in").read_text()
    stage.commit(project, {"MANIFEST.in": WITHOUT_HEADER})
    code, refused = rehearse(stage, world)

    assert 1 == code
    steps = {step["name"]: step["state"] for step in refused["steps"]}  # type: ignore[attr-defined]
    assert (
        "done" == steps["build-dist"]
    )  # sdist, and the wheel from it: building alone proves nothing
    error = refused["error"]
    assert isinstance(error, dict)
    assert "src/resource.h" == error["where"]
    assert "src/module.c" in error["message"]
    assert ["tag 1.1.0 at origin", "files on the index", "the announcement"] == [
        name if "atr_checksum" not in name else "files on the index"
        for name in refused["not_public"]  # type: ignore[attr-defined]
    ]
    assert [] == refused["public"]

    stage.commit(project, {"MANIFEST.in": good})
    code, released = rehearse(stage, world)

    assert 0 == code
    assert "released" == released["outcome"]
    audit = json.loads(
        (world / "state" / "releases" / "atr-checksum" / "1.1.0" / "audit.json").read_text()
    )
    assert [] == [line for line in audit["listed"] if "resource.h" in line]
