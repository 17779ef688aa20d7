"""The command `pressroom observatory judge`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from pressroom.errors import ExitCode, PressroomError
from pressroom.observatory.algorithm import load_algorithm
from pressroom.observatory.case import parse_case, render_answer, render_error, scan_of
from pressroom.observatory.judge import judge as judge_scan
from pressroom.observatory.options import preload_list, preload_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    epilog="\b\nExamples:\n"
    "  pressroom observatory judge < cases.jsonl > answers.jsonl\n"
    '  echo \'{"id": 1, "url": "https://widget.example/"}\' | pressroom observatory judge'
)
@preload_option
def judge(*, preload: Path | None) -> None:
    """Judge recorded responses: a case a line of JSON on standard input, an answer a line on standard output.

    A case has `url` and may have `id`, `site`, `status`, `headers` ([[name, value], ...]), `body`, `cookies`,
    `http_redirect_chain` and `https_redirect_chain` ([[url, status], ...], null where the port is closed), `tls`
    (valid, invalid, closed, or one of them by host), `cors` (the answer to OPTIONS: status, headers) and `responses`
    (by URL: status, headers, body). An answer has `score`, `grade` and `tests` (token, points, passed), or `error`
    where the Observatory gives no grade.
    Exit code 2 if a line is no case; the others are judged all the same.
    """
    algorithm, is_preloaded = load_algorithm(), preload_list(preload)
    unreadable = 0
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        case = None
        try:
            case = parse_case(line.decode("utf-8-sig", "replace"), where=f"line {number}")
            verdict = judge_scan(scan_of(case), algorithm=algorithm, is_preloaded=is_preloaded)
            answer = render_answer(case, verdict)
        except PressroomError as error:
            unreadable += case is None
            answer = render_error(case, error)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    if unreadable:
        click.echo(f"lines that are no case: {unreadable}; their answer says why", err=True)
        sys.exit(int(ExitCode.USAGE))
