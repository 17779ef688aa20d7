"""The benchmark of a release: its limits, its clocks, and what it says when it cannot compare."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def benchmark(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Imports a module of the benchmark."""
    monkeypatch.syspath_prepend(checkout)
    return lambda name: importlib.import_module(f"benchmarks.{name}")


@pytest.fixture
def times(benchmark: Callable[[str], Any]) -> Callable[..., Any]:
    """What three rounds took: 4 s each with 1 s of installs, unless it is said otherwise."""
    module = benchmark("release")

    def make(**changed: Any) -> Any:
        def run(wall: float, installs: float = 1.0) -> Any:
            return module.Run(wall=wall, installs=installs, steps={"build-dist": wall / 2})

        found = {
            "first": [run(9.0), run(4.0), run(3.0)],
            "again": [run(0.1, 0.0), run(0.3, 0.0), run(9.0, 0.0)],
            "cold": [run(6.0), run(6.0), run(6.0)],
            "zest": [4.0, 4.0, 9.0],
            **{
                name: [run(*one) for one in value]
                for name, value in changed.items()
                if name != "zest"
            },
        }
        return module.Times(
            **found | {name: one for name, one in changed.items() if name == "zest"}
        )

    return make


def test_the_figures_are_ratios_of_medians(
    benchmark: Callable[[str], Any], times: Callable[..., Any]
) -> None:
    """Clean installs are taken from ours alone, and one slow round changes nothing."""
    figures = list(benchmark("release").judge(times()))

    assert [3.0 / 4.0, 5.0 / 4.0, 4.0 / 4.0, 0.3 / 4.0] == [one.value for one in figures]
    assert [1, None, None, 0.1] == [one.at_most for one in figures]


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({}, []),
        ({"zest": [2.9]}, ["a rehearsal without its clean installs, to a fullrelease"]),
        ({"first": [(5.1, 1.0)]}, ["a rehearsal without its clean installs, to a fullrelease"]),
        ({"first": [(5.1, 1.2)]}, []),
        ({"again": [(0.41, 0.0)]}, ["a finished rehearsal once more, to the first time"]),
        ({"cold": [(99.0, 0.0)]}, []),
    ],
)
def test_the_two_promises_can_be_broken(
    benchmark: Callable[[str], Any],
    times: Callable[..., Any],
    changed: dict[str, Any],
    broken: list[str],
) -> None:
    """Each by what makes it slow, and by nothing else."""
    figures = benchmark("release").judge(times(**changed))

    assert broken == [one.what for one in figures if not one.holds]


@pytest.mark.parametrize(("zest", "code"), [(4.0, 0), (2.0, 1)])
@pytest.mark.parametrize("as_json", [False, True])
def test_a_broken_limit_is_the_exit_code(  # noqa: PLR0917 - fixtures and cases
    benchmark: Callable[[str], Any],
    times: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    zest: float,
    code: int,
    as_json: bool,
) -> None:
    """0 while all limits hold, 1 when one is broken; both tables name it."""
    module = benchmark("release")
    monkeypatch.setattr(module, "measure", lambda *_, **__: times(zest=[zest]))
    monkeypatch.setattr(module, "find_fullrelease", lambda: "fullrelease")
    monkeypatch.setattr(sys, "argv", ["release.py", *(["--json"] if as_json else [])])

    assert code == module.main()
    shown = capsys.readouterr().out
    if as_json:
        value = json.loads(shown)
        assert [zest] == value["seconds"]["zest.releaser, fullrelease"]
        assert bool(code) == any(not one["holds"] for one in value["figures"])
    else:
        assert bool(code) == ("BROKEN" in shown)
        assert "  build-dist" in shown


def test_a_benchmark_without_zest_says_how_to_get_it(checkout: Path, tmp_path: Path) -> None:
    """Nothing is measured, the exit code is 2, and how to install it is said."""
    python = tmp_path / "python"
    python.symlink_to(sys.executable)
    code = (
        f"import sys; sys.path.insert(0, {str(checkout)!r});"
        f"sys.executable = {str(python)!r};"
        "import benchmarks.release as b; sys.exit(b.main())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PATH": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )

    assert 2 == run.returncode
    assert "hint: make" in run.stderr
    assert "" == run.stdout


def test_what_is_timed_twice_adds_up(benchmark: Callable[[str], Any]) -> None:
    """Two installations and one that failed are one sum; another name is another one."""
    ticks = iter([0.0, 1.0, 10.0, 12.0, 20.0, 24.0])
    clock = benchmark("clocked").Clock(now=lambda: next(ticks))
    with clock.timing("installs"):
        pass
    with pytest.raises(ZeroDivisionError), clock.timing("installs"):
        1 / 0  # noqa: B018 - fails
    with clock.timing("other"):
        pass

    assert {"installs": 3.0, "other": 4.0} == clock.seconds


def test_the_clocks_are_where_a_release_goes_by(checkout: Path, tmp_path: Path) -> None:
    """Steps and installations are timed in the functions that a release calls, and --help is not changed."""
    code = (
        f"import sys; sys.path.insert(0, {str(checkout)!r})\n"
        "from benchmarks import clocked\n"
        "import importlib\n"
        "steps, installs = clocked.Clock(), clocked.Clock()\n"
        "clocked.watch(steps, installs)\n"
        "from pressroom.release.report import Reporter, Silent\n"
        "from pressroom.release.recipe import done\n"
        "from pressroom.release.recipes import PYTHON\n"
        "reporter = Reporter(Silent(), ask=bool)\n"
        "reporter.begins(PYTHON[0], 'x'); reporter.ends(PYTHON[0], done(), acted=False)\n"
        "for module, name in clocked.INSTALLING:\n"
        "    assert getattr(importlib.import_module(module), name).__wrapped__\n"
        "print(list(steps.seconds))\n"
    )
    run = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )

    assert "['check-tree-clean']\n" == run.stdout, run.stderr


def test_zest_gets_a_like_project(benchmark: Callable[[str], Any], checkout: Path) -> None:
    """All files of ours but its changelog, the same backend, and the version that ours goes to."""
    from pressroom.release.example import example_files  # noqa: PLC0415 - beside its only use

    ours = example_files(checkout / "examples" / "pure")
    theirs = benchmark("zest").like_project(checkout / "examples" / "pure")

    assert set(ours) - {"Changes.txt"} == set(theirs) - {"CHANGES.txt"}
    assert {"pyproject.toml"} == {
        name for name in ours.keys() & theirs if ours[name] != theirs[name]
    }
    assert b'build-backend = "hatchling.build"' in theirs["pyproject.toml"]
    assert b'version = "0.2.0.dev0"' in theirs["pyproject.toml"]
