"""`_headers` and `_redirects` for hosts of folders: read as each host documents it, they say what the policy says."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest
from headers_setup import deployed_setup
from hypothesis import given
from hypothesis import strategies as st

from pressroom.addresses.model import Redirect
from pressroom.findings import Severity
from pressroom.headers.header import Header, PathClass
from pressroom.headers.policy import Policy
from pressroom.headers.servers.hosts import CLOUDFLARE, HOSTS, NETLIFY
from pressroom.headers.servers.static_hosts import (
    render_headers_file,
    render_redirects_file,
    render_static_hosts,
)
from pressroom.headers.traps.static_hosts import check_headers_file, check_redirects_file

if TYPE_CHECKING:
    from pressroom.headers.servers.hosts import StaticHost

PATHS = (
    "/",
    "/dir/",
    "/assets",
    "/assets/",
    "/assets/x.0123abcd.js",
    "/assets/deep/x.css",
    "/latest.json",
    "/api/v1/latest.json",
    "/feed.xml",
    "/readers.csv",
    "/json",
    "/x.json.gz",
    "/robots.txt",
    "/x/assets/y",
)
# A file of both classes: the first one counts.
BOTH = "/assets/x.json"


def matches(pattern: str, path: str) -> bool:
    """Whether a path fits, as both hosts document it: * is anything, slashes too."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), path, re.DOTALL) is not None


def evaluate(text: str, host: StaticHost, path: str) -> dict[str, str]:
    """The headers of an answer, as the host's documentation has it: rule after rule, `!` before what is set."""
    answer = dict.fromkeys(map(str.lower, host.own_headers), "*")
    ours: set[str] = set()
    for block in re.split(r"\n(?=/)", re.sub("(?m)^#.*\n", "", text).strip("\n")):
        pattern, *lines = block.rstrip("\n").split("\n")
        if not matches(pattern, path):
            continue
        for line in lines:
            if line.startswith("  ! "):
                assert host is CLOUDFLARE
                answer.pop(line[4:].lower(), None)
                ours.discard(line[4:].lower())
        for line in lines:
            name, colon, value = line.strip().partition(": ")
            if colon and not line.startswith("  ! "):
                key = name.lower()
                joined = key in ours and host is CLOUDFLARE
                answer[key] = f"{answer[key]}, {value}" if joined else value
                ours.add(key)
    return answer


def promised(policy: Policy, path: str) -> dict[str, str]:
    """What the policy promises for a file."""
    headers = policy.headers_for(path, status=200, secure=True)
    return {header.name.lower(): header.value for header in headers}


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
@pytest.mark.parametrize("path", PATHS)
def test_a_file_has_the_headers_of_the_policy(host: StaticHost, path: str) -> None:
    """Every file has each header once, with the policy's value, and none besides."""
    text = render_headers_file(host, Policy())

    assert promised(Policy(), path) == evaluate(text, host, path)
    assert [] == check_headers_file(text, host=host, where="_headers")


def test_the_first_class_counts() -> None:
    """A file of two classes has what the first says; Netlify cannot take a header back, and its file says so."""
    both = promised(Policy(), BOTH)
    netlify = render_headers_file(NETLIFY, Policy())

    assert both == evaluate(render_headers_file(CLOUDFLARE, Policy()), CLOUDFLARE, BOTH)
    assert both | {"access-control-allow-origin": "*"} == evaluate(netlify, NETLIFY, BOTH)
    assert "# No header can be taken back: a file below /assets/" in netlify


def test_suffixes_that_end_alike_join_nothing() -> None:
    """A path that fits two rules of one class has its headers once."""

    @dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
    class Odd(Policy):
        @property
        def classes(self) -> tuple[PathClass, ...]:
            headers = (Header(name="Access-Control-Allow-Origin", value="*"),)
            return (PathClass(name="open", suffixes=(".json", ".x.json"), headers=headers),)

    text = render_headers_file(CLOUDFLARE, Odd())

    assert "*" == evaluate(text, CLOUDFLARE, "/a.x.json")["access-control-allow-origin"]
    assert [] == check_headers_file(text, host=CLOUDFLARE, where="_headers")


