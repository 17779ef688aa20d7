"""YAML front matter between `---` lines, read strictly into a dataclass.

YAML guesses types (`1.10` becomes 1.1, `no` becomes False) and lets the last of two equal keys win. Here
every guess that a field does not ask for is a finding with its line, and so is every unknown or doubled key.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar, cast

import yaml

from pressroom.findings import Finding
from pressroom.shapes import DATE_HINT, fill

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

# Far above what a person writes, far below what hurts.
MAX_CHARACTERS = 64 * 1024
MAX_DEPTH = 12


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file taken apart: its front matter and its Markdown body, each with its first line's number."""

    where: str
    front: str
    front_line: int
    body: str
    body_line: int


def split_document(text: str, *, where: str) -> tuple[Document, list[Finding]]:
    """The two parts of a file that starts with `---`; without front matter, a finding and an empty one."""
    lines = text.split("\n")
    end = None
    if lines[0].rstrip() == "---":
        end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        finding = Finding(
            where=where,
            line=1,
            message="has no front matter",
            hint="start the file with a line `---`, then `key: value` lines, then another `---`",
        )
        return Document(where=where, front="", front_line=1, body=text, body_line=1), [finding]
    return Document(
        where=where,
        front="\n".join(lines[1:end]),
        front_line=2,
        body="\n".join(lines[end + 1 :]),
        body_line=end + 2,
    ), []


def parse_front_matter(document: Document, shape: type[T]) -> tuple[T | None, list[Finding]]:
    """The front matter as `shape` (a dataclass), or None and all that is wrong with it."""
    source = _Yaml(document)
    values, lines = source.read()
    if values is None:
        return None, source.findings
    value, misfits = fill(shape, values)
    for misfit in misfits:
        line = _nearest_line(misfit.path, lines)
        if all(finding.line != line for finding in source.findings) or not misfit.path:
            source.add(line, misfit.message, misfit.hint)
    return (None, source.findings) if source.findings else (value, [])


def _nearest_line(path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> int:
    while path not in lines:
        path = path[:-1]
    return lines[path]


class _Yaml:
    """YAML to plain values with the line of each, refusing what the format should not have had."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.findings: list[Finding] = []
        self.lines: dict[tuple[str | int, ...], int] = {}

    def add(self, line: int, message: str, hint: str) -> None:
        self.findings.append(
            Finding(where=self.document.where, line=line, message=message, hint=hint)
        )

    def read(self) -> tuple[dict[str, Any] | None, dict[tuple[str | int, ...], int]]:
        text = self.document.front
        if len(text) > MAX_CHARACTERS:
            self.add(
                self.document.front_line,
                f"front matter has {len(text)} characters, more than {MAX_CHARACTERS}",
                "move the text below the second `---`",
            )
            return None, {}
        try:
            if not self._bounded(text):
                return None, {}
            node = yaml.compose(text, Loader=yaml.CSafeLoader)
            self.lines[()] = self.document.front_line
            value = {} if node is None else self._value(node, ())
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = self.document.front_line + (mark.line if mark else 0)
            self.add(
                line, f"not YAML: {error.problem}", "quote values that hold `: `, `#` or quotes"
            )
            return None, {}
        except (yaml.YAMLError, ValueError) as error:
            self.add(
                self.document.front_line, f"not YAML: {error}", "write it as `key: value` lines"
            )
            return None, {}
        if not isinstance(value, dict):
            self.add(
                self.document.front_line,
                "front matter is not a mapping",
                "write `key: value` lines",
            )
            return None, {}
        return value, self.lines

    def _bounded(self, text: str) -> bool:
        """Whether the text is flat and plain enough to be read at all (aliases grow without limit)."""
        depth = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            mark = cast("yaml.error.Mark", event.start_mark)  # None only for events made by hand
            line = self.document.front_line + mark.line
            tag: str | None = getattr(event, "tag", None)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                self.add(line, "anchors and aliases are not allowed", "write the value out")
                return False
            if tag:
                self.add(line, f"tag {tag!r} is not allowed", "write a plain value")
                return False
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH:
                self.add(line, f"nested more than {MAX_DEPTH} deep", "write it flatter")
                return False
        return True

    def _value(self, node: yaml.Node, path: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - YAML is any value
        self.lines[path] = self.document.front_line + node.start_mark.line
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, n)) for n, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path))
        try:
            return yaml.CSafeLoader("").construct_object(
                node
            )  # str, int, float, bool, None or date
        except ValueError as error:  # 2019-02-31 looks like a date and is none
            self.add(self.lines[path], f"{node.value!r}: {error}", DATE_HINT)
            return node.value

    def _pairs(
        self, node: yaml.MappingNode, path: tuple[str | int, ...]
    ) -> Iterator[tuple[str, Any]]:
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = self.document.front_line + key_node.start_mark.line
            key = key_node.value
            if key_node.tag != "tag:yaml.org,2002:str":
                self.add(line, f"key {key!r} is not text", f'quote it: "{key}"')
            elif key in seen:
                self.add(line, f"key {key!r} stands twice, first in line {seen[key]}", "keep one")
            else:
                seen[key] = line
                yield key, self._value(value_node, (*path, key))
                self.lines[*path, key] = line
