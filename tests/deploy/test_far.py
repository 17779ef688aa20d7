"""A target's machine, asked and told: this one, and one behind a real sshd."""

from __future__ import annotations

import dataclasses
import json
import os
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from far_setup import AT, LOCAL, ONE, TWO, Side, side_here, side_there
from sshd import sshd

from pressroom.deploy.manifest import Manifest, render_manifest
from pressroom.deploy.state import State
from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sshd import Sshd

MISSING = "0123456789abcdef"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as one:
        yield one


@pytest.fixture(params=["here", "there"])
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Side:
    if request.param == "here":
        return side_here(tmp_path)
    return side_there(tmp_path, request.getfixturevalue("server"))


@pytest.fixture
def here(tmp_path: Path) -> Side:
    return side_here(tmp_path)


def live(side: Side) -> str:
    return str((side.folder / "current").readlink())


def test_a_target_that_is_not_there_is_empty_and_stays_so(side: Side) -> None:
    """To look at a target makes nothing there."""
    with side.open() as far:
        assert State() == far.state()
        assert not far.has(MISSING)

    assert not side.folder.exists()


def test_a_version_from_the_copy_to_the_switch(side: Side) -> None:
    """What was copied, placed, switched to and confirmed is what the state says."""
    with side.open() as far:
        version = side.place(far, ONE)
        assert () == far.differences(version)
        assert "" == far.state().live
        far.switch(version, at=AT)
        far.confirm(version)
        state = far.state()

    assert f"versions/{version}" == live(side)
    assert b"one" == (side.folder / "current/hub/index.html").read_bytes()
    assert f"{version}\n" == (side.folder / "current/hub/version.txt").read_text()
    assert not (side.folder / "current/deploy/version.txt").exists()
    assert f"2026-11-24T18:05:12Z {version}\n" == (side.folder / "history").read_text()
    assert (version, version, (version,), "") == (
        state.live,
        state.confirmed,
        state.versions,
        state.foreign,
    )
    assert state.since is not None
    assert int((side.folder / "current").lstat().st_mtime) == state.since.timestamp()


def test_a_version_tells_its_manifest_and_record(here: Side) -> None:
    """What a version is made of can be read back."""
    with here.open() as far:
        version = here.place(far, ONE)
        manifest, record = far.manifest(version), far.record(version)

    assert version == manifest.id == record.id
    assert {*ONE, "hub/version.txt"} == set(manifest.files)
    assert AT == record.made


def test_servers_can_read_everything(here: Side) -> None:
    """Whatever the modes in public/ are and the umask is, files are 644 and folders 755."""
    old = os.umask(0o077)
    try:
        with here.open() as far:
            version = here.place(far, ONE)
    finally:
        os.umask(old)
    paths = [here.tree(version), *here.tree(version).rglob("*")]

    assert {0o644, 0o755} == {stat.S_IMODE(path.lstat().st_mode) for path in paths}


def test_unchanged_files_are_the_same_files(side: Side) -> None:
    """A second version shares what did not change, sends little, and is whole when the first one is removed."""
    with side.open() as far:
        first = side.place(far, ONE)
        far.switch(first, at=AT)
        manifest, copied = side.copy(far, TWO, base=first)
        far.place(manifest)
        one, two = side.tree(first), side.tree(manifest.id)
        assert one.joinpath("hub/same.html").samefile(two / "hub/same.html")
        assert not one.joinpath("hub/index.html").samefile(two / "hub/index.html")
        far.switch(manifest.id, at=AT)
        assert (first,) == far.prune([manifest.id])
        assert () == far.differences(manifest.id)

    small = sum((two / name).stat().st_size for name in ("manifest", "version.json"))
    assert small + len(b"two" + b"new colours") + 17 == copied.new
    assert 0 < copied.sent
    assert not one.exists()


