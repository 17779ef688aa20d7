"""Answers between markers, in whatever pieces they come."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from pressroom.world.framing import Frame

MARKER = "0123456789abcdef"


def pieces(data: bytes, size: int) -> list[bytes]:
    """The bytes in pieces of one size."""
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(
    before=st.binary(max_size=200),
    content=st.binary(max_size=300),
    after=st.binary(max_size=50),
    code=st.integers(0, 255),
    size=st.integers(1, 80),
)
def test_an_answer_is_what_stands_between(
    before: bytes, content: bytes, after: bytes, code: int, size: int
) -> None:
    """Any bytes between the markers come out as they are, whatever stands around them and however they are cut."""
    text = before + f"{MARKER}+\n".encode() + content + f"\n{MARKER}- {code}\n".encode() + after
    frame = Frame(MARKER, keep=1_000)
    for piece in pieces(text, size):
        frame.feed(piece)

    assert (content, code, False) == (frame.content(), frame.code, frame.is_cut)


@given(content=st.binary(min_size=41, max_size=300), size=st.integers(1, 80))
def test_of_a_long_answer_the_end_stays(content: bytes, size: int) -> None:
    """More than a frame keeps is cut at its beginning, and the frame says so."""
    frame = Frame(MARKER, keep=40)
    for piece in pieces(f"{MARKER}+\n".encode() + content + f"\n{MARKER}- 3\n".encode(), size):
        frame.feed(piece)

    assert (content[-40:], 3, True) == (frame.content()[-40:], frame.code, frame.is_cut)
    assert len(frame.content()) <= 40


def test_what_stands_in_place_of_an_answer_is_kept_in_part() -> None:
    """A machine that talks and never answers costs no more than some kilobytes, and its last words are here."""
    frame = Frame(MARKER, keep=1_000_000)
    for _ in range(1_000):
        frame.feed(b"x" * 1_000)
    frame.feed(b"last words")

    assert frame.content().endswith(b"last words")
    assert len(frame.content()) < 10_000
    assert (None, False) == (frame.code, frame.is_cut)


def test_small_pieces_cost_linear_time() -> None:
    """A megabyte in pieces of eight bytes takes no more than a moment: nothing is looked through twice."""
    frame = Frame(MARKER, keep=10_000_000)
    frame.feed(f"{MARKER}+\n".encode())
    started = time.process_time()
    for _ in range(125_000):
        frame.feed(b"\n012345\n")

    assert time.process_time() - started < 2
