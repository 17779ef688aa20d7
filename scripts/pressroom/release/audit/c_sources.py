"""What C, C++, SWIG and resource sources include, and which paths they have in quotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.release.audit.mention import Mention, Mode, named

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDINGS = (
    *(".c", ".cc", ".cpp", ".cxx", ".c++", ".m", ".mm"),
    *(".h", ".hh", ".hpp", ".hxx", ".inc", ".inl", ".i", ".swg", ".rc", ".rc2"),
)
# Strings are taken too, so that a comment inside of one is none; an open one ends with its line.
_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""", re.DOTALL
)
_INCLUDE = re.compile(
    r"""\s*(?P<what>\#\s*(?:include|import|include_next|embed)|%\s*(?:include|import|extern))\b
        \s*(?:\([^)\n]*\))?\s*(?:"(?P<quoted>[^"\n]+)"|<(?P<angled>[^>\n]+)>|(?P<bare>[\w./+-]+))""",
    re.VERBOSE,
)
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)+)"')
_CONDITION = re.compile(r"\s*#\s*(if|ifdef|ifndef|elif|elifdef|elifndef|else|endif)\b\s*(.*)")


def read_c_source(path: str, text: str) -> Iterator[Mention]:
    """The includes and the quoted paths of a source; none of another file."""
    if not path.lower().endswith(_ENDINGS):
        return
    for number, line in _living_lines(_TOKEN.sub(_without_comment, text)):
        match = _INCLUDE.match(line)
        if match:
            yield from _include(match, number)
        elif '"' in line:
            for string in _STRING.finditer(line):
                yield named(string[1], number)


def _include(match: re.Match[str], line: int) -> Iterator[Mention]:
    name = match["quoted"] or match["angled"] or match["bare"]
    swig = match["what"].startswith("%")
    if match["bare"] and not swig:  # a macro
        return
    shown = f'"{name}"' if match["quoted"] else f"<{name}>" if match["angled"] else name
    yield Mention(
        name=name,
        line=line,
        mode=Mode.ANGLED if match["angled"] else Mode.QUOTED,
        says=f"includes it ({'%' if swig else '#'}{match['what'][1:].strip()} {shown})",
    )


def _without_comment(match: re.Match[str]) -> str:
    token = match[0]
    return "\n" * token.count("\n") + " " if token.startswith(("//", "/*")) else token


def _living_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not switched off by `#if 0`, each with its number."""
    off = 0  # how many conditions deep since the `#if 0`
    for number, line in enumerate(text.split("\n"), 1):
        match = _CONDITION.match(line)
        word = match[1] if match else ""
        if off == 0:
            off = int(word == "if" and match is not None and match[2].strip() == "0")
            if not off:
                yield number, line
        elif word.startswith("if"):
            off += 1
        elif word == "endif" or (off == 1 and word.startswith("el")):
            off -= 1
