"""OPERATIONS.md as a list of blocks: what is typed, on which machine and as whom."""

from __future__ import annotations

import dataclasses
import re
import shlex

SERVER, YOURS = "the server", "your machine"
# The first line of every block that is typed; what stands behind it is a remark.
LABEL = re.compile(
    rf"# on ({SERVER}|{YOURS}), as (root|deploy|you)(, in the checkout)?(?:[:;] .+| \(.+\))?"
)
_FENCE = "```"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block: its language, its text, and the line of its fence; machine and user are "" where none is named."""

    line: int
    language: str
    text: str

    @property
    def machine(self) -> str:
        """Where it is typed."""
        return self._part(1)

    @property
    def user(self) -> str:
        """As whom."""
        return self._part(2)

    @property
    def in_checkout(self) -> bool:
        """Whether it is typed in the checkout."""
        return bool(self._part(3))

    @property
    def commands(self) -> tuple[str, ...]:
        """Its lines without those that are remarks."""
        return tuple(line for line in self.text.splitlines() if line and line[0] != "#")

    def _part(self, number: int) -> str:
        found = LABEL.fullmatch(self.text.partition("\n")[0])
        return (found[number] or "") if found else ""


def parse_blocks(page: str) -> tuple[Block, ...]:
    """The fenced blocks of a page, in order."""
    blocks = []
    opened: tuple[int, str] | None = None
    inside: list[str] = []
    for number, line in enumerate(page.splitlines(), 1):
        if opened is None and line.startswith(_FENCE):
            opened, inside = (number, line.removeprefix(_FENCE)), []
        elif opened is not None and line == _FENCE:
            text = "\n".join(inside) + "\n"
            blocks.append(Block(line=opened[0], language=opened[1], text=text))
            opened = None
        else:
            inside.append(line)
    assert opened is None, f"the block of line {opened and opened[0]} does not end"
    return tuple(blocks)


def with_values(text: str, values: dict[str, str]) -> str:
    """A block in which the variables that a reader sets have his values; every other character as it is."""
    for name, value in values.items():
        found = re.search(rf'^{name}=(?:"[^"]*"|\S+)', text, re.MULTILINE)
        if found:
            text = f"{text[: found.start()]}{name}={shlex.quote(value)}{text[found.end() :]}"
    return text
