"""All releases verified: each defect of a long history is named, and no other; in time linear in the releases."""

from __future__ import annotations

import json
import resource
from typing import TYPE_CHECKING

import pytest
from release_history import add_version, make_past
from release_verifying import run, served, surround

from pressroom.changelog.proven_parse import parse_proof
from pressroom.release.warehouse.model import Status

if TYPE_CHECKING:
    from pathlib import Path

# Each defect once, and what is to be said of it.
DEFECTS = {
    "1.5": ("unsigned", "signature", "wrong", "the tag is not signed"),
    "1.8": ("unknown key", "signature", "wrong", "a key that no allowed signer has: SHA256:"),
    "1.11": ("moved", "record", "wrong", "the commit of the tag is "),
    "1.14": ("changed", "index", "wrong", "other bytes than recorded: widget-1.14-py3-none-any"),
    "1.17": ("late", "dates", "wrong", "widget-1.17.tar.gz came 24 hours after the first file"),
    "1.20": ("extra", "index", "wrong", "not in the record: widget-1.20-cp311-cp311-win32.whl"),
    "1.23": ("no tag", "tag", "missing", "no tag 1.23"),
    "1.26": ("vanished", "index", "missing", "vanished from the index: widget-1.26-py3"),
    "1.29": ("yanked", "index", "wrong", "yanked (it is no good): widget-1.29-py3"),
    "1.32": ("early", "dates", "wrong", "before the tag was made"),
    "1.41": ("other source", "source", "wrong", "widget.py: differs from the tag"),
}


def test_each_defect_of_sixty_releases_is_named_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eleven defects and a version that nobody tagged: one fault each, with what and what to do."""
    past = make_past(tmp_path / "past", 60, defects={key: row[0] for key, row in DEFECTS.items()})
    add_version(past, "9.9")
    surround(past, monkeypatch)
    with served(past) as index:
        said = run("--all", "--deep", "--json", url=index.simple_url)
        table = run("--all", url=index.simple_url)
    by_version = {one["version"]: one["checks"] for one in said.json["releases"]}

    assert {(version, row[1], row[2]) for version, row in DEFECTS.items()} == said.faults
    for version, (_, question, _, words) in DEFECTS.items():
        assert words in by_version[version][question]["note"]
        assert by_version[version][question]["hint"]
    (finding,) = said.json["findings"]
    assert "the index shows version 9.9, of which there is no tag" in finding["message"]
    assert finding["hint"]
    assert 1 == said.code == table.code
    assert 60 == len(by_version)
    assert "60 releases: 50 without a fault, 10 with; nothing was downloaded" in table.output
    assert [] == index.failures


def test_a_good_history_has_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every tag, record, file and archive is as it was made: exit 0."""
    past = make_past(tmp_path / "past", 4)
    surround(past, monkeypatch)
    with served(past) as index:
        said = run("--all", "--deep", "--json", url=index.simple_url)
        one = run("1.2", url=index.simple_url)

    assert set() == said.faults
    assert (0, []) == (said.code, said.json["findings"])
    assert 0 == one.code
    assert "Source        ok          widget-1.2.tar.gz: the tag's files" in one.output
    assert "Signature     ok          by ann@press.example" in one.output


def test_an_old_tag_under_a_new_name_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signature that holds says nothing when the object was made as another tag; nor does a lightweight tag."""
    past = make_past(tmp_path / "past", 4, defects={"1.2": "renamed", "1.3": "lightweight"})
    surround(past, monkeypatch)
    with served(past) as index:
        said = run("--all", "--json", url=index.simple_url)
    checks = {one["version"]: one["checks"] for one in said.json["releases"]}

    assert "was made as '1.1'" in checks["1.2"]["tag"]["note"]
    assert "is lightweight" in checks["1.3"]["tag"]["note"]
    assert "not asked" == checks["1.3"]["signature"]["state"]
    assert {("1.2", "tag", "wrong"), ("1.3", "tag", "wrong")} <= said.faults
    assert checks["1.2"]["tag"]["hint"]


def test_without_a_record_nothing_is_believed_about_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not known is no fault, and no pass."""
    past = make_past(tmp_path / "past", 3, defects={"1.1": "no record"})
    surround(past, monkeypatch)
    with served(past) as index:
        said = run("--all", "--json", url=index.simple_url)
    checks = {one["version"]: one["checks"] for one in said.json["releases"]}["1.1"]

    assert (0, set()) == (said.code, said.faults)
    assert ["not known", "not known"] == [checks[name]["state"] for name in ("record", "index")]
    assert "2 files; no record to compare with" == checks["index"]["note"]


