"""Who may sign: the files that say so, and keys that were good when a tag was made, and only then."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from release_history import make_key, make_past, payload, sign, tagged

from pressroom.errors import FindingsError, PressroomError
from pressroom.release.verifying.keyring import judge_gpg, open_keyring
from pressroom.release.verifying.signers import Signers, check_signers, load_signers
from pressroom.release.verifying.tags import read_tags
from pressroom.world.git import Git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from release_history import Past

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0000000000000000000000000000000000000000000"


@pytest.fixture
def past(tmp_path: Path) -> Past:
    """One release."""
    return make_past(tmp_path / "past", 1)


def judged(past: Past, signers: Signers, tag: str = "1.0") -> tuple[str, str]:
    """What is said of the signature of a tag."""
    git = Git(folder=past.checkout, environment=past.environment)
    found = read_tags(git)[tag]
    with open_keyring(signers, environment=past.environment) as keyring:
        check = keyring.judge_tag(git, found.object, found.data)
    return str(check.state), check.note


@pytest.mark.parametrize(
    ("options", "state"),
    [
        ("", "ok"),
        ('valid-before="20250101Z" ', "ok"),
        ('valid-before="20230101Z" ', "wrong"),
        ('valid-after="20250101Z" ', "wrong"),
        ('namespaces="file" ', "wrong"),
        ('namespaces="git,file",valid-after="20200101Z" ', "ok"),
    ],
)
def test_a_key_counts_at_the_time_of_the_tag(past: Past, options: str, state: str) -> None:
    """The tag is of 2024: what the key may do today is no question."""
    public = (past.root / "ours.pub").read_text()
    line = f"ann@press.example {options}{public}"

    assert [] == check_signers(line, where="x")
    assert state == judged(past, Signers(ssh=line.encode()))[0]


def test_the_settings_of_this_machine_say_nothing(past: Past) -> None:
    """Neither another list of signers nor another program makes a key allowed, or one not."""
    theirs = past.root / "theirs.pub"
    past.git("config", "gpg.ssh.allowedSignersFile", "/dev/null")
    past.git("config", "gpg.ssh.program", "/bin/true")
    past.git("config", "gpg.program", "/bin/true")
    good = Signers(ssh=b"ann@press.example " + (past.root / "ours.pub").read_bytes())
    bad = Signers(ssh=b"bob@press.example " + theirs.read_bytes())

    assert ("ok", "by ann@press.example") == judged(past, good)
    assert "wrong" == judged(past, bad)[0]


def test_a_tag_that_was_altered_after_it_was_signed_is_wrong(past: Past) -> None:
    """One character of the message, and the signature does not hold."""
    data = past.git("cat-file", "tag", "1.0") + "\n"
    other = past.git(
        "hash-object",
        "-t",
        "tag",
        "-w",
        "--stdin",
        stdin=data.replace("release", "rebuild").encode(),
    )
    past.git("update-ref", "refs/tags/1.0", other)
    signers = Signers(ssh=b"ann@press.example " + (past.root / "ours.pub").read_bytes())

    assert ("wrong", "the signature does not hold") == judged(past, signers)


@pytest.fixture
def gnupg(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of somebody with an OpenPGP key of 2024 that was good for a year."""
    home = tmp_path / "gpg"
    home.mkdir(mode=0o700)
    environment = {"PATH": os.environ["PATH"], "GNUPGHOME": str(home), "HOME": str(home)}
    gpg(
        environment,
        *("--passphrase", "", "--quick-gen-key", "Ann <ann@press.example>", "ed25519", "sign"),
        "2025-01-01",
        when="20240101T000000!",
    )
    yield environment
    subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=True)


def gpg(environment: dict[str, str], *arguments: str, when: str, stdin: bytes = b"") -> bytes:
    """What gpg prints at that time."""
    return subprocess.run(
        ["gpg", "--batch", "--quiet", f"--faked-system-time={when}", *arguments],
        env=environment,
        input=stdin,
        capture_output=True,
        check=True,
    ).stdout


