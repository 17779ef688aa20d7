"""Files into an index, each exactly once: the index is asked before and after every attempt."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.release.index.attempt import post, read_package
from pressroom.release.index.listing import CLOSED
from pressroom.release.index.refusals import (
    IndexRefusedError,
    IndexUnreachableError,
    OtherBytesError,
    busy,
    is_taken,
    refusal,
)
from pressroom.release.index.simple import fetch_project
from pressroom.world.disk import explained
from pressroom.world.reply import Outage, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from twine.package import PackageFile

    from pressroom.release.index.listing import IndexFile, IndexProject
    from pressroom.release.index.patience import Patience
    from pressroom.release.index.secret import Secret
    from pressroom.release.index.simple import Index

# How often the page is asked after the index said that it has the file, before the bytes are sent again.
_LOOKS = 5


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The index shows the file with our bytes; `sent` counts the attempts, 0: it was there already."""

    file: IndexFile
    sent: int


def upload_file(
    index: Index, path: Path, *, token: Callable[[], Secret], patience: Patience
) -> Receipt:
    """The index shows the file with these bytes, whatever was there before and whatever gets lost.

    `token` is called before each attempt. The same bytes are sent again only when the index still does
    not show them; it stores nothing for bytes that it has. Raises OtherBytesError, IndexRefusedError,
    IndexUnreachableError, IndexAnswerError, and what `token` raises.
    """
    package = read_package(path)
    with explained(path):
        size = path.stat().st_size
    countdown = patience.begin()
    answer: _Sent | None = None
    sent = looks = 0
    while True:
        file = _shown(index, package, answer, countdown.rest)
        if file is not None:
            return Receipt(file=file, sent=sent)
        if answer is None or not answer.is_stored or looks >= _LOOKS:
            if sent == patience.tries:
                raise _gave_up(index, package, answer)
            answer = _send(index, package, token, countdown.limit(size))
            sent, looks = sent + 1, 0
        # An index shows at once what it stored; a cache before it may not.
        is_first_look = answer.is_stored and looks == 0
        if not is_first_look and not countdown.pause(answer.wait):
            raise _gave_up(index, package, answer)
        looks += 1


def wait_for_files(
    index: Index, name: str, version: str, wanted: Mapping[str, str], *, patience: Patience
) -> tuple[IndexFile, ...]:
    """The files that the index shows, once it shows all that are `wanted` (sha256 by file name).

    Raises OtherBytesError as soon as one has other bytes, IndexUnreachableError when time is up.
    """
    countdown = patience.begin()
    while True:
        missing, trouble = tuple(wanted), ""
        try:
            project = fetch_project(index, name, patience=countdown.rest)
        except IndexUnreachableError as error:  # it may be back before the time is up
            trouble = f" ({error.message})"
        else:
            files = {file.filename: file for file in project.files} if project is not None else {}
            for filename, sha256 in wanted.items():
                if filename in files:
                    _refuse_other(files[filename], sha256)
            missing = tuple(filename for filename in wanted if filename not in files)
            if not missing:
                return tuple(files[filename] for filename in wanted)
        if not countdown.pause():
            raise IndexUnreachableError(
                f"of {name} {version} the index does not show {', '.join(missing)}{trouble}",
                where=index.page(name),
                hint="start the same command again: it goes on waiting, and uploads nothing twice",
            )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What an attempt led to: `is_stored` when the index says that it has the file."""

    note: str
    hint: str = ""
    is_stored: bool = False
    wait: float | None = None


def _shown(
    index: Index, package: PackageFile, answer: _Sent | None, patience: Patience
) -> IndexFile | None:
    """The file on the index, if it is there with our bytes."""
    try:
        project = fetch_project(index, package.safe_name, patience=patience)
    except IndexUnreachableError as error:
        if answer is None:
            raise
        raise _gave_up(index, package, answer) from error
    if project is None:
        return None
    file = project.file(package.basefilename)
    if file is None:
        _refuse_closed(project, package, index.page(package.safe_name))
    else:
        _refuse_other(file, str(package.sha2_digest))
    return file


def _refuse_closed(project: IndexProject, package: PackageFile, page: str) -> None:
    """Raise when the index would not take a file that is not there."""
    if project.status in CLOSED:
        reason = f": {project.status_reason}" if project.status_reason else ""
        raise IndexRefusedError(
            f"the project is {project.status} there and takes no file{reason}",
            where=page,
            hint="log in to the index and see why; an archived project can be opened again there",
        )
    for file in project.files:
        if file.sha256 == package.sha2_digest:
            raise IndexRefusedError(
                f"the index has the bytes of {package.basefilename} as {file.filename}",
                where=file.url,
                hint="an index takes the same bytes once: find out who gave the file two names",
            )


def _refuse_other(file: IndexFile, sha256: str) -> None:
    if file.sha256 != sha256:
        raise OtherBytesError(
            f"the index has {file.filename} with other bytes: sha256 {file.sha256} there, {sha256} here",
            where=file.url,
            hint="nothing replaces it: find out who uploaded it, and release again as the next version",
        )


def _send(index: Index, package: PackageFile, token: Callable[[], Secret], seconds: float) -> _Sent:
    """One attempt. Raises for an answer that will not change."""
    answer = post(index, package, token(), seconds)
    if isinstance(answer, Reply) and answer.is_busy:
        answer = busy(answer)
    if isinstance(answer, Outage):
        if answer.is_final:
            raise IndexUnreachableError(answer.message, where=index.upload_url, hint=answer.hint)
        return _Sent(note=answer.message, hint=answer.hint, wait=answer.wait)
    # A 200 proves nothing (a login page of a network says it too): the page of the project does.
    if 200 <= answer.status < 300 or is_taken(answer):
        return _Sent(note=f"it says {answer.words}", is_stored=True)
    raise refusal(
        answer,
        filename=package.basefilename,
        project=package.safe_name,
        upload_url=index.upload_url,
    )


def _gave_up(index: Index, package: PackageFile, answer: _Sent | None) -> IndexUnreachableError:
    note = f"; {answer.note}" if answer is not None else ""
    return IndexUnreachableError(
        f"{package.basefilename} was sent, but the index does not show it{note}",
        where=index.page(package.safe_name),
        hint=f"{answer.hint + '; ' if answer is not None and answer.hint else ''}"
        "start the same command again: it looks first, and sends the same bytes only if they are missing",
    )
