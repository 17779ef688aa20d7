"""Which posts the Markdown of a post links to."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_CODE = re.compile(r"(?<!`)(`+)(?!`)[^\n]*?[^`\n]\1(?!`)")
# `](target` of an inline link, `[name]: target` of a definition.
_TARGET = re.compile(r"(?:\]\([ \t]*|^ {0,3}\[[^\[\]\n]+\]:[ \t]*)<?([^\s<>()]+)", re.MULTILINE)
_FOLDER = "posts"


def backlinks(bodies: Mapping[str, str], files: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Slug to the slugs of posts that link to it.

    `bodies` holds the Markdown of each post by slug; `files` the slug of each file name. Slugs that
    have a body or a file can be found, generated ones included when they are listed with "".
    """
    known = {*bodies, *files.values()}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for source, body in bodies.items():
        for target in dict.fromkeys(linked_posts(body, files, known)):
            if target != source:
                found[target].append(source)
    return {target: tuple(sorted(sources)) for target, sources in found.items()}


def linked_posts(body: str, files: Mapping[str, str], known: Container[str]) -> Iterator[str]:
    """The slugs that the links of a post name, by file name, folder or URL path; code is no link."""
    for match in _TARGET.finditer(_without_code(body)):
        slug = _slug_of(match[1], files)
        if slug is not None and slug in known:
            yield slug


def _slug_of(target: str, files: Mapping[str, str]) -> str | None:
    """The post that a link target names: `2019-12-name.md`, `slug/index.html`, `…/posts/slug/`."""
    path = unquote(re.split(r"[?#]", target, maxsplit=1)[0])
    if "//" in path or path.startswith("mailto:"):
        return None
    steps = [step for step in path.split("/") if step not in {"", ".", "index.html"}]
    inside = len(steps) == 1 or (len(steps) > 1 and steps[-2] == _FOLDER)
    if not inside or (len(steps) == 1 and path.startswith("/")):
        return None
    if PurePosixPath(steps[-1]).suffix == ".md":
        return files.get(steps[-1])
    return steps[-1]


def _without_code(body: str) -> str:
    """The Markdown without its fenced blocks and code spans."""
    if "`" not in body and "~~~" not in body:
        return body
    kept: list[str] = []
    fence = ""
    for line in body.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            kept.append(_CODE.sub("", line))
    return "\n".join(kept)
