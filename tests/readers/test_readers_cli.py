"""`pressroom readers` as its user meets it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from reader_dumps import dump

from pressroom.errors import ConfigError
from pressroom.readers.cli import readers

DRIVERS = Path(__file__).parent.parent / "fixtures" / "drivers"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(readers, [str(one) for one in arguments])


def imported(tree: Path, folder: Path, *options: str) -> dict[str, Any]:
    result = run("import", tree, "--folder", folder, "--json", *options)
    values = json.loads(result.output)
    assert isinstance(values, dict)
    return values


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_years_report_exactly_the_difference(tmp_path: Path) -> None:
    """One year, then the next: three added, one removed, one changed; name and status are findings."""
    imported(DRIVERS / "2024", tmp_path)
    values = imported(DRIVERS / "2025", tmp_path)

    assert ["acme-trio", "bravo-mini-0x00c1", "bravo-mini-0x00c2"] == [
        one["slug"] for one in values["added"]
    ]
    assert ["acme-duo"] == [one["slug"] for one in values["removed"]]
    assert [
        ("acme-slim", "interfaces[0].bcd_device", "1.08", "1.09"),
        ("acme-slim", "interfaces[0].slots", "1", "2"),
        ("acme-slim", "interfaces[0].max_message", "271", "272"),
        ("acme-slim", "interfaces[0].raw.bMaxSlotIndex", "0", "1"),
        ("bravo-old", "status", "unsupported", "should-work"),
        (
            "giesel-plugncrypt",
            "name",
            "Giesel & Söhne plug'n'crypt",
            "Giesel & Söhne plug'n'crypt II",
        ),
    ] == [(one["slug"], one["field"], one["old"], one["new"]) for one in values["changed"]]
    assert [("warning", 5), ("warning", 8)] == [
        (one["severity"], one["line"]) for one in values["findings"]
    ]
    assert (11, 11, True) == (values["readers"], values["descriptors"], values["written"])
    assert "- Add support of\n  - Acme Trio\n" in values["draft"]


def test_the_new_layout_removes_no_reader(tmp_path: Path) -> None:
    """A tree with a list only: two ids more, one that is not listed any more, all descriptors kept."""
    imported(DRIVERS / "2025", tmp_path)
    before = files(tmp_path)["descriptors.jsonl"]
    values = imported(DRIVERS / "2026", tmp_path)

    assert ["bravo-mini-00c3", "kilo-key"] == [one["slug"] for one in values["added"]]
    assert ["zeta-pad"] == [one["slug"] for one in values["removed"]]
    assert (["readers.csv"], 12, 10) == (values["files"], values["readers"], values["descriptors"])
    assert before == files(tmp_path)["descriptors.jsonl"]
    assert "Bravo Mini (idProduct: 0x00C3)\n  - KILO Key\n" in values["draft"]


@pytest.mark.parametrize("years", [["2024"], ["2024", "2025"], ["2024", "2025", "2026"]])
def test_a_second_import_changes_no_byte(tmp_path: Path, years: list[str]) -> None:
    """Whatever was imported before."""
    for year in years:
        imported(DRIVERS / year, tmp_path)
    before = files(tmp_path)
    values = imported(DRIVERS / years[-1], tmp_path)

    assert before == files(tmp_path)
    assert ([], [], False) == (values["added"], values["files"], values["written"])


def test_what_people_wrote_survives_an_import(tmp_path: Path) -> None:
    """Notes, address, since and a corrected name are there after the next year."""
    imported(DRIVERS / "2024", tmp_path)
    table = tmp_path / "readers.csv"
    old = "acme-slim,F001,0001,Acme,Acme Slim,supported,,,,"
    new = 'acme-slim,F001,0001,Acme,"Acme, Slim",supported,1.2.0,,https://acme.example/,*mine*'
    assert old in table.read_text()
    table.write_text(table.read_text().replace(old, new))
    values = imported(DRIVERS / "2025", tmp_path)

    assert new in table.read_text()
    assert ("acme-slim", "name") in [(one["slug"], one["field"]) for one in values["changed"]]


def test_a_dry_run_writes_nothing_and_says_the_same(tmp_path: Path) -> None:
    """Not even the folder is made."""
    folder = tmp_path / "readers"
    dry = run("import", DRIVERS / "2024", "--folder", folder, "--dry-run")
    assert not folder.exists()
    wet = run("import", DRIVERS / "2024", "--folder", folder)

    assert (0, 0) == (dry.exit_code, wet.exit_code)
    assert f"{folder}: 8 readers, 8 with descriptors; readers.csv and descriptors.jsonl would" in (
        dry.output
    )
    assert wet.output == dry.output.replace("would change", "changed")
    assert "added: 8\n  F001:0002 Acme Duo (acme-duo)\n" in wet.output
    assert wet.output.endswith(
        "\nfor the changelog:\n\n" + wet.output.partition("changelog:\n\n")[2]
    )


BROKEN = {
    "truncated": (dump(bPINSupport=None).encode(), "cut off: no bPINSupport"),
    "latin-1": (dump(iProduct="Schl\xfcssel").encode("latin-1"), "iProduct: byte 0xfc"),
    "ten megabytes": (b" idVendor: 0xF001\n" * 600_000, "has 10800000 bytes"),
    "empty": (b"", "is empty"),
    "field twice": (dump().replace("1.10", "1.10\n  bcdCCID: 1").encode(), "bcdCCID stands twice"),
    "no number": (dump(dwFeatures="0x").encode(), "dwFeatures '0x' cannot be read"),
}


@pytest.mark.parametrize(("data", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_dump_stops_the_import(tmp_path: Path, data: bytes, message: str) -> None:
    """File and field are named, and nothing was written."""
    tree = shutil.copytree(DRIVERS / "2024", tmp_path / "tree")
    (tree / "readers" / "Acme_Slim.txt").write_bytes(data)
    (tree / "readers" / "Bravo_old.txt").write_bytes(b"")
    result = run("import", tree, "--folder", tmp_path / "out")

    assert 1 == result.exit_code
    assert f"{tree}/readers/Acme_Slim.txt" in result.output
    assert message in result.output
    assert f"{tree}/readers/Bravo_old.txt:1: is empty" in result.output
    assert "hint: " in result.output
    assert "nothing was imported" in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("data", "message"), BROKEN.values(), ids=BROKEN)
def test_keep_going_imports_the_others(tmp_path: Path, data: bytes, message: str) -> None:
    """The broken one is named, its record is as it was, the others are new; the exit code is 1."""
    folder = tmp_path / "out"
    imported(DRIVERS / "2024", folder)
    tree = shutil.copytree(DRIVERS / "2025", tmp_path / "tree")
    (tree / "readers" / "Acme_Slim.txt").write_bytes(data)
    result = run("import", tree, "--folder", folder, "--keep-going")

    assert 1 == result.exit_code
    assert message in result.output
    assert "added: 3\n" in result.output
    assert "acme-slim" not in result.output
    assert 11 == files(folder)["descriptors.jsonl"].count(b"\n")
    assert 0 == run("check", "--folder", folder).exit_code


def test_line_ends_of_another_system_are_no_error(tmp_path: Path) -> None:
    """CRLF is a note on the reader's page, and the import goes through."""
    tree = shutil.copytree(DRIVERS / "2024", tmp_path / "tree")
    file = tree / "readers" / "Acme_Slim.txt"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))

    assert 0 == run("import", tree, "--folder", tmp_path / "out").exit_code
    assert 2 == files(tmp_path / "out")["descriptors.jsonl"].count(b'"lint":["line-ends"]') + 1


