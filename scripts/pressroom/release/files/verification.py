"""Whether a detached signature of a file is by somebody who is allowed to make it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError
from pressroom.world.disk import explained, save_bytes, scratch
from pressroom.world.openssh import readable
from pressroom.world.process import run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pressroom.world.process import Result

# PROTOCOL.sshsig: a signature for one purpose is none for another; that of git's tags is "git".
NAMESPACE = "file"
_TIMEOUT = 60.0
_LARGEST = 256 * 1024
# doc/DETAILS of GnuPG: the class of a signature of a document, binary or text; others certify keys.
_OF_DOCUMENTS = frozenset({"00", "01"})
# A key that has expired since is no reason to doubt an old release; one that was withdrawn is.
_REFUSED = {
    "BADSIG": "the bytes are others than those that were signed",
    "REVKEYSIG": "the key was revoked",
    "EXPSIG": "the signature itself has expired",
    "ERRSIG": "it is by a key that is not allowed",
    "NO_PUBKEY": "it is by a key that is not allowed",
}
_HINT = "download both files again; if it stays so, use neither, and tell the project through another channel"


class Kind(enum.StrEnum):
    """How a signature is made; git's names."""

    OPENPGP = "openpgp"
    SSH = "ssh"


_BEGINNINGS = {
    b"-----BEGIN PGP SIGNATURE-----": Kind.OPENPGP,
    b"-----BEGIN SSH SIGNATURE-----": Kind.SSH,
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Who may sign: ssh keys as allowed_signers (ssh-keygen(1)) lists them, and public keys of OpenPGP."""

    signers: str = ""
    keys: tuple[bytes, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature that holds: by whom (an address, or a fingerprint), and when, as far as it says so."""

    kind: Kind
    by: str
    made: dt.datetime | None = None
    is_expired: bool = False  # its key, by now


class SignatureError(PressroomError):
    """A signature does not hold, or is by somebody who is not allowed."""


def kind_of(signature: bytes) -> Kind | None:
    """How a detached signature says that it was made; None for what is none."""
    start = signature.lstrip()
    return next((kind for begin, kind in _BEGINNINGS.items() if start.startswith(begin)), None)


def verify_signature(
    data: Path, signature: Path, *, allowed: Allowed, path: str, at: dt.datetime | None = None
) -> Signature:
    """Who signed the file `data`; raises SignatureError if the signature does not hold for `allowed`.

    `path` is PATH. Nothing of the user's own keys and settings counts, no key is looked for anywhere. `at`
    is the time for which allowed_signers has to hold (valid-after, valid-before): now, if it is None. Raises
    ProgramError where gpg or ssh-keygen is missing, PressroomError for files that cannot be read.
    """
    with explained(signature):
        if signature.stat().st_size > _LARGEST:
            raise _refused(signature, "it is too long for a signature")
        text = signature.read_bytes()
    kind = kind_of(text)
    with scratch() as folder:
        if kind is Kind.OPENPGP:
            return _openpgp(data, signature, allowed.keys, folder=folder, path=path)
        if kind is Kind.SSH:
            return _ssh(data, signature, allowed.signers, folder=folder, path=path, at=at)
    raise _refused(signature, "it is no detached signature of OpenPGP or ssh")


def _openpgp(
    data: Path, signature: Path, keys: Sequence[bytes], *, folder: Path, path: str
) -> Signature:
    """By gpg with a home of its own, which holds the allowed keys and nothing else."""

    def gpg(*arguments: str) -> Result:
        return run(
            ["gpg", "--no-options", "--batch", "--no-autostart", "--no-auto-key-retrieve", *arguments],
            cwd=folder,
            environment={"PATH": path, "GNUPGHOME": str(folder), "LC_ALL": "C"},
            timeout=_TIMEOUT,
        )  # fmt: skip

    for number, key in enumerate(keys):
        save_bytes(folder / f"{number}.key", key)
        gpg("--import", "--", str(folder / f"{number}.key"))  # one that is damaged allows nobody
    result = gpg(
        *("--trust-model", "always", "--status-fd", "1"),
        *("--verify", "--", str(signature.absolute()), str(data.absolute())),
    )
    said = [line.split()[1:] for line in result.text.splitlines() if line.startswith("[GNUPG:] ")]
    words = [one for one in said if one]
    for sign, message in _REFUSED.items():
        if any(one[0] == sign for one in words):
            raise _refused(signature, message)
    valid = [one for one in words if one[0] == "VALIDSIG" and len(one) >= 10]
    if result.code != 0 or len(valid) != 1 or valid[0][9] not in _OF_DOCUMENTS:
        raise _refused(signature, f"gpg says: {readable(result.tail, 300)}")
    return Signature(
        kind=Kind.OPENPGP,
        # The last field is the fingerprint of the main key; the first one may be a subkey's.
        by=valid[0][-1],
        made=_moment(valid[0][3]),
        is_expired=any(one[0] == "EXPKEYSIG" for one in words),
    )


def _moment(seconds: str) -> dt.datetime | None:
    """A time as gpg states it: seconds since 1970."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
        return None
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC)


def _ssh(  # noqa: PLR0913 - what a verification has
    data: Path,
    signature: Path,
    signers: str,
    *,
    folder: Path,
    path: str,
    at: dt.datetime | None,
) -> Signature:
    """By ssh-keygen, which has to be told whom to expect, so it is asked whose key it is first."""
    listed = folder / "allowed_signers"
    save_bytes(listed, signers.encode("utf-8", "surrogateescape"))
    when = [f"-Overify-time={at.astimezone(dt.UTC):%Y%m%d%H%M%S}Z"] if at is not None else []
    with explained(data):
        content = data.read_bytes()

    def keygen(command: str, *arguments: str, stdin: bytes = b"") -> Result:
        return run(
            [
                *("ssh-keygen", "-Y", command, *when, "-f", str(listed)),
                *("-s", str(signature.absolute()), *arguments),
            ],
            cwd=folder,
            environment={"PATH": path, "LC_ALL": "C"},
            timeout=_TIMEOUT,
            stdin=stdin,
        )

    names = keygen("find-principals").text.splitlines()
    if not names:
        raise _refused(signature, "it is by a key that is not allowed")
    for name in names:
        result = keygen("verify", "-n", NAMESPACE, "-I", name, stdin=content)
        if result.code == 0:
            return Signature(kind=Kind.SSH, by=name)
    # Said with the name of the key in front; the reason is in the words of ssh-keygen.
    raise _refused(signature, f"it does not hold: {readable(result.tail, 300)}")


def _refused(signature: Path, message: str) -> SignatureError:
    return SignatureError(message, where=str(signature), hint=_HINT)
