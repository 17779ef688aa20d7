"""Who judges sites for a deploy: the link check, the Observatory's rules, and the live hosts, put together here."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from pressroom.config import OUTPUT
from pressroom.deploy.changes import is_asset, is_page
from pressroom.deploy.live import NOWHERE, VERSION_PATH, Heard, HostSeen
from pressroom.deploy.state import Score
from pressroom.findings import Finding, errors_of
from pressroom.headers.model import ERROR_PAGES
from pressroom.observatory.algorithm import load_algorithm
from pressroom.observatory.check import Judge, check_hosts
from pressroom.observatory.cli import WORKERS, looking_at_built
from pressroom.observatory.fetch import Fetcher
from pressroom.observatory.judged import Demand, HostReport
from pressroom.observatory.pages import paths_of_files, sample
from pressroom.observatory.preload import is_built_in
from pressroom.observatory.targets import Target as Page
from pressroom.observatory.targets import parse_route
from pressroom.site.cli import check_built_sites

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pressroom.config import Config
    from pressroom.deploy.manifest import Manifest
    from pressroom.observatory.certificates import Certificate
    from pressroom.observatory.fetch import Fetched
    from pressroom.observatory.judged import Judged

# So many pages of each live host are judged, spread over all of them; what was built is judged whole.
LIVE_PAGES = 6
# How long a host may take to name the new version: a server that reloads, a cache before it.
PATIENCE_SECONDS = 15.0
# How long it may go on with its old configuration after that: `nginx -s reload` comes back before anything is reloaded.
SETTLING_SECONDS = 5.0
_POLL_SECONDS = 0.25


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OwnJudges:
    """Judges of the sites of a checkout, built and live. `routes` and `ca` are a target's."""

    config: Config
    server: str
    routes: tuple[str, ...]
    ca: Path | None
    clock: Callable[[], dt.datetime]

    def check_built(self) -> Sequence[Finding]:
        """Everything that `pressroom check --built` finds."""
        return errors_of(check_built_sites(self.config)[0])

    def grade_built(self) -> tuple[Sequence[Finding], Mapping[str, Score]]:
        """Findings for sites with pages below the best grade, and the worst page of each site, by its name."""
        demand, judge = Demand(), _judge()
        with looking_at_built(self.config, self.server, count=None, now=self.clock()) as (
            fetcher,
            plans,
        ):
            hosts = list(check_hosts(fetcher, plans, judge, on_page=lambda: None))
        names = {self.config.host(site): site for site in self.config.settings.sites}
        findings = [
            Finding(
                where=f"{OUTPUT}/{names[host.host]}",
                message=_below(host, demand),
                hint="pressroom observatory check --built names what costs points, and what to change",
            )
            for host in hosts
            if host.below(demand) or host.unseen
        ]
        scores = {names[host.host]: score for host in hosts if (score := _score(host)) is not None}
        return findings, scores

    def look(
        self,
        manifest: Manifest,
        *,
        wait_for: str = "",
        is_right: Callable[[Sequence[HostSeen]], bool] = lambda _: True,
    ) -> tuple[HostSeen, ...]:
        """What the live hosts say to their version, their home page, some pages, an asset, and what is not there."""
        routes = tuple(map(parse_route, self.routes))
        with Fetcher(ca=self.ca, routes=routes, workers=WORKERS, now=self.clock()) as fetcher:
            if wait_for:
                self._wait(fetcher, wait_for)
            end = time.monotonic() + SETTLING_SECONDS
            while True:
                seen = tuple(
                    self._look_at(fetcher, site, manifest) for site in self.config.settings.sites
                )
                if is_right(seen) or time.monotonic() > end:
                    return seen
                time.sleep(_POLL_SECONDS)

    def _wait(self, fetcher: Fetcher, version: str) -> None:
        """Until every host names the version, or it has taken too long: then what they say is judged as it is."""
        pages = [self._page(site, VERSION_PATH) for site in self.config.settings.sites]
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            heard = list(fetcher.scan_all(pages, _heard))
            if all(one.body.strip() == version.encode() for one in heard):
                return
            time.sleep(_POLL_SECONDS)

    def _look_at(self, fetcher: Fetcher, site: str, manifest: Manifest) -> HostSeen:
        files = [path.partition("/")[2] for path in manifest.files if path.startswith(f"{site}/")]
        pages = paths_of_files(
            (name for name in files if is_page(f"{site}/{name}")), errors=ERROR_PAGES
        )
        assets = [f"/{name}" for name in files if is_asset(f"{site}/{name}")]
        judged = sample(pages, LIVE_PAGES)
        others = (VERSION_PATH, NOWHERE, *assets[:1])
        judge = _judge()
        asked = [self._page(site, path) for path in (*judged, *others)]

        def take(fetched: Fetched) -> tuple[Heard, Judged, Certificate | None]:
            page, certificate = judge.look_at(fetched)
            return _heard(fetched), page, certificate

        answers = list(fetcher.scan_all(asked, take))
        report = HostReport(
            host=self.config.host(site),
            pages=tuple(page for _, page, _ in answers[: len(judged)]),
        )
        certificate = next((seen for _, _, seen in answers if seen is not None), None)
        return HostSeen(
            site=site,
            host=report.host,
            heard=tuple(heard for heard, _, _ in answers),
            score=_score(report) if report.pages else None,
            certificate=certificate.problem if certificate else "",
            certificate_ends=certificate.expires if certificate else None,
        )

    def _page(self, site: str, path: str) -> Page:
        return Page(host=self.config.host(site), path=path)


def _judge() -> Judge:
    return Judge(algorithm=load_algorithm(), is_preloaded=is_built_in)


def _heard(fetched: Fetched) -> Heard:
    """What came over TLS; a host that is there on plain http alone is not there."""
    path, scan = fetched.target.path, fetched.scan
    if fetched.trouble is not None:
        return Heard(path=path, trouble=fetched.trouble.message)
    if scan is None or scan.https is None:
        return Heard(path=path, trouble="nobody answers over TLS")
    answer = scan.https.answer
    return Heard(path=path, status=answer.status, headers=answer.headers, body=answer.body)


def _score(host: HostReport) -> Score | None:
    """The worst page with a verdict, its points with those that it cannot earn."""
    worst = host.worst
    if worst is None or worst.verdict is None:
        return None
    return Score(grade=worst.verdict.grade, score=worst.counted, pages=len(host.pages))


def _below(host: HostReport, demand: Demand) -> str:
    below, unseen = host.below(demand), host.unseen
    worst = host.worst
    if below and worst is not None and worst.verdict is not None:
        more = f", {len(unseen)} cannot be judged" if unseen else ""
        return (
            f"{len(below)} of {len(host.pages)} pages are below {demand}, the worst with "
            f"{worst.verdict.grade} {worst.verdict.score}: {worst.path}{more}"
        )
    return (
        f"{len(unseen)} of {len(host.pages)} pages cannot be judged, the first is {unseen[0].path}"
    )
