"""Two machines for OPERATIONS.md: a fresh Debian in a folder, and this one; both behind one wall, with loopback alone.

The wall is a name space of its own for network, mounts and processes: ports and names are as on the page, and whatever was
started ends with it. Debian's packages are fetched before it: that is all that goes out.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import certifi
import trustme
from operations_debian import run
from operations_page import SERVER, Block, with_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# One process holds the name spaces, until its standard input ends; what it mounted, and all it has started, ends then.
_HOLD = """
set -e
ip link set lo up
mount --bind "$1/hosts" /etc/hosts
mount --bind "$1/passwd" /etc/passwd
mount --bind "$1/authorities.pem" "$2"
mount -t proc proc "$3/proc"
echo ready
exec cat
"""
# The shell that a block is typed into: what earlier blocks of this shell set is there, and its folder.
_TYPE = """
[ ! -e "$1" ] || . "$1"
[ -z "${PWD:-}" ] || cd "$PWD"
set -eu
. "$2"
set +eu
set > "$1"
"""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """Both machines. `scratch` is ours, `debian` is the root of the server, `checkout` the maintainer's."""

    scratch: Path
    debian: Path
    checkout: Path
    holder: int

    def type(self, block: Block, values: dict[str, str]) -> str:
        """Type a block where and as whom it says; what was printed. Anything that fails is an AssertionError."""
        text = with_values(block.text, values)
        if block.machine == SERVER:
            return self._on_server(text, user=block.user, name=f"line {block.line}")
        return self._on_ours(text, in_checkout=block.in_checkout, name=f"line {block.line}")

    def start_services(self) -> None:
        """What Debian does at the end of an installation, and at every start."""
        (self.debian / "usr/sbin/policy-rc.d").unlink()
        for service in ("ssh", "nginx"):
            self._on_server(f"service {service} start\n", user="root", name=service)

    def ask(self, address: str) -> str:
        """What a page says to somebody who trusts the authorities of this machine, by its name."""
        code = "import requests, sys; a = requests.get(sys.argv[1], timeout=10); a.raise_for_status(); print(a.text)"
        # Nothing of the environment: it may name other authorities.
        command = [*self._entered(), "env", "-i", sys.executable, "-c", code, address]
        return run(command, name=address).strip()

    def _entered(self, *, network: bool = True) -> list[str]:
        spaces = ["--mount", "--pid", *(["--net"] if network else [])]
        return ["nsenter", f"--target={self.holder}", *spaces, "--"]

    def _on_server(self, text: str, *, user: str, name: str) -> str:
        folder = self.debian / "var/tmp" / user
        folder.mkdir(exist_ok=True)
        folder.chmod(0o777)
        (folder / "block").write_text(text)
        (folder / "type").write_text(_TYPE)
        typed = f"sh /var/tmp/{user}/type /var/tmp/{user}/set /var/tmp/{user}/block"
        # dash's `.` hands on no arguments of its own: `type` is started, not read.
        clean = [
            "env",
            "-i",
            "HOME=/root",
            f"PATH={_PATH}",
            "DEBIAN_FRONTEND=noninteractive",
            "TERM=dumb",
        ]
        whole = ["sh", "-c", typed] if user == "root" else ["su", "-", user, "-c", typed]
        # Packages come from outside; the services that they bring are started behind the wall.
        entered = self._entered(network="apt-get" not in text)
        return run([*entered, "chroot", str(self.debian), *clean, *whole], name=name)

    def _on_ours(self, text: str, *, in_checkout: bool, name: str) -> str:
        home = self.scratch / "home"
        place = self.checkout if in_checkout else home
        (self.scratch / "block").write_text(text)
        (self.scratch / "type").write_text(_TYPE)
        saved = self.scratch / ("set-checkout" if in_checkout else "set")
        clean = [  # nsenter goes to the root folder
            "env",
            f"--chdir={place}",
            "-i",
            f"HOME={home}",
            f"PATH={self.scratch / 'bin'}:{_PATH}",
            "USER=root",
            "LANG=C.UTF-8",
        ]
        typed = ["sh", str(self.scratch / "type"), str(saved), str(self.scratch / "block")]
        # A new key asks for its passphrase twice: none. Everything else that asks, asks whether to go on.
        answers = "\n\n" if "ssh-keygen -t" in text else "y\n"
        with _answering(answers, is_terminal="ssh-keygen -t" not in text) as stdin:
            return run([*self._entered(), *clean, *typed], name=name, stdin=stdin)


@contextlib.contextmanager
def walled(scratch: Path, debian: Path, checkout: Path, hosts: Sequence[str]) -> Iterator[Machines]:
    """Both machines behind the wall; the hosts' names lead to the server."""
    home = scratch / "home"
    home.mkdir()
    names = f"127.0.0.1 localhost {os.uname().nodename} {' '.join(hosts)}\n"
    (scratch / "hosts").write_text(names)
    (debian / "etc/hosts").write_text(names)
    # ssh takes the home folder from here and from nowhere else.
    users = Path("/etc/passwd").read_text(encoding="utf-8").splitlines()
    changed = [
        ":".join([*line.split(":")[:5], str(home), *line.split(":")[6:]])
        if line.startswith("root:")
        else line
        for line in users
    ]
    (scratch / "passwd").write_text("\n".join(changed) + "\n", encoding="utf-8")
    authority = _authority(debian)
    everywhere = Path(certifi.where()).read_bytes()
    (scratch / "authorities.pem").write_bytes(everywhere + b"\n" + authority)
    spaces = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    command = [*spaces, "sh", "-c", _HOLD, "sh", str(scratch), certifi.where(), str(debian)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        try:
            assert holder.stdout.readline() == "ready\n"
            inner = Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text().split()
            yield Machines(scratch=scratch, debian=debian, checkout=checkout, holder=int(inner[0]))
        finally:
            holder.kill()


def _authority(debian: Path) -> bytes:
    """The certificate of an authority for this run; the server's certbot signs with it."""
    authority = trustme.CA()
    certificate = authority.cert_pem.bytes()
    folder = debian / "root/authority"
    folder.mkdir()
    (folder / "ca.pem").write_bytes(certificate)
    (folder / "ca.key").write_bytes(authority.private_key_pem.bytes())
    return certificate


@contextlib.contextmanager
def _answering(answers: str, *, is_terminal: bool) -> Iterator[IO[bytes]]:
    """A standard input on which these answers lie ready."""
    if is_terminal:
        ours, theirs = pty.openpty()
    else:
        theirs, ours = os.pipe()
    with os.fdopen(ours, "r+b" if is_terminal else "wb", buffering=0) as writer:
        writer.write(answers.encode())
        with os.fdopen(theirs, "rb", buffering=0) as reader:
            yield reader
