"""`pressroom deploy` and `pressroom rollback` as they are typed: questions, lists, verification, and a deploy at the same time."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from deploy_world import COMMAND, make_certificate, wait_for

if TYPE_CHECKING:
    from deploy_world import World

pytestmark = pytest.mark.needs("nginx", "rsync")

YES = ("deploy", "production", "--yes")
# Whoever is asked to judge anything does not come back.
EXPLODING = """
import pressroom.deploy.judges as j
def explode(*_, **__): raise SystemExit(77)
for name in ("check_built", "grade_built", "look"): setattr(j.OwnJudges, name, explode)
"""
# The deploy waits behind the check of its configuration until a file is gone.
WAITS = '[ "$1" = check ] || exit 0\ntouch "${3%/*}/here"\nwhile [ -e "${3%/*}/here" ]; do sleep 0.05; done\n'


def test_an_id_that_is_live_is_decided_before_anything_is_judged(world: World) -> None:
    """A second deploy copies nothing, asks no judge, and says so in less than 2 s."""
    before, times = world.below(), []
    said = f"production: {world.live} is live already; nothing was copied or switched\n"
    for _ in range(3):
        begin = time.monotonic()
        # Python is started anew, as for a person.
        done = subprocess.run(
            [*COMMAND, *YES],
            cwd=world.checkout.root,
            env=world.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        times.append(time.monotonic() - begin)
        assert (0, said, "") == (done.returncode, done.stdout, done.stderr)
        if times[-1] < 2.0:
            break
    assert min(times) < 2.0
    assert said == world.press(*YES, before=EXPLODING).stdout
    assert before == world.below()
    world.use("second")
    assert 77 == world.press(*YES, before=EXPLODING).returncode


def test_a_rollback_that_was_cut_off_is_ended_by_the_same_command(world: World) -> None:
    """It does not undo itself: what it went back to stays live, and is confirmed."""
    first = world.live
    world.use("second")
    world.told(*YES, "--despite", "vanished")
    assert first != world.live
    assert 77 == world.press("rollback", "production", "--yes", before=EXPLODING).returncode
    assert first == world.live
    said = world.told("rollback", "production", "--yes")

    assert (first, "live", first) == (said["id"], said["outcome"], world.live)
    assert f"{first}\n" == (world.folder / "confirmed").read_text()


def test_list_and_rollback(world: World) -> None:
    """The list says what is live and what can be gone back to; a rollback goes there, a second one undoes it, an id is enough."""
    first = world.live
    world.use("second")
    second = world.told(*YES)["id"]
    said = world.told("deploy", "production", "--list")
    assert (second, second, first) == (said["live"], said["confirmed"], said["previous"])
    assert [second, first] == [one["id"] for one in said["versions"]]
    shown = world.press("deploy", "production", "--list").stdout.splitlines()
    assert re.match(rf"{second} +just now +since .*Z, just now, confirmed +A\+ 155", shown[1])
    assert f"pressroom rollback production {first}" in shown[2]
    before = world.below()
    planned = world.told("rollback", "production", "--dry-run")
    assert ("dry-run", first) == (planned["outcome"], planned["id"])
    assert before == world.below()
    assert ("live", first) == (
        world.told("rollback", "production", "--yes")["outcome"],
        world.shown,
    )
    assert second == world.told("rollback", "production", "--yes")["id"] == world.shown
    assert first == world.told("rollback", "production", first[:6], "--yes")["id"] == world.shown
    done = world.press("rollback", "production", "zzz", "--yes")
    assert 2 == done.returncode
    assert "there is no version 'zzz'" in done.stderr
    assert "hint: pressroom deploy TARGET --list shows what can be gone back to" in done.stderr


def test_there_is_nothing_before_the_first(world: World) -> None:
    """A rollback of the only version is refused, and says how to see what there is."""
    done = world.press("rollback", "production", "--yes")
    assert 1 == done.returncode
    assert "there is no version to go back to" in done.stderr
    assert "hint: pressroom deploy TARGET --list shows what is there" in done.stderr


def test_verify(world: World) -> None:
    """0 while all is well; 1 when somebody changed a file, or something else was built; 3 when nobody answers."""
    before = world.below()
    done = world.press("deploy", "production", "--verify")
    assert 0 == done.returncode, done.stdout + done.stderr
    assert re.search(rf"widgets\.example +{world.live} +A\+ +155 +[\d,]+ days left", done.stdout)
    assert done.stdout.endswith("everything is as it should be\n")
    assert world.told("deploy", "production", "--verify")["fine"] is True
    assert before == world.below()
    robots = world.folder / "current" / "hub" / "robots.txt"
    kept = robots.read_bytes()
    robots.write_text("changed")
    done = world.press("deploy", "production", "--verify")
    assert 1 == done.returncode
    assert "changed by hand: hub/robots.txt was changed" in done.stdout
    robots.write_bytes(kept)
    world.use("second")
    said = world.told("deploy", "production", "--verify", code=1)
    assert (said["live"], False) == (world.live, said["fine"])
    assert said["built"] != said["live"]
    world.use("first")
    world.stop_server()
    done = world.press("deploy", "production", "--verify")
    world.start_server()
    assert 3 == done.returncode
    assert "widgets.example: could not be looked at" in done.stdout
    assert done.stdout.endswith("not everything could be looked at\n")


def test_verify_sees_a_certificate_that_runs_out(world: World) -> None:
    """With less than 21 days left it is a finding, with what to do about it."""
    kept = world.server.parent / "certificates"
    shutil.copytree(
        world.server,
        kept,
        ignore=lambda _, names: [n for n in names if "pem" not in n and "key" not in n],
    )
    try:
        for days, code in ((20, 1), (22, 0)):
            make_certificate(world.server, days=days)
            world.stop_server()
            world.start_server()
            done = world.press("deploy", "production", "--verify")
            assert code == done.returncode, done.stdout
            assert f" {days} days left" in done.stdout
            assert (code == 1) == (
                "its certificate should have been renewed\n  hint: " in done.stdout
            )
    finally:
        shutil.copytree(kept, world.server, dirs_exist_ok=True)


def test_a_dry_run_creates_nothing(world: World) -> None:
    """It tells what would change, of a target that is there and of one that is not; not even the folder is made."""
    before = world.below()
    world.use("second")
    said = world.told("deploy", "production", "--dry-run")
    assert ("dry-run", world.live) == (said["outcome"], said["previous"])
    assert "hub/posts/second/index.html" in said["changes"]["added"]
    assert before == world.below()
    shutil.rmtree(world.folder)
    assert "dry-run" == world.told("deploy", "production", "--dry-run")["outcome"]
    done = world.press("deploy", "production", "--list")
    assert (0, "nothing is deployed to production yet: pressroom deploy production\n") == (
        done.returncode,
        done.stdout,
    )
    assert not world.folder.exists()


def test_nobody_to_ask(world: World) -> None:
    """Without --yes and without a terminal nothing is done."""
    before = world.below()
    world.use("second")
    done = world.press("deploy", "production")
    assert 1 == done.returncode
    assert (
        "standard input: what comes now is seen by everybody, and there is nobody to ask\n"
        "  hint: start it in a terminal, or with --yes\n"
    ) in done.stderr
    assert before == world.below()


def at_a_terminal(world: World, answer: str) -> tuple[int, str]:
    """Exit code and all that a person sees who answers so."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "deploy", "production"],
        cwd=world.checkout.root,
        env=world.environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen, answered, end = b"", False, time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([ours], [], [], 1)[0]:
            continue
        try:
            data = os.read(ours, 65536)
        except OSError:  # EIO: nobody holds the other end any more
            break
        seen += data
        if not answered and b"Go on with production? [y/N]:" in seen:
            answered = True
            os.write(ours, f"{answer}\n".encode())
    os.close(ours)
    return process.wait(30), seen.decode().replace("\r\n", "\n")


