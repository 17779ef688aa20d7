"""Tests that start a real web server: `@pytest.mark.server("nginx")`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Where Debian puts each.
PROGRAMS = {
    "nginx": Path("/usr/sbin/nginx"),
    "apache": Path("/usr/sbin/apache2"),
    "caddy": Path("/usr/bin/caddy"),
    "lighttpd": Path("/usr/sbin/lighttpd"),
}


def pytest_configure(config: pytest.Config) -> None:
    """The marker is known."""
    config.addinivalue_line("markers", "server(name): needs that web server of Debian's")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without its server a test is skipped aloud; in CI that is a failure."""
    for item in items:
        for marker in item.iter_markers("server"):
            (name,) = marker.args
            if PROGRAMS[name].exists():
                continue
            if os.environ.get("CI") == "true":
                raise pytest.UsageError(f"{name} is missing; run 'make system' as root")
            item.add_marker(pytest.mark.skip(reason=f"no {name}: sudo make system"))
