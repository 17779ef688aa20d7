"""The token: read at the moment of use from where only its owner can, and shown by nothing."""

from __future__ import annotations

import base64
import copy
import dataclasses
import json
import os
import pickle
import sys
from typing import TYPE_CHECKING

import keyring
import keyring.backend
import keyring.errors
import pytest
from release_server import CANARY, all_logs, shown

from pressroom.errors import ConfigError
from pressroom.findings import Finding, Severity
from pressroom.release.index.credential import (
    CredentialError,
    Source,
    check_source,
    parse_source,
    read_secret,
)
from pressroom.release.index.macaroon import is_account_wide
from pressroom.release.index.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PYPI = "https://upload.pypi.org/legacy/"
LOOPBACK = "http://127.0.0.1:1/legacy/"


@pytest.fixture(autouse=True)
def nobody_saw_the_token(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """After each test: the token is in no output and no log."""
    with all_logs() as logs:
        yield
    assert CANARY not in "".join(capfd.readouterr())
    assert CANARY not in "\n".join(logs)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with a token that only its owner reads."""
    path = tmp_path / "token"
    path.touch(mode=0o600)
    path.write_text(f"{CANARY}\n")
    return path


def refused(source: Source, url: str = PYPI) -> CredentialError:
    """The error of reading, in which the token is nowhere; and the check before says the same."""
    if source.kind != "fd":
        (finding,) = check_source(source, upload_url=url)
    with pytest.raises(CredentialError) as caught:
        read_secret(source, upload_url=url)
    error = caught.value
    assert CANARY not in shown(error)
    assert str(source) == error.where
    if source.kind != "fd":
        assert (error.message, error.hint) == (finding.message, finding.hint)
    return error


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("keyring", Source(kind="keyring")),
        ("file:/home/me/token", Source(kind="file", value="/home/me/token")),
        ("file:a:b", Source(kind="file", value="a:b")),
        ("fd:3", Source(kind="fd", value="3")),
    ],
)
def test_a_source_is_read_as_written(text: str, source: Source) -> None:
    """Three kinds of place, and the text comes back."""
    assert (source, text) == (parse_source(text), str(source))


@pytest.mark.parametrize(
    "text", ["", "file:", "fd:", "fd:x", "fd:-1", "fd:99999999", "env:X", CANARY]
)
def test_a_place_that_is_none_is_refused(text: str) -> None:
    """Wrong usage, and what was written is not repeated: it may be the token itself."""
    with pytest.raises(ConfigError, match="names no place") as caught:
        parse_source(text)

    assert "write keyring, file:/PATH or fd:NUMBER" == caught.value.hint
    assert CANARY not in str(caught.value)


def test_a_tilde_is_refused() -> None:
    """Nobody expands it here, and a file of that name is not what was meant."""
    with pytest.raises(ConfigError, match="means nothing") as caught:
        parse_source("file:~/token")

    assert "whole path" in caught.value.hint


def test_a_file_gives_the_token(file: Path) -> None:
    """Without its line end; through a link too; and it can be read again."""
    link = file.with_name("link")
    link.symlink_to(file)
    for path in (file, link, file):
        source = parse_source(f"file:{path}")

        assert CANARY == read_secret(source, upload_url=PYPI).reveal()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o700, 0o602])
def test_a_file_that_others_read_is_refused(file: Path, mode: int) -> None:
    """Mode 0600 or stricter; the advice can be pasted."""
    file.chmod(mode)
    error = refused(parse_source(f"file:{file}"))

    assert f"has mode {mode:04o}" in error.message
    assert f"chmod 600 {file}" in error.hint


def test_a_stricter_mode_is_fine(file: Path) -> None:
    """0400 is stricter than 0600."""
    file.chmod(0o400)

    assert [] == check_source(parse_source(f"file:{file}"), upload_url=PYPI)


def test_the_file_of_another_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever owns the file can put another token there."""
    monkeypatch.setattr(os, "getuid", lambda: file.stat().st_uid + 1)
    error = refused(parse_source(f"file:{file}"))

    assert "belongs to another user" == error.message
    assert "chown" in error.hint


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder, a pipe that nobody writes into, a device, nothing: each ends at once with advice."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", "/dev/null"):
        assert "fd:NUMBER" in refused(parse_source(f"file:{path}")).hint
    for path in (tmp_path / "gone", "a\0b", tmp_path / ("x" * 5000)):
        error = refused(parse_source(f"file:{path}"))

        assert "cannot be opened" in error.message
        assert "write the token into that file" == error.hint


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "nothing is there"),
        (b"\n\n", "nothing is there"),
        (f"{CANARY}\n{CANARY}\n".encode(), "alone on one line"),
        (f"{CANARY} \n".encode(), "alone on one line"),
        (f"password = {CANARY}".encode(), "alone on one line"),
        (f"\ufeff{CANARY}".encode(), "alone on one line"),
        (CANARY.encode() + b"\xff", "alone on one line"),
        (CANARY.encode() + b"\0", "alone on one line"),
        (CANARY.encode("utf-16"), "alone on one line"),
        (b"x" + CANARY.encode(), "start with `pypi-`"),
        (CANARY.encode() * 200, "too long"),
    ],
)
def test_what_is_no_token_is_not_quoted(file: Path, content: bytes, message: str) -> None:
    """What lies there may be a password of somebody: the message says what it is not."""
    file.write_bytes(content)
    error = refused(parse_source(f"file:{file}"))

    assert message in error.message
    assert "alone and on one line" in error.hint


