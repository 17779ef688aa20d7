"""What answers for an old address."""

from __future__ import annotations

import dataclasses
from urllib.parse import unquote


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """One exact old path of a site, and where its visitors are sent for good (301).

    `source` is a path as it is in a URL (RFC 3986: it starts with one slash; `%20` for a space; no
    query, no fragment). `target` is a path of the same site, or an absolute https address. A query
    that a visitor brings is handed on.
    """

    site: str
    source: str
    target: str
    # The line of site/redirects.toml.
    line: int = 0

    @property
    def path(self) -> str:
        """The source as servers compare it: decoded. It holds no control character."""
        return unquote(self.source, errors="strict")
