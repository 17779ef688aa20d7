"""The door of `pressroom verify`."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.changelog.proven import proof_path, render_proof
from pressroom.config import OUTPUT, load_config
from pressroom.errors import ConfigError, ExitCode
from pressroom.release.index.patience import Patience
from pressroom.release.index.simple import Index
from pressroom.release.places import (
    FILE,
    config_home,
    find_checkout,
    load_user_settings,
    state_home,
)
from pressroom.release.verifying.keyring import open_keyring
from pressroom.release.verifying.load import load_subject
from pressroom.release.verifying.report import render_json, render_one, render_table
from pressroom.release.verifying.signers import load_signers
from pressroom.release.verifying.verify import Means, verify_releases
from pressroom.release.verifying.watching import watch_index
from pressroom.world.disk import explained, save_durably
from pressroom.world.git import Git

if TYPE_CHECKING:
    from pressroom.changelog.model import Release
    from pressroom.release.verifying.load import Subject
    from pressroom.release.verifying.model import Report

EPILOG = """\b
Examples:
  pressroom verify widget 1.2.0             one release, its files downloaded and compared
  pressroom verify widget --all             all releases: tags, signatures, hashes; downloads nothing
  pressroom verify widget --all --deep      the same, with every source archive
  pressroom verify widget --all --record    keep the result for the page "proof"
\b
Once a week, by cron:
  git -C ~/src/widget fetch -q --tags; pressroom verify widget --watch
\b
Who may sign: releases/allowed_signers (ssh) and releases/keys/*.asc (OpenPGP). Without any,
signatures are not checked, which is a finding.
\b
Exit codes: 0 nothing is wrong, 1 something is, 3 nothing is but somebody did not answer."""


@click.command(epilog=EPILOG)
@click.argument("project")
@click.argument("version", required=False)
@click.option("--all", "is_all", is_flag=True, help="All releases of the changelog, as a table.")
@click.option("--deep", is_flag=True, help="With --all: download and compare every source archive.")
@click.option("--record", is_flag=True, help="With --all: write releases/proof/PROJECT.json.")
@click.option("--watch", is_flag=True, help="Only what is news on the index, each thing once.")
@click.option("--again", is_flag=True, help="With --watch: also what was told before.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for machines.")
@click.option(
    "--checkout",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The project's repository.  [default: [checkouts] of the configuration, or a folder beside this one]",
)
@click.option(
    "--index", metavar="URL", help="The simple index to ask.  [default: that of the configuration]"
)
def verify(  # noqa: PLR0913 - the options, as click passes them
    *,
    project: str,
    version: str | None,
    is_all: bool,
    deep: bool,
    record: bool,
    watch: bool,
    again: bool,
    as_json: bool,
    checkout: Path | None,
    index: str | None,
) -> None:
    """Hold releases of PROJECT against tags, signatures, records, the index and the built pages.

    Either one VERSION, or --all, or --watch. One version is downloaded, at most 100 MiB a file, and
    its source archives are compared with the files of its tag.
    """
    _check_usage(version=version, is_all=is_all, watch=watch, needs_all=deep or record, again=again)
    config = load_config(Path.cwd())
    environment = dict(os.environ)
    settings = load_user_settings(config_home(environment) / FILE)
    subject = load_subject(config.root, project)
    chosen = [_release(subject, version)] if version is not None else subject.releases
    folder = find_checkout(
        project, subject.project.name, given=checkout, settings=settings, root=config.root
    )
    ca = settings.index.ca
    with open_keyring(load_signers(config.root), environment=environment) as keyring:
        means = Means(
            git=Git(folder=folder, environment=environment),
            index=Index(
                simple_url=index or settings.index.simple,
                upload_url=settings.index.upload,
                ca=Path(ca).expanduser() if ca else None,
            ),
            patience=Patience(sleep=time.sleep, clock=time.monotonic),
            keyring=keyring,
            built=config.root / OUTPUT / config.hub / "projects" / project,
            downloads=deep or version is not None,
        )
        if watch:
            state = state_home(environment) / "watch" / f"{project}.json"
            sys.exit(int(_watch(subject, means, state, again=again, as_json=as_json)))
        report = verify_releases(subject, means, chosen, is_all=is_all)
    click.echo(_rendered(report, as_json=as_json, is_all=is_all), nl=False)
    if record:
        _record(report, config.root)
    sys.exit(int(report.exit_code))


def _check_usage(
    *, version: str | None, is_all: bool, watch: bool, needs_all: bool, again: bool
) -> None:
    if (version is not None) + is_all + watch != 1:
        message, where = "say what to verify", "VERSION, --all, --watch"
    elif needs_all and not is_all:
        message, where = "these are for --all", "--deep, --record"
    elif again and not watch:
        message, where = "this is for --watch", "--again"
    else:
        return
    raise ConfigError(message, where=where, hint="take one: pressroom verify --help")


def _release(subject: Subject, version: str) -> Release:
    for release in subject.releases:
        if release.version == version:
            return release
    newest = subject.releases[0].version if subject.releases else "none"
    raise ConfigError(
        f"the changelog has no release {ascii(version)[1:-1]}",
        where=subject.project.id,
        hint=f"write it as the changelog does; the newest is {newest}",
    )


def _rendered(report: Report, *, as_json: bool, is_all: bool) -> str:
    if as_json:
        return render_json(report)
    return render_table(report) if is_all else render_one(report)


def _record(report: Report, root: Path) -> None:
    """The record, unless somebody did not answer: it is about facts."""
    if report.is_unanswered:
        raise ConfigError(
            "nothing is recorded: not everything could be asked",
            where=proof_path(report.project),
            hint="start again when the index answers",
        )
    path = root / proof_path(report.project)
    with explained(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    today = dt.datetime.now(dt.UTC).date().isoformat()
    save_durably(path, render_proof(report.proof(today)).encode())


def _watch(subject: Subject, means: Means, state: Path, *, again: bool, as_json: bool) -> ExitCode:
    """Tell what is news; it counts as told once it was printed."""
    with watch_index(subject, means, state) as news:
        told = news.all if again else news.new
        if as_json:
            click.echo(json.dumps({"project": subject.project.id, **dataclasses.asdict(news)}))
        else:
            for line in told:
                click.echo(f"{subject.project.name}: {line}")
        sys.stdout.flush()
    return ExitCode.FINDINGS if told else ExitCode.FINE
