"""What cannot be published of posts, all of it at once."""

from __future__ import annotations

import datetime as dt
import difflib
from collections import defaultdict
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.names import check_name
from pressroom.shapes import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pressroom.posts.model import Post, Series

_MAX_SUMMARY = 200
_MAX_TITLE = 200
# Somewhere it is tomorrow already.
_SLACK = dt.timedelta(days=1)


def check_posts(
    posts: Sequence[Post],
    series: Iterable[Series],
    *,
    today: dt.date,
    taken_slugs: Mapping[str, str],
) -> list[Finding]:
    """All findings about the posts; `taken_slugs` says where each slug is used that no post has."""
    known_series = [one.id for one in series]
    by_slug = {post.slug: post for post in posts}
    findings: list[Finding] = []
    for post in posts:
        findings += _check_words(post)
        findings += _check_names(post)
        findings += _check_dates(post, today)
        findings += _check_series(post, known_series)
        findings += _check_references(post, by_slug, taken_slugs)
    findings += _check_slugs_differ(posts, taken_slugs)
    findings += _check_parts_differ(posts)
    findings += _check_cycles(by_slug)
    return sorted(findings)


def check_series(series: Iterable[Series], *, where: str) -> list[Finding]:
    """Findings about the ids and titles of series."""
    findings: list[Finding] = []
    for one in series:
        findings += check_name(one.id, what="series", where=where, line=1)
        if not one.title.strip() or "\n" in one.title:
            findings.append(
                Finding(
                    where=where,
                    message=f"the title of series {one.id!r} is empty or has a line break",
                    hint='write `title = "Its title"` on one line',
                )
            )
    return findings


def _found(post: Post, key: str, message: str, hint: str) -> Finding:
    return Finding(where=post.where, line=post.line_of(key), message=message, hint=hint)


def _check_words(post: Post) -> Iterator[Finding]:
    """Titles and summaries are plain text on one line: `<` and Markdown are shown as they stand."""
    limits = (
        ("title", post.matter.title, _MAX_TITLE),
        ("summary", post.matter.summary, _MAX_SUMMARY),
    )
    for key, text, limit in limits:
        if not text.strip():
            yield _found(post, key, f"{key} is empty", f"write a {key}")
        if "\n" in text:
            yield _found(post, key, f"{key} has a line break", f"write the {key} as one paragraph")
        if len(text) > limit:
            yield _found(
                post,
                key,
                f"{key} has {len(text)} characters, more than {limit}",
                "shorten it: lists and search results show no more",
            )
    if any(not update.text.strip() for update in post.matter.updates):
        yield _found(post, "updates", "an update has no text", "say what is new in one sentence")
    if not post.body.strip():
        yield Finding(
            where=post.where,
            line=post.body_line,
            message="has no text",
            hint="write the text below the second `---`",
        )


def _check_names(post: Post) -> Iterator[Finding]:
    yield from check_name(post.slug, what="slug", where=post.where, line=post.line_of("slug"))
    seen: set[str] = set()
    for tag in post.matter.tags:
        yield from check_name(
            tag, what="tag", where=post.where, line=post.line_of("tags"), page=False
        )
        if tag in seen:
            yield _found(post, "tags", f"tag {tag!r} stands twice", "keep one")
        seen.add(tag)


def _check_dates(post: Post, today: dt.date) -> Iterator[Finding]:
    """A date is in the future when every day that it can mean is."""
    matter = post.matter
    if matter.date.first > today + _SLACK and not matter.draft:
        yield _found(
            post,
            "date",
            f"date {matter.date.iso} is in the future",
            "set draft: true until then",
        )
    for update in matter.updates:
        if update.date.last < matter.date.first:
            yield _found(
                post,
                "updates",
                f"update of {update.date.iso} is older than the post ({matter.date.iso})",
                "mend one of the two dates",
            )
        if update.date.first > today + _SLACK and not matter.draft:
            yield _found(
                post,
                "updates",
                f"update of {update.date.iso} is in the future",
                "write the day on which it was added",
            )


