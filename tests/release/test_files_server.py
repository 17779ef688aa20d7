"""Files put into a folder here and behind a real sshd: once, whole, never over another."""

from __future__ import annotations

import concurrent.futures
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from files_server import PATH, made, sha256
from sshd import ALIAS, sshd

from pressroom.errors import FindingsError, PressroomError
from pressroom.release.files.answers import failed, parse_look, parse_names
from pressroom.release.files.place import FilesPlace
from pressroom.release.files.server import BusyError, FilesServer, open_files
from pressroom.world.shell import ShellError, open_shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.release.manifest import Frozen

ENVIRONMENT = {"PATH": PATH, "LC_ALL": "C.UTF-8"}
FILES = {"w-1.tar.xz.asc": b"signature", "w-1.tar.xz": b"tarball", "w-1.SHA256SUMS": b"sums"}


@pytest.fixture(params=["here", "ssh"])
def target(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[FilesPlace, dict[str, str]]]:
    """An empty folder on this machine, or behind a real sshd, and the environment that leads there."""
    folder = tmp_path / "served"
    folder.mkdir()
    if request.param == "here":
        yield FilesPlace(folder=str(folder)), ENVIRONMENT
        return
    with sshd(tmp_path / "ssh") as server:
        yield FilesPlace(folder=str(folder), host=ALIAS), server.environment


def put(place: FilesPlace, files: tuple[Frozen, ...], folder: Path, environment: dict[str, str] = ENVIRONMENT) -> tuple[str, ...]:  # fmt: skip
    """Put files there by a connection of their own."""
    with open_files(place, environment=environment) as server:
        return server.put(files, folder)


def there(place: FilesPlace) -> dict[str, bytes]:
    """What lies in the folder, hidden or not, but the lock."""
    paths = [path for path in Path(place.folder).iterdir() if path.name != ".lock"]
    return {path.name: path.read_bytes() if path.is_file() else b"a folder" for path in paths}


def test_files_are_there_as_they_were_sent(
    target: tuple[FilesPlace, dict[str, str]], tmp_path: Path
) -> None:
    """All bytes, readable for all, nothing hidden left; sizes and hashes are told; again there is nothing to do."""
    place, environment = target
    files = made(tmp_path / "dist", FILES)
    order: list[str] = []
    with open_files(place, environment=environment) as server:
        server.check()
        assert {} == server.listing()
        assert tuple(FILES) == server.put(files, tmp_path / "dist", did=order.append)
        listed = server.listing()
        assert () == server.put(files, tmp_path / "dist")
        assert tuple(sorted(FILES)) == server.names()
        assert ["w-1.tar.xz"] == list(server.listing(["w-1.tar.xz", "absent"]))

    assert there(place) == FILES
    assert list(FILES) == order
    assert {(one.name, one.size, one.sha256) for one in files} == {
        (one.name, one.size, one.sha256) for one in listed.values()
    }
    assert {0o644} == {path.stat().st_mode & 0o777 for path in Path(place.folder).glob("w-*")}
    assert {1} == {path.stat().st_nlink for path in Path(place.folder).glob("w-*")}


def test_a_name_with_other_bytes_stops_all(
    target: tuple[FilesPlace, dict[str, str]], tmp_path: Path
) -> None:
    """Both hashes are said, for each such name, and nothing at all is sent."""
    place, environment = target
    files = made(tmp_path / "dist", FILES)
    (Path(place.folder) / "w-1.tar.xz").write_bytes(b"other")
    (Path(place.folder) / "w-1.SHA256SUMS").symlink_to("w-1.tar.xz")
    with pytest.raises(FindingsError) as caught:
        put(place, files, tmp_path / "dist", environment)

    link, other = caught.value.findings
    assert sha256(b"other") in other.message
    assert sha256(b"tarball") in other.message
    assert "something that is no file" in link.message
    assert "a name is never used twice" in other.hint
    assert {"w-1.tar.xz", "w-1.SHA256SUMS"} == set(there(place))
    assert b"other" == there(place)["w-1.tar.xz"]


def test_what_is_there_already_is_kept(
    target: tuple[FilesPlace, dict[str, str]], tmp_path: Path
) -> None:
    """The same bytes under the name are done; the file is not even replaced by its like."""
    place, environment = target
    files = made(tmp_path / "dist", FILES)
    path = Path(place.folder) / "w-1.tar.xz"
    path.write_bytes(b"tarball")
    before = path.stat().st_ino

    assert ("w-1.tar.xz.asc", "w-1.SHA256SUMS") == put(place, files, tmp_path / "dist", environment)
    assert before == path.stat().st_ino


def test_two_releases_at_once_do_not_overwrite_each_other(tmp_path: Path) -> None:
    """Of releases with other bytes under one name exactly one wins, and the others hear of its bytes."""
    place = FilesPlace(folder=str(tmp_path / "served"))
    Path(place.folder).mkdir()
    several = {
        number: made(tmp_path / str(number), {"w-1.tar.xz": b"x" * 10_000 + bytes([number])})
        for number in range(6)
    }

    def one(number: int) -> str:
        try:
            put(place, several[number], tmp_path / str(number))
        except FindingsError as error:
            return error.findings[0].message
        return ""

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        said = list(pool.map(one, several))
    winner = said.index("")

    assert 1 == said.count("")
    assert several[winner][0].sha256 == sha256(there(place)["w-1.tar.xz"])
    assert all(several[winner][0].sha256 in message for message in said if message)
    assert ["w-1.tar.xz"] == list(there(place))


