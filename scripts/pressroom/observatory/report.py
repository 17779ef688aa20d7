"""What was found on hosts, for a person and for a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pressroom.observatory.judged import DAYS_LEFT, SCRIPTLESS_BONUS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from pressroom.observatory.algorithm import Algorithm
    from pressroom.observatory.judged import Demand, HostReport, Judged, Weakness

# So many pages are named of those that are not good enough, or could not be looked at.
SHOWN = 5
# What is longer is shown without its middle.
_LONGEST_PATH = 80


def render_report(hosts: Sequence[HostReport], *, demand: Demand, now: dt.datetime) -> str:
    """The table of hosts, then for each what can be bettered and what could not be looked at."""
    rows = [("host", "grade", "score", "pages", "worst page"), *map(_row, hosts)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join([*map(str.ljust, row[:4], widths), row[4]]).rstrip() for row in rows]
    explained = set[str]()
    for host in hosts:
        told = list(_tell(host, demand, now, explained))
        if told:
            lines += ["", host.host, *(f"  {line}" for line in told)]
    return "\n".join(lines)


def render_end(hosts: Sequence[HostReport], *, demand: Demand, now: dt.datetime) -> str:
    """The last line: how many pages are good enough, and whatever else makes the exit code another than 0."""
    pages = sum(len(host.pages) for host in hosts)
    below = sum(len(host.below(demand)) for host in hosts)
    unseen = sum(len(host.unseen) for host in hosts)
    certificates = sum(bool(certificate_problem(host, now)) for host in hosts)
    fine = f"{pages - below - unseen:,} of {pages:,} pages have {demand}"
    if not below and not unseen:
        fine = f"all {pages:,} pages have {demand}" if pages > 1 else f"the page has {demand}"
    rest = {
        "below": below,
        "could not be looked at": unseen,
        "certificates refused or near their end": certificates,
    }
    return "; ".join([fine, *(f"{what}: {count:,}" for what, count in rest.items() if count)])


def certificate_problem(host: HostReport, now: dt.datetime) -> str:
    """What is wrong with a host's certificate, empty if nothing is: refused, or near its end."""
    certificate = host.certificate
    if certificate is None:
        return ""
    if certificate.problem:
        return certificate.problem
    days = certificate.days_left(now)
    return f"ends in {days} days" if days is not None and days < DAYS_LEFT else ""


def as_dict(
    hosts: Sequence[HostReport], *, algorithm: Algorithm, demand: Demand, now: dt.datetime
) -> dict[str, Any]:
    """All of it for JSON; what `--baseline` reads again."""
    return {
        "algorithm": algorithm.number,
        "demand": {"grade": demand.grade, "score": demand.score},
        "hosts": {host.host: _host_as_dict(host, demand, now) for host in hosts},
    }


def _row(host: HostReport) -> tuple[str, str, str, str, str]:
    worst = host.worst
    count = str(len(host.pages))
    if worst is None or worst.verdict is None:
        return host.host, "-", "-", count, "could not look"
    path = _shortened(worst.path)
    if not worst.is_scriptless:
        return host.host, worst.verdict.grade, str(worst.verdict.score), count, path
    note = f"{path} (no script on it: +{SCRIPTLESS_BONUS} for integrity is out of its reach)"
    score = f"{worst.verdict.score}+{SCRIPTLESS_BONUS}"
    return host.host, worst.verdict.grade, score, count, note


def _tell(host: HostReport, demand: Demand, now: dt.datetime, explained: set[str]) -> Iterator[str]:
    """All there is to say of a host; tokens in `explained` were, on a host before it."""
    if host.note:
        yield f"note: {host.note}"
    problem = certificate_problem(host, now)
    if problem:
        yield f"certificate: {problem}"
        yield "  hint: renew it, with its whole chain and for every host it serves; let a machine do it from now on"
    for weakness in host.weaknesses:
        yield from _tell_weakness(weakness, len(host.pages), explained)
    below = host.below(demand)
    if below:
        yield f"below {demand}: {_name_pages(below)}"
    for message, hint in dict.fromkeys(_problems(host.unseen)):
        pages = [page for page in host.unseen if (message, hint) in _problems([page])]
        yield f"could not look at {_name_pages(pages)}: {message}"
        yield f"  hint: {hint}"


def _tell_weakness(weakness: Weakness, pages: int, explained: set[str]) -> Iterator[str]:
    outcome = weakness.outcome
    points = f"{outcome.modifier:+d}" if outcome.modifier else "0"
    where = (
        ("" if pages == 1 else f", on all {pages} pages")
        if weakness.pages == pages
        else f", on {weakness.pages} of {pages} pages, first {_shortened(weakness.first)}"
    )
    known = outcome.token in explained
    yield f"{weakness.test}: {outcome.token} ({points}){where}{'; see above' if known else ''}"
    if known:
        return
    explained.add(outcome.token)
    yield f"  {outcome.means}"
    yield f"  hint: {outcome.advice}"


def _problems(pages: Sequence[Judged]) -> list[tuple[str, str]]:
    return [(one.problem.message, one.problem.hint) for one in pages if one.problem is not None]


def _name_pages(pages: Sequence[Judged]) -> str:
    more = f" and {len(pages) - SHOWN} more" if len(pages) > SHOWN else ""
    return ", ".join(_shortened(page.path) for page in pages[:SHOWN]) + more


def _shortened(path: str) -> str:
    if len(path) <= _LONGEST_PATH:
        return path
    half = _LONGEST_PATH // 2
    return f"{path[:half]}…{path[1 - half :]}"


def _host_as_dict(host: HostReport, demand: Demand, now: dt.datetime) -> dict[str, Any]:
    worst = host.worst
    verdict = worst.verdict if worst is not None else None
    return {
        "grade": verdict and verdict.grade,
        "score": verdict and verdict.score,
        "counted": worst and worst.counted,
        "worst": worst and worst.path,
        "pages": {
            page.path: {"score": page.verdict.score, "counted": page.counted}
            for page in host.pages
            if page.verdict is not None
        },
        "tests": {
            name: [one.token, one.modifier, one.passed]
            for name, one in (verdict.results.items() if verdict is not None else ())
        },
        "weaknesses": [
            {
                "test": one.test,
                "token": one.outcome.token,
                "points": one.outcome.modifier,
                "pages": one.pages,
                "first": one.first,
                "hint": one.outcome.advice,
            }
            for one in host.weaknesses
        ],
        "below": [page.path for page in host.below(demand)],
        "could_not_look": [
            {"path": page.path, "message": page.problem.message, "hint": page.problem.hint}
            for page in host.unseen
            if page.problem is not None
        ],
        "certificate": certificate_problem(host, now),
        "note": host.note,
    }
