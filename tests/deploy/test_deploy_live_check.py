"""What happens when live hosts do not say what they should after a switch, or cannot be asked before it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from deploy_world import World

pytestmark = pytest.mark.needs("nginx", "rsync")

YES = ("deploy", "production", "--yes")
# Servers that will not come are not waited for as long as people would.
SOON = "import pressroom.deploy.judges as j; j.PATIENCE_SECONDS = j.SETTLING_SECONDS = 0.6"
# Wrong for all versions but the first, which is restored by its own reload.
ONLY_NEW = 'case "$2" in *{first}) exit 0 ;; esac\n[ "$1" = {order} ] || exit 0\n'


def switched_back(world: World, first: str) -> str:
    """What a deploy says that came to nothing: the old version is live, and answers."""
    done = world.press(*YES, before=SOON)
    assert 1 == done.returncode, done.stdout + done.stderr
    assert first == world.live
    assert f"production: {first} is live again" in done.stdout
    assert "  hint: nothing is lost; mend that and deploy again\n" in done.stdout
    return done.stdout


def test_wrong_headers_are_switched_back(world: World) -> None:
    """A server that leaves out a header of the new version shows the old one again, and the message names the header."""
    first = world.live
    world.meddle(
        ONLY_NEW.format(first=first, order="reload") + 'sed -i "/Permissions-Policy/d" "$3"\n'
    )
    world.use("third")
    said = switched_back(world, first)
    assert "widgets.example: does not send Permissions-Policy at /" in said
    assert first == world.shown
    assert "strict-origin-when-cross-origin" == world.get("/")[1]["Referrer-Policy"]
    # What was wrong is mended: the same command ends well, and copies nothing again.
    world.meddle("")
    again = world.told(*YES)
    assert ("live", first) == (again["outcome"], again["previous"])
    assert "no-referrer" == world.get("/")[1]["Referrer-Policy"]


def test_a_reload_that_fails_is_switched_back(world: World) -> None:
    """The words of the server are the reason."""
    first = world.live
    world.meddle(
        ONLY_NEW.format(first=first, order="reload") + "echo no gas in the tank >&2; exit 3\n"
    )
    world.use("third")
    said = switched_back(world, first)
    assert "no gas in the tank" in said
    assert first == world.shown


def test_a_reload_that_does_nothing_is_switched_back(world: World) -> None:
    """A server that says yes and goes on with the old configuration is found out by its headers."""
    first = world.live
    world.meddle(ONLY_NEW.format(first=first, order="reload") + 'cp "${3%/*}/local.conf" "$3"\n')
    world.use("third")
    assert "sends Referrer-Policy as 'strict-origin-when-cross-origin', not as 'no-referrer'" in (
        switched_back(world, first)
    )
    assert first == world.shown


def test_a_reload_takes_a_moment(world: World) -> None:
    """A server that reads its configuration a second after it was told to is waited for."""
    world.meddle(
        'if [ "$1" = reload ]; then cp "$3" "$3.late"; cp "${3%/*}/local.conf" "$3"\n'
        'main="${3%/*}/main"; (sleep 1; mv "$3.late" "${3%/*}/local.conf"; '
        'nginx -s reload -e stderr -c "$main") > /dev/null 2>&1 & fi\n'
    )
    world.use("third")
    said = world.told(*YES)
    assert ("live", []) == (said["outcome"], said["problems"])
    assert "no-referrer" == world.get("/")[1]["Referrer-Policy"]


def test_a_configuration_that_the_server_refuses_is_not_switched_to(world: World) -> None:
    """The check of the target ends the deploy before the switch, with the server's words."""
    first, history = world.live, (world.folder / "history").read_bytes()
    world.meddle('[ "$1" = check ] || exit 0\necho "nonsense;" >> "$3"\n')
    world.use("third")
    done = world.press(*YES)
    assert 1 == done.returncode, done.stdout
    assert 'unknown directive "nonsense"' in done.stderr
    assert "hint: " in done.stderr
    assert first == world.live == world.shown
    assert history == (world.folder / "history").read_bytes()


