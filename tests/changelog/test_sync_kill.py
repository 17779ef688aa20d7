"""`pressroom changelog sync`, killed at any moment: each file is the old one or the new one, whole."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

from sync_worlds import THEIRS, make_world

if TYPE_CHECKING:
    from pathlib import Path

MEND = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from click.testing import CliRunner
    from pressroom.changelog.syncing.cli import sync

    file, side = Path(sys.argv[1]), sys.argv[2]
    old = file.read_bytes()

    def mend():
        return CliRunner().invoke(sync, ["widget", "--to", side, "--version", "1.1", "--yes"])

    assert 0 == mend().exit_code
    new = file.read_bytes()
    assert old != new
    moment, seen = 0, []
    while True:
        moment += 1
        file.write_bytes(old)
        child = os.fork()
        if child == 0:
            count = 0

            def die(event, args):
                global count
                if event.partition(".")[0] in {"os", "open", "shutil"}:
                    count += 1
                    if count == moment:
                        os.kill(os.getpid(), 9)

            sys.addaudithook(die)
            mend()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        found = file.read_bytes()
        assert found in (old, new), (moment, found)
        seen.append(found == new)
        for left in file.parent.glob(".saving-*"):
            left.unlink()
        if status == 0:
            break
        assert 0 == mend().exit_code  # who starts again comes to the same end
        assert file.read_bytes() == new, moment
    print(moment, seen[-1])
    """
)


def test_killed_at_any_moment_no_word_is_lost(
    tmp_path: Path,
) -> None:
    """SIGKILL at each call of the system leaves the old or the new file, on either side."""
    world = make_world(tmp_path, theirs=THEIRS.replace("1.1 - August", "1.1 - July"))
    theirs = world.theirs.read_bytes()
    for file, side in ((world.theirs, "checkout"), (world.ours, "here")):
        world.theirs.write_bytes(theirs)
        result = subprocess.run(
            [sys.executable, "-c", MEND, str(file), side],
            cwd=tmp_path / "site",
            capture_output=True,
            text=True,
            check=False,
        )
        assert "" == result.stderr
        moments, is_new = result.stdout.split()
        assert int(moments) > 8  # it was killed that often
        assert "True" == is_new
