"""The doors of `pressroom check` and `pressroom compress`."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import click

from pressroom.addresses.load import load_redirects
from pressroom.config import FILE, OUTPUT, Config, load_config
from pressroom.deploy.target import parse_targets
from pressroom.errors import ConfigError, ExitCode
from pressroom.findings import Finding, errors_of
from pressroom.headers.setup import parse_policy
from pressroom.site.compressed import compress as compress_tree
from pressroom.site.content import load_content
from pressroom.site.readers.content import load_reader_catalogue
from pressroom.site.readers.releases import release_readers
from pressroom.site.release_health import check_healths
from pressroom.site.servers import check_built_redirects
from pressroom.site.tree import BuiltSite, Total, check_built
from pressroom.site.wellknown import check_security_txt


@click.command(epilog="\b\nExamples:\n  pressroom check\n  pressroom check --built --json")
@click.option(
    "--built", is_flag=True, help=f"Look at the sites in {OUTPUT}/ instead of the content."
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON, for machines.")
def check(*, built: bool, as_json: bool) -> None:
    """Look for what is wrong in the content, or in what was built.

    Without an option it reads releases/, posts/, the card readers, the redirects and the configuration, with the policy for
    headers. With --built it reads every file in public/: links and fragments across all sites, inline
    code, loads from other hosts, integrity, secrets, names that clash, compressed copies, redirects.
    """
    config = load_config(Path.cwd())
    findings = _check_built(config, quiet=as_json) if built else _check_content(config)
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in findings], indent=2))
    else:
        for finding in sorted(findings):
            click.echo(str(finding))
        errors = errors_of(findings)
        click.echo(f"{len(errors)} errors, {len(findings) - len(errors)} warnings", err=True)
    sys.exit(int(ExitCode.FINDINGS if errors_of(findings) else ExitCode.FINE))


@click.command()
def compress() -> None:
    """Write a compressed copy beside each page and text file of the built sites.

    Web servers with a configuration of deploy/ send it (`page.html.gz`) to whoever accepts gzip. A copy is as old as
    its file: a new build starts without any, and `pressroom check --built` finds one that is not its file.
    """
    config = load_config(Path.cwd())
    for site in _built_sites(config):
        copies = compress_tree(site.root)
        click.echo(f"{site.name}: {len(copies):,} compressed copies")


def _check_content(config: Config) -> list[Finding]:
    today = dt.datetime.now(dt.UTC).date()
    content, findings = load_content(config.root, today=today)
    readers_of = {}
    if config.settings.readers is not None:
        catalogue, found = load_reader_catalogue(config.root)
        findings += found
        changelog = content.changelog(config.settings.readers.project)
        if catalogue is not None and changelog is not None:
            readers_of = release_readers(changelog, catalogue.added, catalogue.driver, base_url="")
    findings += check_healths(content, readers_of)
    findings += parse_policy(config.settings.headers, where=FILE)[1]
    findings += parse_targets(config.settings.deploy, where=FILE)[1]
    findings += load_redirects(config)[1]
    return findings + check_security_txt(config.settings.security.expires, today)


def _check_built(config: Config, *, quiet: bool) -> list[Finding]:
    findings, totals = check_built_sites(config)
    if not quiet:
        for total in totals:
            click.echo(str(total))
    return findings


def check_built_sites(config: Config) -> tuple[list[Finding], tuple[Total, ...]]:
    """All that is wrong with the sites in public/, and how much each is; raises ConfigError where one is not built."""
    sites = _built_sites(config)
    findings, totals = check_built(sites)
    findings += check_built_redirects(config, built={site.name: site.root for site in sites})
    return findings, totals


def _built_sites(config: Config) -> list[BuiltSite]:
    sites = [
        BuiltSite(name=name, base_url=config.base_url(name), root=config.root / OUTPUT / name)
        for name in config.settings.sites
    ]
    missing = [site.name for site in sites if not site.root.is_dir()]
    if missing:
        raise ConfigError(
            f"not built yet: {', '.join(missing)}",
            where=str(config.root / OUTPUT),
            hint="run `make site` (or `mkdocs build --strict`) first",
        )
    return sites
