"""The doors of `pressroom deploy` and `pressroom rollback`."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pressroom.config import DEPLOY, OUTPUT, Config, load_config
from pressroom.deploy.bundle.write import bundled_as_dict, render_bundled, write_bundle
from pressroom.deploy.deploying import deploy as deploy_sites
from pressroom.deploy.deploying import judge_built
from pressroom.deploy.far.side import Far
from pressroom.deploy.going_back import roll_back
from pressroom.deploy.job import Built, Job
from pressroom.deploy.judges import OwnJudges
from pressroom.deploy.manifest import make_manifest
from pressroom.deploy.refusals import NAMES, RefusedError, refuse
from pressroom.deploy.report.deploys import (
    as_dict,
    list_as_dict,
    refused_as_dict,
    render_list,
    render_outcome,
    render_verification,
    verification_as_dict,
)
from pressroom.deploy.state import CURRENT
from pressroom.deploy.target import Bundle, Target, find_target
from pressroom.deploy.verifying import verify as verify_target
from pressroom.deploy.verifying import verify_bundle
from pressroom.errors import ConfigError, ExitCode, PressroomError
from pressroom.findings import Finding
from pressroom.headers.built import deployed_setup, is_stale
from pressroom.headers.servers.all_servers import SERVERS
from pressroom.observatory.judged import DAYS_LEFT
from pressroom.world.disk import Tree, scratch
from pressroom.world.shell import open_shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.deploy.outcome import Outcome
    from pressroom.deploy.verification import Verification

# What programs that we start may know of the person's own: ssh finds its agent by them.
_HANDED_ON = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "SSH_AUTH_SOCK")
# A host that takes folders is none of our servers.
JUDGED_BEHIND = "nginx"

_target = click.argument("name", metavar="TARGET")
_dry_run = click.option(
    "--dry-run", is_flag=True, help="Look, say what would change, change nothing."
)
_yes = click.option("--yes", is_flag=True, help="Do not ask before anything is copied or switched.")
_json = click.option("--json", "as_json", is_flag=True, help="Print it as JSON, for machines.")


@click.command(
    epilog="\b\nExamples:\n"
    "  pressroom deploy production --dry-run     what would change, and whether anything speaks against it\n"
    "  pressroom deploy production               do it; asks once before anything is copied\n"
    "  pressroom deploy production --list        what is live, since when, what can be gone back to\n"
    "  pressroom deploy production --verify      is live what was built? files, hosts, grades, certificates\n"
    "  pressroom rollback production             the version before is live again\n"
    "\b\nA deploy that was killed is started again with the same command: it asks the target what is there."
)
@_target
@_dry_run
@_yes
@click.option(
    "--list", "as_list", is_flag=True, help="Show what is live and what can be gone back to."
)
@click.option(
    "--verify",
    is_flag=True,
    help="Look whether what is live is what was built, and as it should be.",
)
@click.option(
    "--despite",
    type=click.Choice(NAMES),
    multiple=True,
    help="Go on although somebody changed files there, an address vanishes, a grade is lower, or live hosts cannot be asked.",
)
@_json
def deploy(  # noqa: PLR0913 - the options, as click passes them
    name: str,
    *,
    dry_run: bool,
    yes: bool,
    as_list: bool,
    verify: bool,
    despite: tuple[str, ...],
    as_json: bool,
) -> None:
    """Bring the built sites to TARGET: judge, copy, compare, switch in one step, ask the live hosts.

    TARGET is a table [tool.pressroom.deploy.TARGET]; OPERATIONS.md sets a server up. The built sites are judged first
    (links, inline code, the grade of every page; no address may vanish without a redirect), then copied beside the
    live version, compared by hash over there, and switched to by one rename. If the live hosts then do not say what
    they should, the old version is live again.
    Exit code 1 if something was refused or switched back, 3 if the target or a live host did not answer.
    """
    if dry_run + as_list + verify > 1:
        raise ConfigError(
            "these exclude each other", where="--dry-run, --list, --verify", hint="take one"
        )
    talk = _Talk(as_json=as_json, yes=yes)
    config = load_config(Path.cwd())
    target = find_target(config.settings.deploy, name)
    if isinstance(target, Bundle):
        if as_list or dry_run:
            raise ConfigError(
                "a bundle has no versions, and nobody sees it before it is uploaded",
                where="--list, --dry-run",
                hint="leave them out: its host keeps the versions",
            )
        sys.exit(_bundle(config, name, target, talk, verify=verify, despite=despite))
    built = None if as_list else _built(config, target.server)
    is_dry = dry_run or as_list or verify
    with _job(config, name, target, talk, is_dry=is_dry, despite=despite) as job:
        if built is None:
            state = job.far.state()
            records = {version: job.far.record(version) for version in state.past}
            shown = render_list(state, records, now=_now(), target=name)
            talk.end(shown, list_as_dict(state, records))
        elif verify:
            sys.exit(_verify(job, built, talk))
        else:
            with _refused(name, built.manifest.id, talk):
                outcome = deploy_sites(job, built)
            sys.exit(_tell(outcome, talk))


@click.command(
    epilog="\b\nExamples:\n"
    "  pressroom rollback production           the version that was live before\n"
    "  pressroom rollback production 3f9a      the version whose id begins so"
)
@_target
@click.argument("version", metavar="[ID]", default="")
@_dry_run
@_yes
@click.option(
    "--despite",
    type=click.Choice(("changed",)),
    multiple=True,
    help="Go back although somebody changed files there by hand.",
)
@_json
def rollback(  # noqa: PLR0913 - the options, as click passes them
    name: str, *, version: str, dry_run: bool, yes: bool, despite: tuple[str, ...], as_json: bool
) -> None:
    """Make an earlier version of TARGET live again: the one before, or the one whose id begins with ID.

    Its files are compared by hash before. Nothing is built or copied, so it takes seconds; a second rollback undoes the
    first. Exit code 1 if the live hosts then do not say what they should: the version stays.
    """
    talk = _Talk(as_json=as_json, yes=yes)
    config = load_config(Path.cwd())
    target = find_target(config.settings.deploy, name)
    if isinstance(target, Bundle):
        raise ConfigError(
            "a bundle cannot be taken back from here",
            where=f"[tool.pressroom.deploy.{name}]",
            hint="its host keeps the versions: take it back there, or deploy the older commit again",
        )
    with _job(config, name, target, talk, is_dry=dry_run, despite=despite) as job:
        with _refused(name, version, talk):
            outcome = roll_back(job, version)
        sys.exit(_tell(outcome, talk))


class _Talk:
    """What is said on the way and asked once: on standard output, or with --json on standard error."""

    def __init__(self, *, as_json: bool, yes: bool) -> None:
        self.as_json, self._yes = as_json, yes

    def say(self, text: str) -> None:
        """A step, as it begins."""
        click.echo(text, err=self.as_json)

    def ask(self, question: str) -> None:
        """Comes back if the answer is yes."""
        if self._yes:
            return
        if not sys.stdin.isatty():
            raise PressroomError(
                "what comes now is seen by everybody, and there is nobody to ask",
                where="standard input",
                hint="start it in a terminal, or with --yes",
            )
        click.confirm(question, abort=True, err=self.as_json)

    def end(self, text: str, values: dict[str, Any]) -> None:
        """The result, for a person or for a machine."""
        click.echo(json.dumps(values, indent=2) if self.as_json else text)


@contextlib.contextmanager
def _job(  # noqa: PLR0913 - what a job has
    config: Config,
    name: str,
    target: Target,
    talk: _Talk,
    *,
    is_dry: bool,
    despite: tuple[str, ...],
) -> Iterator[Job]:
    """The job, connected to the target's machine."""
    _refuse_misfit(config, name, target)
    environment = {key: os.environ[key] for key in _HANDED_ON if key in os.environ}
    with (
        scratch() as stage,
        open_shell(target.host, environment=environment) as shell,
    ):
        yield Job(
            name=name,
            target=target,
            sites={site: config.base_url(site) for site in config.settings.sites},
            configuration=f"{DEPLOY}/{SERVERS[target.server].file}",
            far=Far(target, shell, environment=environment),
            judges=_judges(config, target, target.server),
            despite=frozenset(despite),
            is_dry=is_dry,
            ask=lambda: talk.ask(f"Go on with {name}?"),
            say=talk.say,
            clock=_now,
            stage=stage,
        )


