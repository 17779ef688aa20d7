"""What a program of a build printed, for a log and for a message: no secret, no control character."""

from __future__ import annotations

import re

# A build is given no secret; what looks like one may be the maintainer's own.
_SECRETS = re.compile(
    r"""
      pypi-[A-Za-z0-9_-]{16,}
    | gh[pousr]_[A-Za-z0-9]{16,} | github_pat_\w{16,} | glpat-[\w-]{16,}
    | A[KS]IA[A-Z0-9]{16} | xox[abprs]-[A-Za-z0-9-]{10,}
    | -----BEGIN\ (?:[A-Z0-9]+\ )*PRIVATE\ KEY-----[\s\S]*?(?:-----END|\Z)
    | (?<=://)[^\s/@]+(?=@)
    | (?<=[Bb]earer\ )\S+ | (?<=[Bb]asic\ )[A-Za-z0-9+/=]{8,}
    """,
    re.VERBOSE,
)
_NAMED = re.compile(
    r"(?i)(\b\w*(?:password|passwd|secret|token|api_?key)\w*[\"']?\s*[=:]\s*)(\"[^\"\n]*\"|'[^'\n]*'|[^\s\"']+)"
)
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SHOWN = 3_000
# What says that a program wanted to go out, in the words of C libraries, Python, uv, pip and curl.
_NETWORK = re.compile(
    r"Name or service not known|Temporary failure in name resolution|Could not resolve host"
    r"|Network is unreachable|Connection refused|urlopen error|Max retries exceeded|ConnectionError"
    r"|error sending request|dns error|timed out|SocketBlockedError",
    re.IGNORECASE,
)


def read_output(data: bytes) -> str:
    """The text of an output: decoded as far as it goes, secrets masked, controls shown as what they are."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub(lambda match: f"\\x{ord(match[0]):02x}", _COLOURS.sub("", text))
    return mask(text)


def mask(text: str) -> str:
    """A text in which what looks like a secret is `***`."""
    return _NAMED.sub(r"\1***", _SECRETS.sub("***", text))


def tail(text: str) -> str:
    """The end of an output, where the error is."""
    text = text.strip()
    if len(text) <= _SHOWN:
        return text or "(it printed nothing)"
    return f"…\n{text[-_SHOWN:].partition(chr(10))[2]}"


def wanted_network(text: str) -> bool:
    """Whether an output reads as if a program had looked for the network and had found none."""
    return _NETWORK.search(text) is not None
