"""Folders copied by a real rsync, here and over a real ssh."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sshd import ALIAS, PATH, Sshd, sshd

from pressroom.errors import ExitCode, PressroomError
from pressroom.world.copying import Source, copy_files
from pressroom.world.openssh import COMMAND
from pressroom.world.shell import ShellError, open_shell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOCAL = {"PATH": PATH, "HOME": "/nonexistent"}
SCRIPTS = Path(__file__).parent.parent.parent / "scripts"
COPIER = """
import json, sys
from pathlib import Path
from pressroom.world.copying import Source, copy_files
source, folder, lock, environment = sys.argv[1:]
copy_files([Source(path=Path(source))], host="widget-server", folder=folder, link="",
    environment=json.loads(environment), timeout=30, lock=lock)
"""


@pytest.fixture(scope="module")
def far_bin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is first in PATH of the far side."""
    return tmp_path_factory.mktemp("far-bin")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, far_bin: Path) -> Iterator[Sshd]:
    """One server for all tests of this file."""
    with sshd(tmp_path_factory.mktemp("ssh"), far_path=f"{far_bin}:{PATH}") as one:
        yield one


@pytest.fixture
def far_rsync(far_bin: Path) -> Iterator[Callable[[str], None]]:
    """Puts a script in place of the far side's rsync, which is `$real "$@"` in it."""

    def put(script: str) -> None:
        (far_bin / "rsync").write_text(
            f"#!/bin/sh\nreal={shutil.which('rsync', path=PATH)}\n{script}\n"
        )
        (far_bin / "rsync").chmod(0o755)

    yield put
    (far_bin / "rsync").unlink(missing_ok=True)


@pytest.fixture(params=["", ALIAS], ids=["here", "ssh"])
def place(request: pytest.FixtureRequest, server: Sshd) -> dict[str, Any]:
    """What leads to this machine, and to the server."""
    return {
        "host": request.param,
        "environment": server.environment if request.param else LOCAL,
        "timeout": 20.0,
    }


@pytest.fixture
def over_ssh(server: Sshd) -> dict[str, Any]:
    """What leads to the server."""
    return {"host": ALIAS, "environment": server.environment, "timeout": 20.0, "link": ""}


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A folder with these files."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def read(folder: Path) -> dict[str, bytes]:
    """The files of a folder, by path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def sources(root: Path) -> tuple[Source, ...]:
    """What a deploy copies: two sites under their names, and what lies beside and in them."""
    return (
        Source(path=root / "stage", is_content=True),
        Source(path=root / "public" / "hub"),
        Source(path=root / "public" / "docs"),
    )


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Two built sites and a stage."""
    write(
        tmp_path / "public/hub", {"index.html": "home", "assets/x.js": "1;" * 999, "a/b/c": "deep"}
    )
    write(tmp_path / "public/docs", {"index.html": "docs", "empty": ""})
    write(tmp_path / "stage", {"manifest": "all of it", "hub/version.txt": "0123\n"})
    return tmp_path


WANTED = {
    "manifest": b"all of it",
    "hub/version.txt": b"0123\n",
    "hub/index.html": b"home",
    "hub/assets/x.js": b"1;" * 999,
    "hub/a/b/c": b"deep",
    "docs/index.html": b"docs",
    "docs/empty": b"",
}


def test_several_sources_become_one_folder(place: dict[str, Any], built: Path) -> None:
    """Sites lie under their names, the content of the stage in the folder itself and in the same sites; modes are a server's."""
    (built / "public/hub/index.html").chmod(0o600)
    (built / "public/docs/empty").chmod(0o777)
    (built / "public/docs").chmod(0o700)
    sent = copy_files(sources(built), folder=str(built / "new"), link="", **place)

    assert dict(sorted(WANTED.items())) == read(built / "new")
    modes = {
        (path.is_dir(), path.stat().st_mode & 0o7777)
        for path in [built / "new", *(built / "new").rglob("*")]
    }
    assert {(True, 0o755), (False, 0o644)} == modes
    assert 100 < sent < 5_000


