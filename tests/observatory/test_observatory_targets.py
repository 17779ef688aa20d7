"""What people may write for a host, a file of hosts, and a route."""

from __future__ import annotations

import contextlib

import hypothesis
import hypothesis.strategies as st
import pytest

from pressroom.errors import ConfigError, ExitCode
from pressroom.findings import Finding
from pressroom.observatory.targets import (
    Route,
    Target,
    parse_route,
    parse_target,
    parse_targets,
)

_EXAMPLE = "write it as www.widget.example, www.widget.example/docs/ or www.widget.example:8443"
_DOT = "write the full name; for this machine 127.0.0.1, or a name with --resolve"
_ROUTE = (
    "write it as www.widget.example:443:192.0.2.7, with [2001:db8::7] for the address, or with a port "
    "of its own: www.widget.example:443:192.0.2.7:8443"
)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("widget.example", Target(host="widget.example")),
        ("https://widget.example", Target(host="widget.example")),
        ("HTTPS://Widget.EXAMPLE/Docs/A", Target(host="widget.example", path="/Docs/A")),
        ("widget.example/a?b#c", Target(host="widget.example", path="/a")),
        ("widget.example?b", Target(host="widget.example")),
        ("widget.example:8443/a", Target(host="widget.example", port=8443, path="/a")),
        ("https://widget.example:443/", Target(host="widget.example")),
        ("widget.example:80", Target(host="widget.example", port=80)),
        ("widget.example/a/../b", Target(host="widget.example", path="/b")),
        ("widget.example/ä", Target(host="widget.example", path="/%C3%A4")),
        ("bücher.example", Target(host="xn--bcher-kva.example")),
        ("127.0.0.1", Target(host="127.0.0.1")),
        ("[::1]:8443", Target(host="[::1]", port=8443)),
        ("https://[2001:DB8::1]/x", Target(host="[2001:db8::1]", path="/x")),
        ("widget.example/a@b", Target(host="widget.example", path="/a@b")),
    ],
)
def test_a_target_is_read(text: str, target: Target) -> None:
    """Host in lower case and Punycode, path in its case, no query."""
    assert target == parse_target(text)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "there is no host", _EXAMPLE),
        ("https://", "there is no host", _EXAMPLE),
        ("/docs", "there is no host before the path", _EXAMPLE),
        ("https:///docs", "there is no host before the path", _EXAMPLE),
        (
            "http://widget.example",
            "http:// is not what is looked at",
            "leave the scheme out: http:// and https:// are both asked, as browsers may ask either",
        ),
        (
            "me:pw@widget.example",
            "it has a user or a password in it",
            "take it out: pages are looked at as strangers see them",
        ),
        (
            "https://@widget.example",
            "it has a user or a password in it",
            "take it out: pages are looked at as strangers see them",
        ),
        (
            "widget.example/a b",
            "it has a space or a control character in it",
            "take it out, or write it as %20",
        ),
        (
            "widget.example/\r\nX: y",
            "it has a space or a control character in it",
            "take it out, or write it as %20",
        ),
        (
            "widget.example\x00",
            "it has a space or a control character in it",
            "take it out, or write it as %20",
        ),
        (
            "localhost",
            "the name of the host needs a dot, with something on both sides of each",
            _DOT,
        ),
        (
            "widget.example.",
            "the name of the host needs a dot, with something on both sides of each",
            _DOT,
        ),
        (
            "widget..example",
            "the name of the host needs a dot, with something on both sides of each",
            _DOT,
        ),
        (
            "a." * 130 + "example",
            "the name of the host is longer than 253 characters",
            _EXAMPLE,
        ),
        ("widget.example:99999", "it is no host that a URL can have", _EXAMPLE),
        (
            "widget.example:0",
            "there is no port 0",
            "name the port that the server listens at, or none",
        ),
        ("javascript:alert(1)", "it is no host that a URL can have", _EXAMPLE),
        ("wid<get.example", "it is no host that a URL can have", _EXAMPLE),
        ("widget.example/" + "a" * 8_000, "it is longer than 8000 characters", _EXAMPLE),
    ],
)
def test_what_is_no_target_is_refused(text: str, message: str, hint: str) -> None:
    """With the reason and a way out, in one line that fits a terminal."""
    with pytest.raises(ConfigError) as raised:
        parse_target(text)

    assert (message, hint) == (raised.value.message, raised.value.hint)
    assert ExitCode.USAGE is raised.value.exit_code
    assert raised.value.where.isprintable()
    assert len(raised.value.where) < 100


