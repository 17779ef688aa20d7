"""What the release tells others: its messages, made once and frozen, and the mail among them, sent at most once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.config import load_config
from pressroom.errors import FindingsError
from pressroom.findings import Finding
from pressroom.mailboxes import check_mailbox
from pressroom.release.outbox.parcel import check_id
from pressroom.release.outbox.record import State
from pressroom.release.outbox.sending import in_doubt, send
from pressroom.release.outbox.store import Outbox
from pressroom.release.recipe import Step, Thing, absent, conflict, done, judged

if TYPE_CHECKING:
    from pressroom.release.job import Job
    from pressroom.release.outbox.parcel import Parcel
    from pressroom.release.outbox.store import Item
    from pressroom.release.outbox.texts import News
    from pressroom.release.recipe import Answer

# Where the hub shows a version; a test compares it with what the site does.
PAGE = "projects/{project}/{version}/"


def outbox_of(job: Job) -> Outbox:
    """The outbox of this user, or of the rehearsal."""
    return Outbox(job.state.base / "outbox")


def _name(job: Job) -> str:
    return check_id(f"{job.project.id}-{job.version}")


def _item(job: Job) -> Item | None:
    outbox = outbox_of(job)
    return outbox.load(_name(job)) if outbox.has(_name(job)) else None


def _sender(job: Job) -> str:
    """Who writes: as the user says, else who commits."""
    if job.world.mail.sender:
        return job.world.mail.sender
    if job.plan is not None:
        return f"{job.plan.name} <{job.plan.email}>"
    git = job.checkout
    return f"{git.setting('user.name') or ''} <{git.setting('user.email') or ''}>"


def _ready(job: Job) -> Answer:
    if not job.project.mail:
        return done("no mail is promised")
    where = "pressroom/config.toml [mail]"
    found = [*check_mailbox(_sender(job), what="from", where=where)]
    if job.world.post is None:
        found.append(Finding(where=where, message="nobody takes mail", hint="see RELEASING.md"))
    else:
        found += job.world.post.check()
    return judged(found, f"to {', '.join(job.project.mail)}")


def _filled(job: Job) -> Answer:
    item = _item(job)
    if item is None:
        return absent("nothing is written yet")
    return done(f"pressroom outbox show {item.letter.id}")


def _fill(job: Job) -> None:
    outbox_of(job).make(release_messages(job), now=job.world.now())


def release_messages(job: Job) -> Parcel:
    """All messages of the release, of an announcement that is public. Raises FindingsError."""
    from pressroom.release.outbox.messages import release_mail, release_parcel  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second

    news = _news(job)
    recipients = job.project.mail or job.world.mail.to
    if not recipients:
        return release_parcel(news, None)
    mail = release_mail(
        news,
        sender=_sender(job),
        recipients=recipients,
        date=job.frozen.time,
        domain=load_config(job.site.folder).settings.domain,
    )
    return release_parcel(news, mail)


def _news(job: Job) -> News:
    from pressroom.changelog.announcing import announcement_for  # noqa: PLC0415 - as above
    from pressroom.changelog.published import published_path  # noqa: PLC0415 - as above
    from pressroom.changelog.published_parse import parse_published  # noqa: PLC0415 - as above
    from pressroom.changelog.render.announcement import announced  # noqa: PLC0415 - as above
    from pressroom.dates import PartialDate  # noqa: PLC0415 - as above
    from pressroom.release.outbox.texts import News  # noqa: PLC0415 - as above
    from pressroom.release.steps.announcement import announced_record  # noqa: PLC0415 - as above

    where = published_path(job.project.id, job.version)
    data = announced_record(job)
    assert data is not None, "announce comes before"
    record, findings = parse_published(data.decode("utf-8", "replace"), where=where)
    if record is None:
        raise FindingsError(findings)
    time = job.frozen.time
    known = (one for one in job.project.announcements if one.versions[0] == job.version)
    announcement = next(known, None) or announcement_for(
        job.project, job.release, date=PartialDate(time.year, time.month, time.day)
    )
    config = load_config(job.site.folder)
    page = PAGE.format(project=job.project.id, version=job.version)
    return News(
        announced=announced(job.changelog, announcement),
        record=record,
        page=config.base_url(config.hub) + page,
    )


def _sent(job: Job) -> Answer:
    if not job.project.mail:
        return done("the project names no recipient (mail: in its front matter)")
    item = _item(job)
    if item is None:
        return absent("nothing is written yet")
    if not item.is_mail:
        return done("its messages were made when no recipient was named")
    if item.state is State.SENT:
        return done(f"taken {item.lines[-1].at}: {item.lines[-1].note}")
    if item.state is State.DOUBT:
        error = in_doubt(item)
        return conflict(Finding(where=error.where, message=error.message, hint=error.hint))
    return absent(item.lines[-1].note or "not sent yet")


def _send(job: Job) -> None:
    assert job.world.post is not None, "check-mail refuses it"
    send(outbox_of(job), _name(job), job.world.post, now=job.world.now)


def _things(job: Job) -> tuple[Thing, ...]:
    if not job.project.mail:
        return ()
    item = _item(job)
    is_public = {State.SENT: True, State.DOUBT: None}.get(item.state, False) if item else False
    return (Thing(name=f"the mail to {', '.join(job.project.mail)}", is_public=is_public),)


check_mail = Step(
    name="check-mail",
    sentence="Mail can be handed in, if the project has recipients",
    probe=_ready,
)
fill_outbox = Step(
    name="fill-outbox",
    sentence="Write mail, forge releases and texts into the outbox, and freeze them",
    probe=_filled,
    act=_fill,
)
send_mail = Step(
    name="send-mail",
    sentence="Send the mail, if the project has recipients; at most once",
    probe=_sent,
    act=_send,
    things=_things,
)
