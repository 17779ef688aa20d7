"""Where shipped files lie in the tree: a backend may have followed a symbolic link that git keeps."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pressroom.release.audit.model import TreeFiles

# As many links as Linux follows in one path.
_LINKS = 40


def find_place(tree: TreeFiles, path: str) -> str | None:
    """The tracked path that a shipped one is, itself or below a link to a folder; None: git does not track it."""
    for _ in range(_LINKS):
        if path in tree.files or path in tree.links:
            return path
        ends = (end for end, char in enumerate(path) if char == "/")
        link = next((path[:end] for end in ends if path[:end] in tree.links), None)
        if link is None:
            return None
        path = posixpath.normpath(_target(tree, link) + path[len(link) :])
    return None


def find_contents(tree: TreeFiles, place: str) -> tuple[bytes, ...]:
    """What a tracked path may hold; of a link, what the file holds that it leads to."""
    for _ in range(_LINKS):
        if place not in tree.links:
            return tree.files.get(place, ())
        place = find_place(tree, posixpath.normpath(_target(tree, place))) or ""
    return ()


def _target(tree: TreeFiles, link: str) -> str:
    return posixpath.join(posixpath.dirname(link), tree.links[link])
