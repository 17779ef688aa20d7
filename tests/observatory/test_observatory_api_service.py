"""The stand-in keeps the contract of Mozilla's service that the facts describe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from observatory_service import HTML_502, Clock, ObservatoryService, Site, says

from pressroom.observatory.algorithm import load_algorithm

if TYPE_CHECKING:
    from collections.abc import Iterator

SCAN = {
    "id",
    "algorithm_version",
    "scanned_at",
    "error",
    "grade",
    "score",
    "status_code",
    "tests_failed",
    "tests_passed",
    "tests_quantity",
}


@pytest.fixture
def service() -> Iterator[ObservatoryService]:
    with ObservatoryService(Clock()) as running:
        yield running


def ask(service: ObservatoryService, method: str, path: str, **more: Any) -> tuple[int, Any]:
    """Status and JSON of an answer."""
    reply = requests.request(method, service.base + path, timeout=5, **more)
    return reply.status_code, reply.json()


def test_a_scan_has_the_documented_keys(service: ObservatoryService) -> None:
    """And no others; all twelve tests are counted."""
    status, answer = ask(service, "POST", "/scan?host=Widget.test")

    assert 200 == status
    assert SCAN | {"details_url"} == set(answer)
    assert (6, None, 165, "A+") == tuple(
        answer[key] for key in ("algorithm_version", "error", "score", "grade")
    )
    assert 12 == answer["tests_quantity"] == answer["tests_passed"] + answer["tests_failed"]


def test_an_analysis_has_scan_tests_and_history(service: ObservatoryService) -> None:
    """Passes that the service leaves open are null."""
    service.sites["widget.test"].tokens["cookies"] = "cookies-not-found"

    status, answer = ask(service, "GET", "/analyze?host=widget.test")

    assert 200 == status
    assert {"scan", "tests", "history"} == set(answer)
    assert SCAN | {"response_headers"} == set(answer["scan"])
    assert (None, "cookies-not-found", 0) == tuple(
        answer["tests"]["cookies"][key] for key in ("pass", "result", "score_modifier")
    )
    assert answer["tests"]["redirection"]["pass"] is True
    assert [answer["scan"]["id"]] == [one["id"] for one in answer["history"]]


def test_within_a_minute_the_scan_is_the_same(service: ObservatoryService) -> None:
    """Same id, same time, status 200; after it there is a new one."""
    first = ask(service, "POST", "/scan?host=widget.test")
    service.clock.sleep(59)
    second = ask(service, "POST", "/scan?host=widget.test")
    service.clock.sleep(1)
    third = ask(service, "POST", "/scan?host=widget.test")

    assert first == second
    assert first[1]["id"] != third[1]["id"]


@pytest.mark.parametrize(
    ("method", "hours", "is_new"), [("GET", 23, 0), ("GET", 25, 1), ("POST", 1, 1)]
)
def test_an_analysis_is_kept_for_a_day(
    service: ObservatoryService, method: str, hours: int, is_new: int
) -> None:
    """But not if it is asked for with POST."""
    _, first = ask(service, "GET", "/analyze?host=widget.test")
    service.clock.sleep(3600 * hours)
    _, second = ask(service, method, "/analyze?host=widget.test")

    assert is_new == second["scan"]["id"] - first["scan"]["id"]


@pytest.mark.parametrize(
    ("query", "status", "error"),
    [
        ("", 400, "error-unknown"),
        ("?host=https://widget.test", 422, "invalid-site"),
        ("?host=widget", 422, "invalid-site"),
        (f"?host={'w' * 250}.test", 422, "invalid-site"),
        ("?host=192.0.2.1", 422, "invalid-hostname-ip"),
        ("?host=widget.invalid", 422, "invalid-hostname"),
        ("?host=other.test", 422, "invalid-hostname-lookup"),
        ("?host=down.test", 500, "scan-failed"),
    ],
)
def test_errors_have_a_name_and_words(
    service: ObservatoryService, query: str, status: int, error: str
) -> None:
    """Each with its status."""
    service.sites["down.test"] = Site(down="The site seems to be down.")

    found, answer = ask(service, "POST", f"/scan{query}")

    assert (status, error) == (found, answer["error"])
    assert answer["message"]


def test_a_name_without_www_is_found_with_it(service: ObservatoryService) -> None:
    """As the service tries it; port and path are part of a name."""
    service.sites |= {"www.other.test": Site(), "widget.test:8443/page": Site()}

    assert 200 == ask(service, "POST", "/scan?host=other.test")[0]
    assert 200 == ask(service, "POST", "/scan?host=WIDGET.test:8443/Page")[0]


def test_a_scan_cannot_be_got(service: ObservatoryService) -> None:
    """GET is another route; and JSON without a body is refused."""
    headers = {"Content-Type": "application/json"}

    assert 404 == ask(service, "GET", "/scan?host=widget.test")[0]
    assert 400 == ask(service, "POST", "/scan?host=widget.test", headers=headers)[0]


def test_the_table_lists_all_tokens_but_one(service: ObservatoryService) -> None:
    """76 of algorithm 6, as the facts count them."""
    _, matrix = ask(service, "GET", "/recommendation_matrix")
    listed = {row["name"] for test in matrix for row in test["results"]}
    known = {token for test in load_algorithm().tests.values() for token in test.outcomes}

    assert {"html-not-parseable"} == known - listed
    assert 76 == len(listed)
    assert {"name", "title", "mdnLink", "results"} == set(matrix[0])
    assert {"name", "scoreModifier", "description", "recommendation"} == set(
        matrix[0]["results"][0]
    )


def test_it_says_what_runs(service: ObservatoryService) -> None:
    """Commit, version, source and build."""
    assert {"commit", "version", "source", "build"} == set(ask(service, "GET", "/version")[1])


def test_faults_come_once_and_in_order(service: ObservatoryService) -> None:
    """First the page of a proxy, then a changed answer, then honesty again."""
    service.faults.extend([says(502, HTML_502), lambda answer: answer.update(version="9")])

    first = requests.get(f"{service.base}/version", timeout=5)
    second = ask(service, "GET", "/version")[1]["version"]
    third = ask(service, "GET", "/version")[1]["version"]

    assert (502, HTML_502) == (first.status_code, first.content)
    assert ("9", "1.7.0") == (second, third)


def test_it_can_be_silent_or_hang_up(service: ObservatoryService) -> None:
    """Silence ends with the patience of who asks; nothing at all is a broken connection."""
    service.faults.extend([None, b""])

    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{service.base}/version", timeout=0.1)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{service.base}/version", timeout=5)


def test_every_request_is_written_down(service: ObservatoryService) -> None:
    """Method, path, host and headers in small letters."""
    ask(service, "POST", "/scan?host=widget.test%3A8443", headers={"X-Widget": "1"})

    (seen,) = service.seen

    assert ("POST", "/scan", "widget.test:8443") == (seen.method, seen.path, seen.host)
    assert "1" == seen.headers["x-widget"]
