"""What is known of a target: which version is live and since when, which were, which is confirmed."""

from __future__ import annotations

import dataclasses
import datetime as dt

from pressroom.deploy.history import Moment, is_version, parse_history, parse_time, render_time
from pressroom.deploy.record import FORMAT, Record, Score, parse_record, render_record
from pressroom.deploy.words import shortened
from pressroom.errors import ConfigError

__all__ = [
    "FORMAT",
    "Moment",
    "Record",
    "Score",
    "State",
    "find_version",
    "is_version",
    "parse_history",
    "parse_record",
    "parse_time",
    "render_record",
    "render_time",
    "to_keep",
]

# Below the target's folder.
VERSIONS = "versions"
CURRENT = "current"
LOCK = ".lock"
# A line each time before `current` is switched: when, and to what.
HISTORY = "history"
# The id of the last version of which the live hosts said what they should.
CONFIRMED = "confirmed"
# Below the folder of a version, beside its sites.
MANIFEST = "manifest"
RECORD = "version.json"
# Assets of other versions that were linked into this one: a manifest too.
CARRIED = "carried"

# Two stay, whatever is said: the live one, and the one to go back to.
_LEAST = 2


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A target as it was found.

    `link` is what `current` leads to, "" where there is none, None where something else lies there. `since` is
    when it was made.
    """

    link: str | None = ""
    since: dt.datetime | None = None
    history: tuple[Moment, ...] = ()
    confirmed: str = ""
    # The ids of all whole versions that are there, in no order.
    versions: tuple[str, ...] = ()

    @property
    def live(self) -> str:
        """The id of the live version; "" where none of ours is live."""
        folder, _, version = (self.link or "").removeprefix("./").rstrip("/").rpartition("/")
        is_ours = folder == VERSIONS and is_version(version) and version in self.versions
        return version if is_ours else ""

    @property
    def foreign(self) -> str:
        """Why `current` is not as a deploy left it: somebody changed it by hand; "" where it is."""
        if self.link is None:
            return f"{CURRENT} is no link"
        if self.link and not self.live:
            return f"{CURRENT} leads to {shortened(self.link)}, which is no version of ours"
        if self.live and self.live not in self._unsettled:
            return f"{CURRENT} leads to {self.live}, to which no deploy switched last"
        if not self.link and self.confirmed:
            return f"{CURRENT} is gone"
        return ""

    @property
    def switches(self) -> tuple[Moment, ...]:
        """The history as far as it came true: what was about to be switched to, and is not live, is left out."""
        for end in range(len(self.history), 0, -1):
            if self.history[end - 1].version == self.live:
                return self.history[:end]
        return self.history

    @property
    def unfinished(self) -> str:
        """The version that is live by a rollback which was cut off before it was confirmed; "" for none."""
        last = self.switches[-1:]
        is_cut_off = self.live != self.confirmed and any(
            one.is_rollback and one.version == self.live for one in last
        )
        return self.live if is_cut_off else ""

    @property
    def past(self) -> tuple[str, ...]:
        """The versions that were live or are, the last one first, each once, as far as they are there."""
        order = dict.fromkeys(moment.version for moment in reversed(self.switches))
        return tuple(version for version in order if version in self.versions)

    @property
    def previous(self) -> str:
        """The version to go back to, "" for none: the confirmed one while another is live, else the one that was live before.

        So a second rollback undoes the first: it leads to what was live before that.
        """
        if self.confirmed != self.live and self.confirmed in self.versions:
            return self.confirmed
        return next((version for version in self.past if version != self.live), "")

    def last_live(self, version: str) -> dt.datetime | None:
        """When a version stopped being live; the time of its switch if it is live; None if it never was."""
        times = [moment.at for moment in self.switches]
        for place in range(len(times) - 1, -1, -1):
            if self.switches[place].version == version:
                return times[min(place + (version != self.live), len(times) - 1)]
        return None

    @property
    def _unsettled(self) -> tuple[str, ...]:
        """The versions that deploys may have left live: the confirmed one, and those that they tried after it.

        A deploy may be killed before its switch, any number of times. Where the confirmed version has two lines, nobody
        can tell which of them was confirmed: those between are among these too.
        """
        tried = [moment.version for moment in self.history]
        if self.confirmed not in tried:
            return tuple(tried)
        places = [place for place, version in enumerate(tried) if version == self.confirmed]
        return tuple(tried[places[-2:][0] :])


def to_keep(state: State, *, keep: int, new: str = "", failed: str = "") -> tuple[str, ...]:
    """The versions that stay: `new` or the live one, the one to go back to, and the last that were live.

    `failed` does not. With the state from before a switch, `new` is what was switched to: what a killed deploy left
    never was live, and nobody would go back to it.
    """
    wanted = dict.fromkeys(filter(None, (new, state.live, state.previous, *state.past)))
    wanted.pop(failed, None)
    return tuple(wanted)[: max(keep, _LEAST)]


def find_version(state: State, text: str) -> str:
    """The version whose id begins so; raises ConfigError where there is none, or more than one."""
    found = [version for version in state.versions if text and version.startswith(text)]
    if len(found) == 1:
        return found[0]
    raise ConfigError(
        f"{len(found)} versions begin with {text!r}" if found else f"there is no version {text!r}",
        where=VERSIONS,
        hint="pressroom deploy TARGET --list shows what can be gone back to",
    )
