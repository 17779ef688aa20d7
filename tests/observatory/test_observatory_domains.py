"""Hosts, registrable domains and public suffixes, as tldts and Node.js know them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from node_oracle import ask, need

from pressroom.observatory.domains import host_of, is_public_suffix, registrable_domain

_DOMAINS = """
const { getDomain, getPublicSuffix } = require('tldts');
const answer = host => [getDomain(host), getPublicSuffix(host, { allowPrivateDomains: true }) === host];
"""
_HOSTS = "const answer = url => { try { return new URL(url).hostname; } catch { return null; } };"
_LABELS = (
    "a b com co uk test www ck jp kawasaki city github io pages dev localhost 1 2 255 0 x-y -a a- _a a_ example "
    "xn--p1ai рф 公司 cn é s3 amazonaws compute"
)
# Not used here: `[` and `:` are no letters of a host, but to tldts the beginning of an address with a port.
_LETTERS = "ab1.-_2"
_PIECES = (
    "site test cdn com github io co uk a %zz %41 %2e .xn--p1ai .xn--a .xn--. .XN--ls8h рф é ß İ K 。 1 0x7f 127 256 _a -a a- "
    "! $ ' * ; = { | ^ \\ < \0 \x7f [::1] [ ] 😀 % %00 u@ u:p@ : :80 :99999 :x"
)


@pytest.mark.parametrize(
    ("expected", "host"),
    [
        ("site.test", "site.test"),
        ("site.test", "a.b.SITE.test."),
        ("a.co.uk", "b.a.co.uk"),
        ("github.io", "a.github.io"),
        ("www.ck", "www.ck"),
        ("b.a.ck", "b.a.ck"),
        ("a.рф", "b.a.рф"),
        ("a_b.test", "a_b.test"),
        (None, "a.ck"),
        (None, "co.uk"),
        (None, "localhost"),
        (None, "127.0.0.1"),
        (None, "[::1]"),
        (None, "a..test"),
        (None, "-a.test"),
        (None, "a!b.test"),
        (None, f"{'a' * 64}.test"),
        ("a.testxxx", f"{'a.' * 124}testxxx."),
        (None, f"{'a.' * 126}test"),
        (None, ""),
        (None, "."),
    ],
)
def test_registrable_domain(expected: str | None, host: str) -> None:
    """The list's section of registries decides; addresses and what is no name have none."""
    assert expected == registrable_domain(host)


@pytest.mark.parametrize("host", ["com", "co.uk", "github.io", "pages.dev", "a.ck", "widget", "рф"])
def test_a_public_suffix(host: str) -> None:
    """Anybody can have a name below it, at a registry or at a company."""
    assert is_public_suffix(host)


@pytest.mark.parametrize(
    "host", ["site.test", "a.github.io", "www.ck", "COM", "com.", ".com", "127.0.0.1", "", "-a"]
)
def test_no_public_suffix(host: str) -> None:
    """What somebody has, or what is no name in small letters, is none."""
    assert not is_public_suffix(host)


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        ("site.test", "https://u:p@SITE.test:443/a.js"),
        ("xn--e1afmkfd.test", "http://пример.test"),
        ("127.0.0.1", "http://0x7f.1/"),
        ("[::1]", "http://[0::1]"),
        ("a..test", "http://a..test"),
        ("site.test", "http://site.test/\ud800"),
        (None, "https://"),
        (None, "http://%zz/a.js"),
        (None, "http://site.test:99999/"),
        (None, "http://xn--a.test/"),
        (None, "http://a.xn--/"),
        (None, "http://\ud800.test/"),
        (None, "/a.js"),
    ],
)
def test_host_of(expected: str | None, url: str) -> None:
    """The host as URLs spell it; None where Node.js says "Invalid URL"."""
    assert expected == host_of(url)


@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    """Whatever is asked for, there is an answer."""
    assert registrable_domain(text) is None or not is_public_suffix(text)
    assert host_of(f"http://{text}") != ""


def test_domains_are_those_of_tldts() -> None:
    """On thousands of hosts, the domain is the same, and so is what is a public suffix."""
    need("tldts")
    chance = random.Random(12)  # noqa: S311 - the same hosts each time
    hosts = [
        ".".join(chance.choice(_LABELS.split()) for _ in range(chance.randint(1, 6)))
        + chance.choice(("", "", "", ".", ".."))
        for _ in range(6_000)
    ]
    hosts += ["".join(chance.choices(_LETTERS, k=chance.randint(0, 12))) for _ in range(3_000)]
    ours = [[registrable_domain(host), is_public_suffix(host)] for host in hosts]
    expected = ask(_DOMAINS, hosts)
    assert (
        [] == [pair for pair in zip(hosts, expected, ours, strict=True) if pair[1] != pair[2]][:3]
    )


def test_hosts_are_those_of_node() -> None:
    """On thousands of addresses, the same are refused, and the others have the same host."""
    need("tldts")
    chance = random.Random(12)  # noqa: S311 - the same addresses each time
    urls = [
        chance.choice(("http://", "https://", "https:///"))
        + "".join(
            chance.choice(_PIECES.split(" ")) + chance.choice((".", ".", ""))
            for _ in range(chance.randint(0, 3))
        )
        + chance.choice(("", "site.test", "a.co.uk", "/a.js"))
        for _ in range(6_000)
    ]
    expected = ask(_HOSTS, urls)
    ours = [host_of(url) for url in urls]
    assert [] == [pair for pair in zip(urls, expected, ours, strict=True) if pair[1] != pair[2]][:3]