def test_a_person_is_asked_once(world: World) -> None:
    """At a terminal the changes come before the question; `n` leaves everything as it was, `y` goes on."""
    before, first = world.below(), world.live
    world.use("second")
    code, seen = at_a_terminal(world, "n")
    assert 1 == code
    assert seen.index("pages: 1 added") < seen.index("Go on with production?")
    assert "copying" not in seen
    assert before == world.below()
    code, seen = at_a_terminal(world, "y")
    assert 0 == code, seen
    assert 1 == seen.count("Go on with")
    assert first != world.live == world.shown


def test_a_wrong_target(world: World) -> None:
    """A name that is none, options that exclude each other, and a name for --despite that there is not: 2, with a way out."""
    done = world.press("deploy", "prodction", "--yes")
    assert 2 == done.returncode
    assert "there is no target 'prodction'" in done.stderr
    assert "hint: " in done.stderr
    assert "production" in done.stderr
    done = world.press("deploy", "production", "--list", "--verify")
    assert 2 == done.returncode
    assert "these exclude each other\n  hint: take one" in done.stderr
    done = world.press(*YES, "--despite", "everything")
    assert 2 == done.returncode
    assert "'changed', 'vanished', 'grade', 'unseen'" in done.stderr


def test_wrong_tables(world: World) -> None:
    """All that is wrong with the tables of targets is said at once, before anybody is called."""
    file = world.checkout.root / "pyproject.toml"
    text = file.read_text()
    file.write_text(
        text.replace("keep = 3", "keep = 1\nfoldr = 2")
        + '\n[tool.pressroom.deploy.other]\nfolder = "srv"\nhost = "-oProxyCommand=x"\n'
    )
    done = world.press(*YES)
    assert 2 == done.returncode
    assert "[tool.pressroom.deploy.production]" in done.stderr
    assert "folder 'srv' is no folder on a server" in done.stderr
    assert "host '-oProxyCommand=x' is none that ssh would take" in done.stderr
    assert 3 <= done.stderr.count("hint: ")
    file.write_text(
        text.replace(f'folder = "{world.folder}/current"', 'folder = "/srv/other/current"')
    )
    done = world.press(*YES)
    assert 2 == done.returncode
    assert (
        f"the server would look into /srv/other/current, and this target switches {world.folder}/current"
        in done.stderr
    )
    assert (
        f'hint: [tool.pressroom.hosting] folder = "{world.folder}/current", then make site'
        in done.stderr
    )


