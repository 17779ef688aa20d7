"""Our disk: files and whole trees that appear in one step or not at all."""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import filelock

from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# linux/fcntl.h and linux/fs.h
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
# What a kernel or a file system without RENAME_EXCHANGE answers, renameat2(2).
_CANNOT_EXCHANGE = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM})

_FULL = "free some space on that disk and start again; what was live is untouched"
_ACCESS = "let your user write there (ls -ld shows who may), or choose another output folder"
_HINTS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: "raise the limit on file sizes (ulimit -f) and start again",
    errno.EROFS: "mount that file system writable, or choose another output folder",
    errno.EACCES: _ACCESS,
    errno.EPERM: _ACCESS,
    errno.ENOENT: "create the folder it lies in, or mend the path",
    errno.ENOTDIR: "a file lies where a folder has to be: move it away",
    errno.EISDIR: "a folder lies where a file has to be: move it away",
    errno.EEXIST: "move what lies there away",
    errno.EXDEV: "keep the new folder and the live one on one file system",
    errno.EBUSY: "it is a mount point: mount the folder above it instead",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EMFILE: "raise the limit on open files (ulimit -n) and start again",
}


def explain_os_error(error: OSError) -> PressroomError:
    """What the system refused, as a message that a person can act on."""
    names = [os.fsdecode(name) for name in (error.filename, error.filename2) if _is_path(name)]
    return PressroomError(
        error.strerror or str(error),
        where=" -> ".join(names) or "disk",
        hint=_HINTS.get(error.errno or 0, "mend that and start again; what was live is untouched"),
    )


def _is_path(name: object) -> bool:
    return isinstance(name, str | bytes)


@contextlib.contextmanager
def explained(path: Path | None = None) -> Iterator[None]:
    """Errors of the system inside, as PressroomError; `path` where the system names none."""
    try:
        yield
    except OSError as error:
        if path is not None and error.filename is None:
            error.filename = str(path)
        raise explain_os_error(error) from error


