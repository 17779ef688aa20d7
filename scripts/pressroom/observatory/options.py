"""What the commands of `pressroom observatory` can be asked for."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pressroom.config import DEPLOY, OUTPUT
from pressroom.errors import FindingsError
from pressroom.findings import errors_of
from pressroom.observatory.api.model import BASE
from pressroom.observatory.grade import GRADES
from pressroom.observatory.preload import is_built_in, parse_list
from pressroom.observatory.record import RECORDS
from pressroom.texts import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

C = TypeVar("C", bound="Callable[..., Any]")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What `check` was asked for; `pages` is None for all."""

    urls: tuple[str, ...]
    hosts: Path | None
    built: bool
    server: str
    pages: int | None
    min_grade: str
    min_score: int
    baseline: Path | None
    record: bool
    ca: Path | None
    resolve: tuple[str, ...]
    preload: Path | None
    api: bool
    drift: bool
    service: str
    as_json: bool


class Pages(click.ParamType[int | None]):
    """`all`, `root`, or a number of pages: None, 1, or that."""

    name = "all|root|N"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click hands it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int | None:
        """How many pages."""
        if value == "all":
            return None
        if value == "root":
            return 1
        if not str(value).isdecimal() or int(value) < 1:
            self.fail(f"{value!r} is not `all`, `root` or a number of pages", param, ctx)
        return int(value)


def preload_option(command: C) -> C:
    """The option that names another list of preloaded hosts; see `preload_list`."""
    text = "A newer list of preloaded hosts, in Chromium's form.  [default: a built-in one]"
    return click.option("--preload", type=FILE, help=text)(command)


def check_options(servers: Sequence[str]) -> Callable[[C], C]:
    """All that makes an `Asked`; `servers` are the names of those that can serve what was built."""
    built = f"Judge the pages of {OUTPUT}/, behind a real server with its file of {DEPLOY}/."
    score = "The least score. A page without any script is given the 5 points that it cannot earn."
    options = (
        click.argument("urls", nargs=-1, metavar="[URL]..."),
        click.option("--hosts", type=FILE, help="A file: a URL or host a line, # begins a comment."),
        click.option("--built", is_flag=True, help=built),
        click.option("--server", type=click.Choice(servers), default="nginx", help="Which, with --built.", show_default=True),
        click.option("--pages", type=Pages(), metavar="all|root|N", default="all", help="Which of each host.", show_default=True),
        click.option("--min-grade", type=click.Choice(GRADES), default="A+", help="The least grade.", show_default=True),
        click.option("--min-score", type=click.IntRange(0, 200), default=0, help=score),
        click.option("--baseline", type=FILE, help="Say what changed since this output of --json."),
        click.option("--record", is_flag=True, help=f"Add the results to {RECORDS}: the hub shows them."),
        click.option("--ca", type=FILE, help="Authorities (PEM) that are trusted besides those of the web."),
        click.option("--resolve", multiple=True, metavar="HOST:PORT:ADDRESS", help="Connect there: for a server that DNS does not lead to yet."),
        preload_option,
        click.option("--api", is_flag=True, help="Have Mozilla's service scan each URL, and compare test by test."),
        click.option("--drift", is_flag=True, help="Compare our table of tests with that of Mozilla's service."),
        click.option("--service", default=BASE, metavar="URL", help="What --api and --drift ask.  [default: Mozilla's]"),
        click.option("--json", "as_json", is_flag=True, help="Print it as JSON, for machines."),
    )  # fmt: skip

    def decorate(command: C) -> C:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def preload_list(path: Path | None) -> Callable[[str], bool]:
    """Whether a host is in the list of that file, or in the built-in one; raises ConfigError."""
    return is_built_in if path is None else parse_list(read(path), where=str(path))


def read(path: Path) -> str:
    """The text of a file that was named; raises FindingsError where it is no UTF-8."""
    text, findings = decode(path.read_bytes(), where=str(path))
    if errors_of(findings):
        raise FindingsError(errors_of(findings))
    return text
