"""What is different between two trees of the driver, whatever their layouts."""

from __future__ import annotations

import collections
import dataclasses
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pressroom.readers.importing.changes import Change, Entry, Report, facts_changed
from pressroom.readers.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pressroom.readers.model import UsbId
    from pressroom.readers.tree.dump import Dump
    from pressroom.readers.tree.listed import Listed
    from pressroom.readers.tree.tree import DriverTree


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What a tree says of one reader."""

    entry: Entry
    dump: Dump | None = None


def compare_trees(old: DriverTree, new: DriverTree) -> Report:
    """Readers that came, went, got another name or status, or another descriptor.

    Where both trees have descriptor dumps, a reader is a dump; else it is an id, and no dump is missing.
    """
    by_file = old.has_dumps and new.has_dumps
    before, after = _known(old, by_file=by_file), _known(new, by_file=by_file)
    pairs = [(before.pop(key), after.pop(key)) for key in [*before] if key in after]
    pairs += _same_ids(before, after)
    broken = old.broken | new.broken
    listed = old.driver_list.knows_disabled and new.driver_list.knows_disabled
    changed = [change for pair in pairs for change in _changes(*pair, broken=broken)]
    return Report(
        added=_entries(after.values(), broken=broken, disabled=listed),
        removed=_entries(before.values(), broken=broken, disabled=listed),
        changed=tuple(sorted(changed, key=lambda one: _place(one.reader))),
    )


def _known(tree: DriverTree, *, by_file: bool) -> dict[str, _Known]:
    """The readers of a tree by the source of the dump, or by id where that has none."""
    lines: dict[UsbId, list[Listed]] = collections.defaultdict(list)
    for line in tree.driver_list.listed:
        lines[line.usb_id].append(line)
    known: dict[str, _Known] = {}
    for dump in tree.dumps:
        if by_file:
            known[dump.source] = _of_dump(dump, lines.get(dump.usb_id, []), tree)
        elif dump.usb_id not in lines:
            known[str(dump.usb_id)] = _of_dump(dump, [], tree)
    covered = {usb_id for dump in tree.dumps for usb_id in dump.usb_ids if by_file}
    for usb_id, group in lines.items():
        if usb_id not in covered:
            name = " / ".join(line.name for line in group)
            entry = Entry(usb_id=usb_id, name=name, status=_status(group, tree))
            known[str(usb_id)] = _Known(entry=entry)
    return known


def _of_dump(dump: Dump, lines: list[Listed], tree: DriverTree) -> _Known:
    file = PurePosixPath(dump.source).name
    name = tree.driver_list.names.get(file, lines[0].name if lines else "") or dump.name
    status = _status(lines, tree)
    entry = Entry(usb_id=dump.usb_id, name=name, status=status, source=dump.source)
    return _Known(entry=entry, dump=dump)


def _status(lines: list[Listed], tree: DriverTree) -> str:
    return str(lines[0].status) if lines and tree.driver_list.knows_status else ""


def _same_ids(before: dict[str, _Known], after: dict[str, _Known]) -> list[tuple[_Known, _Known]]:
    """What is left on both sides, taken out in pairs of one id: its file has another name, or is new."""
    keys: dict[UsbId, list[str]] = collections.defaultdict(list)
    for key, known in after.items():
        keys[known.entry.usb_id].append(key)
    pairs = []
    for key, known in [*before.items()]:
        if keys[known.entry.usb_id]:
            pairs.append((before.pop(key), after.pop(keys[known.entry.usb_id].pop(0))))
    return pairs


def _changes(old: _Known, new: _Known, *, broken: frozenset[str]) -> Iterator[Change]:
    one, other = old.entry, new.entry
    differences = []
    if one.name != other.name:
        differences.append(("name", one.name, other.name))
    if one.status and other.status and one.status != other.status:
        differences.append(("status", one.status, other.status))
    if old.dump and new.dump:
        differences += facts_changed(old.dump.descriptor(""), new.dump.descriptor(""))
    elif one.source != other.source and not {one.source, other.source} & broken:
        differences.append(("source", one.source, other.source))
    for field, was, now in differences:
        yield Change(reader=other, field=field, old=was, new=now)


def _entries(
    known: Iterable[_Known], *, broken: frozenset[str], disabled: bool
) -> tuple[Entry, ...]:
    """The readers in one order, without what the other tree cannot tell: broken dumps, disabled ids."""
    told = [
        one.entry
        for one in known
        if one.entry.source not in broken and (disabled or one.entry.status != Status.DISABLED)
    ]
    return tuple(sorted(told, key=_place))


def _place(entry: Entry) -> tuple[str, UsbId, str]:
    return entry.name.casefold(), entry.usb_id, entry.source
