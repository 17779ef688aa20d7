"""Archives that are a function of their files, and what is refused on the way."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import time
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_examples import EPOCH

from pressroom.release.building import members as members_module
from pressroom.release.building.archives import normalise_sdist, normalise_wheel
from pressroom.release.building.differences import describe_difference
from pressroom.release.building.members import (
    ArchiveError,
    gunzip,
    is_plain_path,
    read_tar,
    read_zip,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TOP = "widget-1.0"


def entry(name: str, data: bytes = b"", **facts: object) -> tuple[tarfile.TarInfo, bytes]:
    """A member of a tar with whatever a backend may say of it."""
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for fact, value in facts.items():
        setattr(info, fact, value)
    return info, data


def sdist(entries: Iterable[tuple[tarfile.TarInfo, bytes]], *, mtime: int = 0) -> bytes:
    """A gzipped tar of these members."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for info, data in entries:
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(file.getvalue(), 1, mtime=mtime)


def wheel(files: dict[str, bytes], *, second: int = 0, mode: int = 0o664) -> bytes:
    """A ZIP of these files in this order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, second))
            info.external_attr = (stat.S_IFREG | mode) << 16
            archive.writestr(info, data)
    return file.getvalue()


WHEEL = {
    "w-1.dist-info/RECORD": b"w.py,,\n",
    "w.py": b"x = 1\n",
    "w-1.dist-info/METADATA": b"Name: w\n",
    "w.data/scripts/run": b"#!python\n",
}


def test_an_sdist_depends_on_its_files_alone() -> None:
    """Order, times, owners, group bits and compression of what a backend made change no byte."""
    first = [
        entry(f"{TOP}/b.py", b"b", mtime=1, uid=1000, uname="me", mode=0o664),
        entry(f"{TOP}/run", b"r", mode=0o775),
        entry(f"{TOP}/a.py", b"a", mtime=2.5, gid=7, mode=0o600),
    ]
    second = [entry(f"{TOP}/a.py", b"a"), entry(f"{TOP}/run", b"r", mode=0o700), first[0]]

    assert normalise_sdist(sdist(first), epoch=EPOCH) == normalise_sdist(
        sdist(second, mtime=99), epoch=EPOCH
    )


def test_an_sdist_says_one_date_and_no_owner() -> None:
    """Each member is of the epoch, root's, 0644 or 0755; the gzip header holds neither time nor name."""
    data = normalise_sdist(
        sdist([entry(f"{TOP}/x", b"x", mode=0o755), entry(f"{TOP}/a", b"a", uid=5, gname="users")]),
        epoch=EPOCH,
    )
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        infos = tar.getmembers()

    assert [(f"{TOP}/a", 0o644), (f"{TOP}/x", 0o755)] == [(info.name, info.mode) for info in infos]
    assert {(EPOCH, 0, 0, "", "")} == {
        (info.mtime, info.uid, info.gid, info.uname, info.gname) for info in infos
    }
    assert b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff" == data[:10]


def test_another_epoch_is_another_sdist() -> None:
    """The date goes into the bytes."""
    data = sdist([entry(f"{TOP}/a", b"a")])

    assert normalise_sdist(data, epoch=EPOCH) != normalise_sdist(data, epoch=EPOCH + 1)


NAMES = st.lists(
    st.text("abcé_.-", min_size=1, max_size=60).filter(is_plain_path), min_size=1, max_size=5
).map("/".join)


@given(st.dictionaries(NAMES, st.binary(max_size=64), min_size=1, max_size=6))
def test_no_byte_of_a_file_changes(files: dict[str, bytes]) -> None:
    """Whatever the names and the bytes: packed anew they are the same, and packing twice changes nothing."""
    files = {f"{TOP}/{name}": data for name, data in files.items()}
    if any(name.startswith(f"{other}/") for name in files for other in files):
        return  # a file and a folder of one name
    once = normalise_sdist(sdist(entry(name, data) for name, data in files.items()), epoch=EPOCH)
    read = {member.name: member.data for member in read_tar(gunzip(once, where="x"), where="x")}

    assert files == read
    assert once == normalise_sdist(once, epoch=EPOCH)


