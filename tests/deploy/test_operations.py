"""OPERATIONS.md, followed word by word: `pytest --network -m network tests/deploy/test_operations.py -s`, as root.

It needs debootstrap (`apt-get install debootstrap`), the internet for Debian's packages, and some minutes. What is not as on the page, and why:

- the variables that a reader sets have values, and the key that was made is in KEY;
- certbot is operations_certbot.py, since no authority would certify our hosts: it makes the challenge itself;
- `make` is told that .venv is up to date (it is this checkout's, and must not be installed anew from here);
- the trusted authorities, /etc/hosts and the home folder of this machine are others behind the wall: see operations_machines.py;
- services are started by `service`, since nobody boots a folder.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from operations_debian import make_debian
from operations_machines import Machines, walled
from operations_page import parse_blocks

from pressroom.config import load_config
from pressroom.deploy.state import is_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.config import Config

_SOURCES = ("site", "posts", "releases", "scripts")
_FILES = ("mkdocs.yml", "pyproject.toml", "requirements.lock", "Makefile", "README.md")
_MAKE = '#!/bin/sh\nexec /usr/bin/make --old-file=.venv/.ready "$@"\n'


@pytest.fixture
def config(checkout: Path) -> Config:
    """Our own sites."""
    return load_config(checkout)


@pytest.fixture
def machines(
    checkout: Path, config: Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machines]:
    """A fresh Debian, and a maintainer's machine with a copy of the checkout."""
    if os.geteuid() or not shutil.which("debootstrap"):
        pytest.skip("needs root, and debootstrap (apt-get install debootstrap)")
    scratch = tmp_path_factory.mktemp("operations")
    debian, ours = scratch / "debian", scratch / "checkout"
    ours.mkdir()
    for name in _SOURCES:
        shutil.copytree(checkout / name, ours / name)
    for name in _FILES:
        shutil.copy2(checkout / name, ours)
    (ours / ".venv").symlink_to(checkout / ".venv")
    (scratch / "bin").mkdir()
    (scratch / "bin" / "make").write_text(_MAKE)
    (scratch / "bin" / "make").chmod(0o755)
    make_debian(debian)
    hosts = [config.host(site) for site in config.settings.sites]
    names = ["server.apdu.example", *hosts, *(f"www.{host}" for host in hosts)]
    try:
        with walled(scratch, debian, ours, names) as both:
            yield both
    finally:
        shutil.rmtree(scratch)


@pytest.mark.network
def test_the_operations_page_can_be_followed_word_by_word(
    checkout: Path, config: Config, machines: Machines
) -> None:
    """Typed from top to bottom it gives a server that serves our sites, goes back, and is found in order."""
    blocks = parse_blocks((checkout / "OPERATIONS.md").read_text(encoding="utf-8"))
    (table,) = [block for block in blocks if block.language == "toml"]
    typed = [block for block in blocks if block.language == "sh"]
    (deploying,) = [block for block in typed if "make site" in block.text]
    values = {"MAIL": "somebody@apdu.example"}
    fingerprint = first = second = ""

    for block in typed:
        if block is deploying:
            _set_target(machines, table.text)
        printed = machines.type(block, values)
        if "apt-get" in block.text:
            machines.start_services()
        elif "ssh-keygen -t" in block.text:
            values["KEY"] = printed.splitlines()[-1]
        elif "ssh-keygen -lf /etc" in block.text:
            fingerprint = printed.splitlines()[-1].split()[1]
        elif "ssh-keyscan" in block.text:
            assert fingerprint in printed
        elif block is deploying:
            first = values["ID"] = _live(machines, config)
        elif "certbot renew" in block.text:  # the day after: somebody has written something
            _write(machines)
            machines.type(deploying, values)
            second = _live(machines, config)
            assert first != second
        elif " rollback " in block.text:
            assert first == _live(machines, config)
            machines.type(deploying, values)  # as the page says: mend, build, deploy
            assert second == _live(machines, config)

    assert first == _live(machines, config)  # the last block goes back by hand
    # The history says so: nobody has to be told that somebody was there, and the next deploy goes on.
    machines.type(deploying, values)
    assert second == _live(machines, config)


def _live(machines: Machines, config: Config) -> str:
    """The version that every host says it is of."""
    said = {machines.ask(f"{config.base_url(site)}version.txt") for site in config.settings.sites}
    assert 1 == len(said), said
    (version,) = said
    assert is_version(version)
    return version


def _set_target(machines: Machines, table: str) -> None:
    """The table of the page in place of the one that is there."""
    file = machines.checkout / "pyproject.toml"
    heading = table.partition("\n")[0]
    before, found, after = file.read_text(encoding="utf-8").partition(f"{heading}\n")
    rest = after.partition("\n\n")[2] if found else ""
    file.write_text(f"{before}\n{table}\n{rest}", encoding="utf-8")


def _write(machines: Machines) -> None:
    post = min((machines.checkout / "posts").glob("*.md"))
    with post.open("a", encoding="utf-8") as file:
        file.write("\nA sentence that was written later.\n")
