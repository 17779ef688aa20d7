"""What PyPI wants to find in a wheel."""

from __future__ import annotations

import configparser
import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from pressroom.release.warehouse.metadata_rules import check_metadata, license_files
from pressroom.release.warehouse.refusal import Refusal
from pressroom.release.warehouse.zip_rules import check_zip

if TYPE_CHECKING:
    from collections.abc import Iterator

_REBUILD = "build the wheel again from the sdist: `python -m build` makes a whole one"
# What an unpacked wheel may be, and from which size on the ratio says something.
_RATIO, _RATIO_FROM = 50, 64 * 1024 * 1024
_SCRIPTS = ("console_scripts", "gui_scripts")
# https://packaging.python.org/en/latest/specifications/entry-points/: module:object, extras of old.
_OBJECT = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*\s*:\s*[^\W\d]\w*(\.[^\W\d]\w*)*\s*(\[[^\]]*\])?")


def check_wheel(filename: str, data: bytes, *, name: str, version: str) -> Iterator[Refusal]:
    """Refusals of the bytes of a wheel."""
    malformed = list(check_zip(data))
    if malformed:
        yield from malformed
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from _check_ratio(archive, len(data))
            yield from _check_contents(archive, filename, name=name, version=version)
    # NotImplementedError is zipfile's word for a compression that it does not know.
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        yield Refusal(reason=f"Invalid distribution file. {error}", hint=_REBUILD)


def _check_ratio(archive: zipfile.ZipFile, packed: int) -> Iterator[Refusal]:
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > _RATIO_FROM and unpacked > _RATIO * packed:
        yield Refusal(
            reason=f"Invalid distribution file. File exceeds compression ratio of {_RATIO}",
            hint="leave the file out that is nearly empty, or make it when it is needed",
        )


def _check_contents(
    archive: zipfile.ZipFile, filename: str, *, name: str, version: str
) -> Iterator[Refusal]:
    parts = filename.split("-")
    if len(parts) < 5:
        return  # the name is refused already, and nothing says where to look
    folder = f"{parts[0]}-{parts[1]}.dist-info"
    names = set(archive.namelist())
    for wanted in ("WHEEL", "METADATA", "RECORD"):
        if f"{folder}/{wanted}" not in names:
            yield Refusal(
                reason=f"Wheel {filename!r} does not contain the required {wanted} file: {folder}/{wanted}",
                hint=_REBUILD,
            )
    if f"{folder}/METADATA" in names:
        metadata = archive.read(f"{folder}/METADATA")
        yield from check_metadata(metadata, name=name, version=version)
        for path in license_files(metadata):
            if f"{folder}/licenses/{path}" not in names:
                yield Refusal(
                    reason=f"License-File {path} does not exist in distribution file {filename} at {folder}/licenses/{path}",
                    hint="ship the file, or take it out of `license-files`",
                )
    if f"{folder}/entry_points.txt" in names:
        yield from _check_entry_points(archive.read(f"{folder}/entry_points.txt"))


def _check_entry_points(data: bytes) -> Iterator[Refusal]:
    parser = configparser.ConfigParser(
        delimiters=("=",), interpolation=None, default_section="", empty_lines_in_values=False
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names of entry points keep their case
    try:
        parser.read_string(data.decode())
    except (configparser.Error, UnicodeDecodeError) as error:
        yield _bad_entry_point(str(error).splitlines()[0])
        return
    for section in _SCRIPTS:
        for script, target in parser.items(section) if section in parser else ():
            if not script or re.search(r"[/\\\x00-\x1f]", script) or script in {".", ".."}:
                yield _bad_entry_point(f"{script!r} is no name of a command")
            if not _OBJECT.fullmatch(target):
                yield _bad_entry_point(f"{script} = {target!r} names no object of a module")


def _bad_entry_point(why: str) -> Refusal:
    return Refusal(
        reason=f"Invalid distribution file. Invalid entry_points.txt: {why}",
        hint='write scripts as `name = "package.module:function"`',
    )
