"""Real sources of two projects of ours, as they are on PyPI, through a rehearsal: `pytest --network -m network -s`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from typing import TYPE_CHECKING

import pytest
from release_examples import ROOT, WHEELHOUSE
from release_world import make_stage, write

if TYPE_CHECKING:
    from pathlib import Path

SECTION = "\n## {version} - 20 November 2026, The maintainer\n\n- try a rehearsal\n\n## "


@pytest.mark.network
@pytest.mark.parametrize("name", ["pykcs11", "pyscard"])
def test_real_sources_go_through_a_rehearsal(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What PyPI has of the project, put under git, is built, judged, installed and "published"."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", name, name],
        cwd=tmp_path,
        env=dict(os.environ),
        check=True,
    )
    (archive,) = tmp_path.glob("*.tar.gz")
    version = archive.name.removesuffix(".tar.gz").rpartition("-")[2]
    after = f"{version.rpartition('.')[0]}.{int(version.rpartition('.')[2]) + 1}"
    stage = make_stage(tmp_path / "stage")
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "unpacked", filter="data")
    project = stage.root / name
    (tmp_path / "unpacked" / archive.name.removesuffix(".tar.gz")).rename(project)
    changelog = (ROOT / "releases" / f"{name}.md").read_text()
    changelog = changelog.replace("\n## ", SECTION.format(version=after), 1)
    shutil.rmtree(stage.press / ".wheelhouse")
    (stage.press / ".wheelhouse").symlink_to(WHEELHOUSE)
    stage.commit(stage.press, {f"releases/{name}.md": changelog, ".gitignore": ".wheelhouse\n"})
    write(project, {})
    stage.git(project, "init", "-q", "-b", "master")
    stage.git(project, "add", "-A", "-f")
    stage.git(project, "commit", "-qm", "as it is on PyPI")
    command = ["release", name, after, "--rehearse", "--json"]
    begin = time.monotonic()
    result = subprocess.run(
        [sys.executable, "-c", "from pressroom.cli import main; main()", *command],
        cwd=stage.press,
        env=dict(stage.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.monotonic() - begin
    with capsys.disabled():
        print(f"\n{name} {after}: rehearsed in {took:.1f} s")  # noqa: T201 - the figure asked for

    assert "released" == json.loads(result.stdout)["outcome"], result.stdout + result.stderr
