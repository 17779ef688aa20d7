"""The same pages through MkDocs and Material as they come: one Markdown file each, not in the navigation."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

OUTPUT = "public"

_CONFIG = """\
site_name: Stock
site_url: https://stock.example/
docs_dir: docs
site_dir: public
theme: material
plugins: [search]
nav: [Home: index.md]
validation: { omitted_files: ignore }
"""


def write_stock(to: Path, pages: Path | None) -> None:
    """A site of one page, and of those Markdown pages."""
    docs = to / "docs"
    docs.mkdir(parents=True)
    (to / "mkdocs.yml").write_text(_CONFIG, encoding="utf-8")
    (docs / "index.md").write_text("# Home\n", encoding="utf-8")
    if pages is not None:
        shutil.copytree(pages, docs / "readers")