def test_cloudflares_own_header_is_taken_back() -> None:
    """Cloudflare's Access-Control-Allow-Origin, which it adds to everything, is not on pages."""
    text = render_headers_file(CLOUDFLARE, Policy())
    broken = text.replace("  ! Access-Control-Allow-Origin\n", "", 1)

    assert "access-control-allow-origin" not in evaluate(text, CLOUDFLARE, "/")
    assert "access-control-allow-origin" in evaluate(broken, CLOUDFLARE, "/")


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_each_file_says_what_the_host_cannot_do(host: StaticHost) -> None:
    """The files start with comments about errors, redirects and limits."""
    files, findings = render_static_hosts(deployed_setup())
    headers = files[f"{host.name}/_headers"]

    assert [] == findings
    assert headers.startswith(f"# Headers for {host.title}")
    for words in ("No rule knows a status", "TRACE", "unknown hosts", "50x.html", "/404.html"):
        assert words in headers.partition("\n/*")[0]
    assert files[f"{host.name}/docs/_redirects"].startswith(f"# Old addresses for {host.title}")
    assert ("At most 100 rules, and 2,000" in headers) == (host is CLOUDFLARE)


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
@pytest.mark.parametrize(
    "value",
    ["", " x", "x ", "a\nX-Inj: 1", "a\r", "é", "\x00", "a\tb", "x :splat"],
)
def test_a_value_that_no_line_holds_is_refused(host: StaticHost, value: str) -> None:
    """A line break, a control character, an empty value or a placeholder never reaches a file."""
    with pytest.raises(ValueError, match="is no value that a line of _headers can hold"):
        render_headers_file(host, Policy(referrer_policy=value))


@pytest.mark.parametrize("suffix", [".j*n", ".a b", ".x\n/*", ".:x", "#", ".é", ".a!"])
def test_a_path_that_no_line_holds_is_refused(suffix: str) -> None:
    """A pattern, a space or a line break in a suffix is refused."""
    with pytest.raises(ValueError, match="cannot be written as a path of _headers"):
        render_headers_file(NETLIFY, Policy(open_suffixes=(suffix,)))


@given(st.text())
def test_any_value_is_one_line_or_refused(value: str) -> None:
    """Whatever a value is, the file has as many lines as with another one, or there is none."""
    usual = render_headers_file(CLOUDFLARE, Policy())
    try:
        text = render_headers_file(CLOUDFLARE, Policy(referrer_policy=value))
    except ValueError:
        return
    assert len(usual.split("\n")) == len(text.splitlines()) + 1
    assert f"  Referrer-Policy: {value}\n" in text


def test_the_checker_names_what_would_be_joined() -> None:
    """Two rules for one path with one header are found where Cloudflare joins them; Netlify does not."""
    text = "/*\n  Cache-Control: no-cache\n/a/*\n  cache-control: max-age=1\n/b\n  ! x\n  X: 1\n"
    (finding,) = check_headers_file(text, host=CLOUDFLARE, where="_headers")

    assert "_headers:4" == finding.place
    assert "cache-control would be joined with its value from '/*'" == finding.message
    assert "take it back first, in the same rule: ! and its name" == finding.hint
    assert Severity.ERROR == finding.severity
    taken_back = text.replace("/a/*\n", "/a/*\n  ! Cache-Control\n")
    assert [] == check_headers_file(taken_back, host=CLOUDFLARE, where="_headers")
    assert [] == check_headers_file(text.replace("  ! x\n", ""), host=NETLIFY, where="_headers")


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("/*.json", "/assets/*", True),
        ("/*.json", "/*.xml", False),
        ("/a/*", "/b/*", False),
        ("/:x/y", "/a/*", True),
        ("/a", "/a", True),
        ("/a", "/b", False),
        ("https://widget.example/*", "/a", True),
    ],
)
def test_which_rules_meet(one: str, other: str, overlap: bool) -> None:
    """Rules that no path fits together are not found, all others are."""
    text = f"{one}\n  X: 1\n{other}\n  X: 2\n"

    found = check_headers_file(text, host=CLOUDFLARE, where="_headers")

    assert overlap == bool(found)
    assert all(one.hint.startswith("take it back first") for one in found)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("X: 1\n", "'X: 1' comes before any path", "write the path above it"),
        ("/*\n  nonsense\n", "{title} does not understand 'nonsense'", 'write "Name: value"'),
        ("/*\n  X:\n", "{title} does not understand 'X:'", 'write "Name: value"'),
        ("/*\n  X: 1\n  x: 2\n", "x is there twice in the rule '/*'", "keep one of them"),
    ],
)
@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_lines_that_a_host_passes_over(
    host: StaticHost, text: str, message: str, hint: str
) -> None:
    """What a host does not understand, or joins within one rule, is found."""
    (finding,) = check_headers_file(text, host=host, where="_headers")

    assert message.format(title=host.title) == finding.message
    assert hint == finding.hint


@given(st.text() | st.text(st.sampled_from("/*:! \n#aX")))
def test_no_text_raises(text: str) -> None:
    """Whatever is in a file, there are findings and no error."""
    for host in HOSTS:
        check_headers_file(text, host=host, where="_headers")
        check_redirects_file(text, host=host, where="_redirects")


