"""Hosts and our table put to Mozilla's service: what is printed, and the exit code."""

from __future__ import annotations

import datetime as dt
import functools
import json
import time
from typing import TYPE_CHECKING

import click

from pressroom.errors import ExitCode
from pressroom.observatory.api.beside import Beside, compare_host, compare_table
from pressroom.observatory.api.model import Service
from pressroom.observatory.fetch import Fetcher
from pressroom.observatory.judge import judge
from pressroom.observatory.named import named_targets
from pressroom.observatory.options import preload_list
from pressroom.observatory.targets import parse_route
from pressroom.observatory.verdict import UnjudgeableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.observatory.fetch import Fetched
    from pressroom.observatory.model import Scan
    from pressroom.observatory.options import Asked


def ask_service(asked: Asked) -> ExitCode:
    """Print what the service says beside what we say; an error of the service, or of a host, flies."""
    service = Service(clock=lambda: dt.datetime.now(dt.UTC), sleep=time.sleep, base=asked.service)
    found = [compare_table(service)] if asked.drift else []
    if asked.api:
        found += _compare_hosts(asked, service)
    if asked.as_json:
        click.echo(json.dumps([one.as_dict() for one in found], indent=2))
    for one in () if asked.as_json else found:
        click.echo(f"{one.name}: {one.words}")
        for finding in one.findings:
            click.echo(str(finding))
    return ExitCode.FINDINGS if any(one.differences for one in found) else ExitCode.FINE


def _compare_hosts(asked: Asked, service: Service) -> Iterator[Beside]:
    """Each host, or the one page of it that was named, there and here."""
    is_preloaded = preload_list(asked.preload)
    routes = tuple(parse_route(text) for text in asked.resolve)
    with Fetcher(ca=asked.ca, routes=routes, workers=1) as fetcher:
        for target in named_targets(asked.urls, asked.hosts):
            verdict_by = functools.partial(
                judge, _scan_of(fetcher.scan(target)), is_preloaded=is_preloaded
            )
            yield compare_host(service, target.text, verdict_by, announce=_announce)


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
