"""The verdict on a scan: which test is asked with what, and what the results add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.observatory.content import policies_of, read_content, referrer_of
from pressroom.observatory.cookie_jar import jar_of
from pressroom.observatory.csp.read import read_csp
from pressroom.observatory.fields import merge, set_cookie_lines
from pressroom.observatory.grade import grade_of, score_of
from pressroom.observatory.rules import (
    content_security_policy,
    cookies,
    cross_origin_embedder_policy,
    cross_origin_opener_policy,
    cross_origin_resource_policy,
    cross_origin_resource_sharing,
    redirection,
    referrer_policy,
    strict_transport_security,
    subresource_integrity,
    x_content_type_options,
    x_frame_options,
)
from pressroom.observatory.verdict import UnjudgeableError, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.observatory.algorithm import Algorithm
    from pressroom.observatory.model import Scan, Visit


def judge(scan: Scan, *, algorithm: Algorithm, is_preloaded: Callable[[str], bool]) -> Verdict:
    """What the Observatory says of a scan; raises UnjudgeableError where it says nothing but that it cannot."""
    tokens = _tokens(scan, _judged_visit(scan), algorithm, is_preloaded)
    results = {name: test.outcomes[tokens[name]] for name, test in algorithm.tests.items()}
    score = score_of(result.modifier for result in results.values())
    return Verdict(algorithm=algorithm.number, results=results, score=score, grade=grade_of(score))


def _judged_visit(scan: Scan) -> Visit:
    """The visit whose answer is judged; its status has to be one that says something about the site."""
    visit = scan.visit
    if visit is None:
        raise UnjudgeableError(
            "the site seems to be down",
            where=scan.host,
            hint="nothing answers at port 443 or 80: check the host's name, its server and the network",
        )
    status = visit.answer.status
    if not (200 <= status < 400 or status in {401, 403}):
        raise UnjudgeableError(
            f"the page answers with status {status}",
            where=visit.answer.url,
            hint="the Observatory grades answers of 2xx, 3xx, 401 and 403 only: name a page that is there",
        )
    return visit


def _tokens(
    scan: Scan, visit: Visit, algorithm: Algorithm, is_preloaded: Callable[[str], bool]
) -> dict[str, str]:
    """The token of each test."""
    headers = merge(visit.answer.headers)
    content = read_content(visit.answer, refuses_json=algorithm.refuses_json)
    csp = read_csp(
        headers.get("content-security-policy"),
        policies_of(content.metas),
        splits_on_commas=algorithm.splits_policies,
    )
    hsts = strict_transport_security.judge(scan.https, preloaded=is_preloaded(scan.host))
    return {
        "content-security-policy": content_security_policy.judge(
            csp,
            report_only=headers.get("content-security-policy-report-only"),
            secure=scan.is_secure,
        ),
        "cookies": cookies.judge(
            jar_of(visit),
            set_cookie_lines(visit.answer.headers),
            hsts_passes=algorithm.tests["strict-transport-security"].outcomes[hsts].passed,
        ),
        "cross-origin-embedder-policy": cross_origin_embedder_policy.judge(
            headers.get("cross-origin-embedder-policy")
        ),
        "cross-origin-opener-policy": cross_origin_opener_policy.judge(
            headers.get("cross-origin-opener-policy")
        ),
        "cross-origin-resource-sharing": cross_origin_resource_sharing.judge(
            scan.cors, origin=scan.cors_origin
        ),
        "redirection": redirection.judge(scan.http, is_preloaded=is_preloaded),
        "referrer-policy": referrer_policy.judge(
            headers.get("referrer-policy"), referrer_of(content.metas)
        ),
        "strict-transport-security": hsts,
        "subresource-integrity": subresource_integrity.judge(
            content,
            headers.get("content-type"),
            host=scan.host,
            secure=scan.is_secure,
            absent_type_is_html=algorithm.absent_type_is_html,
        ),
        "x-content-type-options": x_content_type_options.judge(
            headers.get("x-content-type-options")
        ),
        "x-frame-options": x_frame_options.judge(headers.get("x-frame-options"), csp),
        "cross-origin-resource-policy": cross_origin_resource_policy.judge(
            headers.get("cross-origin-resource-policy")
        ),
    }
