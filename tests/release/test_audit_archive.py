"""Archives as nobody should send them: read in memory, refused with all reasons, never unpacked."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_archives import PKG_INFO, SDIST, TOP, Odd, make_sdist, make_tar, make_zip

from pressroom.release.audit.archive import Limits, read_sdist
from pressroom.release.audit.model import Sdist

GOOD = make_sdist({"a.py": "x = 1\n", "src/b.c": "int b;\n"})
FILES = {"a.py": b"x = 1\n", "src/b.c": b"int b;\n", "PKG-INFO": PKG_INFO.encode()}


def reasons(sdist: Sdist) -> dict[str, str]:
    """What refuses an archive, by file; each with a hint."""
    assert all(remark.hint for remark in sdist.remarks)
    return {remark.file: remark.reason for remark in sdist.remarks if remark.blocks}


@pytest.mark.parametrize(
    ("filename", "data"),
    [
        (SDIST, GOOD),
        ("widget-1.0.tgz", GOOD),
        ("widget-1.0.tar.bz2", bz2.compress(gzip.decompress(GOOD))),
        ("widget-1.0.tar.xz", lzma.compress(gzip.decompress(GOOD))),
        ("widget-1.0.zip", make_zip([(f"{TOP}/{path}", data) for path, data in FILES.items()])),
    ],
)
def test_each_kind_of_archive_is_read(filename: str, data: bytes) -> None:
    """Paths are below the one top folder, whatever packed them."""
    sdist = read_sdist(filename, data)

    assert FILES == sdist.files
    assert TOP == sdist.top
    assert () == sdist.remarks


@pytest.mark.parametrize(
    ("member", "file", "reason"),
    [
        (Odd(name="/etc/passwd"), "/etc/passwd", "has an absolute path"),
        (Odd(name=f"{TOP}/../../x"), f"{TOP}/../../x", "leads out of the archive by `..`"),
        (Odd(name=f"{TOP}/a\\b"), f"{TOP}/a\\b", "has a backslash"),
        (Odd(name="C:/x"), "C:/x", "has an absolute path"),
        (Odd(name=f"{TOP}/a\nb"), f"{TOP}/a\nb", "that cannot be seen"),
        (Odd(name=f"{TOP}/a\u202egnp.py"), f"{TOP}/a\u202egnp.py", "that cannot be seen"),
        (Odd(name=f"{TOP}//x"), f"{TOP}//x", "has an empty step"),
        (Odd(name=f"{TOP}/l", type=tarfile.SYMTYPE, target="/etc"), "l", "no path inside"),
        (Odd(name=f"{TOP}/l", type=tarfile.SYMTYPE, target="../x"), "l", "leads out"),
        (Odd(name=f"{TOP}/l", type=tarfile.SYMTYPE, target=".."), "l", "leads out"),
        (Odd(name=f"{TOP}/l", type=tarfile.SYMTYPE, target="a\\b"), "l", "no path inside"),
        (Odd(name=f"{TOP}/./x"), f"{TOP}/./x", "has an empty step or `.`"),
        (Odd(name=f"{TOP}/a.py", type=tarfile.LNKTYPE, target=f"{TOP}/a.py"), "a.py", "twice"),
        (Odd(name=f"{TOP}/g", type=tarfile.GNUTYPE_SPARSE), "g", "is a sparse file"),
        (Odd(name=f"{TOP}/h", type=tarfile.LNKTYPE, target="/etc/passwd"), "h", "no file before"),
        (Odd(name=f"{TOP}/h", type=tarfile.LNKTYPE, target=f"{TOP}/../x"), "h", "no file before"),
        (Odd(name=f"{TOP}/h", type=tarfile.LNKTYPE, target="other/a.py"), "h", "no file before"),
        (Odd(name=f"{TOP}/d", type=tarfile.CHRTYPE), "d", "neither file, folder nor link"),
        (Odd(name=f"{TOP}/d", type=tarfile.BLKTYPE), "d", "neither file, folder nor link"),
        (Odd(name=f"{TOP}/f", type=tarfile.FIFOTYPE), "f", "neither file, folder nor link"),
        (Odd(name=f"{TOP}/q", type=b"Q"), "q", "neither file, folder nor link"),
        (Odd(name=f"{TOP}/s", mode=0o4755), "s", "setuid"),
        (Odd(name=f"{TOP}/s", mode=0o2755), "s", "setgid"),
        (Odd(name=f"{TOP}/a.py"), "a.py", "is in the archive twice"),
        (Odd(name=f"{TOP}/a.py/x"), "a.py/x", "lies below 'a.py'"),
        (Odd(name="stray.txt"), "stray.txt", "lies beside the top folder"),
        (Odd(name="other/x"), SDIST, "more than one top folder: other, widget-1.0"),
        (
            Odd(name=f"{TOP}/s", pax={"GNU.sparse.size": "9", "GNU.sparse.numblocks": "0"}),
            "s",
            "is a sparse file",
        ),
    ],
)
def test_a_hostile_member_is_refused_by_name(member: Odd, file: str, reason: str) -> None:
    """The other members are read all the same: all findings at once."""
    sdist = read_sdist(SDIST, make_sdist({"a.py": ""}, member))

    assert reason in reasons(sdist)[file]
    assert b"" == sdist.files["a.py"]


def test_a_member_below_a_link_is_refused() -> None:
    """Unpacked in order it would be written where the link leads."""
    link = Odd(name=f"{TOP}/to", type=tarfile.SYMTYPE, target="src")
    sdist = read_sdist(SDIST, make_sdist({}, link, Odd(name=f"{TOP}/to/x")))

    assert "lies below 'to'" in reasons(sdist)["to/x"]


def test_a_link_that_is_there_twice_is_refused() -> None:
    """As with files, which one is unpacked would be chance."""
    links = [Odd(name=f"{TOP}/l", type=tarfile.SYMTYPE, target=target) for target in ("a", "b")]

    assert {"l": "is in the archive twice"} == reasons(read_sdist(SDIST, make_sdist({}, *links)))


def test_folders_and_leading_dots_are_no_members() -> None:
    """Tar writes `./` and folders with the bits of their group; both are ordinary."""
    members = [
        *(Odd(name=name, type=tarfile.DIRTYPE, mode=0o2777) for name in ("./", f"./{TOP}/")),
        Odd(name=f"./{TOP}/PKG-INFO", data=b"x"),
        Odd(name=f"./{TOP}/h", type=tarfile.LNKTYPE, target=f"./{TOP}/PKG-INFO"),
    ]
    sdist = read_sdist(SDIST, gzip.compress(make_tar(members)))

    assert ((), {"PKG-INFO": b"x", "h": b"x"}) == (sdist.remarks, sdist.files)


def test_links_that_stay_inside_are_kept() -> None:
    """A hard link is the file it leads to, a symbolic one is a link."""
    sdist = read_sdist(
        SDIST,
        make_sdist(
            {"src/a.py": "x"},
            Odd(name=f"{TOP}/h", type=tarfile.LNKTYPE, target=f"{TOP}/src/a.py"),
            Odd(name=f"{TOP}/src/l", type=tarfile.SYMTYPE, target="../h"),
        ),
    )
    assert {} == reasons(sdist)
    assert b"x" == sdist.files["h"]
    assert {"src/l": "../h"} == sdist.links


def test_files_that_anybody_may_write_are_listed_once() -> None:
    """Archives made on Windows are like that: a remark, no refusal."""
    sdist = read_sdist(
        SDIST, make_sdist({}, Odd(name=f"{TOP}/a", mode=0o666), Odd(name=f"{TOP}/b", mode=0o666))
    )
    assert {} == reasons(sdist)
    assert ["2 files may be written by everybody"] == [one.reason for one in sdist.remarks]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is no whole archive"),
        (b"not an archive", "is no whole archive"),
        (GOOD[:-20], "is no whole archive"),
        (gzip.compress(gzip.decompress(GOOD)[:1500]), "is no whole archive"),
        (gzip.compress(gzip.decompress(GOOD)[:512]), "is no whole archive"),
        (gzip.compress(b""), "is no whole archive"),
        (gzip.compress(gzip.decompress(GOOD) + b"more"), "something follows the end"),
        (gzip.compress(gzip.decompress(GOOD).rstrip(b"\0") + b"\0" * 300), "is no whole archive"),
        (gzip.compress(make_tar([])), "has no files"),
    ],
)
def test_a_broken_or_empty_archive_is_refused(data: bytes, reason: str) -> None:
    """Truncated anywhere, followed by something, or without a file."""
    sdist = read_sdist(SDIST, data)

    assert reason in reasons(sdist)[SDIST]
    assert "again" in sdist.remarks[0].hint


def test_a_header_that_is_none_does_not_end_an_archive_quietly() -> None:
    """The reader of the standard library stops there without a word, and what follows would be hidden."""
    first = make_tar([Odd(name=f"{TOP}/a", data=b"a")])[:1024]
    second = bytearray(make_tar([Odd(name=f"{TOP}/b", data=b"b")]))
    second[148] ^= 1  # its checksum

    assert (
        "the end of the archive is missing"
        in reasons(read_sdist(SDIST, gzip.compress(first + bytes(second))))[SDIST]
    )


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(packed=100), "more than 100"),
        (Limits(unpacked=3_000), "unpacks to more than 3000 bytes"),
        (Limits(members=2), "has more than 2 members"),
    ],
)
def test_what_is_too_large_is_not_read_further(limits: Limits, reason: str) -> None:
    """Packed, unpacked and by number."""
    for filename, data in (
        (SDIST, GOOD),
        ("widget-1.0.zip", make_zip([(f"{TOP}/{n}", b"x" * 2_000) for n in range(3)])),
    ):
        sdist = read_sdist(filename, data, limits=limits)
        assert reason in reasons(sdist)[filename]
        assert not sdist.readable
        assert "index" in sdist.remarks[0].hint


def test_a_bomb_is_not_unpacked_to_its_end() -> None:
    """It says a gigabyte is inside, and is left after a few megabytes."""
    bomb = gzip.compress(bytes(32 << 20))

    sdist = read_sdist(SDIST, bomb * 32, limits=Limits(unpacked=4 << 20))
    assert "unpacks to more than" in reasons(sdist)[SDIST]


def test_links_and_devices_in_a_zip_are_seen() -> None:
    """The mode of a ZIP member says what it is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, mode in (("l", stat.S_IFLNK), ("d", stat.S_IFCHR), ("a", stat.S_IFREG)):
            info = zipfile.ZipInfo(f"{TOP}/{name}")
            info.external_attr = (mode | 0o644) << 16
            archive.writestr(info, "../../x")
    sdist = read_sdist("widget-1.0.zip", buffer.getvalue())

    assert {"l", "d"} == reasons(sdist).keys()
    assert "leads out of the archive" in reasons(sdist)["l"]


@given(st.binary(max_size=200), st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_damaged_bytes_never_raise(noise: bytes, at: int, flip: int) -> None:
    """Any bytes at all, and a good archive with one byte changed: read or refused."""
    raw = bytearray(gzip.decompress(GOOD))
    raw[at * len(raw) // len(GOOD)] ^= flip
    damaged = bytearray(GOOD)
    damaged[at] ^= flip
    zipped = bytearray(make_zip([(f"{TOP}/a", b"a")]))
    zipped[at % len(zipped)] ^= flip
    for filename, data in (
        (SDIST, noise),
        (SDIST, bytes(damaged)),
        (SDIST, gzip.compress(bytes(raw), compresslevel=1)),
        ("widget-1.0.zip", noise),
        ("widget-1.0.zip", bytes(zipped)),
    ):
        sdist = read_sdist(filename, data)
        assert sdist.readable or reasons(sdist)
