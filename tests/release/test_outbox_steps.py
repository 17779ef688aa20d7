"""Outbox and mail as steps of a release: made once, sent once, in doubt a stop; a rehearsal reaches no server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mail_servers import mail_host
from release_runs import run_release
from release_world import CHANGELOG

from pressroom.changelog.parse import parse_changelog
from pressroom.errors import ExitCode
from pressroom.release.outbox.parcel import Envelope
from pressroom.release.outbox.posts import FolderPost
from pressroom.release.outbox.record import State
from pressroom.release.outbox.store import Outbox
from pressroom.release.places import load_user_settings
from pressroom.release.recipes import PYTHON
from pressroom.release.steps.outbox import check_mail, fill_outbox, send_mail
from pressroom.world.mail_fate import Fate

if TYPE_CHECKING:
    from mail_servers import MailHost
    from release_runs import Run
    from release_world import Stage

    from pressroom.release.warehouse.server import Index

# Ours, and what takes long and changes nothing here.
OTHERS = {
    "check-mail",
    "fill-outbox",
    "send-mail",
    "audit-dist",
    "install-dist",
    "verify-published",
}
WITHOUT = [step for step in PYTHON if step.name not in OTHERS]
STEPS = (check_mail, *WITHOUT, fill_outbox, send_mail)
WITH_MAIL = CHANGELOG.replace(
    "announcements: []", 'announcements: []\nmail: ["The list <list@lists.example>"]'
)


def configure(stage: Stage, host: MailHost) -> None:
    """Add the mail server to the user's configuration."""
    path = Path(stage.environment["XDG_CONFIG_HOME"]) / "pressroom" / "config.toml"
    before = path.read_text().partition("[mail]")[0]
    path.write_text(f'{before}[mail]\nserver = "127.0.0.1"\nport = {host.port}\nca = "{host.ca}"\n')


def box_of(stage: Stage) -> Outbox:
    """Where the release of the stage puts its messages."""
    return Outbox(Path(stage.environment["XDG_STATE_HOME"]) / "pressroom" / "outbox")


def things(run: Run) -> dict[str, bool | None]:
    """What is public when it stopped."""
    return {thing.name: thing.is_public for thing in run.outcome.things}


def test_a_release_mails_once(stage: Stage, index: Index, tmp_path: Path) -> None:
    """One mail, from who commits, of the day of the plan; the second run finds it sent."""
    stage.commit(stage.press, {"releases/widget.md": WITH_MAIL})
    with mail_host(tmp_path) as host:
        configure(stage, host)
        first = run_release(stage, steps=STEPS)
        second = run_release(stage, steps=STEPS)
        (mail,) = host.accepted

    assert (ExitCode.FINE, "") == (first.outcome.exit_code, first.reason)
    assert {"fill-outbox", "send-mail"} <= set(first.outcome.did)
    assert () == second.outcome.did
    assert b"From: The maintainer <maintainer@press.example>\r\n" in mail
    assert b"Message-ID: <widget-1.0@press.example>\r\n" in mail
    assert b"sha256\r\n" in mail
    assert index.simple_url.encode()[:16] in mail
    item = box_of(stage).load("widget-1.0")
    assert ("release", State.SENT) == (item.letter.kind, item.state)


def test_a_doubt_stops_a_release(stage: Stage, index: Index, tmp_path: Path) -> None:
    """Taken and dropped: it stops with the two ways out, and the next run sends nothing."""
    stage.commit(stage.press, {"releases/widget.md": WITH_MAIL})
    with mail_host(tmp_path, drop="DOT") as host:
        configure(stage, host)
        first = run_release(stage, steps=STEPS)
        second = run_release(stage, steps=STEPS)
        assert 1 == len(host.accepted)

    assert [ExitCode.FINDINGS] * 2 == [first.outcome.exit_code, second.outcome.exit_code]
    for run in (first, second):
        assert "pressroom outbox send --despite-doubt widget-1.0" in run.reason
        assert things(run)["the mail to The list <list@lists.example>"] is None
    assert 2 == len(index.uploads)


