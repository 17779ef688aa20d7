"""What live hosts say, and what is wrong with it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.deploy.live import NOWHERE, VERSION_PATH, Heard, HostSeen, Problem, judge_live
from pressroom.deploy.state import Score
from pressroom.headers.policy import Policy

ID, OTHER = "a" * 16, "b" * 16
POLICY = Policy()
BEST, LESS = Score(grade="A+", score=155, pages=3), Score(grade="B", score=70, pages=3)
HOST = "hub.example"
UNREADABLE = "\N{REPLACEMENT CHARACTER}" * 9


def heard(path: str, *, status: int = 200, body: bytes = b"") -> Heard:
    """An answer with all headers that are promised for it, in small letters as HTTP/2 has them."""
    promised = POLICY.headers_for(path, status=status, secure=True)
    headers = tuple((one.name.lower(), one.value) for one in promised)
    return Heard(path=path, status=status, headers=(*headers, ("date", "now")), body=body)


def seen(*more: Heard, **changes: Any) -> HostSeen:
    """A host as it should be, but for what is said of it."""
    right = {
        VERSION_PATH: heard(VERSION_PATH, body=f"{ID}\n".encode()),
        NOWHERE: heard(NOWHERE, status=404),
        "/": heard("/"),
        "/assets/a.css": heard("/assets/a.css"),
        "/a.json": heard("/a.json"),
    }
    answers = tuple({**right, **{one.path: one for one in more}}.values())
    return HostSeen(**{"site": "hub", "host": HOST, "heard": answers, "score": BEST, **changes})


def told(host: HostSeen, before: Score | None = BEST) -> list[str]:
    """What is wrong with it; all of it was seen."""
    problems = judge_live([host], version=ID, policy=POLICY, before={"hub": before})
    assert not any(one.unseen for one in problems)
    return [str(one) for one in problems]


def without(answer: Heard, name: str) -> Heard:
    """An answer without one of its headers."""
    return dataclasses.replace(
        answer, headers=tuple(one for one in answer.headers if one[0] != name)
    )


def test_a_host_that_is_as_it_should_be_has_no_problem() -> None:
    """The id, all statuses, all headers of every class of path, and the grade."""
    assert [] == told(seen())
    assert [] == told(seen(), None)
    assert () == judge_live([], version=ID, policy=POLICY, before={})


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (heard(VERSION_PATH, body=OTHER.encode()), f"says it is version '{OTHER}', not {ID}"),
        (heard(VERSION_PATH, body=b" \n"), f"names no version, not {ID}"),
        (heard(VERSION_PATH, body=b"\xff" * 9), f"says it is version '{UNREADABLE}', not {ID}"),
        (heard(VERSION_PATH, body=b"z" * 10**6), f"says it is version '{'z' * 60}', not {ID}"),
        (heard(VERSION_PATH, status=404, body=ID.encode()), "answers with 404, not 200"),
    ],
)
def test_another_version_is_a_problem(answer: Heard, message: str) -> None:
    """Or none, or what is no id at all; said once, on one line, and not longer than that."""
    assert [f"{HOST}{VERSION_PATH}: {message}"] == told(seen(answer))


def test_statuses_that_are_wrong_are_named() -> None:
    """A page has to be there, and what is nowhere has to be missing."""
    assert [
        f"{HOST}{NOWHERE}: answers with 200, not 404",
        f"{HOST}/: answers with 503, not 200",
    ] == told(seen(heard("/", status=503), heard(NOWHERE)))


@pytest.mark.parametrize("path", ["/", "/assets/a.css", "/a.json", VERSION_PATH])
def test_a_header_that_is_missing_is_a_problem(path: str) -> None:
    """On every kind of path."""
    answer = without(heard(path, body=ID.encode()), "strict-transport-security")

    assert [f"{HOST}{path}: does not send Strict-Transport-Security"] == told(seen(answer))


def test_errors_carry_the_headers_too() -> None:
    """An asset's own do not hold there."""
    answer = without(heard(NOWHERE, status=404), "content-security-policy")

    assert [f"{HOST}{NOWHERE}: does not send Content-Security-Policy"] == told(seen(answer))


