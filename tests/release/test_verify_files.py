"""Files that no index has: tarballs, signatures and sums, fetched from where the record says and held against the tag."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
from typing import TYPE_CHECKING

import pytest
from release_history import files_of, make_past, public_file, sdist
from release_verifying import patience, report_of

from pressroom.release.verifying.load import load_subject
from pressroom.world.static import serve_folder

if TYPE_CHECKING:
    from pathlib import Path

    from release_history import Past

    from pressroom.release.verifying.model import Check

TARBALL = "widget-1.0.tar.gz"


@pytest.fixture
def past(tmp_path: Path) -> Past:
    """One release, of a project that is on no index."""
    made = make_past(tmp_path / "past", 1)
    path = made.press / "releases/widget.md"
    path.write_text(
        path.read_text().replace("pypi: widget\n", "").replace("kind: python", "kind: c-meson")
    )
    (made.root / "files").mkdir()
    return made


def put(past: Past, data: bytes, *, sums: str | None = None, key: str = "ours") -> None:
    """A tarball with its signature and sums, where they are served."""
    folder = past.root / "files"
    (folder / TARBALL).write_bytes(data)
    (folder / f"{TARBALL}.sig").unlink(missing_ok=True)
    subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-n", "file", "-f", past.root / key, folder / TARBALL],
        check=True,
        capture_output=True,
    )
    (folder / f"{TARBALL}.sig").rename(folder / f"{TARBALL}.asc")
    text = sums or f"{hashlib.sha256(data).hexdigest()}  {TARBALL}\n"
    (folder / "widget-1.0.SHA256SUMS").write_text(text)


def checks(past: Past, *, change: bytes | None = None) -> dict[str, Check]:
    """What is said of the release; `change`: what is served since then."""
    folder = past.root / "files"
    (record,) = load_subject(past.press, "widget").records.values()
    with serve_folder(folder) as url:
        files = tuple(
            public_file(path.name, path.read_bytes(), kind=kind, url=f"{url}{path.name}")
            for path in sorted(folder.iterdir())
            for kind in [{".asc": "signature", ".gz": "tarball"}.get(path.suffix, "sums")]
        )
        if change is not None:
            (folder / TARBALL).write_bytes(change)
        made = dataclasses.replace(record, files=files, index=None)
        report = report_of(past, "https://index.example/", records={"1.0": made})
    (row,) = report.rows
    return dict(row.checks)


def test_a_tarball_is_the_tag_and_signed(past: Past) -> None:
    """Its files, its signature and its sums hold; of an index nothing is asked."""
    put(past, sdist("1.0", files_of("1.0")))
    found = checks(past)

    # What Python adds belongs into no tarball of C.
    assert "wrong" == found["source"].state
    assert "PKG-INFO" in found["source"].note
    assert ("ok", "not asked") == (found["signatures"].state, found["index"].state)
    assert f"{TARBALL}.asc: by ann@press.example" in found["signatures"].note


def test_a_tarball_that_was_exchanged_is_wrong(past: Past) -> None:
    """Other bytes of the same length are no answer to be retried."""
    data = sdist("1.0", files_of("1.0"))
    put(past, data)
    found = checks(past, change=data[:-1] + bytes([data[-1] ^ 1]))

    assert "wrong" == found["source"].state
    assert "sha256" in found["source"].note
    assert found["source"].hint


def test_a_tarball_that_is_gone_is_missing(past: Past) -> None:
    """Nobody can download it."""
    put(past, sdist("1.0", files_of("1.0")))
    (record,) = load_subject(past.press, "widget").records.values()
    with serve_folder(past.root) as url:
        gone = public_file(TARBALL, b"x", kind="tarball", url=f"{url}nowhere/{TARBALL}")
        made = dataclasses.replace(record, files=(gone,), index=None)
        (row,) = report_of(past, "https://index.example/", records={"1.0": made}).rows

    assert "missing" == row.checks["source"].state
    assert row.checks["source"].hint


def test_a_signature_by_another_key_and_other_sums_are_wrong(past: Past) -> None:
    """Each is named with its file."""
    put(past, sdist("1.0", files_of("1.0")), sums=f"{'0' * 64}  {TARBALL}\n", key="theirs")
    found = checks(past)["signatures"]

    assert "wrong" == found.state
    assert f"{TARBALL}.asc: it is by a key that is not allowed" in found.note
    assert "widget-1.0.SHA256SUMS states other sums: widget-1.0.tar.gz" in found.note
    assert found.hint


def test_who_does_not_answer_is_not_wrong(past: Past) -> None:
    """A server that is away: not known, and it was asked as often as patience allows."""
    (record,) = load_subject(past.press, "widget").records.values()
    away = public_file(TARBALL, b"x", kind="tarball", url=f"http://127.0.0.1:9/f/{TARBALL}")
    made = dataclasses.replace(record, files=(away,), index=None)
    report = report_of(past, "https://index.example/", records={"1.0": made})
    check = report.rows[0].checks["source"]

    assert ("not known", True) == (check.state, check.is_unanswered)
    assert f"asked {patience().tries} times" in check.note
    assert 3 == report.exit_code
