"""The console command `pressroom`: a list of doors, each opened only when it is called."""

from __future__ import annotations

import gc
import importlib
import sys

import click

from pressroom.doors import run_door

# name: (module, what it does in a line). `--help` must not import them: it answers in 0.2 s.
COMMANDS = {
    "changelog": (
        "pressroom.changelog.cli",
        "Check, format, import and compare the changelogs in releases/.",
    ),
    "check": ("pressroom.site.cli", "Look for what is wrong in the content, or in what was built."),
    "release": (
        "pressroom.release.cli",
        "Release VERSION of PROJECT: from its changelog to tag, uploads and announcement.",
    ),
    "compress": (
        "pressroom.site.cli",
        "Write a compressed copy beside each page and text file of the built sites.",
    ),
    "deploy": (
        "pressroom.deploy.cli",
        "Bring the built sites to TARGET: judge, copy, compare, switch in one step, ask the live hosts.",
    ),
    "outbox": (
        "pressroom.release.outbox.cli",
        "What releases tell others: list it, show it, send its mail at most once.",
    ),
    "rollback": (
        "pressroom.deploy.cli",
        "Make an earlier version of TARGET live again: the one before, or the one whose id begins with ID.",
    ),
    "headers": (
        "pressroom.headers.cli",
        "Show the headers that every response carries, and prove them on real web servers.",
    ),
    "observatory": (
        "pressroom.observatory.cli",
        "Grade pages as Mozilla's HTTP Observatory does, on this machine.",
    ),
    "serve": (
        "pressroom.headers.cli",
        "Serve the built sites on this machine over TLS, as a real server with deploy/ would.",
    ),
    "verify": (
        "pressroom.release.verifying.cli",
        "Hold releases of PROJECT against tags, signatures, records, the index and the built pages.",
    ),
    "readers": ("pressroom.readers.cli", "Import, compare and check the table of card readers."),
}

EPILOG = """\b
Exit codes:
  0  fine
  1  findings, or something was refused
  2  wrong usage or configuration
  3  the outside did not answer"""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        # What modules make at import stays: looking through it for garbage takes a tenth of the time.
        gc.disable()
        try:
            command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name)
        finally:
            gc.enable()
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pressroom")
def root() -> None:
    """Publish everything about your projects from one repository.

    Run it in the checkout that holds [tool.pressroom] in its pyproject.toml. `mkdocs build` builds
    the sites; these commands do the rest. Each has a --help of its own.
    """


def main() -> None:
    """The entry point of the console command."""
    sys.exit(run_door(root))
