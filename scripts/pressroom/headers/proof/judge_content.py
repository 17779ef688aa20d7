"""What an answer shows: the bytes that the site has, as what they are, and nothing from elsewhere."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from pressroom.headers.proof.model import Body, Verdict, judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.proof.answer import Answer
    from pressroom.headers.proof.model import Request

_SHOWN = 60
_GZIP = 31  # zlib: a gzip header, the largest window


def judge_content(request: Request, answer: Answer) -> Iterator[Verdict]:
    """Body, Content-Type, Content-Encoding and Vary."""
    held = next((text for text in request.wanted.unheard if text in answer.body), None)
    if held is not None:
        yield judged("body", "not for the asker", expected="nothing of it", got=_shown(held))
    wanted = next((one for one in request.wanted.bodies if one.status == answer.status), None)
    gzip = request.wanted.gzip and answer.status == 200
    yield from _judge_encoding(answer, gzip=gzip)
    if wanted is not None:
        yield _judge_type(answer, wanted)
        if not request.head:
            yield _judge_body(answer, wanted)


def _judge_encoding(answer: Answer, *, gzip: bool) -> Iterator[Verdict]:
    encoding = ", ".join(answer.values("Content-Encoding"))
    if not gzip:
        if encoding:  # nobody said that it would be understood
            yield judged("Content-Encoding", "must not be there", got=encoding)
        return
    problem = "missing" if not encoding else "wrong" if encoding != "gzip" else ""
    yield judged("Content-Encoding", problem, expected="gzip", got=encoding)
    vary = ", ".join(answer.values("Vary"))
    names = {name.strip().lower() for name in vary.split(",")}
    problem = "missing" if not vary else "wrong" if "accept-encoding" not in names else ""
    yield judged("Vary", problem, expected="Accept-Encoding", got=vary)


def _judge_type(answer: Answer, wanted: Body) -> Verdict:
    values = answer.values("Content-Type")
    got = " | ".join(values)
    problem = "" if values == (wanted.kind,) else "wrong"
    if not values:
        problem = "missing"
    elif len(values) == 1 and got == wanted.kind.partition(";")[0] != wanted.kind:
        problem = "no charset"
    return judged("Content-Type", problem, expected=wanted.kind, got=got)


def _judge_body(answer: Answer, wanted: Body) -> Verdict:
    data = answer.body
    if answer.values("Content-Encoding") == ("gzip",):
        data = _unpack(data, len(wanted.data))
    return judged(
        "body",
        "" if data == wanted.data else "wrong",
        expected=f"{len(wanted.data)} bytes: {_shown(wanted.data)}",
        got=f"{len(data)} bytes: {_shown(data)}",
    )


def _unpack(data: bytes, size: int) -> bytes:
    """What is in a gzip member, up to one byte more than it should; empty when it is not one, or not whole."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacker.decompress(data, size + 1)
    except zlib.error:
        return b""
    whole = len(unpacked) > size or (unpacker.eof and not unpacker.unused_data)
    return unpacked if whole else b""


def _shown(data: bytes) -> str:
    text = ascii(data[:_SHOWN].decode("latin-1"))
    return text + "…" * (len(data) > _SHOWN)