def _refuse_misfit(config: Config, name: str, target: Target) -> None:
    """Raises ConfigError where the target and what the sites are built for do not fit together."""
    root = config.settings.hosting.folder
    if target.reload and root != f"{target.folder}/{CURRENT}":
        raise ConfigError(
            f"the server would look into {root}, and this target switches {target.folder}/{CURRENT}",
            where=f"[tool.pressroom.deploy.{name}]",
            hint=f'[tool.pressroom.hosting] folder = "{target.folder}/{CURRENT}", then make site',
        )


def _judges(config: Config, target: Target | Bundle, server: str) -> OwnJudges:
    return OwnJudges(
        config=config,
        server=server,
        routes=target.resolve,
        ca=Path(target.ca) if target.ca else None,
        clock=_now,
    )


def _built(config: Config, server: str) -> Built:
    """The sites in public/ and deploy/; raises ConfigError where they are not built."""
    setup = deployed_setup(config)
    folders = {site: config.root / OUTPUT / site for site in config.settings.sites}
    folders[DEPLOY] = config.root / DEPLOY
    missing = [str(folder) for folder in folders.values() if not folder.is_dir()]
    if missing:
        raise ConfigError("not built yet", where=", ".join(missing), hint="run `make site` first")
    trees = {name: Tree(folder) for name, folder in folders.items()}
    odd = [
        Finding(
            where=f"{name}/{path}", message=f"is {what}", hint="only files and folders are deployed"
        )
        for name, tree in trees.items()
        for path, what in sorted(tree.odd.items())
    ]
    if is_stale(config, SERVERS[server]):
        odd.append(
            Finding(
                where=f"{DEPLOY}/{SERVERS[server].file}",
                message="is not what the settings give",
                hint="make site: it writes it anew",
            )
        )
    return Built(
        manifest=make_manifest(trees),
        sources=tuple(folders.values()),
        redirects={site.name: {one.path for one in site.redirects} for site in setup.sites},
        policy=setup.policy,
        findings=tuple(odd),
    )


