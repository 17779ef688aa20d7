"""OPERATIONS.md beside the program: what it tells people to type exists, and says where."""

from __future__ import annotations

import dataclasses
import re
import shlex
import tomllib
from typing import TYPE_CHECKING

import click
import pytest
from operations_page import Block, parse_blocks, with_values

from pressroom import cli
from pressroom.config import Hosting, load_config
from pressroom.deploy.target import Bundle, Target, parse_targets

if TYPE_CHECKING:
    from pathlib import Path

_MOST_LINES = 200
_COMMAND = re.compile(r"(?:^|[`(]|&& )(?:\.venv/bin/)?pressroom ([a-z][^`\n#&|]*)", re.MULTILINE)


@pytest.fixture(scope="module")
def page(checkout: Path) -> str:
    """The page."""
    return (checkout / "OPERATIONS.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def blocks(page: str) -> tuple[Block, ...]:
    """Its fenced blocks."""
    return parse_blocks(page)


def test_the_page_is_short(page: str) -> None:
    """A page that is followed line by line has few lines."""
    assert page.count("\n") <= _MOST_LINES


def test_every_block_says_where_and_as_whom(blocks: tuple[Block, ...]) -> None:
    """No command is typed that the page does not say machine and user of, and no block is of another kind."""
    assert {"sh", "toml"} == {block.language for block in blocks}
    for block in blocks:
        if block.language == "sh":
            assert block.machine, f"OPERATIONS.md:{block.line}"
            assert (block.user == "you") == (block.machine == "your machine"), block.line
            assert block.commands, block.line


def test_a_block_in_the_checkout_says_so(blocks: tuple[Block, ...]) -> None:
    """What starts from .venv/ or needs a Makefile works in one folder alone."""
    for block in blocks:
        needs = any(line.startswith((".venv/", "make ")) for line in block.commands)
        assert needs == block.in_checkout, block.line


def test_every_command_of_ours_exists_with_its_options(page: str) -> None:
    """Each `pressroom …` on the page is taken by the program: command, arguments and options."""
    commands = [shlex.split(text.rstrip(" .,:;")) for text in _COMMAND.findall(page)]

    assert len(commands) > 8
    assert {"deploy", "rollback"} <= {words[0] for words in commands}
    for words in commands:
        _parse(cli.root, words)


def test_every_choice_that_overrides_a_refusal_is_named_as_it_is(page: str) -> None:
    """`--despite` stands on the page with each of its values, and with no other."""
    command = cli.root.get_command(click.Context(cli.root), "deploy")
    assert command is not None
    (despite,) = [one for one in command.params if one.name == "despite"]
    assert isinstance(despite.type, click.Choice)

    assert set(despite.type.choices) == set(re.findall(r"`--despite ([a-z]+)`", page))


def test_the_target_has_every_key_and_is_one(blocks: tuple[Block, ...]) -> None:
    """The table is taken as it stands, and names all keys that there are."""
    table = _targets(blocks)["production"]
    targets, findings = parse_targets({"production": table}, where="pyproject.toml")

    assert [] == findings
    assert {field.name for field in dataclasses.fields(Target)} == set(table)
    assert isinstance(targets["production"], Target)
    assert f"{table['folder']}/current" == Hosting().folder


def test_the_table_in_the_settings_is_that_of_the_page(
    checkout: Path, blocks: tuple[Block, ...]
) -> None:
    """What pyproject.toml says of the target, the page says too: sudo on the server allows nothing else."""
    table = _targets(blocks)["production"]
    ours = load_config(checkout).settings.deploy["production"]

    assert ours == {key: table.get(key) for key in ours}


def test_the_other_target_is_a_bundle_with_the_keys_that_are_named(
    checkout: Path, page: str
) -> None:
    """The keys that the page has for hosts that take a folder are those of a bundle, and ours is one."""
    targets, findings = parse_targets(load_config(checkout).settings.deploy, where="pyproject.toml")
    text = page.rpartition("`[tool.pressroom.deploy.pages]`")[2]
    named = set(re.findall(r"`([a-z]+)(?: = true)?`", text))

    assert [] == findings
    assert isinstance(targets["pages"], Bundle)
    assert {"bundle", "folder", "tar", "netlify", "cloudflare", "plain"} == named
    assert {"bundle", "folder", "tar"} <= {field.name for field in dataclasses.fields(Bundle)}


def test_sudo_allows_what_the_target_types(blocks: tuple[Block, ...]) -> None:
    """Each command behind `sudo -n` in the table is a line for sudoers, to the letter; there is no other."""
    table = _targets(blocks)["production"]
    asked = re.findall(r"sudo -n (.+)$", f"{table['check']}\n{table['reload']}", re.MULTILINE)
    (allowed,) = [
        line.partition("NOPASSWD: ")[2]
        for block in blocks
        for line in block.commands
        if "NOPASSWD" in line
    ]

    assert sorted(asked) == sorted(allowed.split(", "))
    for block in blocks:
        for command in re.findall(r"sudo -n (.+)$", block.text, re.MULTILINE):
            if block.language == "sh":
                assert command in asked, block.line


def test_the_hosts_are_those_of_the_sites(checkout: Path, blocks: tuple[Block, ...]) -> None:
    """A certificate is made for each site that there is."""
    config = load_config(checkout)
    (line,) = [line for block in blocks for line in block.commands if line.startswith("HOSTS=")]

    assert [config.host(site) for site in config.settings.sites] == shlex.split(line)[0][6:].split()


def test_the_server_finds_what_the_settings_say(blocks: tuple[Block, ...]) -> None:
    """Folder of challenges, folder of certificates and folder of versions are those in the generated configuration."""
    typed = "".join(block.text for block in blocks if block.machine == "the server")
    hosting = Hosting()

    assert f"--webroot -w {hosting.acme} " in typed
    assert f"include {hosting.folder}/deploy/nginx/pressroom*.conf;" in typed
    assert hosting.certificate.startswith("/etc/letsencrypt/live/{host}/")


def test_links_and_files_lead_somewhere(checkout: Path, page: str) -> None:
    """Each link is a file of the checkout, and so is each path of its sources that is named."""
    links = re.findall(r"\]\(([^)]+)\)", page)

    assert links
    for link in links:
        assert (checkout / link).is_file(), link
    for name in re.findall(r"`(site/[a-z./]+|pyproject\.toml)`", page):
        assert (checkout / name).is_file(), name


def test_a_value_is_set_and_nothing_else_is_changed() -> None:
    """Only the assignment at the start of a line is another."""
    text = 'A="x y"    # remark\necho A=1 $A\nB=2\n'

    assert "A='\\1 z'    # remark\necho A=1 $A\nB=2\n" == with_values(text, {"A": "\\1 z"})


def test_an_open_block_is_no_block() -> None:
    """A fence that nobody closes is an error, with its line."""
    with pytest.raises(AssertionError, match="line 2"):
        parse_blocks("x\n```sh\n# on the server, as root\n")


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("# on the server, as root", ("the server", "root")),
        ("# on the server, as deploy (from root: su - deploy)", ("the server", "deploy")),
        ("# on your machine, as you, in the checkout", ("your machine", "you")),
        ("# on the server", ("", "")),
        ("# on my machine, as you", ("", "")),
        ("# on the server, as rootx", ("", "")),
    ],
)
def test_a_label_names_both(first: str, expected: tuple[str, str]) -> None:
    """Only a whole label counts."""
    block = Block(line=1, language="sh", text=f"{first}\ntrue\n")

    assert expected == (block.machine, block.user)


def _targets(blocks: tuple[Block, ...]) -> dict[str, dict[str, object]]:
    text = "\n".join(block.text for block in blocks if block.language == "toml")
    targets = tomllib.loads(text)["tool"]["pressroom"]["deploy"]
    assert isinstance(targets, dict)
    return targets


def _parse(group: click.Group, words: list[str]) -> None:
    """Read a command line as the program would, and do nothing; click says what is wrong with it."""
    context = click.Context(group, info_name="pressroom")
    name, command, rest = group.resolve_command(context, list(words))
    assert command is not None
    if isinstance(command, click.Group):
        _parse(command, rest)
    else:
        command.make_context(name, rest, parent=context)