def test_a_renewed_file_is_younger_than_every_file_there_was(here: Side) -> None:
    """A clock that jumped back, or a version that is gone, gives no page a time that it had before."""
    with here.open() as far:
        first = here.place(far, ONE)
        ahead = 4_000_000_000
        os.utime(here.tree(first) / "hub/index.html", (ahead, ahead + 0.75))
        second = here.place(far, TWO)
        far.renew(second, ["hub/index.html", "hub/version.txt"])
        far.switch(second, at=AT)
        times = {
            (here.tree(second) / path).stat().st_mtime
            for path in ("hub/index.html", "hub/version.txt")
        }
        far.prune([second])
        for path in here.tree(second).rglob("*"):
            os.utime(path, (1, 1))
        third = here.place(far, {**TWO, "hub/new.html": b"3"})
        far.renew(third, ["hub/new.html"])

    assert {ahead + 1.0} == times
    assert ahead + 1 < (here.tree(third) / "hub/new.html").stat().st_mtime
    assert 0 == (here.tree(third) / "hub/new.html").stat().st_mtime % 1


def test_an_unchanged_file_keeps_its_time(here: Side) -> None:
    """Browsers go on using what they have of a page that did not change."""
    with here.open() as far:
        first = here.place(far, ONE)
        before = (here.tree(first) / "hub/same.html").stat().st_mtime_ns
        manifest, _ = here.copy(far, TWO, base=first)
        far.place(manifest)

    assert before == (here.tree(manifest.id) / "hub/same.html").stat().st_mtime_ns


HOSTILE = {
    "hub/-rf": b"1",
    "hub/--help": b"2",
    "hub/a b'c\"d\\n.html": b"3",
    "hub/$(touch evil)`id`;&|<>*?[x]~.html": b"4",
    "hub/ü/日本.html": b"5",
    "hub/ leading and trailing ": b"6",
    "hub/assets/-$(x) 'a'.\\.css": b"7",
    "hub/#%!{}^=": b"8",
}


def test_hostile_names_are_only_names(side: Side) -> None:
    """Spaces, quotes, hyphens, dollars and backslashes in names arrive as they are, and run nothing."""
    with side.open() as far:
        version = side.place(far, HOSTILE)
        assert () == far.differences(version)
        other = side.place(far, ONE)
        asset = "hub/assets/-$(x) 'a'.\\.css"
        assert () == far.link_assets(other, [(asset, version)])
        assert () == far.differences(other)

    assert all(data == (side.tree(version) / path).read_bytes() for path, data in HOSTILE.items())
    assert side.tree(other).joinpath(asset).samefile(side.tree(version) / asset)
    assert [] == list(side.folder.rglob("evil"))


def test_what_somebody_changed_is_found(side: Side) -> None:
    """Every change by hand has its sentence: bytes, lost and foreign files, links, devices, modes."""
    with side.open() as far:
        version = side.place(far, {**ONE, "hub/lost.html": b"x", "hub/link.html": b"x"})
        hub = side.tree(version) / "hub"
        (hub / "index.html").write_bytes(b"eno")  # of the same size
        (hub / "lost.html").unlink()
        (hub / "evil.php").write_bytes(b"")
        (hub / "link.html").unlink()
        (hub / "link.html").symlink_to("index.html")
        os.mkfifo(hub / "assets/pipe")
        (hub / "same.html").chmod(0o600)
        (hub / "assets").chmod(0o700)
        (hub / "new\nline\x1b").write_bytes(b"")
        (hub / os.fsdecode(b"caf\xe9")).write_bytes(b"")
        found = far.differences(version)

    assert (
        "hub/assets is closed to the server (mode 700)",
        "hub/assets/pipe is not ours",
        "hub/caf\\udce9 is not ours",
        "hub/evil.php is not ours",
        "hub/index.html was changed",
        "hub/link.html is a symbolic link",
        "hub/lost.html is not there",
        "hub/new\\nline\\x1b is not ours",
        "hub/same.html cannot be read by the server (mode 600)",
    ) == found


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("manifest", "", "manifest was changed"),
        ("manifest", "nonsense", "manifest:1: this is no line of a manifest"),
        ("version.json", "{}", "version.json was changed"),
        ("version.json", None, "version.json is not there"),
        ("carried", "nonsense", "carried:1: this is no line of a manifest"),
    ],
)
def test_changes_of_what_lies_beside_the_sites_are_found(
    here: Side, name: str, text: str | None, sentence: str
) -> None:
    """The list itself cannot be changed unseen: the id of the version is its hash."""
    with here.open() as far:
        version = here.place(far, ONE)
        path = here.tree(version) / name
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_text(text)
        assert sentence in far.differences(version)


