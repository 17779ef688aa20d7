"""One attempt to put a file into an index, as twine makes it, without what twine does around it."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import tarfile
import zipfile
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError
from pressroom.world.disk import explained
from pressroom.world.reply import Outage, Reply, one_line
from pressroom.world.session import send_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from twine.package import PackageFile

    from pressroom.release.index.secret import Secret
    from pressroom.release.index.simple import Index
    from pressroom.world.session import Request, Response, Session

_ANSWER_LIMIT = 2**20
# Warehouse looks into a file before it answers.
_READ = 120.0


def read_package(path: Path) -> PackageFile:
    """The file as twine reads it: name, version, metadata and hashes. Raises PressroomError."""
    from twine.exceptions import TwineException  # noqa: PLC0415 - twine is slow to import
    from twine.package import PackageFile  # noqa: PLC0415 - as above

    try:
        with explained(path):
            return PackageFile.from_filename(str(path), None)
    except (TwineException, ValueError, EOFError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise PressroomError(
            f"cannot be read as a package: {one_line(str(error))[:300]}",
            where=str(path),
            hint="build it again; `twine check --strict` says more",
        ) from error


def post(index: Index, package: PackageFile, secret: Secret, seconds: float) -> Reply | Outage:
    """The answer to the file as twine sends it, without the token should the server repeat it."""
    from twine.repository import Repository  # noqa: PLC0415 - as above

    def send(session: Session) -> Response:
        # No password: what twine does with one (config files, keyring, prompts) is not wanted.
        repository = Repository(index.upload_url, None, None, disable_progress_bar=True)
        session.headers["User-Agent"] = repository.session.headers["User-Agent"]
        repository.close()
        repository.session = session
        session.auth = _authorization(secret)
        with _quiet():
            return repository.upload(package, max_redirects=1)  # one attempt

    with explained():
        answer = send_with(
            send,
            url=index.upload_url,
            seconds=seconds,
            limit=_ANSWER_LIMIT,
            ca=index.ca,
            read=_READ,
        )
    if isinstance(answer, Outage):
        return answer
    return dataclasses.replace(
        answer,
        reason=secret.hide(answer.reason),
        location=answer.location and secret.hide(answer.location),
        body=secret.hide(answer.body.decode("utf-8", "replace")).encode(),
    )


def _authorization(secret: Secret) -> Callable[[Request], Request]:
    """Puts the token into the header of a request, and nowhere else."""

    def add(request: Request) -> Request:
        request.headers["Authorization"] = f"Basic {secret.basic()}"
        return request

    return add


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Twine prints and logs the server's words as they are; ours are printed when they are clean."""
    import rich  # noqa: PLC0415 - for twine alone

    console, logger = rich.get_console(), logging.getLogger("twine.repository")
    before = console.quiet, logger.disabled
    console.quiet = logger.disabled = True
    try:
        yield
    finally:
        console.quiet, logger.disabled = before
