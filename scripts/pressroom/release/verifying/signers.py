"""Who may sign tags and files: `releases/allowed_signers` for ssh, `releases/keys/*.asc` for OpenPGP."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.config import RELEASES
from pressroom.errors import FindingsError
from pressroom.findings import Finding
from pressroom.texts import check_text, decode
from pressroom.world.disk import explained

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIGNERS = f"{RELEASES}/allowed_signers"
KEYS = f"{RELEASES}/keys"
# A key with a thousand signatures of others on it has less.
_LARGEST = 4 << 20

# ssh-keygen(1), ALLOWED SIGNERS: principals, options, type, key, comment; blanks within quotes do not part.
_WORD = re.compile(r'(?:"[^"]*"|[^\s"])+')
_TYPE = re.compile(r"(?:sk-)?(?:ssh|ecdsa)-[a-z0-9.@-]+")
_TIME = r'"?\d{8}(?:\d{4}(?:\d\d)?)?Z?"?'
_OPTION = re.compile(
    rf'cert-authority|namespaces="[^"]+"|valid-(?:after|before)={_TIME}', re.IGNORECASE
)
_OPTIONS = re.compile(r'(?:"[^"]*"|[^",])+')
_SHAPE = "write: NAME@HOST [options] ssh-ed25519 AAAA…, as in ssh-keygen(1), ALLOWED SIGNERS"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Signers:
    """The keys that count: lines of allowed signers, and OpenPGP keys by the name of their file."""

    ssh: bytes = b""
    openpgp: tuple[tuple[str, bytes], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no signature could be by any of them."""
        return not self.ssh and not self.openpgp


def load_signers(root: Path) -> Signers:
    """The allowed signers of a checkout; none where there are no such files. Raises FindingsError."""
    findings: list[Finding] = []
    ssh, file = b"", root / SIGNERS
    with explained(file):
        if file.exists() or file.is_symlink():
            text, findings = decode(file.read_bytes()[:_LARGEST], where=SIGNERS)
            ssh = _lines(text).encode()
            findings += check_signers(text, where=SIGNERS)
    keys = []
    with explained(root / KEYS):
        for path in sorted((root / KEYS).glob("*.asc")):
            data = path.read_bytes()[: _LARGEST + 1]
            findings += check_key(data, where=f"{KEYS}/{path.name}")
            keys.append((path.name, data))
    if findings:
        raise FindingsError(findings)
    return Signers(ssh=ssh, openpgp=tuple(keys))


def _lines(text: str) -> str:
    """The lines that name somebody; ssh-keygen gets these and nothing else."""
    kept = (line.strip() for line in text.split("\n"))
    return "".join(f"{line}\n" for line in kept if line and not line.startswith("#"))


def check_signers(text: str, *, where: str) -> list[Finding]:
    """What of a file of allowed signers cannot be used, line by line: ssh-keygen would pass over it in silence."""
    findings = check_text(text, where=where)
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            findings += [
                Finding(where=where, line=number, message=message, hint=_SHAPE)
                for message in _problems(line)
            ]
    return findings


def _problems(line: str) -> Iterator[str]:
    words = _WORD.findall(line)
    if len(words) < 3 or line.count('"') % 2:
        yield "is no line of principals, type and key"
        return
    _, *rest = words
    if not _TYPE.fullmatch(rest[0]):
        for option in _OPTIONS.findall(rest.pop(0)):
            if not _OPTION.fullmatch(option):
                yield f"unknown option {option[:40]!a}"
    if len(rest) < 2 or not _TYPE.fullmatch(rest[0]):
        yield "has no type of a key, such as ssh-ed25519"
        return
    try:
        blob = base64.b64decode(rest[1], validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    name = rest[0].encode()
    # RFC 4253, 6.6: a key begins with its type, and that with its length.
    if not blob.startswith(len(name).to_bytes(4, "big") + name) or len(blob) < len(name) + 8:
        yield f"has no key of type {rest[0][:40]}"


def check_key(data: bytes, *, where: str) -> Iterator[Finding]:
    """What speaks against a file with an OpenPGP key."""
    if b"PRIVATE KEY BLOCK" in data:
        message, hint = "is a private key", "remove it here and from the history, and revoke it"
    elif len(data) > _LARGEST:
        message, hint = f"has more than {_LARGEST} bytes", "gpg --export-options export-minimal"
    elif b"-----BEGIN PGP PUBLIC KEY BLOCK-----" not in data:
        message, hint = "is no OpenPGP public key", "gpg --armor --export KEY > that file"
    else:
        return
    yield Finding(where=where, message=message, hint=hint)
