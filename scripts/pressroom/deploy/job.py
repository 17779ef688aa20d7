"""What a deploy is about: the built sites, the target, and who is asked about both."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from pressroom.deploy.far.side import Far
    from pressroom.deploy.live import HostSeen
    from pressroom.deploy.manifest import Manifest
    from pressroom.deploy.record import Score
    from pressroom.deploy.target import Target
    from pressroom.findings import Finding
    from pressroom.headers.policy import Policy


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The sites as they were built: what would be deployed."""

    manifest: Manifest
    # The folders that hold its files, one for each first part of a path: public/hub, …, deploy.
    sources: tuple[Path, ...]
    # The old paths of each site that are redirected, decoded.
    redirects: Mapping[str, Collection[str]]
    policy: Policy
    # What speaks against it before anybody looks into its files.
    findings: tuple[Finding, ...] = ()


class Judges(Protocol):
    """Who judges sites, built and live; put together by the door, since other slices know how."""

    def check_built(self) -> Sequence[Finding]:
        """All that is wrong with the built trees: links, inline code, secrets."""

    def grade_built(self) -> tuple[Sequence[Finding], Mapping[str, Score]]:
        """What every page is below its demand, behind a real server on this machine; the worst page of each site."""

    def look(
        self,
        manifest: Manifest,
        *,
        wait_for: str = "",
        is_right: Callable[[Sequence[HostSeen]], bool] = lambda _: True,
    ) -> tuple[HostSeen, ...]:
        """What the live hosts say to some of a version's paths; waits a while until they name the version `wait_for`.

        What is not right then is looked at again for a moment: a server that was told to read its configuration answers
        with the old one until it has.
        """


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One deploy, rollback or verification of a target."""

    name: str
    target: Target
    # The address of each site by its name: `https://widget.example/`.
    sites: Mapping[str, str]
    # The server's configuration among the files of a version: `deploy/nginx/pressroom.conf`.
    configuration: str
    far: Far
    judges: Judges
    # Refusals that a person overrides: changed, vanished, grade, unseen.
    despite: frozenset[str]
    is_dry: bool
    # Asks a person whether to go on, and does not come back if not.
    ask: Callable[[], None]
    say: Callable[[str], None]
    clock: Callable[[], dt.datetime]
    # An empty folder of ours.
    stage: Path
