"""The console command, killed at a boundary: `python release_killer.py N COMMAND…` dies at the N-th, or lists them with -1.

Started as a program by the kill matrix. SIGKILL leaves no time for anything: no handler, no finally.
"""

from __future__ import annotations

import os
import signal
import sys

from pressroom import cli
from pressroom.release import walk


def main() -> None:
    """Run the command with every boundary counted."""
    stop = int(sys.argv[1])
    del sys.argv[1]
    count = 0

    def at(mark: str) -> None:
        nonlocal count
        if count == stop:
            os.kill(os.getpid(), signal.SIGKILL)
        if stop < 0:
            sys.stderr.write(f"boundary {mark}\n")
        count += 1

    defaults = walk.walk.__kwdefaults__
    assert defaults is not None
    defaults["at"] = at
    cli.main()


if __name__ == "__main__":
    main()
