"""`pressroom observatory check --api` and `--drift`, beside a service that follows Mozilla's contract."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from observatory_hosts import answer
from observatory_service import (
    HOST,
    HTML_502,
    Clock,
    ObservatoryService,
    Site,
    changes,
    pass_time,
    says,
)
from observatory_sites import (
    HEADERS,
    PAGE,
    Typed,
    check,
    hosts_of,
    serve,
    serve_nowhere,
    typed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from observatory_hosts import Hosts

OTHER = "other.test"
# What the service says of a page like ours; its own best would be better.
OURS = {
    "cookies": "cookies-not-found",
    "redirection": "redirection-to-https",
    "strict-transport-security": "hsts-implemented-max-age-at-least-six-months",
    "cross-origin-resource-sharing": "cross-origin-resource-sharing-not-implemented",
}


@pytest.fixture
def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    with hosts_of(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of the command and of the service, which only moves when one of them sleeps."""
    clock = Clock()
    pass_time(monkeypatch, clock)
    asking = "pressroom.observatory.api.asking"
    monkeypatch.setattr(f"{asking}.time", SimpleNamespace(sleep=clock.sleep))
    now = SimpleNamespace(now=lambda _: clock.time)
    monkeypatch.setattr(f"{asking}.dt", SimpleNamespace(datetime=now, UTC=dt.UTC))
    return clock


@pytest.fixture
def service(clock: Clock) -> Iterator[ObservatoryService]:
    with ObservatoryService(clock) as made:
        made.sites = {HOST: Site(tokens=dict(OURS))}
        yield made


def ask(service: ObservatoryService, hosts: Hosts, *arguments: str) -> Typed:
    """`check --api`, of that service."""
    return check(hosts, "--api", "--service", service.base, *arguments)


def test_the_same_verdict_is_fine(service: ObservatoryService, hosts: Hosts) -> None:
    """Score and grade of both, and exit code 0, however bad the grade is."""
    serve(hosts, host=HOST)
    done = ask(service, hosts, HOST)

    assert (
        Typed(code=0, out="widget.test: A+ 155 here and at Mozilla's, in every test\n", err="")
        == done
    )
    assert ["POST /scan", "GET /analyze"] == [f"{one.method} {one.path}" for one in service.seen]


def test_another_verdict_is_told_test_by_test(service: ObservatoryService, hosts: Hosts) -> None:
    """Exit code 1, the test with our token and theirs, and what it may come from."""
    serve(hosts, host=HOST)
    service.sites[HOST].tokens["strict-transport-security"] = "hsts-not-implemented"
    done = ask(service, hosts, HOST)

    assert 1 == done.code
    assert "widget.test: A+ 155 here, B+ 80 at Mozilla's\n" in done.out
    assert (
        "strict-transport-security: token is hsts-implemented-max-age-at-least-six-months here, "
        "hsts-not-implemented at Mozilla's"
    ) in done.out
    assert "hint: the site may answer others differently" in done.out

    (one,) = json.loads(ask(service, hosts, HOST, "--json").out)
    assert {"test": "", "what": "score", "ours": 155, "theirs": 80} in one["differences"]
    assert [] == one["could_not_look"]


def test_an_old_scan_is_not_believed(
    service: ObservatoryService, hosts: Hosts, clock: Clock
) -> None:
    """Inside the minute of another scan it is waited for, and said so on standard error."""
    serve(hosts, host=HOST)
    ask(service, hosts, HOST)
    clock.sleep(30)
    done = ask(service, hosts, HOST)

    assert 0 == done.code
    assert 2 == len(service.sites[HOST].scans)
    assert "Mozilla's service scans a host once a minute: 35 s to go\n" in done.err
    assert 1 == len(done.out.splitlines())


def test_a_path_is_asked_for(service: ObservatoryService, hosts: Hosts) -> None:
    """The page that was named is compared, not the home page."""
    serve(hosts, host=HOST)
    service.sites = {f"{HOST}/docs/": Site(tokens=dict(OURS))}
    done = ask(service, hosts, f"https://{HOST}/docs/")

    assert 0 == done.code
    assert {f"{HOST}/docs/"} == {one.host for one in service.seen}


def test_a_host_that_is_named_twice_is_asked_about_once(
    service: ObservatoryService, hosts: Hosts
) -> None:
    """The second time would be a minute later."""
    serve(hosts, host=HOST)
    done = ask(service, hosts, HOST, f"https://{HOST.upper()}/")

    assert 0 == done.code
    assert 1 == len(done.out.splitlines())
    assert 2 == len(service.seen)


@pytest.mark.parametrize(
    ("fault", "message", "hint"),
    [
        (says(502, HTML_502), "no result: 502 Said 502 Bad Gateway", "ask again in some minutes"),
        (says(200, b"<html>"), "its answer is no JSON", "hint: "),
        (b"", "cut the connection", "hint: "),
        (changes("algorithm_version", 7), "it judges by algorithm 7", "hint: upgrade this program"),
        (changes("error", "\x1b[2J"), "the scan failed: [2J", "hint: check that the site answers"),
        (changes("grade", "Z"), "no grade, or no score", "hint: "),
    ],
)
def test_a_service_in_trouble_is_no_verdict(
    service: ObservatoryService, hosts: Hosts, fault: bytes, message: str, hint: str
) -> None:
    """Exit code 3 with what it said, never 0 and never 1; no control character of its comes out."""
    serve(hosts, host=HOST)
    service.faults.extend([fault] * 20)
    done = ask(service, hosts, HOST)

    assert 3 == done.code
    assert f"{HOST}: could not be compared\n" in done.out
    assert message in done.out
    assert hint in done.out
    assert done.out.replace("\n", "").isprintable()


