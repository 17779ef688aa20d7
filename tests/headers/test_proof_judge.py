"""The judge: each way to break a promise is named, and nothing else is."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from headers_answers import (
    PAGE,
    SCRIPT,
    added,
    changed,
    closed,
    line_of,
    request_of,
    right_answer,
    without,
)

from pressroom.headers.policy import Policy
from pressroom.headers.proof.answer import parse_answers
from pressroom.headers.proof.judge import judge
from pressroom.headers.proof.kinds import KINDS
from pressroom.headers.proof.model import State
from pressroom.world.wire import End, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

POLICY = Policy()
CSP = "Content-Security-Policy"
STS = "Strict-Transport-Security"
CORP = "Cross-Origin-Resource-Policy"


def wrong(kind: str, answer: bytes | Wire) -> list[tuple[str, str]]:
    """What a judge finds wrong with the answer to a kind: subject and problem."""
    request = request_of(kind)
    wire = closed(answer) if isinstance(answer, bytes) else answer
    heard = parse_answers(wire.received, head=request.head)
    verdicts = judge(request, wire, heard, POLICY)
    return [(one.subject, one.problem) for one in verdicts if one.state is State.WRONG]


def right(kind: str) -> bytes:
    """The right answer to a kind."""
    return right_answer(request_of(kind), POLICY)


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_a_right_answer_is_right(kind: str) -> None:
    """Nothing is wrong with an answer that keeps every promise."""
    assert [] == wrong(kind, right(kind))


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_each_header_is_missed_doubled_and_compared(kind: str) -> None:
    """For every kind: each promised header without its line, with two of it, with another value."""
    request, answer = request_of(kind), right(kind)
    status = request.wanted.statuses[0]
    for header in POLICY.headers_for(request.path, status=status, secure=request.secure):
        line = line_of(answer, header.name)
        assert [(header.name, "missing")] == wrong(kind, without(answer, header.name))
        assert [(header.name, "twice")] == wrong(kind, answer.replace(line, line + line))
        assert [(header.name, "wrong")] == wrong(kind, changed(answer, header.name, "x"))


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Exchanges some bytes of an answer, which are in it."""

    def edit(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new)

    return edit


def setting(name: str, value: str) -> Callable[[bytes], bytes]:
    """Another value for a header."""
    return lambda data: changed(data, name, value)


def adding(name: str, value: str) -> Callable[[bytes], bytes]:
    """One header more."""
    return lambda data: added(data, name, value)


def lacking(name: str) -> Callable[[bytes], bytes]:
    """One header less."""
    return lambda data: without(data, name)


