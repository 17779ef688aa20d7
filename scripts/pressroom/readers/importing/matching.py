"""Which record of the table a descriptor dump of the tree is about."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

from pressroom.readers.slugs import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pressroom.readers.model import Descriptor, Reader
    from pressroom.readers.tree.dump import Dump
    from pressroom.readers.tree.tree import DriverTree


def match_dumps(
    readers: Iterable[Reader], descriptors: Sequence[Descriptor], tree: DriverTree
) -> dict[str, str]:
    """The slug of the record by the source of the dump, for all dumps that are of a known record.

    A record keeps its slug, which is a permanent address, when its file gets another name, and when
    a reader that was known by the list only gets a dump.
    """
    table = {reader.slug: reader for reader in readers}
    own = {one.source: one.slug for one in descriptors if one.slug in table}
    found = {dump.source: own[dump.source] for dump in tree.dumps if dump.source in own}
    new = [dump for dump in tree.dumps if dump.source not in own]
    here = {dump.source for dump in tree.dumps} | tree.broken
    lost = [one for one in descriptors if one.slug in table and one.source not in here]
    for dump in new:
        same = [one for one in lost if _same(dump, one) and table[one.slug].usb_id == dump.usb_id]
        if same:
            found[dump.source] = same[0].slug
            lost.remove(same[0])
    bare = [table[slug] for slug in table.keys() - {one.slug for one in descriptors}]
    return found | _match_bare(bare, [dump for dump in new if dump.source not in found])


def _same(dump: Dump, descriptor: Descriptor) -> bool:
    return (dump.usb, dump.interfaces) == (descriptor.usb, descriptor.interfaces)


def _match_bare(bare: Iterable[Reader], dumps: Sequence[Dump]) -> dict[str, str]:
    """Records without descriptor: by slug and id, or by id where it is about one record and one dump."""
    by_id = collections.defaultdict(list)
    for reader in bare:
        by_id[reader.usb_id].append(reader.slug)
    counts = collections.Counter(dump.usb_id for dump in dumps)
    found = {}
    for dump in dumps:
        slugs = by_id.get(dump.usb_id, [])
        slug = slug_of(dump.stem)
        if slug in slugs:
            found[dump.source] = slug
        elif len(slugs) == 1 == counts[dump.usb_id]:
            found[dump.source] = slugs[0]
    return found