class Tree(Mapping[str, bytes]):
    """The ordinary files below a folder, by path with slashes in one order; bytes are read when asked for.

    `odd` are the paths of what is neither file nor folder, and what it is; links are not followed.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.odd: dict[str, str] = {}
        with explained(root):
            self._paths = dict.fromkeys(sorted(self._walk(str(root), "")))

    def _walk(self, folder: str, prefix: str) -> Iterator[str]:
        with os.scandir(folder) as entries:
            for entry in entries:
                path = prefix + entry.name
                # Without following links: most are files, and a link is neither.
                if entry.is_file(follow_symlinks=False):
                    yield path
                elif entry.is_dir(follow_symlinks=False):
                    yield from self._walk(entry.path, f"{path}/")
                elif entry.is_symlink():
                    self.odd[path] = f"a symbolic link to {Path(entry.path).readlink()}"
                else:
                    self.odd[path] = "neither a file nor a folder"

    def __getitem__(self, path: str) -> bytes:
        if path not in self._paths:
            raise KeyError(path)
        with explained(self.root / path):
            return (self.root / path).read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, path: object) -> bool:
        return path in self._paths


def save_text(path: Path, text: str) -> None:
    """The text is in the file (UTF-8, line ends as they are), or the file is as it was."""
    save_bytes(path, text.encode())


def save_bytes(path: Path, data: bytes) -> None:
    """The bytes are in the file, or the file is as it was. For one file: a tree goes by `exchange`."""
    # Not tempfile: its files are for the owner alone, and these follow the umask.
    temporary = path.with_name(f".saving-{secrets.token_hex(8)}")
    with explained(path):
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
                file.write(data)
                file.flush()
                os.fsync(descriptor)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def save_durably(path: Path, data: bytes) -> None:
    """As `save_bytes`, and a power cut after it returns does not undo it."""
    save_bytes(path, data)
    with explained(path.parent):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def free_bytes(path: Path) -> int:
    """What the file system that holds `path`, or will hold it, has left for this user."""
    while not path.exists() and path != path.parent:
        path = path.parent
    with explained(path):
        return shutil.disk_usage(path).free


def remove(path: Path) -> None:
    """Nothing is at `path`; a link is removed and not followed."""
    with explained(path):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def staging(parent: Path, name: str) -> Iterator[Path]:
    """A new folder beside the live folder `parent/name`; what `exchange` did not take is removed."""
    folder = _hidden(parent, "staging", name)
    with explained(folder):
        folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder for the owner alone, removed after the block."""
    with tempfile.TemporaryDirectory(prefix="pressroom-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def remove_leftovers(parent: Path, name: str) -> list[Path]:
    """What dead builds of `parent/name` left, removed. To be called by who holds the build lock.

    Where the system cannot exchange folders, a build killed between two renames leaves no live
    folder: then the previous one is put back.
    """
    shape = re.compile(rf"\.(staging|previous)-{re.escape(name)}-[0-9a-f]{{16}}")
    removed = []
    with explained(parent):
        for entry in sorted(parent.iterdir()) if parent.is_dir() else []:
            match = shape.fullmatch(entry.name)
            if match is None or entry.is_symlink() or not entry.is_dir():
                continue
            if match[1] == "previous" and not os.path.lexists(parent / name):
                entry.rename(parent / name)
            else:
                shutil.rmtree(entry)
                removed.append(entry)
    return removed


@contextlib.contextmanager
def build_lock(folder: Path, name: str, *, wait: float = 10.0) -> Iterator[None]:
    """Only one process at a time is inside for `folder/name`; the lock goes when its process does."""
    path = folder / f".{name}.lock"
    with explained(path):
        folder.mkdir(parents=True, exist_ok=True)
        # Not a singleton, not reentrant: a second build in this process waits like any other.
        lock = filelock.FileLock(path, timeout=wait)
        try:
            lock.acquire()
        except (filelock.Timeout, RuntimeError) as error:
            raise PressroomError(
                f"another build is writing {folder / name}",
                where=str(path),
                hint="wait for it to end, or stop it, then start again; the lock goes with its process",
            ) from error
    try:
        yield
    finally:
        lock.release()


def exchange(new: Path, live: Path) -> None:
    """The tree `new` is live at `live` in one step, and what was live before is removed."""
    _refuse(new, live)
    with explained(live):
        if not live.exists():
            new.rename(live)
            return
        old = _swap(new, live)
        try:
            shutil.rmtree(old)
        except OSError as error:
            raise PressroomError(
                f"the new tree is live, but the old one cannot be removed: {error.strerror}",
                where=str(old),
                hint="remove that folder by hand",
            ) from error


def _refuse(new: Path, live: Path) -> None:
    """Raise for what must not be replaced: the old tree is removed, so it has to be one of ours."""

    def error(message: str, hint: str) -> PressroomError:
        return PressroomError(message, where=str(live), hint=hint)

    if live.is_symlink():
        raise error(
            "the output folder is a symlink", "name the folder it points to, or remove the link"
        )
    if live.exists() and not live.is_dir():
        raise error("the output folder is a file", "move it away, or choose another output folder")
    if os.path.lexists(live / ".git"):
        raise error(
            "the output folder holds .git, which a build would remove",
            "choose a folder that holds nothing but the built site",
        )
    if not new.is_dir():
        raise PressroomError("no new tree is there", where=str(new), hint="build it first")
    one, other = new.resolve(), live.resolve()
    if one.is_relative_to(other) or other.is_relative_to(one):
        raise error(f"{new} and {live} lie in each other", "put the new tree beside the live one")


def _swap(new: Path, live: Path) -> Path:
    """`new` is at `live`; where the old tree is now."""
    rename = _renameat2()
    if rename is not None:
        code = rename(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(live), _RENAME_EXCHANGE)
        if code == 0:
            return new
        import ctypes  # noqa: PLC0415 - as below

        number = ctypes.get_errno()
        if number not in _CANNOT_EXCHANGE:
            raise OSError(number, os.strerror(number), str(new), None, str(live))
    previous = _hidden(live.parent, "previous", live.name)
    live.rename(previous)
    try:
        new.rename(live)
    except BaseException:
        previous.rename(live)
        raise
    return previous


def _hidden(parent: Path, kind: str, name: str) -> Path:
    return parent / f".{kind}-{name}-{secrets.token_hex(8)}"


@functools.cache
def _renameat2() -> Callable[..., int] | None:
    """renameat2(2) of this system's C library, if it has it."""
    import ctypes  # noqa: PLC0415 - seldom needed, and every command starts with this module

    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return None
    function.argtypes = [
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_uint,
    ]
    function.restype = ctypes.c_int
    return function
