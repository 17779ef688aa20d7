"""The strict parser of what came back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.headers.proof.answer import Answer, Heard, parse_answers

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: a\r\nx:b \r\n\r\nok"


def test_headers_stay_in_their_order_and_spelling() -> None:
    """Nothing is merged or renamed: a header that is there twice is there twice."""
    heard = parse_answers(OK)

    assert (("Content-Length", "2"), ("X", "a"), ("x", "b")) == heard.answers[0].headers
    assert ("a", "b") == heard.answers[0].values("X")
    assert (200, "OK", b"ok", ()) == (
        heard.answers[0].status,
        heard.answers[0].reason,
        heard.answers[0].body,
        heard.problems,
    )


def test_nothing_is_no_answer_and_no_problem() -> None:
    """A connection that was closed in silence has said nothing wrong."""
    assert Heard() == parse_answers(b"")


def test_several_answers_are_all_heard() -> None:
    """What follows on the same connection is not part of the first body."""
    heard = parse_answers(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + OK)

    assert [100, 200, 200] == [answer.status for answer in heard.answers]
    assert [200, 200] == [answer.status for answer in heard.final]
    assert () == heard.problems


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (b"HTTP/1.0 200\r\n\r\nup to the close", b"up to the close"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b""),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\nA\r\n0123456789\r\n0\r\n\r\n",
            b"ok0123456789",
        ),
    ],
)
def test_a_body_ends_where_its_headers_say(data: bytes, body: bytes) -> None:
    """By length, by chunks, or by the close."""
    assert ((body,), ()) == (
        tuple(answer.body for answer in parse_answers(data).answers),
        parse_answers(data).problems,
    )


def test_an_answer_to_head_has_no_body() -> None:
    """The length that HEAD tells is not waited for, and bytes that follow are a problem."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"

    assert ((b"",), ()) == (
        tuple(answer.body for answer in parse_answers(head, head=True).answers),
        parse_answers(head, head=True).problems,
    )
    assert ("2 bytes after the answer: 'ok'",) == parse_answers(head + b"ok", head=True).problems
    assert ("2 bytes after the answer: 'no'",) == parse_answers(
        b"HTTP/1.1 304 Not Modified\r\n\r\nno"
    ).problems


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"<html>", "6 bytes instead of an answer: '<html>'"),
        (b"HTTP/2 200\r\n\r\n", "14 bytes instead of an answer: 'HTTP/2 200\\r\\n\\r\\n'"),
        (b"HTTP/1.1 200 OK\n\n", "17 bytes instead of an answer: 'HTTP/1.1 200 OK\\n\\n'"),
        (b"HTTP/1.1 200 OK\r\nX: a", "it ends within its headers"),
        (b"HTTP/1.1 200 OK\r\nX : a\r\n\r\n", "not a header: 'X : a'"),
        (b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", "not a header: ' b'"),
        (b"HTTP/1.1 200 OK\r\nX: a\nY: b\r\n\r\n", "not a header: 'X: a\\nY: b'"),
        (b"HTTP/1.1 200 OK\r\nX: a\x00\r\n\r\n", "not a header: 'X: a\\x00'"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
            "the body ends after 2 of 9 bytes",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
            "not one length: 2, 3",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok", "not one length: +2"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "both Transfer-Encoding and Content-Length",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            "its chunks are broken or not complete",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n",
            "its chunks are broken or not complete",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
            "its chunks are broken or not complete",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "unknown transfer encoding: gzip, chunked",
        ),
    ],
)
def test_what_is_no_http_is_said(data: bytes, problem: str) -> None:
    """Each way to break the form has its own words."""
    assert (problem,) == parse_answers(data).problems


@given(
    st.one_of(
        st.binary(),
        st.lists(
            st.sampled_from(
                [
                    OK,
                    OK[:30],
                    b"\r\n",
                    b"\n",
                    b"0",
                    b"HTTP/1.1 204 \r\n\r\n",
                    b"Transfer-Encoding: chunked\r\n\r\n",
                ]
            )
        ).map(b"".join),
    ),
    st.booleans(),
)
def test_no_bytes_make_it_raise(data: bytes, head: bool) -> None:
    """Whatever a server says, there are answers or a problem, unless it said nothing."""
    heard = parse_answers(data, head=head)

    assert bool(data) == bool(heard.answers or heard.problems)
    assert all(isinstance(answer, Answer) for answer in heard.answers)
