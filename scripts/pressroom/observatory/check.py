"""Every page of hosts, fetched and judged: a report a host."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.observatory.judge import judge
from pressroom.observatory.judged import HostReport, Judged, Problem
from pressroom.observatory.pages import SITEMAP, paths_of_sitemap, sample
from pressroom.observatory.targets import Target
from pressroom.observatory.verdict import UnjudgeableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pressroom.observatory.algorithm import Algorithm
    from pressroom.observatory.certificates import Certificate
    from pressroom.observatory.fetch import Fetched, Fetcher
    from pressroom.observatory.model import Scan
    from pressroom.observatory.verdict import Verdict


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The pages of one host that are to be judged, at least one."""

    host: str
    port: int | None
    paths: tuple[str, ...]
    note: str = ""

    @property
    def name(self) -> str:
        """The host, with its port where one was given."""
        return self.host if self.port is None else f"{self.host}:{self.port}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What is judged by: an algorithm, and the list of preloaded hosts."""

    algorithm: Algorithm
    is_preloaded: Callable[[str], bool]

    def verdict_on(self, scan: Scan) -> Verdict:
        """The verdict on a scan; raises UnjudgeableError where there is none."""
        return judge(scan, algorithm=self.algorithm, is_preloaded=self.is_preloaded)

    def look_at(self, fetched: Fetched) -> tuple[Judged, Certificate | None]:
        """The page with its verdict, or why there is none; what was fetched can be let go."""
        path, trouble = fetched.target.path, fetched.trouble
        verdict = problem = None
        if fetched.scan is None:
            assert trouble is not None
            problem = Problem(message=trouble.message, hint=trouble.hint)
        else:
            try:
                verdict = self.verdict_on(fetched.scan)
            except UnjudgeableError as error:
                problem = Problem(message=error.message, hint=error.hint)
        return Judged(path=path, verdict=verdict, problem=problem), fetched.certificate


def plan_pages(fetcher: Fetcher, targets: Sequence[Target], *, count: int | None) -> list[Plan]:
    """The pages of each host: a page that was named by its path, else `count` of its sitemap's (all without)."""
    named: dict[tuple[str, int | None], dict[str, None]] = {}
    for target in targets:
        named.setdefault((target.host, target.port), {})[target.path] = None
    homes = [Target(host=host, port=port, path=SITEMAP) for host, port in named]
    listed = fetcher.scan_all(homes, _sitemap) if count != 1 else iter([()] * len(homes))
    plans = []
    for (host, port), found in zip(named, listed, strict=True):
        paths = dict(named[host, port])
        note = ""
        if "/" in paths and count != 1:
            more = [path for path in found if path not in paths]
            left = None if count is None else max(0, count - len(paths))
            paths |= dict.fromkeys(sample(more, left))
            note = (
                ""
                if found
                else f"no sitemap with pages of this host at {SITEMAP}: only the home page was judged"
            )
        plans.append(Plan(host=host, port=port, paths=tuple(paths), note=note))
    return plans


def check_hosts(
    fetcher: Fetcher, plans: Sequence[Plan], judging: Judge, *, on_page: Callable[[], None]
) -> Iterator[HostReport]:
    """The report on each host, in order; `on_page` is called after each page."""
    targets = [
        Target(host=plan.host, port=plan.port, path=path) for plan in plans for path in plan.paths
    ]
    answers = fetcher.scan_all(targets, judging.look_at)
    for plan in plans:
        pages: list[Judged] = []
        certificate = None
        for _ in plan.paths:
            page, seen = next(answers)
            pages.append(page)
            certificate = certificate or seen
            on_page()
        report = HostReport(host=plan.name, pages=tuple(pages), certificate=certificate)
        # How pages were found is of no use where none was seen.
        yield report if report.worst is None else dataclasses.replace(report, note=plan.note)


def _sitemap(fetched: Fetched) -> tuple[str, ...]:
    """What a host's sitemap lists; nothing where there is none."""
    visit = fetched.scan.visit if fetched.scan is not None else None
    if visit is None or visit.answer.status != 200:
        return ()
    return paths_of_sitemap(visit.answer.body, host=fetched.target.host)