def test_links_that_stay_are_kept() -> None:
    """A link to a neighbour stays a link, and a hard link becomes the file that it is."""
    data = normalise_sdist(
        sdist(
            [
                entry(f"{TOP}/a", b"a"),
                entry(f"{TOP}/docs/a", type=tarfile.SYMTYPE, linkname="../a"),
                entry(f"{TOP}/hard", type=tarfile.LNKTYPE, linkname=f"{TOP}/a"),
            ]
        ),
        epoch=EPOCH,
    )
    found = {member.name: member for member in read_tar(gunzip(data, where="x"), where="x")}

    assert "../a" == found[f"{TOP}/docs/a"].link
    assert b"a" == found[f"{TOP}/hard"].data


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ([entry("/etc/passwd")], "leads elsewhere"),
        ([entry(f"{TOP}/../../x")], "leads elsewhere"),
        ([entry(f"{TOP}//x")], "leads elsewhere"),
        ([entry(f"{TOP}/..\\x")], "leads elsewhere"),
        ([entry(f"{TOP}/a\nb")], "leads elsewhere"),
        ([entry(f"{TOP}/a\udcff")], "leads elsewhere"),
        ([entry(f"{TOP}/l", type=tarfile.SYMTYPE, linkname="../../x")], "is a link to"),
        ([entry(f"{TOP}/l", type=tarfile.SYMTYPE, linkname="/etc")], "is a link to"),
        ([entry(f"{TOP}/l", type=tarfile.SYMTYPE, linkname="d/../../..")], "is a link to"),
        ([entry(f"{TOP}/l", type=tarfile.LNKTYPE, linkname="/etc/passwd")], "is no tar"),
        ([entry(f"{TOP}/null", type=tarfile.CHRTYPE)], "neither a file nor a folder"),
        ([entry(f"{TOP}/pipe", type=tarfile.FIFOTYPE)], "neither a file nor a folder"),
        ([entry(f"{TOP}/a"), entry(f"{TOP}/a", b"2")], "is in it twice"),
        ([entry(f"{TOP}/a"), entry(f"{TOP}/a/b")], "which is no folder"),
        (
            [entry(f"{TOP}/l", type=tarfile.SYMTYPE, linkname="docs"), entry(f"{TOP}/l/b")],
            "which is no folder",
        ),
        ([entry(f"{TOP}/a"), entry("other/b")], "holds 2 folders at its top"),
        ([], "holds 0 folders at its top"),
    ],
)
def test_a_hostile_sdist_is_refused(bad: list[tuple[tarfile.TarInfo, bytes]], says: str) -> None:
    """What could leave its folder, or hide, is named and stops the build."""
    with pytest.raises(ArchiveError, match=says) as caught:
        normalise_sdist(sdist(bad), epoch=EPOCH, where="widget-1.0.tar.gz")

    assert "widget-1.0.tar.gz" == caught.value.where
    assert "mend" in caught.value.hint


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: data[:-20], "cut off"),
        (lambda data: data + b"more", "follows its end"),
        (lambda data: data + data, "follows its end"),
        (lambda _data: b"PK", "no gzip file"),
        (lambda data: gzip.compress(gzip.decompress(data)[:700]), "no tar"),
    ],
)
def test_a_damaged_sdist_is_refused(damage: Callable[[bytes], bytes], says: str) -> None:
    """A file that is cut off, or goes on behind its end, is no sdist."""
    data = damage(sdist([entry(f"{TOP}/a", bytes(2000))]))

    with pytest.raises(ArchiveError, match=says) as caught:
        normalise_sdist(data, epoch=EPOCH)

    assert "mend" in caught.value.hint


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks to more than any release of ours is refused by its size."""
    monkeypatch.setattr(members_module, "_LARGEST", 1 << 16)

    with pytest.raises(ArchiveError, match="holds more than") as caught:
        normalise_sdist(sdist([entry(f"{TOP}/a", bytes(1 << 17))]), epoch=EPOCH)
    with pytest.raises(ArchiveError, match="holds more than"):
        normalise_wheel(wheel(WHEEL | {"big": bytes(1 << 17)}), epoch=EPOCH)

    assert "mend" in caught.value.hint


def test_a_wheel_depends_on_its_files_alone() -> None:
    """Order, times and group bits change no byte."""
    shuffled = dict(sorted(WHEEL.items()))

    assert normalise_wheel(wheel(WHEEL), epoch=EPOCH) == normalise_wheel(
        wheel(shuffled, second=30, mode=0o600), epoch=EPOCH
    )


def test_a_wheel_ends_in_its_record() -> None:
    """Metadata come after the modules, RECORD at the very end; dates are the epoch's, in UTC; no extra field."""
    data = normalise_wheel(wheel(WHEEL, mode=0o775), epoch=EPOCH)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        read = {info.filename: archive.read(info) for info in infos}

    assert [
        "w.data/scripts/run",
        "w.py",
        "w-1.dist-info/METADATA",
        "w-1.dist-info/RECORD",
    ] == [info.filename for info in infos]
    assert read == WHEEL
    assert {(time.gmtime(EPOCH)[:6], b"", 0o100755)} == {
        (info.date_time, info.extra, info.external_attr >> 16) for info in infos
    }