def _bundle(  # noqa: PLR0913 - the options
    config: Config,
    name: str,
    bundle: Bundle,
    talk: _Talk,
    *,
    verify: bool,
    despite: tuple[str, ...],
) -> ExitCode:
    """What a host that takes folders is given, or whether it shows what was built."""
    built = _built(config, JUDGED_BEHIND)
    judges = _judges(config, bundle, JUDGED_BEHIND)
    if verify:
        return _end_verification(
            verify_bundle(name, built, judges, now=_now(), days=DAYS_LEFT), talk
        )
    talk.say(f"judging {len(built.manifest.files):,} files of {len(config.settings.sites)} sites")
    with _refused(name, built.manifest.id, talk):
        refuse(judge_built(judges, built)[0], despite)
    done = write_bundle(
        bundle,
        built.manifest,
        public=config.root / OUTPUT,
        deploy=config.root / DEPLOY,
        root=config.root,
    )
    talk.end(render_bundled(name, done), bundled_as_dict(name, done))
    return ExitCode.FINE


def _verify(job: Job, built: Built, talk: _Talk) -> ExitCode:
    return _end_verification(verify_target(job, built, days=DAYS_LEFT), talk)


def _end_verification(found: Verification, talk: _Talk) -> ExitCode:
    talk.end(render_verification(found), verification_as_dict(found))
    return found.exit_code


def _tell(outcome: Outcome, talk: _Talk) -> ExitCode:
    talk.end(render_outcome(outcome, now=_now()), as_dict(outcome))
    return outcome.exit_code


@contextlib.contextmanager
def _refused(name: str, version: str, talk: _Talk) -> Iterator[None]:
    """What is refused inside is said as JSON too, if that was asked for."""
    try:
        yield
    except RefusedError as error:
        if talk.as_json:
            talk.end("", refused_as_dict(error, target=name, version=version))
        raise


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
