"""Our own templates: small, autoescaped, and strict about names that nobody set."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from pressroom.changelog.render.html import plain_text, render_blocks, render_inline
from pressroom.posts.render import render_date

TEMPLATES = Path(__file__).parent.parent / "theme" / "pressroom"


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        date=render_date, blocks=render_blocks, inline=render_inline, plain=plain_text
    )
    return environment


@functools.cache
def _template(name: str) -> jinja2.Template:
    return _environment().get_template(name)


def render(template: str, **values: Any) -> Markup:  # noqa: ANN401 - what a template is given is its own business
    """The template with these values, as markup."""
    return Markup(_template(template).render(values))  # noqa: S704 - autoescaped