def test_a_forged_list_is_seen(here: Side) -> None:
    """A page and its line in the manifest, both changed, are found."""
    with here.open() as far:
        version = here.place(far, ONE)
        other = here.place(far, TWO)
        (here.tree(version) / "manifest").write_bytes((here.tree(other) / "manifest").read_bytes())
        assert "manifest was changed" == far.differences(version)[0]
        with pytest.raises(PressroomError) as error:
            far.manifest(version)

    assert "not the list of this version" in error.value.message
    assert "go back to another version" in error.value.hint


def test_twenty_differences_are_enough(here: Side) -> None:
    """More of them are counted."""
    with here.open() as far:
        version = here.place(far, ONE)
        for number in range(30):
            (here.tree(version) / f"hub/{number}.php").touch()
        found = far.differences(version)

    assert 21 == len(found)
    assert "and 10 more" == found[-1]


def test_a_copy_that_arrived_wrong_is_not_placed(here: Side) -> None:
    """A file that is damaged on its way, or changed in public/ since, ends before the switch; the next copy mends it."""
    with here.open() as far:
        far.lock()
        manifest, _ = here.copy(far, ONE)
        (here.tree(f".incoming-{manifest.id}") / "hub/index.html").write_bytes(b"eno")
        with pytest.raises(PressroomError) as error:
            far.place(manifest)
        assert not far.has(manifest.id)
        here.place(far, ONE)
        assert () == far.differences(manifest.id)

    assert "the copy is not what was built: hub/index.html was changed" == error.value.message
    assert "leave public/ and deploy/ alone" in error.value.hint


def test_a_damaged_version_is_replaced(here: Side) -> None:
    """A version that is not live and was damaged is there anew, and the damaged one is gone."""
    with here.open() as far:
        version = here.place(far, ONE)
        (here.tree(version) / "hub/index.html").write_bytes(b"eno")
        here.place(far, ONE)
        assert () == far.differences(version)

    assert [version] == sorted(p.name for p in (here.folder / "versions").iterdir() if p.is_dir())


def test_the_live_version_is_never_replaced(here: Side) -> None:
    """Visitors would find nothing between two renames."""
    with here.open() as far:
        version = here.place(far, ONE)
        far.switch(version, at=AT)
        with pytest.raises(PressroomError) as error:
            here.place(far, ONE)

    assert f"{version} is live and was changed by hand" == error.value.message
    assert "pressroom rollback" in error.value.hint


def test_a_copy_goes_on_where_a_dead_one_stopped(here: Side) -> None:
    """What lies in the unseen folder is used: half a copy, and what a dead rsync left, end as a whole version."""
    with here.open() as far:
        manifest, _ = here.build(ONE)
        incoming = here.tree(f".incoming-{manifest.id}")
        (incoming / "hub").mkdir(parents=True)
        (incoming / "hub/same.html").write_bytes(ONE["hub/same.html"])
        (incoming / "hub/.index.html.Xy12z").write_bytes(b"on")
        incoming.joinpath("hub").chmod(0o700)
        inode = (incoming / "hub/same.html").stat().st_ino
        here.place(far, ONE)
        assert () == far.differences(manifest.id)

    assert inode == (here.tree(manifest.id) / "hub/same.html").stat().st_ino


