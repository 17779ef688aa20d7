"""Certificates: refused ones are a fact about the visit, with the reason in words; good ones end some day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import hypothesis
import hypothesis.strategies as st
import pytest
import trustme
from observatory_hosts import HOST, NOW, Hosts, moved, page, self_signed, to_https

from pressroom.observatory.certificates import Certificate, describe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXPIRED = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Hosts]:
    made = Hosts(tmp_path)
    yield made
    made.close()


def pair_of(kind: str, ca: trustme.CA) -> trustme.LeafCert:
    if kind == "expired":
        begin = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        return ca.issue_cert(
            HOST, not_before=begin, not_after=dt.datetime(2021, 3, 1, 12, tzinfo=dt.UTC)
        )
    if kind == "future":
        return ca.issue_cert(HOST, not_before=dt.datetime(2900, 1, 1, tzinfo=dt.UTC))
    if kind == "other name":
        return ca.issue_cert("other.example", "192.0.2.7")
    if kind == "self-signed":
        return self_signed(HOST)
    if kind == "other authority":
        return trustme.CA().issue_cert(HOST)
    issued = ca.create_child_ca().issue_cert(HOST)
    leaf = issued.cert_chain_pems[0].bytes()
    return trustme.LeafCert(issued.private_key_pem.bytes(), leaf, [])


UNKNOWN = "signed by an authority that is not known (missing intermediate?)"
REFUSED = [
    ("expired", "expired on 2021-03-01 (or one that signed it has)"),
    ("future", "not valid before 2900-01-01 (or one that signed it is not yet)"),
    ("other name", f"is for other.example, 192.0.2.7, not for {HOST}"),
    ("self-signed", "self-signed"),
    ("other authority", UNKNOWN),
    ("missing intermediate", UNKNOWN),
]


@pytest.mark.parametrize(("kind", "problem"), REFUSED)
def test_a_refused_certificate_is_a_fact(kind: str, problem: str, hosts: Hosts) -> None:
    """The visits are made again without looking, flagged, and the reason is said."""
    hosts.plain(to_https)
    hosts.secure(page, pair=pair_of(kind, hosts.ca))

    fetched = hosts.scan()

    assert fetched.trouble is None
    assert fetched.scan is not None
    assert fetched.scan.https is not None
    assert fetched.scan.http is not None
    assert not fetched.scan.https.verified
    assert not fetched.scan.http.verified
    assert 200 == fetched.scan.https.answer.status
    assert fetched.scan.cors is not None
    assert fetched.certificate is not None
    assert problem == fetched.certificate.problem
    assert fetched.certificate.expires is not None


def test_a_refused_certificate_on_the_way_is_a_fact(hosts: Hosts) -> None:
    """Only the visit that met it is flagged; the certificate that is told of is the target's own."""
    hosts.plain(lambda _: moved("https://www.widget.example/"))
    hosts.secure(page)
    hosts.secure(page, host="www.widget.example", pair=self_signed("www.widget.example"))

    fetched = hosts.scan()

    assert fetched.scan is not None
    assert fetched.scan.https is not None
    assert fetched.scan.http is not None
    assert (True, False) == (fetched.scan.https.verified, fetched.scan.http.verified)
    assert (f"http://{HOST}/", 301) == (
        fetched.scan.http.hops[0].url,
        fetched.scan.http.hops[0].status,
    )
    assert 2 == len(fetched.scan.http.hops)
    assert fetched.certificate is not None
    assert "" == fetched.certificate.problem


def test_a_whole_chain_is_accepted(hosts: Hosts) -> None:
    """With its intermediate the same kind of certificate is fine."""
    hosts.plain(to_https)
    hosts.secure(page, pair=hosts.ca.create_child_ca().issue_cert(HOST))

    fetched = hosts.scan()

    assert fetched.scan is not None
    assert fetched.scan.https is not None
    assert fetched.scan.https.verified


@pytest.mark.parametrize(
    ("left", "days"), [(dt.timedelta(days=20, hours=23), 20), (dt.timedelta(days=21), 21)]
)
def test_the_days_that_are_left_are_whole_ones(left: dt.timedelta, days: int, hosts: Hosts) -> None:
    """Less than 21 days are 20, whatever the hour."""
    hosts.closed(port=80)
    # A date that is still to come for whoever runs this.
    end = dt.datetime(2890, 1, 1, tzinfo=dt.UTC)
    hosts.secure(page, pair=hosts.ca.issue_cert(HOST, not_after=end))

    certificate = hosts.scan().certificate

    assert Certificate(problem="", expires=end) == certificate
    assert days == certificate.days_left(end - left)


def test_an_expired_certificate_has_less_than_no_day_left() -> None:
    """Negative when it is over; unknown when it could not be read."""
    assert -268 == Certificate(expires=EXPIRED).days_left(NOW)
    assert None is Certificate().days_left(NOW)


def test_no_tls_no_certificate(hosts: Hosts) -> None:
    """A closed port has none."""
    hosts.plain(page)
    hosts.closed(port=443)

    assert None is hosts.scan().certificate


def test_trouble_does_not_hide_the_certificate(hosts: Hosts) -> None:
    """What TLS told is said even where the page could not be read."""
    hosts.closed(port=80)
    hosts.secure(lambda _: b"garbage\r\n", pair=self_signed(HOST))

    fetched = hosts.scan()

    assert fetched.scan is None
    assert fetched.trouble is not None
    assert fetched.certificate is not None
    assert "self-signed" == fetched.certificate.problem


@hypothesis.given(
    st.one_of(st.none(), st.binary(max_size=200)),
    st.one_of(st.none(), st.tuples(st.integers(0, 100), st.text())),
    st.integers(0, 400),
)
def test_no_certificate_raises(
    data: bytes | None, refusal: tuple[int, str] | None, at: int
) -> None:
    """Any bytes, a damaged certificate among them, and any words have a description in one line."""
    whole = _WHOLE[:at] + (data or b"") + _WHOLE[at + len(data or b"") :]
    for presented in (data, whole):
        certificate = describe(HOST, refusal, presented)
        assert (refusal is None) == (certificate.problem == "")
        assert certificate.problem.isprintable()


_WHOLE = trustme.CA().issue_cert(HOST).cert_chain_pems[0].bytes()