def test_without_allowed_signers_no_signature_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a finding of its own, said once, with where to write them."""
    past = make_past(tmp_path / "past", 3)
    (past.press / "releases/allowed_signers").unlink()
    surround(past, monkeypatch)
    with served(past) as index:
        said = run("--all", "--json", url=index.simple_url)

    assert 1 == said.code
    (finding,) = said.json["findings"]
    assert "signatures are not checked: no allowed signers" == finding["message"]
    assert "releases/allowed_signers" in finding["hint"]
    for one in said.json["releases"]:
        signature = one["checks"]["signature"]
        assert ("not known", "not checked: no allowed signers") == (
            signature["state"],
            signature["note"],
        )


def test_a_bad_release_may_be_yanked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the changelog says that nobody should use it, the index may say so too."""
    past = make_past(tmp_path / "past", 3, defects={"1.1": "yanked"})
    path = past.press / "releases/widget.md"
    text = path.read_text()
    head, _, rest = text.partition("## 1.1 - ")
    bad = rest.replace("\n\n", "\n\n> Bad release, use 1.2: it breaks\n\n", 1)
    path.write_text(f"{head}## 1.1 - {bad}", encoding="utf-8")
    surround(past, monkeypatch)
    with served(past) as index:
        said = run("--all", "--json", url=index.simple_url)

    assert set() == said.faults, said.output


def test_a_quarantined_project_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the index says of the whole project is said (PEP 792)."""
    past = make_past(tmp_path / "past", 2)
    surround(past, monkeypatch)
    with served(past) as index:
        index.store.set_status("widget", Status.QUARANTINED)
        said = run("--all", "--json", url=index.simple_url)

    (finding,) = said.json["findings"]
    assert (1, "the index says that the project is quarantined") == (
        said.code,
        finding["message"],
    )
    assert finding["hint"]


def test_what_is_recorded_is_facts_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--record` writes a file that reads back; the same facts are the same bytes; not when the index is silent."""
    past = make_past(tmp_path / "past", 4, defects={"1.2": "unsigned"})
    surround(past, monkeypatch)
    path = past.press / "releases/proof/widget.json"
    with served(past) as index:
        first = run("--all", "--record", url=index.simple_url)
        data = path.read_bytes()
        run("--all", "--record", url=index.simple_url)
    proof, findings = parse_proof(data.decode(), where="releases/proof/widget.json")
    path.unlink()
    silent = run("--all", "--record", url="http://127.0.0.1:9/simple/")

    assert 1 == first.code
    assert [] == findings
    assert proof is not None
    assert ["1.3", "1.2", "1.1", "1.0"] == [one.version for one in proof.releases]
    assert "wrong" == proof.releases[1].checks["signature"].state
    assert b"127.0.0.1" not in data
    assert str(tmp_path).encode() not in data
    assert data == json.dumps(json.loads(data), indent=1, sort_keys=True).encode() + b"\n"
    assert not path.exists()
    assert "nothing is recorded" in silent.output
    assert "hint:" in silent.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "say what to verify"),
        (("1.0", "--all"), "say what to verify"),
        (("1.0", "--record"), "these are for --all"),
        (("--all", "--again"), "this is for --watch"),
        (("7.7",), "the changelog has no release 7.7"),
    ],
)
def test_wrong_usage_is_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    """It is another number than findings, and says what to do."""
    past = make_past(tmp_path / "past", 1)
    surround(past, monkeypatch)
    said = run(*arguments, url="http://127.0.0.1:9/simple/")

    assert 2 == said.code
    assert message in said.output
    assert "hint:" in said.output


def test_time_is_linear_in_the_releases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    """Four times the releases take four times as long, not sixteen; `--soak` takes 60 and 240."""
    counts = (60, 240) if pytestconfig.getoption("--soak") else (15, 60)
    costs = []
    for count in counts:
        past = make_past(tmp_path / str(count), count)
        with monkeypatch.context() as patch, served(past) as index:
            surround(past, patch)
            before = processor_time()
            said = run("--all", "--json", url=index.simple_url)
            costs.append(processor_time() - before)
        assert (0, count) == (said.code, len(said.json["releases"])), said.output

    assert costs[1] < 6 * costs[0], costs


def processor_time() -> float:
    """Seconds that this process and the programs it started have used: what else the machine does is not in it."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
