"""The boxes of a post: what was added later, what corrects it, what it corrects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.dates import PartialDate
    from pressroom.posts.model import Blog, Listed, Update

# role="note": an aside without it is a landmark, and a page has only so many of those.
_BOX = Markup('<aside class="{}" role="note"><p>{}</p></aside>\n')
_LINK = Markup('<a href="{}">{}</a>')
_TIME = Markup('<time datetime="{}">{}</time>')


def render_notes(post: Listed, blog: Blog, *, url: Callable[[str], str]) -> Markup:
    """All boxes that stand above the text of a post; `url` gives the address of a slug."""
    return render_corrections(post, blog, url=url) + render_updates(post, blog, url=url)


def render_corrections(post: Listed, blog: Blog, *, url: Callable[[str], str]) -> Markup:
    """What the post corrects, and each post that corrects it, with what its author said of it here."""
    boxes = []
    corrected = blog.by_slug.get(post.corrects or "")
    if corrected is not None:
        link = _link(corrected, url)
        boxes.append(_BOX.format("pr-correction", Markup("This post corrects {}.").format(link)))
    said = {update.post: update for update in post.updates}
    for correction in blog.corrected_by.get(post.slug, ()):
        update = said.get(correction.slug)
        text = Markup("<strong>Corrected on {}:</strong> {}").format(
            render_date(update.date if update else correction.date),
            Markup("{} {}").format(update.text, _link(correction, url))
            if update
            else _link(correction, url),
        )
        boxes.append(_BOX.format("pr-correction", text))
    return Markup().join(boxes)


def render_updates(post: Listed, blog: Blog, *, url: Callable[[str], str]) -> Markup:
    """What was added to the post later, oldest first; a correction has its own box."""
    corrections = {one.slug for one in blog.corrected_by.get(post.slug, ())}
    updates = [update for update in post.updates if update.post not in corrections]
    return Markup().join(
        _BOX.format("pr-update", _update(update, blog, url))
        for update in sorted(updates, key=lambda update: update.date)
    )


def render_date(date: PartialDate) -> Markup:
    """A date for people, with the one for machines inside."""
    return _TIME.format(date.iso, date.words)


def _update(update: Update, blog: Blog, url: Callable[[str], str]) -> Markup:
    told = Markup("<strong>Update of {}:</strong> {}").format(render_date(update.date), update.text)
    target = blog.by_slug.get(update.post or "")
    return Markup("{} {}").format(told, _link(target, url)) if target else told


def _link(post: Listed, url: Callable[[str], str]) -> Markup:
    return _LINK.format(url(post.slug), post.title)
