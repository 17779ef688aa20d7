"""One more announcement in the front matter of a changelog, and every other byte as it was."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING

import yaml

from pressroom.changelog.model import Announcement, ProjectFacts
from pressroom.errors import FindingsError, PressroomError
from pressroom.frontmatter import parse_front_matter, split_document
from pressroom.names import check_name

if TYPE_CHECKING:
    from pressroom.changelog.model import Project, Release
    from pressroom.dates import PartialDate
    from pressroom.findings import Finding

_KEY = "announcements"
# A list below the key, or an empty one beside it; then a comment at most.
_KEY_LINE = re.compile(rf"(?P<key>([\"']?){_KEY}\2\s*:)(?:\s*\[\s*\])?(?P<rest>(?:\s+#.*)?\s*)")
_ITEM = re.compile(r"(?P<indent> *)-(?:\s|$)")
_NOTHING = re.compile(r"\s*(?:#.*)?")
_NEW_INDENT = "  "


def announcement_for(project: Project, release: Release, *, date: PartialDate) -> Announcement:
    """The announcement of one release on that day: `widget-1-1`, tagged with its project.

    Raises PressroomError where project and version make no name for a page.
    """
    slug = f"{project.id}-{release.version.replace('.', '-')}".lower()
    where = f"releases/{project.id}.md"
    findings = [*check_name(slug, what="slug", where=where, line=0)]
    if findings:
        raise PressroomError(
            findings[0].message,
            where=where,
            hint=f"announce {release.version} by hand in {_KEY}, with a slug of your own",
        )
    return Announcement(
        versions=(release.version,),
        slug=slug,
        date=date,
        tags=(project.id, "release"),
    )


def add_announcement(text: str, *, where: str, announcement: Announcement) -> str:
    """The text of `releases/<project>.md` with the announcement first in its list.

    Unchanged when all its versions are announced already. Byte order mark and line ends stay. Raises
    FindingsError when the front matter cannot be read, PressroomError when the lines cannot be put in so
    that reading them again proves it, or when slug or a part of the versions is taken.
    """
    before, findings = _facts(text, where)
    if before is None:
        raise FindingsError(findings)
    announced = {version for one in before.announcements for version in one.versions}
    if set(announcement.versions) <= announced:
        return text
    taken = sorted(announced & set(announcement.versions))
    taken += [one.slug for one in before.announcements if one.slug == announcement.slug]
    if taken:
        raise PressroomError(
            f"{', '.join(taken)} is announced already, and {announcement.slug} would be again",
            where=where,
            hint=f"mend {_KEY} in the front matter: a version and a slug stand there once",
        )
    wanted = dataclasses.replace(before, announcements=(announcement, *before.announcements))
    added = _inserted(text, announcement)
    if _facts(added, where)[0] == wanted and _body(added) == _body(text):
        return added
    lines = "".join(f"\n    {line}" for line in [f"{_KEY}:", *_item(announcement, "  ")])
    raise PressroomError(
        f"the announcement of {announcement.versions[0]} cannot be added by machine",
        where=where,
        hint=f"make {_KEY} a list of `- versions:` items and put this one first:{lines}",
    )


def _facts(text: str, where: str) -> tuple[ProjectFacts | None, list[Finding]]:
    document, findings = split_document(_plain(text), where=where)
    return (None, findings) if findings else parse_front_matter(document, ProjectFacts)


def _plain(text: str) -> str:
    """The text as those see it who read changelogs."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _body(text: str) -> str:
    """What stands below the front matter, with its own line ends."""
    lines = text.split("\n")
    return "\n".join(lines[_end(lines) :])


def _end(lines: list[str]) -> int:
    """Where the front matter ends; 0 where nobody can say."""
    return next((n for n, line in enumerate(lines) if n and line.rstrip() == "---"), 0)


def _inserted(text: str, announcement: Announcement) -> str:
    """The text with the lines put in where they seem to belong; unchanged where none does."""
    lines = text.split("\n")
    end = _end(lines)
    keys = [n for n in range(1, end) if lines[n].startswith((_KEY, f'"{_KEY}', f"'{_KEY}"))]
    if not keys:
        place, new = end, [f"{_KEY}:", *_item(announcement, _NEW_INDENT)]
    elif match := _KEY_LINE.fullmatch(lines[keys[0]]):
        lines[keys[0]] = match["key"] + match["rest"]
        place = keys[0] + 1
        new = _item(announcement, _indent(lines[place:end]))
    else:
        return text
    carriage = "\r" if lines[0].endswith("\r") else ""
    return "\n".join([*lines[:place], *(line + carriage for line in new), *lines[place:]])


def _indent(lines: list[str]) -> str:
    """That of the items in the lines after the key."""
    first = next((line for line in lines if not _NOTHING.fullmatch(line)), "")
    item = _ITEM.match(first)
    return item["indent"] if item else _NEW_INDENT


def _item(announcement: Announcement, indent: str) -> list[str]:
    """The lines of an announcement in the list."""
    facts = [
        f"versions: [{', '.join(map(json.dumps, announcement.versions))}]",
        f"slug: {_scalar(announcement.slug)}",
    ]
    if announcement.date is not None:
        facts.append(f"date: {announcement.date.iso}")
    if announcement.tags:
        facts.append(f"tags: [{', '.join(map(_scalar, announcement.tags))}]")
    if announcement.note:
        facts.append(f"note: {json.dumps(announcement.note, ensure_ascii=False)}")
    return [f"{indent}{'  ' if n else '- '}{fact}" for n, fact in enumerate(facts)]


def _scalar(name: str) -> str:
    """The name as YAML reads it back: quoted where it would be taken for a date, a number or no."""
    return name if yaml.safe_load(name) == name else json.dumps(name)
