"""Configuration templates in which every value is quoted for its server, unless it says that it is syntax already."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import jinja2

if TYPE_CHECKING:
    from collections.abc import Callable


class Syntax(str):
    """Text of ours that is the server's syntax already (`443`, `ssl`), and goes into a template as it is."""

    __slots__ = ()


def render(name: str, *, quote: Callable[[str], str], **values: object) -> str:
    """The template `headers/servers/<name>`, with every value that is no Syntax quoted by `quote`.

    Numbers are written as they are; anything else that is no text raises TypeError, and so does a missing
    value's name as UndefinedError.
    """
    return _environment(quote).get_template(name).render(**values)


@functools.cache
def _environment(quote: Callable[[str], str]) -> jinja2.Environment:
    def finalize(value: object) -> str:
        if isinstance(value, Syntax) or (isinstance(value, int) and not isinstance(value, bool)):
            return str(value)
        if isinstance(value, str):
            return quote(value)
        raise TypeError(f"{value!r} is neither text nor a number")

    return jinja2.Environment(  # noqa: S701 - no HTML: `finalize` quotes for the server
        loader=jinja2.PackageLoader("pressroom.headers.servers", "."),
        finalize=finalize,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
