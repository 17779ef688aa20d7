"""A scan of Mozilla's service is told with its age, and waited for in bounded time (test plan D 68)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from observatory_service import (
    HOST,
    START,
    ObservatoryService,
    changes,
    client,
    honest,
    refused,
    under_way,
)

from pressroom.observatory.algorithm import load_algorithm
from pressroom.observatory.api.fetch import scan
from pressroom.observatory.api.model import Service, ServiceError


def test_a_scan_is_the_tests_with_points_and_grade(service: ObservatoryService) -> None:
    """Asked for with POST and nothing in it, then its results with GET."""
    service.sites[HOST].tokens["cookies"] = "cookies-not-found"

    found = scan(client(service), "Widget.test")

    assert (HOST, 6, 160, "A+") == (found.host, found.algorithm_version, found.score, found.grade)
    assert list(load_algorithm().tests) == list(found.results)
    assert found.results["cookies"].passed is None
    assert 10 == found.results["cross-origin-opener-policy"].modifier
    assert [("POST", "/scan", HOST), ("GET", "/analyze", HOST)] == [
        (seen.method, seen.path, seen.host) for seen in service.seen
    ]
    assert "content-type" not in service.seen[0].headers
    assert "0" == service.seen[0].headers["content-length"]


def test_a_new_scan_is_not_cached(service: ObservatoryService) -> None:
    """It was made when we asked."""
    found = scan(client(service), HOST)

    assert (False, 0.0, START) == (found.is_cached, found.age, found.scanned_at)


def test_a_scan_within_the_minute_says_how_old_it_is(service: ObservatoryService) -> None:
    """Nothing changed on the wire but the time."""
    first = scan(client(service), HOST)
    service.clock.sleep(42)

    second = scan(client(service), HOST)

    assert (True, 42.0) == (second.is_cached, second.age)
    assert first.id == second.id


def test_a_fresh_scan_waits_until_the_minute_is_over(service: ObservatoryService) -> None:
    """In announced steps of five seconds; then there is a new one."""
    first = scan(client(service), HOST)
    service.clock.sleep(42)
    service.clock.slept.clear()
    told: list[float] = []

    second = scan(client(service), HOST, fresh=True, announce=told.append)

    assert [23.0, 18.0, 13.0, 8.0, 3.0] == told
    assert [5.0, 5.0, 5.0, 5.0, 3.0] == service.clock.slept
    assert first.id != second.id
    assert (False, 0.0) == (second.is_cached, second.age)


def test_a_fresh_scan_does_not_wait_where_there_was_none(service: ObservatoryService) -> None:
    """The first scan is as fresh as it gets."""
    assert not scan(client(service), HOST, fresh=True).is_cached
    assert [] == service.clock.slept


def test_a_fresh_scan_is_never_an_old_one(service: ObservatoryService) -> None:
    """A service that goes on with the old one gives an error."""
    scan(client(service), HOST)
    service.clock.sleep(30)
    service.faults.extend([honest, changes("id", service.sites[HOST].scans[0]["id"])])

    with pytest.raises(ServiceError, match="still answers with the scan of") as caught:
        scan(client(service), HOST, fresh=True)

    assert "check the clock" in caught.value.hint
    assert 35 == sum(service.clock.slept[1:])


@pytest.mark.parametrize("hours", [-30, 30])
def test_a_fresh_scan_waits_a_bounded_time_whatever_the_clocks_say(
    service: ObservatoryService, hours: int
) -> None:
    """Ahead of theirs or behind: at most 65 seconds, in steps."""
    ours = client(service)
    shift = dt.timedelta(hours=hours)
    shifted = Service(
        clock=lambda: service.clock.now() + shift, sleep=ours.sleep, base=ours.base, seconds=5
    )

    scan(shifted, HOST, fresh=True)

    assert 65 >= sum(service.clock.slept)
    assert all(5 >= step for step in service.clock.slept)


def test_a_scan_under_way_is_waited_for(service: ObservatoryService) -> None:
    """Neither a score nor an error: ask again, a few seconds later."""
    service.faults.extend([under_way, under_way, honest, under_way])

    assert 165 == scan(client(service), HOST).score
    assert [3.0, 3.0, 3.0] == service.clock.slept


@pytest.mark.parametrize(
    ("before", "message"), [([], "come to an end"), ([honest], "does not give the results")]
)
def test_a_scan_that_never_ends_is_an_error(
    service: ObservatoryService, before: list[Any], message: str
) -> None:
    """Half a minute is enough."""
    service.faults.extend([*before, *[under_way] * 20])

    caught = refused(service)

    assert message in caught.message
    assert "ask again in some minutes" in caught.hint
    assert 30 > sum(service.clock.slept)


def test_results_of_an_older_scan_are_not_taken(service: ObservatoryService) -> None:
    """The scan is new and the results are of yesterday: an error, not a comparison."""

    def older(answer: Any) -> None:
        answer["scan"] |= {"id": 7, "scanned_at": "2026-09-19T12:00:00Z"}

    service.faults.extend([honest, *[older] * 20])

    caught = refused(service)

    assert "does not give the results of that scan" in caught.message
    assert "ask again in some minutes" in caught.hint


def test_results_of_a_later_scan_are_taken_whole(service: ObservatoryService) -> None:
    """Somebody else scanned in between: score, time and tests are all of that one."""

    def later(answer: Any) -> None:
        answer["scan"] |= {"id": 7, "scanned_at": "2026-09-20T12:00:03Z", "score": 100}

    service.faults.extend([honest, later])

    found = scan(client(service), HOST)

    assert (7, 100, 3) == (found.id, found.score, found.scanned_at.second)


def test_one_scan_with_two_scores_is_an_error(service: ObservatoryService) -> None:
    """Which one is right is not ours to guess."""
    service.faults.extend([honest, changes("scan.score", 100)])

    caught = refused(service)

    assert "one scan two scores: 165 and 100" in caught.message
    assert "ask again in some minutes" in caught.hint