def test_a_server_that_is_not_there(stage: Stage, index: Index, tmp_path: Path) -> None:
    """Everything else is public; exit 3; the same command later sends the mail."""
    stage.commit(stage.press, {"releases/widget.md": WITH_MAIL})
    with mail_host(tmp_path) as host:
        pass
    configure(stage, host)
    first = run_release(stage, steps=STEPS)
    with mail_host(tmp_path) as host:
        configure(stage, host)
        second = run_release(stage, steps=STEPS)

    assert (ExitCode.OUTSIDE, ExitCode.FINE) == (first.outcome.exit_code, second.outcome.exit_code)
    assert "hint: nobody got it; try again later" in first.reason
    assert things(first)["the mail to The list <list@lists.example>"] is False
    assert ("send-mail",) == second.outcome.did
    assert (1, 2) == (len(host.accepted), len(index.uploads))


def test_no_server_is_told_before_anything(stage: Stage, index: Index) -> None:
    """The project promises mail and the user named no server: it stops before the plan."""
    stage.commit(stage.press, {"releases/widget.md": WITH_MAIL})
    run = run_release(stage, steps=STEPS)

    assert ExitCode.FINDINGS is run.outcome.exit_code
    assert 'hint: write [mail] server = "smtp.example.org"' in run.reason
    assert {} == index.uploads


@pytest.mark.usefixtures("index")
def test_without_recipients_no_mail(stage: Stage) -> None:
    """A project that names nobody: its texts are there, no server is needed."""
    run = run_release(stage, steps=STEPS)
    item = box_of(stage).load("widget-1.0")

    assert ExitCode.FINE is run.outcome.exit_code
    assert ["chat.txt", "github.md", "github.sh", "gitlab.md", "gitlab.sh", "text.txt"] == sorted(
        item.letter.files
    )
    assert "1.0 - 20 November 2026, The maintainer" in item.read("text.txt").decode()


def test_a_rehearsal_keeps_its_mail(tmp_path: Path) -> None:
    """Each delivery is a file of its own, so that two would be seen; the intent comes before."""
    post = FolderPost(folder=tmp_path / "mail")
    before: list[int] = []
    for _ in range(2):
        told = post.deliver(
            Envelope(sender="a@press.example", recipients=("b@press.example",)),
            b"one",
            intent=lambda: before.append(len(list(post.folder.iterdir()))),
            is_private=False,
        )
        assert Fate.SENT is told.fate

    assert ([], [0, 1], [b"one", b"one"]) == (
        post.check(),
        before,
        [path.read_bytes() for path in post.folder.iterdir()],
    )


@pytest.mark.parametrize(
    "value", ['["nobody"]', '["a@x.example", "a@x.example"]', '["ü@x.example"]']
)
def test_recipients_are_looked_at(value: str) -> None:
    """What is no address, or stands there twice, is a finding on its line."""
    text = CHANGELOG.replace("announcements: []", f"announcements: []\nmail: {value}")
    _, findings = parse_changelog(text, where="releases/widget.md")

    assert [text.split("\n").index(f"mail: {value}") + 1] == [one.line for one in findings]
    assert findings[0].hint in {
        "name everybody once",
        'write name@example.org or "A Name <name@example.org>"; a host beyond ASCII as xn--…',
    }


def test_the_settings_have_from(tmp_path: Path) -> None:
    """`from` in the file is who writes; the rest of the table as it is written."""
    path = tmp_path / "config.toml"
    path.write_text(
        '[mail]\nfrom = "Me <me@press.example>"\nsecurity = "tls"\nto = ["a@x.example"]\n'
    )
    mail = load_user_settings(path).mail

    assert ("Me <me@press.example>", "tls", ("a@x.example",)) == (
        mail.sender,
        mail.security,
        mail.to,
    )
