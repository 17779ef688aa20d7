"""The redirect table of a checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.addresses.table import parse_redirects
from pressroom.config import REDIRECTS
from pressroom.texts import decode

if TYPE_CHECKING:
    from pressroom.addresses.model import Redirect
    from pressroom.config import Config
    from pressroom.findings import Finding


def load_redirects(config: Config) -> tuple[tuple[Redirect, ...], list[Finding]]:
    """The redirects of site/redirects.toml and all that is wrong with them; none if there is no such file."""
    file = config.root / REDIRECTS
    if not file.is_file():
        return (), []
    text, findings = decode(file.read_bytes(), where=REDIRECTS)
    redirects, found = parse_redirects(
        text, where=REDIRECTS, sites=config.settings.sites, address=config.address
    )
    return redirects, findings + found
