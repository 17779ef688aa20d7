"""What a recorded case costs the judge, on one core."""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any

from benchmarks.cases import load_samples, vary_all
from benchmarks.checking import COMMAND
from benchmarks.figures import Figure
from benchmarks.measured import BuildError, best, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

# The samples as they are, and so many times varied: start-up is less than a tenth of the time, and counts.
TIMES = 100


def measure_cases(rounds: int, folder: Path) -> Iterator[Figure | str]:
    """What a case costs the judge, on one core."""
    samples = load_samples()
    written, answers = folder / "cases.jsonl", folder / "answers.jsonl"
    with written.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(case)}\n" for case in vary_all(samples, times=TIMES))
    command, runs, starts = (*COMMAND, "judge"), [], []
    with on_one_core():
        for _ in range(rounds):
            starts.append(run(command, folder)[0])
            with written.open("rb") as cases, answers.open("wb") as said:
                runs.append(run(command, folder, stdin=cases, stdout=said)[0])
    with answers.open("rb") as lines:
        check_answers((json.loads(line) for line in lines), samples=len(samples), times=TIMES)
    yield from judge(len(samples) * (TIMES + 1), wall=best(runs), start=best(starts))


def check_answers(answers: Iterable[Mapping[str, Any]], *, samples: int, times: int) -> None:
    """Raises BuildError unless each time all samples are answered, and as they were at first."""
    first: list[object] = []
    count = 0
    for count, answer in enumerate(answers, 1):
        verdict = answer.get("tests", "error")
        if count <= samples:
            first.append(verdict)
        elif verdict != first[(count - 1) % samples]:
            raise BuildError(f"another verdict on {answer['id']}: {verdict}")
    if count != samples * (times + 1):
        raise BuildError(f"{count} answers to {samples * (times + 1)} cases")


def judge(cases: int, *, wall: float, start: float) -> Iterator[Figure | str]:
    """Cases a second, start-up included."""
    yield f"{cases:,} cases: {wall:.2f} s, of them {start:.2f} s to start"
    yield Figure(what="cases judged on one core", value=cases / wall, unit="/s", at_least=3_000)


@contextlib.contextmanager
def on_one_core() -> Iterator[None]:
    """Whatever is started inside has one of our processors."""
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(mine)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, mine)
