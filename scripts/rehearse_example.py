"""Release a project of `examples/` in a rehearsal, and show the page that comes of it: `make demo`.

The example gets a git repository of its own, this repository is cloned as it was last committed, and the
release goes through all its steps in a world on this machine. What was killed goes on when it is started again.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.changelog.published import published_path
from pressroom.changelog.published_parse import parse_published
from pressroom.doors import run_door
from pressroom.errors import FindingsError, PressroomError
from pressroom.release.example import prepare
from pressroom.release.index.patience import Patience
from pressroom.release.prepare import Request, rehearsed_job
from pressroom.release.recipes import steps_of
from pressroom.release.report import Reporter, render_end
from pressroom.release.walk import walk
from pressroom.world.locks import work_lock
from pressroom.world.process import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from pressroom.release.example import Stage

ROOT = Path(__file__).parent.parent


class Clocked:
    """Plain lines, with the seconds that each step took."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def line(self, text: str) -> None:
        """A line of a step says how long after the one before it came; what is indented belongs to it."""
        now = time.monotonic()
        took = " " * 8 if text.startswith("      ") else f"{now - self._last:6.2f} s"
        self._last = now
        click.echo(f"{took} {text}")

    def working(self, text: str | None) -> None:
        """A log shows what was done, not what is at work."""


def rehearse(stage: Stage) -> bool:
    """Go through all steps of the release, in the stage's world; whether that went well."""
    request = Request(
        project=stage.project.id,
        version=stage.version,
        root=stage.press,
        environment=stage.environment,
        now=lambda: dt.datetime.now(dt.UTC),
        patience=Patience(sleep=time.sleep, clock=time.monotonic),
        python=Path(sys.executable),
    )
    steps = steps_of(stage.press, stage.project)
    terminal = Clocked()
    with rehearsed_job(request, stage.world) as (job, _):
        terminal.line("here  A world of its own: index, remotes and copies of both repositories")
        outcome = walk(steps, job, Reporter(terminal, ask=lambda _job: True))
    click.echo(render_end(outcome, command="make demo", is_dry=False))
    return not outcome.exit_code


def build_page(stage: Stage) -> Path:
    """The page of the version, built from the copy of this repository in which it was announced."""
    site = stage.world / "site"
    quiet = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    built = run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=site,
        environment={**stage.environment, **quiet},
        timeout=600,
    )
    page = site / "public" / "hub" / "projects" / stage.project.id / stage.version / "index.html"
    if built.code != 0 or not page.is_file():
        raise PressroomError(
            f"no page came of it: {built.tail}",
            where=str(page),
            hint=f"build it yourself: cd {site} && {sys.executable} -m mkdocs build --strict",
        )
    _check_files(stage, page.read_text(encoding="utf-8"))
    return page


def _check_files(stage: Stage, page: str) -> None:
    """Raise unless the page has every file of the record, each with its hash."""
    path = published_path(stage.project.id, stage.version)
    text = (stage.world / "site" / path).read_text(encoding="utf-8")
    record, found = parse_published(text, where=path)
    if record is None:
        raise FindingsError(found)
    shown = page.replace("<wbr>", "")
    lost = [
        file.name for file in record.files if file.name not in shown or file.sha256 not in shown
    ]
    if lost:
        hint = "look at the table Files of that page, and at the record"
        raise PressroomError(f"it does not show {', '.join(lost)}", where=path, hint=hint)


def read_page(page: bytes) -> Iterator[str]:
    """What a person reads on a page, in lines: its title, sections, lists, tables and commands."""
    from lxml import html  # noqa: PLC0415 - a rehearsal that stops needs none

    for element in html.fromstring(page).xpath("//article//*"):
        text = " ".join(element.text_content().split())
        match element.tag:
            case "h1" | "h2":
                yield from ("", text, ("=" if element.tag == "h1" else "-") * len(text))
            case "p":
                yield from textwrap.wrap(text, 100)
            case "li":
                yield f"- {text}"
            case "pre":
                yield from textwrap.indent(element.text_content().rstrip(), "    ").split("\n")
            case "tr":
                yield " | ".join(_cell(cell) for cell in element)
            case "dt":
                yield f"{text}: {' '.join(element.getnext().text_content().split())}"


def _cell(cell: HtmlElement) -> str:
    """The text of a cell; a line that ends in it ends a word."""
    for line_break in cell.iter("br"):
        line_break.tail = f" {line_break.tail or ''}"
    return " ".join(cell.text_content().split())


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("example", type=click.Choice(["extension", "meson", "pure"]), default="extension")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / ".demo",
    help="Where all of it is kept.  [default: .demo/ of the checkout]",
)
def door(example: str, into: Path) -> None:
    """Release an EXAMPLE (extension, meson, pure) in a rehearsal, build the site from it, show the page.

    Nothing but INTO is written; a demo that was killed goes on when it is started again.
    """
    start = time.monotonic()
    into = into.absolute()
    with work_lock(into / "lock", what="another demo"):
        stage = prepare(ROOT, example, into, path=os.environ.get("PATH", ""))
        click.echo(f"{stage.project.name} {stage.version}, step by step:\n")
        if not rehearse(stage):
            sys.exit(1)
        rehearsed = time.monotonic() - start
        page = build_page(stage)
    built = time.monotonic() - start - rehearsed
    click.echo("\n".join(read_page(page.read_bytes())))
    click.echo(
        f"\n{rehearsed:.1f} s for the release, {built:.1f} s for the site it is announced on"
    )
    click.echo(
        f"the page:  {page}\nthe world: {stage.world}\nto begin once more: rm -r {stage.folder}"
    )


if __name__ == "__main__":
    sys.exit(run_door(door))
