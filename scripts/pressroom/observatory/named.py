"""The hosts and pages that somebody named: on the command line, in a file, or in the configuration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.config import load_config
from pressroom.errors import FindingsError
from pressroom.findings import errors_of
from pressroom.observatory.options import read
from pressroom.observatory.targets import Target, parse_target, parse_targets

if TYPE_CHECKING:
    from collections.abc import Sequence


def named_targets(urls: Sequence[str], hosts: Path | None) -> tuple[Target, ...]:
    """All of them, each once; the hosts of [tool.pressroom] if none is named.

    Raises ConfigError for a URL that is none, and FindingsError with all that is wrong with the file.
    """
    targets = [parse_target(url) for url in urls]
    if hosts is not None:
        more, findings = parse_targets(read(hosts), str(hosts))
        if errors_of(list(findings)):
            raise FindingsError(errors_of(list(findings)))
        targets += more
    if not targets:
        config = load_config(Path.cwd())
        targets = [Target(host=config.host(site)) for site in config.settings.sites]
    return tuple(dict.fromkeys(targets))