def test_a_rehearsal_takes_any_token(file: Path) -> None:
    """The index on this machine has tokens of its own kind; one elsewhere that says 127 has not."""
    file.write_text("secret-of-a-test")
    source = parse_source(f"file:{file}")

    assert "secret-of-a-test" == read_secret(source, upload_url=LOOPBACK).reveal()
    assert "pypi-" in refused(source, "https://127.0.0.1.example/").message


def pipe(data: bytes) -> Source:
    """A pipe with data in it whose other end is closed."""
    ours, theirs = os.pipe()
    os.write(theirs, data)
    os.close(theirs)
    return parse_source(f"fd:{ours}")


def test_a_descriptor_gives_the_token_once() -> None:
    """It is read to its end and closed; the second time says so."""
    source = pipe(f"{CANARY}\n".encode())

    assert [] == check_source(source, upload_url=PYPI)
    assert CANARY == read_secret(source, upload_url=PYPI).reveal()
    error = refused(source)
    assert "is not open, or was read already" == error.message
    assert f"`{source.value}< FILE`" in error.hint
    (finding,) = check_source(source, upload_url=PYPI)
    assert (error.message, error.hint) == (finding.message, finding.hint)


def test_a_descriptor_without_a_token_is_refused() -> None:
    """What came through it is judged like a file, and it is closed."""
    source = pipe(b"x" + CANARY.encode())

    assert "one line" in refused(source).hint
    assert "not open" in refused(source).message


@pytest.mark.parametrize("number", ["1023", "9999999"])
def test_a_descriptor_that_is_not_open_is_explained(number: str) -> None:
    """A number that the shell did not open."""
    assert f"{number}< FILE" in refused(parse_source(f"fd:{number}")).hint


def test_a_terminal_is_refused() -> None:
    """What is typed there is seen by everybody in the room."""
    master, slave = os.openpty()
    try:
        error = refused(parse_source(f"fd:{slave}"))
    finally:
        os.close(master)
        os.close(slave)

    assert "is a terminal" in error.message
    assert "< FILE" in error.hint


def test_a_descriptor_without_an_end_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe whose writer is stuck does not hold the release, and half a token is none."""
    monkeypatch.setattr("pressroom.release.index.credential._SECONDS", 0.05)
    ours, theirs = os.pipe()
    os.write(theirs, CANARY.encode())
    error = refused(parse_source(f"fd:{ours}"))
    os.close(theirs)

    assert "nothing came within 0.05 s" in error.message
    assert "close its end" in error.hint


def test_a_descriptor_that_floods_ends() -> None:
    """Nobody reads for ever."""
    with open("/dev/zero", "rb") as zeros:  # noqa: PTH123 - its descriptor is closed by us
        error = refused(parse_source(f"fd:{os.dup(zeros.fileno())}"))

    assert "too long" in error.message
    assert "one line" in error.hint


class Ring(keyring.backend.KeyringBackend):
    """A keyring that answers by a function."""

    priority = 1
    answers: Callable[[str, str], str | None]

    def get_password(self, service: str, username: str) -> str | None:
        """What was stored."""
        return type(self).answers(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Nobody stores anything."""


@pytest.fixture
def ring() -> Iterator[type[Ring]]:
    """The keyring of this process is ours for a while."""
    before = keyring.get_keyring()
    keyring.set_keyring(Ring())  # type: ignore[no-untyped-call]  # theirs
    yield Ring
    keyring.set_keyring(before)


def test_the_keyring_is_asked_as_twine_asks_it(ring: type[Ring]) -> None:
    """The password of `__token__` for the upload address."""
    asked = []

    def answers(service: str, username: str) -> str:
        asked.append((service, username))
        return CANARY

    ring.answers = staticmethod(answers)

    assert CANARY == read_secret(parse_source("keyring"), upload_url=PYPI).reveal()
    assert [(PYPI, "__token__")] == asked


def test_an_empty_keyring_is_explained(ring: type[Ring]) -> None:
    """The advice is the command that stores it."""
    ring.answers = staticmethod(lambda *_: None)
    error = refused(parse_source("keyring"))

    assert f"no password of __token__ for {PYPI}" in error.message
    assert f"keyring set {PYPI} __token__" in error.hint


