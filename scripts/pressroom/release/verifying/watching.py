"""A watch: the index is asked, what is new is told, and what was told is kept."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING

from pressroom.changelog.proven import State
from pressroom.errors import ConfigError
from pressroom.release.index.refusals import IndexUnreachableError
from pressroom.release.verifying.shown import Outage, key_of
from pressroom.release.verifying.tag_checks import check_signature, check_tag
from pressroom.release.verifying.tags import read_tags, tag_name, tags_of
from pressroom.release.verifying.verify import ask_index
from pressroom.release.verifying.watch import load_memory, look, save_memory
from pressroom.world.locks import work_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pressroom.release.verifying.load import Subject
    from pressroom.release.verifying.shown import Shown
    from pressroom.release.verifying.verify import Means


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is not as it should be, in lines: those that were never told, and all."""

    new: tuple[str, ...]
    all: tuple[str, ...]


@contextlib.contextmanager
def watch_index(subject: Subject, means: Means, state: Path) -> Iterator[News]:
    """What is to be told; it is kept as told when the block ends, and told again when the block fails.

    Raises IndexUnreachableError when the index gives no answer that can be read, ConfigError for a project
    that is on none, PressroomError for a state that is broken or another watch at work.
    """
    lock = state.with_suffix(".lock")
    with work_lock(lock, what=f"a watch of {subject.project.id}"):
        memory = load_memory(state)
        shown = ask_index(subject, means)
        if shown is None:
            raise ConfigError(
                "the project is on no package index",
                where=subject.project.id,
                hint="name it in the front matter: pypi: NAME",
            )
        if isinstance(shown, Outage):
            raise IndexUnreachableError(
                shown.message, where=means.index.simple_url, hint=shown.hint
            )
        tagged = _tagged(subject, means, shown)
        news, after = look(subject, shown, tagged=tagged, memory=memory)
        before = set(memory.told) if memory else set()
        yield News(
            new=tuple(text for key, text in news.items() if key not in before),
            all=tuple(news.values()),
        )
        save_memory(after, state)


def _tagged(subject: Subject, means: Means, shown: Shown) -> dict[str, bool]:
    """Whether each version of the index has a tag of ours, by its key as text.

    Where there are allowed signers, one of them must have signed it.
    """
    spelt: dict[str, list[str]] = {}
    for version in (*subject.versions, *shown.project.versions, *map(str, shown.files)):
        spelt.setdefault(str(key_of(version)), []).append(version)
    wanted = {str(key_of(version)) for version in shown.project.versions}
    wanted |= {str(key) for key in shown.files}
    everything = list(dict.fromkeys(version for group in spelt.values() for version in group))
    tags = tags_of(subject.project, everything, read_tags(means.git))
    found = {}
    for key in wanted:
        tag = next((tag for version in spelt[key] if (tag := tags[version])), None)
        if tag is None or means.keyring.signers.is_empty:
            found[key] = tag is not None
            continue
        checks = (
            check_tag(tag, wanted=tag_name(subject.project, key)),
            check_signature(tag, git=means.git, keyring=means.keyring),
        )
        found[key] = all(check.state is State.OK for check in checks)
    return found
