"""The command `pressroom verify` in a made-up past, and what it says as values."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from pressroom.doors import run_door
from pressroom.release.index.patience import Patience
from pressroom.release.index.simple import Index as Client
from pressroom.release.verifying.cli import verify
from pressroom.release.verifying.keyring import open_keyring
from pressroom.release.verifying.load import load_subject
from pressroom.release.verifying.signers import load_signers
from pressroom.release.verifying.verify import Means, verify_releases
from pressroom.release.warehouse.server import serve
from pressroom.world.git import Git

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pytest
    from release_history import Past

    from pressroom.changelog.published import Published
    from pressroom.release.verifying.model import Report
    from pressroom.release.warehouse.server import Index


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a command ended, and all that it printed."""

    code: int
    output: str

    @property
    def json(self) -> Any:
        """What it printed for machines."""
        return json.loads(self.output)

    @property
    def faults(self) -> set[tuple[str, str, str]]:
        """Version, question and state of all that is bad."""
        return {
            (release["version"], name, check["state"])
            for release in self.json["releases"]
            for name, check in release["checks"].items()
            if check["state"] in {"wrong", "missing"}
        }


def now() -> dt.datetime:
    """The time."""
    return dt.datetime.now(dt.UTC)


@contextlib.contextmanager
def served(past: Past) -> Iterator[Index]:
    """The stand-in index of a past."""
    with serve(past.index, wheelhouse=None, token=None, now=now) as index:
        yield index


def surround(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command runs in the press of a past; nobody waits between tries."""
    for name, value in past.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(past.press)
    monkeypatch.setattr("pressroom.release.verifying.cli.Patience", lambda **_: patience())


def patience() -> Patience:
    """Two tries, without a pause."""
    return Patience(sleep=lambda _: None, clock=lambda: 0.0, tries=2, once=5.0)


def run(*arguments: str, url: str) -> Said:
    """What `pressroom verify widget …` says when that index is asked."""
    codes: list[int] = []
    runner = CliRunner()

    def door() -> None:
        result = runner.invoke(verify, ["widget", *arguments, "--index", url])
        texts.append(result.output)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        codes.append(result.exit_code)

    texts: list[str] = []
    with runner.isolation() as streams:
        code = run_door(door)
        texts.append(streams[1].getvalue().decode())
    return Said(code=codes[0] if codes else code, output="".join(texts))


def report_of(
    past: Past, url: str, *, records: Mapping[str, Published] | None = None, deep: bool = True
) -> Report:
    """The report on all releases, with other records if there are some."""
    subject = load_subject(past.press, "widget")
    if records is not None:
        subject = dataclasses.replace(subject, records=dict(records))
    with open_keyring(load_signers(past.press), environment=past.environment) as keyring:
        means = Means(
            git=Git(folder=past.checkout, environment=past.environment),
            index=Client(simple_url=url, upload_url=url),
            patience=patience(),
            keyring=keyring,
            built=built(past),
            downloads=deep,
        )
        return verify_releases(subject, means, subject.releases, is_all=True)


def built(past: Past) -> Path:
    """Where the pages of the project would be."""
    return past.press / "public" / "hub" / "projects" / "widget"