def test_a_server_that_looks_elsewhere_is_switched_back(world: World) -> None:
    """A server whose root is not `current` goes on showing another version: found out by the id that it says."""
    first = world.live
    conf = world.server / "local.conf"
    elsewhere = conf.read_text().replace("srv/current/", f"srv/versions/{first}/")
    assert elsewhere != conf.read_text()
    conf.write_text(elsewhere)
    world.stop_server()
    world.start_server()
    world.use("second")
    said = switched_back(world, first)
    assert f"widgets.example: says it is version '{first}', not " in said
    assert first == world.shown


def test_a_server_that_dies_is_told(world: World) -> None:
    """One that is gone after the switch is switched back; that it still is gone is said; there again it shows the old version."""
    first = world.live
    world.meddle(
        ONLY_NEW.format(first=first, order="reload")
        + 'kill "$(cat "${3%/*}/nginx.pid")"; sleep 0.3; exit 0\n'
    )
    world.use("third")
    try:
        said = switched_back(world, first)
        assert "widgets.example: could not be looked at" in said
    finally:
        world.stop_server()
        world.start_server()
    assert first == world.shown
    assert "strict-origin-when-cross-origin" == world.get("/")[1]["Referrer-Policy"]


def test_a_host_that_cannot_be_asked_before_is_no_yes(world: World) -> None:
    """With nobody at home a deploy is refused with 3, and nothing is written; told so it goes on, and says 3 again."""
    first, before = world.live, world.below()
    world.use("second")
    world.stop_server()
    try:
        done = world.press(*YES, before=SOON)
        assert 3 == done.returncode, done.stdout + done.stderr
        assert "widgets.example: could not be looked at" in done.stderr
        assert "  hint: deploy again when it answers: nobody could tell" in done.stderr
        assert "  if that is meant: --despite unseen\n" in done.stderr
        assert before == world.below()
        said = world.told(*YES, "--despite", "unseen", before=SOON, code=3)
        assert ("live", first) == (said["outcome"], said["previous"])
        assert all(one["unseen"] for one in said["problems"])
    finally:
        world.start_server()
    assert said["id"] == world.live == world.shown
    # Nobody has seen it live: the same command asks again, and then it is fine.
    assert "live" == world.told(*YES)["outcome"]
    assert "nothing-to-do" == world.told(*YES)["outcome"]


def test_a_first_deploy_has_nothing_to_go_back_to(world: World) -> None:
    """What is wrong with the first version is said, and that there is none to go back to; it stays, not confirmed."""
    world.stop_server()
    shutil.rmtree(world.folder)
    (world.server / "local.conf").unlink()
    world.start_server()
    world.meddle('[ "$1" = check ] || sed -i "/Permissions-Policy/d" "$3"\n')
    done = world.press(*YES, before=SOON)
    assert 1 == done.returncode, done.stdout + done.stderr
    assert "widgets.example: does not send Permissions-Policy at /" in done.stdout
    assert "it is the first version here: there is none to go back to" in done.stdout
    assert world.live == world.shown
    assert not (world.folder / "confirmed").exists()


def test_a_rollback_stays(world: World) -> None:
    """Who goes back has a reason: what the hosts say is told with exit code 1, and the version stays."""
    first = world.live
    world.use("third")
    world.told(*YES)
    world.meddle('[ "$1" = check ] || sed -i "/Permissions-Policy/d" "$3"\n')
    done = world.press("rollback", "production", "--yes", before=SOON)
    assert 1 == done.returncode, done.stdout + done.stderr
    assert "not everything is as it should be:" in done.stdout
    assert "widgets.example: does not send Permissions-Policy at /" in done.stdout
    assert first == world.live == world.shown
