"""The hosts and pages that somebody named: on the command line, in a file, or in the configuration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pressroom.config import load_config
from pressroom.errors import ConfigError, ConfigFindingsError
from pressroom.findings import Finding, errors_of
from pressroom.observatory.options import read
from pressroom.observatory.targets import Target, parse_target, parse_targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T")


def named_targets(urls: Sequence[str], hosts: Path | None) -> tuple[Target, ...]:
    """All of them, each once; the hosts of [tool.pressroom] if none is named.

    Raises ConfigFindingsError with all that is wrong with the URLs, or with the file.
    """
    targets = parse_all(parse_target, urls)
    if hosts is not None:
        more, findings = parse_targets(read(hosts), str(hosts))
        if errors_of(findings):
            raise ConfigFindingsError(errors_of(findings))
        targets += more
    if not targets:
        config = load_config(Path.cwd())
        targets = [Target(host=config.host(site)) for site in config.settings.sites]
    return tuple(dict.fromkeys(targets))


def parse_all(parse: Callable[[str], T], texts: Iterable[str]) -> list[T]:
    """What `parse` makes of each text; raises ConfigFindingsError with all that is wrong with any."""
    found, findings = [], []
    for text in texts:
        try:
            found.append(parse(text))
        except ConfigError as error:
            findings.append(Finding(where=error.where, message=error.message, hint=error.hint))
    if findings:
        raise ConfigFindingsError(findings)
    return found
