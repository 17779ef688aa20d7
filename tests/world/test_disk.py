"""Files and trees appear whole or not at all, whatever happens to the process or the disk."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import PressroomError
from pressroom.world import disk

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = 12


def make_tree(folder: Path, generation: str) -> Path:
    """A tree whose every file names its generation."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sub").mkdir()
    for number in range(FILES):
        (folder / "sub" / f"{number}.html").write_text(generation)
    return folder


def generations(folder: Path) -> set[str]:
    """The generations found in a tree; one only, and all files there, if it is whole."""
    files = list((folder / "sub").iterdir())
    assert FILES == len(files)
    return {file.read_text() for file in files}


def names_in(folder: Path) -> list[str]:
    """What lies in a folder, hidden or not."""
    return sorted(entry.name for entry in folder.iterdir())


@pytest.fixture(params=["one step", "two renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to exchange two folders."""
    if request.param == "two renames":
        monkeypatch.setattr(disk, "_renameat2", lambda: None)
    return str(request.param)


@pytest.fixture
def umask() -> Iterator[None]:
    """A umask that no default has."""
    before = os.umask(0o026)
    yield
    os.umask(before)


# files


def test_saved_text_keeps_its_line_ends(tmp_path: Path) -> None:
    """What is saved is what was given: no line end is translated, nothing else is left."""
    disk.save_text(tmp_path / "a", "ä\r\nb\n")
    assert "ä\r\nb\n".encode() == (tmp_path / "a").read_bytes()
    assert ["a"] == names_in(tmp_path)


@pytest.mark.usefixtures("umask")
def test_saved_file_follows_the_umask(tmp_path: Path) -> None:
    """A saved file is as readable as any other file of its user, not for the owner alone."""
    disk.save_bytes(tmp_path / "a", b"x")
    assert 0o640 == (tmp_path / "a").stat().st_mode & 0o777


def test_save_replaces_a_link_and_not_its_target(tmp_path: Path) -> None:
    """Saving over a symlink leaves the file alone that it points to."""
    (tmp_path / "target").write_text("old")
    (tmp_path / "a").symlink_to("target")
    disk.save_text(tmp_path / "a", "new")
    assert ("old", "new") == ((tmp_path / "target").read_text(), (tmp_path / "a").read_text())


def test_save_below_a_file_says_what_is_in_the_way(tmp_path: Path) -> None:
    """A file where a folder has to be is named, with what to do about it."""
    (tmp_path / "a").write_text("")
    with pytest.raises(PressroomError) as caught:
        disk.save_text(tmp_path / "a" / "b", "x")
    assert "a file lies where a folder has to be: move it away" == caught.value.hint
    assert str(tmp_path / "a") in caught.value.where


def test_save_over_a_folder_leaves_no_temporary_file(tmp_path: Path) -> None:
    """When the last step fails, the new bytes are gone and what was there is there."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(PressroomError) as caught:
        disk.save_text(tmp_path / "a", "x")
    assert "a folder lies where a file has to be: move it away" == caught.value.hint
    assert ["a"] == names_in(tmp_path)


def test_disk_that_fills_up_leaves_the_old_file(tmp_path: Path) -> None:
    """A write that stops half way changes nothing and leaves nothing (a limit stands for the disk)."""
    file = tmp_path / "a"
    file.write_text("old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(PressroomError) as caught:
            disk.save_bytes(file, b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert "raise the limit on file sizes (ulimit -f) and start again" == caught.value.hint
    assert str(file) == caught.value.where
    assert "old" == file.read_text()
    assert ["a"] == names_in(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_disk_is_explained() -> None:
    """A full disk is an error that says what to do, and that what was live is untouched."""
    with (
        pytest.raises(PressroomError) as caught,
        disk.explained(Path("/dev/full")),
        Path("/dev/full").open("wb", buffering=0) as file,
    ):
        file.write(b"x")
    assert (
        "free some space on that disk and start again; what was live is untouched"
        == caught.value.hint
    )
    assert "/dev/full" == caught.value.where


@pytest.mark.parametrize(
    ("number", "start"),
    [
        (errno.EROFS, "mount that file system writable"),
        (errno.EACCES, "let your user write there"),
        (errno.EXDEV, "keep the new folder and the live one on one file system"),
        (errno.EIO, "mend that and start again"),
    ],
)
def test_every_error_of_the_system_has_a_hint(number: int, start: str) -> None:
    """Each refusal of the system names its paths and says how to mend it."""
    error = disk.explain_os_error(OSError(number, os.strerror(number), "a", None, "b"))
    assert error.hint.startswith(start)
    assert ("a -> b", os.strerror(number)) == (error.where, error.message)


# reading


def test_tree_is_read_in_one_order_without_links(tmp_path: Path) -> None:
    """A tree has its files by path, sorted whatever the disk says, and names what is no file."""
    make_tree(tmp_path / "a", "1")
    (tmp_path / "B").write_bytes(b"\xff")
    (tmp_path / "a" / "link").symlink_to("..")
    tree = disk.Tree(tmp_path)
    assert sorted(tree) == list(tree)
    assert (FILES + 1, b"\xff") == (len(tree), tree["B"])
    assert {"a/link": "a symbolic link to .."} == tree.odd
    assert "a/link/B" not in tree


def test_tree_knows_only_what_it_listed(tmp_path: Path) -> None:
    """No path leads out of a tree, and a file that has gone is an error with a hint."""
    (tmp_path / "x").write_text("")
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "y").write_text("")
    tree = disk.Tree(tmp_path / "t")
    with pytest.raises(KeyError):
        tree["../x"]
    (tmp_path / "t" / "y").unlink()
    with pytest.raises(PressroomError) as caught:
        tree["y"]
    assert "create the folder it lies in, or mend the path" == caught.value.hint


# trees


def test_first_tree_is_a_plain_rename(tmp_path: Path) -> None:
    """Where nothing is live yet, the new tree is, and its old name is gone."""
    disk.exchange(make_tree(tmp_path / "new", "1"), tmp_path / "live")
    assert {"1"} == generations(tmp_path / "live")
    assert ["live"] == names_in(tmp_path)


@pytest.mark.usefixtures("way")
def test_exchange_removes_what_was_live(tmp_path: Path) -> None:
    """After an exchange the new tree is live and nothing of the old one is left anywhere."""
    make_tree(tmp_path / "live", "1")
    disk.exchange(make_tree(tmp_path / "new", "2"), tmp_path / "live")
    assert {"2"} == generations(tmp_path / "live")
    assert ["live"] == names_in(tmp_path)


def test_this_system_exchanges_in_one_step() -> None:
    """On Linux the C library has renameat2, so the tests of one step test it."""
    assert (sys.platform == "linux") == (disk._renameat2() is not None)


def test_file_system_that_cannot_exchange_is_served_by_renames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kernel that answers "invalid argument" to the exchange gets two renames instead."""

    def refuse(*_: object) -> int:
        ctypes.set_errno(errno.EINVAL)
        return -1

    monkeypatch.setattr(disk, "_renameat2", lambda: refuse)
    make_tree(tmp_path / "live", "1")
    disk.exchange(make_tree(tmp_path / "new", "2"), tmp_path / "live")
    assert {"2"} == generations(tmp_path / "live")


def test_failed_second_rename_puts_the_old_tree_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the new tree cannot take its place, the old one is live again."""
    make_tree(tmp_path / "live", "1")
    new = make_tree(tmp_path / "new", "2")
    real = Path.rename

    def rename(path: Path, target: Path) -> Path:
        if path == new:
            raise OSError(errno.EACCES, "Permission denied", str(path))
        return real(path, target)

    monkeypatch.setattr(disk, "_renameat2", lambda: None)
    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(PressroomError) as caught:
        disk.exchange(new, tmp_path / "live")
    assert caught.value.hint.startswith("let your user write there")
    assert {"1"} == generations(tmp_path / "live")


def test_old_tree_that_cannot_be_removed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new tree is live even if the old one resists, and the message says both."""

    def refuse(path: Path) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy", str(path))

    make_tree(tmp_path / "live", "1")
    new = make_tree(tmp_path / "new", "2")
    monkeypatch.setattr("shutil.rmtree", refuse)
    with pytest.raises(PressroomError, match="the new tree is live") as caught:
        disk.exchange(new, tmp_path / "live")
    assert ("remove that folder by hand", str(new)) == (caught.value.hint, caught.value.where)
    assert {"2"} == generations(tmp_path / "live")


@pytest.mark.parametrize(
    ("target", "hint"),
    [
        ("elsewhere", "name the folder it points to, or remove the link"),
        ("nowhere", "name the folder it points to, or remove the link"),
    ],
)
def test_symlinked_output_is_refused(tmp_path: Path, target: str, hint: str) -> None:
    """A live folder that is a symlink, dangling or not, is refused; its target keeps its files."""
    make_tree(tmp_path / "elsewhere", "1")
    (tmp_path / "live").symlink_to(target)
    with pytest.raises(PressroomError, match="is a symlink") as caught:
        disk.exchange(make_tree(tmp_path / "new", "2"), tmp_path / "live")
    assert hint == caught.value.hint
    assert {"1"} == generations(tmp_path / "elsewhere")


def test_file_as_output_is_refused(tmp_path: Path) -> None:
    """A file where the live folder should be is not replaced."""
    (tmp_path / "live").write_text("mine")
    with pytest.raises(PressroomError, match="is a file") as caught:
        disk.exchange(make_tree(tmp_path / "new", "2"), tmp_path / "live")
    assert "move it away, or choose another output folder" == caught.value.hint
    assert "mine" == (tmp_path / "live").read_text()


def test_checkout_as_output_is_refused(tmp_path: Path) -> None:
    """A folder with .git in it is never removed."""
    (tmp_path / "live" / ".git").mkdir(parents=True)
    with pytest.raises(PressroomError, match=r"holds \.git") as caught:
        disk.exchange(make_tree(tmp_path / "new", "2"), tmp_path / "live")
    assert "choose a folder that holds nothing but the built site" == caught.value.hint
    assert (tmp_path / "live" / ".git").is_dir()


def test_nested_trees_are_refused(tmp_path: Path) -> None:
    """A new tree inside the live one is refused, and both stay."""
    new = make_tree(tmp_path / "live" / "new", "2")
    with pytest.raises(PressroomError, match="lie in each other") as caught:
        disk.exchange(new, tmp_path / "live")
    assert "put the new tree beside the live one" == caught.value.hint
    assert {"2"} == generations(new)


def test_missing_new_tree_leaves_the_live_one(tmp_path: Path) -> None:
    """Nothing is exchanged for nothing."""
    make_tree(tmp_path / "live", "1")
    with pytest.raises(PressroomError, match="no new tree") as caught:
        disk.exchange(tmp_path / "new", tmp_path / "live")
    assert "build it first" == caught.value.hint
    assert {"1"} == generations(tmp_path / "live")


def test_whoever_looks_sees_a_whole_tree(tmp_path: Path) -> None:
    """During 200 exchanges in one step every look finds every file, and of one generation or its neighbour."""
    live = tmp_path / "live"
    make_tree(live, "0")
    done = threading.Event()
    problems: list[str] = []
    looks = 0

    def look() -> None:
        nonlocal looks
        while not done.is_set():
            looks += 1
            try:
                # Open, so that no later tree gets its inode.
                before = os.open(live, os.O_DIRECTORY)
            except FileNotFoundError as error:
                problems.append(str(error))
                continue
            try:
                (live / "sub" / "0.html").read_text()
                whole = FILES == len(names_in(live / "sub"))
            except FileNotFoundError:
                whole = False
            # A tree that was exchanged during the look is being removed: that is no problem.
            if not whole and os.path.samestat(os.fstat(before), live.stat()):
                problems.append("a tree with holes")
            os.close(before)

    thread = threading.Thread(target=look)
    thread.start()
    for generation in range(1, 201):
        with disk.staging(tmp_path, "live") as new:
            make_tree(new, str(generation))
            disk.exchange(new, live)
    done.set()
    thread.join()
    assert [] == problems
    assert looks > 50
    assert {"200"} == generations(live)


# dead builds

BUILD = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from pressroom.world import disk

    parent, way = Path(sys.argv[1]), sys.argv[2]
    if way == "two renames":
        disk._renameat2 = lambda: None
    live = parent / "live"

    def build(generation):
        with disk.build_lock(parent, "live", wait=0), disk.staging(parent, "live") as new:
            (new / "sub").mkdir()
            for number in range(12):
                (new / "sub" / f"{number}.html").write_text(generation)
            disk.exchange(new, live)

    def look(moment):
        names = sorted(os.listdir(live / "sub"))
        texts = {(live / "sub" / name).read_text() for name in names}
        assert 12 == len(names) and 1 == len(texts), (moment, names, texts)
        return texts.pop()

    build("old")
    moment = 0
    seen = set()
    while True:
        moment += 1
        child = os.fork()
        if child == 0:
            count = 0

            def die(event, args):
                global count
                if event.partition(".")[0] in {"os", "open", "shutil", "fcntl"}:
                    count += 1
                    if count == moment:
                        os.kill(os.getpid(), 9)

            sys.addaudithook(die)
            build(f"new {moment}")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if way == "one step":
            seen.add(look(moment))  # before anything is mended
        with disk.build_lock(parent, "live", wait=0):  # the lock died with its process
            disk.remove_leftovers(parent, "live")
        seen.add(look(moment))
        assert sorted(os.listdir(parent)) == [".live.lock", "live"], (moment, os.listdir(parent))
        if status == 0:
            break
    print(moment, len(seen))
    """
)


@pytest.mark.parametrize("how", ["one step", "two renames"])
def test_killed_at_any_moment_the_old_or_the_new_tree_is_live(tmp_path: Path, how: str) -> None:
    """SIGKILL at each call of the system leaves a whole tree, a free lock, and leftovers that go.

    With two renames the next build has to put the old tree back; in one step nothing is to mend.
    """
    result = subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path), how],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "" == result.stderr
    moments, trees = map(int, result.stdout.split())
    assert moments > 40  # the child was killed that often
    assert trees > 10  # and often enough after the new tree had become live


def test_staging_leaves_nothing_when_the_build_fails(tmp_path: Path) -> None:
    """A build that raises takes its half-made tree with it."""
    with pytest.raises(RuntimeError), disk.staging(tmp_path, "live") as new:
        raise RuntimeError(make_tree(new, "half"))
    assert [] == names_in(tmp_path)


def test_leftovers_of_other_sites_stay(tmp_path: Path) -> None:
    """Only folders that a build of this very site made are removed."""
    digits = "0123456789abcdef"
    for name in (f".staging-a-b-{digits}", ".staging-a-draft", f"x.staging-a-{digits}", ".git"):
        (tmp_path / name).mkdir()
    (tmp_path / f".previous-a-{digits}").symlink_to(".git")
    before = names_in(tmp_path)
    (tmp_path / f".staging-a-{digits}").mkdir()
    assert [tmp_path / f".staging-a-{digits}"] == disk.remove_leftovers(tmp_path, "a")
    assert before == names_in(tmp_path)


def test_leftovers_of_a_folder_that_is_not_there_are_none(tmp_path: Path) -> None:
    """The first build of all finds nothing to remove."""
    assert [] == disk.remove_leftovers(tmp_path / "nowhere", "a")


def test_staging_below_a_file_is_explained(tmp_path: Path) -> None:
    """A file in the way of the output's folder is an error with a hint."""
    (tmp_path / "a").write_text("")
    with pytest.raises(PressroomError) as caught, disk.staging(tmp_path / "a", "live"):
        pass
    assert "a file lies where a folder has to be: move it away" == caught.value.hint


# the lock

HOLD = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from pressroom.world import disk

    with disk.build_lock(Path(sys.argv[1]), "live", wait=0):
        print("held", flush=True)
        time.sleep(60)
    """
)


def test_second_build_is_told_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    """While another process builds there is an error with a hint; once it is killed the lock is free."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert "held\n" == other.stdout.readline()
        with (
            pytest.raises(PressroomError, match="another build is writing") as caught,
            disk.build_lock(tmp_path, "live", wait=0.1),
        ):
            pass
        other.kill()
    assert (
        "wait for it to end, or stop it, then start again; the lock goes with its process"
        == caught.value.hint
    )
    with disk.build_lock(tmp_path, "live", wait=0):
        pass


def test_lock_is_held_against_the_same_process_too(tmp_path: Path) -> None:
    """Two builds of one site in one process do not run at once; another site's build does."""
    with disk.build_lock(tmp_path, "live", wait=0), disk.build_lock(tmp_path, "b", wait=0):
        with (
            pytest.raises(PressroomError, match="another build is writing"),
            disk.build_lock(tmp_path, "live", wait=0),
        ):
            pass
        assert [".b.lock", ".live.lock"] == names_in(tmp_path)


def test_lock_is_free_after_an_error(tmp_path: Path) -> None:
    """A build that raises lets go of the lock."""
    with pytest.raises(RuntimeError), disk.build_lock(tmp_path, "live", wait=0):
        raise RuntimeError
    with disk.build_lock(tmp_path, "live", wait=0):
        pass
