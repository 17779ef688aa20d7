"""`mkdocs serve`: what is saved is seen."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from build_types import Checkout
from release_record import record

from pressroom.changelog.published import render_published

PATIENCE = 30  # seconds; CI's machines are slow, a person's wait is measured by hand


def fetch(url: str) -> str:
    """The page, or nothing while the server is not up."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - loopback
            return str(answer.read().decode())
    except (urllib.error.URLError, OSError):
        return ""


def wait_for(url: str, text: str) -> bool:
    """Whether the text shows on the page in time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if text in fetch(url):
            return True
        time.sleep(0.1)
    return False


def test_a_saved_post_a_changelog_and_a_draft_show(press: Checkout) -> None:
    """A change of posts/, releases/ or its records is built anew; a draft shows here and only here."""
    press.edit("mkdocs.yml", "nav:", "watch: [posts, releases]\nnav:")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}"],
        cwd=press.root,
        env=press.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        assert wait_for(f"{base}/posts/hello/", "Because of")
        press.edit("posts/2026-01-hello.md", "Because", "Freshly saved, because")
        assert wait_for(f"{base}/posts/hello/", "Freshly saved")
        press.edit("releases/widget.md", "- first release", "- freshly released")
        assert wait_for(f"{base}/projects/widget/1.0/", "freshly released")
        press.write("releases/published/widget-1.1.json", render_published(record()))
        assert wait_for(f"{base}/projects/widget/1.1/", "How to verify")
        press.edit("posts/2026-01-hello.md", "tags: [news]", "tags: [news]\ndraft: true")
        press.edit("posts/2026-01-hello.md", "Freshly saved", "As a draft")
        assert wait_for(f"{base}/posts/hello/", "As a draft")
        assert not press.site.exists()
    finally:
        server.terminate()
        server.wait()