def test_what_is_there_already_is_used_or_deleted(place: dict[str, Any], built: Path) -> None:
    """Of a copy that was cut off, right files stay as they are, wrong ones are replaced, and the rest goes."""
    write(
        built / "new",
        {
            "hub/index.html": "home",
            "hub/a/b/c": "DEEP",
            "stray": "",
            "old/x": "",
            "hub/.x.js.Ab12": "",
        },
    )
    os.utime(built / "new/hub/a/b/c", ns=((built / "public/hub/a/b/c").stat().st_mtime_ns,) * 2)
    kept = (built / "new/hub/index.html").stat().st_ino
    copy_files(sources(built), folder=str(built / "new"), link="", **place)

    assert dict(sorted(WANTED.items())) == read(built / "new")
    assert not (built / "new/old").exists()
    assert kept == (built / "new/hub/index.html").stat().st_ino


def test_without_content_only_what_is_below_the_sources_is_deleted(
    place: dict[str, Any], built: Path
) -> None:
    """What lies beside them in the folder is somebody else's."""
    write(built / "new", {"stray": "", "hub/stray": ""})
    copy_files([Source(path=built / "public/hub")], folder=str(built / "new"), link="", **place)

    assert {"stray", "hub/index.html", "hub/assets/x.js", "hub/a/b/c"} == set(read(built / "new"))


def test_of_two_files_with_one_path_the_first_wins(place: dict[str, Any], built: Path) -> None:
    """The order of the sources decides, so what we put beside a site is not overwritten by it."""
    write(built / "public/hub", {"version.txt": "forged"})
    copy_files(sources(built), folder=str(built / "new"), link="", **place)

    assert b"0123\n" == (built / "new/hub/version.txt").read_bytes()


def test_unchanged_files_are_links_and_changed_ones_are_new(
    place: dict[str, Any], built: Path
) -> None:
    """By content alone: times play no part, what is equal is one file in both, and the old version keeps its bytes and times."""
    copy_files(sources(built), folder=str(built / "one"), link="", **place)
    for path in (built / "one").rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    write(built / "public/hub", {"index.html": "HOME"})  # of the same size
    os.utime(built / "public/hub/index.html", (1_000_000_000, 1_000_000_000))
    os.utime(built / "public/docs/index.html", (1_500_000_000, 1_500_000_000))
    before = time.time() - 1
    copy_files(sources(built), folder=str(built / "two"), link=str(built / "one"), **place)

    shared = {
        path
        for path in WANTED
        if (built / "one" / path).stat().st_ino == (built / "two" / path).stat().st_ino
    }
    assert set(WANTED) - {"hub/index.html"} == shared
    assert (b"home", b"HOME") == tuple(
        (built / one / "hub/index.html").read_bytes() for one in ("one", "two")
    )
    assert {1_000_000_000.0} == {(built / "one" / path).stat().st_mtime for path in WANTED}
    # A new file has the time of its arrival, by the far clock.
    assert before <= (built / "two/hub/index.html").stat().st_mtime <= time.time() + 1


def test_a_link_to_the_live_version_is_never_written_through(
    place: dict[str, Any], built: Path
) -> None:
    """A file that a cut off copy had linked, and that changed since, becomes a new file: the live one keeps its bytes."""
    copy_files(sources(built), folder=str(built / "one"), link="", **place)
    copy_files(sources(built), folder=str(built / "two"), link=str(built / "one"), **place)
    write(built / "public/hub", {"index.html": "another home", "assets/x.js": "2;" * 999})
    copy_files(sources(built), folder=str(built / "two"), link=str(built / "one"), **place)

    assert dict(sorted(WANTED.items())) == read(built / "one")
    assert b"another home" == (built / "two/hub/index.html").read_bytes()
    assert b"2;" * 999 == (built / "two/hub/assets/x.js").read_bytes()


def test_only_what_is_new_is_sent(place: dict[str, Any], built: Path) -> None:
    """The bytes sent are those of the changed file, not of the site."""
    write(built / "public/hub", {"big": os.urandom(400_000)})
    first = copy_files(sources(built), folder=str(built / "one"), link="", **place)
    write(built / "public/hub", {"post": os.urandom(10_000)})
    second = copy_files(sources(built), folder=str(built / "two"), link=str(built / "one"), **place)

    assert 400_000 < first < 410_000
    assert 10_000 < second < 12_000


