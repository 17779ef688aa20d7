"""Files that a build machine put into an archive and that nobody meant to publish."""

from __future__ import annotations

import re

# By the name of a file or of a folder above it, in small letters.
_NAMES: tuple[tuple[str, str], ...] = (
    ("a leftover of macOS", r"\.ds_store|\._.*|__macosx|\.appledouble|\.spotlight-v100|\.trashes"),
    ("a leftover of Windows", r"thumbs\.db|desktop\.ini"),
    ("passwords or tokens", r"\.env(?:\.(?!example|sample|template|dist|defaults).*)?|\.pypirc"),
    ("passwords or tokens", r"[._]netrc|\.npmrc|\.htpasswd|\.git-credentials|\.ssh|\.gnupg|\.aws"),
    ("a private key", r"id_(?:rsa|dsa|ecdsa|ed25519)|.*\.(?:p12|pfx|jks|kdbx|ppk|keystore)"),
    ("compiled Python", r"__pycache__|.*\.py[co]"),
    ("a leftover of an editor", r".*\.sw[a-p]|.*~|\.#.*|#.*#"),
    ("what an editor keeps of a project", r"\.idea|\.vscode|\.vs|\.project|\.pydevproject"),
    ("the store of a version control system", r"\.git|\.hg|\.svn|\.bzr|_darcs"),
    ("what a tool keeps", r"\.(?:tox|nox|venv|mypy_cache|pytest_cache|ruff_cache|hypothesis)"),
    ("a history of commands", r"\.(?:bash|zsh|python|node_repl)_history"),
    (
        "configuration of the machine that built it",
        r"local_(?:config|settings|conf)\.\w+|(?:config|settings)_local\.\w+",
    ),
)
_LEAKS = tuple((what, re.compile(pattern)) for what, pattern in _NAMES)

# Looking for a few fixed bytes first costs a tenth.
_KEY = b"PRIVATE KEY"
_KEY_START = re.compile(
    rb"^[ \t]*-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----", re.MULTILINE
)
# Enough of one that it is no line of a program that reads keys: a line of base64 as long as they are.
_KEY_BODY = re.compile(rb"^[ \t]*[A-Za-z0-9+/]{60,}={0,2}[ \t]*\r?$", re.MULTILINE)
# How far its lines begin after the headers that may follow the first line (RFC 1421, RFC 9580).
_HEADERS = 1_000
_SAMPLES = re.compile(r"tests?|testing|.*_tests?|test_.*|fixtures?|examples?|samples?|demos?|docs?")


def leak_by_name(path: str) -> str | None:
    """What a file is that should be on no other machine, by its name or a folder's above it."""
    for part in path.lower().split("/"):
        for what, pattern in _LEAKS:
            if pattern.fullmatch(part):
                return what
    return None


def holds_key(data: bytes) -> bool:
    """Whether a private key is in it: the line that begins one and a line of its base64."""
    return _KEY in data and any(
        _KEY_BODY.search(data, match.end(), match.end() + _HEADERS)
        for match in _KEY_START.finditer(data)
    )


def begins_key(data: bytes) -> bool:
    """Whether a line in it begins a private key, whatever follows."""
    return _KEY in data and _KEY_START.search(data) is not None


def is_sample(path: str) -> bool:
    """Whether a file is in a folder of tests, examples or documentation, where keys are for show."""
    return any(_SAMPLES.fullmatch(part) for part in path.lower().split("/")[:-1])