def test_netlify_knows_no_detaching() -> None:
    """A line with ! is not understood by Netlify."""
    (finding,) = check_headers_file("/*\n  ! X\n", host=NETLIFY, where="_headers")

    assert "Netlify does not understand '! X'" == finding.message
    assert 'write "Name: value"' == finding.hint


def test_a_policy_too_long_for_cloudflare() -> None:
    """A line above 2,000 characters is a warning for Cloudflare, which passes over it, and none for Netlify."""
    sources = tuple(f"https://img{number}.widget.example" for number in range(80))
    setup = deployed_setup(policy=Policy(content_security_policy={"img-src": sources}))
    _, (finding,) = render_static_hosts(setup)

    assert "deploy/cloudflare/_headers" == finding.where
    assert "Cloudflare Pages passes over more than 2000" in finding.message
    assert "shorten it, or deploy to a server of your own" == finding.hint
    assert Severity.WARNING == finding.severity


def test_too_many_rules_for_cloudflare() -> None:
    """More than a hundred rules are a warning, and those that do not count are not judged."""
    text = "".join(f"/{number}/*\n  X: 1\n" for number in range(100)) + "/*\n  X: 1\n"
    (finding,) = check_headers_file(text, host=CLOUDFLARE, where="_headers")

    assert "has 101 rules: Cloudflare Pages takes 100" == finding.message
    assert finding.hint.startswith("join some")
    assert [] == check_headers_file(text, host=NETLIFY, where="_headers")


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_redirects_are_one_line_each(host: StaticHost) -> None:
    """An old path, spelled as in a URL, leads with 301 to its target."""
    hostile = "/a%20b$1;'%22%7Bx%7D%0d%0aX"
    setup = deployed_setup(
        Redirect(site="docs", source="/old.html", target="/new/?a=b#c"),
        Redirect(site="docs", source=hostile, target="https://widget.example/x"),
    )
    text = render_redirects_file(host, setup.sites[1])

    assert [
        "/old.html /new/?a=b#c 301",
        f"{hostile} https://widget.example/x 301",
    ] == [line for line in text.splitlines() if line and not line.startswith("#")]
    assert [] == check_redirects_file(text, host=host, where="_redirects")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("/a b", "/c"),
        ("/a\n/b", "/c"),
        ("/a", "/c 200"),
        ("/a", "/c\r"),
        ("old", "/c"),
        ("/a", "//evil.example/"),
        ("/a", "http://widget.example/"),
        ("/é", "/c"),
    ],
)
def test_what_is_no_word_of_a_redirect_is_refused(source: str, target: str) -> None:
    """A space, a line break or an address of others never reaches a file."""
    setup = deployed_setup(Redirect(site="hub", source=source, target=target))
    with pytest.raises(ValueError, match="is no word of a line of _redirects"):
        render_redirects_file(NETLIFY, setup.sites[0])


@pytest.mark.parametrize("source", ["/a*b", "/a/:b", "/a:b"])
def test_a_pattern_is_left_out_aloud(source: str) -> None:
    """An old path that would be a pattern is no rule, but a comment and a warning."""
    setup = deployed_setup(Redirect(site="hub", source=source, target="/new/"))
    files, findings = render_static_hosts(setup)

    assert f"# left out: {source} /new/ 301\n" in files["netlify/hub/_redirects"]
    assert [Severity.WARNING] * 2 == [finding.severity for finding in findings]
    assert f"'{source} /new/ 301' would be a pattern on Netlify" == findings[0].message
    assert "leave it, or deploy to a server of your own" == findings[0].hint


def test_cloudflares_limits_of_redirects() -> None:
    """More than 2,000 redirects, or 1,000 characters a line, are warnings."""
    text = "".join(f"/{number} /new/ 301\n" for number in range(2000)) + f"/{'x' * 990} /new/ 301\n"
    count, line = check_redirects_file(text, host=CLOUDFLARE, where="_redirects")

    assert "has 2001 redirects: Cloudflare Pages takes 2000" == count.message
    assert count.hint.startswith("drop those that nobody follows")
    assert "Cloudflare Pages passes over more than 1000" in line.message
    assert "shorten it, or deploy to a server of your own" == line.hint
    assert [] == check_redirects_file(text, host=NETLIFY, where="_redirects")


def test_the_files_of_all_hosts() -> None:
    """deploy/ has one _headers a host and one _redirects a site."""
    files, _ = render_static_hosts(deployed_setup())

    assert {
        f"{host}/{name}"
        for host in ("netlify", "cloudflare")
        for name in ("_headers", "hub/_redirects", "docs/_redirects")
    } == files.keys()
