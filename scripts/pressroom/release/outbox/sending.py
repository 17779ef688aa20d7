"""A mail out of the outbox, at most once: what cannot be known is said, and never tried again by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pressroom.errors import ConfigError, ExitCode, PressroomError
from pressroom.release.outbox.parcel import MAIL
from pressroom.release.outbox.record import State
from pressroom.world.mail_fate import Fate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from pressroom.findings import Finding
    from pressroom.release.outbox.parcel import Envelope
    from pressroom.release.outbox.store import Item, Outbox
    from pressroom.world.mail_fate import Told

_STATES = {
    Fate.SENT: State.SENT,
    Fate.LATER: State.LATER,
    Fate.REFUSED: State.REFUSED,
    Fate.UNANSWERED: State.LATER,
    Fate.DOUBT: State.DOUBT,
}


class DoubtError(PressroomError):
    """Nobody knows whether a mail is out."""


class MailRefusedError(PressroomError):
    """The server does not take a mail; nobody got it."""


class MailUnansweredError(PressroomError):
    """The server is not there, or takes mail another time; nobody got it."""

    exit_code = ExitCode.OUTSIDE


class Post(Protocol):
    """Who takes mail from us."""

    def check(self) -> list[Finding]:
        """What stands against handing mail in, before anybody is asked."""

    def deliver(
        self, envelope: Envelope, data: bytes, *, intent: Callable[[], None], is_private: bool
    ) -> Told:
        """Hand one mail in; `intent` is called before anything that cannot be taken back."""


def send(
    outbox: Outbox,
    name: str,
    post: Post,
    *,
    now: Callable[[], dt.datetime],
    despite_doubt: bool = False,
) -> Item:
    """The parcel whose mail was taken, now or before.

    Raises DoubtError when nobody knows whether it was, MailRefusedError and MailUnansweredError when it was
    not, ConfigError for one without a mail. `despite_doubt` is a person who looked.
    """
    with outbox.lock(name):
        item = outbox.load(name)
        envelope = item.letter.envelope
        if envelope is None or not item.is_mail:
            hint = "name a recipient (mail: in the front matter) before the release is made"
            raise ConfigError("there is no mail in it", where=name, hint=hint)
        if item.state is State.SENT:
            return item
        if item.state is State.DOUBT and not despite_doubt:
            raise in_doubt(item)
        data = item.read(MAIL)
        told = post.deliver(
            envelope,
            data,
            intent=lambda: outbox.write(name, State.INTENT, at=now()),
            is_private=item.letter.is_private,
        )
        outbox.write(name, _STATES[told.fate], at=now(), code=told.code, note=told.words)
        item = outbox.load(name)
    _raise_for(told, item)
    return item


def settle(outbox: Outbox, name: str, *, now: Callable[[], dt.datetime]) -> Item:
    """The parcel of which a person says that its mail arrived. Raises ConfigError where that is no question."""
    with outbox.lock(name):
        item = outbox.load(name)
        if item.state is not State.DOUBT:
            raise ConfigError(
                f"it is not in doubt, it is {item.state}",
                where=name,
                hint="pressroom outbox list shows what is in doubt",
            )
        outbox.write(name, State.SENT, at=now(), note="somebody looked, and says that it arrived")
        return outbox.load(name)


def in_doubt(item: Item) -> DoubtError:
    """What a doubt is, and the two ways out of it."""
    last = item.lines[-1]
    why = last.note if last.state is State.DOUBT else "it was being sent when the process ended"
    name = item.letter.id
    return DoubtError(
        f"nobody knows whether this mail is out: {why} ({last.at})",
        where=name,
        hint=f"ask a recipient, or look into the list's archive. It is there: pressroom outbox send "
        f"--arrived {name}; it is not: pressroom outbox send --despite-doubt {name}",
    )


def _raise_for(told: Told, item: Item) -> None:
    name = item.letter.id
    if told.fate is Fate.DOUBT:
        raise in_doubt(item)
    if told.fate is Fate.REFUSED:
        hint = f"nobody got it; mend that, then pressroom outbox send {name}"
        raise MailRefusedError(told.words, where=name, hint=hint)
    if told.fate is not Fate.SENT:
        hint = f"nobody got it; try again later: pressroom outbox send {name}"
        raise MailUnansweredError(told.words, where=name, hint=hint)
