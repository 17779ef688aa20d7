"""Folders copied to another place, here or over ssh, by rsync: what is there already is linked and not sent."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import selectors
import shlex
import signal
import subprocess
import time
from typing import TYPE_CHECKING

from pressroom.world.copying_errors import HELD, NO_LOCK, Failure, explain, no_rsync
from pressroom.world.openssh import COMMAND, check_host
from pressroom.world.process import die_with_parent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

_OPTIONS = (
    "--recursive",
    # By content: a build gives every file a new time. And no --times: a file keeps the one that it has over there, where
    # links share it, and a new one has that of its arrival. Without a time to compare, a file of equal content and mode is linked.
    "--checksum",
    "--perms",
    "--chmod=D755,F644",
    # All that is known of before anything is deleted or sent; so the part that is done is a true figure too.
    "--no-inc-recursive",
    "--delete",
    "-s",  # --secluded-args, by the name that older ones know too: no shell over there sees a path
    # What the far side says comes with the data. By its standard error it was lost once in 30 times (rsync 3.5.0, full disk): rsync
    # ends ssh as soon as it knows the exit code. --stderr=client is the newer name.
    "--no-msgs2stderr",
    "--stats",
    "--no-human-readable",
)
# rsync of 3.x writes `Total bytes sent: 1234`, and commas where it is told to be readable.
_SENT = re.compile(rb"^Total bytes sent: ([0-9,]+)", re.MULTILINE)
_DONE = re.compile(rb" (\d{1,3})% ")
# How long rsync over there waits for a lock that somebody holds exclusively.
_LOCK_WAIT = 60
# `sh` with the lock as $0, seconds as $1: flock's exit code alone would be lost, rsync hears of it too late as a rule.
# Without single quotes, so that every kind of login shell hands it on. rsync inherits the open file, and so the lock.
_GUARDED = (
    f'command exec 8>>"$0" || {{ echo "{NO_LOCK}" >&2; exit 2; }}; '
    f'flock -s -w "$1" 8 || {{ echo "{HELD}" >&2; exit 2; }}; shift; exec rsync "$@"'
)
_KEPT = 64 * 1024


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A folder to copy: under its own name, or only what is in it, which then lies in the new folder itself."""

    path: Path
    is_content: bool = False


def copy_files(  # noqa: PLR0913 - what a copy has
    sources: Sequence[Source],
    *,
    host: str,
    folder: str,
    link: str,
    environment: Mapping[str, str],
    timeout: float,
    on_progress: Callable[[float], None] | None = None,
    lock: str = "",
) -> int:
    """The sources are in `folder` on `host` (empty: this machine), files with mode 644 and folders with 755; how many bytes were sent.

    Sources may have folders in common; of two files with one path the first wins. `folder` is made if it is missing, what is above
    it has to be there. What lies in it is used if it is right; else it is replaced or deleted, below every source, and everywhere
    if one of them is content. A file is never written in place: it is made under another name, and renamed. A file
    that the folder `link` (absolute, or empty) has with equal content becomes a hard link to that. Symbolic links are left out.

    With `lock` the rsync over there holds that file (flock, shared; made if missing) while it runs. One that a dead program of ours
    left may still write: `flock -x LOCK true` in a script waits for it, so run that before a copy.

    `environment` is all that rsync gets. `on_progress` hears which part is done, 0 to 1, at times. Raises ShellError if the
    connection is not made, breaks, or `timeout` seconds are over; PressroomError if the far side has no space left, if
    rsync is missing on a side, or for what else it says.
    """
    check_host(host)
    command = _command(sources, host=host, folder=folder, link=link, lock=lock)
    if on_progress is not None:
        command.insert(command.index("--stats"), "--info=progress2")
    try:
        process = subprocess.Popen(  # noqa: S603 - a list, no shell of this machine in between
            command,
            env={**environment, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509 - calls prctl alone
        )
    except OSError as error:
        raise no_rsync(command[0], error.strerror or str(error)) from error
    with _ended(process):
        out, err, is_late = _listen(process, on_progress, deadline=time.monotonic() + timeout)
    sent = _SENT.findall(out)
    if is_late or process.returncode != 0 or not sent:
        raise explain(
            Failure(
                host=host,
                folder=folder,
                code=process.returncode,
                words=err.decode("utf-8", "replace"),
                late=timeout if is_late else None,
            )
        )
    return int(sent[-1].replace(b",", b""))


def _command(
    sources: Sequence[Source], *, host: str, folder: str, link: str, lock: str
) -> list[str]:
    if not sources or not all(path.startswith("/") for path in (folder, link or "/", lock or "/")):
        raise ValueError("a copy has sources, and its folders are absolute")
    # Absolute: a name with a colon in it is no host, and one with a hyphen no option.
    paths = [f"{one.path.absolute()}{'/' if one.is_content else ''}" for one in sources]
    options = [*_OPTIONS, *([f"--link-dest={link}"] if link else [])]
    rsync = ["sh", "-c", _GUARDED, lock, str(_LOCK_WAIT)] if lock else ["rsync"]
    if not host:
        return [*rsync, *options, "--", *paths, f"{folder}/"]
    options += ["--compress", "--rsh", " ".join(COMMAND), "--rsync-path", shlex.join(rsync)]
    return ["rsync", *options, "--", *paths, f"{_bracketed(host)}:{folder}/"]


def _bracketed(host: str) -> str:
    """A host as rsync reads it: with colons it needs brackets, or its first colon ends it."""
    user, at, name = host.rpartition("@")
    return f"{user}{at}[{name}]" if ":" in name else host


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """After the block it has ended, and so have all that it started here."""
    try:
        yield
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()


def _listen(
    process: subprocess.Popen[bytes],
    on_progress: Callable[[float], None] | None,
    *,
    deadline: float,
) -> tuple[bytes, bytes, bool]:
    """The ends of what it said on both pipes until it ended, and whether time was over before."""
    kept = {pipe: bytearray() for pipe in (process.stdout, process.stderr) if pipe}
    with selectors.DefaultSelector() as selector:
        for pipe, end in kept.items():
            selector.register(pipe, selectors.EVENT_READ, end)
        while selector.get_map() and (left := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                piece = os.read(key.fd, _KEPT)
                if not piece:
                    selector.unregister(key.fileobj)
                key.data.extend(piece)
                del key.data[:-_KEPT]
                done = _DONE.findall(piece) if key.fileobj is process.stdout else []
                if done and on_progress is not None:
                    on_progress(min(int(done[-1]), 100) / 100)
        is_late = bool(selector.get_map())
    if not is_late:
        try:
            process.wait(max(deadline - time.monotonic(), 1.0))
        except subprocess.TimeoutExpired:
            is_late = True
    out, err = (bytes(one) for one in kept.values())
    return out, err, is_late
