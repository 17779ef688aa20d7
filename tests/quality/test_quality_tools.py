"""The tools that judge our pages from outside: how they are installed, and what is made of Lighthouse's reports."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOOLS = ("validator", "oracles", "scanner", "lighthouse")


@pytest.fixture
def lighthouse(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The benchmark's module."""
    monkeypatch.syspath_prepend(checkout)
    return importlib.import_module("benchmarks.lighthouse")


@pytest.fixture
def install(checkout: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Calls the script, which finds no registry."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "scripts/install_quality_tool.sh", *arguments],
            cwd=checkout,
            env={"PATH": "/usr/bin:/bin", "npm_config_registry": "http://127.0.0.1:9/"},
            capture_output=True,
            text=True,
            check=False,
        )

    return call


@pytest.mark.parametrize("tool", TOOLS)
def test_every_package_is_locked_by_hash(checkout: Path, tool: str) -> None:
    """The lock has the hash of each package and no address: any registry will do."""
    folder = checkout / "tests" / "quality" / tool
    lock = json.loads((folder / "package-lock.json").read_bytes())
    wanted = json.loads((folder / "package.json").read_bytes())["dependencies"]
    packages = {name: one for name, one in lock["packages"].items() if name}

    assert packages
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
    # Not a range: a newer one comes when somebody asks for it.
    assert wanted == {name: packages[f"node_modules/{name}"]["version"] for name in wanted}


def test_an_installed_tool_is_left_alone(
    checkout: Path, install: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """Without a registry it succeeds at once and says nothing, when what the lock names is there."""
    if not (checkout / ".quality" / "validator").is_dir() and os.environ.get("CI") != "true":
        pytest.skip("not installed: sh scripts/install_quality_tool.sh validator")
    start = time.monotonic()
    result = install("validator")

    assert (0, "", "") == (result.returncode, result.stdout, result.stderr)
    assert 1 > time.monotonic() - start


@pytest.mark.parametrize("arguments", [(), ("no-such-tool",), ("--lock",), ("..",)])
def test_an_unknown_tool_is_wrong_usage(
    install: Callable[..., subprocess.CompletedProcess[str]], arguments: tuple[str, ...]
) -> None:
    """The message names those that there are, and nothing is made."""
    result = install(*arguments)

    assert 2 == result.returncode
    assert "validator|oracles|scanner|lighthouse" in result.stderr


def report(performance: float, **scores: float) -> dict[str, Any]:
    """A report of Lighthouse's in which blocking time costs points of speed."""
    audits = {
        "total-blocking-time": {
            "title": "Total Blocking Time",
            "score": performance,
            "displayValue": "590 ms",
        },
        "print": {"title": "Not weighed", "score": 0},
        "network-requests": {"details": {"items": [{"url": "https://widget.example:1/a.css"}]}},
    }
    refs = [{"id": "total-blocking-time", "weight": 30}, {"id": "print", "weight": 0}]
    return {
        "audits": audits,
        "categories": {
            "performance": {"score": performance, "auditRefs": refs},
            **{name: {"score": score, "auditRefs": []} for name, score in scores.items()},
        },
    }


def test_a_score_below_the_limit_is_broken_and_says_what_costs(lighthouse: Any) -> None:
    """The median of the rounds counts for speed; what has weight and lost points is named once."""
    others = {"accessibility": 1, "best-practices": 0.95, "seo": 1}
    rounds = [report(0.5, **others), report(0.94), report(0.96)]
    lines = lighthouse.judge("page", [lighthouse.read_report(one) for one in rounds], limit=95)

    assert [
        "BROKEN  page: performance: 94 (at least 95)",
        "ok      page: accessibility: 100 (at least 95)",
        "ok      page: best-practices: 95 (at least 95)",
        "ok      page: seo: 100 (at least 95)",
        "        Total Blocking Time 590 ms",
    ] == [str(line) for line in lines]


def test_hosts_that_were_asked_are_known(lighthouse: Any) -> None:
    """A request to anybody else would be seen."""
    assert {"widget.example"} == lighthouse.read_report(report(1)).hosts


def test_a_page_that_was_not_seen_is_no_score(lighthouse: Any) -> None:
    """What Lighthouse says went wrong is raised, whatever scores stand beside it."""
    broken = {**report(1), "runtimeError": {"message": "Chrome prevented page load"}}

    with pytest.raises(lighthouse.LighthouseError, match="prevented"):
        lighthouse.read_report(broken)