def test_a_service_that_is_not_there_is_no_verdict(hosts: Hosts, clock: Clock) -> None:
    """Nobody listens: exit code 3, in JSON too, which is whole."""
    serve(hosts, host=HOST)
    with ObservatoryService(clock) as gone:
        base = gone.base
    done = check(hosts, "--api", "--drift", "--service", base, HOST, "--json")
    table, host = json.loads(done.out)

    assert 3 == done.code
    assert ("algorithm 6", HOST) == (table["name"], host["name"])
    for one in (table, host):
        assert "could not be compared" == one["words"]
        assert "refuses connections" in one["could_not_look"][0]["message"]
        assert "ask again" in one["could_not_look"][0]["hint"]


def test_a_host_that_we_cannot_look_at_is_not_compared(
    service: ObservatoryService, hosts: Hosts
) -> None:
    """Exit code 3, and the service is not bothered."""
    serve_nowhere(hosts, HOST)
    done = ask(service, hosts, HOST)

    assert 3 == done.code
    assert "widget.test is down: nothing answers at ports 443 and 80" in done.out
    assert "hint: start its server" in done.out
    assert [] == service.seen


def test_a_page_without_a_grade_is_not_compared(service: ObservatoryService, hosts: Hosts) -> None:
    """A 404 of ours is no verdict, whatever the service has."""
    serve(hosts, lambda _: answer(PAGE.encode(), *HEADERS, status="404 No"), host=HOST)
    done = ask(service, hosts, HOST)

    assert 3 == done.code
    assert "the page answers with status 404" in done.out


def test_one_host_in_trouble_does_not_hide_the_others(
    service: ObservatoryService, hosts: Hosts
) -> None:
    """Each is compared and told; a difference counts more than what could not be looked at."""
    for host in (HOST, OTHER):
        serve(hosts, host=host)
    service.sites["down.test"] = Site(down="The site seems to be down.")
    serve(hosts, host="down.test")
    service.sites[OTHER] = Site(tokens=dict(OURS))

    done = ask(service, hosts, "down.test", HOST, OTHER)
    assert 3 == done.code
    assert "no result: The site seems to be down." in done.out
    assert f"{HOST}: A+ 155 here and at Mozilla's" in done.out
    assert f"{OTHER}: A+ 155 here and at Mozilla's" in done.out

    service.sites[OTHER].tokens["cookies"] = "cookies-without-secure-flag"
    assert 1 == ask(service, hosts, "down.test", HOST, OTHER).code


@pytest.mark.parametrize(
    ("host", "code", "words"),
    [
        ("127.0.0.1:8443", 3, ("127.0.0.1 is an IP address", "have the address judged on this machine")),
        ("[::1]", 3, ("is invalid", "hint: name the host alone")),
        ("widget.invalid", 3, ("widget.invalid is an invalid hostname", "have a private name judged on this machine")),
        ("elsewhere.test", 3, ("elsewhere.test cannot be resolved", "the service can see public DNS only")),
        ("widget.test/Docs/", 2, ("looks at paths in lower case only", "hint: name a page without capitals")),
    ],
)  # fmt: skip
def test_what_the_service_cannot_be_asked_about(
    service: ObservatoryService, hosts: Hosts, host: str, code: int, words: tuple[str, str]
) -> None:
    """It says so, or we do before it is asked: never a pass."""
    name, _, rest = host.partition("/")[0].partition(":8")
    hosts.secure(
        lambda _: answer(PAGE.encode(), *HEADERS), host=name, port=443 if not rest else 8443
    )
    hosts.closed(host=name, port=80)
    done = ask(service, hosts, host)

    assert code == done.code
    assert all(one in done.out + done.err for one in words)


def test_all_that_cannot_be_asked_is_said_before_anything_is(
    service: ObservatoryService, hosts: Hosts
) -> None:
    """Two wrong ones of three: both are named, nobody is asked."""
    done = ask(service, hosts, HOST, f"{HOST}/A", f"{HOST}/B")

    assert 2 == done.code
    assert 2 == done.err.count("hint: name a page without capitals")
    assert "" == done.out
    assert [] == service.seen


def test_a_table_without_drift_is_fine(service: ObservatoryService) -> None:
    """Every token and its points are compared with what the service lists."""
    done = typed("check", "--drift", "--service", service.base)

    assert (
        Typed(
            code=0,
            out="algorithm 6: every token and its points are the same; Mozilla's runs 1.7.0 (94042bb)\n",
            err="",
        )
        == done
    )


def test_a_table_that_drifted_is_told(service: ObservatoryService, hosts: Hosts) -> None:
    """Exit code 1 and each difference; hosts are compared in the same run with --api."""
    serve(hosts, host=HOST)
    first: Any = service.matrix[0]
    first["results"][0]["scoreModifier"] += 3
    del service.matrix[-1]
    done = ask(service, hosts, HOST, "--drift")

    assert 1 == done.code
    assert "algorithm 6: differences: 2; Mozilla's runs 1.7.0 (94042bb)\n" in done.out
    assert "csp-implemented-with-no-unsafe-default-src-none is +10 here and +13 there" in done.out
    assert "hint: Mozilla's service no longer judges by algorithm 6 as we know it" in done.out
    assert f"{HOST}: A+ 155 here and at Mozilla's" in done.out

    done = typed("check", "--drift", "--service", service.base, "--json")
    assert (1, 2) == (done.code, len(json.loads(done.out)[0]["differences"]))


def test_a_table_that_cannot_be_had_is_no_pass(service: ObservatoryService) -> None:
    """Exit code 3."""
    service.faults.extend([says(500, b"{}")] * 20)
    done = typed("check", "--drift", "--service", service.base)

    assert 3 == done.code
    assert "algorithm 6: could not be compared" in done.out
    assert "hint: Mozilla's service is busy or in trouble" in done.out
