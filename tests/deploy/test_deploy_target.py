"""Tables of targets: what is taken, and everything that is wrong with the others."""

from __future__ import annotations

from typing import Any

import pytest

from pressroom.deploy.target import Bundle, Target, find_target, is_folder, parse_targets
from pressroom.errors import ConfigError, ConfigFindingsError, ExitCode

WHERE = "pyproject.toml"
TARGET = {"folder": "/srv/pressroom"}
BUNDLE = {"bundle": "netlify", "folder": "bundle"}


def problems(table: object, name: str = "production") -> list[tuple[str, str]]:
    """What is wrong with one table: message without its place, and hint."""
    targets, findings = parse_targets({name: table}, where=WHERE)
    assert bool(findings) != (name in targets)
    assert {WHERE} >= {one.where for one in findings}
    return [(one.message.partition("] ")[2], one.hint) for one in findings]


def test_a_target_needs_a_folder_alone() -> None:
    """This machine, nginx, five versions, live hosts asked: what nobody said."""
    targets, findings = parse_targets({"production": TARGET}, where=WHERE)

    assert [] == findings
    assert {"production": Target(folder="/srv/pressroom")} == targets
    target = targets["production"]
    assert isinstance(target, Target)
    assert ("", "nginx", 5, True) == (target.host, target.server, target.keep, target.live)


def test_a_table_with_bundle_is_a_bundle() -> None:
    """Its keys are those of a bundle, and a host is none of them."""
    assert [] == problems(BUNDLE)
    assert ["unknown key 'host'"] == [one for one, _ in problems({**BUNDLE, "host": "h.example"})]
    assert isinstance(find_target({"pages": BUNDLE}, "pages"), Bundle)


@pytest.mark.parametrize(
    "host", ["web", "web_1", "deploy@web.example", "www-data@192.0.2.1", "_x@y", "w"]
)
def test_hosts_that_ssh_takes(host: str) -> None:
    """Names of ssh's own configuration, and users at hosts."""
    assert [] == problems({**TARGET, "host": host})


@pytest.mark.parametrize(
    "host",
    [
        "-oProxyCommand=x",
        "a@-x",
        "a b",
        "a@b@c",
        "web:22",
        "::1",
        "web;x",
        "web\n",
        "ü.example",
        "@x",
    ],
)
def test_hosts_that_are_options_or_more_are_refused(host: str) -> None:
    """Nothing reaches ssh or rsync as an option, a port or a second word."""
    hint = "a name of your ~/.ssh/config, where a port belongs too, or user@server.example"
    assert [(f"host {host!r} is none that ssh would take", hint)] == problems(
        {**TARGET, "host": host}
    )


@pytest.mark.parametrize(
    "folder",
    ["", "/", "srv", "/srv/", "/srv//x", "/srv/../x", "/srv/.", "/a b", "/a$x", "/a\n", "~/x"],
)
def test_folders_that_are_none_are_refused(folder: str) -> None:
    """A folder starts at the root, goes nowhere else, and needs no quotes anywhere."""
    hint = "start it at the root, without .. and without spaces: /srv/pressroom"
    assert [(f"folder {folder!r} is no folder on a server", hint)] == problems({"folder": folder})
    assert not is_folder(folder)


def test_one_version_leaves_nothing_to_go_back_to() -> None:
    """Two is the least."""
    assert [("keep 1 leaves nothing to go back to", "keep 2 versions or more")] == problems(
        {**TARGET, "keep": 1}
    )
    assert [] == problems({**TARGET, "keep": 2})


@pytest.mark.parametrize("folder", ["", ".", "../elsewhere", "a/../.."])
def test_a_bundle_does_not_take_the_place_of_the_checkout(folder: str) -> None:
    """What replaces its folder whole has one of its own."""
    hint = "name one in the checkout that is not there yet, without ..: bundle"
    assert [(f"folder {folder!r} is no folder for a bundle", hint)] == problems(
        {**BUNDLE, "folder": folder}
    )


@pytest.mark.parametrize("key", ["check", "reload", "ca"])
def test_a_nul_is_refused(key: str) -> None:
    """No program takes an argument with one."""
    assert [(f"{key} has a NUL, which ends a text elsewhere", "delete it")] == problems(
        {**TARGET, key: "a\0b"}
    )
    assert 1 == len(problems({**TARGET, "resolve": ["a\0b"]}))


@pytest.mark.parametrize(
    ("name", "table", "place"),
    [
        ("Production", TARGET, "'Production'"),
        ("a\x1b[2Jb", TARGET, r"'a\x1b[2Jb'"),
        ("-x", TARGET, "'-x'"),
        ("", TARGET, "''"),
        ("folder", "/srv/pressroom", "folder"),
    ],
)
def test_what_is_no_table_or_has_no_name_is_no_target(name: str, table: Any, place: str) -> None:
    """A key in place of a table, or a name that nobody could type safely, which is shown in safe letters."""
    targets, findings = parse_targets({name: table}, where=WHERE)

    assert {} == targets
    assert [f"[tool.pressroom.deploy.{place}] is no target"] == [one.message for one in findings]
    assert (
        "lower case letters, digits and hyphens for its name, and a table below it"
        == findings[0].hint
    )


def test_everything_that_is_wrong_is_said_at_once() -> None:
    """Over all tables, and several things of one; the good one is there."""
    tables = {
        "one": {"folder": "x", "host": "-x", "keep": 0},
        "two": {"folders": "/srv/x"},
        "three": TARGET,
    }
    targets, findings = parse_targets(tables, where=WHERE)

    assert ["three"] == list(targets)
    assert 5 == len(findings)
    with pytest.raises(ConfigFindingsError) as raised:
        find_target(tables, "three")
    assert ExitCode.USAGE == raised.value.exit_code
    assert raised.value.hint


def test_a_name_that_is_none_gets_the_nearest_or_a_start() -> None:
    """A slip is named; where there is no target at all, where to find one."""
    with pytest.raises(ConfigError, match="no target 'prodution'") as raised:
        find_target({"production": TARGET}, "prodution")
    assert "did you mean 'production'?" == raised.value.hint
    with pytest.raises(ConfigError) as raised:
        find_target({}, "production")
    assert (
        "OPERATIONS.md has one to start from: [tool.pressroom.deploy.production]"
        == raised.value.hint
    )
