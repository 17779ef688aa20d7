"""Scans and the table of Mozilla's service: with patience, and never a failure that looks like a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.observatory.api.answers import (
    parse_analysis,
    parse_matrix,
    parse_scan,
    parse_version,
)
from pressroom.observatory.api.exchange import ask
from pressroom.observatory.api.host import check_host
from pressroom.observatory.api.model import ASK_LATER, ServiceError, ServiceScan

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from pressroom.observatory.api.answers import Analysis, ScanAnswer
    from pressroom.observatory.api.model import Matrix, Service, ServiceVersion

# For 60 s the service answers with the scan before (its FAQ); some more, for two clocks.
_COOLDOWN = 65.0
_STEP = 5.0
# How far two clocks may be apart before a scan counts as made before we asked.
_SKEW = 1.0
# A scan that is not done, or not yet to be found, is looked for this often, with these seconds between.
_LOOKS = 8
_PAUSE = 3.0


def scan(
    service: Service,
    host: str,
    *,
    fresh: bool = False,
    announce: Callable[[float], None] = lambda _: None,
) -> ServiceScan:
    """What the service says of `host` (`name`, `name:port`, either with a `/path`), test by test.

    Within a minute of a scan, whoever asked for it, the service answers with that one: `is_cached`
    says so. `fresh` waits until the minute is over and scans again; `announce` is told the
    seconds left, every five. ConfigError for a host that cannot be asked for, ServiceError for no result.
    """
    site = check_host(host)
    asked = service.clock()
    begun = _begin(service, site)
    if fresh and _is_older(begun, asked):
        begun = _begin_again(service, site, begun, announce)
    analysis = _analyze(service, site, begun)
    found = analysis.scan
    assert found.score is not None
    assert found.grade is not None
    return ServiceScan(
        host=site,
        id=found.id,
        algorithm_version=found.algorithm_version,
        scanned_at=found.scanned_at,
        age=max(0.0, (service.clock() - found.scanned_at).total_seconds()),
        is_cached=_is_older(found, asked),
        score=found.score,
        grade=found.grade,
        results=analysis.results,
    )


def fetch_matrix(service: Service) -> Matrix:
    """The points of every token as the service lists them now; ServiceError for no such list."""
    return parse_matrix(ask(service, "GET", "/recommendation_matrix"), where=service.where())


def fetch_version(service: Service) -> ServiceVersion:
    """What runs there; ServiceError where it does not say."""
    return parse_version(ask(service, "GET", "/version"), where=service.where())


def _begin(service: Service, site: str) -> ScanAnswer:
    """The scan that the service makes now or has, with a score."""
    where = service.where(site)
    for look in range(_LOOKS):
        if look:
            service.sleep(_PAUSE)
        answer = parse_scan(ask(service, "POST", "/scan", site), where=where)
        if answer.score is not None:
            return answer
    raise ServiceError("the scan does not come to an end", where=where, hint=ASK_LATER)


def _begin_again(
    service: Service, site: str, before: ScanAnswer, announce: Callable[[float], None]
) -> ScanAnswer:
    """A later scan than that one, when its minute is over."""
    age = (service.clock() - before.scanned_at).total_seconds()
    # A scan of more than a minute would not have been given again: then the clocks differ, and say nothing.
    left = _COOLDOWN - age if 0 <= age <= _COOLDOWN else _COOLDOWN
    while left > 0:
        announce(left)
        service.sleep(min(_STEP, left))
        left -= _STEP
    begun = _begin(service, site)
    if begun.id == before.id:
        raise ServiceError(
            f"it still answers with the scan of {before.scanned_at:%Y-%m-%d %H:%M:%S %Z}",
            where=service.where(site),
            hint=f"check the clock of this machine (`date`). {ASK_LATER}",
        )
    return begun


def _analyze(service: Service, site: str, begun: ScanAnswer) -> Analysis:
    """The results of that scan, or of a later one."""
    where = service.where(site)
    for look in range(_LOOKS):
        if look:
            service.sleep(_PAUSE)
        answer = parse_analysis(ask(service, "GET", "/analyze", site), where=where)
        found = answer.scan
        if found.score is None:
            continue
        if found.id == begun.id and (found.score, found.grade) != (begun.score, begun.grade):
            raise ServiceError(
                f"it gives one scan two scores: {begun.score} and {found.score}",
                where=where,
                hint=ASK_LATER,
            )
        if found.id == begun.id or found.scanned_at > begun.scanned_at:
            return answer
    raise ServiceError(
        "it has scanned, but does not give the results of that scan", where=where, hint=ASK_LATER
    )


def _is_older(answer: ScanAnswer, asked: dt.datetime) -> bool:
    return (asked - answer.scanned_at).total_seconds() > _SKEW
