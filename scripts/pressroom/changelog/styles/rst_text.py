"""The text of a bullet in reStructuredText as the Markdown of our changelogs, and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.changelog.markdown import MAX_CHARACTERS, inline_renderer, is_safe_link
from pressroom.changelog.plain import as_code, bullet_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

# "``code``", "`words <https://…>`__", and what roles and references have between single backticks.
_MARKUP = re.compile(
    r"``(?P<code>[^`\s](?:[^`]*[^`\s])?)``|(?<![`\w])`(?P<words>[^`<>\[\]\s](?:[^`<>\[\]]*[^`<>\[\]\s])?)"
    r"\s*<(?P<target>[^\s<>()`]+)>`_{1,2}(?!\w)"
    r"|(?<!`)(?P<role>`[^`\s<>'](?:[^`<>']*[^`\s<>'])?`)(?!`)"
)
_OTHER = re.compile(r"[`<]|\]\(")
_ROLE = re.compile(r":[\w:.+-]+:\Z")
_REFERENCE = re.compile(r"_{1,2}(?!\w)")


def rst_to_markdown(text: str) -> str:
    """The Markdown that shows what a page made from the text shows: code, and links to the web."""
    parts: list[str] = []
    at = 0
    for match in _MARKUP.finditer(text):
        parts += [text[at : match.start()], ""]
        at = match.end()
        if match["role"]:
            parts[-1] = match["role"]
        elif match["code"]:
            parts[-1] = as_code(match["code"])
        elif is_safe_link(match["target"]):
            parts[-1] = f"[{match['words']}]({match['target']})"
        else:
            return bullet_markdown(text)
    parts.append(text[at:])
    # What is left may be markup in Markdown: then the text stays as it was written, made harmless.
    if len(parts) == 1 or any(_OTHER.search(part) for part in parts[::2]):
        return bullet_markdown(text)
    # A mark of a block can only stand at the start of a line, so the text before is taken by itself.
    head = parts[0]
    blanks = head[len(head.rstrip(" \t")) :]
    return "".join([bullet_markdown(head) + blanks if head else "", *parts[1:]])


def markdown_to_rst(text: str) -> str:
    """The text as reStructuredText: links and code in its marks, all else verbatim."""
    if len(text) > MAX_CHARACTERS:
        return text
    tokens = inline_renderer().parseInline(text)[0].children or []
    if all(token.type in {"text", "softbreak"} for token in tokens):
        return text
    parts: list[str] = []
    target, start = "", 0
    for number, token in enumerate(tokens):
        if token.type == "link_open":
            target, start = str(token.attrGet("href")), len(parts)
        elif token.type == "link_close":
            words = "".join(parts[start:]).replace("`", "")
            parts[start:] = [words if words == target else f"`{words} <{target}>`__"]
        elif token.type == "code_inline":
            parts.append(_code(token.content, parts, tokens[number + 1 :]))
        else:
            parts.append("\n" if token.type in {"softbreak", "hardbreak"} else token.content)
    return "".join(parts)


def _code(content: str, before: Sequence[str], after: Sequence[Token]) -> str:
    """Code, or what has one backtick only: a role and a reference."""
    is_role = bool(before and _ROLE.search(before[-1]))
    is_reference = bool(after and _REFERENCE.match(after[0].content))
    mark = "`" if is_role or is_reference else "``"
    return f"{mark}{content}{mark}"
