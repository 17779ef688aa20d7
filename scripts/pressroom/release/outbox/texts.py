"""What a release tells in plain text: the whole of it for mail and lists, and a few words for a chat."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.changelog.styles.bullets import Layout, plain_inline, write_blocks
from pressroom.release.outbox.lines import fold, spaced

if TYPE_CHECKING:
    from pressroom.changelog.model import Release
    from pressroom.changelog.published import Published
    from pressroom.changelog.render.announcement import Announced

CHAT = 500
_LAYOUT = Layout(columns=(0,), marks=("-",), step=2)
# At the start of a line: the next mail to a mailbox; the end of the text, and a signature, to a mail reader.
_MISREAD = re.compile(r"From |-- $|-----BEGIN")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What there is to tell: an announcement, the record of what is public, the page about it."""

    announced: Announced
    record: Published
    page: str


def plain_text(news: News) -> str:
    """The announcement as text, lines of at most 78 characters where words and addresses allow it."""
    one, project = news.announced, news.announced.project
    lines = fold(f"{project.name} {news.record.version} is available. {project.description}")
    if one.announcement.note:
        lines += ["", *fold(one.announcement.note)]
    for release in one.releases:
        lines += ["", *_section(release)]
    lines += ["", "Files:", ""]
    for file in sorted(news.record.files, key=lambda file: file.name):
        lines += [
            f"  {file.name}",
            f"    {file.size} bytes, sha256",
            f"    {file.sha256}",
            f"    {file.url}",
        ]
    lines += ["", f"Tag {news.record.tag} is commit {news.record.commit}.", "", *_links(news)]
    safe = (f" {line}" if _MISREAD.match(line) else line for line in lines)
    return spaced([_seen(line) for line in safe])


def chat_text(news: News) -> str:
    """Title, description and the page, in at most 500 characters; only words are cut, never the address."""
    one, project = news.announced, news.announced.project
    left = CHAT - len(news.page) - 2
    title = _cut(_seen(one.title), left)
    words = _cut(_seen(project.description), left - len(title) - 1)
    return "\n".join(part for part in (title, words, news.page) if part) + "\n"


def _section(release: Release) -> list[str]:
    date = f" - {release.date.words}" if release.date else ""
    authors = f", {', '.join(release.authors)}" if release.authors else ""
    heading = f"{release.version}{date}{authors}"
    lines = [*fold(heading), "-" * min(len(heading), 72), ""]
    if release.bad:
        lines += [*fold(f"Bad release, do not use it: {plain_inline(release.bad.reason)}"), ""]
    return lines + fold("\n".join(write_blocks(release.blocks, _LAYOUT)))


def _links(news: News) -> list[str]:
    project = news.announced.project
    links = (
        ("This release", news.page),
        ("Documentation", project.documentation),
        ("Home page", project.homepage),
        ("Source", project.repository),
        ("Issues", project.issues),
    )
    width = max(len(name) for name, _ in links) + 2
    return [f"{name + ':':<{width}}{url}" for name, url in links if url]


def _seen(text: str) -> str:
    """The text without what a terminal would obey."""
    return "".join(one if one.isprintable() or one == "\t" else "�" for one in text)


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return text[: length - 1].rstrip() + "…" if length > 1 else ""
