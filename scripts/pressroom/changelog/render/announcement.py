"""The announcement of releases: one value, shown as a post, later mailed and put on a forge."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from pressroom.changelog.model import Announcement, Project, Release
from pressroom.changelog.render.html import render_blocks, render_inline
from pressroom.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.changelog.model import Changelog


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What an announcement says; releases are newest first."""

    project: Project
    announcement: Announcement
    title: str
    date: PartialDate
    releases: tuple[Release, ...]


def announcement_title(project: Project, announcement: Announcement) -> str:
    """`New widget 1.1 available`, by the project's rule."""
    title = project.announce_title.replace("{name}", project.name)
    return title.replace("{version}", announcement.versions[0])


def announced(changelog: Changelog, announcement: Announcement) -> Announced:
    """The announcement with its releases, of a changelog without findings."""
    project = changelog.project
    found = [changelog.release(version) for version in announcement.versions]
    releases = tuple(release for release in found if release is not None)
    date = announcement.date or (releases[0].date if releases else None)
    assert project is not None
    assert date is not None, f"{announcement.slug}: check_changelog refuses it"
    return Announced(
        project=project,
        announcement=announcement,
        title=announcement_title(project, announcement),
        date=date,
        releases=releases,
    )


_TEMPLATE = jinja2.Environment(
    autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
).from_string("""\
<p><a href="{{ release_url(newest) }}">{{ project.name }} {{ newest.version }}</a> is available. {{ project.description }}</p>
{% if one.announcement.note %}
<p>{{ one.announcement.note }}</p>
{% endif %}
{% for release in one.releases %}
<h2 id="{{ release.anchor }}">{{ release.version }}{% if release.date %} - {{ release.date.words }}{% endif %}{% if release.authors %}, {{ release.authors | join(", ") }}{% endif %}</h2>
{% if release.bad %}
<p><strong>Bad release, do not use it:</strong> {{ inline(release.bad.reason) }}</p>
{% endif %}
{{ blocks(release.blocks) }}
{% endfor %}
{% if links %}
<p>{% for name, url in links %}<a href="{{ url }}">{{ name }}</a>{% if not loop.last %} · {% endif %}{% endfor %}</p>
{% endif %}
""")


def render_announcement(one: Announced, *, release_url: Callable[[Release], str]) -> Markup:
    """The body of the post, from the lead to the links."""
    project = one.project
    links = (
        ("Documentation", project.documentation),
        ("Home page", project.homepage),
        ("Source", project.repository),
    )
    text = _TEMPLATE.render(
        one=one,
        project=project,
        newest=one.releases[0],
        release_url=release_url,
        blocks=render_blocks,
        inline=render_inline,
        links=[(name, url) for name, url in links if url],
    )
    return Markup(text)  # noqa: S704 - autoescaped
