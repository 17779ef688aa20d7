"""Signatures, asked of git, gpg and ssh-keygen, which get the allowed signers and no other keys of this machine."""

from __future__ import annotations

import contextlib
import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError
from pressroom.release.files.verification import Allowed, SignatureError, verify_signature
from pressroom.release.verifying.model import Check, ok, unknown, wrong
from pressroom.release.verifying.signers import KEYS, SIGNERS
from pressroom.world.disk import explained, save_bytes, scratch
from pressroom.world.process import run
from pressroom.world.reply import one_line

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pressroom.release.verifying.signers import Signers
    from pressroom.world.git import Git
    from pressroom.world.process import Result

NO_SIGNERS = "not checked: no allowed signers"
_SIGN = f"find out who signed it; if that key may sign, allow it in {SIGNERS} or {KEYS}/"
_BLOCKS = (b"SSH SIGNATURE", b"PGP SIGNATURE", b"PGP MESSAGE", b"SIGNED MESSAGE")
# doc/DETAILS of GnuPG: each signature has exactly one of these.
_VERDICTS = re.compile(
    r"^\[GNUPG:\] (GOODSIG|EXPSIG|EXPKEYSIG|REVKEYSIG|BADSIG|ERRSIG) (\S+)(.*)", re.MULTILINE
)
_VALID = re.compile(r"^\[GNUPG:\] VALIDSIG \S+ \S+ (\d+)", re.MULTILINE)
_EXPIRED = re.compile(r"^\[GNUPG:\] KEYEXPIRED (\d+)", re.MULTILINE)
_SSH_GOOD = re.compile(r'^Good "(?:git|file)" signature for (.+) with \S+ key \S+$', re.MULTILINE)
_SSH_KEY = re.compile(r"key (SHA256:[A-Za-z0-9+/]+)")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The allowed signers where programs find them."""

    folder: Path
    environment: Mapping[str, str]
    signers: Signers

    def judge_tag(self, git: Git, tag: str, data: bytes) -> Check:
        """Whether the tag with that object and content is signed by an allowed key, good at the tag's time."""
        if not is_signed(data):
            return wrong("the tag is not signed", "ask who made it; only a new version mends it")
        if self.signers.is_empty:
            return unknown(NO_SIGNERS)
        options = {
            "gpg.ssh.allowedSignersFile": str(self.folder / "allowed_signers"),
            # What this machine is set to must not change the answer.
            "gpg.ssh.program": "ssh-keygen",
            "gpg.ssh.revocationFile": "",
            "gpg.openpgp.program": "gpg",
            "gpg.program": "gpg",
            "gpg.x509.program": "false",
            "gpg.minTrustLevel": "undefined",
        }
        given = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        own = {"GNUPGHOME": str(self.folder / "gnupg"), "TZ": "UTC"}
        result = git.run(*given, "verify-tag", "--raw", tag, extra=own)
        said = result.err.decode("utf-8", "replace")
        if "[GNUPG:]" in said:
            return judge_gpg(said)
        return _judge_ssh(said, is_good=result.code == 0)

    def judge_file(self, data: bytes, signature: bytes, *, at: dt.datetime | None) -> Check:
        """Whether a detached signature of a file is by a key that was allowed `at` that time."""
        if self.signers.is_empty:
            return unknown(NO_SIGNERS)
        file, detached = self.folder / "file", self.folder / "file.asc"
        save_bytes(file, data)
        save_bytes(detached, signature)
        allowed = Allowed(
            signers=self.signers.ssh.decode(), keys=tuple(key for _, key in self.signers.openpgp)
        )
        path = self.environment.get("PATH", "")
        try:
            found = verify_signature(file, detached, allowed=allowed, path=path, at=at)
        except SignatureError as error:
            return wrong(one_line(error.message), _SIGN)
        return ok(f"by {one_line(found.by)[:80]}")

    def take(self, keys: tuple[tuple[str, bytes], ...]) -> None:
        """Import OpenPGP keys. Raises PressroomError for one that gpg does not take."""
        for name, key in keys:
            path = self.folder / "key.asc"
            save_bytes(path, key)
            result = self._gpg("--quiet", "--import", str(path))
            if result.code != 0:
                raise PressroomError(
                    f"gpg does not take it: {one_line(result.tail)[-200:]}",
                    where=f"{KEYS}/{name}",
                    hint="export it again: gpg --armor --export KEY > that file",
                )

    def _gpg(self, *arguments: str) -> Result:
        environment = {**self.environment, "GNUPGHOME": str(self.folder / "gnupg")}
        return run(
            ["gpg", "--batch", "--no-autostart", *arguments],
            cwd=self.folder,
            environment={**environment, "LC_ALL": "C.UTF-8"},
            timeout=60,
        )


@contextlib.contextmanager
def open_keyring(signers: Signers, *, environment: Mapping[str, str]) -> Iterator[Keyring]:
    """A keyring of the allowed signers alone, gone after the block. Raises PressroomError for a bad key."""
    with scratch() as folder:
        with explained(folder):
            (folder / "gnupg").mkdir(mode=0o700)
        save_bytes(folder / "allowed_signers", signers.ssh)
        keyring = Keyring(folder=folder, environment=environment, signers=signers)
        keyring.take(signers.openpgp)
        yield keyring


def is_signed(data: bytes) -> bool:
    """Whether the content of a tag ends in a signature of a kind that git knows."""
    return any(b"\n-----BEGIN " + block + b"-----\n" in data for block in _BLOCKS)


def judge_gpg(said: str) -> Check:
    """What the status lines of gpg come to: a key that expired after the signature was made was good then."""
    found = _VERDICTS.findall(said)
    if len(found) != 1:
        return wrong("the signature cannot be read", _SIGN)
    ((verdict, key, rest),) = found
    who = one_line(rest)[:80] or key
    made, ends = _VALID.search(said), [int(end) for end in _EXPIRED.findall(said)]
    is_good = verdict == "GOODSIG" and made is not None
    if verdict == "EXPKEYSIG" and made is not None and ends:
        is_good = int(made[1]) < min(ends)
    if is_good:
        return ok(f"by {who}")
    why = {
        "BADSIG": f"the signature is not of these bytes (key {key})",
        "ERRSIG": f"signed by a key that no allowed signer has: {key}",
        "REVKEYSIG": f"signed by a key that was revoked: {key}",
        "EXPSIG": f"the signature has expired (key {key})",
    }
    return wrong(why.get(verdict, f"signed after the key {key} had expired"), _SIGN)


def _judge_ssh(said: str, *, is_good: bool) -> Check:
    good = _SSH_GOOD.search(said)
    if is_good and good is not None:
        return ok(f"by {one_line(good[1])[:80]}")
    key = _SSH_KEY.search(said)
    if "key has expired" in said or "not yet valid" in said:
        return wrong("signed by a key that was not allowed at the time of the tag", _SIGN)
    if key is not None and "No principal matched" in said:
        return wrong(f"signed by a key that no allowed signer has: {key[1]}", _SIGN)
    return wrong("the signature does not hold", _SIGN)