NAMES = (
    "a b",
    "it's",
    "$(id)`id`;x",
    "é\U0001f511",
    "a\nb",
    "-rf",
    "*",
    "a:b",
    "\udcff",
    '"',
    "[x]",
)


def test_names_are_only_names(place: dict[str, Any], tmp_path: Path) -> None:
    """A file may be called anything, here and there."""
    files: dict[str, str | bytes] = {
        f"{name}/{name}": name.encode(errors="replace") for name in NAMES
    }
    one = Source(path=write(tmp_path / "hub", files))
    copy_files([one], folder=str(tmp_path / "new"), link="", **place)

    assert {f"hub/{path}": data for path, data in files.items()} == read(tmp_path / "new")


@pytest.mark.parametrize("name", ["it's", "$(id)`id`;x", "a\nb", "* a:b"])
def test_folders_are_only_names(place: dict[str, Any], tmp_path: Path, name: str) -> None:
    """A source, the new folder, the one that is linked from and the lock may be called anything too."""
    one = Source(path=write(tmp_path / name, {"x": "x"}))
    far = tmp_path / "far"
    far.mkdir()
    for folder, link in (("one", ""), ("two", f"{far}/one {name}")):
        copy_files(
            [one], folder=f"{far}/{folder} {name}", link=link, lock=f"{far}/lock {name}", **place
        )

    assert {f"one {name}", f"two {name}", f"lock {name}"} == {path.name for path in far.iterdir()}
    assert {"x": b"x"} == read(far / f"two {name}" / name)
    assert 2 == (far / f"one {name}" / name / "x").stat().st_nlink


def test_symbolic_links_are_left_out(place: dict[str, Any], tmp_path: Path) -> None:
    """None is copied, and none is followed."""
    write(tmp_path / "secret", {"key": "x"})
    write(tmp_path / "hub", {"index.html": ""})
    (tmp_path / "hub/file").symlink_to("../secret/key")
    (tmp_path / "hub/folder").symlink_to("../secret")
    copy_files([Source(path=tmp_path / "hub")], folder=str(tmp_path / "new"), link="", **place)

    assert ["index.html"] == [path.name for path in (tmp_path / "new/hub").iterdir()]


def test_progress_is_heard(place: dict[str, Any], tmp_path: Path) -> None:
    """It ends at 1 and never goes back."""
    write(tmp_path / "hub", {f"file-{number}": os.urandom(3_000) for number in range(300)})
    heard: list[float] = []
    copy_files(
        [Source(path=tmp_path / "hub")],
        folder=str(tmp_path / "new"),
        link="",
        on_progress=heard.append,
        **place,
    )

    assert heard
    assert sorted(heard) == heard
    assert 1 == heard[-1]


def test_a_copy_that_was_cut_off_is_resumed(
    over_ssh: dict[str, Any], tmp_path: Path, far_rsync: Callable[[str], None]
) -> None:
    """What had arrived is not sent again; the error says that the same command goes on."""
    files: dict[str, str | bytes] = {f"file-{number}": os.urandom(100_000) for number in range(10)}
    one = Source(path=write(tmp_path / "hub", files))
    lock = str(tmp_path / "lock")
    # Half of it, and then the server's side of the connection is gone.
    far_rsync('{ stdbuf -o0 head -c 550000; kill -9 $PPID; } | "$real" "$@"')
    with pytest.raises(ShellError, match="the copy broke off") as caught:
        copy_files([one], folder=str(tmp_path / "new"), lock=lock, **over_ssh)
    assert ExitCode.OUTSIDE == caught.value.exit_code
    assert "start the same command again" in caught.value.hint
    subprocess.run(["flock", "-x", lock, "true"], check=True)
    arrived = read(tmp_path / "new")
    assert 3 <= len(arrived) <= 6
    far_rsync('exec "$real" "$@"')

    assert (
        copy_files([one], folder=str(tmp_path / "new"), lock=lock, **over_ssh)
        < 1_010_000 - 100_000 * 3
    )
    assert files == {
        name.removeprefix("hub/"): data for name, data in read(tmp_path / "new").items()
    }


