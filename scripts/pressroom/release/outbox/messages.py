"""All messages of a release, made from the one announcement: a parcel for the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.mailboxes import parse_mailbox
from pressroom.release.outbox import parcel
from pressroom.release.outbox.forges import (
    forge_body,
    forge_script,
    github_command,
    gitlab_command,
)
from pressroom.release.outbox.mail import Mail, message_id, render_mail
from pressroom.release.outbox.texts import chat_text, plain_text

if TYPE_CHECKING:
    import datetime as dt

    from pressroom.release.outbox.texts import News


def parcel_id(project: str, version: str) -> str:
    """What the messages of a release are called in the outbox."""
    return f"{project}-{version}"


def release_mail(
    news: News, *, sender: str, recipients: tuple[str, ...], date: dt.datetime, domain: str
) -> Mail:
    """The mail of a release; its id follows from project and version alone."""
    record = news.record
    return Mail(
        sender=sender,
        recipients=recipients,
        subject=news.announced.title,
        text=plain_text(news),
        date=date,
        id=message_id(record.project, record.version, domain),
    )


def release_parcel(news: News, mail: Mail | None) -> parcel.Parcel:
    """Everything that a release tells. Raises FindingsError, ConfigError for values that no message can carry."""
    body = forge_body(news).encode()
    files = {
        parcel.TEXT: plain_text(news).encode(),
        parcel.CHAT: chat_text(news).encode(),
        parcel.GITHUB[0]: body,
        parcel.GITHUB[1]: forge_script("GitHub", github_command(news)).encode(),
        parcel.GITLAB[0]: body,
        parcel.GITLAB[1]: forge_script("GitLab", gitlab_command(news)).encode(),
    }
    if mail is not None:
        files[parcel.MAIL] = render_mail(mail)
    return parcel.Parcel(
        id=parcel_id(news.record.project, news.record.version),
        kind="release",
        files=files,
        envelope=None if mail is None else envelope_of(mail),
    )


def envelope_of(mail: Mail) -> parcel.Envelope:
    """Between which addresses a mail goes."""
    boxes = [parse_mailbox(text) for text in (mail.sender, *mail.recipients)]
    sender, *recipients = [box.address for box in boxes if box is not None]
    return parcel.Envelope(sender=sender, recipients=tuple(recipients))
