"""A proof: every kind of request sent to a running server, and every line of what came back judged."""

from __future__ import annotations

import concurrent.futures
import dataclasses
from typing import TYPE_CHECKING, Protocol

from pressroom.headers.proof.answer import parse_answers
from pressroom.headers.proof.excuses import excuse
from pressroom.headers.proof.judge import columns, judge
from pressroom.headers.proof.kinds import FEW, KINDS, OLD
from pressroom.headers.proof.result import Proof, Refrained, Result
from pressroom.world import wire

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pressroom.headers.local import Running
    from pressroom.headers.proof.model import Kind, Request
    from pressroom.headers.proof.target import Target
    from pressroom.headers.servers.server import Unavoidable

_SECONDS = 10.0
_LIMIT = 16_000_000
# As many as a browser opens: enough to hide the servers' pauses, few enough for a small machine.
_WORKERS = 6


class Exchange(Protocol):
    """`world.wire.exchange`, or what stands in for it."""

    def __call__(  # noqa: D102, PLR0913
        self,
        address: str,
        port: int,
        payload: bytes,
        *,
        tls: wire.Tls | None,
        deadline: float,
        limit: int,
    ) -> wire.Wire: ...


def prove(
    running: Running,
    targets: Sequence[Target],
    *,
    unavoidable: Sequence[Unavoidable] = (),
    exchange: Exchange = wire.exchange,
) -> Proof:
    """All kinds of request to the first site, and a few to each further one; `unavoidable` is what its server does."""
    place, policy = running.setup.place, running.setup.policy

    def send(target: Target, kind: Kind) -> Result | Refrained:
        request = kind.ask(target)
        if isinstance(request, str):
            return Refrained(site=target.site, kind=kind.name, reason=request)
        port = place.https_port if request.tls_port else place.http_port
        tls = _tls(request, running.authority)
        answer = exchange(
            place.address, port, request.payload, tls=tls, deadline=_SECONDS, limit=_LIMIT
        )
        heard = parse_answers(answer.received, head=request.head)
        return Result(
            site=target.site,
            kind=kind,
            request=request,
            wire=answer,
            heard=heard,
            verdicts=judge(request, answer, heard, policy),
        )

    jobs = []
    for number, target in enumerate(targets):
        # What a page says of its age is asked first: not-modified sends it back.
        known = target if number else _with_validators(target, send(target, KINDS[0]))
        asked = FEW if target.old is None else (*FEW, *OLD)
        jobs += [(known, kind) for kind in KINDS if not number or kind.name in asked]
    with concurrent.futures.ThreadPoolExecutor(_WORKERS) as pool:
        done = list(pool.map(lambda job: send(*job), jobs))
    results = [one for one in done if isinstance(one, Result)]
    excused, unneeded = excuse(results, unavoidable)
    return Proof(
        headers=columns(policy),
        results=excused,
        refrained=tuple(one for one in done if isinstance(one, Refrained)),
        unavoidable=tuple(unavoidable),
        unneeded=unneeded,
    )


def _tls(request: Request, authority: Path) -> wire.Tls | None:
    if not request.secure:
        return None
    return wire.Tls(
        server_name=request.server_name, authority=authority, check_name=request.check_name
    )


def _with_validators(target: Target, first: Result | Refrained) -> Target:
    """The target with what its page said of its age, for a browser that asks again."""
    if isinstance(first, Refrained) or not first.heard.final:
        return target
    answer = first.heard.final[0]
    return dataclasses.replace(
        target,
        etag=next(iter(answer.values("ETag")), ""),
        last_modified=next(iter(answer.values("Last-Modified")), ""),
    )
