"""`pressroom changelog` as its user meets it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from pressroom.changelog.cli import changelog
from pressroom.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "---\nname: X\ntitle: X\nkind: python\ndescription: d\n---\n\n## 1.0 - 2020\n\n- a\n"


def test_check_prints_findings_and_exits_1(tmp_path: Path) -> None:
    """Place, message and hint are printed; as JSON the same."""
    file = tmp_path / "x.md"
    file.write_text(GOOD.replace("2020", "(2020)"))

    text = CliRunner().invoke(changelog, ["check", str(file)])
    machine = CliRunner().invoke(changelog, ["check", "--json", str(file)])

    assert 1 == text.exit_code
    assert f"{file}:8: release heading" in text.output
    assert '  hint: write "## 1.0 - 2020"' in text.output
    assert [8] == [finding["line"] for finding in json.loads(machine.output)]


def test_format_mends_in_place_and_check_only_looks(tmp_path: Path) -> None:
    """`--check` exits 1 and changes nothing; without it the file is canonical and stays so."""
    file = tmp_path / "x.md"
    file.write_text(GOOD.replace("- a", "*  a"))

    looked = CliRunner().invoke(changelog, ["format", "--check", str(file)])
    assert (1, GOOD.replace("- a", "*  a")) == (looked.exit_code, file.read_text())

    assert 0 == CliRunner().invoke(changelog, ["format", str(file)]).exit_code
    assert file.read_text() == GOOD
    assert "" == CliRunner().invoke(changelog, ["format", str(file)]).output


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    """The message names the file and says what to do."""
    result = CliRunner().invoke(changelog, ["check", str(tmp_path / "no.md")])

    assert isinstance(result.exception, ConfigError)
    assert "name a changelog file" in result.exception.hint


@pytest.mark.parametrize("command", ["check", "format"])
def test_help_teaches_with_examples(command: str) -> None:
    """Each command's help shows how it is called."""
    assert (
        "\n  Examples:\n    pressroom changelog"
        in CliRunner().invoke(changelog, [command, "--help"]).output
    )