def test_an_openpgp_key_that_expired_since_was_good_then(past: Past, gnupg: dict[str, str]) -> None:
    """A tag of 2024 by a key that ended with that year passes; one of 2026 by the same key does not."""
    commit = past.git("rev-parse", "1.0^{commit}")
    key = gpg(gnupg, "--armor", "--export", when="20240601T000000!")
    states = {}
    for name, when in (("then", "20240601T000000!"), ("before", "20240101T000500!")):
        text = payload(name, commit, tagged(0))
        signature = gpg(gnupg, "--armor", "--detach-sign", when=when, stdin=text.encode())
        tag = past.git("hash-object", "-t", "tag", "-w", "--stdin", stdin=text.encode() + signature)
        past.git("update-ref", f"refs/tags/{name}", tag)
        states[name] = judged(past, Signers(openpgp=(("ann.asc", key),)), name)

    assert {"then", "before"} == {name for name, (state, _) in states.items() if state == "ok"}
    assert "by Ann <ann@press.example>" == states["then"][1]
    unknown = judged(past, Signers(ssh=b"x@press.example " + KEY.encode() + b"\n"), "then")
    assert "wrong" == unknown[0]
    assert "signed by a key that no allowed signer has" in unknown[1]


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ("GOODSIG K Ann|VALIDSIG F 2024-06-01 1717200000 0", "ok"),
        ("KEYEXPIRED 1735732800|EXPKEYSIG K Ann|VALIDSIG F d 1717200000 0", "ok"),
        ("KEYEXPIRED 1735732800|EXPKEYSIG K Ann|VALIDSIG F d 1767200000 0", "wrong"),
        ("EXPKEYSIG K Ann|VALIDSIG F d 1717200000 0", "wrong"),
        ("REVKEYSIG K Ann|VALIDSIG F d 1717200000 0", "wrong"),
        ("EXPSIG K Ann|VALIDSIG F d 1717200000 0", "wrong"),
        ("BADSIG K Ann", "wrong"),
        ("GOODSIG K Ann", "wrong"),
        ("GOODSIG K Ann|VALIDSIG F d 1 0|BADSIG K Ann", "wrong"),
        ("", "wrong"),
    ],
)
def test_the_words_of_gpg(lines: str, state: str) -> None:
    """One good signature, made while the key was good; revoked, expired, two, or none: wrong, with a hint."""
    said = "".join(f"[GNUPG:] {line}\n" for line in lines.split("|"))
    found = judge_gpg(said)

    assert state == found.state
    assert bool(found.hint) == (state == "wrong")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ann@press.example", "is no line of principals, type and key"),
        ('ann@press.example namespaces="git ssh-ed25519 AAAA', "is no line of"),
        (f"ann@press.example validbefore=20240101 {KEY}", "unknown option 'validbefore=20240101'"),
        (f'ann@press.example valid-after="soon" {KEY}', "unknown option"),
        ("ann@press.example ssh-ed25519 AAAA!", "has no key of type ssh-ed25519"),
        (f"ann@press.example ssh-rsa {KEY.split()[1]}", "has no key of type ssh-rsa"),
        (f"ann@press.example\u202e {KEY}", "cannot be seen"),
        (f"ann@press.example cert-authority {KEY.split()[1]} x", "has no type of a key"),
    ],
)
def test_a_line_that_ssh_would_pass_over_is_a_finding(line: str, message: str) -> None:
    """With its line and how to write it."""
    (finding,) = [
        one for one in check_signers(f"# ours\n\n{line}\n", where="x") if message in str(one)
    ]

    assert "x:3" == finding.place
    assert finding.hint


def test_files_of_keys_are_looked_at(past: Path | Past) -> None:
    """A private key, another text and a damaged key are refused by name; comments are allowed."""
    press = past.press  # type: ignore[union-attr]
    keys = press / "releases/keys"
    keys.mkdir()
    assert load_signers(press).ssh.startswith(b"ann@press.example ssh-ed25519 ")
    assert b"#" not in load_signers(press).ssh

    (keys / "a.asc").write_text("-----BEGIN PGP PRIVATE KEY BLOCK-----\n")
    (keys / "b.asc").write_text("hello\n")
    with pytest.raises(FindingsError) as caught:
        load_signers(press)
    assert [
        "releases/keys/a.asc: is a private key",
        "releases/keys/b.asc: is no OpenPGP public key",
    ] == [str(finding).split("\n")[0] for finding in caught.value.findings]
    assert all(finding.hint for finding in caught.value.findings)

    broken = b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n"
    with (
        pytest.raises(PressroomError, match="gpg does not take it") as refused,
        open_keyring(Signers(openpgp=(("c.asc", broken),)), environment=past.environment),  # type: ignore[union-attr]
    ):
        pass
    assert "releases/keys/c.asc" == refused.value.where
    assert refused.value.hint


def test_without_files_nobody_may_sign(tmp_path: Path) -> None:
    """And this repository has none that somebody made up."""
    make_key(tmp_path / "key")
    assert load_signers(tmp_path).is_empty
    assert 1 == len(sign(["x"], tmp_path / "key", tmp_path / "signed"))
