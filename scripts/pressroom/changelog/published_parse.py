"""The record of a release that is public, read from its file, and all that is wrong with it."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any

from pressroom.changelog.published import Published
from pressroom.changelog.published_check import line_of, problems
from pressroom.findings import Finding
from pressroom.frontmatter import MAX_CHARACTERS, Document, parse_front_matter
from pressroom.shapes import fill


def parse_published(text: str, *, where: str) -> tuple[Published | None, list[Finding]]:
    """The record in a file `where` (`releases/published/<id>.json`), or None and all that is wrong with it."""
    values, doubled, findings = _read(text, where)
    if findings:
        return None, findings
    published, misfits = fill(Published, values)
    if published is None or doubled:
        # Seldom, so it may cost: JSON is YAML, and that is read with the line of each key.
        document = Document(where=where, front=text, front_line=1, body="", body_line=1)
        findings = parse_front_matter(document, Published)[1]
        return None, findings or [
            Finding(where=where, line=1, message=misfit.message, hint=misfit.hint)
            for misfit in misfits
        ]
    findings = [
        Finding(where=where, line=line_of(text, key, number), message=message, hint=hint)
        for key, number, message, hint in problems(published, PurePosixPath(where).name)
    ]
    return (None, sorted(findings)) if findings else (published, [])


def _read(text: str, where: str) -> tuple[dict[str, Any], list[str], list[Finding]]:
    """The values, keys that stand twice in one place, and why it is no JSON object."""
    doubled: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(found)
        doubled.extend([where] if len(value) < len(found) else [])
        return value

    line, values = 1, None
    if len(text) > MAX_CHARACTERS:
        problem = f"more than {MAX_CHARACTERS} characters"
    else:
        problem = "not a JSON object"
        try:
            values = json.loads(text, object_pairs_hook=pairs)
        except json.JSONDecodeError as error:
            line, problem = error.lineno, f"not JSON: {error.msg}"
        except (ValueError, RecursionError):  # a number of thousands of digits, lists in lists
            problem = "JSON beyond all measure"
    if isinstance(values, dict):
        return values, doubled, []
    hint = "restore the file from the commit of the release"
    return {}, doubled, [Finding(where=where, line=line, message=problem, hint=hint)]
