"""All tags of a repository, read with two commands of git, however many there are."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pressroom.changelog.model import Project
    from pressroom.world.git import Git

_FIELDS = (
    *("refname", "objecttype", "objectname", "*objecttype", "*objectname"),
    "creatordate:unix",
)
_MANY = 300.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag; `data` is the content of its object, empty for one that has none (a lightweight tag)."""

    name: str
    object: str
    commit: str | None  # None: it is not of a commit
    time: dt.datetime | None
    data: bytes = b""

    @property
    def is_annotated(self) -> bool:
        """Whether it is an object of its own."""
        return bool(self.data)

    @property
    def says(self) -> dict[str, str]:
        """The head of its object: what it is of, and the name it was made with."""
        head = self.data.partition(b"\n\n")[0].decode("utf-8", "replace")
        lines = (line.partition(" ") for line in head.split("\n"))
        return {key: value for key, _, value in lines}


def read_tags(git: Git) -> dict[str, Tag]:
    """Every tag by its name. Raises GitError."""
    form = "%00".join(f"%({field})" for field in _FIELDS)
    listed = git.output("for-each-ref", f"--format={form}", "refs/tags", timeout=_MANY)
    rows = [line.split("\0") for line in listed.decode("utf-8", "surrogateescape").splitlines()]
    annotated = [row[2] for row in rows if row[1] == "tag"]
    contents = dict(zip(annotated, _contents(git, annotated), strict=True))
    return {tag.name: tag for tag in (_tag(row, contents) for row in rows)}


def _tag(row: Sequence[str], contents: Mapping[str, bytes]) -> Tag:
    name, kind, own, inner_kind, inner, time = row
    commit = {"commit": own}.get(kind) or (inner if inner_kind == "commit" else None)
    return Tag(
        name=name.removeprefix("refs/tags/"),
        object=own,
        commit=commit,
        time=_moment(time),
        data=contents.get(own, b""),
    )


def _moment(seconds: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromtimestamp(int(seconds), dt.UTC)
    except (ValueError, OverflowError, OSError):  # a date that somebody made up
        return None


def _contents(git: Git, objects: Sequence[str]) -> list[bytes]:
    """The contents of tag objects, in one go."""
    asked = "".join(f"{one}\n" for one in objects).encode()
    answer = git.output("cat-file", "--batch", stdin=asked, timeout=_MANY) if objects else b""
    found, at = [], 0
    for one in objects:
        end = answer.index(b"\n", at)
        facts = answer[at:end].split()
        if not facts[-1].isdigit():
            raise PressroomError(
                f"git has no object {one}", where=str(git.folder), hint="git fsck, git fetch --tags"
            )
        found.append(answer[end + 1 : end + 1 + int(facts[-1])])
        at = end + int(facts[-1]) + 2
    return found


def tags_of(
    project: Project, versions: Collection[str], tags: Mapping[str, Tag]
) -> dict[str, Tag | None]:
    """The tag of each version: by the project's format, else by one of its exceptions.

    An exception takes no tag that is another version's by the format.
    """
    taken = {tag_name(project, version) for version in versions}
    found: dict[str, Tag | None] = {}
    for version in versions:
        other = (
            tags.get(name)
            for one in project.tag.exceptions
            if (name := one.format.replace("{version}", version)) not in taken
        )
        own = tags.get(tag_name(project, version))
        found[version] = own or next(filter(None, other), None)
    return found


def tag_name(project: Project, version: str) -> str:
    """The name of a version's tag, by the project's format."""
    return project.tag.format.replace("{version}", version)
