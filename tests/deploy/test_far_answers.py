"""What the far side says is read with suspicion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.deploy.far.answers import parse_inspected, parse_state, shown
from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from collections.abc import Callable

STATE = b"link\0versions/0123456789abcdef\x001700000000\0\0\0versions/0123456789abcdef\0end\0"
INSPECTED = b"m\0c\0r\0d 755 4096 \0f 644 1 hub/a\0\0" + b"a" * 64 + b"  ./hub/a\0end\0"


@pytest.mark.parametrize(("parse", "whole"), [(parse_state, STATE), (parse_inspected, INSPECTED)])
def test_half_an_answer_is_none(parse: Callable[..., object], whole: bytes) -> None:
    """An answer that was cut off anywhere, or has more behind it, is refused."""
    assert parse(whole, where="w")
    for wrong in (*(whole[:end] for end in range(len(whole))), whole + b"x", b"Welcome!\n" + whole):
        if wrong == b"Welcome!\n" + INSPECTED:
            continue  # its first field is a text: the manifest is wrong then, which is seen
        with pytest.raises(PressroomError, match="not what was asked for") as error:
            parse(wrong, where="w")
        assert "login script" in error.value.hint


@given(
    st.binary()
    | st.lists(st.sampled_from([*STATE.split(b"\0"), *INSPECTED.split(b"\0")])).map(b"\0".join)
)
def test_no_answer_is_too_odd(data: bytes) -> None:
    """Whatever comes back is read or refused."""
    for parse in (parse_state, parse_inspected):
        for out in (data, data + b"\0end\0"):
            try:
                parse(out, where="w")
            except PressroomError as error:
                assert error.hint  # noqa: PT017 - it may be read, too


@given(st.text(st.characters()))
def test_what_is_shown_can_be_printed(text: str) -> None:
    """Nothing from over there moves a terminal or fills it."""
    assert shown(text).isprintable()
    assert 201 >= len(shown(text))
