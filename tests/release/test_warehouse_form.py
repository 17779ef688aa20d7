"""Multipart forms are read in pieces of any size, and what is none is refused."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import hypothesis
import pytest
import requests
from hypothesis import strategies
from release_dists import WHEEL, form, make_wheel

from pressroom.release.warehouse.forms import parse_form
from pressroom.release.warehouse.multipart import (
    MultipartError,
    Part,
    find_boundary,
    read_multipart,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def reader(data: bytes, step: int) -> Callable[[int], bytes]:
    """Gives `step` bytes at a time, however many are asked for."""
    stream = io.BytesIO(data)
    return lambda count: stream.read(min(count, step))


def parts(data: bytes, boundary: bytes, *, step: int = 7) -> list[tuple[Part, bytes]]:
    """The parts of a form, whole."""
    found: list[tuple[Part, bytes]] = []
    for piece in read_multipart(reader(data, step), boundary):
        if isinstance(piece, Part):
            found.append((piece, b""))
        else:
            head, sofar = found[-1]
            found[-1] = head, sofar + piece
    return found


@hypothesis.given(
    fields=strategies.lists(
        strategies.tuples(
            strategies.text(strategies.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
            strategies.binary(max_size=60),
        ),
        min_size=1,
        max_size=4,
    ),
    step=strategies.integers(1, 90),
)
@hypothesis.settings(max_examples=100)
def test_what_requests_sends_is_what_is_read(fields: list[tuple[str, bytes]], step: int) -> None:
    """Names and bytes of all parts arrive as they were sent, whatever the size of the pieces."""
    request = requests.Request(
        "POST",
        "http://127.0.0.1/",
        files=[(name, (name, data, "application/octet-stream")) for name, data in fields],
    ).prepare()
    assert isinstance(request.body, bytes)

    boundary = find_boundary(request.headers["Content-Type"])
    found = parts(request.body, boundary, step=step)

    assert fields == [(head.name, data) for head, data in found]
    assert [name for name, _ in fields] == [head.filename for head, _ in found]


@hypothesis.given(data=strategies.binary(max_size=200), step=strategies.integers(1, 50))
def test_nothing_else_raises(data: bytes, step: int) -> None:
    """Any other bytes are a MultipartError, not another exception and not an endless loop."""
    with pytest.raises(MultipartError):
        parts(data, b"boundary", step=step)


HEAD = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "ends before its last boundary"),
        (HEAD + b"value", "ends before its last boundary"),
        (HEAD + b"value\r\n--b", "ends before its last boundary"),
        (b"--bx" + HEAD, "no end of line"),
        (b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--", "no name"),
        (b"--b\r\nContent-Disposition: form-data; name=\xff\r\n\r\nx\r\n--b--", "not UTF-8"),
        (b"--b\r\nX: " + b"x" * 20_000, "do not end"),
    ],
)
def test_broken_forms(data: bytes, message: str) -> None:
    """Each way to be no form has its own message."""
    with pytest.raises(MultipartError, match=message):
        parts(data, b"b", step=4096)


def test_a_boundary_inside_the_data_does_not_end_it() -> None:
    """Only a whole boundary after a line feed ends a part."""
    inside = b"--b\r\n--\r\n-\r\n--a--b"
    assert [inside] == [data for _, data in parts(HEAD + inside + b"\r\n--b--\r\n", b"b", step=1)]


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain; boundary=b", "multipart/form-data", "multipart/form-data; boundary="],
)
def test_no_boundary(kind: str) -> None:
    """A request that is no form is refused before its body is read."""
    with pytest.raises(MultipartError, match="no multipart/form-data"):
        find_boundary(kind)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({":action": "submit"}, "Unknown action"),
        ({"protocol_version": "2"}, "Unknown protocol version"),
        ({"metadata_version": None}, "Invalid value for metadata_version"),
        ({"name": None}, "Invalid value for name"),
        ({"name": "UNKNOWN"}, "Invalid value for name"),
        ({"name": "-x"}, "'-x' is an invalid value for Name"),
        ({"version": None}, "Invalid value for version"),
        ({"version": "one"}, "'one' is an invalid value for Version"),
        ({"version": "1.0+local"}, "The use of local versions"),
        ({"filetype": None}, "Invalid value for filetype"),
        ({"filetype": "bdist_egg"}, "Invalid value for filetype"),
        ({"filetype": "sdist", "pyversion": "source"}, "Invalid file extension"),
        ({"pyversion": None}, "Error: Python version is required"),
        ({"sha256_digest": None, "blake2_256_digest": None}, "Error: Include at least one"),
        ({"sha256_digest": "xyz"}, "Invalid value for sha256_digest"),
        ({"blake2_256_digest": "xyz"}, "Invalid value for blake2_256_digest"),
    ],
)
def test_fields(changes: dict[str, str | None], reason: str) -> None:
    """A field that is missing or wrong is refused, and the hint says where the fields are listed."""
    fields = form(WHEEL, make_wheel(), **changes)
    parsed, found = parse_form(fields.items(), filename=WHEEL)
    assert parsed is None
    assert found[0].reason.startswith(reason), found
    assert found[0].hint


def test_a_form_without_a_file() -> None:
    """Fields alone upload nothing."""
    parsed, found = parse_form(form(WHEEL, b"").items(), filename=None)
    assert parsed is None
    assert ["Upload payload does not have a file."] == [refusal.reason for refusal in found]
    assert "https://docs.pypi.org/api/upload/" in found[0].hint
