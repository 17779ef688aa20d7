"""The messages of a release: one source, many texts, and no value that becomes something else."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import shlex
import subprocess
from email.header import decode_header, make_header
from email.utils import getaddresses
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outbox_parcels import FROM, LONG, TIME, TO, news, parcel

from pressroom.errors import ConfigError, FindingsError, PressroomError
from pressroom.mailboxes import Mailbox, check_mailbox, parse_mailbox
from pressroom.release.outbox.forges import github_command, gitlab_command
from pressroom.release.outbox.lines import WIDTH
from pressroom.release.outbox.mail import Mail, render_mail
from pressroom.release.outbox.texts import chat_text, plain_text
from pressroom.release.steps.outbox import PAGE
from pressroom.site import urls

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

# What people type; what cannot be seen is refused by the tests above.
WRITTEN = st.characters(categories=("L", "N", "P", "S", "Zs"))
MAIL = Mail(
    sender=FROM,
    recipients=TO,
    subject="Widget 1.0",
    text="it is out\n",
    date=TIME,
    id="w-1@p.example",
)


def _read(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)


def test_the_mail_says_who_and_what() -> None:
    """Names beyond ASCII arrive, the bytes are ASCII, the id is fixed, no header of lists is there."""
    data = parcel().files["mail.eml"]
    read = _read(data)

    assert data.isascii()
    assert "Zoë Müller" == read["From"].addresses[0].display_name
    assert [("Widget, the list", "list@lists.example")] == [
        (one.display_name, one.addr_spec) for one in read["To"].addresses
    ]
    assert "Widget 1.0 released" == read["Subject"]
    assert "<widget-1.0@press.example>" == read["Message-ID"]
    assert "Fri, 20 Nov 2026 09:30:00 +0000" == read["Date"]
    assert ["text/plain", "utf-8"] == [read.get_content_type(), read.get_content_charset()]
    assert not [name for name in read if name.lower().startswith("list-")]
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert data == parcel().files["mail.eml"]


def test_lines_are_short_where_they_can_be() -> None:
    """At most 78 characters, but for an address that is longer; code and hashes stand as they are."""
    text = plain_text(news())
    too_long = [line for line in text.split("\n") if len(line) > WIDTH]

    assert ["  " + LONG.split()[-1]] == too_long
    assert "\n  - as asked for (https://press.example/issue/1)\n" in text
    assert f"\n    {'5' * 64}\n" in text
    assert "\n From here it is code\n" in text  # a mailbox would begin the next mail there


@pytest.mark.parametrize(
    "value", ["a\r\nBcc: all@x.example", "a\nb", "a\rb", "a\x00b", "a\u2028b", "a\x85b"]
)
@pytest.mark.parametrize("field", ["sender", "recipients", "subject", "id", "reply_to"])
def test_no_value_becomes_a_header(field: str, value: str) -> None:
    """A line end in any value is refused, with the name of the header and a hint."""
    bad = f"{value} <a@press.example>" if field not in {"subject", "id"} else value
    changed: Any = (bad,) if field == "recipients" else bad
    with pytest.raises(FindingsError) as caught:
        render_mail(dataclasses.replace(MAIL, **{field: changed}))

    names = {"sender": "From", "recipients": "To", "subject": "Subject", "id": "Message-ID"}
    assert names.get(field, "Reply-To") in {one.where for one in caught.value.findings}
    assert all(one.hint for one in caught.value.findings)


def test_everything_wrong_is_said_at_once() -> None:
    """Sender, recipient, subject and time: four findings, not the first."""
    with pytest.raises(FindingsError) as caught:
        render_mail(
            Mail(
                sender="nobody",
                recipients=(),
                subject="",
                text="",
                date=TIME.replace(tzinfo=None),
                id="x",
            )
        )

    assert ["Date", "From", "Message-ID", "Subject", "To"] == [
        one.where for one in caught.value.findings
    ]
    assert (
        'write name@example.org or "A Name <name@example.org>"; a host beyond ASCII as xn--…'
        in {one.hint for one in caught.value.findings}
    )


@given(
    name=st.text(WRITTEN, max_size=120),
    subject=st.text(WRITTEN, max_size=250),
    text=st.text(max_size=300),
)
def test_any_text_arrives_or_is_refused(name: str, subject: str, text: str) -> None:
    """Whatever name, subject and text are: a reader finds them as they were, or the mail is not made."""
    mail = dataclasses.replace(
        MAIL,
        recipients=(f"{name} <to@press.example>", "b@press.example"),
        subject=subject,
        text=text,
    )
    try:
        data = render_mail(mail)
    except FindingsError:
        return
    read = _read(data)
    assert ["to@press.example", "b@press.example"] == [
        one.addr_spec for one in read["To"].addresses
    ]
    assert " ".join(subject.split()) == str(read["Subject"])
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))


@pytest.mark.parametrize(
    "name", ["Рассылка новостей проекта виджет и его друзей, все новости", "é" * 199]
)
def test_a_long_name_arrives(name: str) -> None:
    """A name of many encoded words is one name to readers, with every letter and no other."""
    data = render_mail(dataclasses.replace(MAIL, recipients=(f"{name} <to@press.example>",)))
    ((shown, address),) = getaddresses([str(email.message_from_bytes(data)["To"])])

    assert (name, "to@press.example") == (str(make_header(decode_header(shown))), address)
    assert max(map(len, data.split(b"\r\n"))) <= 100


def test_a_title_in_code_is_refused() -> None:
    """What readers would take for an encoded word would be shown as something else: no mail is made."""
    with pytest.raises(PressroomError) as caught:
        render_mail(dataclasses.replace(MAIL, subject="see =?utf-8?q?Bcc?= now"))

    assert "write plainer names and a plainer title" in caught.value.hint


def test_a_plain_mail_needs_no_coding() -> None:
    """ASCII in short lines goes as it is; a long line goes quoted, so that no server breaks it."""
    long = dataclasses.replace(MAIL, text="x" * 3_000)

    assert "7bit" == _read(render_mail(MAIL))["Content-Transfer-Encoding"]
    assert "quoted-printable" == _read(render_mail(long))["Content-Transfer-Encoding"]


@pytest.mark.parametrize(
    "text",
    ["", "a", "a@", "@b", "a b@c.example", "a@b@c.example", "a@-c.example", "ä@c.example", "a@ü.example",
     "a..b@c.example", "A <a@c.example> x", 'A "B" <a@c.example>', "A <<a@c.example>", "x" * 65 + "@c.example",
     "A <a@c.example>\n", "a@c.example,b@c.example", "(a)a@c.example", "A\\ <a@c.example>"],
)  # fmt: skip
def test_what_is_no_mailbox(text: str) -> None:
    """None of these is an address of mail, and the finding says how one is written."""
    assert parse_mailbox(text) is None
    (found,) = check_mailbox(text, what="recipient", where="x.md")
    assert "xn--" in found.hint


def test_what_is_a_mailbox() -> None:
    """With a name, with quotes around it, without one."""
    assert Mailbox(name="Zoë, M.", address="z+a@x.example") == parse_mailbox(
        '"Zoë, M." <z+a@x.example>'
    )
    assert Mailbox(address="root@localhost") == parse_mailbox("root@localhost")


@pytest.mark.parametrize("size", [0, 400, 3_000])
def test_a_chat_gets_few_words_and_the_whole_link(size: int) -> None:
    """At most 500 characters, with the address uncut, however long title and description are."""
    long = "word " * (size // 5)
    one = news()
    project = dataclasses.replace(one.announced.project, description=long or "short")
    shown = dataclasses.replace(one.announced, title=f"Widget {long}".strip(), project=project)
    text = chat_text(dataclasses.replace(one, announced=shown))

    assert len(text) <= 501
    assert text.endswith(f"\n{one.page}\n")
    assert text.startswith("Widget")


def test_forges_get_files_and_hashes() -> None:
    """One Markdown text for both: what changed, each file with size, hash and address."""
    files = parcel().files
    body = files["github.md"].decode()

    assert files["github.md"] == files["gitlab.md"]
    assert "- a `#` is no comment" in body
    row = f"| [widget-1.0.tar.gz](<https://files.press.example/widget-1.0.tar.gz>) | 1234 | `{'5' * 64}` |"
    assert row in body


def test_the_commands_are_exact() -> None:
    """GitHub with --verify-tag, GitLab with the commit and without an update; the repository where it is theirs."""
    assert (
        "gh release create 1.0 --verify-tag '--title=Widget 1.0 released' --notes-file=github.md "
        "--repo=https://github.com/owner/widget" == github_command(news())
    )
    assert (
        f"glab release create 1.0 --no-update --ref={'c' * 40} '--name=Widget 1.0 released' "
        "--notes-file=gitlab.md" == gitlab_command(news())
    )


@pytest.mark.parametrize("name", ["github", "gitlab"])
def test_a_title_runs_nothing(tmp_path: Path, name: str) -> None:
    """Whatever the title holds, the program gets it as one argument, and the shell does nothing with it."""
    title = '$(touch here) `touch here` ;touch here " & | > here *'
    files = parcel(title=title, tag="v1.0;touch here").files
    for file in (f"{name}.md", f"{name}.sh"):
        (tmp_path / file).write_bytes(files[file])
    program = {"github": "gh", "gitlab": "glab"}[name]
    fake = tmp_path / "bin" / program
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$0.said"\n')
    fake.chmod(0o755)
    subprocess.run(
        ["/bin/sh", str(tmp_path / f"{name}.sh")],
        env={"PATH": f"{fake.parent}:/usr/bin:/bin"},
        check=True,
        cwd="/",
    )
    said = (tmp_path / "bin" / f"{program}.said").read_text().split("\n")

    assert "v1.0;touch here" in said
    assert title in {one.partition("=")[2] for one in said}
    assert not list(tmp_path.rglob("here*"))


def test_a_tag_is_no_option() -> None:
    """A tag that a program would take for an option is refused, with the place to mend."""
    with pytest.raises(ConfigError) as caught:
        github_command(news(tag="--repo=evil"))

    assert "see announce_title and tag in the front matter" in caught.value.hint


def test_a_pre_release_is_marked() -> None:
    """GitHub shows a release candidate as one."""
    one = news()
    early = dataclasses.replace(one, record=dataclasses.replace(one.record, version="1.0rc1"))

    assert "--prerelease" in shlex.split(github_command(early))


def test_the_page_is_where_the_site_has_it() -> None:
    """The link in every message is that of the version's page."""
    project, release = news().announced.project, news().announced.releases[0]

    assert urls.release(project, release, has_more=True) == PAGE.format(
        project=project.id, version=release.version
    )
