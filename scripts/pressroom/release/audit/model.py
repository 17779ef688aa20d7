"""What an audit looks at and what it says: an sdist, the files of a tag, remarks, a verdict."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Remark:
    """What is to be said of one file, and what to do; one that does not block is only listed."""

    file: str
    reason: str
    hint: str
    blocks: bool = True

    def as_dict(self) -> dict[str, str]:
        """The remark for `--json`; a name that is no UTF-8 has its bytes escaped."""
        return {"file": visible(self.file), "reason": visible(self.reason)}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether the files may be published, and all that was seen."""

    blocking: tuple[Remark, ...] = ()
    listed: tuple[Remark, ...] = ()

    @classmethod
    def of(cls, remarks: Iterable[Remark]) -> Verdict:
        """The verdict that remarks add up to; each is said once."""
        unique = sorted(set(remarks))
        return cls(
            blocking=tuple(remark for remark in unique if remark.blocks),
            listed=tuple(remark for remark in unique if not remark.blocks),
        )

    @property
    def accepted(self) -> bool:
        """Whether nothing blocks."""
        return not self.blocking

    def as_dict(self) -> dict[str, object]:
        """The verdict for `--json`."""
        return {
            "verdict": "accept" if self.accepted else "refuse",
            "blocking": [remark.as_dict() for remark in self.blocking],
            "listed": [remark.as_dict() for remark in self.listed],
        }


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sdist:
    """A source archive in memory: paths below its one top folder, never written to a disk."""

    filename: str
    top: str = ""
    files: Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    # Symbolic links that stay inside, and where each leads, as written.
    links: Mapping[str, str] = dataclasses.field(default_factory=dict)
    # What reading it showed. An archive that cannot be read to its end is not compared.
    remarks: tuple[Remark, ...] = ()
    readable: bool = True

    @property
    def paths(self) -> Iterator[str]:
        """Every file and link."""
        yield from self.files
        yield from self.links


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TreeFiles:
    """What git tracks in one commit.

    A file has every content that is true to the commit: the blob, and what `git archive` makes of it
    (export-subst, line ends). A submodule is only a name here.
    """

    files: Mapping[str, tuple[bytes, ...]] = dataclasses.field(default_factory=dict)
    links: Mapping[str, str] = dataclasses.field(default_factory=dict)
    submodules: frozenset[str] = frozenset()
    # What `.gitattributes` keeps out of archives (export-ignore).
    unexported: frozenset[str] = frozenset()

    @property
    def paths(self) -> Iterator[str]:
        """Every file, link and submodule."""
        yield from self.files
        yield from self.links
        yield from self.submodules


def visible(text: str) -> str:
    """The text as one line that any terminal can show: what cannot be seen is escaped."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode()
        for char in text
    )
