"""Vendors as pages: one for all spellings of a name, called as it is spelled most often."""

from __future__ import annotations

import collections
import dataclasses
import unicodedata
from typing import TYPE_CHECKING

from pressroom.readers.slugs import slug_of
from pressroom.readers.vendors import fold_vendor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.readers.model import Reader


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A vendor, and the name of its page."""

    slug: str
    name: str


def vendors_of(readers: Iterable[Reader]) -> dict[str, Vendor]:
    """The vendor that each spelling in the table means."""
    counts = collections.Counter(reader.vendor for reader in readers)
    groups: dict[str, list[str]] = collections.defaultdict(list)
    for spelling in counts:
        groups[fold_vendor(spelling)].append(spelling)
    vendors: dict[str, Vendor] = {}
    taken: set[str] = set()
    for fold, spellings in sorted(groups.items()):
        name = min(spellings, key=lambda spelling: (-counts[spelling], spelling))
        slug = _slug(name, fold)
        while slug in taken:  # two names of another script may be one in ASCII
            slug += "-x"
        taken.add(slug)
        vendors.update(dict.fromkeys(spellings, Vendor(slug=slug, name=name)))
    return vendors


def _slug(name: str, fold: str) -> str:
    """As near to the name as ASCII goes; of another script its code points, which stay what they are."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    if any(character.isalnum() for character in plain):
        return slug_of(plain)
    return slug_of("-".join(f"u{ord(character):x}" for character in fold))
