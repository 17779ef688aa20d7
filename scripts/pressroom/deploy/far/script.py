"""What all scripts for the far side's `sh` have in common.

POSIX sh, GNU coreutils and findutils, flock of util-linux. `$folder` is the target's folder in all of them. What is told
back is framed by NUL, which no name can hold. Paths are given behind `./` or `--`: one may begin with a hyphen.
"""

from __future__ import annotations

# Exit codes with a meaning of ours.
DENIED, IN_THE_WAY, ABSENT, BUSY = 10, 11, 12, 13
# What `timeout` of coreutils ends with.
LATE = frozenset({124, 137})

# The session gives `set -eu` and LC_ALL. What is made can be read by a server.
HEAD = "umask 022\n"
