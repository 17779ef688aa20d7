"""Trouble of Mozilla's service is asked about again, and is an error if it stays (test plan D 68)."""

from __future__ import annotations

import logging
import time

import pytest
from observatory_service import (
    HOST,
    HTML_502,
    Clock,
    ObservatoryService,
    Site,
    client,
    honest,
    pass_time,
    refused,
    says,
)

from pressroom.observatory.api.fetch import fetch_version, scan
from pressroom.observatory.api.model import ServiceError

BUSY = says(429, b'{"error": "error-unknown", "message": "slow down"}', retry_after="30")


@pytest.mark.parametrize(
    ("host", "error", "hint"),
    [
        ("widget", "(invalid-site)", "with a dot and without a scheme"),
        ("192.0.2.1", "(invalid-hostname-ip)", "looks at names only"),
        ("192.0.2.1:8443", "(invalid-hostname-ip)", "looks at names only"),
        ("widget.invalid", "(invalid-hostname)", "no public top-level domain"),
        ("other.test", "(invalid-hostname-lookup)", "check its spelling"),
        ("down.test", "The site seems to be down. (scan-failed)", "from other networks"),
    ],
)
def test_an_error_has_mozillas_words_and_our_hint(
    service: ObservatoryService, host: str, error: str, hint: str
) -> None:
    """And is asked about once: it would be the same again."""
    service.sites["down.test"] = Site(down="The site seems to be down.")

    caught = refused(service, host)

    assert error in caught.message
    assert hint in caught.hint
    assert 1 == len(service.seen)


def test_an_unknown_error_is_asked_about_again(service: ObservatoryService) -> None:
    """Trouble with its database: four times in all, with pauses that grow."""
    trouble = says(500, b'{"error": "error-unknown", "message": "database\\u001b[2J\\r\\ntrouble"}')
    service.faults.extend([trouble] * 9)

    caught = refused(service)

    assert "no result: database [2J trouble (error-unknown)" == caught.message
    assert "ask again in some minutes" in caught.hint
    assert 4 == len(service.seen)
    assert 3 == len(service.clock.slept)
    assert 1.0 <= min(service.clock.slept)
    assert 18.0 >= max(service.clock.slept)


@pytest.mark.parametrize(
    "fault",
    [
        says(502, HTML_502, content_type="text/html"),
        says(500, b'{"error": "error-unknown", "message": "database"}'),
        says(503, b""),
        b"",
        says(200, b"{", content_length="9999"),
        b"garbage\r\n\r\n",
        BUSY,
    ],
)
def test_trouble_that_passes_is_no_trouble(service: ObservatoryService, fault: bytes) -> None:
    """Twice a fault, then the answer: a scan as ever."""
    service.faults.extend([fault, fault, honest, fault])

    assert 165 == scan(client(service), HOST).score
    assert 5 == len(service.seen)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (says(502, HTML_502), "no result: 502 Said 502 Bad Gateway 502 [31mBad Gateway"),
        (says(503, b""), "no result: 503 Said"),
        (says(500, b'{"error": 5}'), 'no result: 500 Said {"error": 5}'),
        (says(500, b'{"widget":' * 100_000), "no result: 500 Said"),
        (says(500, b'{"error": "\xff", "message": ""}'), "no result: 500 Said"),
        (b"", "cut the connection"),
        (says(200, b"{", content_length="9999"), "ended early"),
        (b"garbage\r\n\r\n", "no answer of 127.0.0.1 could be read"),
        (BUSY, "no result: slow down (error-unknown)"),
    ],
)
def test_trouble_that_stays_is_an_error(
    service: ObservatoryService, fault: bytes, message: str
) -> None:
    """After four tries; no page of a proxy, half an answer or refusal is a result."""
    service.faults.extend([fault] * 9)

    caught = refused(service)

    assert message in caught.message
    assert "ask again in some minutes" in caught.hint
    assert 4 == len(service.seen)


def test_silence_is_an_error_in_bounded_time(service: ObservatoryService) -> None:
    """Four times the patience for one exchange."""
    service.faults.extend([None] * 9)
    begun = time.monotonic()

    with pytest.raises(ServiceError, match=r"no whole answer|silent for too long") as caught:
        scan(client(service, seconds=0.1), HOST)

    assert "ask again in some minutes" in caught.value.hint
    assert 4 == len(service.seen)
    assert 3 > time.monotonic() - begun


def test_nobody_there_is_an_error() -> None:
    """A closed port is not asked for ever."""
    gone = ObservatoryService(Clock())
    gone._server.server_close()
    clock = Clock()

    with pytest.MonkeyPatch.context() as patch:
        pass_time(patch, clock)
        with pytest.raises(ServiceError, match="refuses connections") as caught:
            fetch_version(client(gone))

    assert "ask again in some minutes" in caught.value.hint
    assert 3 == len(clock.slept)


def test_a_retry_after_is_heeded(service: ObservatoryService) -> None:
    """The pause is the one that was asked for."""
    service.faults.append(BUSY)

    scan(client(service), HOST)

    assert [30.0] == service.clock.slept


@pytest.mark.parametrize("wait", ["61", "86400", "99999999999999999999"])
def test_a_retry_after_of_more_than_a_minute_ends_it(
    service: ObservatoryService, wait: str
) -> None:
    """It is not asked before that, and nobody waits for it."""
    service.faults.append(says(503, b"", retry_after=wait))

    caught = refused(service)

    assert "asks to be left alone for" in caught.hint
    assert [] == service.clock.slept
    assert 1 == len(service.seen)


@pytest.mark.parametrize("wait", ["soon", "-5", "0", "", "1e3", "Mon, 01 Jan 0001 00:00:00 GMT"])
def test_a_strange_retry_after_costs_a_pause(service: ObservatoryService, wait: str) -> None:
    """A short one, as if there were none."""
    service.faults.append(says(503, b"", retry_after=wait))

    scan(client(service), HOST)

    (slept,) = service.clock.slept
    assert 1.0 <= slept <= 3.0 + 1e-6


def test_nothing_is_printed_when_it_is_asked_again(
    service: ObservatoryService,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The log of stamina does not reach the terminal of who set up none, as Python would have it."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    service.faults.append(says(503, b""))

    scan(client(service), HOST)

    assert ("", "") == capsys.readouterr()
