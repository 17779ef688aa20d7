"""The repository itself: lock, documents, commands, names."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from pressroom import cli
from pressroom.changelog.parse import parse_changelog
from pressroom.findings import errors_of

if TYPE_CHECKING:
    from pathlib import Path

OUR_PROJECTS = re.compile(
    rb"pykcs11|pyscard|libccid|pcsc-?lite|pcsc-tools|pcsc-perl|muscle|ludovic|rousseau",
    re.IGNORECASE,
)


def test_the_lock_has_hashes_and_no_address(checkout: Path) -> None:
    """Every package is pinned with a hash, and no index is written down."""
    lock = (checkout / "requirements.lock").read_text(encoding="utf-8")
    packages = re.findall(r"^([a-z0-9-]+)==.*$(?=\n {4}--hash=sha256:)", lock, re.MULTILINE)

    assert re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE) == packages
    assert {"mkdocs", "mkdocs-material", "jinja2", "requests", "twine", "uv"} <= set(packages)
    assert "://" not in lock


def test_the_readme_is_short_and_true(checkout: Path) -> None:
    """At most 80 lines; every make target, file and command in it exists."""
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    makefile = (checkout / "Makefile").read_text(encoding="utf-8")

    assert readme.count("\n") <= 80
    for target in re.findall(r"\bmake ([a-z-]+)\b", readme):
        assert f"\n{target}:" in makefile, target
    for name in re.findall(r"\]\(([A-Z]+\.md)\)", readme):
        assert (checkout / name).is_file(), name
    for command in re.findall(r"pressroom ([a-z]+)(?: --help| [a-z-]+|`)", readme):
        assert command in {*cli.COMMANDS, "format"}, command


def test_make_help_names_every_target(checkout: Path) -> None:
    """A target without a sentence would be hidden."""
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    for target in ("site", "test", "check", "serve", "soak", "system", "lock"):
        assert re.search(rf"^  make {target} +\w", shown, re.MULTILINE), target


def test_our_changelog_is_in_our_format(checkout: Path) -> None:
    """CHANGELOG.md parses without an error."""
    text = (checkout / "CHANGELOG.md").read_text(encoding="utf-8")
    changelog, findings = parse_changelog(text, where="CHANGELOG.md")

    assert [] == errors_of(findings)
    assert changelog.releases


def test_the_architecture_page_knows_every_module(checkout: Path) -> None:
    """A module of the package that ARCHITECTURE.md does not name has no room."""
    page = (checkout / "ARCHITECTURE.md").read_text(encoding="utf-8")
    package = checkout / "scripts" / "pressroom"
    names = {path.stem for path in package.rglob("*.py")}

    assert set() == {name for name in names - {"__init__"} if f"`{name}" not in page}
    for test in re.findall(r"`(test_[a-z_]+\.py)`", page):
        assert list(checkout.glob(f"tests/**/{test}")), test


def test_the_engine_names_no_project_of_ours(checkout: Path) -> None:
    """The package would serve another maintainer unchanged."""
    package = checkout / "scripts" / "pressroom"
    files = [path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"]

    assert len(files) > 50
    for path in files:
        if "styles" not in path.parts:
            assert OUR_PROJECTS.search(path.read_bytes()) is None, path


@pytest.mark.parametrize("name", sorted(cli.COMMANDS))
def test_the_list_of_commands_says_what_each_command_says(name: str) -> None:
    """The sentence in `pressroom --help` is the first sentence of the command's own help."""
    context = click.Context(cli.root)
    command = cli.root.get_command(context, name)

    assert command is not None
    assert cli.COMMANDS[name][1] == (command.help or "").split("\n")[0]


def test_help_answers_at_once() -> None:
    """`--help` teaches, and takes a fraction of a second."""
    walls = []
    for _ in range(3):
        start = time.monotonic()
        text = subprocess.run(
            [sys.executable, "-c", "import pressroom.cli as c; c.root(['--help'])"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        walls.append(time.monotonic() - start)

    assert "Exit codes:" in text
    assert min(walls) < 0.5  # 0.2 s on an idle machine; CI's are not


def test_a_wrong_command_exits_2() -> None:
    """Wrong usage is another number than findings."""
    assert 2 == CliRunner().invoke(cli.root, ["nonsense"]).exit_code
