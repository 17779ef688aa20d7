"""What the commands of `pressroom observatory` can be asked for."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import ada_url
import click

from pressroom.config import DEPLOY, OUTPUT
from pressroom.errors import ConfigError, ConfigFindingsError
from pressroom.findings import Finding, errors_of
from pressroom.observatory.api.model import BASE
from pressroom.observatory.grade import GRADES
from pressroom.observatory.judged import Demand
from pressroom.observatory.preload import built_in_date, is_built_in, parse_list
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
    min_grade: str | None
    min_score: int | None
    baseline: Path | None
    record: bool
    ca: Path | None
    resolve: tuple[str, ...]
    preload: Path | None
    api: bool
    drift: bool
    service: str
    as_json: bool

    @property
    def demand(self) -> Demand:
        """What every page has to have: the best grade, if nothing else was asked for."""
        grade = self.min_grade or (Demand().grade if self.min_score is None else GRADES[-1])
        return Demand(grade=grade, score=self.min_score or 0)


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
    text = f"A newer list of preloaded hosts, in Chromium's form.  [default: that of {built_in_date()}]"
    return click.option("--preload", type=FILE, help=text)(command)


def check_options(servers: Sequence[str]) -> Callable[[C], C]:
    """All that makes an `Asked`; `servers` are the names of those that can serve what was built."""
    built = f"Judge the pages of {OUTPUT}/, behind a real server with its file of {DEPLOY}/."
    score = "The least score. A page without any script is given the 5 points that it cannot earn."
    options = (
        click.argument("urls", nargs=-1, metavar="[URL]..."),
        click.option("--hosts", type=FILE, help="A file: a URL or host a line, # begins a comment."),
        click.option("--built", is_flag=True, help=built),
        click.option("--server", type=click.Choice(servers), default="nginx", help="Which server, with --built.", show_default=True),
        click.option("--pages", type=Pages(), metavar="all|root|N", default="all", help="Which pages of each host.", show_default=True),
        click.option("--min-grade", type=click.Choice(GRADES), help="The least grade.  [default: A+, without --min-score]"),
        click.option("--min-score", type=click.IntRange(0, 200), help=score),
        click.option("--baseline", type=FILE, help="Say what changed since this output of --json."),
        click.option("--record", is_flag=True, help=f"Add the results to {RECORDS}, which the hub shows."),
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
    """The text of a file that was named; raises ConfigError where it cannot be read or is no UTF-8."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror}", where=str(path), hint="name a file of text"
        ) from error
    text, findings = decode(data, where=str(path))
    if errors_of(findings):
        raise ConfigFindingsError(errors_of(findings))
    return text


def refuse_contradictions(asked: Asked) -> None:
    """Raises ConfigFindingsError with all options that were given and would not be heeded."""
    hosts = {"a URL": asked.urls, "--hosts": asked.hosts}
    ways = {"--resolve": asked.resolve, "--ca": asked.ca}
    judged = {"--built": asked.built, "--baseline": asked.baseline, "--record": asked.record}
    demands = {"--min-grade": asked.min_grade, "--min-score": asked.min_score is not None}
    service = {"--service": asked.service != BASE}
    alone = asked.drift and not asked.api
    findings = [
        Finding(where="observatory check", message=f"{given} does not go with {other}", hint=hint)
        for given, is_given, others, hint in (
            ("--built", asked.built, hosts | ways, "the built sites are looked at, and nothing else: leave one out"),
            ("--api", asked.api, judged | demands, "--api compares verdicts and demands nothing of them: check first, then compare"),
            ("--drift", alone, hosts | ways | judged | demands, "--drift compares tables and looks at no host: leave one out, or add --api"),
            ("a check of hosts", not (asked.api or asked.drift), service, "only --api and --drift ask a service: add one of them"),
        )
        for other, is_there in others.items()
        if is_given and is_there
    ]  # fmt: skip
    if not (ada_url.check_url(asked.service) and asked.service.startswith(("https://", "http://"))):
        hint = f"write it whole, as {BASE}"
        findings.append(Finding(where="--service", message="is no address of a service", hint=hint))
    if findings:
        raise ConfigFindingsError(findings)
