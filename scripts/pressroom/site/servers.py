"""What web servers are configured with, made with the sites: deploy/, and the redirects looked up in what was built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.addresses.check import check_redirects
from pressroom.addresses.load import load_redirects
from pressroom.config import REDIRECTS
from pressroom.headers.deploy import render_deploy, write_deploy
from pressroom.headers.setup import make_setup
from pressroom.world.disk import Tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pressroom.config import Config
    from pressroom.findings import Finding
    from pressroom.headers.policy import Policy


def configure_servers(
    config: Config, policy: Policy, *, built: Mapping[str, Path], folder: Path
) -> list[Finding]:
    """Write deploy/ into `folder`; all that is wrong with it, or with redirects beside the sites of `built`."""
    redirects, findings = load_redirects(config)
    findings += check_built_redirects(config, built=built)
    files, found = render_deploy(make_setup(config, policy, redirects))
    write_deploy(files, folder)
    return findings + found


def check_built_redirects(config: Config, *, built: Mapping[str, Path]) -> list[Finding]:
    """Redirects that lead nowhere, or from a page that is there."""
    redirects, _ = load_redirects(config)
    return check_redirects(
        redirects,
        {name: Tree(root) for name, root in built.items()},
        base_urls={name: config.base_url(name) for name in built},
        where=REDIRECTS,
    )
