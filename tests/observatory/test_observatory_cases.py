"""The whole judge on the sample answers of the real scanner, and on anything at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from pressroom.errors import ConfigError
from pressroom.observatory.algorithm import NUMBERS, load_algorithm
from pressroom.observatory.case import parse_case, render_answer, scan_of
from pressroom.observatory.judge import judge
from pressroom.observatory.model import Answer, Hop, Scan, Visit
from pressroom.observatory.preload import parse_list
from pressroom.observatory.verdict import UnjudgeableError

CASES = [
    json.loads(line) for line in (Path(__file__).parent / "cases.jsonl").read_bytes().splitlines()
]
# The list that the samples were answered with.
PRELOAD = parse_list(
    json.dumps(
        {
            "entries": [
                *(
                    {"name": name, "mode": "force-https", "include_subdomains": True}
                    for name in "dev app page foo new zip preloaded.test sub.deep.test".split()  # noqa: SIM905 - reads best
                ),
                {"name": "nosub.test", "mode": "force-https"},
                *(
                    {"name": name, "include_subdomains": True}
                    for name in ("pinonly.test", "othermode.test", "example.test")
                ),
            ]
        }
    ),
    where="the samples' list",
)
ALGORITHM = load_algorithm()


@pytest.mark.parametrize("sample", CASES, ids=lambda sample: sample["case"]["id"])
def test_sample(sample: dict[str, Any]) -> None:
    """Token, points and pass of all twelve tests, score and grade are those of the real scanner."""
    case = parse_case(json.dumps(sample["case"]), where="a sample")
    expected = sample["expected"]
    if "error" in expected:
        with pytest.raises(UnjudgeableError) as caught:
            judge(scan_of(case), algorithm=ALGORITHM, is_preloaded=PRELOAD)
        assert caught.value.hint
        return

    verdict = judge(scan_of(case), algorithm=ALGORITHM, is_preloaded=PRELOAD)

    assert expected == render_answer(case, verdict)


def test_the_samples_are_all_there_and_name_every_token() -> None:
    """239 of them, in which each of the 77 tokens occurs."""
    seen = {token for one in CASES for token, *_ in one["expected"].get("tests", {}).values()}

    assert 239 == len(CASES)
    assert {token for test in ALGORITHM.tests.values() for token in test.outcomes} == seen


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "no case"),
        ("[]", "no case"),
        ("{}", "`url`"),
        ('{"url": 1}', "$.url"),
        ('{"url": "https://widget.test/", "headers": [["a"]]}', "$.headers[0]"),
        ('{"url": "https://widget.test/", "status": "200"}', "$.status"),
        ("[" * 9**5, "no case"),
    ],
)
def test_what_is_no_case_is_refused(line: str, message: str) -> None:
    """The place in the line is named and the form shown."""
    with pytest.raises(ConfigError, match="no case") as caught:
        parse_case(line, where="line 7")
    assert message in caught.value.message
    assert "line 7" == caught.value.where
    assert "one JSON object a line" in caught.value.hint


@pytest.mark.parametrize(
    "keys",
    [
        {"url": "https://"},
        {"url": "https://widget.test/", "site": "a b"},
        {"url": "https://widget.test/", "http_redirect_chain": [["//x", 200]]},
    ],
)
def test_an_address_that_is_none_is_refused(keys: dict[str, Any]) -> None:
    """Whichever of the addresses it is."""
    with pytest.raises(ConfigError, match="no URL") as caught:
        scan_of(parse_case(json.dumps(keys), where="line 1"))
    assert caught.value.hint


def scan_of_keys(**keys: Any) -> Scan:
    """The scan of a case with these keys."""
    return scan_of(parse_case(json.dumps({"url": "https://widget.test/a", **keys}), where="x"))


def test_what_a_case_leaves_out() -> None:
    """The visit over http leads to the page with one 301, OPTIONS is answered 405, every certificate is good."""
    scan = scan_of_keys()

    assert "widget.test" == scan.host
    assert scan.http is not None
    assert [("http://widget.test/a", 301), ("https://widget.test/a", 200)] == [
        (hop.url, hop.status) for hop in scan.http.hops
    ]
    assert scan.https is not None
    assert 1 == len(scan.https.hops)
    assert scan.https.verified
    assert scan.cors is not None
    assert 405 == scan.cors.status


def test_a_page_over_plain_http_has_no_tls() -> None:
    """Unless the case says that it has."""
    plain = scan_of_keys(url="http://widget.test/a")
    both = scan_of_keys(url="http://widget.test/a", tls="valid")

    assert plain.https is None
    assert plain.http is not None
    assert 1 == len(plain.http.hops)
    assert both.https is not None
    assert "http://widget.test/a" == both.https.answer.url


def test_cookies_of_every_hop_count() -> None:
    """Those of other URLs on the way, each under the URL that sent it."""
    scan = scan_of_keys(
        cookies=["b=2"],
        https_redirect_chain=[["https://widget.test/", 302], ["https://widget.test/a", 200]],
        responses={"https://widget.test/": {"status": 302, "headers": [["Set-Cookie", "a=1"]]}},
    )

    assert scan.https is not None
    assert (
        ("https://widget.test/", "a=1"),
        ("https://widget.test/a", "b=2"),
    ) == scan.https.cookies


names = st.sampled_from(
    [
        *sorted({test.header for test in ALGORITHM.tests.values() if test.header}),
        "Content-Type",
        "Content-Security-Policy-Report-Only",
        "Access-Control-Allow-Origin",
    ]
)
pieces = st.sampled_from(
    [
        "default-src", "script-src", "'none'", "'self'", "'unsafe-inline'", "https:", ";", ",", "*", "%zz", " ",
        "max-age=", "15552000", "same-origin", "nosniff", "a=b", "; Secure", "; SameSite=", "Lax", "text/html", "\xa0",
    ]
)  # fmt: skip
values = st.one_of(
    st.lists(pieces, max_size=8).map("".join),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40),
)
bodies = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [
                b"<script", b" src=", b"'https://a.test/'", b"//x", b">", b"<meta http-equiv=content-security-policy",
                b" content=", b"\"default-src 'none'\"", b"<!--", b"-->", b"<title>", b"</", b"{", b"[", b'"', b"\xff",
            ]
        ),
        max_size=12,
    ).map(b"".join),
)  # fmt: skip


@given(
    headers=st.lists(st.tuples(names, values), max_size=12).map(tuple),
    body=bodies,
    status=st.integers(100, 599),
    number=st.sampled_from(NUMBERS),
    is_secure=st.booleans(),
)
def test_anything_gets_a_verdict_or_a_clear_no(
    headers: tuple[tuple[str, str], ...], body: bytes, status: int, number: int, is_secure: bool
) -> None:
    """Never another exception, a score of 0 or more, and tokens of the table only."""
    url = "https://widget.test/" if is_secure else "http://widget.test/"
    answer = Answer(url=url, status=status, headers=headers, body=body)
    lines = tuple((url, value) for name, value in headers if name.lower() == "set-cookie")
    visit = Visit(hops=(Hop(url=url, status=status),), answer=answer, cookies=lines)
    scan = Scan(
        host="widget.test",
        http=None if is_secure else visit,
        https=visit if is_secure else None,
        cors=answer,
    )
    algorithm = load_algorithm(number)
    if not (200 <= status < 400 or status in {401, 403}):
        with pytest.raises(UnjudgeableError, match=str(status)):
            judge(scan, algorithm=algorithm, is_preloaded=PRELOAD)
        return
    try:
        verdict = judge(scan, algorithm=algorithm, is_preloaded=PRELOAD)
    except UnjudgeableError:
        reject()  # an address in the page that is none

    assert 0 <= verdict.score
    assert verdict.total == {4: 10, 5: 10, 6: 12}[number]
    for name, result in verdict.results.items():
        outcome = algorithm.tests[name].outcomes[result.token]
        assert (outcome.modifier, outcome.passed) == (result.modifier, result.passed)