def test_a_broken_table_is_never_overwritten(tmp_path: Path) -> None:
    """What cannot be read of it would be lost; --keep-going does not help."""
    imported(DRIVERS / "2024", tmp_path)
    table = tmp_path / "readers.csv"
    table.write_text(table.read_text().replace("Slim,supported", "Slim,suported"))
    before = files(tmp_path)
    result = run("import", DRIVERS / "2025", "--folder", tmp_path, "--keep-going")

    assert 1 == result.exit_code
    assert (
        f"{table}:4: status 'suported' is none\n  hint: did you mean 'supported'?" in result.output
    )
    assert before == files(tmp_path)


def test_a_contradiction_in_the_list_is_an_error(tmp_path: Path) -> None:
    """Supported and disabled at once: both lines are named, nothing is written."""
    tree = shutil.copytree(DRIVERS / "2026", tmp_path / "tree")
    file = tree / "src" / "supported_readers.txt"
    file.write_text(
        file.read_text().replace("#0xF001:0x0009:Acme Ghost", "#0xF001:0x0001:Acme Slim")
    )
    result = run("import", tree, "--folder", tmp_path / "out")

    assert 1 == result.exit_code
    assert "F001:0001 is disabled here and supported in line 13" in result.output
    assert not (tmp_path / "out").exists()


