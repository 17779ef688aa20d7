"""A whole proof, against a server that is right but for what a test spoils."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from headers_answers import (
    FILES,
    RightServer,
    added,
    changed,
    line_of,
    local,
    running,
    target,
    without,
)

from pressroom.headers.proof.advice import advise
from pressroom.headers.proof.kinds import KINDS
from pressroom.headers.proof.model import State, judged
from pressroom.headers.proof.report import as_dict, render_proof
from pressroom.headers.proof.result import Proof, Unneeded
from pressroom.headers.proof.run import prove
from pressroom.headers.servers.server import Unavoidable
from pressroom.world.wire import End, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent.parent / "golden" / "headers" / "proof.txt"
FEW = ["page", "alias", "not-found", "http-page"]


def proof_of(*unavoidable: Unavoidable, **spoil: Callable[[bytes], bytes]) -> Proof:
    """The proof of a server that is right, but for some kinds of request."""
    return prove(
        running(), [target(), target(1)], unavoidable=unavoidable, exchange=RightServer(**spoil)
    )


def failures(proof: Proof) -> list[tuple[str, str, str, str]]:
    """Site, kind, header, problem."""
    return [
        (result.site, result.kind.name, one.subject, one.problem)
        for result in proof.results
        for one in result.failures
    ]


def no_frame(data: bytes) -> bytes:
    """The answer without one header."""
    return without(data, "X-Frame-Options")


def bare(data: bytes) -> bytes:
    """An answer of a server's own making: another error, none of our headers."""
    assert data.startswith(b"HTTP/1.1 4")
    return b"HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n"


def silent(_: bytes) -> bytes:
    """No answer at all."""
    return b""


def test_a_right_server_is_proved() -> None:
    """Every kind is asked of the first site, a few of the next, and nothing is wrong."""
    server = RightServer()
    proof = prove(running(), [target(), target(1)], exchange=server)

    assert [] == failures(proof)
    assert proof.fine
    assert () == proof.refrained
    assert [("hub", kind.name) for kind in KINDS] + [("docs", name) for name in FEW] == [
        (result.site, result.kind.name) for result in proof.results
    ]
    # The page once more, at first: what it says of its age is needed for not-modified.
    assert sorted(["page", *(kind.name for kind in KINDS), *FEW]) == sorted(server.asked)


def test_a_server_that_is_not_there_fails_every_kind() -> None:
    """No answer, no proof: not one kind passes because nothing came."""
    proof = prove(running(), [target()], exchange=lambda *_, **__: _nothing())

    assert not proof.fine
    asked = {result.kind.name for result in proof.results}
    assert asked == {kind for _, kind, _, _ in failures(proof)}
    assert ["not-modified"] == [one.kind for one in proof.refrained]


def _nothing() -> Wire:
    return Wire(sent=b"", received=b"", end=End.UNREACHABLE, detail="connection refused")


def test_one_header_of_one_kind_is_named() -> None:
    """A header that one kind of answer lacks is that failure alone; another site's is that site's."""
    proof = proof_of(not_found_below_assets=no_frame)

    assert [("hub", "not-found-below-assets", "X-Frame-Options", "missing")] == failures(proof)
    assert not proof.fine


def test_the_raw_answer_is_kept() -> None:
    """What the server sent can be looked at."""
    proof = proof_of()

    assert proof.results[0].wire.received.startswith(b"HTTP/1.1 200 Words\r\n")
    assert 200 == proof.results[0].heard.final[0].status


@pytest.mark.parametrize(
    ("claim", "spoil", "left"),
    [
        (Unavoidable(kinds=("post",), reason="r", answer="418", headers=("*",)), bare, []),
        (Unavoidable(kinds=("post",), reason="r", answer="418"), bare, ["headers"]),
        (Unavoidable(kinds=("post",), reason="r", headers=("*",)), bare, ["status"]),
        (Unavoidable(kinds=("post",), reason="r", answer="400", headers=("*",)), bare, ["headers", "status"]),
        (Unavoidable(kinds=("trace",), reason="r", answer="418", headers=("*",)), bare, ["headers", "status"]),
        (Unavoidable(kinds=("post",), reason="r"), silent, []),
        (Unavoidable(kinds=("post",), reason="r", answer="400"), silent, ["status"]),
        (Unavoidable(kinds=("post",), reason="r", headers=("x-frame-options",)), no_frame, []),
        (Unavoidable(kinds=("post",), reason="r", headers=("*",)), no_frame, []),
        (Unavoidable(kinds=("post",), reason="r", headers=("*",)), lambda data: data + b"?", ["form"]),
    ],
)  # fmt: skip
def test_a_reason_excuses_what_it_names(
    claim: Unavoidable, spoil: Callable[[bytes], bytes], left: list[str]
) -> None:
    """Status and headers are excused apart, for the kinds that are named; the form of HTTP never is."""
    proof = proof_of(claim, post=spoil)
    subjects = {subject for _, _, subject, _ in failures(proof)}
    found = sorted({one if one in {"status", "form"} else "headers" for one in subjects})

    assert left == found
    assert proof.fine == (not left)


