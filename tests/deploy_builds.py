"""Built sites of a small press, made once a session and put into checkouts as often as wanted.

`first` and `second` differ in a post and in a stylesheet. The others are one of these with other settings: `third` is the
second with another header, so a server has to read its configuration anew; `redirected` is the first with a redirect for
the post that the second has.
"""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import subprocess
from pathlib import Path

from build_types import Checkout
from deploy_commands import Commands

from pressroom.config import load_config
from pressroom.headers.built import deployed_setup
from pressroom.headers.deploy import render_deploy, write_deploy

PRESS = Path(__file__).parent / "fixtures" / "press"
SECOND_POST = """\
---
title: Second
slug: second
summary: Something new.
date: 2026-02-03
---

Something new.
"""
REDIRECT = '[[redirects]]\nsite = "hub"\nfrom = "/posts/second/"\nto = "/posts/"\n'
# Of which built site each is, its headers, its redirects.
KINDS = {
    "first": ("first", "", ""),
    "second": ("second", "", ""),
    "third": ("second", 'referrer_policy = "no-referrer"', ""),
    "redirected": ("first", "", REDIRECT),
}
_PARTS = ("docs", "posts", "releases", "public")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Builds:
    """The built sites below a folder, by name."""

    folder: Path

    def put(self, kind: str, root: Path, settings: str) -> None:
        """The checkout at `root` holds that kind, built, with these settings behind its own; nothing else is left."""
        name, headers, redirects = KINDS[kind]
        source = self.folder / name
        for part in (*_PARTS, "deploy", "site"):
            shutil.rmtree(root / part, ignore_errors=True)
        for part in _PARTS:
            shutil.copytree(source / part, root / part)
        shutil.copy(source / "mkdocs.yml", root)
        text = (source / "pyproject.toml").read_text() + settings
        if headers:
            text += f"\n[tool.pressroom.headers]\n{headers}\n"
        (root / "pyproject.toml").write_text(text)
        if redirects:
            (root / "site").mkdir()
            (root / "site" / "redirects.toml").write_text(redirects)
        write_servers(root)


def make_builds(folder: Path, commands: Commands) -> Builds:
    """Both sites, built side by side, with compressed copies, below `folder`."""
    checkouts = []
    for name in ("first", "second"):
        checkout = Checkout(root=folder / name)
        shutil.copytree(PRESS, checkout.root)
        _complete(checkout, name)
        checkouts.append(checkout)
    running = [
        subprocess.Popen(
            one.command(),
            cwd=one.root,
            env=one.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for one in checkouts
    ]
    for process in running:
        output, _ = process.communicate(timeout=120)
        assert 0 == process.returncode, output
    for one in checkouts:
        done = commands.run(("compress",), cwd=one.root, environment={}, timeout=60)
        assert 0 == done.returncode, done.stderr
    return Builds(folder=folder)


def write_servers(root: Path) -> None:
    """deploy/ is what the settings of the checkout give, as a build writes it."""
    files, findings = render_deploy(deployed_setup(load_config(root)))
    assert not findings, findings
    write_deploy(files, root / "deploy")


def _complete(checkout: Checkout, name: str) -> None:
    """What `pressroom check --built` misses in the small press; a stylesheet; the second has a post more."""
    for page, title in (("index.md", "Widgets"), ("support.md", "Support")):
        text = f"---\ntitle: {title}\ndescription: About {title.lower()}.\n---\n\n# {title}\n\nSome text.\n"
        checkout.write(f"docs/{page}", text)
    # Long enough to fill a small disk, and not to be compressed away on the line.
    noise = " ".join(hashlib.sha256(f"{name}{at}".encode()).hexdigest() for at in range(1_500))
    style = f"/* {noise} */\n.md-{name} {{ color: black; }}\n"
    asset = f"assets/own.{hashlib.sha256(style.encode()).hexdigest()[:8]}.css"
    checkout.write(f"docs/{asset}", style)
    checkout.edit(
        "mkdocs.yml",
        "  - Home: index.md",
        "  - Home: index.md\n  - Support: support.md",
    )
    checkout.edit("mkdocs.yml", "nav:", f"extra_css: [{asset}]\nnav:")
    if name == "second":
        checkout.write("posts/2026-02-second.md", SECOND_POST)
