# STUB

import dataclasses
from markupsafe import Markup
from .html import render_blocks
@dataclasses.dataclass
class Announced:
    title: str
    project: object
    announcement: object
    releases: tuple
    date: object
    note: str
def announced(changelog, a):
    rs = tuple(changelog.release(v) for v in a.versions)
    return Announced(changelog.project.announce_title.format(name=changelog.project.name, version=a.versions[0]), changelog.project, a, rs, a.date or rs[0].date, a.note)
def render_announcement(one, *, release_url):
    return Markup().join(Markup('<h2><a href="{}">{}</a></h2>{}').format(release_url(r), r.version, render_blocks(r.blocks)) for r in one.releases)
