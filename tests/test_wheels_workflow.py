"""The workflow for platform wheels that projects copy: pinned, of little permission, build and publish apart."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_workflows import PINS as OUR_PINS
from test_workflows import steps

FILE = Path(__file__).parent.parent / "examples/workflows/wheels.yml"
# Read on 2026-11-23, as those of publish.yml.
PINS = {
    **{
        name: OUR_PINS[name]
        for name in ("actions/checkout", "actions/upload-artifact", "actions/download-artifact")
    },
    "pypa/cibuildwheel": ("1828c10ab37f080699c7b81cea34097c684a7074", "v4.2.0"),
    "actions/attest": ("1e69f48acb82d1966a394da916b4c1698aa569d6", "v4.2.2"),
    "pypa/gh-action-pypi-publish": ("dc37677b2e1c63e2034f94d8a5b11f265b73ba33", "v1.14.2"),
}
PERMISSIONS = {
    "build": {"contents": "read"},
    "attest": {"id-token": "write", "attestations": "write"},
    "publish": {"id-token": "write"},
}
_USES = re.compile(r"^ *(?:- )?uses: (\S+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$")


@pytest.fixture(scope="module")
def wheels() -> dict[Any, Any]:
    """The workflow, parsed; its key `on` is what YAML 1.1 calls true."""
    parsed: dict[Any, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return parsed


def actions(wheels: dict[Any, Any], job: str) -> list[str]:
    """The actions that a job uses, in order."""
    return [step["uses"].partition("@")[0] for step in steps(wheels, job)]


def test_every_action_of_it_is_pinned_as_ours_are() -> None:
    """40 digits and the exact version in a comment, both of the table; no line escapes."""
    lines = [line for line in FILE.read_text().split("\n") if re.search(r"\buses:", line)]
    pinned = [_USES.fullmatch(line) for line in lines]

    assert None not in pinned
    assert {(match[1], (match[2], match[3])) for match in pinned if match} == set(PINS.items())


def test_each_job_of_it_has_the_least_rights(wheels: dict[Any, Any]) -> None:
    """Nothing at the top; what is compiled runs where there is neither an identity nor a right to write."""
    assert {} == wheels["permissions"]
    assert PERMISSIONS == {name: job["permissions"] for name, job in wheels["jobs"].items()}


def test_it_runs_for_tags_alone(wheels: dict[Any, Any]) -> None:
    """No branch and no pull request gets near the index, and a run is not cut off."""
    assert {"push": {"tags": ["*"]}} == wheels[True]
    assert wheels["concurrency"]["cancel-in-progress"] is False
    assert "wheels-${{ github.ref }}" == wheels["concurrency"]["group"]
    assert all(0 < job["timeout-minutes"] <= 60 for job in wheels["jobs"].values())


def test_only_publish_is_bound_to_the_environment(wheels: dict[Any, Any]) -> None:
    """After build and attest; it checks nothing out and runs no script; no secret is known anywhere."""
    assert {"publish": "pypi"} == {
        name: job["environment"] for name, job in wheels["jobs"].items() if "environment" in job
    }
    assert ["build", "attest"] == wheels["jobs"]["publish"]["needs"]
    assert "build" == wheels["jobs"]["attest"]["needs"]
    assert ["actions/download-artifact", "pypa/gh-action-pypi-publish"] == actions(
        wheels, "publish"
    )
    assert ["actions/download-artifact", "actions/attest"] == actions(wheels, "attest")
    assert [] == [step for step in steps(wheels) if "run" in step]
    assert "secrets." not in FILE.read_text()
    assert "password" not in FILE.read_text()


def test_its_checkout_leaves_no_token_behind(wheels: dict[Any, Any]) -> None:
    """What is compiled afterwards cannot push."""
    checkouts = [step for step in steps(wheels) if step["uses"].startswith("actions/checkout@")]

    assert [False] == [one["with"]["persist-credentials"] for one in checkouts]


def test_what_is_built_is_what_is_attested_and_published(wheels: dict[Any, Any]) -> None:
    """Each runner's files have a name of their own, and both jobs get all of them into the same folder."""
    upload = steps(wheels, "build")[-1]["with"]
    downloads = [steps(wheels, job)[0]["with"] for job in ("attest", "publish")]

    assert "wheels-${{ matrix.runner }}" == upload["name"]
    assert "error" == upload["if-no-files-found"]
    assert [{"pattern": "wheels-*", "path": "dist", "merge-multiple": True}] * 2 == downloads
    assert "dist/*.whl" == upload["path"] == steps(wheels, "attest")[-1]["with"]["subject-path"]
    assert {"packages-dir": "dist", "attestations": True} == steps(wheels, "publish")[-1]["with"]
    assert {"output-dir": "dist"} == steps(wheels, "build")[1]["with"]
