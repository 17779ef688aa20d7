"""One mail to one server over one connection that ends in time, and what can be said of it afterwards."""

from __future__ import annotations

import re
import socket
import ssl
from typing import TYPE_CHECKING

from pressroom.world.mail_fate import Fate, Security, Told
from pressroom.world.mail_line import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.world.mail_fate import Handed, MailServer

_SHOWN = 300


class _StopError(Exception):
    """The end of the conversation before the mail was taken."""

    def __init__(self, told: Told) -> None:
        super().__init__(told.words)
        self.told = told


def submit(server: MailServer, mail: Handed, *, intent: Callable[[], None]) -> Told:
    """Hand one mail in for all recipients or for none, and say what became of it. The network raises nothing here.

    `intent` is called when everybody was accepted, before the first byte of DATA: from there on a process
    that dies leaves a doubt. What it or `password` raises goes through.
    """
    try:
        with Line(server.host, server.port, once=server.once, whole=server.whole) as line:
            return _converse(line, server, mail, intent)
    except _StopError as stop:
        return stop.told
    except OSError as error:
        # Everything after the last byte of the mail is caught where it happens.
        return _told(Fate.UNANSWERED, _reason(error))


def _converse(line: Line, server: MailServer, mail: Handed, intent: Callable[[], None]) -> Told:
    if server.security is Security.TLS:
        _encrypt(line, server)
    hide = _log_in(line, server)
    _ask(line, f"MAIL FROM:<{mail.sender}>", what="the sender", hide=hide)
    refused = [
        told
        for recipient in mail.recipients
        if (told := _answer(line, f"RCPT TO:<{recipient}>", f"<{recipient}>", hide=hide))
    ]
    if refused:
        # One for all: who is accepted today would get it twice once the others are.
        fates = {told.fate for told in refused}
        words = "; ".join(told.words for told in refused)
        fate = Fate.REFUSED if Fate.REFUSED in fates else Fate.LATER
        return Told(fate=fate, code=refused[0].code, words=words)
    intent()
    _ask(line, "DATA", what="the mail", wanted=3, hide=hide)
    line.send(_as_data(mail.data))
    return _settled(line, hide)


def _settled(line: Line, hide: Callable[[str], str]) -> Told:
    """What the answer to the whole mail says: from the dot that ends it on, silence is a doubt."""
    try:
        line.send(b".\r\n")
        code, words = line.reply()
    except OSError as error:
        return _told(Fate.DOUBT, f"the mail was handed over, and no answer came: {_reason(error)}")
    fate = {2: Fate.SENT, 4: Fate.LATER, 5: Fate.REFUSED}.get(code // 100, Fate.DOUBT)
    line.quit()
    return Told(fate=fate, code=max(code, 0), words=_shown(words, hide))


def _log_in(line: Line, server: MailServer) -> Callable[[str], str]:
    """Greeting, TLS and login; gives what hides the password in what the server says later."""
    _judge(line.reply(), "the connection", wanted=2)
    known = _hello(line)
    if server.security is Security.STARTTLS:
        if "starttls" not in known:
            words = "the server offers no TLS: nothing was said to it"
            raise _StopError(_told(Fate.REFUSED, words))
        _ask(line, "STARTTLS", what="TLS")
        _encrypt(line, server)
        known = _hello(line)
    if server.password is None:
        return str
    if server.security is Security.NONE:
        raise _StopError(_told(Fate.REFUSED, "no password goes over a connection without TLS"))
    return line.log_in(server.user, server.password(), known, _refuse_login)


def _refuse_login(code: int) -> None:
    """Its words are not repeated: it knows the password now."""
    if code == 0:
        raise _StopError(_told(Fate.REFUSED, "the server offers no login that is known here"))
    fate = Fate.LATER if code // 100 == 4 else Fate.REFUSED
    raise _StopError(Told(fate=fate, code=code, words=f"the login is refused ({code})"))


def _encrypt(line: Line, server: MailServer) -> None:
    context = ssl.create_default_context(cafile=str(server.ca) if server.ca else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        line.encrypt(context)
    except ssl.SSLEOFError:
        raise
    except ssl.SSLCertVerificationError as error:
        words = f"the certificate is refused: {error.verify_message}"
        raise _StopError(_told(Fate.REFUSED, words)) from error
    except ssl.SSLError as error:
        words = f"no TLS connection: {error.reason or 'unknown reason'}"
        raise _StopError(_told(Fate.REFUSED, words)) from error


def _hello(line: Line) -> dict[str, str]:
    code, words = line.command(f"EHLO {line.name}")
    _judge((code, words), "EHLO", wanted=2)
    pairs = (one.partition(" ") for one in words.split("\n")[1:])
    return {name.lower(): value for name, _, value in pairs}


def _ask(
    line: Line, command: str, *, what: str, wanted: int = 2, hide: Callable[[str], str] = str
) -> None:
    _judge(line.command(command), what, wanted=wanted, hide=hide)


def _answer(line: Line, command: str, what: str, *, hide: Callable[[str], str]) -> Told | None:
    """Why a recipient is not accepted, or None. A server that closes meanwhile (421) ends it."""
    code, words = line.command(command)
    try:
        _judge((code, words), what, wanted=2, hide=hide)
    except _StopError as stop:
        if code == 421:
            raise
        return stop.told
    return None


def _judge(
    reply: tuple[int, str], what: str, *, wanted: int, hide: Callable[[str], str] = str
) -> None:
    """Raise unless the answer is the one that was wanted."""
    code, words = reply
    if code // 100 == wanted:
        return
    fate = {4: Fate.LATER, 5: Fate.REFUSED}.get(code // 100, Fate.UNANSWERED)
    said = f"{what} is refused: {code} {_shown(words, hide)}"
    if fate is Fate.UNANSWERED:
        said = "what answers there does not speak SMTP"
    raise _StopError(Told(fate=fate, code=max(code, 0), words=said))


def _shown(words: str, hide: Callable[[str], str]) -> str:
    """What the server said, on one line that a person would read."""
    return " ".join(hide(words).split())[:_SHOWN]


def _as_data(data: bytes) -> bytes:
    """The mail as it goes over the wire: CRLF and nothing else ends a line, a dot at its start is doubled."""
    whole = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    if not whole.endswith(b"\r\n"):
        whole += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", whole)


def _told(fate: Fate, words: str) -> Told:
    return Told(fate=fate, words=words)


def _reason(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "the name of the server cannot be resolved"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
