"""A real OpenSSH server on loopback, and the user's ssh configuration that leads to it.

    from sshd import ALIAS, sshd

    def test_something(tmp_path: Path) -> None:
        with sshd(tmp_path / "ssh") as server:
            with open_shell(ALIAS, environment=server.environment) as shell:
                shell.run("echo hello")
            server.drop()           # all connections of this moment break, as by a cut cable
            server.sessions()       # process ids of the connections that are open

`server.environment` is all that a program needs: its PATH starts with a folder that holds a small `ssh`, which calls
the real one with `-F <our configuration>`. OpenSSH takes the home folder of a user from the password file and not
from $HOME, so this is how our configuration is read and the user's own is not. rsync and git find the same `ssh`.
To leave the configuration of another host in place of it, write to `server.configuration`.

The names it knows, all on 127.0.0.1:
    widget-server     the server
    widget-stranger   the server, but its host key was never seen
    widget-forged     the server, but another host key was seen
    widget-locked     the server, but it does not let our key in
    widget-closed     a port at which nobody listens
    any other name    as widget-closed: no test asks a name server

The far side has a home folder of its own (`server.far_home`, empty) and the PATH `far_path`; its processes are those of the
user who runs the tests. `force_command` is what the server runs in place of what it is asked for, which then is in
$SSH_ORIGINAL_COMMAND: `echo Welcome; exec sh -c "$SSH_ORIGINAL_COMMAND"` is a login shell that prints a banner.
"""

from __future__ import annotations

import contextlib
import dataclasses
import getpass
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.world.serve import free_ports, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

ALIAS = "widget-server"
ADDRESS = "127.0.0.1"
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
_SERVER = "/usr/sbin/sshd"  # with its folder: it starts itself again for each connection

_SERVER_CONFIGURATION = """
ListenAddress {address}:{port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
PrintMotd no
PrintLastLog no
UseDNS no
X11Forwarding no
AllowTcpForwarding no
MaxStartups 1000
MaxSessions 1000
SetEnv HOME={folder}/far-home PATH={far_path}
"""

_USER_CONFIGURATION = """
Host widget-locked
    IdentityFile {folder}/other_key
Host * !widget-locked
    IdentityFile {folder}/user_key
Host widget-stranger
    UserKnownHostsFile /dev/null
Host widget-forged
    UserKnownHostsFile {folder}/forged_hosts
Host widget-server widget-stranger widget-forged widget-locked
    Port {port}
Host *
    HostName {address}
    Port {closed}
    User {user}
    IdentitiesOnly yes
    IdentityAgent none
    UserKnownHostsFile {folder}/known_hosts
    GlobalKnownHostsFile /dev/null
    UpdateHostKeys no
    ControlPath none
"""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sshd:
    """The server while it runs, and what a program needs to reach it as `widget-server`."""

    # All that a program gets: PATH, HOME, LANG.
    environment: dict[str, str]
    # The user's ssh configuration.
    configuration: Path
    # The empty home folder of the far side.
    far_home: Path
    port: int
    pid: int
    # What the server says.
    log: Path

    def sessions(self) -> tuple[int, ...]:
        """Process ids of the connections that are open at this moment, the server's side of them."""
        return tuple(pid for pid, name in _descendants(self.pid) if name.startswith("sshd"))

    def drop(self) -> int:
        """All connections of this moment break, as by a cut cable, and the server goes on; how many processes it took.

        What the connections had started is not touched: it finds its standard input closed.
        """
        pids = self.sessions()
        _kill(pids)
        return len(pids)


@contextlib.contextmanager
def sshd(folder: Path, *, force_command: str = "", far_path: str = PATH) -> Iterator[Sshd]:
    """A server at a free port of loopback, run by the current user, with keys of its own in `folder` (made if missing)."""
    for name in ("home/.ssh", "far-home", "bin"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where sshd locks itself up
    for key in ("host_key", "user_key", "other_key"):
        _make_key(folder / key)
    shutil.copy(folder / "user_key.pub", folder / "authorized_keys")
    port, closed = free_ports(ADDRESS, 2)
    for name, key in (("known_hosts", "host_key"), ("forged_hosts", "other_key")):
        (folder / name).write_text(f"[{ADDRESS}]:{port} {_public(folder / key)}\n")
    server = _SERVER_CONFIGURATION.format(
        address=ADDRESS, port=port, folder=folder, far_path=far_path
    ) + (f"ForceCommand {force_command}\n" if force_command else "")
    (folder / "sshd_config").write_text(server + _penalties())
    configuration = folder / "home" / ".ssh" / "config"
    configuration.write_text(
        _USER_CONFIGURATION.format(
            address=ADDRESS, port=port, closed=closed, folder=folder, user=getpass.getuser()
        )
    )
    wrapper = folder / "bin" / "ssh"
    wrapper.write_text(f'#!/bin/sh\nexec "{_real_ssh()}" -F "{configuration}" "$@"\n')
    wrapper.chmod(0o755)
    with serving(
        [_SERVER, "-D", "-e", "-f", str(folder / "sshd_config")],
        cwd=folder,
        environment={"PATH": PATH, "LANG": "C.UTF-8"},
        address=ADDRESS,
        ports=(port,),
        log=folder / "sshd.log",
    ) as process:
        one = Sshd(
            environment={
                "PATH": f"{folder / 'bin'}:{PATH}",
                "HOME": str(folder / "home"),
                "LANG": "C.UTF-8",
            },
            configuration=configuration,
            far_home=folder / "far-home",
            port=port,
            pid=process.pid,
            log=folder / "sshd.log",
        )
        try:
            yield one
        finally:
            one.drop()  # each connection is a session of its own, which the end of the server does not reach


def _make_key(path: Path) -> None:
    if not path.exists():
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", path.name, "-f", str(path)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def _public(path: Path) -> str:
    return " ".join(path.with_name(f"{path.name}.pub").read_text().split()[:2])


def _real_ssh() -> str:
    found = shutil.which("ssh", path=PATH)
    if found is None:
        raise AssertionError("no ssh: sudo make system")
    return found


def _penalties() -> str:
    """OpenSSH 9.8 and later keep an address out after a few refusals, which tests ask for; earlier ones do not know it."""
    line = "PerSourcePenalties no\n"
    known = subprocess.run(
        [_SERVER, "-T", "-f", "/dev/null", "-o", line.strip().replace(" ", "=")],
        check=False,
        capture_output=True,
    )
    return "" if b"Bad configuration option" in known.stderr else line


def _descendants(root: int) -> list[tuple[int, str]]:
    """Process id and name of all that a process started, and of what those started."""
    children: dict[int, list[tuple[int, str]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            before, _, after = stat.read_text(errors="replace").rpartition(")")
            pid, _, name = before.partition(" (")
            children.setdefault(int(after.split()[1]), []).append((int(pid), name))
    found: list[tuple[int, str]] = []
    waiting = [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += [pid for pid, _ in below]
    return found


def _kill(pids: tuple[int, ...]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.005)