@pytest.mark.parametrize(("epoch", "year"), [(0, 1980), (1 << 33, 2107)])
def test_a_wheel_takes_a_date_that_a_zip_cannot_say(epoch: int, year: int) -> None:
    """A date out of range is the nearest one."""
    data = normalise_wheel(wheel(WHEEL), epoch=epoch)

    assert year == zipfile.ZipFile(io.BytesIO(data)).infolist()[0].date_time[0]


@pytest.mark.parametrize(
    ("files", "mode", "says"),
    [
        ({"w.py": b""}, 0o644, "no RECORD"),
        (WHEEL | {"v-1.dist-info/RECORD": b""}, 0o644, "no RECORD, or several"),
        (WHEEL | {"../x": b""}, 0o644, "leads elsewhere"),
        (WHEEL | {"w.py/x": b""}, 0o644, "which is no folder"),
        (WHEEL, stat.S_IFLNK, "neither a file nor a folder"),
    ],
)
def test_a_hostile_wheel_is_refused(files: dict[str, bytes], mode: int, says: str) -> None:
    """A wheel without its list, or with a name that leads out of it, stops the build."""
    with pytest.raises(ArchiveError, match=says) as caught:
        normalise_wheel(wheel(files, mode=mode), epoch=EPOCH)

    assert "backend" in caught.value.hint or "mend" in caught.value.hint


def test_a_wheel_with_a_name_twice_is_refused() -> None:
    """Two readers of a ZIP may take another one of the two."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("w.py", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("w.py", b"2")

    with pytest.raises(ArchiveError, match="twice") as caught:
        read_zip(file.getvalue(), where="w.whl")
    assert "mend" in caught.value.hint


def test_no_zip_is_no_wheel() -> None:
    """Bytes that are no ZIP are told so."""
    with pytest.raises(ArchiveError, match="no ZIP") as caught:
        normalise_wheel(b"nothing", epoch=EPOCH)
    assert "mend" in caught.value.hint


def test_a_difference_names_the_member_and_its_lines() -> None:
    """A text shows the lines that differ, other bytes where they begin, and RECORD comes last."""
    one = wheel(WHEEL | {"w.so": b"\x00\x01\x02"})
    other = wheel(WHEEL | {"w.so": b"\x00\x01\x03", "w.py": b"x = 2\n", "new.py": b""})
    said = describe_difference("w.whl", one, other)

    assert "new.py is in the second build alone" in said
    assert "w.py differs: 6 bytes" in said
    assert "-x = 1\n    +x = 2" in said
    assert "w.so differs: 3 bytes" in said
    assert "from byte 2" in said
    assert "METADATA" not in said


def test_a_difference_of_an_sdist_names_the_mode() -> None:
    """A file that is a program in one build alone is a difference."""
    said = describe_difference(
        "w.tar.gz",
        sdist([entry(f"{TOP}/run", mode=0o755)]),
        sdist([entry(f"{TOP}/run", mode=0o644)]),
    )

    assert f"{TOP}/run differs: the kind or the mode" in said
