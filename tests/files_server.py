"""What tests of the files server share: frozen files on the disk, keys of OpenPGP and ssh, a release of a made-up tarball."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.release.manifest import Frozen, Manifest, frozen, save_manifest
from pressroom.release.recipe import Step, absent, done
from pressroom.release.steps.dist import manifest_of
from pressroom.release.steps.objects import release_commit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from release_world import Stage

    from pressroom.release.job import Job
    from pressroom.release.recipe import Answer

PATH = "/usr/local/bin:/usr/bin:/bin"
TARBALL = "widget-1.0.tar.xz"


def made(folder: Path, files: Mapping[str, bytes]) -> tuple[Frozen, ...]:
    """Files on the disk, and what the manifest says of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return tuple(dataclasses.replace(frozen(folder / name), kind="tarball") for name in files)


def sha256(data: bytes) -> str:
    """The hash of bytes."""
    return hashlib.sha256(data).hexdigest()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Gpg:
    """A home of GnuPG with keys, for as long as the context is open."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to sign with its keys."""
        return {"PATH": PATH, "GNUPGHOME": str(self.home), "LC_ALL": "C.UTF-8"}

    def run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """What gpg prints."""
        return subprocess.run(
            ["gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", "", *arguments],
            env=self.environment,
            input=stdin,
            check=True,
            capture_output=True,
        ).stdout

    def make(self, address: str, *, expires: str = "never") -> bytes:
        """A key for an address; its public half."""
        faked = ["--faked-system-time", "20200101T000000!"] if expires != "never" else []
        self.run(*faked, "--quick-generate-key", address, "ed25519", "sign", expires)
        return self.run("--armor", "--export", address)

    def fingerprint(self, address: str) -> str:
        """The fingerprint of a key."""
        listed = self.run("--with-colons", "--list-keys", address).decode().splitlines()
        return next(line.split(":")[9] for line in listed if line.startswith("fpr:"))


@contextlib.contextmanager
def gpg_home() -> Iterator[Gpg]:
    """An empty home; its path is short, since the agent's socket lies in it (sun_path has 108 bytes)."""
    home = Path(tempfile.mkdtemp(prefix="pr-gpg-"))
    home.chmod(0o700)
    try:
        yield Gpg(home=home)
    finally:
        environment = {"PATH": PATH, "GNUPGHOME": str(home)}
        subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=False)
        shutil.rmtree(home, ignore_errors=True)


def ssh_key(path: Path) -> str:
    """A key of ssh in a file; its public half in one line."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path.with_name(f"{path.name}.pub").read_text().strip()


def configure_files(stage: Stage, table: str) -> None:
    """The user's configuration: `table` is what stands below [files.widget]."""
    path = Path(stage.environment["XDG_CONFIG_HOME"]) / "pressroom" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"[files.widget]\n{table}")


def _has_tarball(job: Job) -> Answer:
    return done() if manifest_of(job) is not None else absent("no tarball")


def _make_tarball(job: Job) -> None:
    commit = release_commit(job)
    assert commit is not None
    files = made(job.state.dist, {TARBALL: b"the tarball of " + job.version.encode()})
    save_manifest(job.state, Manifest(commit=commit, files=files))


# In place of a build, which these tests are not about.
make_tarball = Step(
    name="make-tarball", sentence="A tarball", probe=_has_tarball, act=_make_tarball
)