@pytest.mark.parametrize(
    "error", [keyring.errors.KeyringLocked, keyring.errors.NoKeyringError, OSError, ValueError]
)
def test_a_keyring_that_fails_is_explained(ring: type[Ring], error: type[Exception]) -> None:
    """Whatever a backend raises becomes its kind and the advice; its text is not shown."""

    def answers(*_: str) -> str:
        raise error(CANARY)

    ring.answers = staticmethod(answers)
    caught = refused(parse_source("keyring"))

    assert f"the keyring gives nothing: {error.__name__}" == caught.message
    assert "file:/PATH" in caught.hint


def test_a_machine_without_keyring_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twine brings no keyring on some machines."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    error = refused(parse_source("keyring"))

    assert "no keyring is installed" == error.message
    assert "file:/PATH" in error.hint


def test_a_secret_is_shown_by_nothing() -> None:
    """No text, format, container, dataclass, copy or pickle has the value."""
    secret = Secret(CANARY.encode())

    @dataclasses.dataclass
    class Holder:
        token: Secret

    holder = Holder(token=secret)
    for text in (
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret:>99}",
        f"{secret!r}",
        "%s" % secret,  # noqa: UP031 - the old way too
        repr([secret, {"x": secret}]),
        repr(holder),
    ):
        assert CANARY not in text
    for way in (copy.copy, copy.deepcopy, pickle.dumps, lambda _: dataclasses.asdict(holder)):
        with pytest.raises(TypeError, match="neither copied nor pickled"):
            way(secret)
    with pytest.raises(TypeError, match="not JSON serializable") as caught:
        json.dumps({"token": secret})
    assert CANARY not in shown(caught.value)
    assert CANARY == secret.reveal()


def test_a_secret_is_wiped_at_its_end() -> None:
    """The bytes in it are gone when it is."""
    secret = Secret(CANARY.encode())
    inside = secret._value
    del secret

    assert bytes(len(CANARY)) == bytes(inside)


def macaroon(*caveats: object) -> str:
    """A token as PyPI makes them: macaroon of version 2, caveats in JSON."""

    def field(kind: int, data: bytes) -> bytes:
        size = len(data)
        length = bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])
        return bytes([kind]) + length + data

    packet = b"\x02" + field(1, b"pypi.org") + field(2, b"an-id") + b"\0"
    for caveat in caveats:
        packet += field(2, json.dumps(caveat).encode()) + b"\0"
    packet += b"\0" + field(6, b"s" * 32)
    return "pypi-" + base64.urlsafe_b64encode(packet).decode().rstrip("=")


USER = "0b3b5e9c-98a5-4f4e-9d57-3f6ae1d0d9e5"


@pytest.mark.parametrize(
    ("caveats", "is_wide"),
    [
        ([[3, USER]], True),
        ([{"version": 1, "permissions": "user"}], True),
        ([{"version": 1, "permissions": "user"}, {"nbf": 1, "exp": 2}], True),
        ([[3, USER], [2, ["id"]]], False),
        ([[1, ["widget"]], [3, USER]], False),
        ([[1, ["widget"] * 50]], False),
        ([{"version": 1, "permissions": {"projects": ["widget"]}}], False),
        ([[4, USER]], False),
        ([[0, 2, 1]], False),
        (["odd", 7, None, {}], False),
        ([], False),
    ],
)
def test_an_account_wide_token_is_known(file: Path, caveats: list[object], is_wide: bool) -> None:
    """The token says itself whether it is for one project; a wide one is a warning, no error."""
    text = macaroon(*caveats)
    file.write_text(text)
    found = check_source(parse_source(f"file:{file}"), upload_url=PYPI)

    assert is_wide == is_account_wide(text)
    wanted = [
        Finding(
            where=f"file:{file}",
            message="this token uploads to every project of the account",
            hint="make one for this project alone on the index, store that, and delete this one there",
            severity=Severity.WARNING,
        )
    ]
    assert (wanted if is_wide else []) == found


@pytest.mark.parametrize(
    "packet",
    [b"", b"\x01", b"\x02", b"\x02\x02", b"\x02\x02\xff\xff\xff", b"\x02\x00", b"\x02\x02\x01{"],
)
def test_a_token_that_cannot_be_read_is_no_finding(packet: bytes) -> None:
    """A token of another kind, or cut off anywhere, says nothing and raises nothing."""
    token = "pypi-" + base64.urlsafe_b64encode(packet).decode()

    assert is_account_wide(token) is False
    whole = macaroon([3, USER])
    assert is_account_wide(whole) is True
    for end in range(len(whole) - 60):
        assert is_account_wide(whole[:end]) is False
