"""Files below /assets/: what is left out, rewritten and named anew, and the hash that scripts and styles are linked with."""

from __future__ import annotations

import fnmatch
import hashlib
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import jinja2
from markupsafe import Markup
from mkdocs.structure.files import File, Files
from mkdocs.utils import get_relative_url, normalize_url

from pressroom.errors import ConfigError
from pressroom.site.asset_names import content_name, has_content_name
from pressroom.site.tree import integrity_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mkdocs.config.defaults import MkDocsConfig

OWN = "assets/pressroom/"
MATERIALS_STYLES = "assets/stylesheets/"
MATERIALS_ICON = "assets/images/favicon.png"
# Source maps are 1.3 MB a site and for Material's developers; the languages are for searches in other ones.
_UNUSED = ("assets/*.map", "assets/javascripts/lunr/*")
# An escape of CSS: `\3c ` is `<` (CSS Syntax 3, 4.3.7).
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_DATA_IMAGE = re.compile(r"""url\((["']?)data:image/svg\+xml;charset=utf-8,(.+?)\1\)""")


def prepare(files: Files, config: MkDocsConfig) -> None:
    """Drop, rewrite and name what the theme brings; before anything asks a file where it will be."""
    _remove_unused(files, config)
    images = _externalise_images(files)
    _name_by_content(files, config)
    for uri, svg in sorted(images.items()):
        files.append(File.generated(config, uri, content=svg))


def _remove_unused(files: Files, config: MkDocsConfig) -> None:
    """Drop what Material ships and no page asks for."""
    for file in list(files):
        unused = any(fnmatch.fnmatchcase(file.src_uri, pattern) for pattern in _UNUSED)
        if file.src_uri == MATERIALS_ICON and file.src_dir != config.docs_dir:
            unused = config.theme["favicon"] != MATERIALS_ICON
        if unused:
            files.remove(file)


def _externalise_images(files: Files) -> dict[str, str]:
    """Point Material's stylesheets to files with their images, which are returned: the policy allows no `data:`."""
    images: dict[str, str] = {}
    for file in [file for file in files if file.is_css() and file.src_uri.startswith("assets/")]:
        text = file.content_string
        if "data:image" not in text:
            continue

        def to_file(match: re.Match[str], base: str = file.src_uri) -> str:
            svg = _ESCAPE.sub(lambda one: chr(int(one[1], 16)), unquote(match[2]))
            uri = f"{OWN}icons/{hashlib.sha256(svg.encode()).hexdigest()[:12]}.svg"
            images[uri] = svg
            return f"url({get_relative_url(uri, base)})"

        file.content_string = _DATA_IMAGE.sub(to_file, text)
    return images


def _name_by_content(files: Files, config: MkDocsConfig) -> None:
    """Give our own files, the icon and Material's stylesheets, which are rewritten, names that change with their bytes.

    Browsers keep what is below /assets/ for a year without asking again. Material's scripts have such names already.
    """
    favicon = config.theme["favicon"]
    for file in files:
        uri = file.src_uri
        ours = uri.startswith(OWN) or (uri == favicon and uri.startswith("assets/"))
        if (ours and not has_content_name(uri)) or (
            uri.startswith(MATERIALS_STYLES) and uri.endswith(".css")
        ):
            file.dest_uri = content_name(uri, file.content_bytes)
            if uri == favicon:
                config.theme["favicon"] = file.dest_uri


class Links:
    """Writes the elements that load a script or a stylesheet, each with its hash."""

    def __init__(self, files: Files) -> None:
        self.files = {
            file.dest_uri: file for file in files if file.src_uri.endswith((".css", ".js", ".mjs"))
        }
        self.hashes: dict[str, str] = {}

    def globals(self) -> Mapping[str, Any]:
        """What templates call."""
        return {
            "script": self.script,
            "stylesheet": self.stylesheet,
        }

    @jinja2.pass_context
    def script(self, context: jinja2.runtime.Context, pattern: str) -> Markup:
        """`<script src integrity>`; without crossorigin an Integrity-Policy would block it."""
        return Markup('<script src="{}" integrity="{}" crossorigin="anonymous"></script>').format(
            *self._find(context, pattern)
        )

    @jinja2.pass_context
    def stylesheet(self, context: jinja2.runtime.Context, pattern: str) -> Markup:
        """`<link rel="stylesheet" href integrity>`."""
        return Markup(
            '<link rel="stylesheet" href="{}" integrity="{}" crossorigin="anonymous">'
        ).format(*self._find(context, pattern))

    def _find(self, context: jinja2.runtime.Context, pattern: str) -> tuple[str, str]:
        found = fnmatch.filter(self.files, pattern)
        if len(found) != 1:
            raise ConfigError(
                f"{len(found)} files are called {pattern!r}, expected one",
                where="theme",
                hint="name a script or stylesheet that is in docs_dir or in the theme",
            )
        name = found[0]
        if name not in self.hashes:
            self.hashes[name] = integrity_of(self.files[name].content_bytes)
        url = normalize_url(name, context.get("page"), context.get("base_url", ""))
        return url, self.hashes[name]