def test_a_dropped_connection_is_said(
    server: Sshd, over_ssh: dict[str, Any], tmp_path: Path
) -> None:
    """A cut cable is an error of the outside, at once."""
    one = Source(path=write(tmp_path / "hub", {str(n): os.urandom(500_000) for n in range(40)}))

    def drop(done: float) -> None:
        assert done < 1
        server.drop()

    with pytest.raises(ShellError, match="the copy broke off: ") as caught:
        copy_files(
            [one],
            folder=str(tmp_path / "new"),
            on_progress=drop,
            **over_ssh,
        )
    assert ALIAS == caught.value.where
    assert "start the same command again" in caught.value.hint


def test_a_copy_that_takes_too_long_is_stopped(
    over_ssh: dict[str, Any], tmp_path: Path, far_rsync: Callable[[str], None]
) -> None:
    """Our side is free when its time is over."""
    far_rsync("sleep 5")
    one = Source(path=write(tmp_path / "hub", {"x": ""}))
    started = time.monotonic()
    with pytest.raises(ShellError, match=r"not copied to within 0\.5 s") as caught:
        copy_files([one], folder=str(tmp_path / "new"), **{**over_ssh, "timeout": 0.5})
    assert time.monotonic() - started < 4
    assert "start the same command again" in caught.value.hint


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        # A disk of 100 KB over the folder, in a name space of its own.
        (
            'unshare -rm sh -c \'mount -t tmpfs -o size=100k tmpfs "$0" && exec "$@"\' FOLDER',
            "No space left on device",
        ),
        # For every user: no file may be longer. Without the trap it would be a signal.
        ("trap '' XFSZ; ulimit -f 100; exec", "File too large"),
    ],
    ids=["disk", "limit"],
)
def test_a_full_disk_is_said(
    over_ssh: dict[str, Any],
    tmp_path: Path,
    far_rsync: Callable[[str], None],
    limit: str,
    said: str,
) -> None:
    """It is no error of the outside: the code is 1, and the hint says that the old version is untouched."""
    folder = tmp_path / "new"
    folder.mkdir()
    limit = limit.replace("FOLDER", str(folder))
    probe = ["sh", "-c", f"{limit} true"]
    if subprocess.run(probe, check=False, capture_output=True, env=LOCAL).returncode != 0:
        pytest.skip("this user may not mount, not even in a name space of its own")
    far_rsync(f'{limit} "$real" "$@"')
    one = Source(path=write(tmp_path / "hub", {"big": os.urandom(300_000)}))
    with pytest.raises(PressroomError, match=f"there is no room: {said}") as caught:
        copy_files([one], folder=str(folder), **over_ssh)
    assert ExitCode.FINDINGS == caught.value.exit_code
    assert f"{ALIAS}:{folder}" == caught.value.where
    assert "what was live is untouched" in caught.value.hint


@pytest.mark.parametrize(
    ("programs", "said", "package"),
    [
        (["sh"], "flock is not installed there", "apt install util-linux"),
        (["sh", "flock"], "rsync is not installed there", "apt install rsync"),
    ],
)
def test_a_program_that_is_missing_there(
    tmp_path: Path, programs: list[str], said: str, package: str
) -> None:
    """The package that has it is named, and the machine; with a lock and without."""
    one = Source(path=write(tmp_path / "hub", {"x": ""}))
    (tmp_path / "bin").mkdir()
    for program in programs:
        (tmp_path / "bin" / program).symlink_to(str(shutil.which(program, path=PATH)))
    with sshd(tmp_path / "ssh", far_path=str(tmp_path / "bin")) as server:
        for lock in (
            ("", str(tmp_path / "lock")) if "flock" in programs else (str(tmp_path / "lock"),)
        ):
            with pytest.raises(PressroomError, match=said) as caught:
                copy_files(
                    [one],
                    host=ALIAS,
                    folder=str(tmp_path / "new"),
                    link="",
                    environment=server.environment,
                    timeout=20,
                    lock=lock,
                )
            assert (ALIAS, ExitCode.FINDINGS) == (caught.value.where, caught.value.exit_code)
            assert package in caught.value.hint


