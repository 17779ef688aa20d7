"""What a build makes for web servers: with the sites, or not at all."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from click.testing import CliRunner

from pressroom import cli

if TYPE_CHECKING:
    import pytest
    from build_types import Checkout

NGINX = "deploy/nginx/pressroom.conf"
ENTRY = '[[redirects]]\nsite = "hub"\nfrom = "{source}"\nto = "{target}"\n'


def add_settings(press: Checkout, text: str) -> None:
    """More of [tool.pressroom]."""
    before = (press.root / "pyproject.toml").read_text(encoding="utf-8")
    press.write("pyproject.toml", before + text)


def check_built(press: Checkout, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """`pressroom check --built`: exit code and what it prints."""
    monkeypatch.chdir(press.root)
    result = CliRunner().invoke(cli.root, ["check", "--built"])
    return result.exit_code, result.stdout


def test_a_build_configures_servers(built_press: Checkout) -> None:
    """The configuration is made with the site, for its host and its folder on the server."""
    text = (built_press.root / NGINX).read_text(encoding="utf-8")

    assert "server_name widgets.example;" in text
    assert "root /srv/pressroom/current/hub;" in text
    assert "ssl_certificate /etc/letsencrypt/live/widgets.example/fullchain.pem;" in text


def test_settings_say_where_things_are_on_the_server(press: Checkout) -> None:
    """[tool.pressroom.hosting] and [tool.pressroom.headers] reach the files."""
    add_settings(
        press,
        '[tool.pressroom.hosting]\nfolder = "/var/www/press"\n'
        '[tool.pressroom.headers]\nreferrer_policy = "no-referrer"\n',
    )
    assert 0 == press.build().returncode
    text = (press.root / NGINX).read_text(encoding="utf-8")

    assert "root /var/www/press/hub;" in text
    assert "add_header Referrer-Policy no-referrer always;" in text


def test_a_weak_policy_publishes_nothing(press: Checkout) -> None:
    """The finding and its mend; neither site nor configuration appear."""
    add_settings(
        press,
        "[tool.pressroom.headers.content_security_policy]\n"
        "script-src = [\"'self'\", \"'unsafe-inline'\"]\n",
    )
    result = press.build()

    assert 1 == result.returncode
    assert "script-src has 'unsafe-inline'" in result.stderr
    assert "hint: leave it out" in result.stderr
    assert not press.site.exists()
    assert not (press.root / "deploy").exists()


def test_a_redirect_to_nowhere_leaves_the_old_files(press: Checkout) -> None:
    """A target that is not there, and a source that is, stop the build with their lines; what was live stays."""
    assert 0 == press.build().returncode
    before = (press.root / NGINX).read_bytes()
    press.write(
        "site/redirects.toml",
        ENTRY.format(source="/old/", target="/no/such/page/")
        + ENTRY.format(source="/posts/", target="/archive/"),
    )
    result = press.build()

    assert 1 == result.returncode
    assert "site/redirects.toml:1: " in result.stderr
    assert "site/redirects.toml:5: " in result.stderr
    assert before == (press.root / NGINX).read_bytes()


def test_a_redirect_is_in_every_configuration(press: Checkout) -> None:
    """Source and target are told to each kind of server."""
    press.write("site/redirects.toml", ENTRY.format(source="/old/", target="/posts/"))
    result = press.build()

    assert 0 == result.returncode, result.stderr
    for name in (NGINX, "deploy/apache/pressroom.conf", "deploy/caddy/Caddyfile"):
        text = (press.root / name).read_text(encoding="utf-8")
        assert "/old/" in text
        assert "/posts/" in text


def test_what_one_server_cannot_hold_is_said_and_stops_nothing(press: Checkout) -> None:
    """A folder with a star is nothing for Caddy: a warning, no file of Caddy's, and a strict build all the same."""
    add_settings(
        press,
        '[tool.pressroom.hosting]\nfolder = "/srv/a*b"\n',
    )
    result = press.build()

    assert 0 == result.returncode
    assert "deploy/caddy/Caddyfile: warning: is not written" in result.stderr
    assert (press.root / NGINX).is_file()
    assert not (press.root / "deploy" / "caddy").exists()


def test_pages_have_compressed_copies_that_are_them(
    press: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each copy unpacks to its page; one that is older than its page is found; a build starts without any."""
    monkeypatch.chdir(press.root)
    assert 0 == press.build().returncode
    page = press.site / "index.html"
    copy = press.site / "index.html.gz"
    assert not copy.exists()

    result = CliRunner().invoke(cli.root, ["compress"])
    copies = len(list(press.site.rglob("*.gz"))) - len(["sitemap.xml.gz"])

    assert (0, f"hub: {copies} compressed copies\n") == (result.exit_code, result.stdout)
    assert gzip.decompress(copy.read_bytes()) == page.read_bytes()
    assert not (press.site / "404.html.gz").exists()
    assert ".gz" not in check_built(press, monkeypatch)[1]

    page.write_bytes(page.read_bytes().replace(b"</body>", b"<p>newer</p></body>"))
    code, shown = check_built(press, monkeypatch)

    assert 1 == code
    assert "public/hub/index.html.gz: does not hold what stands beside it" in shown
    assert "make site" in shown


def test_a_page_can_carry_the_policy_itself(press: Checkout) -> None:
    """With `meta = true` every page starts with what a <meta> can say of it, behind its encoding."""
    add_settings(
        press,
        "[tool.pressroom.headers]\nmeta = true\n",
    )
    assert 0 == press.build().returncode
    for name in ("index.html", "404.html", "posts/index.html"):
        head = (press.site / name).read_text(encoding="utf-8").partition("</head>")[0]
        policy = head.index('<meta http-equiv="Content-Security-Policy" content="default-src')
        assert head.index('<meta charset="utf-8">') < policy < head.index("<script")
        assert "frame-ancestors" not in head
