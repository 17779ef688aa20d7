"""Scripts and stylesheets: what is left out, what is rewritten, and the hash each is linked with."""

from __future__ import annotations

import fnmatch
import hashlib
import posixpath
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import jinja2
from markupsafe import Markup
from mkdocs.structure.files import File, Files
from mkdocs.utils import get_relative_url, normalize_url

from pressroom.errors import ConfigError
from pressroom.site.tree import integrity_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mkdocs.config.defaults import MkDocsConfig

OWN = "assets/pressroom/"
# Source maps are 1.3 MB a site and for Material's developers; the languages are for searches in other ones.
_UNUSED = ("assets/*.map", "assets/javascripts/lunr/*")
_DATA_IMAGE = re.compile(r"""url\((["']?)data:image/svg\+xml;charset=utf-8,(.+?)\1\)""")


def remove_unused(files: Files) -> None:
    """Drop what Material ships and no page asks for."""
    for file in list(files):
        if any(fnmatch.fnmatchcase(file.src_uri, pattern) for pattern in _UNUSED):
            files.remove(file)


def name_by_content(files: Files) -> None:
    """Give our own scripts and stylesheets names that change with their bytes, as Material's have."""
    for file in files:
        if file.src_uri.startswith(OWN) and file.src_uri.endswith((".css", ".js")):
            stem, extension = posixpath.splitext(file.src_uri)
            digest = hashlib.sha256(file.content_bytes).hexdigest()[:8]
            file.dest_uri = f"{stem}.{digest}{extension}"


def externalise_images(files: Files, config: MkDocsConfig) -> None:
    """Turn the images inside Material's stylesheets into files: the policy allows no `data:`."""
    images: dict[str, str] = {}
    for file in [file for file in files if file.is_css() and file.src_uri.startswith("assets/")]:
        text = file.content_string
        if "data:image" not in text:
            continue

        def to_file(match: re.Match[str], base: str = file.url) -> str:
            svg = unquote(match[2])
            uri = f"{OWN}icons/{hashlib.sha256(svg.encode()).hexdigest()[:12]}.svg"
            images[uri] = svg
            return f"url({get_relative_url(uri, base)})"

        file.content_string = _DATA_IMAGE.sub(to_file, text)
    for uri, svg in sorted(images.items()):
        files.append(File.generated(config, uri, content=svg))


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
