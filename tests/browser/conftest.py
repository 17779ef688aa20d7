"""Our sites in a real Chromium, on a real nginx, under the policy of every response."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import hashlib
import os
import shutil
import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from build_types import Checkout
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from grade_records import lines, several
from headers_setup import served
from pieces import PIECES
from playwright.sync_api import sync_playwright
from release_record import record

from pressroom.changelog.published import render_published
from pressroom.config import load_config
from pressroom.headers.servers.nginx import NGINX
from pressroom.headers.setup import load_policy, make_setup
from pressroom.observatory.record import RECORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playwright.sync_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Page,
        Request,
        Response,
    )

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
VIOLATION = "violation: "
# Said in the console, before the browser's own words for it: a page cannot take it back.
LISTEN = f"""document.addEventListener("securitypolicyviolation", (event) => console.log(
    "{VIOLATION}" + event.effectiveDirective + " " + event.blockedURI + " " + event.sample));"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium or nginx these are skipped aloud; in CI that is a failure."""
    mine = [item for item in items if "tests/browser" in str(item.path)]
    for item in mine:
        item.add_marker("browser")
    wanted = {"chromium": CHROMIUM is not None, "nginx": Path(NGINX.program).exists()}
    missing = " and ".join(name for name, found in wanted.items() if not found)
    if missing and mine:
        if os.environ.get("CI") == "true":
            raise pytest.UsageError(f"missing: {missing}; run 'make system' as root")
        for item in mine:
            item.add_marker(pytest.mark.skip(reason=f"no {missing}: sudo make system"))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """Our sites on a real nginx with its deployed configuration: over TLS, under the policy."""

    # The address of each.
    addresses: Mapping[str, str]
    # Where their files are.
    roots: Mapping[str, Path]
    # The hashes of their certificates' keys, which Chromium is told to trust.
    keys: tuple[str, ...]


@pytest.fixture(scope="session")
def sites(copy_of_ours: Callable[[], Checkout]) -> Iterator[Sites]:
    """All sites; the hub has a page with every piece on it, a release that is public, and grades."""
    checkout = copy_of_ours()
    config = load_config(checkout.root)
    setup = make_setup(config, load_policy(config))
    # Not below pytest's own folder: that is root's alone, and nginx gives up being root.
    with tempfile.TemporaryDirectory(prefix="pressroom-browser-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        roots = {site.name: folder / site.name for site in setup.sites}
        with served(NGINX, setup, roots=roots) as running:
            port = running.setup.place.port
            addresses = {site.name: f"https://{site.host}{port}/" for site in setup.sites}
            _build(checkout, addresses)
            for site, root in roots.items():
                shutil.copytree(checkout.root / "public" / site, root)
            keys = tuple(_key_hash(Path(site.certificate)) for site in running.setup.sites)
            yield Sites(addresses=addresses, roots=roots, keys=keys)


def _build(checkout: Checkout, addresses: Mapping[str, str]) -> None:
    """Build for these addresses: Material's instant navigation wants the port in the sitemap."""
    checkout.write("site/hub/kitchen.md", PIECES)
    checkout.write(
        "releases/published/pykcs11-1.5.7.json",
        render_published(record("pykcs11", "1.5.7", files=12)),
    )
    checkout.write(RECORDS, lines(several()))
    for name, file in (("hub", "mkdocs.yml"), ("ccid", "site/ccid.yml")):
        checkout.edit(file, "site_dir:", f"site_url: {addresses[name]}\nsite_dir:")
    checkout.edit(
        "mkdocs.yml", "  - macOS: macos.md", "  - macOS: macos.md\n  - Pieces: kitchen.md"
    )
    result = checkout.build()
    assert 0 == result.returncode, result.stderr


def _key_hash(certificate: Path) -> str:
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


@pytest.fixture(scope="session")
def chromium(sites: Sites) -> Iterator[Browser]:
    """Debian's Chromium, which knows our hosts alone and trusts their certificates."""
    hosts = {urlsplit(address).hostname for address in sites.addresses.values()}
    ours = ", ".join(f"MAP {host} 127.0.0.1" for host in sorted(filter(None, hosts)))
    flags = (
        *FLAGS,
        f"--host-resolver-rules={ours}, MAP * ~NOTFOUND",
        f"--ignore-certificate-errors-spki-list={','.join(sites.keys)}",
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A page in a context of its own, and what went wrong in it so far."""

    page: Page
    complaints: list[str]


def _complaints_of(page: Page, served: str) -> list[str]:
    """A list to which is added what goes wrong in a page.

    Violations of the policy, console errors, failed requests and foreign addresses.
    """
    complaints: list[str] = []

    def look(request: Request) -> None:
        if not request.url.startswith(served):
            complaints.append(f"foreign: {request.url}")

    def judge(response: Response) -> None:
        if response.status >= HTTPStatus.BAD_REQUEST:
            complaints.append(f"{response.status}: {response.url.removeprefix(served)}")

    def failed(request: Request) -> None:
        # What is under way when a person goes on to another page is given up.
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"failed: {request.url} {request.failure}")

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} or message.text.startswith(VIOLATION):
            complaints.append(f"console: {message.text}")

    page.add_init_script(LISTEN)
    page.on("request", look)
    page.on("response", judge)
    page.on("requestfailed", failed)
    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    return complaints


@contextlib.contextmanager
def _visits(chromium: Browser, served: str) -> Iterator[Callable[..., Visit]]:
    """Opens a path of a site."""
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
        page = context.new_page()
        complaints = _complaints_of(page, served)
        page.goto(served + path, wait_until="networkidle" if javascript else "load")
        return Visit(page=page, complaints=complaints)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def visit(chromium: Browser, sites: Sites) -> Iterator[Callable[..., Visit]]:
    """Opens a path of the hub."""
    with _visits(chromium, sites.addresses["hub"]) as open_page:
        yield open_page


@pytest.fixture
def visit_readers(chromium: Browser, sites: Sites) -> Iterator[Callable[..., Visit]]:
    """Opens a path of the readers' site."""
    with _visits(chromium, sites.addresses["ccid"]) as open_page:
        yield open_page