def test_assets_of_other_versions_are_linked(side: Side) -> None:
    """An asset is the same file in both versions, is known to the verification, and stays when its version goes."""
    with side.open() as far:
        first, second = side.place(far, ONE), side.place(far, TWO)
        asset = "hub/assets/a.1.css"
        assert () == far.link_assets(second, [(asset, first)])
        assert () == far.link_assets(second, [(asset, first)])
        assert side.tree(first).joinpath(asset).samefile(side.tree(second) / asset)
        assert () == far.differences(second)
        far.switch(second, at=AT)
        far.prune([])
        (side.tree(second) / asset).write_bytes(b"evil colours")
        assert ("hub/assets/a.1.css was changed",) == far.differences(second)


def test_an_asset_that_is_not_what_it_was_is_left_out(here: Side) -> None:
    """What was changed or removed in its own version is told, and not carried into another."""
    assets = {f"hub/assets/{name}.css": name.encode() for name in "abcd"}
    with here.open() as far:
        first, second = here.place(far, {**ONE, **assets}), here.place(far, TWO)
        (here.tree(first) / "hub/assets/a.css").write_bytes(b"x")
        (here.tree(first) / "hub/assets/b.css").unlink()
        (here.tree(first) / "hub/assets/d.css").rename(here.work / "d.css")
        (here.tree(first) / "hub/assets/d.css").symlink_to(here.work / "d.css")
        told = far.link_assets(second, [(path, first) for path in assets])
        assert () == far.differences(second)

    assert (
        f"hub/assets/a.css was changed in {first}",
        f"hub/assets/b.css is not there any more in {first}",
        f"hub/assets/d.css is not there any more in {first}",
    ) == told
    assert ["a.2.css", "c.css"] == sorted(
        path.name for path in (here.tree(second) / "hub/assets").iterdir()
    )


def test_thousands_of_assets(here: Side) -> None:
    """More names than one script holds are carried over in several, and each is in the list."""
    assets = {f"hub/assets/{number:04}-{'x' * 90}.css": b"%d" % number for number in range(600)}
    with here.open() as far:
        first, second = here.place(far, {**ONE, **assets}), here.place(far, TWO)
        assert () == far.link_assets(second, [(path, first) for path in assets])
        assert () == far.differences(second)

    lines = (here.tree(second) / "carried").read_text().splitlines()
    assert sorted(assets) == [line.split(" ", 2)[2] for line in lines]


def test_a_manifest_that_leads_out_of_its_version_is_refused(here: Side) -> None:
    """No path that somebody wrote into a manifest over there is followed out of the folder."""
    with here.open() as far:
        version = here.place(far, ONE)
        evil = Manifest(files={"hub/assets/../../x": far.manifest(version).files["hub/index.html"]})
        here.tree(evil.id).mkdir()
        (here.tree(evil.id) / "manifest").write_text(render_manifest(evil))
        with pytest.raises(PressroomError) as error:
            far.link_assets(version, [("hub/assets/../../x", evil.id)])

    assert "this is no line of a manifest" == error.value.message
    assert "deploy the built sites again" in error.value.hint


def test_what_no_manifest_has_is_not_carried(here: Side) -> None:
    """Only what a version's own list names is linked out of it."""
    with here.open() as far:
        first, second = here.place(far, ONE), here.place(far, TWO)
        with pytest.raises(PressroomError) as error:
            far.link_assets(second, [("hub/assets/x.css", first)])

    assert "hub/assets/x.css is no asset that could be carried over" == error.value.message
    assert "--despite changed" in error.value.hint


def test_a_history_that_was_cut_off_is_gone_on_with(here: Side) -> None:
    """A line without an end, from a full disk, does not spoil the next one."""
    with here.open() as far:
        version = here.place(far, ONE)
        (here.folder / "history").write_text("2026-11-24T18:0")
        far.switch(version, at=AT)
        far.switch(version, at=AT)
        history = far.state().history

    line = f"2026-11-24T18:05:12Z {version}\n"
    assert f"2026-11-24T18:0\n{line}{line}" == (here.folder / "history").read_text()
    assert [version, version] == [moment.version for moment in history]


