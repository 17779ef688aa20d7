"""A header, and the paths whose files carry other ones."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One header of a response (RFC 9110): name and value, both printable ASCII."""

    name: str
    value: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PathClass:
    """Paths whose files carry other values of some headers, or more of them.

    It holds for answers with a file (200, 206, 304) alone: an error is a page like any other, whatever its
    path. A path belongs to the first class whose prefix it starts with, or one of whose suffixes it ends in.
    """

    name: str
    headers: tuple[Header, ...]
    prefix: str = ""
    suffixes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """`files at /assets/*`."""
        paths = [f"{self.prefix}*"] * bool(self.prefix) + [f"*{one}" for one in self.suffixes]
        return f"files at {' '.join(paths)}"

    def holds(self, path: str) -> bool:
        """Whether a path (`/assets/x.css`) is one of these."""
        return bool(self.prefix and path.startswith(self.prefix)) or path.endswith(
            self.suffixes or ("\0",)
        )
