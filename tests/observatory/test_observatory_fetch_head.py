"""The head of an answer: what Node.js refuses is refused, and what it takes is taken with the same fields."""

from __future__ import annotations

import contextlib
import io
import random
from typing import TYPE_CHECKING

import hypothesis
import hypothesis.strategies as st
import node_oracle
import pytest

from pressroom.world.head import HEAD_LIMIT, read_head
from pressroom.world.unanswered import Reason, UnansweredError

if TYPE_CHECKING:
    from pressroom.world.head import Head

# Answers each raw text with what http.request makes of it: [status, fields] or null.
_NODE = """
import http from 'node:http';
import { Duplex } from 'node:stream';
const heard = (raw) => new Promise((resolve) => {
  const wire = new Duplex({
    read() {},
    write(chunk, encoding, done) {
      if (!this.answered) setImmediate(() => { this.push(Buffer.from(raw, 'latin1')); this.push(null); });
      this.answered = true;
      done();
    },
  });
  const request = http.request({ createConnection: () => wire }, (answer) => {
    answer.on('error', () => {});
    answer.resume();
    resolve([answer.statusCode, answer.rawHeaders]);
  });
  request.on('error', () => resolve(null));
  request.end();
});
const results = new Map();
for (const raw of questions) results.set(raw, await heard(raw));
const answer = (raw) => results.get(raw);
"""
_LINES = (
    *(
        "X-A: b\r\n",
        "Set-Cookie: a=b; Path=/\r\n",
        "Location: /x\r\n",
        "x:\t \xff \t\r\n",
        "y:\r\n",
    ),
    *("Content-Length: 2\r\n", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n"),
)
_PIECES = (
    *_LINES * 3,
    *("\r\n", "\n", "\r", "\0", "\x0b", "\x7f", "\x85", "\xff", " ", "\t", ":", ": ", ";"),
    *("a", " folded\r\n", "X\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "(", '"', "\x1b[31m"),
    "Content-Length: +2\r\n",
)
_STARTS = (
    *("HTTP/1.1 200 OK\r\n",) * 6,
    *("HTTP/1.1 404\r\n", "HTTP/1.1 302 \r\n", "HTTP/1.0 200 OK\r\n", "HTTP/2.0 200 OK\r\n"),
    *("HTTP/1.2 200 OK\r\n", "HTTP/1.1  200 OK\r\n", "HTTP/1.1 99 OK\r\n", "http/1.1 200 OK\r\n"),
    *("HTTP/1.1 1000 OK\r\n", "HTTP/1.1 200 OK\n", "HTTP/1.1 200OK\r\n", "\r\nHTTP/1.1 200 OK\r\n"),
    *(
        "ICY 200 OK\r\n",
        "HTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n",
        "HTTP/2 200\r\n",
    ),
)


def read(raw: str, *, limit: int = HEAD_LIMIT) -> Head:
    return read_head(io.BytesIO(raw.encode("latin-1")), limit=limit)


def ours(raw: str) -> list[object] | None:
    try:
        head = read(raw)
    except UnansweredError:
        return None
    return [head.status, [text for pair in head.pairs for text in pair]]


def arbitrary_heads(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 - the same ones each time
    return [
        chance.choice(_STARTS)
        + "".join(chance.choice(_PIECES) for _ in range(chance.randrange(5)))
        + chance.choice(("\r\n", "\r\n", "\r\n", "\r\n\r\n", "\n\n"))
        for _ in range(count)
    ]


def test_heads_are_what_node_makes_of_them() -> None:
    """Status, fields and refusals of 3,000 odd heads are those of Node.js."""
    heads = arbitrary_heads(3_000, seed=12)

    answers = node_oracle.ask(_NODE, heads)

    assert [] == [
        (head, answer, ours(head))
        for head, answer in zip(heads, answers, strict=True)
        if answer != ours(head)
    ]
    assert 500 < sum(answer is not None for answer in answers) < 2_500


@pytest.mark.parametrize(
    ("raw", "reason", "detail"),
    [
        ("", Reason.CLOSED, ""),
        ("HTTP/1.1 200 OK\r\nA: b", Reason.CLOSED, "within its headers"),
        ("SSH-2.0-x\r\n\r\n", Reason.BROKEN, "it does not begin with a status of HTTP/1"),
        (
            "HTTP/1.1 200 OK\r\nX-A: b\rSet-Cookie: c=d\r\n\r\n",
            Reason.BROKEN,
            "a header line is none, or has a control character, a bare CR or LF: 'X-A'",
        ),
        (
            "HTTP/1.1 101 Switch\r\n\r\n",
            Reason.BROKEN,
            "it switches protocols, which nobody asked for",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
            Reason.BROKEN,
            "it states its length twice",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2a\r\n\r\n",
            Reason.BROKEN,
            "its Content-Length is no number",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n\r\n",
            Reason.BROKEN,
            "its Transfer-Encoding is empty",
        ),
    ],
)
def test_a_refused_head_says_why(raw: str, reason: Reason, detail: str) -> None:
    """What is wrong is told apart, and said."""
    with pytest.raises(UnansweredError) as raised:
        read(raw)

    assert (reason, detail) == (raised.value.reason, raised.value.detail)


def test_headers_end_at_a_limit() -> None:
    """64 KiB of headers are read, a CSP of 60 kB among them, and not a byte more; interim answers count."""
    fits = f"HTTP/1.1 200 OK\r\nA: {'b' * 60_000}\r\n\r\n"

    assert 60_000 == len(read(fits).pairs[0][1])
    for flood in ("A: b\r\n" * 20_000, "A: " + "b" * 70_000, "\r\n\r\nHTTP/1.1 100 C\r\n" * 9_000):
        with pytest.raises(UnansweredError) as raised:
            read("HTTP/1.1 100 OK\r\n" + flood)
        assert Reason.TOO_LONG is raised.value.reason
        assert "its headers are longer than 65536 bytes" == raised.value.detail


@pytest.mark.parametrize(
    ("head", "plain"),
    [
        ("HTTP/1.1 200 OK\r\n", "Connection: keep-alive"),
        ("HTTP/1.1 200 OK\r\nConnection: x, Close\r\n", "Connection: close"),
        ("HTTP/1.0 200 OK\r\n", "Connection: close"),
        ("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n", "Connection: keep-alive"),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n",
            "Transfer-Encoding: chunked\r\nConnection: keep-alive",
        ),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n", "Connection: keep-alive"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 007\r\n",
            "Content-Length: 7\r\nConnection: keep-alive",
        ),
    ],
)
def test_the_library_gets_a_plain_head(head: str, plain: str) -> None:
    """Length and connection are said in one way only."""
    expected = f"HTTP/1.1 200 .\r\n{plain}\r\n\r\n".encode()

    assert expected == read(head + "\r\n").plain


@hypothesis.given(st.binary(max_size=300))
def test_no_head_raises_anything_else(data: bytes) -> None:
    """Any bytes are a head, or an error of ours."""
    with contextlib.suppress(UnansweredError):
        assert 200 == read_head(io.BytesIO(b"HTTP/1.1 200 OK\r\n" + data)).status