def test_a_current_that_is_a_folder_is_not_touched(here: Side) -> None:
    """What a person put where the link belongs stays, and the hint says what to do."""
    with here.open() as far:
        version = here.place(far, ONE)
        (here.folder / "current").mkdir()
        (here.folder / "current/old.html").touch()
        with pytest.raises(PressroomError) as error:
            far.switch(version, at=AT)
        assert far.state().link is None

    assert "current is no link" in error.value.message
    assert "move it away by hand" in error.value.hint
    assert not (here.folder / "history").exists()
    assert (here.folder / "current/old.html").exists()


def test_no_switch_to_what_is_not_there(here: Side) -> None:
    """A version that is missing is never live."""
    with here.open() as far:
        far.lock()
        with pytest.raises(PressroomError) as error:
            far.switch(MISSING, at=AT)

    assert f"there is no version {MISSING}" in error.value.message
    assert "--list" in error.value.hint


@pytest.mark.parametrize("version", ["", "..", "../../etc", "0123456789abcde/", "-f", "$(id)"])
def test_only_an_id_is_a_version(here: Side, version: str) -> None:
    """No other text becomes part of a path over there."""
    with here.open() as far:
        for method in (far.has, far.differences, far.manifest, far.record, far.confirm):
            with pytest.raises(PressroomError, match="is no id of a version") as error:
                method(version)
            assert "--list" in error.value.hint


def test_a_link_by_hand_is_foreign(here: Side) -> None:
    """A link elsewhere, even to a name that looks like a version, is not live."""
    with here.open() as far:
        version = here.place(far, ONE)
        (here.folder / "current").symlink_to(f"versions/{version}\n")
        assert f"versions/{version}\\n" == far.state().link
        assert "" == far.state().live
        assert "no version of ours" in far.state().foreign


def test_what_others_wrote_into_a_target_is_no_version(here: Side) -> None:
    """Nonsense in history and confirmed, links and half versions are passed over."""
    with here.open() as far:
        version = here.place(far, ONE)
        (here.folder / "history").write_bytes(b"\0\xff\n" + b"x" * 200_000)
        (here.folder / "confirmed").write_bytes(b"\0end\0")
        (here.tree("fedcba9876543210")).symlink_to(version)
        here.tree("aaaaaaaaaaaaaaaa").mkdir()
        state = far.state()

    assert ((), "", (version,)) == (state.history, state.confirmed, state.versions)


def test_commands_get_the_folder_of_the_version(side: Side) -> None:
    """$VERSION is the version's folder, and quotes in a command are the command's own."""
    with side.open() as far:
        version = side.place(far, ONE)
        said = far.run(
            """printf '%s\\n' "$VERSION" 'a "b"'; cat "$VERSION"/hub/index.html""", version=version
        )

    assert f'{side.tree(version)}\na "b"\none' == said


def test_a_command_that_fails_says_why(here: Side) -> None:
    """Its own words on both outputs are in the message, without what moves a terminal; the session goes on."""
    with here.open() as far:
        version = here.place(far, ONE)
        command = "echo first; printf 'no \\033[31mway\\n' >&2; exit 3"
        with pytest.raises(PressroomError) as error:
            far.run(command, version=version)
        assert far.has(version)

    assert "failed with 3: first\nno \\x1b[31mway" == error.value.message
    assert command == error.value.where
    assert f"VERSION set to {here.tree(version)}" in error.value.hint


