"""Grade the sites as Mozilla's HTTP Observatory does: `pressroom observatory check`, without an installed command."""

from __future__ import annotations

import sys

from pressroom.doors import run_door
from pressroom.observatory.cli import check

if __name__ == "__main__":
    sys.exit(run_door(check))