KEPT = "public, max-age=31536000, immutable"
DOCUMENT = "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("kind", "edit", "found"),
    [
        # headers of the policy
        ("http-page", adding(STS, "max-age=63072000; includeSubDomains"), (STS, "must not be there")),
        ("page", setting(STS, "max-age=63072000"), (STS, "wrong")),
        ("page", setting("X-Frame-Options", "deny"), ("X-Frame-Options", "wrong")),
        ("not-found-below-assets", setting("Cache-Control", KEPT), ("Cache-Control", "wrong")),
        ("asset", setting("Cache-Control", "no-cache"), ("Cache-Control", "wrong")),
        ("open-file", lacking("Access-Control-Allow-Origin"), ("Access-Control-Allow-Origin", "missing")),
        ("open-file", setting(CORP, "same-origin"), (CORP, "wrong")),
        ("page", adding("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Origin", "must not be there")),
        ("options", adding("access-control-allow-methods", "PUT"), ("access-control-allow-methods", "must not be there")),
        # other headers
        ("crlf", adding("X-Inj", "yes"), ("X-Inj", "must not be there")),
        ("page", adding("Alt-Svc", 'h3=":443"'), ("Alt-Svc", "must not be there")),
        ("page", adding("Set-Cookie", "a=b"), ("Set-Cookie", "must not be there")),
        ("page", setting("Server", "widget/1.22.1"), ("Server", "shows a version")),
        ("page", adding("ETag", '"other"'), ("ETag", "twice")),
        ("page", adding("Location", "/dir/"), ("Location", "must not be there")),
        ("post", lacking("Allow"), ("Allow", "missing")),
        ("post", setting("Allow", "GET, HEAD, TRACE"), ("Allow", "wrong")),
        # where it sends people
        ("alias", lacking("Location"), ("Location", "missing")),
        ("alias", adding("Location", "https://widget.example:8443/dir"), ("Location", "twice")),
        ("alias", setting("Location", "https://widget.example:8443/dir"), ("Location", "wrong")),
        ("alias", setting("Location", "/dir?x=%2Fa&y=%20b"), ("Location", "wrong")),
        ("alias", setting("Location", "https://widget.example:8443/dir?x=/a&y=%20b"), ("Location", "wrong")),
        ("alias", setting("Location", "http://widget.example:8443/dir?x=%2Fa&y=%20b"), ("Location", "wrong")),
        ("http-page", setting("Location", "https://stranger.example:8443/dir?x=1"), ("Location", "wrong")),
        ("http-alias", setting("Location", "https://widget.example:8443/"), ("Location", "wrong")),
        ("folder-without-slash", setting("Location", "//dir/"), ("Location", "wrong")),
        ("old-address", setting("Location", "/dir"), ("Location", "wrong")),
        # what it shows
        ("page", setting("Content-Type", "text/plain; charset=utf-8"), ("Content-Type", "wrong")),
        ("page", setting("Content-Type", "text/html"), ("Content-Type", "no charset")),
        ("head", setting("Content-Type", "text/html"), ("Content-Type", "no charset")),
        ("page", lacking("Content-Type"), ("Content-Type", "missing")),
        ("not-found", setting("Content-Type", "text/html"), ("Content-Type", "no charset")),
        ("page", replaced(b"Home", b"Dome"), ("body", "wrong")),
        ("failure", replaced(b"Out of order", b"Out of ardor"), ("body", "wrong")),
        ("gzip", lacking("Vary"), ("Vary", "missing")),
        ("gzip", setting("Vary", "Origin"), ("Vary", "wrong")),
        ("page", adding("Content-Encoding", "br"), ("Content-Encoding", "must not be there")),
        # the form of it
        ("page", lambda data: data + data, ("form", "wrong")),
        ("head", lambda data: data + PAGE, ("form", "wrong")),
        ("page", lambda data: data[:-1], ("form", "wrong")),
        ("page", replaced(b"X-Frame", b"Bad Header: x\r\nX-Frame"), ("form", "wrong")),
    ],
)  # fmt: skip
def test_one_break_is_one_verdict(
    kind: str, edit: Callable[[bytes], bytes], found: tuple[str, str]
) -> None:
    """The judge names what was broken, first; a cut body is both a form and a body."""
    answer = edit(right(kind))

    assert {found} <= set(wrong(kind, answer)) <= {found, ("body", "wrong")}


@pytest.mark.parametrize(
    ("kind", "location"),
    [
        ("alias", "https://WIDGET.example:8443/dir?x=%2Fa&y=%20b"),
        ("folder-without-slash", "/dir/"),
        ("folder-without-slash", "dir/"),
        ("old-address", "https://widget.example:8443/dir/"),
        ("http-page", "HTTPS://widget.example:8443/dir?x=1"),
    ],
)
def test_the_same_address_may_be_said_differently(kind: str, location: str) -> None:
    """A relative and an absolute Location that lead to one address are the same."""
    assert [] == wrong(kind, changed(right(kind), "Location", location))


@pytest.mark.parametrize(
    ("location", "found"),
    [
        ("/dir/", []),
        ("https://widget.example:8443/dir/", []),
        ("//stranger.example/%2e%2e/dir/", [("Location", "wrong")]),
        ("/\\stranger.example/", [("Location", "wrong")]),
        ("https://widget.example:8443.stranger.example/", [("Location", "wrong")]),
        ("javascript:alert(1)", [("Location", "wrong")]),
    ],
)
def test_a_redirect_that_nobody_wrote_stays_at_home(
    location: str, found: list[tuple[str, str]]
) -> None:
    """Two slashes in front may be sent to the site itself, and to nobody else."""
    answer = right("not-found").replace(b"404", b"301")
    answer = without(without(answer, "Content-Type"), "Cache-Control")
    answer = added(added(answer, "Location", location), "Cache-Control", "no-cache")

    assert found == wrong("double-slash", answer)


