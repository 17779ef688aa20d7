"""Recorded cases: a line of JSON becomes a scan, a verdict becomes a line of JSON.

The format is that of the sample answers that this judge was measured with: `url` is where the page ends up, `site`
what was asked for; `headers`, `body`, `status` and further `cookies` are the page's; `http_redirect_chain` and
`https_redirect_chain` say how it was reached, `tls` what certificates are worth, `cors` what OPTIONS answers,
`responses` what other URLs do.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any, TypeAlias

import ada_url
import msgspec

from pressroom.errors import ConfigError
from pressroom.observatory.fields import SET_COOKIE, set_cookie_lines
from pressroom.observatory.model import Answer, Hop, Scan, Visit
from pressroom.observatory.rules.cross_origin_resource_sharing import ORIGIN

if TYPE_CHECKING:
    from pressroom.errors import PressroomError
    from pressroom.observatory.verdict import Verdict

_Pairs: TypeAlias = tuple[tuple[str, str], ...]
_Chain: TypeAlias = tuple[tuple[str, int], ...]
_HINT = 'a case is one JSON object a line: {"id": "1", "url": "https://widget.example/", "headers": [["Name", "value"]], "body": ""}'


class _Response(msgspec.Struct, frozen=True, kw_only=True):
    status: int = 200
    headers: _Pairs = ()
    body: str = ""


class _Cors(msgspec.Struct, frozen=True, kw_only=True):
    status: int = 200
    headers: _Pairs = ()
    expose_request_origin: bool = False


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it is written; what is left out has the value that most cases have."""

    # Any JSON: it is handed back as it came.
    id: Any = None
    url: str
    site: str | None = None
    status: int = 200
    headers: _Pairs = ()
    body: str = ""
    cookies: tuple[str, ...] = ()
    http_redirect_chain: _Chain | msgspec.UnsetType | None = msgspec.UNSET
    https_redirect_chain: _Chain | msgspec.UnsetType | None = msgspec.UNSET
    tls: str | dict[str, str] | None = None
    cors: _Cors | None = _Cors(status=405)
    responses: dict[str, _Response] = {}


def parse_case(line: str, *, where: str) -> Case:
    """A case; raises ConfigError for a line that is none. Keys that are not known mean nothing."""
    try:
        return msgspec.convert(json.loads(line), Case)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"no case: {error}", where=where, hint=_HINT) from error


def render_answer(case: Case, verdict: Verdict) -> dict[str, Any]:
    """The answer to a case, for JSON: each test's token, points and whether it is a pass."""
    return {
        "id": case.id,
        "algorithm": verdict.algorithm,
        "score": verdict.score,
        "grade": verdict.grade,
        "passed": verdict.passed,
        "total": verdict.total,
        "tests": {
            name: [one.token, one.modifier, one.passed] for name, one in verdict.results.items()
        },
    }


def render_error(case: Case | None, error: PressroomError) -> dict[str, Any]:
    """The answer to a case without a verdict, or to a line that is no case, for JSON."""
    words = f"{error.where}: {error.message} (hint: {error.hint})"
    return {"id": case and case.id, "error": words}


def scan_of(case: Case) -> Scan:
    """The scan that a case describes; raises ConfigError for addresses that are none."""
    url = _parse(case.url)
    site = _parse(f"https://{case.site}") if case.site is not None else url
    rest = f"://{site.host}{site.pathname}"
    cors = case.cors
    return Scan(
        host=site.hostname,
        http=_visit(case, f"http{rest}", case.http_redirect_chain),
        https=_visit(case, f"https{rest}", case.https_redirect_chain),
        cors=Answer(url=url.href, status=cors.status, headers=cors.headers) if cors else None,
        cors_origin=ORIGIN if cors and cors.expose_request_origin else None,
    )


def _visit(case: Case, start: str, given: _Chain | msgspec.UnsetType | None) -> Visit | None:
    """The visit along a chain; None where a hop does not answer."""
    chain = given
    if isinstance(chain, msgspec.UnsetType):
        last = (case.url, case.status)
        chain = (last,) if _parse(start).href == _parse(case.url).href else ((start, 301), last)
    if not chain:
        return None
    hops = tuple(Hop(url=_parse(url).href, status=status) for url, status in chain)
    states = {_tls_state(case, hop.url) for hop in hops}
    if "closed" in states:
        return None
    answers = [_answer(case, hop) for hop in hops]
    return Visit(
        hops=hops,
        answer=answers[-1],
        verified="invalid" not in states,
        cookies=tuple(
            (answer.url, line) for answer in answers for line in set_cookie_lines(answer.headers)
        ),
    )


def _tls_state(case: Case, url: str) -> str:
    """What a certificate is worth; where nothing is said, a page over plain http has no TLS at all."""
    parsed = _parse(url)
    if parsed.protocol != "https:":
        return "none"
    if case.tls is None:
        return "valid" if _parse(case.url).protocol == "https:" else "closed"
    return case.tls if isinstance(case.tls, str) else case.tls.get(parsed.hostname, "valid")


def _answer(case: Case, hop: Hop) -> Answer:
    if hop.url == _parse(case.url).href:
        cookies = tuple((SET_COOKIE, line) for line in case.cookies)
        return Answer(
            url=hop.url,
            status=case.status,
            headers=(*case.headers, *cookies),
            body=_encode(case.body),
        )
    response = case.responses.get(hop.url, _Response(status=hop.status))
    return Answer(
        url=hop.url,
        status=response.status,
        headers=response.headers,
        body=_encode(response.body),
    )


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@functools.lru_cache(maxsize=1024)
def _parse(url: str) -> ada_url.URL:
    try:
        return ada_url.URL(url)
    except ValueError as error:
        raise ConfigError(f"no URL: {url}", where="a case", hint=_HINT) from error
