"""What the live hosts said of a version, and whether that is right: the id, the headers, the grade."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.deploy.manifest import VERSION_FILE
from pressroom.deploy.words import shortened

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from pressroom.deploy.state import Score
    from pressroom.headers.policy import Policy

# Asked of every site: which version it is of. An address that nothing answers for has to have the headers too.
VERSION_PATH = f"/{VERSION_FILE}"
NOWHERE = "/pressroom-asks-for-what-is-not-there/"
_OK, _NOT_FOUND = 200, 404
_SHOWN = 60


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came back for one path of a site over TLS, or `trouble` if nothing did. Names of headers as they came."""

    path: str
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    trouble: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HostSeen:
    """A site's host: what it said to each path, and the verdict on its worst page.

    `score` is None where no page could be judged. `certificate` says what is wrong with that, "" if nothing is;
    `certificate_ends` is None where it was not seen.
    """

    site: str
    host: str
    heard: tuple[Heard, ...]
    score: Score | None = None
    certificate: str = ""
    certificate_ends: dt.datetime | None = None

    @property
    def version(self) -> str:
        """The id that it gives for itself; "" if it gives none."""
        for one in self.heard:
            if one.path == VERSION_PATH and one.status == _OK:
                return one.body[: _SHOWN + 1].decode("ascii", "replace").strip()
        return ""

    @property
    def troubles(self) -> tuple[str, ...]:
        """Why it could not be looked at, each reason once."""
        return tuple(dict.fromkeys(one.trouble for one in self.heard if one.trouble))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that a live host says and should not, at `path` if at one. `unseen`: it could not be looked at."""

    host: str
    message: str
    path: str = ""
    unseen: bool = False

    def __str__(self) -> str:
        return f"{self.host}{self.path}: {self.message}"


def judge_live(
    seen: Sequence[HostSeen],
    *,
    version: str,
    policy: Policy,
    before: Mapping[str, Score | None],
) -> tuple[Problem, ...]:
    """What is wrong with the live hosts, if `version` should be live.

    `before` are the verdicts by site that a host must not fall below; None or absent where there was none.
    """
    return tuple(
        problem
        for one in seen
        for problem in (*_problems_of_host(one, before.get(one.site)), *_told(one, version, policy))
    )


def _problems_of_host(one: HostSeen, before: Score | None) -> Iterator[Problem]:
    for trouble in one.troubles:
        yield Problem(
            host=one.host, message=f"could not be looked at: {shortened(trouble)}", unseen=True
        )
    if one.certificate:
        yield Problem(host=one.host, message=f"its certificate {shortened(one.certificate)}")
    if before is None:
        return
    was = f"{before.grade} {before.score} before"
    if one.score is None and not one.troubles:
        message = f"no page of it could be judged; the worst one got {was}"
        yield Problem(host=one.host, message=message, unseen=True)
    elif one.score is not None and one.score.score < before.score:
        got = f"{one.score.grade} {one.score.score}"
        yield Problem(host=one.host, message=f"its worst page got {got}, and {was}")


def _told(one: HostSeen, version: str, policy: Policy) -> Iterator[Problem]:
    """What is wrong with the answers, path by path."""
    for answer in one.heard:
        if answer.trouble:
            continue
        for message in _problems_of_answer(answer, one.version, version, policy):
            yield Problem(host=one.host, path=answer.path, message=message)


def _problems_of_answer(answer: Heard, said: str, version: str, policy: Policy) -> Iterator[str]:
    wanted = _NOT_FOUND if answer.path == NOWHERE else _OK
    if answer.status != wanted:
        yield f"answers with {answer.status}, not {wanted}"
    elif answer.path == VERSION_PATH and said != version:
        name = f"says it is version {said[:_SHOWN]!r}" if said else "names no version"
        yield f"{name}, not {version}"
    yield from _header_problems(answer, policy)


def _header_problems(answer: Heard, policy: Policy) -> Iterator[str]:
    """Each promised header has to be there once, with its value."""
    for header in policy.headers_for(answer.path, status=answer.status, secure=True):
        values = [value for name, value in answer.headers if name.lower() == header.name.lower()]
        if values == [header.value]:
            continue
        if not values:
            yield f"does not send {header.name}"
        elif len(values) > 1:
            yield f"sends {header.name} {len(values)} times"
        else:
            was, wanted = _where_they_differ(values[0], header.value)
            yield f"sends {header.name} as {was}, not as {wanted}"


def _where_they_differ(one: str, other: str) -> tuple[str, str]:
    """Two values in quotes; of long ones what is alike at their beginning is left out, and what is too much."""
    if max(len(one), len(other)) <= _SHOWN:
        return repr(one), repr(other)
    alike = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    start = max(0, alike - _SHOWN // 3)
    return _window(one, start), _window(other, start)


def _window(text: str, start: int) -> str:
    end = start + _SHOWN
    return f"{'…' * (start > 0)}{text[start:end]!r}{'…' * (end < len(text))}"
