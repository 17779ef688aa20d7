"""The token for uploads: where it comes from, read at the moment of use, and never shown."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import select
import stat
from typing import Literal

from pressroom.errors import ConfigError, PressroomError
from pressroom.findings import Finding, Severity
from pressroom.release.index.macaroon import is_account_wide
from pressroom.release.index.secret import LIMIT, USERNAME, Secret, problem_of

_SECONDS = 10
_HINT = "write keyring, file:/PATH or fd:NUMBER"


class CredentialError(PressroomError):
    """The token cannot be read from where it should be, or is no token."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the token is: the keyring, a file, or an open file descriptor."""

    kind: Literal["keyring", "file", "fd"]
    value: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}" if self.value else self.kind


def parse_source(text: str) -> Source:
    """`keyring`, `file:/PATH` or `fd:NUMBER`. Raises ConfigError, which does not quote what may be a token."""
    kind, _, value = text.partition(":")
    if text == "keyring":
        return Source(kind="keyring")
    if kind == "file" and value:
        if value.startswith("~"):
            raise ConfigError("`~` means nothing here", where=text, hint="write the whole path")
        return Source(kind="file", value=value)
    if kind == "fd" and value.isascii() and value.isdigit() and len(value) < 8:
        return Source(kind="fd", value=value)
    raise ConfigError("this names no place for a token", where="credential", hint=_HINT)


def read_secret(source: Source, *, upload_url: str) -> Secret:
    """The token, read now. A file descriptor gives it once and is closed. Raises CredentialError."""
    secret = read_from(source, service=upload_url)
    # In a function of its own: an error is raised where no variable holds the value.
    problem = problem_of(secret, upload_url)
    if problem is not None:
        raise CredentialError(
            problem,
            where=str(source),
            hint="store the token that the index shows once when it is made, alone and on one line",
        )
    return secret


def read_from(source: Source, *, service: str, user: str = USERNAME) -> Secret:
    """What is there, whatever it is; a keyring keeps it for a service and a user. Raises CredentialError."""
    if source.kind == "keyring":
        return _read_keyring(source, service, user)
    return _read_file(source) if source.kind == "file" else _read_descriptor(source)


def check_source(source: Source, *, upload_url: str) -> list[Finding]:
    """What stands against reading the token later; it is not kept. A file descriptor is not read."""
    try:
        if source.kind == "fd":
            os.fstat(int(source.value))
            return []
        wide = is_account_wide(read_secret(source, upload_url=upload_url).reveal())
    except OSError:
        return [_finding(_no_descriptor(source))]
    except CredentialError as error:
        return [_finding(error)]
    if not wide:
        return []
    return [
        Finding(
            where=str(source),
            message="this token uploads to every project of the account",
            hint="make one for this project alone on the index, store that, and delete this one there",
            severity=Severity.WARNING,
        )
    ]


def _finding(error: CredentialError) -> Finding:
    return Finding(where=error.where, message=error.message, hint=error.hint)


def _read_keyring(source: Source, upload_url: str, user: str) -> Secret:
    """What twine would find there: the password of `__token__` for the upload address."""
    hint = f"run `keyring set {upload_url} {user}`, or name a file with `file:/PATH`"
    try:
        import keyring  # noqa: PLC0415 - slow, and twine brings it on most machines only
    except ImportError:
        raise CredentialError("no keyring is installed", where=str(source), hint=hint) from None
    try:
        found = keyring.get_password(upload_url, user)
    except Exception as error:  # noqa: BLE001 - any backend may be there, and raises what it likes
        reason = type(error).__name__
    else:
        if found is not None:
            return Secret(found.strip().encode("utf-8", "surrogateescape"))
        reason = f"no password of {user} for {upload_url}"
    raise CredentialError(f"the keyring gives nothing: {reason}", where=str(source), hint=hint)


def _read_file(source: Source) -> Secret:
    try:
        # Not blocking: a pipe that nobody writes into would hold us here.
        number = os.open(source.value, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no path"
        raise CredentialError(
            f"cannot be opened: {reason}", where=str(source), hint="write the token into that file"
        ) from None
    try:
        _refuse_shared(os.fstat(number), source)
        return _take(number, source)
    finally:
        os.close(number)


def _refuse_shared(facts: os.stat_result, source: Source) -> None:
    """Raise unless a file is ours alone; asked of the open file, so nobody can exchange it in between."""
    message = hint = ""
    if not stat.S_ISREG(facts.st_mode):
        message, hint = "is not a regular file", "name a file; for a pipe, write fd:NUMBER"
    elif facts.st_uid != os.getuid():
        message, hint = "belongs to another user", f"run `chown {os.getuid()} {source.value}`"
    elif facts.st_mode & 0o177:
        mode = stat.S_IMODE(facts.st_mode)
        message = f"has mode {mode:04o}: others may read the token, or could once"
        hint = f"run `chmod 600 {source.value}`; if others had access, make a new token"
    if message:
        raise CredentialError(message, where=str(source), hint=hint)


def _read_descriptor(source: Source) -> Secret:
    number = int(source.value)
    try:
        os.fstat(number)
    except OSError:
        raise _no_descriptor(source) from None
    if os.isatty(number):
        raise CredentialError(
            "is a terminal: a token typed there would be seen",
            where=str(source),
            hint=f"start with `{number}< FILE` at the end of the command",
        )
    try:
        return _take(number, source)
    finally:
        with contextlib.suppress(OSError):
            os.close(number)


def _take(number: int, source: Source) -> Secret:
    """All that an open file holds, without its last line end."""
    taken = _drain(number)
    if isinstance(taken, Secret):
        return taken
    raise CredentialError(
        f"cannot be read to its end: {taken}",
        where=str(source),
        hint="let the other side write the token and close its end",
    )


def _drain(number: int) -> Secret | str:
    """What comes, or why it does not; here a variable holds the value, so nothing is raised."""
    data = bytearray()
    ready = select.poll()
    ready.register(number, select.POLLIN)
    try:
        while len(data) <= LIMIT:  # what is longer is no token, as will be said
            if not ready.poll(_SECONDS * 1000):
                return f"nothing came within {_SECONDS} s"
            block = os.read(number, LIMIT)
            if not block:
                break
            data += block
    except OSError as error:
        return error.strerror or "input error"
    return Secret(bytes(data).rstrip(b"\r\n"))


def _no_descriptor(source: Source) -> CredentialError:
    return CredentialError(
        "is not open, or was read already",
        where=str(source),
        hint=f"start with `{source.value}< FILE` at the end of the command",
    )