def test_diff_shows_what_changed_and_exits_0() -> None:
    """Readers, names, status and facts, old and new; and nothing where nothing is."""
    result = run("diff", DRIVERS / "2024", DRIVERS / "2025")

    assert 0 == result.exit_code
    assert result.output.startswith(
        "added: 3\n  F001:0003 Acme Trio (readers/Acme_Trio.txt)\n"
        "  F003:00C1 Bravo Mini (readers/Bravo_Mini_0x00C1.txt)\n"
    )
    assert "removed: 1\n  F001:0002 Acme Duo (readers/Acme_Duo.txt)\n" in result.output
    assert "(readers/Acme_Slim.txt): interfaces[0].max_message 271 -> 272\n" in result.output
    assert "status unsupported -> should-work\n" in result.output
    assert "name Giesel & Söhne plug'n'crypt -> Giesel & Söhne plug'n'crypt II\n" in result.output
    assert (0, "") == (
        run("diff", DRIVERS / "2024", DRIVERS / "2024").exit_code,
        run("diff", DRIVERS / "2024", DRIVERS / "2024").output,
    )


def test_diff_takes_property_lists_and_both_layouts() -> None:
    """Across layouts, ids and names count; for machines it is JSON."""
    values = json.loads(run("diff", DRIVERS / "2003", DRIVERS / "2026", "--json").output)

    assert "KILO Key" in [one["name"] for one in values["added"]]
    assert "Acme Ghost" not in [one["name"] for one in values["added"]]
    assert ["Giesel & Söhne plug'n'crypt II"] == [one["new"] for one in values["changed"]]
    assert ([], []) == (values["removed"], values["findings"])


def test_diff_of_a_broken_tree_exits_1(tmp_path: Path) -> None:
    """What could be read is compared all the same."""
    tree = shutil.copytree(DRIVERS / "2025", tmp_path / "tree")
    (tree / "readers" / "Zeta_Pad.txt").write_bytes(b"")
    result = run("diff", DRIVERS / "2024", tree)

    assert 1 == result.exit_code
    assert f"{tree}/readers/Zeta_Pad.txt:1: is empty\n  hint: make the dump again" in result.output
    assert "removed: 1\n" in result.output


def test_check_prints_findings_and_exits_1(tmp_path: Path) -> None:
    """Place, message and hint are printed; as JSON the same; without errors it is 0."""
    imported(DRIVERS / "2024", tmp_path)
    assert (0, "") == (
        run("check", "--folder", tmp_path).exit_code,
        run("check", "--folder", tmp_path).output,
    )
    table = tmp_path / "readers.csv"
    table.write_text(table.read_text().replace("F001,0002,Acme", "F001,0002,ACME"))
    warned = run("check", "--folder", tmp_path)
    table.write_text(table.read_text().replace("acme-duo", "acme-two"))
    text = run("check", "--folder", tmp_path)
    machine = json.loads(run("check", "--folder", tmp_path, "--json").output)

    assert 0 == warned.exit_code
    assert f"{table}:2: warning: vendor 'ACME' is 'Acme' in 2 lines\n  hint: spell" in warned.output
    assert 1 == text.exit_code
    assert (
        "no line of readers.csv has the slug 'acme-duo'\n  hint: put the line back" in text.output
    )
    assert {"error", "warning"} == {one["severity"] for one in machine}


def test_check_without_a_table_is_a_usage_error(tmp_path: Path) -> None:
    """The message names the folder and says what to do."""
    result = run("check", "--folder", tmp_path)

    assert isinstance(result.exception, ConfigError)
    assert "run `pressroom readers import`" in result.exception.hint


def test_a_tree_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    """Wrong usage is another number than findings."""
    assert 2 == run("import", tmp_path / "no").exit_code
    assert 2 == run("diff", tmp_path, tmp_path / "no").exit_code


@pytest.mark.parametrize("command", ["import", "diff", "check"])
def test_help_teaches_with_examples(command: str) -> None:
    """Each command's help shows how it is called."""
    assert "\n  Examples:\n    pressroom readers" in run(command, "--help").output


def test_a_release_that_is_none_is_refused(tmp_path: Path) -> None:
    """`--release v1` is wrong usage, and nothing is written."""
    result = run("import", DRIVERS / "2024", "--folder", tmp_path, "--release", "v1")

    assert isinstance(result.exception, ConfigError)
    assert "as in 1.7.0" in result.exception.hint
    assert [] == list(tmp_path.iterdir())
