"""Detached signatures of files, by the key that git signs with."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.errors import ConfigError, PressroomError
from pressroom.release.files.verification import NAMESPACE, Allowed, Kind
from pressroom.world.disk import explained, save_bytes, scratch
from pressroom.world.openssh import readable
from pressroom.world.process import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.world.git import Git

# A person may have to type a passphrase, or to touch a token.
_TIMEOUT = 300.0
_LITERAL = ("key::", "ssh-", "ecdsa-", "sk-")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs: the kind of signature, the program for it, and the key as git names it."""

    kind: Kind
    program: str
    key: str
    email: str
    environment: Mapping[str, str]

    @property
    def ending(self) -> str:
        """What the name of a signature ends in, behind that of its file."""
        return ENDINGS[self.kind]


ENDINGS = {Kind.OPENPGP: ".asc", Kind.SSH: ".sig"}


def signer_of(git: Git) -> Signer:
    """Who signs tags there, by git's configuration. Raises ConfigError where files cannot be signed so."""
    format_ = git.setting("gpg.format") or "openpgp"
    email = git.setting("user.email") or ""
    key = git.setting("user.signingkey") or ("" if format_ == "ssh" else email)
    if format_ not in {"openpgp", "ssh"}:
        raise ConfigError(
            f"git signs with {format_}, which makes no signature of a file here",
            where=str(git.folder),
            hint="sign with OpenPGP or ssh: git config gpg.format openpgp",
        )
    if not key:
        raise ConfigError(
            "no key to sign with",
            where=str(git.folder),
            hint="git config user.signingkey KEY",
        )
    kind = Kind(format_)
    program = git.setting(f"gpg.{kind}.program")
    if kind is Kind.OPENPGP:
        program = program or git.setting("gpg.program")
    return Signer(
        kind=kind,
        program=program or {Kind.OPENPGP: "gpg", Kind.SSH: "ssh-keygen"}[kind],
        key=key,
        email=email,
        environment={**git.environment, "LC_ALL": "C.UTF-8"},
    )


def sign(data: bytes, signer: Signer) -> bytes:
    """A detached signature of the bytes, as text; another one each time. Raises PressroomError, ProgramError."""
    with scratch() as folder:
        result = run(
            _command(signer, folder),
            cwd=folder,
            environment=signer.environment,
            timeout=_TIMEOUT,
            stdin=data,
        )
    if result.code != 0 or not result.out:
        words = readable(result.err.decode("utf-8", "replace"), 300)
        raise PressroomError(
            f"no signature was made: {words or 'it said nothing'}",
            where=signer.program,
            hint=f"unlock the key {signer.key!r} where it is kept (gpg-agent, ssh-agent, a token), "
            "then start again",
        )
    return result.out


def _command(signer: Signer, folder: Path) -> list[str]:
    if signer.kind is Kind.OPENPGP:
        return [
            *(signer.program, "--batch", "--armor", "--detach-sign"),
            f"--local-user={signer.key}",
        ]
    path = Path(signer.key).expanduser()
    if signer.key.startswith(_LITERAL):  # its private half is with the agent
        path = folder / "key.pub"
        save_bytes(path, f"{signer.key.removeprefix('key::')}\n".encode())
    # Without files it signs its standard input.
    return [signer.program, "-Y", "sign", "-n", NAMESPACE, "-f", str(path)]


def allowed_of(signer: Signer) -> Allowed:
    """The public half of the key alone, to verify what was just made. Raises PressroomError, ProgramError."""
    if signer.kind is Kind.SSH:
        # Its own name for whom: an address may have spaces, quotes or wildcards in it.
        return Allowed(signers=f"us {_public(signer.key)}\n")
    with scratch() as folder:
        result = run(
            [signer.program, "--batch", "--armor", "--export", "--", signer.key],
            cwd=folder,
            environment=signer.environment,
            timeout=60,
        )
    if result.code != 0 or not result.out:
        raise PressroomError(
            f"no public key for {signer.key!r}",
            where=signer.program,
            hint="git config user.signingkey with the fingerprint of a key that gpg --list-secret-keys shows",
        )
    return Allowed(keys=(result.out,))


def _public(key: str) -> str:
    if key.startswith(_LITERAL):
        return key.removeprefix("key::").strip()
    path = Path(key).expanduser()
    public = path if path.suffix == ".pub" else path.with_name(f"{path.name}.pub")
    with explained(public):
        return public.read_text(encoding="utf-8").strip()