def _check_series(post: Post, known: list[str]) -> Iterator[Finding]:
    name, part = post.matter.series, post.matter.part
    if name is not None and name not in known:
        yield _found(
            post,
            "series",
            f"series {name!r} is unknown",
            suggestion(name, known) if known else f'add `[{name}]` and its `title = "…"`',
        )
    if part is not None and name is None:
        yield _found(post, "part", "part without a series", "add a line `series: its-id`")
    if part is not None and part < 1:
        yield _found(post, "part", f"part {part} is no part", "count from 1")


def _check_references(
    post: Post, by_slug: Mapping[str, Post], taken: Mapping[str, str]
) -> Iterator[Finding]:
    matter = post.matter
    named = [("corrects", matter.corrects)] + [("updates", one.post) for one in matter.updates]
    for key, slug in named:
        if slug is None:
            continue
        if slug == post.slug:
            yield _found(post, key, f"{key} names the post itself", "name the other post")
        elif slug in by_slug:
            if by_slug[slug].matter.draft and not matter.draft:
                yield _found(
                    post,
                    key,
                    f"{key} names {slug!r}, which is a draft",
                    f"publish {by_slug[slug].where} first, or set draft: true here",
                )
        elif slug not in taken:
            close = difflib.get_close_matches(slug, sorted({*by_slug, *taken} - {post.slug}), n=1)
            hint = f"did you mean {close[0]!r}?" if close else "write the other post's slug"
            yield _found(post, key, f"{key} names {slug!r}, which is no post", hint)
    corrected = by_slug.get(matter.corrects or "")
    if corrected is not None and matter.date.last < corrected.matter.date.first:
        yield _found(
            post,
            "corrects",
            f"is of {matter.date.iso}, older than what it corrects "
            f"({corrected.where}, {corrected.matter.date.iso})",
            "mend one of the two dates",
        )


def _check_slugs_differ(posts: Sequence[Post], taken: Mapping[str, str]) -> Iterator[Finding]:
    """Slugs become folders, and some file systems take `A` and `a` for the same."""
    first = {slug.casefold(): where for slug, where in taken.items()}
    for post in sorted(posts, key=lambda post: post.where):
        line = post.line_of("slug")
        place = first.setdefault(post.slug.casefold(), f"{post.where}:{line}")
        if place != f"{post.where}:{line}":
            yield _found(
                post,
                "slug",
                f"slug {post.slug!r} is used in {place} already",
                "choose another slug for the newer of the two",
            )


def _check_parts_differ(posts: Sequence[Post]) -> Iterator[Finding]:
    parts: defaultdict[tuple[str, int], list[Post]] = defaultdict(list)
    for post in sorted(posts, key=lambda post: post.where):
        if post.matter.series is not None and post.matter.part is not None:
            parts[post.matter.series, post.matter.part].append(post)
    for (name, part), (first, *others) in parts.items():
        for post in others:
            yield _found(
                post,
                "part",
                f"part {part} of series {name!r} is {first.where} already",
                "give each post of a series its own part",
            )


def _check_cycles(by_slug: Mapping[str, Post]) -> Iterator[Finding]:
    """Each post corrects at most one, so one walk from each, over new ground only, meets every cycle."""
    done: set[str] = set()
    for start in sorted(by_slug):
        walk: dict[str, None] = {}
        slug = start
        while slug in by_slug and slug not in done and slug not in walk:
            walk[slug] = None
            slug = by_slug[slug].matter.corrects or ""
        done |= walk.keys()
        if slug in walk:
            cycle = list(walk)[list(walk).index(slug) :]
            if len(cycle) > 1:
                post = min((by_slug[one] for one in cycle), key=lambda post: post.where)
                yield _found(
                    post,
                    "corrects",
                    f"posts correct each other in a circle: {', '.join(sorted(cycle))}",
                    "only the newer post corrects the older one",
                )
