"""What a version changes: pages, files, bytes, headers; and which addresses would be gone with it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.config import DEPLOY
from pressroom.deploy.manifest import is_version_file
from pressroom.headers.model import ERROR_PAGES
from pressroom.headers.policy import ASSETS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pressroom.deploy.manifest import Manifest
    from pressroom.headers.policy import Policy

_PAGE = ".html"
_INDEX = "index.html"
_COMPRESSED = ".gz"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Two versions beside each other: paths of files, sorted; `headers` are sentences.

    `bytes_new` is the size of all files that are added or changed: what has to be copied at most; `bytes_all` of all.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    headers: tuple[str, ...]
    bytes_new: int
    bytes_all: int

    @property
    def is_nothing(self) -> bool:
        """Whether both have the same files."""
        return not (self.added or self.changed or self.removed)


def compare(
    new: Manifest, old: Manifest | None, *, policy: Policy, old_policy: Policy | None
) -> Changes:
    """What `new` changes of `old`, or of nothing, each with what its server promises."""
    before = old.files if old is not None else {}
    paths = sorted(path for path in new.files if not is_version_file(path))
    added = [path for path in paths if path not in before]
    changed = [path for path in paths if before.get(path, new.files[path]) != new.files[path]]
    return Changes(
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(
            path for path in sorted(before) if path not in new.files and not is_version_file(path)
        ),
        headers=tuple(_header_changes(policy, old_policy)) if old_policy is not None else (),
        bytes_new=sum(new.files[path].size for path in [*added, *changed]),
        bytes_all=sum(new.files[path].size for path in paths),
    )


def is_page(path: str) -> bool:
    """Whether a file is a page that somebody can be at."""
    return path.endswith(_PAGE) and _is_public(path)


def is_asset(path: str) -> bool:
    """Whether a file is below /assets/ of its site: its name changes with its bytes."""
    return f"/{path.partition('/')[2]}".startswith(ASSETS) and not path.startswith(f"{DEPLOY}/")


def vanished(
    new: Manifest, old: Manifest, redirects: Mapping[str, Collection[str]]
) -> tuple[tuple[str, str], ...]:
    """The addresses of `old` that nothing answers for in `new`: site and path, `("hub", "/posts/")`.

    `redirects` are the paths, decoded, that each site of the new version redirects. Assets do not count: they stay
    reachable by being carried over.
    """
    kept = {address_of(path) for path in new.files}
    gone = []
    for path in old.files:
        if not _is_public(path) or is_asset(path) or _is_copy(path, old.files):
            continue
        site, address = address_of(path)
        if (site, address) not in kept and address not in redirects.get(site, ()):
            gone.append((site, address))
    return tuple(sorted(gone))


def carried(new: Manifest, others: Sequence[tuple[str, Manifest]]) -> tuple[tuple[str, str], ...]:
    """Assets of other versions that pages in open browsers may still ask for: path, and the id that has it.

    Of several versions with one path the first counts.
    """
    found: dict[str, str] = {}
    for version, manifest in others:
        for path in manifest.files:
            if is_asset(path) and path not in new.files:
                found.setdefault(path, version)
    return tuple(sorted(found.items()))


def _is_public(path: str) -> bool:
    """Whether a file has an address of its own that somebody may have kept."""
    site, _, name = path.partition("/")
    return site != DEPLOY and name not in ERROR_PAGES and not is_version_file(path)


def _is_copy(path: str, files: Collection[str]) -> bool:
    return path.endswith(_COMPRESSED) and path.removesuffix(_COMPRESSED) in files


def address_of(path: str) -> tuple[str, str]:
    """Where a file is: its site and the decoded path, `("hub", "/posts/")` for `hub/posts/index.html`."""
    site, _, name = path.partition("/")
    is_index = name == _INDEX or name.endswith(f"/{_INDEX}")
    return site, f"/{name.removesuffix(_INDEX) if is_index else name}"


def _header_changes(new: Policy, old: Policy) -> Iterator[str]:
    groups, old_groups = new.promises, old.promises
    for group in dict.fromkeys([*old_groups, *groups]):
        before, after = old_groups.get(group, {}), groups.get(group, {})
        for name in dict.fromkeys([*before, *after]):
            was, becomes = before.get(name), after.get(name)
            if was is None:
                yield f"{name} is new for {group}: {becomes!r}"
            elif becomes is None:
                yield f"{name} is no longer sent for {group}; it was {was!r}"
            elif was != becomes:
                yield f"{name} for {group} was {was!r} and becomes {becomes!r}"