def test_the_link_itself_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even of a name that is taken after everything was looked at, no byte changes."""
    place = FilesPlace(folder=str(tmp_path / "served"))
    Path(place.folder).mkdir()
    files = made(tmp_path / "dist", FILES)
    link = FilesServer._link

    def taken(self: FilesServer, file: Frozen, known: dict[str, str]) -> None:
        if file.name == "w-1.tar.xz":
            (Path(place.folder) / file.name).write_bytes(b"faster")
        link(self, file, known)

    monkeypatch.setattr(FilesServer, "_link", taken)
    with pytest.raises(FindingsError, match=sha256(b"faster")) as caught:
        put(place, files, tmp_path / "dist")

    assert "release the next version" in caught.value.hint
    assert {"w-1.tar.xz.asc": b"signature", "w-1.tar.xz": b"faster"} == there(place)


def test_nobody_sees_half_a_file(tmp_path: Path) -> None:
    """Who looks all the time sees each file whole, a signature before its archive, and the sums last."""
    place = FilesPlace(folder=str(tmp_path / "served"))
    folder = Path(place.folder)
    folder.mkdir()
    contents = {**FILES, "w-1.tar.xz": os.urandom(3_000_000)}
    files = made(tmp_path / "dist", contents)
    seen: list[dict[str, int]] = []
    is_over = threading.Event()

    def look() -> None:
        while not is_over.is_set():
            seen.append({path.name: path.stat().st_size for path in folder.glob("w-*")})

    watcher = threading.Thread(target=look)
    watcher.start()
    put(place, files, tmp_path / "dist")
    is_over.set()
    watcher.join()
    sizes = {name: len(data) for name, data in contents.items()}

    assert all(sizes[name] == size for one in seen for name, size in one.items())
    assert all(list(FILES)[: len(one)] == [n for n in FILES if n in one] for one in seen)


def test_bytes_that_changed_on_the_way_are_not_shown(tmp_path: Path) -> None:
    """What comes over is hashed there before it gets its name."""
    place = FilesPlace(folder=str(tmp_path / "served"))
    Path(place.folder).mkdir()
    files = made(tmp_path / "dist", FILES)
    (tmp_path / "dist" / "w-1.tar.xz").write_bytes(b"tarbalL")
    with pytest.raises(PressroomError, match="came over as") as caught:
        put(place, files, tmp_path / "dist")

    assert "look at the disk" in caught.value.hint
    assert not {"w-1.tar.xz", "w-1.SHA256SUMS"} & set(there(place))


KILLED = """
import sys
from pathlib import Path
from pressroom.release.files.place import FilesPlace
from pressroom.release.files.server import open_files
from pressroom.release.manifest import frozen

folder = Path(sys.argv[1])
names = sys.argv[3:]
with open_files(FilesPlace(folder=sys.argv[2]), environment={"PATH": "/usr/bin:/bin"}) as server:
    server.put([frozen(folder / name) for name in names], folder)
