"""A record of verified releases, read from its file, and all that is wrong with it."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pressroom.changelog.proven import FORMAT, QUESTIONS, Proof
from pressroom.dates import PartialDate
from pressroom.findings import Finding
from pressroom.shapes import fill
from pressroom.texts import check_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pressroom.changelog.model import Changelog

# Ten thousand releases with long notes are less.
MAX_CHARACTERS = 32 * 1024 * 1024
_AGAIN = "write it anew: pressroom verify PROJECT --all --record"


def parse_proof(text: str, *, where: str) -> tuple[Proof | None, list[Finding]]:
    """The record in a file `where` (`releases/proof/<project>.json`), or None and what is wrong with it."""
    try:
        values = json.loads(text) if len(text) <= MAX_CHARACTERS else None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        return None, [_finding(where, "is no JSON object of a fair size")]
    proof, misfits = fill(Proof, values)
    if proof is None:
        return None, [_finding(where, misfit.message) for misfit in misfits]
    found = [_finding(where, message) for message in _problems(proof, where)]
    found += [_finding(where, one.message) for one in check_text(_texts(proof), where=where)]
    return (None, sorted(set(found))) if found else (proof, [])


def check_proof(
    proof: Proof, *, where: str, changelogs: Mapping[str, Changelog]
) -> Iterator[Finding]:
    """Findings for a record of what no changelog has; `changelogs` by project id."""
    changelog = changelogs.get(proof.project)
    if changelog is None:
        yield _finding(where, f"no project {proof.project[:80]!a}: releases/ has no such file")
        return
    known = {one.version for one in changelog.published}
    for release in proof.releases:
        if release.version not in known:
            yield _finding(where, f"no release {release.version[:80]!a} in the changelog")


def _problems(proof: Proof, where: str) -> Iterator[str]:
    if proof.format != FORMAT:
        yield f"has format {proof.format}, and this Pressroom knows {FORMAT}"
    if PurePosixPath(where).stem != proof.project:
        yield f"is about {proof.project[:80]!a}, which is not the file's name"
    if not _is_date(proof.date) or PartialDate.from_iso(proof.date).day is None:
        yield f"date {proof.date[:80]!a} is no day"
    seen: set[str] = set()
    for release in proof.releases:
        name = ascii(release.version[:80])
        if release.version in seen:
            yield f"release {name} stands twice"
        seen.add(release.version)
        if release.date and not _is_date(release.date):
            yield f"the date of {name} is none"
        if unknown := sorted(release.checks.keys() - QUESTIONS.keys()):
            yield f"{name} has an unknown check {unknown[0][:80]!a}"


def _texts(proof: Proof) -> str:
    """All that a page would show."""
    notes = [cell.note for one in proof.releases for cell in one.checks.values()]
    return "\n".join([*proof.findings, *(one.version for one in proof.releases), *notes])


def _is_date(text: str) -> bool:
    try:
        PartialDate.from_iso(text)
    except ValueError:
        return False
    return True


def _finding(where: str, message: str) -> Finding:
    return Finding(where=where, message=message, hint=_AGAIN)