def test_no_rsync_here(tmp_path: Path) -> None:
    """The package is named, and that it is this machine."""
    with pytest.raises(PressroomError, match="rsync cannot be started") as caught:
        copy_files(
            [Source(path=tmp_path)],
            host="",
            folder="/nonexistent/new",
            link="",
            environment={"PATH": "/nonexistent"},
            timeout=5,
        )
    assert "this machine" == caught.value.where
    assert "apt install rsync" in caught.value.hint


def test_a_banner_is_said(tmp_path: Path) -> None:
    """Rsync cannot live with a login shell that prints, and the hint says where to look."""
    one = Source(path=write(tmp_path / "hub", {"x": ""}))
    with (
        sshd(
            tmp_path / "ssh", force_command='echo hi; exec sh -c "$SSH_ORIGINAL_COMMAND"'
        ) as server,
        pytest.raises(PressroomError, match="login shell says something") as caught,
    ):
        copy_files(
            [one],
            host=ALIAS,
            folder=str(tmp_path / "new"),
            link="",
            environment=server.environment,
            timeout=20,
        )
    assert f"must print nothing: ssh {ALIAS} true" in caught.value.hint


def test_a_refused_key_has_the_hint_of_a_shell(over_ssh: dict[str, Any], tmp_path: Path) -> None:
    """Ssh's words mean the same for a copy."""
    with pytest.raises(ShellError, match="Permission denied") as caught:
        copy_files(
            [Source(path=tmp_path)],
            folder="/nonexistent/new",
            **{**over_ssh, "host": "widget-locked"},
        )
    assert "authorized_keys" in caught.value.hint


def test_a_folder_that_cannot_be_made(place: dict[str, Any], tmp_path: Path) -> None:
    """What rsync says is shown; that is no error of the outside."""
    one = Source(path=write(tmp_path / "hub", {"x": ""}))
    with pytest.raises(PressroomError, match=r"rsync ended with 11: .*No such file") as caught:
        copy_files([one], folder=str(tmp_path / "no/such/folder"), link="", **place)
    assert ExitCode.FINDINGS == caught.value.exit_code
    assert "what was live is untouched" in caught.value.hint


@pytest.mark.parametrize(
    "wrong", [{"folder": "new"}, {"folder": "/new", "link": "one"}, {"folder": "/new", "lock": "x"}]
)
def test_paths_over_there_are_absolute(tmp_path: Path, wrong: dict[str, str]) -> None:
    """A relative one would depend on where rsync starts."""
    with pytest.raises(ValueError, match="absolute"):
        copy_files(
            [Source(path=tmp_path)],
            host="",
            environment=LOCAL,
            timeout=5,
            **{"link": "", **wrong},  # type: ignore[arg-type]
        )


def test_a_host_that_is_an_option_is_refused(tmp_path: Path) -> None:
    """What rsync or ssh would take for something else never reaches them."""
    with pytest.raises(ShellError, match="is no host") as caught:
        copy_files(
            [Source(path=tmp_path)],
            host="-oProxyCommand=id",
            folder="/new",
            link="",
            environment=LOCAL,
            timeout=5,
        )
    assert "user@server.example" in caught.value.hint


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("widget", ["widget"]),
        ("me@widget.example", ["-l", "me", "widget.example"]),
        ("2001:db8::1", ["2001:db8::1"]),
        ("me@2001:db8::1", ["-l", "me", "2001:db8::1"]),
        ("widget:", ["widget:"]),
    ],
)
def test_ssh_is_called_as_for_a_shell(tmp_path: Path, host: str, words: list[str]) -> None:
    """Both get the same options and the same host, also where rsync would end a host's name at its colon."""
    (tmp_path / "ssh").write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" >"{tmp_path}/called"\nexit 255\n'
    )
    (tmp_path / "ssh").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{PATH}"}
    with pytest.raises(ShellError) as caught:
        copy_files(
            [Source(path=tmp_path)],
            host=host,
            folder="/new",
            link="",
            environment=environment,
            timeout=5,
        )
    assert "start the same command again" in caught.value.hint
    called = (tmp_path / "called").read_text().splitlines()
    with pytest.raises(ShellError), open_shell(host, environment=environment):
        pass
    by_shell = (tmp_path / "called").read_text().splitlines()

    assert list(COMMAND[1:]) == called[: len(COMMAND) - 1] == by_shell[: len(COMMAND) - 1]
    assert words == called[len(COMMAND) - 1 : called.index("rsync")]
    assert ["--", host, "sh -s"] == by_shell[len(COMMAND) - 1 :]


