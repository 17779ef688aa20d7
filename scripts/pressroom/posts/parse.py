"""Posts and series from the text of their files."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.frontmatter import parse_front_matter, split_document
from pressroom.posts.model import Post, PostMatter, Series
from pressroom.shapes import fill
from pressroom.tables import parse_toml
from pressroom.texts import check_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.frontmatter import Document

_KEY = re.compile(r"""^["']?(\w+)["']?\s*:""", re.ASCII)
_SERIES_HINT = 'write each series as two lines: `[its-id]` and `title = "Its title"`'


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _SeriesMatter:
    """What stands under `[id]`."""

    title: str


def parse_post(text: str, *, where: str) -> tuple[Post | None, list[Finding]]:
    """The post, or None when its front matter cannot be read, and all that is wrong with its text."""
    document, findings = split_document(text, where=where)
    if findings:
        return None, findings
    matter, findings = parse_front_matter(document, PostMatter)
    findings += check_text(document.body, where=where, line=document.body_line)
    if matter is None:
        return None, findings
    post = Post(
        where=where,
        matter=matter,
        body=document.body,
        body_line=document.body_line,
        lines=tuple(_key_lines(document)),
    )
    return post, findings + list(_unseen(post))


def _key_lines(document: Document) -> Iterator[tuple[str, int]]:
    """Where the top keys stand; the loader has refused what is no plain mapping of them."""
    for number, line in enumerate(document.front.split("\n"), document.front_line):
        if match := _KEY.match(line):
            yield match[1], number


def _unseen(post: Post) -> Iterator[Finding]:
    """Values are looked at as YAML reads them: an escape is harmless only in the file."""
    matter = post.matter
    values = [("title", matter.title), ("slug", matter.slug), ("summary", matter.summary)]
    values += [("tags", tag) for tag in matter.tags]
    values += [("updates", update.text) for update in matter.updates]
    for key, value in values:
        yield from check_text(value, where=post.where, line=post.line_of(key))


def parse_series(text: str, *, where: str) -> tuple[tuple[Series, ...], list[Finding]]:
    """All series of a TOML file (`[id]`, then `title = "…"`), in its order; none when it is no TOML."""
    values, found = parse_toml(text, where=where)
    findings = [dataclasses.replace(one, hint=_SERIES_HINT) for one in found]
    series = []
    for name, value in values.items():
        line = _header_line(text, name)
        if not isinstance(value, dict):
            findings.append(_series_finding(f"{name!r} is no series", where=where, line=line))
            continue
        matter, misfits = fill(_SeriesMatter, value)
        findings += [
            Finding(
                where=where, line=line, message=f"series {name!r}: {one.message}", hint=one.hint
            )
            for one in misfits
        ]
        if matter is not None:
            findings += check_text(matter.title, where=where, line=line)
            series.append(Series(id=name, title=matter.title))
    return tuple(series), findings


def _series_finding(message: str, *, where: str, line: int = 1) -> Finding:
    return Finding(where=where, line=line, message=message, hint=_SERIES_HINT)


def _header_line(text: str, name: str) -> int:
    header = re.compile(rf"""\s*\[?\s*["']?{re.escape(name)}["']?\s*[\].=]""")
    return next((n for n, line in enumerate(text.split("\n"), 1) if header.match(line)), 1)
