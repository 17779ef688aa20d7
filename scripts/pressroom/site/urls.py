"""Where things are on the hub: one function a kind of page, URLs below the site's root."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pressroom.changelog.model import Project, Release

POSTS = "posts/"
ARCHIVE = "archive/"
TAGS = "tags/"
SERIES = "series/"
PROJECTS = "projects/"
FEED = "feed.xml"
JSON_FEED = "feed.json"
GRADES = "grades/"
LATEST_GRADES = "grades/latest.json"
RELEASES = "releases/"
RELEASES_FEED = "releases/feed.xml"
UNDATED = "releases/undated/"


def post(slug: str) -> str:
    """A post or an announcement; the name has no date, so that it need not change with one."""
    return f"{POSTS}{slug}/"


def post_list(number: int) -> str:
    """The list of posts, by page from 1; no slug is only digits."""
    return POSTS if number == 1 else f"{POSTS}{number}/"


def year(number: int) -> str:
    """The posts of a year."""
    return f"{ARCHIVE}{number}/"


def tag(name: str) -> str:
    """The posts with a tag."""
    return f"{TAGS}{name}/"


def series(name: str) -> str:
    """The posts of a series."""
    return f"{SERIES}{name}/"


def project(one: Project) -> str:
    """A project's home."""
    return f"{PROJECTS}{one.id}/"


def changelog(one: Project) -> str:
    """A project's whole changelog."""
    return f"{PROJECTS}{one.id}/changelog/"


def download(one: Project) -> str:
    """The files of a project's releases; no version is called so, each begins with a digit."""
    return f"{PROJECTS}{one.id}/download/"


def proof(one: Project) -> str:
    """What was found when a project's releases were verified."""
    return f"{PROJECTS}{one.id}/proof/"


def has_page(version: Release, *, has_more: bool) -> bool:
    """Whether more is known of a version than its date and authors; `has_more`: beside the changelog."""
    return bool(version.blocks or version.bad or has_more)


def release(one: Project, version: Release, *, has_more: bool) -> str:
    """A version's page; one without any has its place in the changelog."""
    if has_page(version, has_more=has_more):
        return f"{PROJECTS}{one.id}/{version.version}/"
    return f"{changelog(one)}#{version.anchor}"


def project_feed(one: Project) -> str:
    """A project's Atom feed."""
    return f"{PROJECTS}{one.id}/feed.xml"


def release_year(number: int) -> str:
    """The releases of a year, of all projects."""
    return f"{RELEASES}{number}/"


def badge(host: str) -> str:
    """The drawing of a host's newest grade; no file may be called like the host itself (`con.example` on Windows)."""
    return f"{GRADES}badge-{host}.svg"


def latest(one: Project) -> str:
    """A project's newest version, for machines."""
    return f"{PROJECTS}{one.id}/latest.json"
