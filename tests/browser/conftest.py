"""Our sites in a real Chromium: built with the address of a loopback server, held to that server."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import http.server
import os
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from build_types import Checkout
from playwright.sync_api import sync_playwright
from release_record import record

from pressroom.changelog.published import render_published

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
KITCHEN = """\
# Every piece

=== "One"

    First tab.

=== "Two"

    Second tab.

```python
print("copied")
```

!!! note "A note"

    With `code`.

??? tip "Folded"

    Inside.

| left | centre | right |
|:-----|:------:|------:|
| a    |   b    |     1 |

## Once more

=== "One"

    First again.

=== "Two"

    Second again.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium these are skipped aloud; in CI that is a failure."""
    mine = [item for item in items if "tests/browser" in str(item.path)]
    for item in mine:
        item.add_marker("browser")
    if CHROMIUM is None and mine:
        if os.environ.get("CI") == "true":
            raise pytest.UsageError("Chromium is missing; run 'make system' as root")
        for item in mine:
            item.add_marker(pytest.mark.skip(reason="no chromium: sudo make system"))


class _Handler(http.server.SimpleHTTPRequestHandler):
    """A static host: 404.html for what is not there."""

    def log_message(self, *args: object) -> None:
        """Nothing: failures are asserted, not read."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's own page for 404."""
        page = Path(self.directory) / "404.html"
        if code != http.HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        data = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextlib.contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """The address at which a folder is served, which may be filled later."""
    handler = functools.partial(_Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()


@pytest.fixture(scope="session")
def served(copy_of_ours: Callable[[], Checkout]) -> Iterator[str]:
    """The address of the hub, built with a page that has every piece on it and a release that is public."""
    checkout = copy_of_ours()
    with _serving(checkout.site) as address:
        checkout.write("site/hub/kitchen.md", KITCHEN)
        checkout.write(
            "releases/published/pykcs11-1.5.7.json",
            render_published(record("pykcs11", "1.5.7", files=12)),
        )
        checkout.edit("mkdocs.yml", "site_dir:", f"site_url: {address}\nsite_dir:")
        checkout.edit(
            "mkdocs.yml", "  - macOS: macos.md", "  - macOS: macos.md\n  - Pieces: kitchen.md"
        )
        result = checkout.build()
        assert 0 == result.returncode, result.stderr
        yield address


@pytest.fixture(scope="session")
def served_readers(copy_of_ours: Callable[[], Checkout]) -> Iterator[str]:
    """The address of the readers' site, built alone."""
    checkout = copy_of_ours()
    with _serving(checkout.root / "public" / "ccid") as address:
        checkout.edit("site/ccid.yml", "site_dir:", f"site_url: {address}\nsite_dir:")
        # The last -f counts, and the command has one already.
        result = checkout.build("-f", str(checkout.root / "site" / "ccid.yml"))
        assert 0 == result.returncode, result.stderr
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A page in a context of its own, and what went wrong in it so far."""

    page: Page
    complaints: list[str]


@contextlib.contextmanager
def _visits(chromium: Browser, served: str) -> Iterator[Callable[..., Visit]]:
    """Opens a path of a site; console errors, failed requests and foreign addresses are complaints."""
    contexts: list[BrowserContext] = []

    def open_page(
        path: str = "", *, width: int = 1280, scheme: str = "light", javascript: bool = True
    ) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        complaints: list[str] = []

        def only_ours(route: Route) -> None:
            if route.request.url.startswith(served):
                route.continue_()
            else:
                complaints.append(f"foreign: {route.request.url}")
                route.abort()

        def listen(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                complaints.append(f"console: {message.text}")

        context.route("**/*", only_ours)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.goto(served + path, wait_until="networkidle")
        return Visit(page=page, complaints=complaints)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def visit(chromium: Browser, served: str) -> Iterator[Callable[..., Visit]]:
    """Opens a path of the hub."""
    with _visits(chromium, served) as open_page:
        yield open_page


@pytest.fixture
def visit_readers(chromium: Browser, served_readers: str) -> Iterator[Callable[..., Visit]]:
    """Opens a path of the readers' site."""
    with _visits(chromium, served_readers) as open_page:
        yield open_page
