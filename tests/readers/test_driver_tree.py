"""A driver tree on disk: both layouts, and what may not lie in it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from reader_dumps import dump

from pressroom.findings import errors_of
from pressroom.readers.tree.tree import load_tree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def drivers(checkout: Path) -> Path:
    return checkout / "tests" / "fixtures" / "drivers"


@pytest.fixture
def tree(drivers: Path, tmp_path: Path) -> Path:
    """A copy of the tree of 2024 that a test may spoil."""
    return shutil.copytree(drivers / "2024", tmp_path / "2024")


def test_the_old_layout_has_list_and_dumps_together(drivers: Path) -> None:
    """Eight dumps, seven ids; what lies in a folder below is no dump."""
    found, findings = load_tree(drivers / "2024")

    assert [] == findings
    assert (8, 7, True) == (len(found.dumps), len(found.driver_list.listed), found.has_dumps)
    assert "readers/Acme_Duo.txt" == found.dumps[0].source


def test_the_folder_itself_is_the_same_tree(drivers: Path) -> None:
    """`readers` may be named instead of the tree it lies in, and sources do not change."""
    assert load_tree(drivers / "2024")[0] == load_tree(drivers / "2024" / "readers")[0]


def test_the_new_layout_has_a_list_only(drivers: Path) -> None:
    """Names and status, and no dump is missing."""
    found, findings = load_tree(drivers / "2026")

    assert [] == findings
    assert ((), 10, False) == (found.dumps, len(found.driver_list.listed), found.has_dumps)
    assert found.driver_list.knows_status


def test_a_checkout_may_have_both(tree: Path) -> None:
    """The list beside the code, the dumps in their folder."""
    (tree / "src").mkdir()
    (tree / "readers" / "supported_readers.txt").rename(tree / "src" / "supported_readers.txt")
    found, findings = load_tree(tree)

    assert [] == findings
    assert (8, 7) == (len(found.dumps), len(found.driver_list.listed))


@pytest.mark.parametrize("name", ["2003", "2003/src", "2003/src/Info.plist"])
def test_a_property_list_is_a_tree(drivers: Path, name: str) -> None:
    """Ids and names only."""
    found, findings = load_tree(drivers / name)

    assert [] == findings
    assert ["Acme Slim", "Giesel & Söhne plug'n'crypt"] == [
        one.name for one in found.driver_list.listed
    ]


def test_a_list_alone_is_a_tree(drivers: Path) -> None:
    """The file may be named itself."""
    found, _ = load_tree(drivers / "2026" / "src" / "supported_readers.txt")

    assert 10 == len(found.driver_list.listed)


def test_another_folder_is_no_tree(tmp_path: Path) -> None:
    """The hint says what to name."""
    found, findings = load_tree(tmp_path)

    assert not found.has_dumps
    assert [str(tmp_path)] == [one.where for one in errors_of(findings)]
    assert "name the top folder of the driver's sources" in findings[0].hint


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("Acme_Slim.txt", b" idVendor: 0xF001\n", "cut off: no idProduct"),
        ("Acme_Slim.txt", b"", "is empty"),
        ("Acme_Slim.txt", dump(iProduct="\xfc").encode("latin-1"), "iProduct: byte 0xfc"),
        ("Acme_Slim.txt", dump().replace("1.10", "1.10\n  bcdCCID: 1").encode(), "bcdCCID stands"),
        ("Acme_Slim.txt", b"x" * 10_000_000, "has 10000000 bytes"),
    ],
)
def test_a_broken_dump_is_named_and_the_others_are_read(
    tree: Path, name: str, data: bytes, message: str
) -> None:
    """File and field are in the finding; the dump counts as there, so nothing was removed."""
    (tree / "readers" / name).write_bytes(data)
    found, findings = load_tree(tree)

    assert [str(tree / "readers" / name)] == sorted({one.where for one in findings})
    assert message in findings[0].message
    assert (7, {"readers/Acme_Slim.txt"}) == (len(found.dumps), set(found.broken))


def test_links_and_pipes_are_refused(tree: Path, tmp_path: Path) -> None:
    """A tree from elsewhere does not lead to our files; what is no dump may be anything."""
    secret = tmp_path / "secret.txt"
    secret.write_text(dump(iProduct="secret"))
    (tree / "readers" / "Link.txt").symlink_to(secret)
    os.mkfifo(tree / "readers" / "Pipe.txt")
    (tree / "readers" / "link.png").symlink_to(secret)
    found, findings = load_tree(tree)

    assert [("Link.txt", f"is a symbolic link to {secret}"), ("Pipe.txt", "is neither a file nor a folder")] == [
        (one.where.rpartition("/")[2], one.message) for one in findings
    ]  # fmt: skip
    assert {"put the file itself there, or remove it"} == {one.hint for one in findings}
    assert 8 == len(found.dumps)


@pytest.mark.parametrize("name", ["readers", "readers/supported_readers.txt"])
def test_no_part_of_a_tree_is_a_link(tree: Path, tmp_path: Path, name: str) -> None:
    """Neither the folder of dumps nor the list; the tree that was named may be one itself."""
    place = tree / name
    place.rename(tmp_path / "moved")
    place.symlink_to(tmp_path / "moved")
    found, findings = load_tree(tree)

    assert findings
    assert all("a symbolic link" in one.message for one in findings)
    assert () == found.driver_list.listed
    assert (8 if name.endswith(".txt") else 0) == len(found.dumps)
    assert "put the file itself there" in findings[0].hint


def test_the_tree_that_was_named_may_be_a_link(tree: Path, tmp_path: Path) -> None:
    """The user meant it."""
    (tmp_path / "current").symlink_to(tree)
    (tmp_path / "dumps").symlink_to(tree / "readers")

    assert 8 == len(load_tree(tmp_path / "current")[0].dumps)
    assert 7 == len(load_tree(tmp_path / "dumps")[0].driver_list.listed)


def test_a_name_that_cannot_be_shown_is_refused(tree: Path) -> None:
    """Its bytes could not be written into our file either."""
    (tree / "readers" / os.fsdecode(b"\xff\n.txt")).write_text(dump())
    found, findings = load_tree(tree)

    assert ["holds a file whose name cannot be shown: '\\udcff\\n.txt'"] == [
        one.message for one in findings
    ]
    assert "rename the file" in findings[0].hint
    assert 8 == len(found.dumps)
