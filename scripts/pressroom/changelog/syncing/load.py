"""The two files that are compared, from our disk and from a checkout, and the mended one back to where it was."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.changelog.parse import parse_changelog
from pressroom.changelog.styles import STYLES, style
from pressroom.changelog.syncing.edits import apply_edits
from pressroom.changelog.syncing.plan import Side
from pressroom.changelog.syncing.sides import Pair
from pressroom.config import RELEASES
from pressroom.errors import ConfigError, ConfigFindingsError, PressroomError
from pressroom.findings import errors_of
from pressroom.texts import decode
from pressroom.world.disk import explained, save_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import ChangelogFile, Project
    from pressroom.changelog.syncing.edits import Edit

# Bytes that are no UTF-8 are read as Windows-1252, sign by sign: the lines stay what they are.
_ESCAPED = {
    0xDC00 + byte: bytes([byte]).decode("cp1252", errors="ignore") or chr(byte)
    for byte in range(0x80, 0x100)
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it was read, and what it is called in messages."""

    path: Path
    where: str
    data: bytes


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Both changelogs and the files that they were read from; `checkout` is the folder, for messages."""

    project: Project
    pair: Pair
    here: File
    there: File
    checkout: Path


def load_pair(root: Path, project: str, *, checkout: Path | None, cwd: Path) -> Loaded:
    """Both changelogs of a project. Raises ConfigError, with all findings of a changelog that is broken."""
    here = _read_ours(root, project, cwd)
    text, findings = decode(here.data, where=here.where)
    ours, found = parse_changelog(text, where=here.where)
    if (errors := errors_of(findings + found)) or ours.project is None:
        raise ConfigFindingsError(errors)
    facts = ours.project.changelog
    theirs_style = style(facts.style) if facts else None
    if facts is None or theirs_style is None:
        raise _no_style(facts, here.where)
    folder = _find_checkout(root, project, ours.project.name, checkout)
    there = _read(folder, facts.file, os.path.relpath(folder, cwd) if checkout is None else folder)
    theirs_text = _readable(there.data)
    theirs, found = theirs_style.read(theirs_text, where=there.where)
    if errors := errors_of(found):
        raise ConfigFindingsError(errors)
    pair = Pair(
        ours_text=here.data.decode(),
        ours_where=here.where,
        ours=ours,
        theirs_text=theirs_text,
        theirs_where=there.where,
        theirs=theirs,
        style=theirs_style,
    )
    return Loaded(project=ours.project, pair=pair, here=here, there=there, checkout=folder)


def save_mended(loaded: Loaded, edits: Sequence[Edit], *, to: Side) -> None:
    """The edits are made in the file of that side, or it is as it was.

    Raises PressroomError if the file was changed since it was read, or may not be written.
    """
    file = loaded.here if to is Side.HERE else loaded.there
    raw = file.data.decode(errors="surrogateescape")
    if not raw.isascii() and any(sign in raw for sign in map(chr, _ESCAPED)):
        _refuse_letters(edits, file)
    with explained(file.path):
        if not file.path.stat().st_mode & 0o222:
            raise PressroomError(
                "the file is read-only",
                where=file.where,
                hint=f"chmod u+w {file.where}, if it is yours",
            )
        if file.path.read_bytes() != file.data:
            raise PressroomError(
                "the file was changed since it was compared; nothing was written",
                where=file.where,
                hint="start again",
            )
    save_bytes(file.path, apply_edits(raw, edits).encode(errors="surrogateescape"))


def _refuse_letters(edits: Sequence[Edit], file: File) -> None:
    """Stop before letters of two encodings stand in one file."""
    if not all(line.isascii() for edit in edits for line in edit.lines):
        raise PressroomError(
            "the file is not UTF-8, and what would be written has letters beyond ASCII",
            where=file.where,
            hint=f"convert it in the project first: iconv -f windows-1252 -t utf-8 {file.where}",
        )


def _readable(data: bytes) -> str:
    return data.decode(errors="surrogateescape").translate(_ESCAPED)


def _read_ours(root: Path, project: str, cwd: Path) -> File:
    known = sorted(path.stem for path in (root / RELEASES).glob("*.md"))
    if project not in known:
        raise ConfigError(
            f"there is no project {project!r}",
            where=RELEASES,
            hint=f"the projects are {', '.join(known)}",
        )
    return _read(root / RELEASES, f"{project}.md", os.path.relpath(root / RELEASES, cwd))


def _read(folder: Path, name: str, shown: str | Path) -> File:
    """A file below a folder; links may lead elsewhere in it, and not out of it."""
    path, where = (folder / name).resolve(), str(Path(shown) / name)
    if not path.is_relative_to(folder.resolve()):
        raise ConfigError(
            "the file lies outside its folder",
            where=where,
            hint="mend `changelog: file:`, or the link",
        )
    if not path.is_file():
        raise ConfigError(
            "there is no such file",
            where=where,
            hint="mend `changelog: file:` in the front matter, or name the checkout with --checkout DIR",
        )
    with explained(path):
        return File(path=path, where=where, data=path.read_bytes())


def _find_checkout(root: Path, project: str, name: str, given: Path | None) -> Path:
    folders = [given] if given is not None else [root.parent / project, root.parent / name]
    for folder in folders:
        if folder.is_dir():
            return folder
    raise ConfigError(
        f"no checkout of {name}: looked at {' and '.join(map(str, folders))}",
        where="--checkout" if given is not None else project,
        hint="name it with --checkout DIR",
    )


def _no_style(facts: ChangelogFile | None, where: str) -> ConfigError:
    message = "the project keeps no changelog of its own"
    if facts is not None:
        message = f"changelog style {facts.style!r} is unknown"
    return ConfigError(
        message,
        where=where,
        hint=f"write changelog: file: and style: in the front matter; styles are {', '.join(STYLES)}",
    )
