"""What Markdown pages get beside the usual extensions: no inline style, and addresses of our other sites."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown import Markdown


class _PlainMarkup(Treeprocessor):
    """Rewrites what a strict policy or a move to another domain would break."""

    def __init__(self, md: Markdown, address: Callable[[str], str]) -> None:
        super().__init__(md)
        self.address = address

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for position, child in enumerate(parent):
                if child.tag == "table":
                    parent[position] = _boxed(child)
        for element in root.iter():
            # The `tables` extension aligns a cell with style="text-align: right;".
            align = element.attrib.pop("style", "").partition("text-align:")[2].strip(" ;")
            if align:
                element.set("class", f"pr-{align}")
            href = element.get("href", "")
            if href.startswith("site:"):
                element.set("href", self.address(href))


def _boxed(table: Element) -> Element:
    """The table in a box of its own that scrolls sideways, by keyboard too.

    Material's bundle would wrap a table without a class in a box that no keyboard reaches.
    """
    table.set("class", "pr-table")
    box = Element(
        "div", {"class": "pr-scroll", "tabindex": "0", "role": "group", "aria-label": "Table"}
    )
    box.tail, table.tail = table.tail, None
    box.append(table)
    return box


class PressroomMarkdown(Extension):
    """Table alignment by class; `site:NAME/path` links become addresses of that site."""

    def __init__(self, address: Callable[[str], str]) -> None:
        super().__init__()
        self.address = address

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name Markdown calls
        """Registered last, after inline patterns and attribute lists have done their work."""
        md.treeprocessors.register(_PlainMarkup(md, self.address), "pressroom", -10)