def test_two_deploys_at_once(world: World) -> None:
    """The second is told that another is at work, and changes nothing; the first ends well."""
    first = world.live
    world.meddle(WAITS)
    world.use("second")
    one = world.start(*YES)
    try:
        wait_for((world.server / "here").exists, 30)
        done = world.press(
            *YES,
            before="import pressroom.deploy.far.side as s; s.Far.__init__.__kwdefaults__['wait'] = 0.2",
        )
        assert 1 == done.returncode
        assert "another deploy to this target is at work" in done.stderr
        assert "hint: wait for it to end, or stop it, then start again" in done.stderr
        assert first == world.live
        # Looking is not refused.
        assert first == world.told("deploy", "production", "--list")["live"]
    finally:
        (world.server / "here").unlink(missing_ok=True)
        output, _ = one.communicate(timeout=60)
    assert 0 == one.returncode, output
    assert first != world.live == world.shown


def test_ctrl_c(world: World) -> None:
    """In the middle it ends at once, with the old version live; the same command then ends right."""
    first = world.live
    world.meddle(WAITS)
    world.use("second")
    one = world.start(*YES)
    wait_for((world.server / "here").exists, 30)
    os.killpg(one.pid, signal.SIGINT)
    begin = time.monotonic()
    output, _ = one.communicate(timeout=60)
    assert time.monotonic() - begin < 5
    assert 0 != one.returncode
    assert "Traceback" not in output
    assert first == world.live == world.shown
    (world.server / "here").unlink(missing_ok=True)
    world.meddle("")
    assert "live" == world.told(*YES)["outcome"]
    assert first != world.live == world.shown


def test_ctrl_c_after_the_switch(world: World) -> None:
    """Whoever stops it while live hosts are asked is told that the version is live, and that the same command goes on."""
    first = world.live
    world.meddle(WAITS.replace("check", "reload"))
    world.use("third")
    one = world.start(*YES)
    wait_for((world.server / "here").exists, 30)
    new = world.live
    assert first != new
    os.killpg(one.pid, signal.SIGINT)
    output, _ = one.communicate(timeout=60)
    assert 0 != one.returncode
    assert f"{new} is live and was not confirmed: the same command again goes on here" in output
    assert "Traceback" not in output
    (world.server / "here").unlink(missing_ok=True)
    world.meddle("")
    said = world.told(*YES)
    assert ("live", new, first) == (said["outcome"], said["id"], said["previous"])
    assert "no-referrer" == world.get("/")[1]["Referrer-Policy"]
