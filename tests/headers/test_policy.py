"""The policy: what a response promises, and what is wrong with one."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from pressroom.config import load_config
from pressroom.errors import ConfigFindingsError
from pressroom.headers.check import MAX_VALUE, check_policy
from pressroom.headers.csp import check_directives
from pressroom.headers.policy import Policy, Transport, render_directives
from pressroom.headers.setup import load_policy, make_setup, parse_policy

WHERE = "pyproject.toml"
HASH = "'sha256-" + "A" * 43 + "='"
# What the issue asks for, word by word.
TARGET = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default"
)


def promised(
    policy: Policy, path: str, *, status: int = 200, secure: bool = True
) -> dict[str, str]:
    """The headers of a response, by name."""
    return {one.name: one.value for one in policy.headers_for(path, status=status, secure=secure)}


def csp(**directives: tuple[str, ...]) -> Policy:
    """A policy with some other directives, `img_src` for img-src."""
    return Policy(
        content_security_policy={
            name.replace("_", "-"): sources for name, sources in directives.items()
        }
    )


def messages(policy: Policy) -> list[str]:
    """What is wrong with it, each with a mend."""
    findings = check_policy(policy, where=WHERE)
    assert all(finding.hint for finding in findings)
    return [finding.message.removeprefix("[tool.pressroom.headers] ") for finding in findings]


def test_nothing_said_is_as_strict_as_can_be() -> None:
    """An empty table gives the whole target, and nothing is wrong with it."""
    policy, findings = parse_policy({}, where=WHERE)

    assert [] == findings
    assert policy is not None
    assert {
        "Content-Security-Policy": TARGET,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in policy.permissions_off),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Integrity-Policy": "blocked-destinations=(script)",
        "Cache-Control": "no-cache",
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    } == promised(policy, "/")
    assert "unsafe" not in TARGET


def test_what_is_promised_is_told_by_what_it_is_promised_for() -> None:
    """Every response, over TLS, and each class of paths; together they are what responses carry."""
    policy = Policy(open_suffixes=(".json", ".csv"), assets_max_age=60)
    promises = policy.promises

    assert ["every response", "over TLS", "files at /assets/*", "files at *.json *.csv"] == list(
        promises
    )
    assert {"Strict-Transport-Security": policy.transport.value} == promises["over TLS"]
    assert {"Cache-Control": "public, max-age=60, immutable"} == promises["files at /assets/*"]
    assert promised(policy, "/a.csv") == (
        promises["every response"] | promises["over TLS"] | promises["files at *.json *.csv"]
    )
    assert promised(policy, "/a.csv", status=404) == (
        promises["every response"] | promises["over TLS"]
    )


def test_no_response_over_plain_http_carries_sts() -> None:
    """RFC 6797, 7.2: not on any path or status."""
    for path in ("/", "/assets/x.0123abcd.js", "/latest.json"):
        for status in (200, 301, 404, 500):
            headers = promised(Policy(), path, status=status, secure=False)
            assert "Strict-Transport-Security" not in headers
            assert len(promised(Policy(), path, status=status)) == len(headers) + 1


@pytest.mark.parametrize("status", [200, 206, 304])
def test_only_files_below_assets_are_kept(status: int) -> None:
    """Immutable is what has a hash in its name, and only where it is the answer."""
    kept = "public, max-age=31536000, immutable"

    assert kept == promised(Policy(), "/assets/x.js", status=status)["Cache-Control"]
    for path, other in (
        ("/assets/x.js", 404),
        ("/assets/x.js", 301),
        ("/assetsx.js", 200),
        ("/", 200),
    ):
        assert "no-cache" == promised(Policy(), path, status=other)["Cache-Control"]


def test_data_is_open_to_other_origins_and_errors_are_not() -> None:
    """JSON, CSV and XML may be read by scripts of others; a page, an asset or an error may not."""
    for path in ("/latest.json", "/readers/readers.csv", "/feed.xml"):
        headers = promised(Policy(), path)
        assert "cross-origin" == headers["Cross-Origin-Resource-Policy"]
        assert "*" == headers["Access-Control-Allow-Origin"]
    for path, status in (("/", 200), ("/latest.json", 404), ("/assets/x.json", 200)):
        headers = promised(Policy(), path, status=status)
        assert "same-origin" == headers["Cross-Origin-Resource-Policy"]
        assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (csp(script_src=("'self'", "'unsafe-inline'")), "script-src has 'unsafe-inline'"),
        (csp(script_src=("'UNSAFE-EVAL'",)), "script-src has 'UNSAFE-EVAL'"),
        (csp(style_src=("'unsafe-hashes'",)), "style-src has 'unsafe-hashes'"),
        (csp(script_src=("data:",)), "script-src has data:"),
        (csp(script_src=("https:",)), "script-src has https:"),
        (csp(style_src=("blob:",)), "style-src has blob:"),
        (csp(img_src=("*",)), "img-src has *"),
        (csp(img_src=("http://img.example",)), "without TLS"),
        (csp(script_src=("'strict-dynamic'",)), "static pages cannot keep"),
        (csp(script_src=("'nonce-abc'",)), "static pages cannot keep"),
        (csp(script_src=(HASH,)), "can only bless what was injected"),
        (csp(script_src=("'sha256-abc'",)), "no sha256 in base64"),
        (csp(script_src=("'sha512-" + "A" * 43 + "='",)), "no sha512 in base64"),
        (csp(img_src=("'self'", "'self'")), "img-src has 'self' twice"),
        (csp(img_src=("'none'", "'self'")), "img-src has 'none' and other sources"),
        (csp(img_src=()), "img-src has no source"),
        (csp(img_src=("'Self'",)), "img-src has 'Self'"),
        (csp(img_src=("'self'; script-src *",)), "which ends the directive"),
        (csp(img_src=("https://a.example, script-src",)), "which ends the directive"),
        (csp(img_src=("x\r\nSet-Cookie:a",)), "which ends the directive"),
        (csp(img_src=("https://ä.example",)), "which ends the directive"),
        (csp(img_src=("",)), "which ends the directive"),
        (csp(img_src=("localhost",)), "which is no place"),
        (csp(imgsrc=("'self'",)), "directive 'imgsrc' is unknown"),
        (csp(default_src=("'self'",)), "default-src is not 'none'"),
        (
            csp(frame_ancestors=("'self'",)),
            "frame-ancestors 'self' contradicts x_frame_options DENY",
        ),
        (csp(base_uri=("data:",)), "base-uri has data:"),
        (csp(trusted_types=("*",)), "trusted-types allows any policy"),
        (csp(trusted_types=("default", "'allow-duplicates'")), "make a policy again"),
        (csp(trusted_types=("a b",)), "which ends the directive"),
        (csp(trusted_types=("a(b)",)), "trusted-types has the name 'a(b)'"),
        (csp(require_trusted_types_for=("'style'",)), "knows 'script' alone"),
        (csp(upgrade_insecure_requests=("1",)), "takes no value"),
        (Policy(strict_transport_security=Transport(max_age=0)), "less than 180 days"),
        (Policy(strict_transport_security=Transport(max_age=-1)), "less than 180 days"),
        (Policy(strict_transport_security=Transport(max_age=10**12)), "is centuries"),
        (
            Policy(strict_transport_security=Transport(max_age=20_000_000, preload=True)),
            "preload needs",
        ),
        (
            Policy(strict_transport_security=Transport(include_subdomains=False, preload=True)),
            "preload needs",
        ),
        (Policy(referrer_policy="unsafe-url"), "'unsafe-url' gives protection away"),
        (Policy(referrer_policy="no-referer"), "'no-referer' is unknown"),
        (Policy(cross_origin_opener_policy="unsafe-none"), "gives protection away"),
        (Policy(cross_origin_embedder_policy="require_corp"), "is unknown"),
        (Policy(cross_origin_resource_policy="cross-origin"), "gives protection away"),
        (Policy(x_frame_options="ALLOW-FROM https://a.example"), "is unknown"),
        (Policy(x_frame_options="SAMEORIGIN"), "contradicts x_frame_options SAMEORIGIN"),
        (Policy(permissions_off=()), "permissions_off is empty"),
        (Policy(permissions_off=("usb", "usb")), "permissions_off has 'usb' twice"),
        (Policy(permissions_off=("usb=()\r\nX: y",)), "which is no feature"),
        (Policy(integrity_policy=()), "integrity_policy is []"),
        (Policy(integrity_policy=("script", "style")), "integrity_policy is ['script', 'style']"),
        (Policy(open_suffixes=(".html",)), "pages and code are no data"),
        (Policy(open_suffixes=(".js",)), "pages and code are no data"),
        (Policy(open_suffixes=("json",)), "which is no kind of file"),
        (Policy(open_suffixes=(".json$",)), "which is no kind of file"),
        (Policy(open_suffixes=(".json", ".json")), "open_suffixes has '.json' twice"),
        (Policy(media_types={"html": "text/plain"}), "which is text/html"),
        (Policy(media_types={"epub": "application/epub; x"}), "which is no extension and type"),
        (Policy(media_types={"e.b": "application/epub+zip"}), "which is no extension and type"),
        (Policy(assets_max_age=60), "is not between a week and a year"),
    ],
)
def test_weak_double_and_contradictory_values_are_found(policy: Policy, message: str) -> None:
    """Each is named, with how to mend it."""
    assert [one for one in messages(policy) if message in one], messages(policy)


def test_a_policy_that_somebody_needs_is_accepted() -> None:
    """Images and fonts of one more host, framing by oneself, and a stricter referrer are no findings."""
    policy = Policy(
        content_security_policy={
            "img-src": ("'self'", "https://img.example.org", "data:"),
            "font-src": ("https://fonts.example.org/files/",),
            "frame-ancestors": ("'self'",),
            "upgrade-insecure-requests": (),
        },
        media_types={"epub": "application/epub+zip", "tex": "text/x-tex; charset=utf-8"},
        open_suffixes=(".json", ".epub"),
        x_frame_options="SAMEORIGIN",
        referrer_policy="no-referrer",
        strict_transport_security=Transport(preload=True),
    )

    assert [] == messages(policy)
    assert (
        "img-src 'self' https://img.example.org data:;"
        in promised(policy, "/")["Content-Security-Policy"]
    )
    assert promised(policy, "/")["Content-Security-Policy"].endswith("; upgrade-insecure-requests")


def test_a_value_that_servers_cut_is_too_long() -> None:
    """4,000 characters a header, 8,000 bytes for all."""
    many = tuple(f"https://host{number}.example.org" for number in range(200))
    found = messages(csp(img_src=many))

    assert [one for one in found if f"more than {MAX_VALUE}" in one]
    assert [] == [one for one in messages(csp(img_src=many[:50])) if "more than" in one]
    features = tuple("a" * 20 + "-b" * number for number in range(75))
    together = messages(
        Policy(content_security_policy={"img-src": many[:100]}, permissions_off=features)
    )
    assert [one for one in together if "all headers together" in one]


def test_all_that_is_wrong_with_a_table_is_said_at_once() -> None:
    """Types, unknown keys and values in one go; where it is, and what to write."""
    table: dict[str, object] = {
        "meta": "yes",
        "referer_policy": "x",
        "strict_transport_security": {"maxage": 1},
    }
    policy, findings = parse_policy(table, where=WHERE)

    assert policy is None
    assert 3 == len(findings)
    assert {WHERE} == {finding.where for finding in findings}
    assert "did you mean 'referrer_policy'?" in {finding.hint for finding in findings}


def test_a_wrong_policy_is_wrong_usage(checkout: Path) -> None:
    """A command stops with exit code 2 and the findings."""
    config = load_config(checkout)
    settings = dataclasses.replace(config.settings, headers={"x_frame_options": "NO"})
    broken = dataclasses.replace(config, settings=settings)
    with pytest.raises(ConfigFindingsError) as caught:
        load_policy(broken)

    assert 2 == caught.value.exit_code
    assert "hint:" in str(caught.value)


def test_our_own_policy_holds(checkout: Path) -> None:
    """Our pyproject.toml has a policy without a finding, and every site gets its host, alias and certificate."""
    config = load_config(checkout)
    setup = make_setup(config, load_policy(config))

    assert list(config.settings.sites) == [site.name for site in setup.sites]
    hub = setup.sites[0]
    assert (f"www.{hub.host}",) == hub.aliases
    assert f"/srv/pressroom/current/{hub.name}" == hub.root
    assert f"/etc/letsencrypt/live/{hub.host}/fullchain.pem" == hub.certificate


@given(st.dictionaries(st.text(), st.lists(st.text()).map(tuple)))
def test_no_value_passes_that_would_end_a_header(directives: dict[str, tuple[str, ...]]) -> None:
    """Any text: what has no finding is printable ASCII, and no source holds a separator."""
    problems = list(check_directives({**Policy().directives, **directives}))

    if not problems:
        value = render_directives(directives)
        assert value.isascii()
        assert value.isprintable() or value == ""
        assert "," not in value
        assert value.count(";") == max(len(directives) - 1, 0)
