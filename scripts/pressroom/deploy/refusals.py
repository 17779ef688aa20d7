"""What speaks against a deploy: all of it at once, and what a person may override by its name."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING
from urllib.parse import quote

from pressroom.addresses.table import parse_redirects
from pressroom.config import REDIRECTS
from pressroom.deploy.words import shortened
from pressroom.errors import ExitCode, FindingsError
from pressroom.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pressroom.deploy.live import Problem
    from pressroom.deploy.state import Score

UNSEEN = "unseen"
# What `--despite` takes.
NAMES = ("changed", "vanished", "grade", UNSEEN)
SHOWN = 20
# As addresses/spelling.py spells a path in a URL; a test compares.
_SAFE = "/:@!$&'()*+,;="


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Findings of one kind: `name` is one of NAMES, or "" for what cannot be overridden."""

    name: str
    findings: tuple[Finding, ...]


class RefusedError(FindingsError):
    """A deploy that was refused before anything was copied; carries all refusals, each name once."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = _merged(refusals)
        super().__init__([finding for refusal in self.refusals for finding in refusal.findings])
        if {refusal.name for refusal in self.refusals} == {UNSEEN}:
            self.exit_code = ExitCode.OUTSIDE

    def __str__(self) -> str:
        return render_refusals(self.refusals)


def refuse(refusals: Sequence[Refusal], despite: Collection[str]) -> None:
    """Comes back if nothing speaks against it but what `despite` names; else raises RefusedError."""
    left = [one for one in refusals if one.findings and not (one.name and one.name in despite)]
    if left:
        raise RefusedError(left)


def render_refusals(refusals: Sequence[Refusal]) -> str:
    """The findings of each, at most 20 with the count of the rest, and how it can be overridden if it can."""
    return "\n".join(line for one in _merged(refusals) for line in _lines(one))


def changed_findings(sentences: Iterable[str], target: str) -> tuple[Finding, ...]:
    """A finding for each way in which somebody changed a target by hand."""
    hint = "find out who did it and why; put it back as it was"
    return tuple(
        Finding(where=target, message=shortened(one), hint=hint) for one in dict.fromkeys(sentences)
    )


def vanished_findings(
    pairs: Iterable[tuple[str, str]], base_urls: Mapping[str, str]
) -> tuple[Finding, ...]:
    """A finding for each address that would be gone, a site and a decoded path; the hint has lines to paste.

    `base_urls` are the addresses of the sites that were built: `https://widget.example/`.
    """
    return tuple(
        Finding(
            where=f"{base_urls[site].rstrip('/')}{quote(path, safe=_SAFE)}"
            if site in base_urls
            else f"{site} {quote(path, safe=_SAFE)}",
            message="is live, and would be gone",
            hint=_redirect_hint(site, path, base_urls),
        )
        for site, path in pairs
    )


def grade_findings(before: Mapping[str, Score], now: Mapping[str, Score]) -> tuple[Finding, ...]:
    """A finding for each site whose worst page got less than that of the live version, or no verdict."""
    return tuple(
        Finding(
            where=site,
            message=f"its worst page gets {verdict}; the live version has {was.grade} {was.score}",
            hint="`pressroom observatory check --built` names what costs points, and what to change",
        )
        for site, was, verdict in _lower(before, now)
    )


def unseen_findings(problems: Iterable[Problem]) -> tuple[Finding, ...]:
    """A finding for each live host that could not be looked at before the switch."""
    hint = "deploy again when it answers: nobody could tell whether the new version is worse"
    return tuple(Finding(where=one.host, message=one.message, hint=hint) for one in problems)


def _merged(refusals: Sequence[Refusal]) -> tuple[Refusal, ...]:
    found: dict[str, dict[Finding, None]] = {}
    for one in refusals:
        found.setdefault(one.name, {}).update(dict.fromkeys(one.findings))
    return tuple(
        Refusal(name=name, findings=tuple(sorted(findings))) for name, findings in found.items()
    )


def _lines(refusal: Refusal) -> Iterator[str]:
    shown = refusal.findings[:SHOWN]
    # What is advised once for all that it holds for, and lines to paste below it stand together.
    for advice, some in itertools.groupby(shown, key=lambda one: one.hint.partition("\n")[0]):
        alike = list(some)
        yield from (f"{one.place}: {one.message}" for one in alike)
        yield f"  hint: {advice}"
        pasted = dict.fromkeys(one.hint.partition("\n")[2] for one in alike)
        yield from (f"    {line}" for lines in pasted for line in lines.splitlines())
    if len(refusal.findings) > SHOWN:
        yield f"… and {len(refusal.findings) - SHOWN:,} more; --json has them all"
    if refusal.name:
        yield f"  if that is meant: --despite {refusal.name}"


def _redirect_hint(site: str, path: str, sites: Mapping[str, str]) -> str:
    lines = f'[[redirects]]\nsite = "{site}"\nfrom = "{quote(path, safe=_SAFE)}"\nto = "/"'
    if (
        site not in sites
        or parse_redirects(lines, where=REDIRECTS, sites=(site,), address=lambda _: "")[1]
    ):
        return "no redirect can answer for it: put it back and build again"
    return f"put it back, or write into {REDIRECTS}, with the page that took its place for `to`:\n{lines}"


def _lower(
    before: Mapping[str, Score], now: Mapping[str, Score]
) -> Iterator[tuple[str, Score, str]]:
    for site, was in sorted(before.items()):
        if site not in now:
            yield site, was, "no verdict"
        elif now[site].score < was.score:
            yield site, was, f"{now[site].grade} {now[site].score}"
