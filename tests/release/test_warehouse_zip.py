"""ZIP files that two readers would read differently are refused, and each is first shown to be read."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile

import pytest
from release_dists import WHEEL, make_wheel, pack_wheel, wheel_files

from pressroom.release.warehouse.rules import refusals
from pressroom.release.warehouse.zip_rules import check_zip

WHOLE = make_wheel()
START = struct.unpack("<I", WHOLE[-6:-2])[0]  # of the central directory
COUNT = struct.unpack("<H", WHOLE[-12:-10])[0]


def end(count: int, size: int, start: int, comment: bytes = b"") -> bytes:
    """The record that ends a ZIP file."""
    return (
        struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, size, start, len(comment)) + comment
    )


def entries() -> list[bytes]:
    """The entries of the central directory of the whole wheel."""
    return [b"PK\1\2" + entry for entry in WHOLE[START:-22].split(b"PK\1\2")[1:]]


def with_directory(listed: list[bytes], *, body: bytes = WHOLE[:START]) -> bytes:
    """The files of the whole wheel, or others, behind another directory."""
    directory = b"".join(listed)
    return body + directory + end(len(listed), len(directory), len(body))


def streamed() -> bytes:
    """A wheel as tools write it that cannot go back: sizes follow the data."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        for path, data in wheel_files().items():
            archive.writestr(path, data)
    return pipe.getvalue()


def doubled() -> bytes:
    """A wheel with one name twice."""
    target = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(target, "w") as archive:
            for path, data in [*wheel_files().items(), ("widget/__init__.py", b"other")]:
                archive.writestr(path, data)
    return target.getvalue()


def commented() -> bytes:
    """A wheel with a comment at one entry."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, data in wheel_files().items():
            entry = zipfile.ZipInfo(path)
            entry.comment = b"PK"
            archive.writestr(entry, data)
    return target.getvalue()


def renamed() -> bytes:
    """A wheel whose local header calls a file otherwise than the directory does."""
    return WHOLE.replace(b"widget/__init__.py", b"widget/__main__.py", 1)


CASES = {
    "trailing": (WHOLE + b"more", "Trailing data"),
    "comment": (WHOLE[:-2] + b"\4\0more", "Trailing data"),
    "prepended": (b"#!/bin/sh\n" + WHOLE, "Mismatched central directory offset"),
    "fewer entries": (with_directory(entries()[:-1]), "Data that no entry"),
    "hole": (with_directory(entries()[1:]), "Data that no entry"),
    "wrong count": (
        WHOLE[:-22] + end(COUNT + 1, len(WHOLE) - 22 - START, START),
        "Mismatched central directory records",
    ),
    "same entry twice": (with_directory([*entries(), entries()[0]]), "Duplicate filename"),
    "streamed": (streamed(), "ZIP contains a data descriptor"),
    "doubled": (doubled(), "Duplicate filename"),
    "commented": (commented(), "Comment in central directory"),
    "renamed": (renamed(), "Mis-matched local header"),
    "unprintable": (
        pack_wheel(wheel_files() | {"widget/a\x01b": b""}),
        "Invalid character in filename",
    ),
    "bzip2": (pack_wheel(wheel_files(), method=zipfile.ZIP_BZIP2), "File does not use a supported"),
    "nothing": (b"", "File is not a zipfile"),
    "text": (b"no zip" * 10, "File is not a zipfile"),
    "cut": (WHOLE[:-30], "File is not a zipfile"),
}


@pytest.mark.parametrize("case", CASES)
def test_refused(case: str) -> None:
    """Each way to say one thing in the directory and another elsewhere, and what PyPI calls it."""
    data, reason = CASES[case]
    found = refusals(WHEEL, data, name="widget", version="1.0")
    assert 1 == len(found), found
    assert found[0].reason.startswith(
        f"Invalid distribution file. ZIP archive not accepted: {reason}"
    )
    assert "https://docs.pypi.org/archives" in found[0].hint


@pytest.mark.parametrize(
    "case", ["prepended", "fewer entries", "hole", "streamed", "doubled", "commented", "bzip2"]
)
def test_python_reads_what_is_refused(case: str) -> None:
    """These are traps because zipfile opens them without a word."""
    with zipfile.ZipFile(io.BytesIO(CASES[case][0])) as archive:
        assert archive.namelist()


def test_an_empty_zip_is_a_zip() -> None:
    """Nothing in it is no confusion; that a wheel needs more is said elsewhere."""
    assert [] == list(check_zip(end(0, 0, 0)))


@pytest.mark.parametrize("at", [0, 2**31, 2**63])
def test_a_zip64_record_that_points_anywhere(at: int) -> None:
    """An offset from outside is compared, never followed."""
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, at, 1)
    data = WHOLE[:-22] + locator + WHOLE[-22:]
    assert ["Malformed zip file."] == [
        refusal.reason.rpartition(": ")[2] for refusal in check_zip(data)
    ]
