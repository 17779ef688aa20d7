"""Detached signatures by real gpg and real ssh-keygen: made, verified, refused."""

from __future__ import annotations

import datetime as dt
import subprocess
from typing import TYPE_CHECKING

import pytest
from files_server import PATH, Gpg, gpg_home, ssh_key

from pressroom.errors import ConfigError, PressroomError
from pressroom.release.files.signing import allowed_of, sign, signer_of
from pressroom.release.files.verification import (
    Allowed,
    Kind,
    SignatureError,
    kind_of,
    verify_signature,
)
from pressroom.world.git import Git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATA = b"the tarball\n"
MAINTAINER = "maintainer@press.example"


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    """A home with a key of the maintainer, one of a stranger, and one that has expired."""
    with gpg_home() as home:
        home.make(MAINTAINER)
        home.make("stranger@press.example")
        home.make("late@press.example", expires="1d")
        yield home


def repository(folder: Path, environment: dict[str, str], **settings: str) -> Git:
    """A repository with settings of git; __ in a name is a dot."""
    folder.mkdir(parents=True)
    git = Git(
        folder=folder,
        environment={"HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **environment},
    )
    git.output("init", "-q")
    for name, value in settings.items():
        git.output("config", name.replace("__", "."), value)
    return git


def by_ssh(tmp_path: Path, key: str, name: str = "repository") -> Git:
    """A repository that signs with an ssh key."""
    return repository(
        tmp_path / name,
        {"PATH": PATH},
        gpg__format="ssh",
        user__signingkey=key,
        user__email=MAINTAINER,
    )


def signed(tmp_path: Path, signature: bytes, data: bytes = DATA) -> tuple[Path, Path]:
    """Data and signature as files."""
    paths = tmp_path / "-data with space.tar.xz", tmp_path / "data.signature"
    for path, content in zip(paths, (data, signature), strict=True):
        path.write_bytes(content)
    return paths


def test_a_signature_of_openpgp_holds(tmp_path: Path, gpg: Gpg) -> None:
    """Made by the key that git names, it is by its fingerprint, and of this minute."""
    git = repository(
        tmp_path / "r", gpg.environment, user__email="x@y.example", user__signingkey=MAINTAINER
    )
    signer = signer_of(git)
    found = verify_signature(
        *signed(tmp_path, sign(DATA, signer)), allowed=allowed_of(signer), path=PATH
    )

    assert (".asc", Kind.OPENPGP) == (signer.ending, found.kind)
    assert gpg.fingerprint(MAINTAINER) == found.by
    assert not found.is_expired
    assert found.made is not None
    assert abs(dt.datetime.now(dt.UTC) - found.made) < dt.timedelta(minutes=5)


def test_people_can_verify_ours_with_gpg_alone(tmp_path: Path, gpg: Gpg) -> None:
    """Plain `gpg --verify` takes the signature as it stands."""
    git = repository(tmp_path / "r", gpg.environment, user__email=MAINTAINER)
    data, signature = signed(tmp_path, sign(DATA, signer_of(git)))

    gpg.run("--verify", "--", str(signature), str(data))


def test_a_signature_of_ssh_holds(tmp_path: Path) -> None:
    """Made by the key that git names, private or public half, it is by the name in the list."""
    public = ssh_key(tmp_path / "key")
    for number, key in enumerate((str(tmp_path / "key"), str(tmp_path / "key.pub"))):
        signer = signer_of(by_ssh(tmp_path, key, f"r{number}"))
        data, signature = signed(tmp_path, sign(DATA, signer))
        allowed = Allowed(signers=f"{MAINTAINER} {public}\n")

        assert ".sig" == signer.ending
        assert MAINTAINER == verify_signature(data, signature, allowed=allowed, path=PATH).by
        assert "us" == verify_signature(data, signature, allowed=allowed_of(signer), path=PATH).by


def test_a_key_that_only_the_agent_has_signs(tmp_path: Path) -> None:
    """Git may name the public key itself: ssh-agent has the other half."""
    public = ssh_key(tmp_path / "key")
    agent = subprocess.run(
        ["ssh-agent", "-s", "-a", str(tmp_path / "agent")],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    pid = agent.partition("SSH_AGENT_PID=")[2].partition(";")[0]
    environment = {"PATH": PATH, "SSH_AUTH_SOCK": str(tmp_path / "agent")}
    try:
        subprocess.run(["ssh-add", "-q", str(tmp_path / "key")], env=environment, check=True)
        (tmp_path / "key").unlink()
        git = repository(
            tmp_path / "r", environment, gpg__format="ssh", user__signingkey=f"key::{public}"
        )
        signer = signer_of(git)
        paths = signed(tmp_path, sign(DATA, signer))
        assert "us" == verify_signature(*paths, allowed=allowed_of(signer), path=PATH).by
    finally:
        subprocess.run(["kill", pid], check=True)


@pytest.mark.parametrize("kind", ["gpg", "ssh"])
def test_another_byte_is_refused(tmp_path: Path, gpg: Gpg, kind: str) -> None:
    """The signature of other bytes does not hold, whoever made it."""
    ssh_key(tmp_path / "key")
    git = (
        repository(tmp_path / "g", gpg.environment, user__email=MAINTAINER)
        if kind == "gpg"
        else by_ssh(tmp_path, str(tmp_path / "key"))
    )
    signer = signer_of(git)
    paths = signed(tmp_path, sign(DATA, signer), DATA + b" ")
    with pytest.raises(SignatureError) as caught:
        verify_signature(*paths, allowed=allowed_of(signer), path=PATH)

    assert "download both files again" in caught.value.hint


@pytest.mark.parametrize("kind", ["gpg", "ssh"])
def test_somebody_elses_signature_is_refused(tmp_path: Path, gpg: Gpg, kind: str) -> None:
    """A good signature by a key that the list does not hold is worth nothing."""
    ssh_key(tmp_path / "key")
    other = ssh_key(tmp_path / "other")
    stranger = gpg.run("--armor", "--export", "stranger@press.example")
    git = (
        repository(tmp_path / "g", gpg.environment, user__email=MAINTAINER)
        if kind == "gpg"
        else by_ssh(tmp_path, str(tmp_path / "key"))
    )
    paths = signed(tmp_path, sign(DATA, signer_of(git)))
    for allowed in (
        Allowed(),
        Allowed(signers=f"{MAINTAINER} {other}\n", keys=(stranger, b"no key")),
    ):
        with pytest.raises(SignatureError, match="not allowed") as caught:
            verify_signature(*paths, allowed=allowed, path=PATH)
        assert "use neither" in caught.value.hint


def test_the_users_own_keys_do_not_count(
    tmp_path: Path, gpg: Gpg, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key in the user's GNUPGHOME allows nobody."""
    monkeypatch.setenv("GNUPGHOME", str(gpg.home))
    git = repository(tmp_path / "g", gpg.environment, user__email=MAINTAINER)
    paths = signed(tmp_path, sign(DATA, signer_of(git)))

    with pytest.raises(SignatureError, match="not allowed"):
        verify_signature(*paths, allowed=Allowed(), path=PATH)


def test_a_signature_for_another_purpose_is_refused(tmp_path: Path) -> None:
    """The signature of a tag or a commit (namespace git) is none of a file."""
    public = ssh_key(tmp_path / "key")
    made = subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-n", "git", "-f", str(tmp_path / "key")],
        input=DATA,
        check=True,
        capture_output=True,
    ).stdout
    allowed = Allowed(signers=f"{MAINTAINER} {public}\n")
    with pytest.raises(SignatureError) as caught:
        verify_signature(*signed(tmp_path, made), allowed=allowed, path=PATH)
    assert caught.value.hint


def test_a_key_is_good_for_its_time(tmp_path: Path) -> None:
    """What allowed_signers says of a key's time holds for the time of the release, not for now."""
    public = ssh_key(tmp_path / "key")
    signer = signer_of(by_ssh(tmp_path, str(tmp_path / "key")))
    paths = signed(tmp_path, sign(DATA, signer))
    allowed = Allowed(signers=f'{MAINTAINER} valid-before="20250101Z" {public}\n')
    old = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)

    assert MAINTAINER == verify_signature(*paths, allowed=allowed, path=PATH, at=old).by
    with pytest.raises(SignatureError):
        verify_signature(*paths, allowed=allowed, path=PATH)


def test_a_key_that_expired_since_is_told(tmp_path: Path, gpg: Gpg) -> None:
    """An old release stays good, and it is said that its key has expired."""
    made = gpg.run(
        *("--faked-system-time", "20200101T010000!", "--armor", "--detach-sign"),
        *("--local-user", "late@press.example"),
        stdin=DATA,
    )
    key = gpg.run("--armor", "--export", "late@press.example")
    found = verify_signature(*signed(tmp_path, made), allowed=Allowed(keys=(key,)), path=PATH)

    assert found.is_expired
    assert dt.datetime(2020, 1, 1, 1, tzinfo=dt.UTC) == found.made


@pytest.mark.parametrize(
    "signature",
    [b"", b"no signature", b"-----BEGIN PGP MESSAGE-----\n", b"\0" * 100, b"x" * 300_000],
    ids=["empty", "words", "message", "zeros", "long"],
)
def test_what_is_no_signature_is_refused(tmp_path: Path, signature: bytes) -> None:
    """Neither kind, or too long to be one."""
    with pytest.raises(SignatureError) as caught:
        verify_signature(*signed(tmp_path, signature), allowed=Allowed(), path=PATH)
    assert "download both files again" in caught.value.hint
    assert None is kind_of(signature)


def test_a_signed_message_is_no_detached_signature(tmp_path: Path, gpg: Gpg) -> None:
    """One that brings its own text says nothing of the file, even under the header of a signature."""
    message = gpg.run("--armor", "--sign", "--local-user", MAINTAINER, stdin=b"other").replace(
        b"PGP MESSAGE", b"PGP SIGNATURE"
    )
    key = gpg.run("--armor", "--export", MAINTAINER)
    with pytest.raises(SignatureError) as caught:
        verify_signature(*signed(tmp_path, message), allowed=Allowed(keys=(key,)), path=PATH)
    assert caught.value.hint


def test_git_settings_that_sign_no_files_are_said(tmp_path: Path) -> None:
    """X.509 makes no signature of a file; without a key there is nothing to sign with."""
    with pytest.raises(ConfigError) as caught:
        signer_of(repository(tmp_path / "x", {"PATH": PATH}, gpg__format="x509"))
    assert "git config gpg.format openpgp" in caught.value.hint
    with pytest.raises(ConfigError) as caught:
        signer_of(
            repository(tmp_path / "s", {"PATH": PATH}, gpg__format="ssh", user__email="a@b.example")
        )
    assert "git config user.signingkey KEY" == caught.value.hint


def test_a_key_that_cannot_sign_is_said(tmp_path: Path, gpg: Gpg) -> None:
    """The program's own words, and what to do."""
    git = repository(tmp_path / "g", gpg.environment, user__signingkey="nobody@press.example")
    with pytest.raises(PressroomError, match="no signature was made") as caught:
        sign(DATA, signer_of(git))
    assert "unlock the key 'nobody@press.example'" in caught.value.hint
    with pytest.raises(PressroomError, match="no public key") as caught:
        allowed_of(signer_of(git))
    assert "fingerprint" in caught.value.hint
