"""A fresh Debian in a folder, as it is before anybody follows OPERATIONS.md; and programs that are run for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CODENAME = "bookworm"
_MIRROR = "http://deb.debian.org/debian/"
_FORBIDDEN = "#!/bin/sh\nexit 101\n"  # policy-rc.d: no service is started


def make_debian(folder: Path) -> None:
    """A fresh Debian, from the mirror that this machine uses, with nothing in it that the page installs."""
    proxy = run(["apt-config", "dump", "--format", "%v%n", "Acquire::http::Proxy"], name="proxy")
    more = {"http_proxy": proxy.strip()} if proxy.strip() else {}
    command = ["debootstrap", "--variant=minbase", CODENAME, str(folder), _mirror()]
    run(command, name="debootstrap", environment={**os.environ, **more})
    settings = run(["apt-config", "dump", "Acquire"], name="apt-config")
    (folder / "etc/apt/apt.conf.d/01host").write_text(settings, encoding="utf-8")
    policy = folder / "usr/sbin/policy-rc.d"
    policy.write_text(_FORBIDDEN)
    policy.chmod(0o755)
    certbot = folder / "usr/local/bin/certbot"
    program = Path(__file__).parent / "operations_certbot.py"
    certbot.write_text(
        f"#!/usr/bin/python3\n{program.read_text(encoding='utf-8')}", encoding="utf-8"
    )
    certbot.chmod(0o755)


def _mirror() -> str:
    targets = ["apt-get", "indextargets", "--no-release-info", "--format", "$(RELEASE) $(REPO_URI)"]
    for line in run(targets, name="apt-get indextargets").splitlines():
        release, _, address = line.partition(" ")
        if release == CODENAME:
            return address
    return _MIRROR


def run(
    command: Sequence[str],
    *,
    name: str,
    stdin: IO[bytes] | int = subprocess.DEVNULL,
    environment: dict[str, str] | None = None,
) -> str:
    """What a program printed; it ended well and in time, or the test ends here with all that it printed."""
    done = subprocess.run(
        list(command),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env=environment,
        timeout=900,
        check=False,
    )
    printed = done.stdout.decode("utf-8", "replace")
    sys.stdout.write(f"== {name}\n{printed}\n")  # shown by -s, and where the test fails
    assert done.returncode == 0, f"{name} ended with {done.returncode}:\n{printed[-4000:]}"
    return printed
