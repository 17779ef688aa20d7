"""What judging as Mozilla's Observatory costs: cases a second, all pages of the built sites, beside npm's scanner.

    python benchmarks/observatory.py [--rounds 3]

`make site` first. The best of the rounds counts; times are of whole processes, from their start to their end. No
request leaves the machine. Exit code: 0 all limits hold, 1 one is broken, 2 something is missing: without npm's scanner
only the figures beside it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

# Beside this file nothing is meant to be found by its bare name.
sys.path[0] = str(Path(__file__).parent.parent)

from benchmarks.checking import ROOT, built_pages, measure_sites  # noqa: E402 - see above
from benchmarks.figures import Figure  # noqa: E402 - likewise
from benchmarks.judging import measure_cases  # noqa: E402 - likewise
from benchmarks.measured import BuildError  # noqa: E402 - likewise
from benchmarks.scanner import MISSING, PACKAGE, measure_scanner  # noqa: E402 - likewise

from pressroom.config import DEPLOY, OUTPUT, load_config  # noqa: E402 - likewise
from pressroom.errors import PressroomError  # noqa: E402 - likewise
from pressroom.headers.servers.nginx import NGINX  # noqa: E402 - likewise

if TYPE_CHECKING:
    from collections.abc import Iterator


def missing() -> str:
    """What there has to be, and is not; empty if all is there."""
    if not (ROOT / OUTPUT).is_dir() or not (ROOT / DEPLOY).is_dir():
        return f"needs {OUTPUT}/ and {DEPLOY}/, the built sites: make site"
    if not Path(NGINX.program).exists():
        return f"needs nginx, which serves the built sites: apt-get install {NGINX.package}"
    return ""


def measure(rounds: int) -> Iterator[Figure | str]:
    """All figures there can be."""
    config = load_config(ROOT)
    sites = built_pages(config)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        yield from measure_cases(rounds, folder)
        yield from measure_sites(sites, rounds)
        if PACKAGE.is_dir():
            yield from measure_scanner(config, sites, rounds, folder)


def main() -> int:
    """Measure, print, and fail when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    options = parser.parse_args()
    if reason := missing():
        print(reason, file=sys.stderr)
        return 2
    broken = 0
    for line in measure(options.rounds):
        print(line, flush=True)
        broken += isinstance(line, Figure) and not line.holds
    if not PACKAGE.is_dir():
        print(f"left out: {MISSING}", file=sys.stderr)
    if broken:
        return 1
    return 0 if PACKAGE.is_dir() else 2


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BuildError as error:
        sys.exit(str(error))
    except PressroomError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
