"""What servers say by themselves, byte for byte as they said it: the evidence for what is called unavoidable.

nginx 1.22.1, Caddy 2.6.2 and lighttpd 1.4.69 of Debian 12, with our configuration; for
`range-not-satisfiable` without its line that switches ranges off.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from headers_answers import closed, request_of

from pressroom.headers.policy import Policy
from pressroom.headers.proof.answer import parse_answers
from pressroom.headers.proof.judge import judge
from pressroom.headers.proof.model import State
from pressroom.headers.servers.all_servers import SERVERS

CAPTURES = Path(__file__).parent.parent / "fixtures" / "headers"
ALWAYS = {header.name for header in Policy().always}
SECURE = {*ALWAYS, Policy().transport.name}


@pytest.mark.parametrize(
    ("name", "status", "problem", "headers"),
    [
        ("caddy-bad-percent", 400, "missing", SECURE),
        ("caddy-long-header", 431, "missing", SECURE),
        ("caddy-no-host", 400, "missing", SECURE),
        ("caddy-no-http", 400, "missing", SECURE),
        ("caddy-plain-to-tls", 400, "missing", ALWAYS),
        ("caddy-range-not-satisfiable", 416, "wrong", {"Cache-Control"}),
        ("lighttpd-range-not-satisfiable", 416, "missing", SECURE),
        ("nginx-range-not-satisfiable", 416, "twice", SECURE),
    ],
)
def test_what_a_server_says_is_judged(
    name: str, status: int, problem: str, headers: set[str]
) -> None:
    """The judge names every header that the server forgets, doubles or gets wrong, and nothing else."""
    data = (CAPTURES / f"{name}.http").read_bytes()
    request = request_of(name.partition("-")[2])
    heard = parse_answers(data)
    verdicts = judge(request, closed(data), heard, Policy())

    assert [status] == [answer.status for answer in heard.answers]
    assert {(header, problem) for header in headers} == {
        (one.subject, one.problem) for one in verdicts if one.state is State.WRONG
    }


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_what_is_called_unavoidable_has_been_seen(name: str) -> None:
    """Every reason of a server has at least one raw answer that shows it."""
    seen = {path.stem for path in CAPTURES.glob(f"{name}-*.http")}

    for one in SERVERS[name].unavoidable:
        assert seen & {f"{name}-{kind}" for kind in one.kinds}, one.reason
