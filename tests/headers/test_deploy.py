"""deploy/ as a whole: every file there, none with a trap, none with an unsafe word."""

from __future__ import annotations

import dataclasses

import pytest
from headers_setup import deployed_setup

from pressroom.addresses.model import Redirect
from pressroom.findings import Severity
from pressroom.headers import deploy
from pressroom.headers.deploy import render_deploy
from pressroom.headers.policy import Policy
from pressroom.headers.servers.all_servers import SERVERS

OLD = Redirect(site="hub", source="/old", target="/dir/")


def test_every_kind_of_host_gets_its_files() -> None:
    """One file a server, headers and redirects of static hosts, the elements for a page; nothing is wrong with them."""
    files, findings = render_deploy(deployed_setup(OLD))

    assert [] == findings
    assert {
        *("apache/pressroom.conf", "caddy/Caddyfile", "lighttpd/pressroom.conf"),
        *("nginx/pressroom.conf", "meta.html", "netlify/_headers", "netlify/hub/_redirects"),
        *("netlify/docs/_redirects", "cloudflare/_headers", "cloudflare/hub/_redirects"),
        "cloudflare/docs/_redirects",
    } == set(files)


def test_nothing_in_it_is_unsafe() -> None:
    """No file of deploy/ has `unsafe-`, a hash or a nonce."""
    files, _ = render_deploy(deployed_setup(OLD))

    for name, text in files.items():
        for word in ("unsafe-", "'sha256-", "'sha384-", "'sha512-", "'nonce-"):
            assert word not in text, (name, word)


def test_every_header_is_in_the_file_of_every_server() -> None:
    """What the policy promises, each server is told, value for value."""
    files, _ = render_deploy(deployed_setup(OLD))
    policy = Policy()

    for server in SERVERS.values():
        for header in (*policy.always, policy.transport):
            assert header.value.split(";")[0] in files[server.file], (server.name, header.name)


def test_what_one_server_cannot_be_told_stops_no_other() -> None:
    """A brace in a target is nothing for Caddy: its file is left out with a warning, and the others are there."""
    files, findings = render_deploy(deployed_setup(dataclasses.replace(OLD, target="/dir/?x={a}")))
    (finding,) = [one for one in findings if "caddy" in one.where]

    assert Severity.WARNING is finding.severity
    assert "deploy/caddy/Caddyfile" == finding.where
    assert "brace" in finding.message
    assert "change the value in pyproject.toml or site/redirects.toml" in finding.hint
    assert {"nginx/pressroom.conf", "lighttpd/pressroom.conf"} <= set(files)
    assert "caddy/Caddyfile" not in files


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_a_trap_in_a_template_is_an_error(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A header that falls out of one place of a template stops the build, whatever the settings are."""
    server = SERVERS[name]
    trap = {
        "nginx": ("absolute_redirect off;", "add_header X-A b always;"),
        "apache": ("TraceEnable Off", "TraceEnable On"),
        "caddy": ("\tabort\n", "\tredir https://{host}{uri}\n"),
        "lighttpd": ('follow-symlink = "disable"', 'follow-symlink = "enable"'),
    }[name]
    broken = dataclasses.replace(server, render=lambda setup: server.render(setup).replace(*trap))
    monkeypatch.setattr(deploy, "SERVERS", {name: broken})
    _, findings = render_deploy(deployed_setup(OLD))

    assert [one for one in findings if one.severity is Severity.ERROR]
    assert all(one.where == f"deploy/{server.file}" and one.hint for one in findings)
