"""What an index shows that no changelog and no tag of ours knows, and what it says of the whole project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.release.verifying.index_checks import names
from pressroom.release.verifying.shown import key_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from packaging.version import Version

    from pressroom.changelog.model import Project
    from pressroom.release.verifying.shown import Shown
    from pressroom.release.verifying.tags import Tag

_ASK = "if none of you made it, take it off the index, change its passwords and tokens, tell users"


def strange_versions(shown: Shown, versions: Collection[str]) -> dict[Version | str, str]:
    """The versions of the index that are none of `versions`, each as the index spells it first."""
    ours = {key_of(version) for version in versions}
    keys = {key_of(version): version for version in reversed(shown.project.versions)}
    keys |= {key: str(key) for key in shown.files if key not in keys}
    return {key: text for key, text in keys.items() if key not in ours}


def check_strangers(
    shown: Shown,
    project: Project,
    *,
    versions: Collection[str],
    tagged: Mapping[str, Tag | None],
    where: str,
) -> Iterator[Finding]:
    """Findings about the project on the index; `tagged` has the tags of versions that no changelog has."""
    status = shown.project.status
    if status != "active":
        why = f": {shown.project.status_reason[:200]}" if shown.project.status_reason else ""
        yield Finding(
            where=where,
            message=f"the index says that the project is {status[:40]}{why}",
            hint="log in to the index and see what it wants; if you did it, nothing is wrong",
        )
    for key, version in strange_versions(shown, versions).items():
        listed = names([file.filename for file in shown.files.get(key, ())]) or "no files"
        if tagged.get(version) is None:
            message = f"the index shows version {version[:80]}, of which there is no tag ({listed})"
            yield Finding(where=where, message=message, hint=_ASK)
        elif version not in project.tag.without_changelog_entry:
            message = f"the index shows version {version[:80]}, which no changelog has ({listed})"
            hint = "write its section, or name it under tag: without_changelog_entry"
            yield Finding(where=where, message=message, hint=hint)
    if shown.strays:
        listed = names([file.filename for file in shown.strays])
        message = f"files on the index whose names tell no version of ours: {listed}"
        yield Finding(where=where, message=message, hint=_ASK)
