"""`pressroom outbox`: a real server, real processes, SIGKILL between intent and answer."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from mail_servers import HOST, PASSWORD, USER, mail_host
from outbox_parcels import TIME, parcel

from pressroom.release.outbox.record import State
from pressroom.release.outbox.store import Outbox

if TYPE_CHECKING:
    from pathlib import Path

    from mail_servers import MailHost

COMMAND = [sys.executable, "-c", "from pressroom.cli import main; main()", "outbox"]
NAME = "widget-1.0"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A user with an outbox, and a configuration that names the server."""

    root: Path

    @property
    def box(self) -> Outbox:
        """What lies in it."""
        return Outbox(self.root / "state" / "pressroom" / "outbox")

    @property
    def environment(self) -> dict[str, str]:
        """Where this user keeps things."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.root),
            "XDG_STATE_HOME": str(self.root / "state"),
            "XDG_CONFIG_HOME": str(self.root / "config"),
        }

    def configure(self, host: MailHost, more: str = "") -> None:
        """Write the configuration: that server over STARTTLS, the password in a file."""
        folder = self.root / "config" / "pressroom"
        folder.mkdir(parents=True, exist_ok=True)
        secret = folder / "mail-password"
        secret.write_text(f"{PASSWORD}\n")
        secret.chmod(0o600)
        (folder / "config.toml").write_text(
            f'[mail]\nfrom = "Me <me@press.example>"\nserver = "{HOST}"\nport = {host.port}\n'
            f'ca = "{host.ca}"\nuser = "{USER}"\npassword = "file:{secret}"\n{more}'
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The command at work."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit code, and all that it printed."""
        with self.start(*arguments) as process:
            out, error = process.communicate(timeout=60)
        return process.returncode, out + error

    def json(self, *arguments: str) -> tuple[int, Any]:
        """Exit code and object."""
        code, out = self.run(*arguments, "--json")
        return code, json.loads(out)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A user whose outbox holds the messages of Widget 1.0."""
    one = Desk(root=tmp_path)
    one.box.make(parcel(), now=TIME)
    return one


def test_from_the_list_to_sent(desk: Desk, tmp_path: Path) -> None:
    """Listed, tried dry, sent with a login over TLS, listed as sent, and not sent again."""
    with mail_host(tmp_path, auth=True) as host:
        desk.configure(host)
        first = desk.json("list")
        dry = desk.run("send", "--dry-run")
        nobody = desk.run("send")
        assert [] == host.accepted
        sent = desk.json("send", "--yes")
        again = desk.run("send", NAME, "--yes")
        nothing = desk.run("send", "--yes")

    assert (0, "made") == (first[0], first[1]["items"][0]["state"])
    assert (0, f"{NAME} to list@lists.example by {HOST} would be sent\n") == dry
    assert 1 == nobody[0]
    assert "hint: start it in a terminal, or with --yes" in nobody[1]
    assert (0, "sent", 250) == (sent[0], sent[1]["items"][0]["state"], sent[1]["items"][0]["code"])
    assert (0, 0) == (again[0], nothing[0])
    assert "nothing waits to be sent" in nothing[1]
    assert [parcel().files["mail.eml"]] == host.accepted
    assert [(USER.encode(), PASSWORD.encode())] == host.handler.logins


def test_killed_between_intent_and_answer(desk: Desk, tmp_path: Path) -> None:
    """SIGKILL while the server thinks: a doubt, exit 1, no second mail until a person wants one."""
    with mail_host(tmp_path, wait=2, auth=True) as host:
        desk.configure(host)
        process = desk.start("send", NAME, "--yes")
        assert host.handler.got_all.wait(20)
        assert "sending" == desk.json("list")[1]["items"][0]["state"]
        process.send_signal(signal.SIGKILL)
        process.communicate()
        listed, by_name, all_of_it = (
            desk.run("list"),
            desk.run("send", NAME, "--yes"),
            desk.run("send", "--yes"),
        )
        assert 1 == len(host.accepted)
        host.handler.wait = 0
        wanted = desk.run("send", "--despite-doubt", NAME, "--yes")

    assert -signal.SIGKILL == process.returncode
    assert [1, 1, 1] == [listed[0], by_name[0], all_of_it[0]]
    assert listed[1].startswith(f"doubt     {NAME}")
    assert f"pressroom outbox send --despite-doubt {NAME}" in by_name[1]
    assert (0, 2) == (wanted[0], len(host.accepted))
    assert State.SENT is desk.box.load(NAME).state


def test_arrived_after_all(desk: Desk) -> None:
    """A person found it in the archive: it counts as sent, and no server is asked."""
    desk.box.write(NAME, State.INTENT, at=TIME)

    assert 0 == desk.run("send", "--arrived", NAME)[0]
    assert (0, State.SENT) == (desk.run("list")[0], desk.box.load(NAME).state)


def test_started_twice_at_once(desk: Desk, tmp_path: Path) -> None:
    """Three processes send the same mail: the server accepts one."""
    with mail_host(tmp_path, wait=0.3, auth=True) as host:
        desk.configure(host)
        processes = [desk.start("send", NAME, "--yes") for _ in range(3)]
        codes = [process.wait(60) for process in processes]
        for process in processes:
            process.communicate()

    assert [0, 0, 0] == codes
    assert 1 == len(host.accepted)


def test_many_kills_and_at_most_one_mail(desk: Desk, tmp_path: Path, kills: list[float]) -> None:
    """Killed at any time of a sending, begun again each time: one mail at most, and a doubt is told."""
    with mail_host(tmp_path, wait=0.1, auth=True) as host:
        desk.configure(host)
        begin = time.monotonic()
        desk.run("send", "--dry-run")
        whole = time.monotonic() - begin + 0.3
        for part in kills:
            process = desk.start("send", NAME, "--yes")
            time.sleep(part * whole)
            process.kill()
            process.communicate()
        code, _ = desk.run("send", NAME, "--yes")
        state = desk.box.load(NAME).state

    assert 1 >= len(host.accepted)
    assert (code, state) in {(0, State.SENT), (1, State.DOUBT)}
    assert state is State.DOUBT or 1 == len(host.accepted)


def test_exit_codes(desk: Desk, tmp_path: Path) -> None:
    """3: nobody there, or later; 1: refused; and each says what to do."""
    with mail_host(tmp_path) as host:
        pass
    desk.configure(host)
    closed = desk.run("send", NAME, "--yes")
    with mail_host(tmp_path, {"RCPT": "450 greylisted"}, auth=True) as host:
        desk.configure(host)
        later = desk.run("send", NAME, "--yes")
    with mail_host(tmp_path, {"RCPT": "550 no such list"}, auth=True) as host:
        desk.configure(host)
        refused = desk.run("send", NAME, "--yes")
        nothing = desk.run("send", "--yes")

    assert [3, 3, 1, 1] == [closed[0], later[0], refused[0], nothing[0]]
    assert f"hint: nobody got it; try again later: pressroom outbox send {NAME}" in later[1]
    assert "550 no such list" in refused[1]
    assert f"hint: nobody got it; mend that, then pressroom outbox send {NAME}" in refused[1]
    assert PASSWORD not in "".join(path.read_text() for path in desk.box.folder.rglob("*.json*"))


def test_all_wrong_settings_at_once(desk: Desk) -> None:
    """No server, no user for the password, no TLS for it, a bad port: exit 2, before anybody is asked."""
    folder = desk.root / "config" / "pressroom"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(
        '[mail]\nport = 70000\npassword = "hunter2"\nsecurity = "none"\n'
    )
    code, said = desk.run("send", "--yes")

    assert 2 == code
    assert 5 == said.count("hint: ")
    assert 'hint: write [mail] server = "smtp.example.org"' in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--mail", "Message-ID: <widget-1.0@press.example>"),
        ("--github", "gh release create 1.0"),
        ("--gitlab", "glab release create 1.0"),
        ("--text", "Widget 1.0 is available."),
        ("--chat", "https://press.example/projects/widget/1.0/"),
    ],
)
def test_everything_is_shown(desk: Desk, option: str, words: str) -> None:
    """Each message as it was frozen; as JSON too."""
    code, said = desk.run("show", NAME, option)
    as_json = desk.json("show", NAME, option)

    assert 0 == code
    assert words in said
    assert words in "".join(as_json[1]["files"].values())


def test_what_is_not_there(desk: Desk) -> None:
    """An unknown id is wrong usage, with a hint; an empty outbox is none."""
    code, said = desk.run("show", "gadget-1.0")

    assert 2 == code
    assert "hint: pressroom outbox list shows the ids" in said
    assert (0, "the outbox is empty\n") == Desk(root=desk.root / "new").run("list")
