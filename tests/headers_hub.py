"""The hub that nginx and lighttpd serve in their tests, and what both of them answer there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headers_setup import write_site

from pressroom.addresses.model import Redirect
from pressroom.headers import media

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ASSET = "/assets/x.0123abcd.js"
# Below kinds/: a file of every kind, and of none.
KINDS = (*(f"x.{extension}" for extension in media.TYPES), "none", "x.other")
# Status, method, path; more, and what they answer differently, is in the test of each.
ANSWERS = (
    (200, "GET", "/"),
    (200, "HEAD", "/"),
    (200, "GET", "/dir/?x"),
    (200, "GET", "/a%20b/"),
    (200, "GET", ASSET),
    (200, "GET", "/latest.json"),
    (200, "GET", "/feed.xml"),
    (200, "GET", "/.well-known/security.txt"),
    (301, "GET", "/dir"),
    (301, "GET", "/own"),
    (301, "GET", "/dir/old.json"),
    (404, "GET", "/nope"),
    (404, "HEAD", "/nope"),
    (404, "GET", "/nope.json"),
    (404, "GET", "/assets/nope.js"),
    (404, "GET", "/404.html"),
    (404, "GET", "/50x.html"),
    (404, "GET", "/.env"),
    (404, "GET", "/.git/config"),
    (404, "GET", "/%2egit/config"),
    (404, "GET", "/dir/.hidden"),
    (404, "GET", "/.well-known/.x"),
    (403, "GET", "/closed.html"),
    (405, "POST", "/"),
    (405, "POST", "/own"),
    (405, "POST", "/latest.json"),
    (405, "OPTIONS", "/latest.json"),
    (405, "DELETE", "/nope"),
    (405, "TRACE", "/"),
    (400, "GET", "/a%00b"),
)


def write_hub(root: Path, *more: str) -> None:
    """A site with a file of every kind, `more` files, and all that could be shown by mistake."""
    write_site(root)
    for name in (
        *(f"kinds/{name}" for name in KINDS),
        ".git/config",
        ".env",
        "dir/.hidden",
        ".well-known/security.txt",
        ".well-known/.x",
        "closed.html",
        "a b/index.html",
        *more,
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")
    (root / "closed.html").chmod(0)
    (root.parent / "secret.txt").write_text("secret")
    (root / "link.txt").symlink_to("../secret.txt")
    (root / "links").symlink_to("..")


def old_addresses(hostile: Iterable[tuple[str, str, str]]) -> tuple[Redirect, ...]:
    """The hub's own, and 400 of the docs: as many as an old site may leave behind."""
    return (
        *(Redirect(site="hub", source=source, target=target) for source, target, _ in hostile),
        *(Redirect(site="docs", source=f"/old/{n}", target=f"/new/{n}/") for n in range(400)),
    )
