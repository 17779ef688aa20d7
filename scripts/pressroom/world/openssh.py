"""OpenSSH's client: how we call it, and what to do about what it says."""

from __future__ import annotations

import re

from pressroom.errors import ExitCode, PressroomError

# Beside the user's own configuration, which counts: who, where, with which key, through which machine. Command line wins over
# it (ssh_config(5)), so what stands here is what a program in place of a person needs. Without spaces: rsync splits them.
_OPTIONS = (
    "-T",  # a terminal would change bytes
    "-x",
    "-o",
    "BatchMode=yes",
    "-o",
    "ConnectTimeout=15",
    # A connection that is dead without a word is noticed after 45 s.
    "-o",
    "ServerAliveInterval=15",
    "-o",
    "ServerAliveCountMax=3",
    # What the configuration may have for a person's session: our two connections would quarrel about ports, and a command
    # of its own stands in the way of ours. A connection that is shared is used, but ours is not shared.
    "-o",
    "ClearAllForwardings=yes",
    "-o",
    "RemoteCommand=none",
    "-o",
    "PermitLocalCommand=no",
    "-o",
    "ControlMaster=no",
)
COMMAND = ("ssh", *_OPTIONS)
# ssh's own exit code for what is no answer of the far program (ssh(1), EXIT STATUS).
FAILED = 255

_AGAIN = "see that the machine and the network are up, then start the same command again"
# A part of what ssh says (OpenSSH 9.2), and what to do about it; the first that fits.
_HINTS = (
    (
        "HOST IDENTIFICATION HAS CHANGED",
        "somebody may be in between: ask who runs that machine for its key; if it is a new one, ssh-keygen -R with its name",
    ),
    (
        "Host key verification failed",
        "connect once by hand, compare the key that it shows, and answer yes: ssh {host}",
    ),
    (
        "Permission denied",
        "no password is asked for here: load your key into ssh-agent (ssh-add), have its public half in ~/.ssh/authorized_keys over there",
    ),
    (
        "Too many authentication failures",
        "name the key in ~/.ssh/config: IdentityFile, with IdentitiesOnly yes",
    ),
    (
        "Could not resolve hostname",
        "mend the host of the target, or give that name a HostName in ~/.ssh/config",
    ),
    ("Connection refused", "start sshd over there, or name its Port in ~/.ssh/config"),
    ("onfiguration option", "mend that line of your ssh configuration"),
    ("Bad owner or permissions", "chmod 600 ~/.ssh/config, and let it be yours"),
    ("UNPROTECTED PRIVATE KEY", "chmod 600 that key"),
)


class ShellError(PressroomError):
    """A machine cannot be reached, or the connection to it ended before its answer did."""

    exit_code = ExitCode.OUTSIDE


def check_host(host: str) -> None:
    """Raise ShellError for a host that a program would take for an option or for two words."""
    if host.startswith("-") or not host.isprintable() or re.search(r"\s", host):
        raise ShellError(
            f"{host!r} is no host",
            where="ssh",
            hint="a name of your ~/.ssh/config, or user@server.example",
        )


def place(host: str) -> str:
    """How a machine is called in messages."""
    return host or "this machine"


def refused(host: str, words: str, *, what: str) -> ShellError:
    """The error for a connection that ssh did not make or lost, with its own words and what suits them."""
    hint = next((hint for part, hint in _HINTS if part in words), _AGAIN)
    said = readable(words)
    return ShellError(
        f"{what}: {said}" if said else what, where=place(host), hint=hint.format(host=host)
    )


def readable(words: str, limit: int = 1_000) -> str:
    """The end of what a program said, for a terminal: one line, without characters that would do something there."""
    lines = (line.strip() for line in words.splitlines())
    text = " / ".join(line for line in lines if line.strip("@ "))
    text = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
    return text if len(text) <= limit else f"… {text[-limit:]}"