@pytest.mark.parametrize("text", ["widget.example", "widget.example:8443/a/B", "[::1]:81/x"])
def test_a_target_is_written_as_it_was_read(text: str) -> None:
    """`text` gives the same target again."""
    assert text == parse_target(text).text
    assert parse_target(text) == parse_target(parse_target(text).text)


def test_a_file_has_one_host_a_line() -> None:
    """Comments, blank lines, Windows line ends and a byte order mark do not count."""
    text = "\ufeff# ours\r\nwidget.example # the first\r\n\n  \t\n gadget.example/a\t\n#x\n"

    assert (
        (Target(host="widget.example"), Target(host="gadget.example", path="/a")),
        (),
    ) == parse_targets(text, "hosts.txt")


def test_all_mistakes_of_a_file_are_found() -> None:
    """Each with its line; what is right is read all the same."""
    targets, findings = parse_targets("localhost\nwidget.example\n\nftp://x.example\n", "hosts.txt")

    assert (Target(host="widget.example"),) == targets
    assert ["hosts.txt:1", "hosts.txt:4"] == [finding.place for finding in findings]
    assert "ftp://x.example: ftp:// is not what is looked at" == findings[1].message
    assert _DOT == findings[0].hint


def test_a_file_without_hosts_is_a_mistake() -> None:
    """Nothing to look at must not look like all is well."""
    expected = Finding(
        where="hosts.txt",
        message="it names no host",
        hint="write one host a line; what is not named is not looked at",
    )

    assert ((), (expected,)) == parse_targets("# none yet\n", "hosts.txt")


@pytest.mark.parametrize(
    ("text", "route"),
    [
        (
            "Widget.example:443:127.0.0.1",
            Route(host="widget.example", port=443, address="127.0.0.1"),
        ),
        ("widget.example:80:::1", Route(host="widget.example", port=80, address="::1")),
        (
            "widget.example:80:[2001:DB8::1]",
            Route(host="widget.example", port=80, address="2001:db8::1"),
        ),
        ("[::1]:443:127.0.0.1", Route(host="[::1]", port=443, address="127.0.0.1")),
        (
            "widget.example:443:127.0.0.1:8443",
            Route(host="widget.example", port=443, address="127.0.0.1", to_port=8443),
        ),
        (
            "widget.example:443:[::1]:8443",
            Route(host="widget.example", port=443, address="::1", to_port=8443),
        ),
        (
            "bücher.example:1:127.0.0.1",
            Route(host="xn--bcher-kva.example", port=1, address="127.0.0.1"),
        ),
    ],
)
def test_a_route_is_read(text: str, route: Route) -> None:
    """As curl spells it for --resolve, with a port to connect to behind it if that is another one."""
    assert route == parse_route(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is not host:port:address"),
        ("widget.example:443", "it is not host:port:address"),
        ("widget.example::127.0.0.1", "it is not host:port:address"),
        ("https://widget.example:443:127.0.0.1", "it is not host:port:address"),
        ("widget.example:0:127.0.0.1", "there is no port 0"),
        ("widget.example:65536:127.0.0.1", "there is no port 65536"),
        ("widget.example:443:gadget.example", "gadget.example is no IP address"),
        ("widget.example:443:127.0.0.1:0", "there is no port 0"),
        ("widget.example:443:127.0.0.1:65536", "there is no port 65536"),
        ("widget.example:443:127.0.0.1:", "127.0.0.1: is no IP address"),
        ("widget.example:443:127.1", "127.1 is no IP address"),
        ("widget.example:443:fe80::1%eth0", "an address with a zone cannot be used"),
    ],
)
def test_what_is_no_route_is_refused(text: str, message: str) -> None:
    """With the way to write it."""
    with pytest.raises(ConfigError) as raised:
        parse_route(text)

    assert (message, _ROUTE) == (raised.value.message, raised.value.hint)


def test_the_host_of_a_route_is_one() -> None:
    """What could be no target has no route either."""
    with pytest.raises(ConfigError) as raised:
        parse_route("localhost:443:127.0.0.1")

    assert _DOT == raised.value.hint


_HOSTILE = st.text(
    st.one_of(st.sampled_from("a.:/@[]%#?\\ \t\n\x00é-1"), st.characters()), max_size=40
)


@hypothesis.given(_HOSTILE)
def test_no_text_raises_anything_else(text: str) -> None:
    """Any text is a target or a route, or an error of ours; a target keeps its promises."""
    targets, _ = parse_targets(text, "hosts.txt")
    for target in targets:
        assert target.host == target.host.lower()
        assert target.host.isascii()
        assert target.path.startswith("/")
        assert target.path.isascii()
        assert target == parse_target(target.text)
    for parse in (parse_target, parse_route):
        with contextlib.suppress(ConfigError):
            parse(text)
