"""A source tree of the driver on our disk: its list and its descriptor dumps, in either layout."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.readers.tree.dump import MAX_BYTES, Dump, parse_dump, too_big
from pressroom.readers.tree.info_plist import parse_plist
from pressroom.readers.tree.reader_list import MAX_CHARACTERS, DriverList, parse_list
from pressroom.texts import decode
from pressroom.world.disk import Tree, explained

if TYPE_CHECKING:
    from pathlib import Path

LIST = "supported_readers.txt"
PLIST = "Info.plist"
FOLDER = "readers"
# Later releases keep the list beside the code and have no dumps; earlier ones have both in one folder.
_LISTS = (f"src/{LIST}", f"{FOLDER}/{LIST}", LIST, f"src/{PLIST}", PLIST)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DriverTree:
    """What a tree says of readers; `broken` are the sources of dumps that cannot be read."""

    driver_list: DriverList
    dumps: tuple[Dump, ...] = ()
    broken: frozenset[str] = frozenset()

    @property
    def has_dumps(self) -> bool:
        """Whether it has dumps at all: where it has none, none of them is missing."""
        return bool(self.dumps or self.broken)


def load_tree(path: Path) -> tuple[DriverTree, list[Finding]]:
    """The tree in a folder, or the list in a file, and all that is wrong with it."""
    with explained(path):
        if path.is_file():
            driver_list, findings = _load_list(path, root=path)
            return DriverTree(driver_list=driver_list), sorted(findings)
        files = [path / name for name in _LISTS if (path / name).is_file()]
        inside = path / FOLDER
        folder = inside if inside.is_dir() else path if (path / LIST).is_file() else None
        driver_list, findings = _load_list(files[0], root=path) if files else (DriverList(), [])
        if folder is None and not files:
            what = f"holds no {LIST}, no {PLIST} and no folder {FOLDER}"
            hint = "name the top folder of the driver's sources, unpacked"
            return DriverTree(driver_list=driver_list), [
                Finding(where=str(path), message=what, hint=hint)
            ]
        if folder is None:
            return DriverTree(driver_list=driver_list), sorted(findings)
        if folder.is_symlink() and folder != path:
            return DriverTree(driver_list=driver_list), [_odd(str(folder), "a symbolic link")]
        dumps, broken, found = _load_dumps(folder)
    tree = DriverTree(driver_list=driver_list, dumps=dumps, broken=broken)
    return tree, sorted(findings + found)


def _load_list(path: Path, *, root: Path) -> tuple[DriverList, list[Finding]]:
    where = str(path)
    # What the user named may be a link; what lies in it may lead nowhere else.
    if any(part.is_symlink() for part in (path, path.parent) if part not in {root, root.parent}):
        return DriverList(), [_odd(where, "a symbolic link, or below one")]
    size = path.stat().st_size
    if size > MAX_CHARACTERS:
        what = f"has {size} bytes, more than {MAX_CHARACTERS}"
        return DriverList(), [Finding(where=where, message=what, hint="this is no list of readers")]
    data = path.read_bytes()
    if data.lstrip()[:5] in {b"<?xml", b"<!DOC", b"<plis"} or data.startswith(b"bplist"):
        return parse_plist(data, where=where)
    text, findings = decode(data, where=where)
    driver_list, found = parse_list(text, where=where)
    return driver_list, findings + found


def _load_dumps(folder: Path) -> tuple[tuple[Dump, ...], frozenset[str], list[Finding]]:
    """The dumps that lie directly in a folder, the sources of those that are broken, and why."""
    tree = Tree(folder)
    dumps = []
    broken = set()
    findings = []
    for name in sorted(filter(_is_dump, {*tree, *tree.odd})):
        where, source = str(folder / name), f"{FOLDER}/{name}"
        if not name.isprintable():
            dump, found = None, [_unnamed(str(folder), name)]
        elif name in tree.odd:
            dump, found = None, [_odd(where, tree.odd[name])]
        elif (size := (folder / name).stat().st_size) > MAX_BYTES:
            dump, found = None, [too_big(size, where=where)]
        else:
            dump, found = parse_dump(tree[name], where=where, source=source)
        findings += found
        if dump is None:
            broken.add(source)
        else:
            dumps.append(dump)
    return tuple(dumps), frozenset(broken), findings


def _is_dump(name: str) -> bool:
    """Whether the file lies directly in the folder: what lies in folders below says other things."""
    return "/" not in name and name.endswith(".txt") and name != LIST


def _odd(where: str, what: str) -> Finding:
    what = what if what.isprintable() else ascii(what)
    return Finding(
        where=where, message=f"is {what}", hint="put the file itself there, or remove it"
    )


def _unnamed(where: str, name: str) -> Finding:
    what = f"holds a file whose name cannot be shown: {ascii(name)[:80]}"
    return Finding(where=where, message=what, hint="rename the file, or remove it")