def test_a_body_is_never_excused() -> None:
    """Content from elsewhere is no habit of a server."""
    claim = Unavoidable(kinds=("page",), reason="r", headers=("*",))
    proof = proof_of(claim, page=lambda data: data.replace(b"Home", b"Dome"))

    assert [("hub", "page", "body", "wrong"), ("docs", "page", "body", "wrong")] == failures(proof)


@pytest.mark.parametrize(
    ("claim", "unneeded"),
    [
        (
            Unavoidable(kinds=("post", "options"), reason="r", headers=("*",)),
            [(1, "options", "")],
        ),
        (
            Unavoidable(kinds=("post",), reason="r", headers=("X-Frame-Options", "Allow")),
            [(1, "post", "Allow")],
        ),
        (Unavoidable(kinds=("post", "pots"), reason="r", headers=("*",)), [(1, "pots", "")]),
    ],
)
def test_a_reason_that_is_no_longer_needed_is_a_failure(
    claim: Unavoidable, unneeded: list[tuple[int, str, str]]
) -> None:
    """What a server is said to do and does not is named, by kind and header; so is an unknown kind."""
    proof = proof_of(claim, post=no_frame)

    assert [Unneeded(number=n, kind=kind, header=name) for n, kind, name in unneeded] == list(
        proof.unneeded
    )
    assert [] == failures(proof)
    assert not proof.fine
    assert "  hint: no longer needed: take it out" in render_proof(proof)


def test_a_reason_for_what_was_not_asked_stays() -> None:
    """A kind that a site cannot be asked for disproves nothing."""
    files = {name: data for name, data in FILES.items() if not name.startswith("assets/")}
    proof = prove(
        running(),
        [target(files=files)],
        unavoidable=[Unavoidable(kinds=("gzip",), reason="r", headers=("Vary",))],
        exchange=RightServer(files),
    )

    assert {"asset", "gzip", "forbidden"} == {one.kind for one in proof.refrained}
    assert proof.fine


def spoilt() -> Proof:
    """A proof with everything that a report can show."""
    line = b"X-Content-Type-Options: nosniff\r\n"
    files = {name: data for name, data in FILES.items() if not name.startswith("assets/")}
    return prove(
        running(),
        [target(files=files), target(1, files)],
        unavoidable=(
            Unavoidable(kinds=("no-http",), reason="the parser answers by itself", headers=("*",)),
            Unavoidable(kinds=("post",), reason="no 405 without a module", answer="403"),
            Unavoidable(kinds=("trace",), reason="was so once", answer="501"),
        ),
        exchange=RightServer(
            files,
            head=lambda data: data.replace(line, line + line),
            not_found=no_frame,
            alias=lambda data: changed(data, "Location", "https://stranger.example/"),
            no_http=lambda _: b"HTTP/1.1 400 Bad Request\r\n\r\n",
            post=lambda data: without(data, "Allow").replace(b"405", b"403"),
            http_page=lambda data: added(data, "Strict-Transport-Security", "max-age=0"),
            crlf=lambda data: added(data, "X-Inj", "yes"),
        ),
    )


def test_the_report_reads_as_it_did(golden: Callable[[Path, str], None]) -> None:
    """The matrix, each failure with what to do, each reason, each kind that was not asked."""
    golden(GOLDEN, render_proof(spoilt()))


def test_machines_are_told_the_same() -> None:
    """--json holds every answer, every failure with its hint and raw answer, and is JSON."""
    proof = spoilt()
    told = json.loads(json.dumps(as_dict(proof)))

    assert told["fine"] is False
    assert len(proof.results) == len(told["answers"])
    assert failures(proof) == [
        (answer["site"], answer["kind"], one["subject"], one["problem"])
        for answer in told["answers"]
        for one in answer["failures"]
    ]
    assert all(one["hint"] for answer in told["answers"] for one in answer["failures"])
    assert {bool(answer["failures"]) == ("answer" in answer) for answer in told["answers"]} == {
        True
    }
    assert [{"number": 3, "kind": "trace", "header": ""}] == told["no_longer_needed"]
    assert {"asset", "gzip"} <= {one["kind"] for one in told["not_asked"]}


@pytest.mark.parametrize(
    ("subject", "problem", "hint"),
    [
        ("X-Frame-Options", "missing", "a block of its own must not drop it"),
        ("X-Frame-Options", "twice", "set it in one place alone"),
        ("X-Inj", "must not be there", "take the line out"),
        ("Server", "shows a version", "switch the version off"),
        ("Location", "wrong", "send exactly that address"),
    ],
)
def test_a_failure_says_what_to_do(subject: str, problem: str, hint: str) -> None:
    """Each kind of failure has its own advice."""
    verdict = judged(subject, problem)

    assert State.WRONG is verdict.state
    assert hint in advise(verdict)
    assert "deploy/" in advise(verdict)


def test_sts_over_plain_http_is_absent_rightly() -> None:
    """The matrix shows a dash where a header has to be missing, and only there."""
    proof = proof_of()
    dashes = {
        (result.request.secure, one.subject)
        for result in proof.results
        for one in result.verdicts
        if one.state is State.ABSENT
    }

    assert {(False, "Strict-Transport-Security")} == dashes
    assert local().policy.transport.name == "Strict-Transport-Security"
    assert line_of(proof.results[0].wire.received, "Strict-Transport-Security")
