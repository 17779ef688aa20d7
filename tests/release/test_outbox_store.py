"""The outbox on the disk: frozen once, believed only where it can be read, and at most one mail."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from outbox_parcels import TIME, CountingPost, parcel

from pressroom.errors import ConfigError, ExitCode, PressroomError
from pressroom.release.outbox.parcel import Envelope, Parcel
from pressroom.release.outbox.record import State, parse_lines
from pressroom.release.outbox.report import recipients_of, row_as_dict, rows_of
from pressroom.release.outbox.sending import (
    DoubtError,
    MailRefusedError,
    MailUnansweredError,
    send,
    settle,
)
from pressroom.release.outbox.store import Outbox
from pressroom.world.mail_fate import Fate

if TYPE_CHECKING:
    from pathlib import Path

NAME = "widget-1.0"


def now() -> dt.datetime:
    """A time that stands still."""
    return TIME


@pytest.fixture
def box(tmp_path: Path) -> Outbox:
    """An outbox with the messages of Widget 1.0."""
    outbox = Outbox(tmp_path / "outbox")
    outbox.make(parcel(), now=TIME)
    return outbox


def test_what_is_frozen_stays(box: Outbox) -> None:
    """A second parcel of the same id changes no byte, whatever is in it."""
    before = box.load(NAME).read("mail.eml")
    item = box.make(dataclasses.replace(parcel(), files={"text.txt": b"other"}), now=TIME)

    assert before == item.read("mail.eml") == parcel().files["mail.eml"]
    assert [NAME] == box.ids()
    assert State.MADE is item.state


def test_nobody_else_reads_it(box: Outbox) -> None:
    """Folder and files are for their owner alone; the frozen ones nobody writes."""
    folder = box.folder / NAME
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}

    assert 0o700 == folder.stat().st_mode & 0o777
    assert {0o600, 0o400} == set(modes.values())
    assert 0o600 == modes["state.jsonl"]


def test_a_mail_is_sent_once(box: Outbox) -> None:
    """The second time it is found sent: the server hears nothing of it."""
    post = CountingPost()
    for _ in range(2):
        assert State.SENT is send(box, NAME, post, now=now).state

    assert 1 == len(post.accepted)
    assert [State.MADE, State.INTENT, State.SENT] == [one.state for one in box.load(NAME).lines]


def test_a_doubt_is_told_and_not_tried_again(box: Outbox) -> None:
    """Once in doubt, nothing is sent but by a person who says so, or it is said to have arrived."""
    post = CountingPost(Fate.DOUBT, "no answer")
    for _ in range(2):
        with pytest.raises(DoubtError) as caught:
            send(box, NAME, post, now=now)
        assert "no answer" in caught.value.message
        assert f"pressroom outbox send --despite-doubt {NAME}" in caught.value.hint
    assert 1 == len(post.accepted)
    post.fate = Fate.SENT
    send(box, NAME, post, now=now, despite_doubt=True)

    assert 2 == len(post.accepted)


def test_a_person_ends_a_doubt(box: Outbox) -> None:
    """`--arrived`: sent from then on; of what is in no doubt it is refused."""
    with pytest.raises(DoubtError) as doubt:
        send(box, NAME, CountingPost(Fate.DOUBT), now=now)
    assert f"--arrived {NAME}" in doubt.value.hint
    assert State.SENT is settle(box, NAME, now=now).state
    with pytest.raises(ConfigError) as caught:
        settle(box, NAME, now=now)

    assert "pressroom outbox list shows what is in doubt" == caught.value.hint


@pytest.mark.parametrize(
    ("fate", "error", "state", "code"),
    [
        (Fate.REFUSED, MailRefusedError, State.REFUSED, ExitCode.FINDINGS),
        (Fate.LATER, MailUnansweredError, State.LATER, ExitCode.OUTSIDE),
        (Fate.UNANSWERED, MailUnansweredError, State.LATER, ExitCode.OUTSIDE),
    ],
)
def test_a_no_may_be_tried_again(
    box: Outbox, fate: Fate, error: type[PressroomError], state: State, code: ExitCode
) -> None:
    """Nobody got it, for certain: the next try sends it, once."""
    post = CountingPost(fate, "not now")
    with pytest.raises(error) as caught:
        send(box, NAME, post, now=now)
    assert (code, state) == (caught.value.exit_code, box.load(NAME).state)
    assert caught.value.hint.startswith("nobody got it")
    post.fate = Fate.SENT
    send(box, NAME, post, now=now)

    assert 1 == len(post.accepted)


def test_an_intent_alone_is_a_doubt(box: Outbox) -> None:
    """The process ended before it could say more; half a last line is no line."""
    box.write(NAME, State.INTENT, at=TIME)
    with (box.folder / NAME / "state.jsonl").open("ab") as file:
        file.write(b'{"at": "2026-11-20T09:30:00+00:00", "state": "sent"')
    post = CountingPost()
    with pytest.raises(DoubtError) as caught:
        send(box, NAME, post, now=now)

    assert "it was being sent when the process ended" in caught.value.message
    assert "--despite-doubt" in caught.value.hint
    assert [] == post.accepted
    box.write(NAME, State.DOUBT, at=TIME)
    assert [State.MADE, State.INTENT, State.DOUBT] == [one.state for one in box.load(NAME).lines]


GOOD = b'{"at":"2026-11-20T09:30:00+00:00","state":"made","code":0,"note":"","format":1}\n'


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"", "Do not remove it"),
        (b"\n", "Do not remove it"),
        (GOOD + b"nonsense\n", "Do not remove it"),
        (GOOD + b"[" * 100_000 + b"\n", "Do not remove it"),
        (GOOD + b'{"format": 1, "state": "maybe", "at": ""}\n', "Do not remove it"),
        (GOOD + b"\xff\n", "Do not remove it"),
        (GOOD.replace(b"made", b"sent"), "Do not remove it"),
        (GOOD * 20_000, "Do not remove it"),
        (GOOD.replace(b'"format":1', b'"format":2'), "go on with the Pressroom that wrote it"),
    ],
)
def test_a_record_that_cannot_be_read_stops_it(box: Outbox, data: bytes, hint: str) -> None:
    """Empty, damaged, too large, of another format: nothing is sent, and the list names it."""
    (box.folder / NAME / "state.jsonl").write_bytes(data)
    post = CountingPost()
    with pytest.raises(PressroomError) as caught:
        send(box, NAME, post, now=now, despite_doubt=True)

    assert hint in caught.value.hint
    assert [] == post.accepted
    assert [("damaged", True)] == [(row.state, row.is_bad) for row in rows_of(box)]


def test_lines_are_read_in_linear_time() -> None:
    """As many lines as a record can have are read in less than a second."""
    begin = time.monotonic()
    lines = parse_lines(GOOD * (1_000_000 // len(GOOD)), where="x")

    assert 10_000 < len(lines)
    assert 1 > time.monotonic() - begin


@pytest.mark.parametrize(
    "change",
    [
        lambda letter: {**letter, "id": "other-1.0"},
        lambda letter: {**letter, "files": {"../../x": "0"}},
        lambda letter: {**letter, "envelope": "all@x.example"},
        lambda letter: {**letter, "format": 9},
        lambda _: [],
    ],
)
def test_a_letter_of_others_is_not_believed(box: Outbox, change: object) -> None:
    """Another id, a path, another shape, another format: refused, with advice."""
    path = box.folder / NAME / "letter.json"
    path.chmod(0o600)
    assert callable(change)
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(PressroomError) as caught:
        box.load(NAME)

    assert "backup" in caught.value.hint or "go on with the Pressroom" in caught.value.hint


def test_other_bytes_are_not_sent(box: Outbox) -> None:
    """A mail that somebody changed is not the one that was frozen; a link is no file."""
    path = box.folder / NAME / "mail.eml"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"list@", b"evil@"))
    post = CountingPost()
    with pytest.raises(PressroomError) as caught:
        send(box, NAME, post, now=now)
    assert "backup" in caught.value.hint
    path.unlink()
    path.symlink_to("/etc/passwd")
    with pytest.raises(PressroomError) as caught:
        send(box, NAME, post, now=now)

    assert caught.value.hint
    assert [] == post.accepted


@pytest.mark.parametrize("name", ["../x", "", ".", ".lock", "a/b", "a..b", "x" * 200, "-x", "a\nb"])
def test_an_id_is_no_path(box: Outbox, name: str) -> None:
    """Nothing outside the outbox can be named."""
    with pytest.raises(ConfigError) as caught:
        box.load(name)

    assert "pressroom outbox list shows the ids" == caught.value.hint


def test_a_private_address_is_in_no_report(box: Outbox) -> None:
    """A reply goes to somebody whose address no list shows; other messages do not need one."""
    reply = Parcel(
        id="reply-7",
        kind="reply",
        files={"mail.eml": b"To: someone@home.example\r\n\r\nthanks\r\n"},
        envelope=Envelope(sender="a@press.example", recipients=("someone@home.example",)),
        is_private=True,
    )
    item = box.make(reply, now=TIME)

    assert ("a private address",) == recipients_of(item)
    assert "home.example" not in json.dumps([row_as_dict(row) for row in rows_of(box)])
    assert State.SENT is send(box, "reply-7", CountingPost(), now=now).state


KILLED = """
import sys, os, signal, pathlib
sys.path[:0] = ["tests", "scripts"]
from outbox_parcels import TIME, parcel
from pressroom.release.outbox import store
from pressroom.release.outbox.store import Outbox
stop, count = int(sys.argv[2]), 0
def counted(function):
    def call(*arguments, **options):
        global count
        if count == stop:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1
        return function(*arguments, **options)
    return call
for name in ("fsync", "open", "replace", "rename", "mkdir"):
    setattr(os, name, counted(getattr(os, name)))
Outbox(pathlib.Path(sys.argv[1])).make(parcel(), now=TIME)
"""


@pytest.mark.parametrize("stop", range(2, 34, 3))
def test_killed_while_it_is_filled(tmp_path: Path, checkout: Path, stop: int) -> None:
    """SIGKILL at any call of the system: the parcel is there whole or not at all, and then is made anew."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "outbox"), str(stop)],
        cwd=checkout,
        env={"PATH": os.environ["PATH"]},
        check=False,
    )
    assert -signal.SIGKILL == done.returncode
    box = Outbox(tmp_path / "outbox")
    for name in box.ids():
        assert State.MADE is box.load(name).state
    item = box.make(parcel(), now=TIME)

    assert parcel().files == {name: item.read(name) for name in item.letter.files}
    assert [NAME] == box.ids()
    assert not list(box.folder.glob(".new-*"))