def is_free(lock: Path) -> bool:
    """Whether nobody holds the lock in any way."""
    return 0 == subprocess.run(["flock", "-n", "-x", lock, "true"], check=False).returncode


def test_the_lock_is_held_shared_while_rsync_runs(
    over_ssh: dict[str, Any], tmp_path: Path, far_rsync: Callable[[str], None]
) -> None:
    """Two copies may hold it, nobody can have it for himself, and it is free afterwards."""
    lock = tmp_path / "lock"
    far_rsync(
        f"flock -n -x {lock} true && echo free >{tmp_path}/seen || echo held >{tmp_path}/seen\n"
        f'flock -n -s {lock} true && echo shared >>{tmp_path}/seen\nexec "$real" "$@"'
    )
    one = Source(path=write(tmp_path / "hub", {"x": ""}))
    copy_files([one], folder=str(tmp_path / "new"), lock=str(lock), **over_ssh)

    assert "held\nshared\n" == (tmp_path / "seen").read_text()
    assert is_free(lock)


def test_a_lock_that_somebody_has_is_said(
    place: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written then, and the hint says to wait."""
    monkeypatch.setattr("pressroom.world.copying._LOCK_WAIT", 0.1)
    one, lock = Source(path=write(tmp_path / "hub", {"x": ""})), tmp_path / "lock"
    with subprocess.Popen(["flock", "-x", lock, "cat"], stdin=subprocess.PIPE) as other:
        while not lock.exists() or is_free(lock):
            time.sleep(0.01)
        with pytest.raises(PressroomError, match="somebody else is at work") as caught:
            copy_files([one], folder=str(tmp_path / "new"), link="", lock=str(lock), **place)
        assert other.stdin is not None
        other.stdin.close()
    assert "wait for the other deploy" in caught.value.hint
    assert ExitCode.FINDINGS == caught.value.exit_code
    assert not (tmp_path / "new").exists()


def test_a_lock_that_cannot_be_opened(place: dict[str, Any], tmp_path: Path) -> None:
    """The reason is said."""
    with pytest.raises(PressroomError, match=r"cannot be locked: .*nonexistent") as caught:
        copy_files(
            [Source(path=tmp_path)],
            folder="/nonexistent/new",
            link="",
            lock=str(tmp_path / "no/lock"),
            **place,
        )
    assert "let your user write" in caught.value.hint
    assert ExitCode.FINDINGS == caught.value.exit_code


def test_a_dead_programs_rsync_holds_the_lock_and_ends(
    server: Sshd, tmp_path: Path, far_rsync: Callable[[str], None]
) -> None:
    """We are killed while rsync over there is at work: the lock is held as long as that is, and then everything is quiet."""
    lock, began, done = (tmp_path / name for name in ("lock", "began", "done"))
    far_rsync(f'touch {began}; sleep 0.7; "$real" "$@"; touch {done}')
    source = write(tmp_path / "hub", {"x": "x"})
    command = [sys.executable, "-c", COPIER, str(source), str(tmp_path / "new"), str(lock)]
    with subprocess.Popen(
        [*command, json.dumps(server.environment)], env={"PYTHONPATH": str(SCRIPTS), "PATH": PATH}
    ) as process:
        while not began.exists():
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert not is_free(lock)
    subprocess.run(["flock", "-x", lock, "true"], check=True, timeout=10)
    assert done.exists()
    assert not (tmp_path / "new").exists()


def test_the_options_are_without_spaces() -> None:
    """Rsync splits its remote shell at spaces, so no option of ours has one."""
    assert [] == [one for one in COMMAND if re.search(r"\s", one)]
