"""Why the index does not take a file."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What PyPI answers, beginning with the words it is known by, and how to mend it.

    Clients tell refusals apart by how the reason begins: the index reports them as text alone.
    """

    reason: str
    hint: str
