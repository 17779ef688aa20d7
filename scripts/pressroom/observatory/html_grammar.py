"""What HTML's markup looks like, as regular expressions that never go back.

Every repetition is possessive: a page of a megabyte of `<` or of quotes costs as much as any other. Letters of both
cases are written out, because ignoring case is slow, and takes `ſ` for an `s`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SPACE = r"\t\n\f\r\x20"
# A name of an attribute may begin with `=`.
_ATTRIBUTE = rf"""[^{SPACE}/>][^{SPACE}/>=]*+
    (?:[{SPACE}]*+=[{SPACE}]*+(?:"[^"]*+"|'[^']*+'|[^{SPACE}>"'][^{SPACE}>]*+|(?=>))
      |(?![{SPACE}]*+=))"""
_ATTRIBUTES = rf"(?:[{SPACE}/]*+{_ATTRIBUTE})*+"
_NAME = rf"[a-zA-Z][^{SPACE}/>]*+"
# Comments (also `<!-->`, `<!--->` and those that end in `--!>`), CDATA, a doctype, `<?…>`, `</3>`.
_COMMENT = r"""<!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+--!?>)
    |<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+\]\]>
    |<(?:!(?!--|\[CDATA\[)|\?|/(?![a-zA-Z]))[^>]*+>"""
_TEXT = r"[^<]++|<(?![a-zA-Z/!?])"
# The end of an end tag is the first `>`, whatever stands before it.
_END_TAG = rf"</({_NAME})[^>]*+>"


def _any_case(names: Iterable[str]) -> str:
    """One of the names of elements, whole, in any case."""
    spelled = ("".join(f"[{letter}{letter.upper()}]" for letter in name) for name in sorted(names))
    return rf"(?:{'|'.join(spelled)})(?=[{SPACE}/>])"


# One attribute: name, then its value in one of three forms.
ATTRIBUTE = re.compile(
    rf"""[{SPACE}/]*+([^{SPACE}/>][^{SPACE}/>=]*+)
    (?:[{SPACE}]*+=[{SPACE}]*+(?:"([^"]*+)"|'([^']*+)'|([^{SPACE}>"'][^{SPACE}>]*+)?+))?+""",
    re.VERBOSE,
)
# The next tag, past text and comments: an end tag's name, or a start tag's with attributes and what is before its `>`.
NEXT_TAG = re.compile(
    rf"(?:{_TEXT}|{_COMMENT})*+(?:{_END_TAG}|<({_NAME})({_ATTRIBUTES})([{SPACE}/]*+)>)",
    re.VERBOSE,
)


def next_start(names: Iterable[str]) -> re.Pattern[str]:
    """The next start tag of one of the elements: its name, its attributes, what is before its `>`."""
    wanted = _any_case(names)
    others = rf"<(?!{wanted}){_NAME}{_ATTRIBUTES}[{SPACE}/]*+>"
    return re.compile(
        rf"(?:{_TEXT}|{others}|</{_NAME}[^>]*+>|{_COMMENT})*+<({wanted})({_ATTRIBUTES})([{SPACE}/]*+)>",
        re.VERBOSE,
    )


def end_of(name: str) -> re.Pattern[str]:
    """The end tag of an element that holds nothing but text."""
    return re.compile(rf"</{_any_case((name,))}[^>]*+>")
