"""Many answers of one program over its pipes: each from its first marker to its last, whatever stands around it."""

from __future__ import annotations

import os
import re
import selectors
import time
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

# As much of what precedes an answer is kept, since it may say why there is none.
_BEFORE = 4_000
_PIECE = 256 * 1024


class Frame:
    """Takes the bytes of a pipe as they come, and knows when the answer is whole.

    The answer begins after `<marker>+` and a line feed, and ends before a line feed, `<marker>-`, a space, a number and a line
    feed. The marker has to be one that nothing else can say. Of a longer answer the last `keep` bytes stay.
    """

    def __init__(self, marker: str, *, keep: int) -> None:
        self._begin = f"{marker}+\n".encode()
        self._last = re.compile(rb"\n" + marker.encode() + rb"- (\d{1,3})\n")
        self._longest = len(marker) + 8
        self._keep = keep
        self._held = bytearray()
        self._seen = 0
        self._is_begun = False
        self.is_cut = False
        # The number at the end of the answer, once it is there.
        self.code: int | None = None

    def feed(self, data: bytes) -> None:
        """More bytes of the pipe; what follows the answer is dropped."""
        if self.code is not None:
            return
        self._held += data
        if not self._is_begun:
            self._find_begin()
        if self._is_begun:
            self._find_end()
        self._forget()

    def content(self) -> bytes:
        """The answer as far as it is here; what stands in place of it where none has begun."""
        return bytes(self._held)

    def _find_begin(self) -> None:
        at = self._held.find(self._begin)
        if at >= 0:
            del self._held[: at + len(self._begin)]
            self._is_begun = True

    def _find_end(self) -> None:
        # What was looked through is not looked through again: a megabyte may come in pieces of a few bytes.
        found = self._last.search(self._held, max(0, self._seen - self._longest))
        self._seen = len(self._held)
        if found:
            self.code = int(found[1])
            del self._held[found.start() :]

    def _forget(self) -> None:
        keep = self._keep if self._is_begun else _BEFORE
        if self.code is None:
            # Not at every byte too many: each time costs as much as what stays. And a part of the marker may be here.
            limit, keep = 2 * (keep + self._longest), keep + self._longest
        else:
            limit = keep
        if len(self._held) > limit:
            self.is_cut = self._is_begun
            del self._held[:-keep]
            self._seen = len(self._held)


def exchange(
    pipes: tuple[int, int, int], data: bytes, frames: Sequence[Frame], *, deadline: float
) -> Literal["whole", "ended", "late", "endless"]:
    """Send all to the first pipe, and receive from the others at the same time, until both frames are whole, or how else it ended.

    All pipes have to be non-blocking. `endless`: the first frame is longer than it may be.
    """
    rest = memoryview(data)
    with selectors.DefaultSelector() as selector:
        selector.register(pipes[0], selectors.EVENT_WRITE)
        for pipe, frame in zip(pipes[1:], frames, strict=True):
            selector.register(pipe, selectors.EVENT_READ, frame)
        while any(frame.code is None for frame in frames):
            left = deadline - time.monotonic()
            if left <= 0:
                return "late"
            for key, _ in selector.select(left):
                if key.data is None:
                    rest = _write(key.fd, rest)
                    if not rest:
                        selector.unregister(key.fd)
                elif not _read(key.fd, key.data):
                    selector.unregister(key.fd)
                    if key.data.code is None:
                        return "ended"
            if frames[0].is_cut:
                return "endless"
    return "whole"


def read_rest(pipe: int, frame: Frame, *, seconds: float) -> None:
    """The last words of a program that has ended, as far as they come soon: somebody else may hold its pipe open."""
    deadline = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if selector.select(left) and not _read(pipe, frame):
                return


def _read(pipe: int, frame: Frame) -> bool:
    """Whether anything came, or may come."""
    try:
        piece = os.read(pipe, _PIECE)
    except BlockingIOError:
        return True
    frame.feed(piece)
    return bool(piece)


def _write(pipe: int, rest: memoryview) -> memoryview:
    """What is still to be sent."""
    try:
        return rest[os.write(pipe, rest[:_PIECE]) :]
    except BlockingIOError:
        return rest
    except BrokenPipeError:
        return rest[:0]  # nobody reads: the other pipes end, and say why
