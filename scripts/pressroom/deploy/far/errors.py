"""What can be wrong on the far side, as messages that a person can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.deploy.far.answers import shown
from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from pressroom.deploy.target import Target
    from pressroom.world.shell import Done

# What a system calls the reason, in English: the scripts ask for it.
_HINTS = {
    "No space left": "free some space there, then start again: what is live is untouched",
    "Disk quota exceeded": "free some space there, then start again: what is live is untouched",
    "Permission denied": "let the user who deploys own everything below that folder (ls -lR shows who does)",
    "Operation not permitted": "let the user who deploys own everything below that folder (ls -lR shows who does)",
    "Read-only file system": "mount that file system writable, then start again",
    "not found": "install coreutils, findutils, util-linux and rsync there",
}
_OTHER = "mend that there, then start again: what is live is untouched"


def failed(where: str, words: str) -> PressroomError:
    """A script ended badly and said so."""
    lines = [line for line in words.strip().splitlines() if line.strip()] or ["it said nothing"]
    hint = next((hint for sign, hint in _HINTS.items() if sign in words), _OTHER)
    return PressroomError("; ".join(shown(line) for line in lines[-5:]), where=where, hint=hint)


def denied(target: Target, done: Done) -> PressroomError:
    """The folder cannot be made, or not be written to: one that a person makes once."""
    user = shown(done.out.decode("utf-8", "replace").strip()) or "USER"
    words = shown(done.err.strip()) or f"{user} may not write there"
    place = f"on {target.host}" if target.host else "on this machine"
    return PressroomError(
        f"the folder cannot be used: {words}",
        where=f"{target.host}:{target.folder}" if target.host else target.folder,
        hint=f"once, {place}: sudo mkdir -p {target.folder} && sudo chown {user} {target.folder}",
    )


def busy(where: str, message: str) -> PressroomError:
    """Somebody else is at work there."""
    return PressroomError(
        message,
        where=where,
        hint="wait for it to end, or stop it, then start again: the lock goes with its connection",
    )


def not_there(where: str, version: str) -> PressroomError:
    """A version, or a file of it, that was expected."""
    return PressroomError(
        f"there is no version {shown(version)}, or not all of it",
        where=where,
        hint="pressroom deploy TARGET --list shows those that are there; a deploy makes it again",
    )


def in_the_way(where: str, message: str) -> PressroomError:
    """Something that no deploy made lies where ours would be: a person's, so it is not removed."""
    hint = (
        "go back to another version (pressroom rollback TARGET), then deploy this one again"
        if "live" in message
        else "look at what lies there and move it away by hand, once; then start again"
    )
    return PressroomError(message, where=where, hint=hint)
