"""Built pages of readers, as Markdown with the same rows of tables: what other generators get."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def write_markdown(built: Path, to: Path) -> tuple[int, int]:
    """A Markdown file a reader's page below `built`; how many there are, and how many rows they have."""
    to.mkdir(parents=True)
    pages = rows = 0
    for folder in sorted(path for path in built.iterdir() if (path / "reader.json").is_file()):
        title, tables = read_page((folder / "index.html").read_bytes())
        text = "".join(map(_render, tables))
        front = f"---\ntitle: {json.dumps(title)}\n---\n"
        (to / f"{folder.name}.md").write_text(front + text, encoding="utf-8")
        pages += 1
        rows += sum(len(table) - 1 for table in tables)
    return pages, rows


def read_page(data: bytes) -> tuple[str, list[list[list[str]]]]:
    """The heading of a page and its tables, each a list of rows, the first one its head.

    The facts of a `<dl>` are rows of two cells.
    """
    root = etree.fromstring(data, etree.HTMLParser(encoding="utf-8"))
    article = root.find(".//article")
    assert article is not None, "Material's pages have an <article>"
    tables = []
    for node in article.iter("table", "dl"):
        rows = list(_rows(node))
        width = max(map(len, rows))
        head = [] if node.tag == "table" else [["Fact", "Value"]]
        tables.append([row + [""] * (width - len(row)) for row in head + rows])
    return _text(article.find(".//h1")), tables


def _rows(node: etree._Element) -> Iterator[list[str]]:
    if node.tag == "table":
        for row in node.iter("tr"):
            yield [_text(cell) for cell in row.iter("th", "td")]
    else:
        names, values = node.iter("dt"), node.iter("dd")
        for name, value in zip(names, values, strict=True):
            yield [_text(name), _text(value)]


def _text(node: etree._Element | None) -> str:
    return "" if node is None else " ".join("".join(node.itertext()).split())


def _render(table: list[list[str]]) -> str:
    lines = [" | ".join(cell.replace("|", r"\|") for cell in row) for row in table]
    lines.insert(1, " | ".join("---" for _ in table[0]))
    return "\n" + "".join(f"| {line} |\n" for line in lines)
