"""The door of `pressroom observatory`, and of scripts/check_headers.py."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pressroom.config import DEPLOY, OUTPUT, Config, find_root, load_config
from pressroom.errors import ExitCode
from pressroom.headers.built import LOOPBACK, is_stale, serving_built
from pressroom.headers.model import ERROR_PAGES
from pressroom.headers.servers.all_servers import SERVERS
from pressroom.observatory.algorithm import load_algorithm
from pressroom.observatory.api.asking import ask_service
from pressroom.observatory.baseline import parse_baseline, render_changes
from pressroom.observatory.check import Judge, Plan, check_hosts, plan_pages
from pressroom.observatory.fetch import Fetcher
from pressroom.observatory.judging import judge
from pressroom.observatory.named import named_targets, parse_all
from pressroom.observatory.options import (
    Asked,
    check_options,
    preload_list,
    read,
    refuse_contradictions,
)
from pressroom.observatory.pages import paths_of_files, sample
from pressroom.observatory.record import RECORDS
from pressroom.observatory.recorded import add_reports, refuse_unrecordable
from pressroom.observatory.report import as_dict, certificate_problem, render_end, render_report
from pressroom.observatory.targets import Route, parse_route
from pressroom.world.disk import Tree, save_text
from pressroom.world.serve import free_ports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pressroom.observatory.judged import Demand, HostReport
    from pressroom.observatory.record import Place

# So many pages are asked for at the same time.
WORKERS = 6


@click.group()
def observatory() -> None:
    """Grade pages as Mozilla's HTTP Observatory does, on this machine."""


observatory.add_command(judge)


@observatory.command(
    # For scripts/check_headers.py; elsewhere the root says so.
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\nExamples:\n"
    "  pressroom observatory check --built --min-score 155     what was built, before it is published\n"
    "  pressroom observatory check                             the hosts of [tool.pressroom]\n"
    "  pressroom observatory check widget.example --pages 20   another host, 20 pages of its sitemap\n"
    "  pressroom observatory check widget.example --resolve widget.example:443:192.0.2.7\n"
    "  pressroom observatory check --json > before.json        and later: --baseline before.json\n"
    "  pressroom observatory check --api widget.example        Mozilla's verdict beside ours",
)
@check_options(sorted(SERVERS))
def check(**options: Any) -> None:  # noqa: ANN401 - the fields of Asked
    """Grade every page of hosts with Mozilla's tokens and points, and fail below a demand.

    A URL is a host, or a page of it; without any, the hosts of [tool.pressroom] are looked at. The pages of a host are
    those of its sitemap. Whatever costs points, or could earn some, is named with what to change and why.
    Exit code 1 if a page is below the demand, a certificate is refused or ends within 21 days, or Mozilla sees it
    differently; 3 if something could not be looked at.
    """
    asked = Asked(**options)
    refuse_contradictions(asked)
    if asked.api or asked.drift:
        sys.exit(int(ask_service(asked)))
    demand = asked.demand
    before = asked.baseline and parse_baseline(read(asked.baseline), where=str(asked.baseline))
    records = find_root(Path.cwd()) / RECORDS if asked.record else None
    now = dt.datetime.now(dt.UTC)
    judging = Judge(algorithm=load_algorithm(), is_preloaded=preload_list(asked.preload))
    with _looking(asked, now) as (fetcher, plans):
        if records is not None:
            refuse_unrecordable(plan.name for plan in plans)
        with _progress(plans) as on_page:
            hosts = list(check_hosts(fetcher, plans, judging, on_page=on_page))
    values = as_dict(hosts, algorithm=judging.algorithm, demand=demand, now=now)
    if asked.as_json:
        click.echo(json.dumps(values, indent=2))
    else:
        click.echo(render_report(hosts, demand=demand, now=now))
        click.echo(render_end(hosts, demand=demand, now=now))
    if before:
        click.echo(render_changes(before, values), err=asked.as_json)
    if records is not None:
        text = read(records) if records.exists() else ""
        place: Place = "built" if asked.built else "live"
        more = add_reports(text, hosts, place=place, now=now)
        if more != text:
            save_text(records, more)
    sys.exit(int(_exit_code(hosts, demand, now)))


@contextlib.contextmanager
def _looking(asked: Asked, now: dt.datetime) -> Iterator[tuple[Fetcher, list[Plan]]]:
    """What fetches, and the pages of each host that are to be judged."""
    if not asked.built:
        targets = named_targets(asked.urls, asked.hosts)
        routes = tuple(parse_all(parse_route, asked.resolve))
        with Fetcher(ca=asked.ca, routes=routes, workers=WORKERS, now=now) as fetcher:
            yield fetcher, plan_pages(fetcher, targets, count=asked.pages)
            for place in fetcher.unused_routes:
                click.echo(
                    f"--resolve {place}: nothing was asked there; is its host or port misspelt?",
                    err=True,
                )
        return
    config = load_config(Path.cwd())
    with looking_at_built(config, asked.server, count=asked.pages, now=now) as both:
        yield both


@contextlib.contextmanager
def looking_at_built(
    config: Config, server: str, *, count: int | None, now: dt.datetime
) -> Iterator[tuple[Fetcher, list[Plan]]]:
    """What fetches the built sites from a real server on this machine, and their pages, or `count` of each site."""
    with _serving(config, server) as (routes, authority):
        plans = [_plan(config, site, count) for site in config.settings.sites]
        with Fetcher(ca=authority, routes=routes, workers=WORKERS, now=now) as fetcher:
            yield fetcher, plans


@contextlib.contextmanager
def _serving(config: Config, name: str) -> Iterator[tuple[tuple[Route, ...], Path]]:
    """The built sites behind a real server: where it listens for each host, and who signed its certificates."""
    server = SERVERS[name]
    http, https = free_ports(LOOPBACK, 2)
    with serving_built(config, server, ports=(http, https)) as running:
        if is_stale(config, server):
            click.echo(f"{DEPLOY}/{server.file} is not what the settings give: make site", err=True)
        routes = tuple(
            Route(host=host, port=port, address=LOOPBACK, to_port=to_port)
            for site in running.setup.sites
            for host in (site.host, *site.aliases)
            # Redirects of the server name its own port.
            for port, to_port in ((80, http), (443, https), (https, https))
        )
        yield routes, running.authority


def _plan(config: Config, site: str, count: int | None) -> Plan:
    paths = paths_of_files(Tree(config.root / OUTPUT / site), errors=ERROR_PAGES)
    return Plan(host=config.host(site), port=None, paths=sample(paths, count))


@contextlib.contextmanager
def _progress(plans: Sequence[Plan]) -> Iterator[Callable[[], None]]:
    """A bar on a terminal while pages are judged, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    pages = sum(len(plan.paths) for plan in plans)
    with click.progressbar(length=pages, label=f"{pages} pages", file=sys.stderr) as bar:
        yield lambda: bar.update(1)


def _exit_code(hosts: Sequence[HostReport], demand: Demand, now: dt.datetime) -> ExitCode:
    if any(host.below(demand) or certificate_problem(host, now) for host in hosts):
        return ExitCode.FINDINGS
    return ExitCode.OUTSIDE if any(host.unseen for host in hosts) else ExitCode.FINE