"""


def test_killed_anywhere_it_ends_the_same(tmp_path: Path) -> None:
    """After SIGKILL at any moment what can be seen is whole, and the same call again does the rest."""
    files = made(tmp_path / "dist", FILES)
    scripts = Path(__file__).parents[2] / "scripts"
    for number in range(6):
        place = FilesPlace(folder=str(tmp_path / f"served-{number}"))
        Path(place.folder).mkdir()
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path / "dist"), place.folder, *FILES],
            env={"PATH": PATH, "PYTHONPATH": str(scripts)},
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(0.12 + number * 0.03)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for name, data in there_whole(place).items():
            assert FILES[name] == data, number
        put(place, files, tmp_path / "dist")
        assert there(place) == FILES, number


def there_whole(place: FilesPlace) -> dict[str, bytes]:
    """What everybody can see there at this moment."""
    return {path.name: path.read_bytes() for path in Path(place.folder).glob("w-*")}


def test_a_cut_cable_leaves_nothing_half(tmp_path: Path) -> None:
    """The connection breaks in the middle: that is said, and the same call again ends right."""
    files = made(tmp_path / "dist", FILES)
    folder = tmp_path / "served"
    folder.mkdir()
    with sshd(tmp_path / "ssh") as server:
        place = FilesPlace(folder=str(folder), host=ALIAS)

        def cut(name: str) -> None:
            if name == "w-1.tar.xz":
                server.drop()

        with (
            pytest.raises(ShellError) as caught,
            open_files(place, environment=server.environment) as opened,
        ):
            opened.put(files, tmp_path / "dist", did=cut)
        assert "w-1.SHA256SUMS" not in there(place)
        assert "start the same command again" in caught.value.hint
        assert ("w-1.SHA256SUMS",) == put(place, files, tmp_path / "dist", server.environment)
    assert there(place) == FILES


def test_what_dead_releases_left_is_removed(tmp_path: Path) -> None:
    """Hidden folders of ours go, even one that is a link; other hidden things stay."""
    place = FilesPlace(folder=str(tmp_path / "served"))
    folder = Path(place.folder)
    (folder / ".incoming-0123456789abcdef").mkdir(parents=True)
    (folder / ".incoming-0123456789abcdef" / "x").write_bytes(b"half")
    (folder / ".incoming-link").symlink_to(tmp_path)
    (folder / ".htaccess").write_bytes(b"theirs")
    put(place, made(tmp_path / "dist", FILES), tmp_path / "dist")

    assert there(place) == {**FILES, ".htaccess": b"theirs"}
    assert (tmp_path / "dist").is_dir()


def test_another_release_is_waited_for(tmp_path: Path) -> None:
    """While somebody else holds the lock nothing is sent; after a while that is said."""
    place = FilesPlace(folder=str(tmp_path / "served"))
    Path(place.folder).mkdir()
    files = made(tmp_path / "dist", FILES)
    with (
        open_shell("", environment=ENVIRONMENT) as other,
        open_shell("", environment=ENVIRONMENT) as ours,
    ):
        assert other.hold(f"{place.folder}/.lock", wait=0)
        with pytest.raises(BusyError) as caught:
            FilesServer(place, ours, environment=ENVIRONMENT, wait=0.05).put(
                files, tmp_path / "dist"
            )

    assert "wait for it to end" in caught.value.hint
    assert {} == there(place)


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    """One that is missing, a file, one that may not be written to: with the commands that mend it."""
    place = FilesPlace(folder=str(tmp_path / "served"))
    for make in (lambda: None, lambda: Path(place.folder).write_bytes(b"")):
        make()
        with open_files(place, environment=ENVIRONMENT) as server:
            for ask in (server.check, server.listing, server.names):
                with pytest.raises(PressroomError, match="there is no such folder") as caught:
                    ask()
                assert f"sudo mkdir -p {place.folder}" in caught.value.hint


def test_a_full_disk_is_said_as_such() -> None:
    """The system's words with a hint; what is public is untouched."""
    place = FilesPlace(folder="/srv/f", host="w")
    error = failed(place, "sync: error: No space left on device\x1b[2J\n")

    assert ("w:/srv/f", True) == (error.where, error.message.isprintable())
    assert "free some space" in error.hint
    assert "hard links" in failed(place, "ln: Operation not permitted").hint
    assert "install coreutils" in failed(place, "rsync: not found").hint


def test_a_stranger_machine_is_not_talked_to(tmp_path: Path) -> None:
    """A host key that was never seen stops it before anything is asked."""
    with sshd(tmp_path / "ssh") as server:
        place = FilesPlace(folder=str(tmp_path), host="widget-stranger")
        with pytest.raises(ShellError) as caught, open_files(place, environment=server.environment):
            raise AssertionError("connected")
    assert "connect once by hand" in caught.value.hint


def test_names_over_there_may_be_anything(tmp_path: Path) -> None:
    """Line feeds, no UTF-8, a leading hyphen, folders and pipes: each is listed, none is taken for another."""
    place = FilesPlace(folder=str(tmp_path / "served"))
    folder = os.fsencode(place.folder)
    Path(place.folder).mkdir()
    names = [b"-rf", b"a b", b"w-1\n0  w", b"\xff\xfe", b"'$(id)"]
    for name in names:
        Path(os.fsdecode(folder + b"/" + name)).write_bytes(name)
    (Path(place.folder) / "folder").mkdir()
    os.mkfifo(Path(place.folder) / "pipe")
    with open_files(place, environment=ENVIRONMENT) as server:
        listed = server.listing()

    assert {os.fsencode(name): one.sha256 for name, one in listed.items()} == {
        **{name: sha256(name) for name in names},
        b"folder": None,
        b"pipe": None,
    }


@pytest.mark.parametrize(
    "out",
    [
        b"",
        b"end\0",
        b"Welcome\n\0end\0",
        b"f x ./a\0\0end\0",
        b"\0abc  ./a\0end\0",
        b"f 1 a\0\0end\0",
    ],
)
def test_an_answer_of_something_else_is_not_believed(out: bytes) -> None:
    """A banner, an answer that was cut, a number that is none: nothing is taken for an empty folder."""
    with pytest.raises(PressroomError, match="not what was asked for") as caught:
        parse_look(out, place=FilesPlace(folder="/srv/f"))
    assert "ssh HOST find --version" in caught.value.hint


def test_a_cut_list_of_names_is_not_believed() -> None:
    """Without its end it may lack the name that matters."""
    assert ("a",) == parse_names(b"a\0end\0", place=FilesPlace(folder="/f"))
    with pytest.raises(PressroomError) as caught:
        parse_names(b"a\0", place=FilesPlace(folder="/f"))
    assert "login script" in caught.value.hint
