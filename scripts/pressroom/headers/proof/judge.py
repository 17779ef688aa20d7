"""An answer against the promise: every header of the policy once and right, and nothing that must not be there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.headers.policy import STS
from pressroom.headers.proof.judge_content import judge_content
from pressroom.headers.proof.judge_location import judge_location
from pressroom.headers.proof.model import State, Verdict, judged
from pressroom.world.wire import End

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.policy import Policy
    from pressroom.headers.proof.answer import Answer, Heard
    from pressroom.headers.proof.model import Request
    from pressroom.world.wire import Wire

# What an answer of a static site may have besides the policy's headers, once each. Anything else was injected,
# or says more than it should.
_ORDINARY = {
    "accept-ranges",
    "allow",
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "date",
    "etag",
    "keep-alive",
    "last-modified",
    "location",
    "server",
    "transfer-encoding",
    "vary",
}
_SEVERAL = {"vary", "allow", "connection"}
_SILENT = (End.CLOSED, End.RESET, End.REFUSED)
_VERSION = re.compile(r"[0-9]")
SILENCE = "closed"


def judge(request: Request, wire: Wire, heard: Heard, policy: Policy) -> tuple[Verdict, ...]:
    """Everything that can be said of what came back, right or wrong, the headers of the policy first."""
    if not heard.final:
        return _judge_silence(request, wire, heard, policy)
    answer = heard.final[0]
    return (
        *_judge_promise(request, answer, policy),
        _judge_status(request, str(answer.status), fine=answer.status in request.wanted.statuses),
        *_judge_form(wire, heard),
        *judge_location(request, answer),
        *judge_content(request, answer),
        *_judge_allow(request, answer),
        *_judge_server(answer),
        *_judge_others(request, answer, policy),
    )


def columns(policy: Policy) -> tuple[str, ...]:
    """The headers of the matrix: what is promised over TLS, and what is promised always."""
    return (STS, *(header.name for header in policy.always))


def _judge_promise(request: Request, answer: Answer, policy: Policy) -> Iterator[Verdict]:
    promised = policy.headers_for(request.path, status=answer.status, secure=request.secure)
    wanted = {header.name: header.value for header in promised}
    for name in dict.fromkeys((*columns(policy), *wanted)):
        yield _judge_header(name, wanted.get(name), answer.values(name))


def _judge_header(name: str, wanted: str | None, values: tuple[str, ...]) -> Verdict:
    got = " | ".join(values)
    if wanted is None:
        if not values:
            return Verdict(subject=name, state=State.ABSENT)
        return judged(name, "must not be there", got=got)
    problem = "missing" if not values else "twice" if len(values) > 1 else ""
    if not problem and values[0] != wanted:
        problem = "wrong"
    return judged(name, problem, expected=wanted, got=got)


def _judge_silence(
    request: Request, wire: Wire, heard: Heard, policy: Policy
) -> tuple[Verdict, ...]:
    """No answer: where that is fine, no header is missing either."""
    cells = tuple(Verdict(subject=name, state=State.ABSENT) for name in columns(policy))
    if wire.received:
        got, fine = "; ".join(heard.problems) or "no final answer", False
    elif wire.end in _SILENT:
        got, fine = SILENCE, request.wanted.silence
    else:
        got, fine = f"{wire.end} {wire.detail}".strip(), False
    return (*cells, _judge_status(request, got, fine=fine))


def _judge_status(request: Request, got: str, *, fine: bool) -> Verdict:
    words = [str(status) for status in request.wanted.statuses]
    expected = " or ".join(words + [SILENCE] * request.wanted.silence)
    return judged("status", "" if fine else "wrong", expected=expected, got=got)


def _judge_form(wire: Wire, heard: Heard) -> Iterator[Verdict]:
    problems = list(heard.problems)
    if len(heard.final) > 1:
        problems.append(f"{len(heard.final)} answers to one request")
    if wire.end in {End.DEADLINE, End.LIMIT}:
        problems.append(f"the connection: {wire.end}")
    for problem in problems or [""]:
        yield judged("form", problem and "wrong", expected="one answer in HTTP/1.1", got=problem)


def _judge_allow(request: Request, answer: Answer) -> Iterator[Verdict]:
    if answer.status != 405:
        return
    got = ", ".join(answer.values("Allow"))
    methods = {word.strip() for word in got.split(",")}
    problem = "missing" if not got else "wrong" if methods != set(request.wanted.allow) else ""
    yield judged("Allow", problem, expected=", ".join(request.wanted.allow), got=got)


def _judge_server(answer: Answer) -> Iterator[Verdict]:
    for value in answer.values("Server"):
        problem = "shows a version" if _VERSION.search(value) else ""
        yield judged("Server", problem, expected="a name at most", got=value)


def _judge_others(request: Request, answer: Answer, policy: Policy) -> Iterator[Verdict]:
    """Headers that nobody promised, and ordinary ones that are there twice."""
    promised = policy.headers_for(request.path, status=answer.status, secure=request.secure)
    judged_before = {name.lower() for name in columns(policy)}
    judged_before |= {header.name.lower() for header in promised}
    for name in dict.fromkeys(name for name, _ in answer.headers):
        values, key = answer.values(name), name.lower()
        if key in judged_before:
            continue
        if key not in _ORDINARY:
            yield judged(name, "must not be there", got=" | ".join(values))
        elif len(values) > 1 and key not in _SEVERAL:
            yield judged(name, "twice", expected="once", got=" | ".join(values))