def test_a_command_that_does_not_end_is_ended(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time a command is stopped with what it started, and the session goes on."""
    monkeypatch.setattr("pressroom.deploy.far.command._ENDS", 1)
    with side.open() as far:
        version = side.place(far, ONE)
        with pytest.raises(PressroomError) as error:
            far.run("echo waiting; sleep 100", version=version)
        assert far.has(version)

    assert "did not end within 1 s: waiting" == error.value.message
    assert "try it by hand" in error.value.hint


def test_a_server_that_a_command_starts_holds_no_lock(side: Side) -> None:
    """What a reload leaves running is no deploy that is at work."""
    with side.open() as far:
        version = side.place(far, ONE)
        pid = far.run("sleep 60 >/dev/null 2>&1 </dev/null & echo $!", version=version)
    try:
        with side.open() as far:
            far.lock()
    finally:
        os.kill(int(pid), 9)


def test_one_deploy_at_a_time(side: Side) -> None:
    """A second one is told so, and can go on when the first one's connection ends."""
    with side.open() as first:
        first.lock()
        with side.open() as second, pytest.raises(PressroomError) as error:
            second.lock()
    with side.open() as third:
        third.lock()

    assert "another deploy to this target is at work" == error.value.message
    assert "wait for it to end" in error.value.hint


def test_a_dead_deploys_rsync_is_waited_for(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that still writes keeps a new deploy out."""
    monkeypatch.setattr("pressroom.deploy.far.side._COPY_ENDS", 1)
    side.folder.mkdir(parents=True)
    command = [
        "flock",
        "--shared",
        str(side.folder / ".lock-copy"),
        "sh",
        "-c",
        "echo; exec sleep 60",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as rsync:
        assert rsync.stdout is not None
        rsync.stdout.readline()
        with side.open() as far, pytest.raises(PressroomError) as error:
            far.lock()
        subprocess.run(["pkill", "-P", str(rsync.pid)], check=True)
    with side.open() as far:
        far.lock()

    assert "rsync of a deploy that is dead" in error.value.message
    assert "start again" in error.value.hint


def test_a_folder_that_is_a_file(here: Side) -> None:
    """The message says which and the hint what to do, for looking as for locking."""
    here.folder.parent.mkdir(parents=True)
    here.folder.touch()
    with here.open() as far:
        with pytest.raises(PressroomError) as error:
            far.state()
        with pytest.raises(PressroomError) as other:
            far.lock()

    assert "is no folder" == error.value.message
    assert "move it away" in error.value.hint
    assert "sudo mkdir -p" in other.value.hint


@pytest.mark.skipif(os.geteuid() != 0, reason="root can become a user who may not")
def test_a_folder_that_may_not_be_made(here: Side) -> None:
    """The two commands that a person gives once are in the hint."""
    program = here.work / "sh"
    program.write_text('#!/bin/sh\nexec setpriv --reuid 65534 --clear-groups /bin/sh "$@"\n')
    program.chmod(0o755)
    environment = LOCAL | {"PATH": f"{here.work}:{LOCAL['PATH']}"}
    side = dataclasses.replace(
        here, environment=environment, folder=Path("/usr/press-is-not-there")
    )
    with side.open() as far, pytest.raises(PressroomError) as error:
        far.lock()

    assert "the folder cannot be used: " in error.value.message
    assert f"sudo mkdir -p {side.folder} && sudo chown nobody {side.folder}" in error.value.hint


def test_prune_keeps_what_is_live_and_what_is_not_ours(side: Side) -> None:
    """The live version stays whatever is asked for; dead copies go; what a person put there stays."""
    with side.open() as far:
        first, second = side.place(far, ONE), side.place(far, TWO)
        third = side.place(far, {"hub/index.html": b"3"})
        far.switch(second, at=AT)
        for name in (".incoming-x", ".gone-x", "notes"):
            side.tree(name).mkdir()
        assert (first,) == far.prune([third])
        assert () == far.differences(second)

    assert sorted([second, third, "notes"]) == sorted(
        path.name for path in (side.folder / "versions").iterdir() if path.is_dir()
    )


def test_a_record_that_is_nonsense_is_no_record(here: Side) -> None:
    """What is kept with a version is read with suspicion."""
    with here.open() as far:
        version = here.place(far, ONE)
        (here.tree(version) / "version.json").write_text(json.dumps({"format": 99}))
        with pytest.raises(PressroomError) as error:
            far.record(version)
        (here.tree(version) / "version.json").write_bytes(b"\xff")
        with pytest.raises(PressroomError) as other:
            far.record(version)

    assert "--despite changed" in error.value.hint
    assert "is not UTF-8" in other.value.message
    assert "start again" in other.value.hint
