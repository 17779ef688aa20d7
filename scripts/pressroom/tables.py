"""TOML, read within limits: what hurts is stopped before the parser sees it."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from pressroom.findings import Finding

# Far above what a person writes, far below what hurts.
MAX_CHARACTERS = 256 * 1024
# tomllib needs time in the square of the dots of one key.
MAX_DOTS = 16

_PLACE = re.compile(r"^(.*) \(at line (\d+), column \d+\)$", re.DOTALL)
_DOTS = re.compile(rf"""^[^#=]*?(?:[^.\s"'=#]+\s*\.\s*){{{MAX_DOTS}}}""", re.MULTILINE)


def parse_toml(text: str, *, where: str) -> tuple[dict[str, Any], list[Finding]]:
    """The table, or an empty one and what is wrong with it."""

    def finding(message: str, hint: str, line: int = 1) -> tuple[dict[str, Any], list[Finding]]:
        return {}, [Finding(where=where, line=line, message=message, hint=hint)]

    if len(text) > MAX_CHARACTERS:
        return finding(
            f"has {len(text)} characters, more than {MAX_CHARACTERS}",
            "move data to a file of its own",
        )
    dotted = _DOTS.search(text)
    if dotted:
        line = text.count("\n", 0, dotted.start()) + 1
        return finding(f"a key with {MAX_DOTS} dots or more", "write it flatter", line)
    try:
        return tomllib.loads(text), []
    except tomllib.TOMLDecodeError as error:
        match = _PLACE.match(str(error))
        message, line = (match[1], int(match[2])) if match else (str(error), 1)
        return finding(f"not TOML: {message}", "mend that line", line)
    except RecursionError:
        return finding("nested too deeply", "write it flatter")
