"""The same pages through Hugo, in the barest template there is: title and content."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

OUTPUT = "public"
MISSING = "hugo is missing, which the pages of readers are measured against: apt-get install hugo"

# No taxonomies and no feed, which the template does not need; the sitemap stays, as ours has one.
_CONFIG = """\
baseURL = "https://hugo.example/"
title = "Hugo"
disableKinds = ["taxonomy", "term", "RSS"]
"""
_BASE = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ .Title }}</title></head>
<body>{{ block "main" . }}{{ end }}</body>
</html>
"""
_PAGE = '{{ define "main" }}<h1>{{ .Title }}</h1>\n{{ .Content }}{{ end }}\n'


def find_hugo() -> str | None:
    """The program, if it is installed."""
    return shutil.which("hugo")


def hugo_command(program: str) -> tuple[str, ...]:
    """Builds into OUTPUT without any cache."""
    return (program, "--quiet", "--ignoreCache", "--destination", OUTPUT)


def write_hugo(to: Path, pages: Path) -> None:
    """A site of those Markdown pages."""
    layouts = to / "layouts" / "_default"
    layouts.mkdir(parents=True)
    (to / "config.toml").write_text(_CONFIG, encoding="utf-8")
    for name, text in (("baseof", _BASE), ("single", _PAGE), ("list", _PAGE)):
        (layouts / f"{name}.html").write_text(text, encoding="utf-8")
    shutil.copytree(pages, to / "content" / "readers")