def test_a_header_that_comes_twice_is_a_problem() -> None:
    """In any spelling of its name, with the right value or another."""
    page = heard("/")
    for name, value in (("X-FRAME-OPTIONS", "DENY"), ("x-frame-options", "SAMEORIGIN")):
        answer = dataclasses.replace(page, headers=(*page.headers, (name, value)))
        assert [f"{HOST}/: sends X-Frame-Options 2 times"] == told(seen(answer))


def test_another_value_is_shown_where_it_differs() -> None:
    """A short one whole, a long one around the first difference, and never much of it."""
    answer = without(heard("/"), "x-frame-options")
    answer = dataclasses.replace(answer, headers=(*answer.headers, ("X-Frame-Options", "deny")))
    assert [f"{HOST}/: sends X-Frame-Options as 'deny', not as 'DENY'"] == told(seen(answer))

    value = dict(heard("/").headers)["content-security-policy"]
    loose = value.replace("frame-ancestors 'none'", "frame-ancestors *") + "\x1b" * 10**5
    answer = without(heard("/"), "content-security-policy")
    answer = dataclasses.replace(
        answer, headers=(*answer.headers, ("content-security-policy", loose))
    )
    (problem,) = told(seen(answer))
    assert "frame-ancestors *" in problem
    assert "frame-ancestors 'none'" in problem
    assert problem.isprintable()
    assert len(problem) < 300


def test_what_begins_alike_and_goes_on_is_told_apart() -> None:
    """A value that is only longer is shown with where it goes on."""
    value = dict(heard("/").headers)["content-security-policy"]
    answer = without(heard("/"), "content-security-policy")
    answer = dataclasses.replace(
        answer, headers=(*answer.headers, ("content-security-policy", f"{value}; upgrade"))
    )
    (problem,) = told(seen(answer))
    assert "; upgrade" in problem


def test_a_lower_grade_is_a_problem_and_the_same_is_none() -> None:
    """Compared with the verdict before; a better one is welcome."""
    assert [f"{HOST}: its worst page got B 70, and A+ 155 before"] == told(seen(score=LESS))
    assert [] == told(seen(score=LESS), LESS)
    assert [] == told(seen(), LESS)
    assert [] == told(seen(score=LESS), None)


def test_a_certificate_that_is_wrong_is_a_problem() -> None:
    """On one line, whatever stands in it."""
    assert [f"{HOST}: its certificate is for a\\nb.example"] == told(
        seen(certificate="is for a\nb.example")
    )


def test_what_could_not_be_looked_at_is_told_apart() -> None:
    """Each reason once, as unseen, and nothing is said of answers that did not come."""
    silent = [Heard(path=path, trouble="timed out") for path in (VERSION_PATH, "/", NOWHERE)]
    host = seen(*silent, score=None)

    assert (Problem(host=HOST, message="could not be looked at: timed out", unseen=True),) == (
        judge_live([host], version=ID, policy=POLICY, before={"hub": BEST})
    )
    assert "" == host.version


def test_a_grade_that_could_not_be_given_is_unseen() -> None:
    """Where there was one before, nobody can tell that it is not lower."""
    (problem,) = judge_live([seen(score=None)], version=ID, policy=POLICY, before={"hub": BEST})

    assert problem.unseen
    assert "no page of it could be judged; the worst one got A+ 155 before" == problem.message
    assert [] == told(seen(score=None), None)


def test_every_host_is_judged() -> None:
    """Each with its own verdict from before."""
    hosts = [seen(), seen(site="ccid", host="ccid.example", score=LESS)]

    problems = judge_live(hosts, version=ID, policy=POLICY, before={"ccid": BEST, "hub": BEST})
    assert ["ccid.example"] == [one.host for one in problems]


answers = st.builds(
    Heard,
    path=st.sampled_from([VERSION_PATH, NOWHERE, "/", "/assets/a.css"]),
    status=st.sampled_from([0, 200, 301, 404, 500]),
    headers=st.lists(
        st.tuples(st.sampled_from(["CACHE-control", "x"]), st.text(max_size=80)), max_size=3
    ).map(tuple),
    body=st.binary(max_size=80),
    trouble=st.sampled_from(["", "", "no\nroute"]),
)


@given(st.lists(answers, max_size=4).map(tuple))
def test_whatever_a_host_says_is_told_on_one_line_each(some: tuple[Heard, ...]) -> None:
    """Nothing that it says breaks out of the message."""
    for problem in judge_live([seen(heard=some)], version=ID, policy=POLICY, before={"hub": BEST}):
        assert str(problem).isprintable()
