"""A proof for a person, as a matrix of kind of answer and header, and for a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.headers.proof.advice import advise
from pressroom.headers.proof.model import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.headers.proof.model import Verdict
    from pressroom.headers.proof.result import Proof, Result

_SHORT = {
    "Strict-Transport-Security": "STS",
    "Content-Security-Policy": "CSP",
    "X-Content-Type-Options": "XCTO",
    "X-Frame-Options": "XFO",
    "Referrer-Policy": "RP",
    "Permissions-Policy": "PP",
    "Cross-Origin-Opener-Policy": "COOP",
    "Cross-Origin-Embedder-Policy": "COEP",
    "Cross-Origin-Resource-Policy": "CORP",
    "Integrity-Policy": "IP",
    "Cache-Control": "CC",
}
_LEGEND = "✓ once and right   – rightly absent   e unavoidable, see its number   ✗ wrong"
# Of an answer that is wrong; its headers are in it.
_SHOWN = 4_000


def render_proof(proof: Proof) -> str:
    """The matrix, then what is wrong with what to do, then the reasons of what cannot be helped."""
    sections = [
        "\n".join(_render_matrix(proof)),
        "\n".join(_render_failures(proof)),
        "\n".join(_render_unavoidable(proof)),
        "\n".join(f"not asked: {one.kind} ({one.site}): {one.reason}" for one in proof.refrained),
        _LEGEND,
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _render_matrix(proof: Proof) -> Iterator[str]:
    first = proof.results[0].site if proof.results else ""
    rows = [("kind", "status", *(_SHORT.get(name, name) for name in proof.headers), "rest")]
    for result in proof.results:
        label = result.kind.name + f" ({result.site})" * (result.site != first)
        rows.append((label, *_row(result, proof.headers)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    groups = ["", *(one.kind.group if one.site == first else one.site for one in proof.results)]
    for number, row in enumerate(rows):
        if number and groups[number] != groups[number - 1]:
            yield ""
        yield "  ".join(map(str.ljust, row, widths)).rstrip()


def _row(result: Result, headers: Sequence[str]) -> Iterator[str]:
    status = result.about("status")
    if status is not None:
        yield status.got if status.state is State.FINE else f"{status.got} {_mark(status)}"
    for name in headers:
        yield _mark(result.about(name))
    others = [one for one in result.verdicts if one.subject not in {"status", *headers}]
    bad = sorted((one for one in others if one.excuse or one.problem), key=lambda one: one.excuse)
    yield _mark(bad[0] if bad else None)


def _mark(verdict: Verdict | None) -> str:
    if verdict is None:
        return str(State.FINE)
    return f"{verdict.state}{verdict.excuse or ''}"


def _render_failures(proof: Proof) -> Iterator[str]:
    for result in proof.results:
        for one in result.failures:
            yield f"{result.kind.name} ({result.site}): {one.subject}: {one.problem}"
            yield from (
                f"  {word}: {text}"
                for word, text in (("expected", one.expected), ("got", one.got))
                if text
            )
            yield f"  hint: {advise(one)}"


def _render_unavoidable(proof: Proof) -> Iterator[str]:
    for number, one in enumerate(proof.unavoidable, 1):
        yield f"e{number} {', '.join(one.kinds)}: {one.reason}"
    for left in proof.unneeded:
        what = left.kind + f" {left.header}" * bool(left.header)
        yield f"e{left.number} did not happen: {what}"
        yield "  hint: no longer needed: take it out of `unavoidable` of that server"


def as_dict(proof: Proof) -> dict[str, object]:
    """The proof for `--json`."""
    return {
        "fine": proof.fine,
        "answers": [_result_as_dict(result) for result in proof.results],
        "not_asked": [
            {"site": one.site, "kind": one.kind, "reason": one.reason} for one in proof.refrained
        ],
        "unavoidable": [
            {"number": number, "kinds": list(one.kinds), "reason": one.reason}
            for number, one in enumerate(proof.unavoidable, 1)
        ],
        "no_longer_needed": [
            {"number": one.number, "kind": one.kind, "header": one.header} for one in proof.unneeded
        ],
    }


def _result_as_dict(result: Result) -> dict[str, object]:
    status = result.about("status")
    entry: dict[str, object] = {
        "site": result.site,
        "kind": result.kind.name,
        "group": result.kind.group,
        "status": status.got if status is not None else "",
        "verdicts": {one.subject: one.state.name.lower() for one in result.verdicts},
        "failures": [
            {
                "subject": one.subject,
                "problem": one.problem,
                "expected": one.expected,
                "got": one.got,
                "hint": advise(one),
            }
            for one in result.failures
        ],
    }
    if result.failures:
        entry["answer"] = result.wire.received[:_SHOWN].decode("latin-1")
    return entry
