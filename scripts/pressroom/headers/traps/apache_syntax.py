"""A configuration of Apache: its directives, each with the sections it is in, and its virtual hosts."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ARGUMENT = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+))""", re.DOTALL)
_OPENING = re.compile(r"<([A-Za-z]+)\s*(.*?)>?\s*\Z", re.DOTALL)
_CLOSING = re.compile(r"</([A-Za-z]+)", re.DOTALL)
# What these hold is as if it stood outside.
_CONDITIONS = ("ifmodule", "ifdefine", "ifversion", "ifdirective", "iffile", "ifsection")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`<Location "/x">`: its name in lower case, its arguments, its line."""

    name: str
    args: tuple[str, ...]
    line: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """`Header always set X-A b`: its name in lower case, its arguments, its line, the sections around it."""

    name: str
    args: tuple[str, ...]
    line: int
    sections: tuple[Section, ...]

    @property
    def host(self) -> Section | None:
        """The virtual host that it belongs to, if it does not belong to all."""
        return next((one for one in self.sections if one.name == "virtualhost"), None)

    @property
    def inner(self) -> tuple[Section, ...]:
        """The sections around it, without the virtual host."""
        return tuple(one for one in self.sections if one.name != "virtualhost")

    def said(self, number: int) -> str:
        """An argument, or nothing if there are not so many."""
        return self.args[number] if number < len(self.args) else ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All directives of a file and its virtual hosts, in their order."""

    directives: tuple[Directive, ...]
    hosts: tuple[Section, ...]

    def named(self, *names: str) -> Iterator[Directive]:
        """The directives of these names."""
        return (one for one in self.directives if one.name in names)

    def about(self, host: Section, *names: str) -> Iterator[Directive]:
        """Those that hold for a virtual host: its own, and those of all; without names, all of them."""
        return (
            one
            for one in self.directives
            if one.host in {None, host} and (not names or one.name in names)
        )


def parse_apache(text: str) -> Configuration:
    """What a file says. No text raises: Apache itself judges the syntax."""
    directives: list[Directive] = []
    hosts: list[Section] = []
    around: list[Section] = []
    for number, line in _lines(text):
        if closing := _CLOSING.match(line):
            names = [one.name for one in around]
            if closing[1].lower() in names:
                del around[len(names) - 1 - names[::-1].index(closing[1].lower()) :]
        elif opening := _OPENING.match(line):
            section = Section(name=opening[1].lower(), args=_arguments(opening[2]), line=number)
            around.append(section)
            hosts += [section] * (section.name == "virtualhost")
        else:
            name, *args = _arguments(line)
            sections = tuple(one for one in around if one.name not in _CONDITIONS)
            directives.append(
                Directive(name=name.lower(), args=tuple(args), line=number, sections=sections)
            )
    return Configuration(directives=tuple(directives), hosts=tuple(hosts))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """What is no comment, with the number of its first line; a backslash at the end goes on in the next one."""
    held, first = "", 0
    for number, raw in enumerate(text.split("\n"), start=1):
        first = first or number
        held += raw.rstrip("\r")
        if held.endswith("\\"):
            held = held[:-1]
            continue
        line, start = held.strip(), first
        held, first = "", 0
        if line and not line.startswith("#"):
            yield start, line


def _arguments(text: str) -> tuple[str, ...]:
    r"""The words of a line; quotes hold spaces, and `\"` and `\\` in them mean the character itself."""
    return tuple(
        bare or re.sub(r'\\([\\"\'])', r"\1", double or single)
        for double, single, bare in _ARGUMENT.findall(text)
    )
