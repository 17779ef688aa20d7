"""What a post is, as a person wrote it and as lists show it.

Annotations are real objects here (no `from __future__ import annotations`): the strict loader reads them.
"""

import dataclasses
from collections.abc import Mapping

from pressroom.dates import PartialDate


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A dated sentence that was added to a post later, and the post that tells more."""

    date: PartialDate
    text: str
    post: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PostMatter:
    """The front matter of a post."""

    title: str
    slug: str
    date: PartialDate
    summary: str
    tags: tuple[str, ...] = ()
    series: str | None = None
    part: int | None = None
    corrects: str | None = None
    updates: tuple[Update, ...] = ()
    draft: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post as it stands in its file; `lines` knows where each key of the front matter is."""

    where: str
    matter: PostMatter
    body: str
    body_line: int
    lines: tuple[tuple[str, int], ...] = dataclasses.field(default=(), compare=False, repr=False)

    @property
    def slug(self) -> str:
        """Its name in URLs."""
        return self.matter.slug

    def line_of(self, key: str) -> int:
        """The line of a key of the front matter; the first line where it has none."""
        return dict(self.lines).get(key, 1)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Posts that belong together, in an order."""

    id: str
    title: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What lists, feeds and boxes need of a post, whether a person wrote it or a release became it."""

    slug: str
    title: str
    date: PartialDate
    updated: PartialDate
    summary: str
    tags: tuple[str, ...] = ()
    series: str | None = None
    part: int | None = None
    corrects: str | None = None
    updates: tuple[Update, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Blog:
    """All published posts, newest first, and what they have to do with each other.

    `newer`, `older`, `corrected_by` and `linked_from` are keyed by slug and hold only who has any.
    """

    posts: tuple[Listed, ...]
    series: tuple[Series, ...]
    by_slug: Mapping[str, Listed]
    by_tag: Mapping[str, tuple[Listed, ...]]
    by_year: Mapping[int, tuple[Listed, ...]]
    by_series: Mapping[str, tuple[Listed, ...]]
    newer: Mapping[str, Listed]
    older: Mapping[str, Listed]
    corrected_by: Mapping[str, tuple[Listed, ...]]
    linked_from: Mapping[str, tuple[Listed, ...]]
