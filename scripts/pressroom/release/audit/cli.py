"""The door of `pressroom release audit`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from pressroom.config import RELEASES, find_root
from pressroom.errors import ConfigError, ExitCode
from pressroom.release.audit.allowed import allowed_by_projects
from pressroom.release.audit.archive import ENDINGS, Limits, read_sdist
from pressroom.release.audit.compare import compare
from pressroom.release.audit.git_tree import find_commit, load_tree, open_tree
from pressroom.release.audit.identity import check_identity, sdist_name
from pressroom.release.audit.model import Verdict
from pressroom.release.audit.report import render_verdict


@click.command(
    epilog="\b\nExamples:\n"
    "  pressroom release audit dist/widget-1.0.tar.gz --tree ../widget --tag 1.0\n"
    "  pressroom release audit dist/widget-1.0.tar.gz --tree . --allow 'src/*_wrap.c' --json"
)
@click.argument("sdist", type=click.Path(path_type=Path))
@click.option(
    "--tree",
    required=True,
    type=click.Path(path_type=Path),
    help="The project's checkout: a work tree of git, or a folder in one.",
)
@click.option("--tag", help="The tag to compare with.  [default: the commit of HEAD]")
@click.option(
    "--allow",
    multiple=True,
    metavar="GLOB",
    help="Files that git does not track and that belong into the sdist; `*` takes `/` too. Several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON, for machines.")
def audit(
    *, sdist: Path, tree: Path, tag: str | None, allow: tuple[str, ...], as_json: bool
) -> None:
    """Compare an SDIST with the files that git tracks, and accept or refuse it.

    Refused: a missing file that a shipped one refers to, a missing licence, files that git does not
    track and nobody allows, leaks of the machine that built it, content that is not the tag's, and
    members that nobody should unpack. Other missing files are listed. What a project in releases/
    allows (packaging.allow) is allowed here. The archive is read in memory; nothing is unpacked.
    """
    data = _read(sdist)
    git, prefix = open_tree(tree, environment=os.environ)
    commit = find_commit(git, tag)
    archive = read_sdist(sdist.name, data)
    verdict = compare(
        archive, load_tree(git, commit, prefix), allow=(*allow, *_project_allows(sdist.name))
    )
    verdict = Verdict.of([*verdict.blocking, *verdict.listed, *check_identity(archive, tag=tag)])
    if as_json:
        click.echo(json.dumps(verdict.as_dict(), indent=2))
    else:
        against = f"{tag} ({commit[:12]})" if tag else f"commit {commit[:12]}"
        click.echo(render_verdict(verdict, sdist=sdist.name, against=against), nl=False)
    sys.exit(int(ExitCode.FINE if verdict.accepted else ExitCode.FINDINGS))


def _read(path: Path) -> bytes:
    if not path.name.lower().endswith(ENDINGS):
        raise ConfigError(
            f"is no sdist by its name: it ends in none of {', '.join(ENDINGS)}",
            where=str(path),
            hint="name the source archive, as in dist/widget-1.0.tar.gz",
        )
    try:
        with path.open("rb") as file:
            return file.read(Limits().packed + 1)  # one more is too large, and enough to know it
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror}",
            where=str(path),
            hint="name the source archive, as in dist/widget-1.0.tar.gz",
        ) from error


def _project_allows(sdist: str) -> tuple[str, ...]:
    """What the checkout that the command runs in allows, if it runs in one."""
    try:
        folder = find_root(Path.cwd()) / RELEASES
    except ConfigError:
        return ()
    files = {str(path): path.read_bytes() for path in sorted(folder.glob("*.md"))}
    patterns, findings = allowed_by_projects(files, sdist_name(sdist))
    for finding in findings:
        click.echo(str(finding), err=True)
    return patterns
