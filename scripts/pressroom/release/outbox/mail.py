"""A mail as the bytes that a server gets, proved by reading them again: no value becomes another header."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email
import email.policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses
from typing import TYPE_CHECKING

from pressroom.errors import FindingsError, PressroomError
from pressroom.findings import Finding
from pressroom.mailboxes import HINT, Mailbox, parse_mailbox
from pressroom.texts import check_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.headerregistry import AddressHeader

# Servers of today take CRLF and 7 bits, whatever they say of themselves.
_POLICY = email.policy.SMTP.clone(cte_type="7bit", max_line_length=78)
_SUBJECT = 300
_BODY = ("Content-Type", "Content-Transfer-Encoding", "MIME-Version")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What a mail says; `sender` and `recipients` as people write them, `id` without its angle brackets."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    date: dt.datetime
    id: str
    reply_to: str = ""


def render_mail(mail: Mail) -> bytes:
    """The mail, line ends CRLF, all in ASCII. Raises FindingsError with all values that no header can carry."""
    if found := sorted(_problems(mail)):
        raise FindingsError(found)
    message = EmailMessage(policy=_POLICY)
    for name, value in _headers(mail).items():
        message[name] = value
    text = mail.text.replace("\r\n", "\n").replace("\r", "\n")
    is_plain = text.isascii() and all(len(line) <= 990 for line in text.split("\n"))
    message.set_content(text, charset="utf-8", cte="7bit" if is_plain else "quoted-printable")
    data = message.as_bytes()
    _prove(mail, text, data)
    return data


def message_id(project: str, version: str, domain: str) -> str:
    """`widget-1.0@example.org`: the same every time, so that nobody shows a mail twice that came twice."""
    return f"{project}-{version}@{domain}"


def _headers(mail: Mail) -> dict[str, object]:
    headers: dict[str, object] = {
        "From": _address(mail.sender),
        "To": tuple(_address(one) for one in mail.recipients),
        "Subject": _one_line(mail.subject),
        "Date": mail.date,
        "Message-ID": f"<{mail.id}>",
    }
    if mail.reply_to:
        headers["Reply-To"] = _address(mail.reply_to)
    return headers


def _one_line(text: str) -> str:
    """The words of a text; where a header is folded, nobody keeps more than one space."""
    return " ".join(text.split())


def _address(text: str) -> Address:
    box = _mailbox(text)
    return Address(display_name=box.name, addr_spec=box.address)


def _mailbox(text: str) -> Mailbox:
    box = parse_mailbox(text)
    assert box is not None, "looked at before"
    return box


def _problems(mail: Mail) -> Iterator[Finding]:
    """Everything that would not arrive as it is written, or as something else."""
    boxes = [("From", mail.sender), *(("To", one) for one in mail.recipients)]
    boxes += [("Reply-To", mail.reply_to)] if mail.reply_to else []
    for what, text in boxes:
        if parse_mailbox(text) is None:
            yield _finding(what, f"{text!r} is no address of mail", HINT)
    if not mail.recipients:
        yield _finding("To", "there is no recipient", HINT)
    if len(mail.subject.splitlines()) > 1 or check_text(mail.subject, where=""):
        message = f"{mail.subject!r} has a line end or a character that nobody sees"
        yield _finding("Subject", message, "write it on one line, in letters that are seen")
    if not mail.subject.strip() or len(mail.subject) > _SUBJECT:
        message = f"a subject has 1 to {_SUBJECT} characters, not {len(mail.subject)}"
        yield _finding("Subject", message, "see announce_title in the front matter")
    box = parse_mailbox(mail.id)
    if box is None or box.name:
        yield _finding("Message-ID", f"{mail.id!r} is none", "it is name@host, as an address")
    if mail.date.tzinfo is None:
        yield _finding("Date", "it has no time zone", "give a time in UTC")


def _finding(what: str, message: str, hint: str) -> Finding:
    return Finding(where=what, message=message, hint=hint)


def _prove(mail: Mail, text: str, data: bytes) -> None:
    """Raise unless a reader finds in the bytes what was put there, and nothing else.

    The standard library folded line ends and separators wrongly more than once (CVE-2024-6923, CVE-2025-1795):
    a mail that reads otherwise than it was written is not made.
    """
    read = email.message_from_bytes(data, policy=email.policy.default)
    boxes = {"From": (mail.sender,), "To": mail.recipients}
    boxes |= {"Reply-To": (mail.reply_to,)} if mail.reply_to else {}
    texts = {"Subject": _one_line(mail.subject), "Message-ID": f"<{mail.id}>"}
    ours = sorted([*boxes, *texts, "Date", *_BODY])
    is_same = sorted(read.keys()) == ours and data.isascii()
    is_same = is_same and all(str(read[name]) == text for name, text in texts.items())
    is_same = is_same and all(
        _read_boxes(read[name], data, name) == [_mailbox(one) for one in wanted]
        for name, wanted in boxes.items()
    )
    body = read.get_content().replace("\r\n", "\n").rstrip("\n")
    if not is_same or body != text.rstrip("\n"):
        raise PressroomError(
            "this mail reads otherwise than it was written",
            where=mail.id,
            hint="write plainer names and a plainer title; and tell us: it is a defect of ours",
        )


def _read_boxes(header: AddressHeader, data: bytes, name: str) -> list[Mailbox]:
    """Who a header names, as both readers of the standard library see it; where they differ, nobody.

    The names are those of the older one: the newer one puts spaces into long names (seen with Python 3.11).
    """
    old = getaddresses([str(email.message_from_bytes(data)[name])])
    if [address for _, address in old] != [one.addr_spec for one in header.addresses]:
        return []
    return [
        Mailbox(name=str(make_header(decode_header(shown))), address=address)
        for shown, address in old
    ]
