"""Runs of whole releases in the small world of `release_world`, against an index on this machine."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.release.index.credential import parse_source, read_secret
from pressroom.release.index.patience import Patience
from pressroom.release.index.simple import Index as Client
from pressroom.release.index.upload import upload_file
from pressroom.release.prepare import Request, drop_outdated, real_job
from pressroom.release.recipe import Outcome
from pressroom.release.recipes import PYTHON
from pressroom.release.report import Lines, Reporter, render_end
from pressroom.release.walk import walk
from pressroom.release.warehouse.server import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from release_world import Stage

    from pressroom.release.recipe import Step
    from pressroom.release.warehouse.server import Index as Served

CANARY = "pypi-CANARY-8d1f0c52a7"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a release ended, and all that it printed."""

    outcome: Outcome
    output: str

    @property
    def reason(self) -> str:
        """Why it stopped: its findings and its error, with their hints."""
        said = [str(finding) for finding in self.outcome.findings]
        return "\n".join([*said, str(self.outcome.error or "")])


@contextlib.contextmanager
def index_for(stage: Stage, *, now: Callable[[], dt.datetime] | None = None) -> Iterator[Served]:
    """An index that takes uploads with the canary, and the user's configuration that names it."""
    with serve(stage.root / "index", wheelhouse=None, token=CANARY, now=now or _utc) as served:
        use_index(stage, served.simple_url, served.upload_url)
        yield served


def use_index(stage: Stage, simple: str, upload: str) -> None:
    """Write the user's configuration: that index, and the canary in a file of mode 0600."""
    folder = Path(stage.environment["XDG_CONFIG_HOME"]) / "pressroom"
    folder.mkdir(parents=True, exist_ok=True)
    token = folder / "token"
    token.write_text(f"{CANARY}\n")
    token.chmod(0o600)
    (folder / "config.toml").write_text(
        f'[index]\nsimple = "{simple}"\nupload = "{upload}"\ntoken = "file:{token}"\n'
    )


def _utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def quick(**changes: float) -> Patience:
    """Patience whose pauses take no time, and that ends all the same."""
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds

    limits: Mapping[str, float] = {"deadline": 120.0, "once": 10.0, **changes}
    return Patience(
        sleep=sleep,
        clock=lambda: time.monotonic() + passed[0],
        deadline=limits["deadline"],
        once=limits["once"],
    )


def run_release(
    stage: Stage,
    *,
    version: str = "1.0",
    steps: Sequence[Step] = PYTHON,
    now: Callable[[], dt.datetime] = _utc,
    is_dry: bool = False,
    says: bool = True,
    patience: Patience | None = None,
    at: Callable[[str], None] | None = None,
    project: str = "widget",
) -> Run:
    """Release the widget as the door does; the door's own prompt and printing stand aside."""
    request = Request(
        project=project,
        version=version,
        root=stage.press,
        environment=dict(stage.environment),
        now=now,
        patience=patience or quick(),
        python=Path(sys.executable),
    )
    lines: list[str] = []
    with real_job(request, is_dry=is_dry) as job:
        drop_outdated(job, is_dry=is_dry)
        reporter = Reporter(Lines(lines.append), ask=lambda _job: says)
        options = {} if at is None else {"at": at}
        outcome = walk(steps, job, reporter, is_dry=is_dry, **options)
    lines.append(render_end(outcome, command="pressroom release widget", is_dry=is_dry))
    return Run(outcome=outcome, output="\n".join(lines))


def places_of_the_canary(stage: Stage) -> list[Path]:
    """Every file of the stage that holds the token."""
    return [
        path
        for path in stage.root.rglob("*")
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]


def tags(stage: Stage, repository: Path) -> list[str]:
    """The tags of a repository."""
    return stage.git(repository, "tag", "--list").split()


def announcements(stage: Stage, repository: Path) -> list[str]:
    """The commits of a repository that announce a release."""
    ids = stage.git(repository, "log", "--format=%(trailers:key=Release-Id,valueonly)", "main")
    return [line for line in ids.splitlines() if line]


def send(stage: Stage, index: Served, path: Path) -> None:
    """Upload a file as somebody else would."""
    source = parse_source(f"file:{stage.environment['XDG_CONFIG_HOME']}/pressroom/token")
    receipt = upload_file(
        Client(simple_url=index.simple_url, upload_url=index.upload_url),
        path,
        token=lambda: read_secret(source, upload_url=index.upload_url),
        patience=quick(),
    )
    assert 1 == receipt.sent
