"""An index in a folder: whole files under their hash, and the ledger that makes them visible.

Killed at any moment, it has after that what it answered yes to: a file is on the disk before the
ledger names it, and the ledger names it before the client hears of it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import secrets
import threading
from typing import TYPE_CHECKING, Protocol

from packaging.utils import canonicalize_name

from pressroom.release.warehouse.ledger import Event, Kind, Ledger, replay
from pressroom.release.warehouse.model import IndexFile, IndexProject, Status, gather
from pressroom.release.warehouse.policy import (
    Digests,
    check_digests,
    check_project,
    check_size,
    check_stock,
    is_repeat,
)
from pressroom.release.warehouse.rules import MAX_FILE, Refusal, refusals, too_large
from pressroom.world.disk import build_lock, explained, remove

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pressroom.release.warehouse.forms import UploadForm

LEDGER = "ledger.jsonl"


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


class Spool:
    """A file while it arrives: on the disk, nowhere visible, its digests known when it is whole.

    What is more than any file may be is counted and not kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._hashes: dict[str, _Hash] = {
            "md5": hashlib.md5(usedforsecurity=False),
            "sha256": hashlib.sha256(),
            "blake2_256": hashlib.blake2b(digest_size=32),
        }
        with explained(path):
            self._file = path.open("wb")

    def write(self, data: bytes) -> None:
        """The next bytes."""
        self.size += len(data)
        if self.size > MAX_FILE:
            return
        for digest in self._hashes.values():
            digest.update(data)
        with explained(self.path):
            self._file.write(data)

    def finish(self) -> Digests:
        """The digests; the bytes are on the disk for good."""
        with explained(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        return Digests(**{kind: digest.hexdigest() for kind, digest in self._hashes.items()})

    def close(self) -> None:
        """Nothing of it is left, unless the store took it."""
        self._file.close()
        remove(self.path)


@contextlib.contextmanager
def open_store(folder: Path, *, now: Callable[[], dt.datetime]) -> Iterator[Store]:
    """The index in that folder, new or as it was left; one process has it at a time."""
    with build_lock(folder, "index", wait=1):
        incoming = folder / "incoming"
        remove(incoming)  # what was being sent when somebody pulled the plug
        with explained(folder):
            incoming.mkdir()
            (folder / "objects").mkdir(exist_ok=True)
        yield Store(folder, now=now)


class Store:
    """What the index has, and how that changes. Safe for several threads."""

    def __init__(self, folder: Path, *, now: Callable[[], dt.datetime]) -> None:
        self._folder = folder
        self._now = now
        self._ledger = Ledger(folder / LEDGER)
        self._stock = replay(self._ledger.events)
        self._lock = threading.RLock()

    @contextlib.contextmanager
    def spool(self) -> Iterator[Spool]:
        """A place for a file that is arriving."""
        spool = Spool(self._folder / "incoming" / secrets.token_hex(16))
        try:
            yield spool
        finally:
            spool.close()

    def accept(self, form: UploadForm, spool: Spool) -> Refusal | None:
        """Why the file is not taken. Without an answer it is there, for good and at once."""
        if spool.size > MAX_FILE:
            return too_large(form.name)
        digests = spool.finish()
        with self._lock:
            found = check_project(form, self._stock) or check_digests(form, digests)
            if found is None and is_repeat(form, digests, self._stock):
                self._write(Event(kind=Kind.REPEAT, name=form.filename))
                return None
            found = found or self._check(form, spool, digests)
            if found is None:
                self._keep(form, spool, digests)
            return found

    def _check(self, form: UploadForm, spool: Spool, digests: Digests) -> Refusal | None:
        found = check_size(form, spool.size, self._stock) or check_stock(
            form, digests, self._stock, now=self._now()
        )
        if found is not None:
            return found
        with explained(spool.path):
            data = spool.path.read_bytes()
        return next(iter(refusals(form.filename, data, name=form.name, version=form.version)), None)

    def _keep(self, form: UploadForm, spool: Spool, digests: Digests) -> None:
        target = self.path(digests.sha256)
        with explained(target):
            spool.path.replace(target)
            handle = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        file = IndexFile(
            project=form.name,
            version=form.version,
            filename=form.filename,
            filetype=form.filetype,
            pyversion=form.pyversion,
            requires_python=form.requires_python,
            size=spool.size,
            uploaded=self._now(),
            **dataclasses.asdict(digests),
        )
        self._write(Event(kind=Kind.UPLOAD, name=form.filename, file=file))

    def path(self, sha256: str) -> Path:
        """Where the bytes with that hash are; the hash comes from a file of the index, never from a client."""
        return self._folder / "objects" / sha256

    def projects(self) -> dict[str, IndexProject]:
        """What was uploaded, by normalized name; a project stays when its last file is deleted."""
        stock = self._stock
        names = [file.project for file in stock.ever]
        return gather(stock.live.values(), names=names, status=stock.status)

    def delete(self, filename: str) -> None:
        """The file is gone; its name stays used."""
        self._write(Event(kind=Kind.DELETE, name=filename))

    def yank(self, filename: str, reason: str = "") -> None:
        """Installers take the file only when its version is asked for (PEP 592)."""
        self._write(Event(kind=Kind.YANK, name=filename, value=reason))

    def set_status(self, project: str, status: Status) -> None:
        """What may be done with a project (PEP 792)."""
        self._write(Event(kind=Kind.STATUS, name=canonicalize_name(project), value=status))

    def _write(self, event: Event) -> None:
        with self._lock:
            self._ledger.write(event)
            self._stock = replay(self._ledger.events)