def test_the_echo_of_trace_is_heard() -> None:
    """A 200 to TRACE is a wrong status, and the echo of the request is named."""
    request = request_of("trace")
    answer = right("trace").replace(b"405", b"200").replace(b"Content-Length: 0", b"X: y")
    found = wrong("trace", without(without(answer, "X"), "Allow") + request.payload)

    assert [("status", "wrong"), ("body", "not for the asker")] == found


@pytest.mark.parametrize("kind", ["traversal", "page", "forbidden"])
def test_a_file_from_elsewhere_is_seen(kind: str) -> None:
    """The first line of /etc/passwd is in no answer."""
    answer = without(right(kind), "Content-Length") + b"root:x:0:0:root:/root:/bin/bash\n"

    assert ("body", "not for the asker") in wrong(kind, answer)


def test_a_list_of_a_folder_is_seen() -> None:
    """A folder without a page shows nobody what is in it."""
    answer = without(right("forbidden"), "Content-Length") + b'<a href="x.0123abcd.js">x</a>'

    assert ("body", "not for the asker") in wrong("forbidden", answer)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        SCRIPT,
        gzip.compress(SCRIPT)[:-9],
        gzip.compress(SCRIPT + b"x"),
        gzip.compress(SCRIPT) + b"x",
        gzip.compress(b"1" * 50_000_000),
    ],
    ids=["empty", "plain", "cut", "longer", "tail", "bomb"],
)
def test_a_compressed_body_is_the_file(body: bytes) -> None:
    """What is unpacked is compared; no byte more of it is unpacked."""
    head = right("gzip").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"

    request, answer = request_of("gzip"), without(head, "Content-Length") + body
    verdicts = judge(request, closed(answer), parse_answers(answer), POLICY)
    (found,) = [one for one in verdicts if one.state is State.WRONG]
    assert ("body", "wrong") == (found.subject, found.problem)
    assert int(found.got.split()[0]) <= len(SCRIPT) + 1


@pytest.mark.parametrize("kind", ["unknown-host", "unknown-name", "http-unknown-host"])
@pytest.mark.parametrize("end", [End.CLOSED, End.RESET, End.REFUSED])
def test_a_stranger_may_be_told_nothing(kind: str, end: End) -> None:
    """For a host that is none of ours a closed connection is as good as an error."""
    assert [] == wrong(kind, Wire(sent=b"", received=b"", end=end))


@pytest.mark.parametrize("kind", ["unknown-host", "unknown-name", "http-unknown-host"])
def test_a_stranger_is_never_redirected(kind: str) -> None:
    """A redirect for a host that is none of ours is a wrong status, whereto it may lead."""
    answer = added(right("alias"), "X", "y")

    assert ("status", "wrong") in wrong(kind, answer)


@pytest.mark.parametrize("end", [End.DEADLINE, End.LIMIT, End.UNREACHABLE])
def test_no_end_is_not_silence(end: End) -> None:
    """A server that is not there, or does not close, has refused nobody."""
    assert [("status", "wrong")] == wrong("unknown-host", Wire(sent=b"", received=b"", end=end))


@pytest.mark.parametrize("kind", ["page", "not-found", "long-header", "http-page"])
def test_others_are_answered(kind: str) -> None:
    """Silence is wrong for whoever asks for a site of ours."""
    assert [("status", "wrong")] == wrong(kind, closed(b""))


def test_an_answer_that_does_not_end_is_named() -> None:
    """A server that was asked to close and does not is told from one that does."""
    wire = Wire(sent=b"", received=right("page"), end=End.DEADLINE)

    assert [("form", "wrong")] == wrong("page", wire)


def test_what_is_no_answer_is_none() -> None:
    """Bytes without a status are a wrong status, also where silence would do."""
    assert [("status", "wrong")] == wrong("unknown-host", b"<html>go away</html>")
    assert [("status", "wrong")] == wrong("unknown-host", b"HTTP/1.1 100 Continue\r\n\r\n")
