"""Which files are licences: an archive without them may not be passed on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME = re.compile(r"(?:copying|licen[cs]es?|notices?|unlicen[cs]e)\d*(?:[-._ ].*)?")
# Programs, data and templates about licences.
_OTHER = re.compile(
    r".*\.(?:py[iwx]?|pyc|[ch]|cc|cpp|hpp|rs|js|ts|json|ya?ml|toml|xml|sh|in|j2|tmpl|tpl|csv|sql|html?|rb|go|pl)"
    r"|.*(?:header|template|check).*"
)
# Where a file of that name is a page about the licence.
_PAGES = frozenset({"doc", "docs", "documentation", "site", "website", "www", "test", "tests"})


def is_licence(path: str, shipped: Iterable[str]) -> bool:
    """Whether the file is the project's licence, or that of vendored files which ship."""
    *folders, name = path.lower().split("/")
    if folders in (["licenses"], ["licences"]):
        return True
    if not _NAME.fullmatch(name) or _OTHER.fullmatch(name):
        return False
    if not folders:
        return True
    if _PAGES.intersection(folders):
        return False
    folder = path[: path.rindex("/") + 1]
    return any(other.startswith(folder) for other in shipped)
