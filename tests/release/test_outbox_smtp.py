"""SMTP: whatever the server does, at most one mail, and the right word for what became of it (test plan C 53)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from mail_servers import HOST, PASSWORD, USER, lines_host, mail_host, saying

from pressroom.errors import PressroomError
from pressroom.release.outbox.parcel import Envelope
from pressroom.release.outbox.posts import ServerPost
from pressroom.release.places import MailSettings
from pressroom.world.mail import submit
from pressroom.world.mail_fate import Fate, Handed, MailServer, Security, Told

if TYPE_CHECKING:
    from pathlib import Path

MAIL = b"From: a@press.example\r\nSubject: one\r\n\r\n.a dot\r\nend\r\n"
TO = ("list@lists.example", "other@lists.example")


class Tries:
    """One mail handed in, and how often its intent was written."""

    def __init__(self) -> None:
        self.intents = 0

    def intent(self) -> None:
        """Count it."""
        self.intents += 1

    def submit(self, port: int, **options: object) -> Told:
        """Hand it in; the deadlines are short."""
        values = {"security": Security.NONE, "once": 2.0, "whole": 5.0, **options}
        data = values.pop("data", MAIL)
        server = MailServer(host=HOST, port=port, **values)  # type: ignore[arg-type]
        assert isinstance(data, bytes)
        handed = Handed(data=data, sender="a@press.example", recipients=TO)
        return submit(server, handed, intent=self.intent)


def test_a_mail_arrives_as_it_is(tmp_path: Path) -> None:
    """Over STARTTLS with a login: byte for byte, dots at line starts too, and the intent before."""
    tries = Tries()
    with mail_host(tmp_path, auth=True) as host:
        told = tries.submit(
            host.port, security=Security.STARTTLS, ca=host.ca, user=USER, password=lambda: PASSWORD
        )

    assert (Fate.SENT, 250, 1) == (told.fate, told.code, tries.intents)
    assert [MAIL] == host.accepted
    assert [(USER.encode(), PASSWORD.encode())] == host.handler.logins


def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    """Port 465: the greeting is inside TLS."""
    with mail_host(tmp_path, tls="tls") as host:
        told = Tries().submit(host.port, security=Security.TLS, ca=host.ca)

    assert (Fate.SENT, [MAIL]) == (told.fate, host.accepted)


def test_bare_line_ends_are_no_way_out(tmp_path: Path) -> None:
    """A dot between bare line ends ends no mail: what follows it is no second mail."""
    smuggled = b"Subject: one\r\n\r\na\n.\nMAIL FROM:<evil@x.example>\r.\rb\r\n.\r\nc"
    with mail_host(tmp_path, tls="none") as host:
        told = Tries().submit(host.port, data=smuggled)

    assert Fate.SENT is told.fate
    assert 1 == len(host.accepted)
    assert b"\r\n.\r\nMAIL FROM:<evil@x.example>\r\n.\r\nb\r\n.\r\nc\r\n" in host.accepted[0]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "DOT", TO[1]])
@pytest.mark.parametrize(
    ("code", "fate"), [(421, Fate.LATER), (450, Fate.LATER), (550, Fate.REFUSED)]
)
def test_a_no_is_certain(tmp_path: Path, stage: str, code: int, fate: Fate) -> None:
    """421, 450 and 550 at every stage: nobody got it; 4xx may be tried again, 5xx not."""
    tries = Tries()
    with mail_host(tmp_path, {stage: f"{code} no"}, tls="none") as host:
        told = tries.submit(host.port)

    assert (fate, code) == (told.fate, told.code)
    assert "no" in told.words
    assert [] == host.accepted
    assert (stage in {"DATA", "DOT"}) == bool(tries.intents)


def test_all_refused_recipients_are_named(tmp_path: Path) -> None:
    """Two recipients are refused, one for now and one for good: both are named, it is refused."""
    answers = {TO[0]: "450 full", TO[1]: "550 unknown"}
    with mail_host(tmp_path, answers, tls="none") as host:
        told = Tries().submit(host.port)

    assert Fate.REFUSED is told.fate
    assert f"<{TO[0]}> is refused: 450 full; <{TO[1]}> is refused: 550 unknown" == told.words
    assert [] == host.accepted


def test_accepted_and_then_dropped_is_a_doubt(tmp_path: Path) -> None:
    """The server took it and the connection broke before it said so: nobody knows, and that is said."""
    tries = Tries()
    with mail_host(tmp_path, tls="none", drop="DOT") as host:
        told = tries.submit(host.port)

    assert (Fate.DOUBT, 1, 1) == (told.fate, len(host.accepted), tries.intents)
    assert "the mail was handed over, and no answer came: the connection was closed" == told.words


def test_accepted_and_then_silent_is_a_doubt(tmp_path: Path) -> None:
    """No answer in time after the last dot."""
    with mail_host(tmp_path, tls="none", wait=3) as host:
        told = Tries().submit(host.port, once=0.5)

    assert (Fate.DOUBT, 1) == (told.fate, len(host.accepted))
    assert told.words.endswith("it did not answer in time")


def test_dropped_at_data_is_no_doubt(tmp_path: Path) -> None:
    """The connection broke before the mail was sent: nobody got it."""
    with mail_host(tmp_path, tls="none", drop="DATA") as host:
        told = Tries().submit(host.port)

    assert (Fate.UNANSWERED, []) == (told.fate, host.accepted)


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (b"hello\r\n", Fate.DOUBT),
        (b"354 more\r\n", Fate.DOUBT),
        (b"2" * 9_000, Fate.DOUBT),
        (b"\xff\x1b[31m\r\n", Fate.DOUBT),
        (b"250-one\r\n250 two\x1b]0;x\x07\r\n", Fate.SENT),
    ],
)
def test_an_odd_answer_to_the_mail(answer: bytes, fate: Fate) -> None:
    """After the last dot, whatever is neither 2xx, 4xx nor 5xx is a doubt; no control character stays."""
    talk = saying(b"220 hi\r\n", *[b"250 ok\r\n"] * 4, b"354 go\r\n", answer)
    with lines_host(talk) as port:
        told = Tries().submit(port)

    assert fate is told.fate
    assert told.words.isprintable()


def test_tls_that_is_missing_ends_it(tmp_path: Path) -> None:
    """No STARTTLS offered though wanted: nobody is named, no password asked for."""

    def never() -> str:
        raise AssertionError

    with mail_host(tmp_path, tls="none") as host:
        told = Tries().submit(
            host.port, security=Security.STARTTLS, ca=host.ca, user=USER, password=never
        )

    assert (Fate.REFUSED, "the server offers no TLS: nothing was said to it") == (
        told.fate,
        told.words,
    )


def test_no_password_without_tls(tmp_path: Path) -> None:
    """Whoever asks for it: a password goes over no open connection."""

    def never() -> str:
        raise AssertionError

    with mail_host(tmp_path, tls="none", auth=True) as host:
        told = Tries().submit(host.port, user=USER, password=never)

    assert (Fate.REFUSED, [], []) == (told.fate, host.accepted, host.handler.logins)


@pytest.mark.parametrize("tls", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("expired", "name", "word"),
    [(True, HOST, "expired"), (False, "other.example", "mismatch"), (None, HOST, "issuer")],
)
def test_a_wrong_certificate_ends_it(
    tmp_path: Path, tls: str, expired: bool | None, name: str, word: str
) -> None:
    """Expired, for another host, or of an authority that nobody knows: no login, no mail."""
    tries = Tries()
    with mail_host(tmp_path, tls=tls, expired=bool(expired), name=name, auth=True) as host:
        told = tries.submit(
            host.port,
            security=Security(tls),
            ca=None if expired is None else host.ca,
            user=USER,
            password=lambda: PASSWORD,
        )

    assert Fate.REFUSED is told.fate
    assert "certificate" in told.words
    assert word in told.words
    assert ([], [], 0) == (host.accepted, host.handler.logins, tries.intents)


def test_a_plain_server_at_the_tls_port() -> None:
    """What answers does not speak TLS: refused in words, nothing said."""
    with lines_host(saying(b"220 hi\r\n")) as port:
        told = Tries().submit(port, security=Security.TLS)

    assert Fate.REFUSED is told.fate
    assert told.words.startswith("no TLS connection")


def test_a_wrong_password_is_not_repeated(tmp_path: Path) -> None:
    """535: refused, and the password stands in no word of it."""
    with mail_host(tmp_path, auth=True) as host:
        told = Tries().submit(
            host.port, security=Security.STARTTLS, ca=host.ca, user=USER, password=lambda: "wrong"
        )

    assert (Fate.REFUSED, "the login is refused (535)") == (told.fate, told.words)


@pytest.mark.parametrize(
    ("greeting", "fate"),
    [
        (b"421 busy\r\n", Fate.LATER),
        (b"554 go away\r\n", Fate.REFUSED),
        (b"SSH-2.0-x\r\n", Fate.UNANSWERED),
        (b"", Fate.UNANSWERED),
    ],
)
def test_a_greeting_that_is_none(greeting: bytes, fate: Fate) -> None:
    """Busy, unwilling, another protocol, silent: no intent, and bounded in time."""
    tries = Tries()
    with lines_host(saying(greeting)) as port:
        told = tries.submit(port, once=0.3)

    assert (fate, 0) == (told.fate, tries.intents)


def test_nobody_listens() -> None:
    """A closed port: unanswered, not refused."""
    with lines_host(saying(b"")) as port:
        pass

    assert Fate.UNANSWERED is Tries().submit(port).fate


def test_a_byte_now_and_then_is_not_for_ever() -> None:
    """Each byte comes in time, and still all of it ends at the deadline for the whole."""
    begin = time.monotonic()
    with lines_host(saying(b"220-" + b"x" * 500, drip=0.1)) as port:
        told = Tries().submit(port, once=1.0, whole=0.7)

    assert (Fate.UNANSWERED, "it did not answer in time") == (told.fate, told.words)
    assert 3 > time.monotonic() - begin


def test_endless_words_end() -> None:
    """A greeting without an end is not read to its end."""
    with lines_host(saying(b"220-" + b"x" * 70 + b"\r\n" + b"220-more\r\n" * 90_000)) as port:
        told = Tries().submit(port)

    assert (Fate.UNANSWERED, "it said more than anybody would read") == (told.fate, told.words)


def test_what_the_intent_raises_goes_through(tmp_path: Path) -> None:
    """The intent cannot be written: the mail is not sent."""

    def full() -> None:
        raise PressroomError("no space", where="disk", hint="free some")

    with mail_host(tmp_path, tls="none") as host, pytest.raises(PressroomError) as caught:
        submit(
            MailServer(host=HOST, port=host.port, security=Security.NONE),
            Handed(data=MAIL, sender="a@press.example", recipients=TO),
            intent=full,
        )

    assert "free some" == caught.value.hint
    assert [] == host.accepted


def test_a_private_address_is_in_no_answer(tmp_path: Path) -> None:
    """Servers repeat whom they refuse: for a private mail it is taken out of what is kept and shown."""
    one = Envelope(sender="a@press.example", recipients=("Someone@home.example",))
    with mail_host(tmp_path, {"RCPT": "550 <someone@home.example> unknown"}, tls="none") as host:
        post = ServerPost(MailSettings(server=HOST, port=host.port, security="none"))
        told = post.deliver(one, MAIL, intent=Tries().intent, is_private=True)
        shown = post.deliver(one, MAIL, intent=Tries().intent, is_private=False)

    assert (Fate.REFUSED, 550) == (told.fate, told.code)
    assert "someone" not in told.words.lower()
    assert "someone@home.example" in shown.words
