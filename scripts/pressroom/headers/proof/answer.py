"""The answers in the bytes of one connection, read strictly (RFC 9112): what is not as it should be is said."""

from __future__ import annotations

import dataclasses
import re

_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: ([\t\x20-\x7e\x80-\xff]*))?")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})(?:[\t ]*;[^\r\n]*)?\r\n")
_NUMBER = re.compile(r"[0-9]{1,18}")
_SHOWN = 60


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One response: its headers in their order, as they were spelt; its body without transfer encoding."""

    status: int
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def values(self, name: str) -> tuple[str, ...]:
        """The values of all headers of that name, whatever its case."""
        return tuple(value for key, value in self.headers if key.lower() == name.lower())


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """All that a server said on a connection: its answers (1xx too), and what is wrong with their form."""

    answers: tuple[Answer, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def final(self) -> tuple[Answer, ...]:
        """The answers without `100 Continue` and its like."""
        return tuple(answer for answer in self.answers if answer.status >= 200)


def parse_answers(data: bytes, *, head: bool = False) -> Heard:
    """What a server said, all of it; `head`: the request was a HEAD, so no answer has a body."""
    answers: list[Answer] = []
    problems: list[str] = []
    while data:
        text, end, rest = data.partition(b"\r\n\r\n")
        lines = text.split(b"\r\n")
        match = _STATUS.fullmatch(lines[0])
        if match is None:
            before = "after the answer" if answers else "instead of an answer"
            problems.append(f"{len(data)} bytes {before}: {_shown(data)}")
            break
        if not end:
            problems.append("it ends within its headers")
        headers = _parse_fields(lines[1:], problems)
        answer = Answer(
            status=int(match[1]), reason=(match[2] or b"").decode("latin-1"), headers=headers
        )
        bodiless = head or answer.status < 200 or answer.status in {204, 304}
        body, data = (b"", rest) if bodiless else _parse_body(answer, rest, problems)
        answers.append(dataclasses.replace(answer, body=body))
    return Heard(answers=tuple(answers), problems=tuple(problems))


def _parse_fields(lines: list[bytes], problems: list[str]) -> tuple[tuple[str, str], ...]:
    """Headers; a line that is none is a problem, and so is a folded one."""
    fields = []
    for line in lines:
        match = _FIELD.fullmatch(line)
        if match is None:
            problems.append(f"not a header: {_shown(line)}")
        else:
            fields.append((match[1].decode(), match[2].decode("latin-1").rstrip("\t ")))
    return tuple(fields)


def _parse_body(answer: Answer, data: bytes, problems: list[str]) -> tuple[bytes, bytes]:
    """The body, and what comes behind it."""
    codings, lengths = answer.values("Transfer-Encoding"), answer.values("Content-Length")
    if codings:
        if [coding.lower() for coding in codings] != ["chunked"]:
            problems.append(f"unknown transfer encoding: {', '.join(codings)}")
            return data, b""
        if lengths:
            problems.append("both Transfer-Encoding and Content-Length")
        return _parse_chunks(data, problems)
    if not lengths:
        return data, b""  # up to the close
    if len(lengths) > 1 or not _NUMBER.fullmatch(lengths[0]):
        problems.append(f"not one length: {', '.join(lengths)}")
        return data, b""
    length = int(lengths[0])
    if len(data) < length:
        problems.append(f"the body ends after {len(data)} of {length} bytes")
    return data[:length], data[length:]


def _parse_chunks(data: bytes, problems: list[str]) -> tuple[bytes, bytes]:
    body: list[bytes] = []
    at = 0
    while True:
        match = _CHUNK.match(data, at)
        if match is None:
            break
        size, at = int(match[1], 16), match.end()
        if size == 0:
            trailer, end, rest = data[at:].partition(b"\r\n")
            if not end or trailer:
                break
            return b"".join(body), rest
        body.append(data[at : at + size])
        if data[at + size : at + size + 2] != b"\r\n":
            break
        at += size + 2
    problems.append("its chunks are broken or not complete")
    return b"".join(body), b""


def _shown(data: bytes) -> str:
    text = ascii(data[:_SHOWN].decode("latin-1"))
    return text + "…" * (len(data) > _SHOWN)
