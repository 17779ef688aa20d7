"""What a folder says of the bundle in it is believed only as far as it goes."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.deploy.bundle.archive import in_upload_order, read_archive, write_archive
from pressroom.deploy.bundle.earlier import (
    MARKER,
    Earlier,
    file_of,
    find_earlier,
    parse_marker,
    read_assets,
    render_marker,
    to_carry,
)
from pressroom.deploy.manifest import File, Manifest
from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from pathlib import Path

ID, OTHER = "0123456789abcdef", "fedcba9876543210"
LINES = st.dictionaries(
    st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="/"), min_size=1).map(
        "hub/x{}".format
    ),
    st.builds(File, sha256=st.just("ab" * 32), size=st.integers(0, 1 << 40)),
)


def manifest(*paths: str) -> Manifest:
    """A manifest of these paths, each with its own name in it."""
    return Manifest(files={path: file_of(path.encode()) for path in paths})


@given(LINES.filter(bool), LINES)
def test_a_marker_says_what_was_written(own: dict[str, File], carried: dict[str, File]) -> None:
    """Rendered and parsed it is what it was."""
    one = Earlier(version=ID, files=Manifest(files=own), carried=Manifest(files=carried))

    assert one == parse_marker(render_marker(one), where=MARKER)


@given(st.text())
def test_no_text_is_a_marker_by_chance(text: str) -> None:
    """Anything else is refused with a way out."""
    for marker in (text, f"pressroom bundle 1 {ID}\n{text}\n"):
        with pytest.raises(PressroomError) as caught:
            parse_marker(marker, where=MARKER)
        assert caught.value.hint


@pytest.mark.parametrize(
    "path",
    [
        "hub/assets/../../../x",
        "hub/assets//x",
        "hub/assets/./x",
        "hub/assets/",
        "../assets/x",
        "/x",
    ],
)
@pytest.mark.parametrize("part", ["files", "carried"])
def test_a_marker_names_nothing_outside(part: str, path: str) -> None:
    """An asset is carried to where its path says, so no path leaves its site."""
    parts = {"files": manifest("hub/x"), "carried": manifest("hub/y"), part: manifest(path)}
    with pytest.raises(PressroomError) as caught:
        parse_marker(render_marker(Earlier(version=ID, **parts)), where=MARKER)

    assert caught.value.hint


@pytest.mark.parametrize("version", ["", "0123", "../../../../../x", f"{ID} ", ID.upper()])
def test_a_marker_names_a_version(version: str) -> None:
    """What could be no id is none."""
    text = render_marker(Earlier(version=version, files=manifest("hub/x"), carried=manifest()))
    with pytest.raises(PressroomError) as caught:
        parse_marker(text, where=MARKER)

    assert "move it away" in caught.value.hint


def test_a_marker_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes that no encoding explains stop nothing but the bundle."""
    (tmp_path / MARKER).write_bytes(b"pressroom bundle 1 \xff\n")
    with pytest.raises(PressroomError) as caught:
        find_earlier(tmp_path)

    assert "move it away" in caught.value.hint


def test_a_long_list_of_strange_files_is_cut_and_shown_as_ascii(tmp_path: Path) -> None:
    """No name reaches a terminal as it is."""
    one = Earlier(version=ID, files=manifest("hub/index.html"), carried=Manifest(files={}))
    (tmp_path / MARKER).write_text(render_marker(one))
    for number in range(5):
        (tmp_path / f"\x1b[2Jé{number}").touch()
    with pytest.raises(PressroomError) as caught:
        find_earlier(tmp_path)

    assert r"'\x1b[2J\xe90'" in caught.value.message
    assert caught.value.message.endswith(" and 2 more")
    assert "move it away" in caught.value.hint


@pytest.mark.parametrize(
    "path",
    [
        "gone/assets/x",
        "deploy/assets/x",
        "hub/page.html",
        "hub/assets/new",
        "hub/assets/new/below",
        "hub/assets/folder",
    ],
)
def test_what_is_no_old_asset_of_a_site_is_not_carried(path: str) -> None:
    """Nor what would lie where something of the new version lies."""
    earlier = Earlier(version=ID, files=manifest(path, "hub/assets/old"), carried=manifest())
    new = {"hub/index.html", "hub/assets/new", "hub/assets/folder/x"}

    assert ["hub/assets/old"] == list(to_carry(earlier, version=OTHER, files=new).files)


def test_one_generation_is_carried() -> None:
    """Another version carries what the earlier one had itself; the same one what that carried."""
    earlier = Earlier(
        version=ID, files=manifest("hub/assets/last"), carried=manifest("hub/assets/older")
    )

    assert manifest("hub/assets/last") == to_carry(earlier, version=OTHER, files={"hub/x"})
    assert manifest("hub/assets/older") == to_carry(earlier, version=ID, files={"hub/x"})


def test_a_broken_archive_carries_what_can_be_read(tmp_path: Path) -> None:
    """Cut off anywhere, it raises nothing, and no file comes out that is not whole."""
    files = {f"assets/{letter}": letter.encode() * 700 for letter in "abc"}
    path = tmp_path / "hub.tar"
    write_archive(path, files.items())
    whole = path.read_bytes()
    wanted = Manifest(files={f"hub/{name}": file_of(data) for name, data in files.items()})
    counts = set()
    for length in range(0, len(whole), 100):
        path.write_bytes(whole[:length])
        found = read_assets(tmp_path, "hub", wanted)
        assert found.items() <= files.items()
        counts.add(len(found))

    assert {0, 1, 2, 3} == counts


def test_only_ordinary_files_come_out_of_an_archive(tmp_path: Path) -> None:
    """A link to a file is none, and neither is a folder."""
    path = tmp_path / "hub.tar"
    with tarfile.open(path, "w") as tar:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE):
            member = tarfile.TarInfo(f"assets/{kind!r}")
            member.type, member.linkname = kind, "/etc/passwd"
            tar.addfile(member)
        member = tarfile.TarInfo("assets/file")
        member.size = 1
        tar.addfile(member, io.BytesIO(b"x"))

    assert [("assets/file", b"x")] == list(read_archive(path))


def test_a_long_name_and_one_of_other_letters_come_back(tmp_path: Path) -> None:
    """As they were, and for an ordinary name nothing is added to the oldest form of an archive."""
    path = tmp_path / "x.tar"
    files = [(f"{'long/' * 60}page.html", b"1"), ("é/ж.html", b"2")]
    write_archive(path, files, mtime=7)
    assert files == list(read_archive(path))
    plain = tmp_path / "plain.tar"
    write_archive(plain, [("index.html", b"3")])
    with tarfile.open(plain) as tar:
        assert [({}, b"0")] == [(one.pax_headers, one.type) for one in tar]
    assert b"ustar\x0000" == plain.read_bytes()[257:265]


def test_assets_go_up_before_what_names_them() -> None:
    """And the version last; what only looks like an asset is none."""
    names = ["version.txt", "index.html", "assets.html", "sub/assets/x", "assets/b", "assets/a"]

    assert (
        "assets/a",
        "assets/b",
        "assets.html",
        "index.html",
        "sub/assets/x",
        "version.txt",
    ) == in_upload_order(names)
