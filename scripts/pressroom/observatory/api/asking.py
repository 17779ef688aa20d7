"""Hosts and our table put to Mozilla's service: what is printed, and the exit code."""

from __future__ import annotations

import datetime as dt
import functools
import json
import time
from typing import TYPE_CHECKING

import click

from pressroom.errors import ExitCode
from pressroom.observatory.algorithm import LATEST
from pressroom.observatory.api.beside import compare_host, compare_table, could_not_look
from pressroom.observatory.api.host import check_host
from pressroom.observatory.api.model import Service, ServiceError
from pressroom.observatory.fetch import Fetcher
from pressroom.observatory.judge import judge
from pressroom.observatory.named import named_targets, parse_all
from pressroom.observatory.options import preload_list
from pressroom.observatory.targets import parse_route
from pressroom.observatory.verdict import UnjudgeableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pressroom.observatory.api.beside import Beside
    from pressroom.observatory.fetch import Fetched
    from pressroom.observatory.model import Scan
    from pressroom.observatory.options import Asked
    from pressroom.observatory.targets import Target


def ask_service(asked: Asked) -> ExitCode:
    """Print what the service says beside what we say, each as soon as it is known.

    Raises ConfigFindingsError for what the service cannot be asked about, before it is asked anything.
    """
    service = Service(clock=lambda: dt.datetime.now(dt.UTC), sleep=time.sleep, base=asked.service)
    found = []
    for name, compared in _comparisons(asked, service):
        try:
            one = compared()
        except (ServiceError, UnjudgeableError) as error:
            one = could_not_look(name, error)
        found.append(one)
        if not asked.as_json:
            click.echo("\n".join([f"{name}: {one.words}", *map(str, one.findings)]))
    if asked.as_json:
        click.echo(json.dumps([one.as_dict() for one in found], indent=2))
    if any(one.differences for one in found):
        return ExitCode.FINDINGS
    return ExitCode.OUTSIDE if any(one.is_unseen for one in found) else ExitCode.FINE


def _comparisons(asked: Asked, service: Service) -> Iterator[tuple[str, Callable[[], Beside]]]:
    """What is compared: our table, and each host, or the one page of it that was named."""
    targets = named_targets(asked.urls, asked.hosts) if asked.api else ()
    parse_all(check_host, (target.text for target in targets))
    routes = tuple(parse_all(parse_route, asked.resolve))
    is_preloaded = preload_list(asked.preload)
    if asked.drift:
        yield f"algorithm {LATEST}", lambda: compare_table(service)
    with Fetcher(ca=asked.ca, routes=routes, workers=1, now=service.clock()) as fetcher:
        for target in targets:

            def compared(target: Target = target) -> Beside:
                scan = _scan_of(fetcher.scan(target))
                verdict_by = functools.partial(judge, scan, is_preloaded=is_preloaded)
                return compare_host(service, target.text, verdict_by, announce=_announce)

            yield target.text, compared


def _scan_of(fetched: Fetched) -> Scan:
    """The scan; raises UnjudgeableError where there is none."""
    if fetched.scan is not None:
        return fetched.scan
    assert fetched.trouble is not None
    raise UnjudgeableError(
        fetched.trouble.message, where=fetched.target.text, hint=fetched.trouble.hint
    )


def _announce(left: float) -> None:
    click.echo(f"Mozilla's service scans a host once a minute: {left:.0f} s to go", err=True)
