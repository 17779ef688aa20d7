"""Keys and passwords that must not be published: by what a file holds, and by what it is called."""

from __future__ import annotations

import fnmatch
import re

from pressroom.findings import Finding

# What each is called, a piece that all of its kind hold, and the whole. The pieces make it fast:
# looking for a few fixed bytes costs a tenth of any expression.
_KINDS = (
    ("a private key", rb"PRIVATE KEY", rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY"),
    ("an upload token of PyPI", rb"pypi-AgE", rb"pypi-AgE[A-Za-z0-9_-]{8,}"),
    ("an access token of GitHub", rb"github_pat_", rb"github_pat_[A-Za-z0-9_]{16,}"),
    ("an access token of GitHub", rb"gh[pousr]_", rb"gh[pousr]_[A-Za-z0-9]{16,}"),
    ("an access token of GitLab", rb"glpat-", rb"glpat-[A-Za-z0-9_-]{16,}"),
    ("an access key of AWS", rb"A[KS]IA", rb"A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9+/=])"),
    ("a token of Slack", rb"xox[abprs]-", rb"xox[abprs]-[A-Za-z0-9-]{10,}"),
)
# In the middle of a word or of base64 none of them is meant.
_SECRETS = tuple(
    (name, re.compile(piece).search, re.compile(rb"(?<![A-Za-z0-9+/])" + whole))
    for name, piece, whole in _KINDS
)
_FILES = (
    *(".env", ".env.*", "*.env", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"),
    *("*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.kdbx", "*.gpg-key", "*.ppk"),
    *(".netrc", ".pypirc", ".npmrc", ".htpasswd", ".git-credentials", ".ssh", ".gnupg", ".aws"),
    *(".git", ".gitignore", ".gitmodules", ".hg", ".svn", ".ds_store", "thumbs.db"),
    *("*.swp", "*~", "*.bak", "*.orig", ".bash_history", "__pycache__", "*.pyc"),
)
_FILE = re.compile("|".join(map(fnmatch.translate, _FILES)))


def find_secrets(data: bytes, *, where: str) -> list[Finding]:
    """Keys and tokens in a file, each by its kind and line; its value is never shown."""
    return [
        Finding(
            where=where,
            line=data.count(b"\n", 0, match.start()) + 1,
            message=f"holds what looks like {name}",
            hint="remove it, and revoke it if it was ever published or committed",
        )
        for name, holds, whole in _SECRETS
        if holds(data)
        for match in whole.finditer(data)
    ]


def find_secret_files(path: str, *, where: str) -> list[Finding]:
    """A file that is never meant for the public, by its name or a folder's above it."""
    names = [name for name in path.split("/") if _FILE.fullmatch(name.lower())]
    return [
        Finding(
            where=where,
            message=f"{name!r} is the name of a private file",
            hint="keep it out of the site's folders",
        )
        for name in names
    ]
