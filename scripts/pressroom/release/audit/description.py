"""Whether the index can show the description of a file: twine's own check, strict."""

from __future__ import annotations

import contextlib
import io
import logging
from typing import TYPE_CHECKING

from twine.commands import check
from twine.exceptions import TwineException

from pressroom.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_LOGGER = "twine.commands.check"


class _Lines(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def check_descriptions(paths: Sequence[Path]) -> list[Finding]:
    """What `twine check --strict` says of each file.

    A description that does not render is an error: the index refuses it. What is only strict, such as a
    missing content type, is a warning: releases have been published with it for years.
    """
    return [finding for path in paths for finding in _check(path)]


def _check(path: Path) -> Iterator[Finding]:
    lines = _Lines()
    logger = logging.getLogger(_LOGGER)
    logger.addHandler(lines)
    propagate, logger.propagate = logger.propagate, False
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            check.check([str(path)], strict=True)
    except (TwineException, ValueError, OSError) as error:
        yield _finding(path, str(error), Severity.ERROR)
    finally:
        logger.propagate = propagate
        logger.removeHandler(lines)
    for record in lines.records:
        is_error = record.levelno >= logging.ERROR
        yield _finding(path, record.getMessage(), Severity.ERROR if is_error else Severity.WARNING)


def _finding(path: Path, message: str, severity: Severity) -> Finding:
    return Finding(
        where=path.name,
        message=f"twine check: {' '.join(message.split())}",
        hint="mend the description and its content type in the project; `twine check --strict` says the same",
        severity=severity,
    )
