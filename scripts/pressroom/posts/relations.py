"""What posts have to do with each other: order, neighbours, tags, years, series and corrections."""

from __future__ import annotations

import dataclasses
import itertools
from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from pressroom.posts.model import Blog, Listed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pressroom.dates import PartialDate
    from pressroom.posts.model import Post, Series, Update

K = TypeVar("K", str, int)


def list_posts(posts: Iterable[Post]) -> tuple[Listed, ...]:
    """What lists show of the posts; drafts are left out here, so that no list can hold one."""
    return tuple(
        Listed(
            slug=post.slug,
            title=post.matter.title,
            date=post.matter.date,
            updated=updated(post.matter.date, post.matter.updates),
            summary=post.matter.summary,
            tags=post.matter.tags,
            series=post.matter.series,
            part=post.matter.part,
            corrects=post.matter.corrects,
            updates=post.matter.updates,
        )
        for post in posts
        if not post.matter.draft
    )


def updated(
    date: PartialDate, updates: Iterable[Update] = (), corrections: Iterable[Listed] = ()
) -> PartialDate:
    """The newest of a post's date, its updates and the posts that correct it."""
    later = [update.date for update in updates] + [post.date for post in corrections]
    return max([date, *later], key=_moment)


def sort_posts(posts: Iterable[Listed]) -> tuple[Listed, ...]:
    """Newest first; on one date the later part first, then by slug: whatever the input's order."""
    return tuple(sorted(posts, key=_newness, reverse=True))


def _newness(post: Listed) -> tuple[tuple[dt.date, dt.date], int, str]:
    return _moment(post.date), post.part or 0, post.slug


def _moment(date: PartialDate) -> tuple[dt.date, dt.date]:
    """The order of dates as a plain value: sorting thousands of posts compares often."""
    return date.last, date.first


def build_blog(
    posts: Iterable[Listed],
    series: Iterable[Series] = (),
    linked_from: Mapping[str, Sequence[str]] | None = None,
) -> Blog:
    """The blog: every post with the date of its last change, and the relations between them.

    `linked_from` is what `backlinks` found; who is not published is passed over.
    """
    ordered = _with_corrections(sort_posts(posts))
    by_slug = {post.slug: post for post in ordered}
    by_tag = _group(ordered, lambda post: post.tags)
    by_series = _group(ordered, lambda post: [post.series] if post.series else [])
    links = {
        slug: sort_posts(by_slug[source] for source in sources if source in by_slug)
        for slug, sources in (linked_from or {}).items()
        if slug in by_slug
    }
    return Blog(
        posts=ordered,
        series=tuple(series),
        by_slug=by_slug,
        by_tag={tag: by_tag[tag] for tag in sorted(by_tag)},
        by_year=_group(ordered, lambda post: [post.date.year]),
        by_series={name: tuple(sorted(some, key=_in_series)) for name, some in by_series.items()},
        newer={old.slug: new for new, old in itertools.pairwise(ordered)},
        older={new.slug: old for new, old in itertools.pairwise(ordered)},
        corrected_by=_corrections(ordered),
        linked_from={slug: found for slug, found in links.items() if found},
    )


def _in_series(post: Listed) -> tuple[int, tuple[dt.date, dt.date], str]:
    return post.part or 0, _moment(post.date), post.slug


def _with_corrections(ordered: tuple[Listed, ...]) -> tuple[Listed, ...]:
    """The same posts; a correction counts as a change of what it corrects."""
    corrections = _corrections(ordered)
    return tuple(
        dataclasses.replace(post, updated=updated(post.updated, (), corrections[post.slug]))
        if post.slug in corrections
        else post
        for post in ordered
    )


def _corrections(ordered: tuple[Listed, ...]) -> dict[str, tuple[Listed, ...]]:
    """Corrected slug to the posts that correct it, oldest first."""
    published = {post.slug for post in ordered}
    return _group(ordered[::-1], lambda post: {post.corrects or ""} & published)


def _group(
    posts: Iterable[Listed], keys: Callable[[Listed], Iterable[K]]
) -> dict[K, tuple[Listed, ...]]:
    groups: defaultdict[K, list[Listed]] = defaultdict(list)
    for post in posts:
        for key in keys(post):
            groups[key].append(post)
    return {key: tuple(members) for key, members in groups.items()}
