"""Which pages a site has: of a folder that was built, or of the sitemap of a host."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import ada_url
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SITEMAP = "/sitemap.xml"
_LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
_INDEX = "index.html"
# What a path may hold as it stands (RFC 3986, pchar and "/").
_SAFE = "/:@!$&'()*+,;=~"


def paths_of_files(names: Iterable[str], *, errors: Sequence[str]) -> tuple[str, ...]:
    """The addresses of the pages among the files of a site, home first; `errors` are pages for errors alone."""
    pages = [name for name in names if name.endswith(".html") and name not in errors]
    paths = {
        "/" + quote(name.removesuffix(_INDEX) if _is_index(name) else name, safe=_SAFE)
        for name in pages
    }
    return tuple(sorted(paths))


def paths_of_sitemap(data: bytes, *, host: str) -> tuple[str, ...]:
    """The addresses on `host` that a sitemap lists, in its order; none if it is no sitemap.

    Nothing that it refers to is loaded, other hosts are left out, and so are sitemaps of sitemaps.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return ()
    paths: dict[str, None] = {}
    for one in root.iter(_LOCATION):
        text = (one.text or "").strip()
        if not ada_url.check_url(text):
            continue
        url = ada_url.URL(text)
        if url.hostname == host and url.protocol in {"https:", "http:"}:
            paths[url.pathname] = None
    return tuple(paths)


def sample(paths: Sequence[str], count: int | None) -> tuple[str, ...]:
    """`count` of the paths, spread over all of them and the first among them; all without a count."""
    if count is None or count >= len(paths):
        return tuple(paths)
    return tuple(paths[number * len(paths) // count] for number in range(count))


def _is_index(name: str) -> bool:
    return name == _INDEX or name.endswith(f"/{_INDEX}")
