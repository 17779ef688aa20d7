"""What a page is about, for machines: JSON-LD with the words of schema.org."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Project, Release
    from pressroom.posts.model import Listed

_CONTEXT = "https://schema.org"
# No text may end the script element or open another; JSON reads the escapes as the same text.
_ESCAPES = str.maketrans({"<": r"\u003c", ">": r"\u003e", "&": r"\u0026"})


def render_jsonld(value: dict[str, Any]) -> Markup:
    """The value as a data block of a page (no script: nothing in it runs)."""
    # ensure_ascii also escapes U+2028, U+2029 and lone surrogates
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":")).translate(_ESCAPES)
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - no `<`, `>` or `&` is left


def post_jsonld(  # noqa: PLR0913 - the facts of one block, each by name
    post: Listed,
    *,
    url: str,
    blog_url: str,
    blog_title: str,
    author: str | None = None,
    corrections: Sequence[str] = (),
) -> Markup:
    """A post; `corrections` are the addresses of the posts that correct it."""
    value: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "BlogPosting",
        "@id": url,
        "url": url,
        "headline": post.title,
        "description": post.summary,
        "datePublished": post.date.iso,
        "dateModified": post.updated.iso,
        "isPartOf": {"@type": "Blog", "@id": blog_url, "url": blog_url, "name": blog_title},
    }
    if author:
        value["author"] = {"@type": "Person", "name": author}
    if post.tags:
        value["keywords"] = list(post.tags)
    if corrections:
        value["correction"] = list(corrections)
    return render_jsonld(value)


def release_jsonld(project: Project, release: Release, *, url: str, project_url: str) -> Markup:
    """One version of a project."""
    value: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "SoftwareSourceCode",
        "@id": url,
        "url": url,
        "name": f"{project.name} {release.version}",
        "description": project.description,
        "version": release.version,
        "isPartOf": {"@type": "SoftwareSourceCode", "@id": project_url, "name": project.name},
    }
    if release.date is not None:
        value["datePublished"] = release.date.iso
    if project.repository:
        value["codeRepository"] = project.repository
    if project.license:
        value["license"] = {"@type": "CreativeWork", "name": project.license}
    if release.authors:
        value["author"] = [{"@type": "Person", "name": name} for name in release.authors]
    return render_jsonld(value)
