"""What a person and a machine are told of judged pages, and what counts as good enough."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from pressroom.errors import ConfigError
from pressroom.observatory.algorithm import load_algorithm
from pressroom.observatory.baseline import parse_baseline, render_changes
from pressroom.observatory.certificates import Certificate
from pressroom.observatory.grade import grade_of, score_of
from pressroom.observatory.judged import Demand, HostReport, Judged, Problem
from pressroom.observatory.report import as_dict, certificate_problem, render_report
from pressroom.observatory.verdict import Verdict

ALGORITHM = load_algorithm()
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
# What a site of ours has: 155 points.
GOOD = {
    "content-security-policy": "csp-implemented-with-no-unsafe-default-src-none",
    "cookies": "cookies-not-found",
    "cross-origin-embedder-policy": "coep-implemented-with-require-corp",
    "cross-origin-opener-policy": "coop-implemented-with-same-origin",
    "cross-origin-resource-sharing": "cross-origin-resource-sharing-not-implemented",
    "redirection": "redirection-to-https",
    "referrer-policy": "referrer-policy-private",
    "strict-transport-security": "hsts-implemented-max-age-at-least-six-months",
    "subresource-integrity": "sri-implemented-and-all-scripts-loaded-securely",
    "x-content-type-options": "x-content-type-options-nosniff",
    "x-frame-options": "x-frame-options-implemented-via-csp",
    "cross-origin-resource-policy": "corp-implemented-with-same-origin",
}
SCRIPTLESS = {"subresource-integrity": "sri-not-implemented-but-no-scripts-loaded"}
NO_CORP = {"cross-origin-resource-policy": "corp-not-implemented"}
NO_HSTS = {"strict-transport-security": "hsts-not-implemented"}


def page(path: str, **tokens: str) -> Judged:
    """A page that is good but for these tokens."""
    given = GOOD | {name.replace("_", "-"): token for name, token in tokens.items()}
    results = {name: ALGORITHM.tests[name].outcomes[token] for name, token in given.items()}
    score = score_of(one.modifier for one in results.values())
    verdict = Verdict(algorithm=6, results=results, score=score, grade=grade_of(score))
    return Judged(path=path, verdict=verdict)


def unseen(path: str) -> Judged:
    """A page that could not be looked at."""
    problem = Problem(message="no whole answer within 9 s", hint="try again")
    return Judged(path=path, verdict=None, problem=problem)


def host(*pages: Judged, name: str = "widget.example", **keys: Any) -> HostReport:
    """A host with these pages."""
    return HostReport(host=name, pages=pages, **keys)


def report(*hosts: HostReport, score: int = 155) -> str:
    """What a person reads."""
    return render_report(hosts, demand=Demand(score=score), now=NOW)


def dumped(*hosts: HostReport) -> dict[str, Any]:
    """What a machine reads, through JSON and back."""
    values = as_dict(hosts, algorithm=ALGORITHM, demand=Demand(score=155), now=NOW)
    restored: dict[str, Any] = json.loads(json.dumps(values))
    return restored


def test_a_good_host_is_one_row() -> None:
    """Grade, score and number of pages, and nothing to do."""
    lines = report(host(page("/"), page("/a/"))).splitlines()

    assert [
        "host            grade  score  pages  worst page",
        "widget.example  A+     155    2      /",
    ] == lines


def test_a_page_without_a_script_is_given_what_it_cannot_earn() -> None:
    """150 counts as 155 there, and its row says so; 150 with a script does not."""
    scriptless = page("/text/", **SCRIPTLESS)
    lost = page(
        "/", subresource_integrity="sri-not-implemented-but-all-scripts-loaded-from-secure-origin"
    )

    assert 150 == (scriptless.verdict and scriptless.verdict.score)
    assert Demand(score=155).is_met(scriptless)
    assert not Demand(score=156).is_met(scriptless)
    assert not Demand(score=155).is_met(lost)
    assert "150+5  1      /text/ (no script on it: +5 for integrity is out of its reach)" in report(
        host(scriptless)
    )


def test_what_costs_points_is_named_with_what_to_do() -> None:
    """Test, token, points, on how many pages and on which first; the dearest first; the header in the hint."""
    text = report(host(page("/"), page("/a/", **NO_CORP), page("/b/", **NO_CORP, **NO_HSTS)))

    assert (
        "strict-transport-security: hsts-not-implemented (-20), on 1 of 3 pages, first /b/" in text
    )
    assert (
        "cross-origin-resource-policy: corp-not-implemented (0), on 2 of 3 pages, first /a/" in text
    )
    assert text.index("hsts-not") < text.index("corp-not")
    assert "Cross-Origin-Resource-Policy: same-origin" in text
    assert "below A+ and at least 155: /a/, /b/" in text


def test_many_pages_with_one_fault_are_one_line() -> None:
    """A thousand pages do not fill the screen, and no page is named twice over."""
    text = report(host(*(page(f"/{number}/", **NO_CORP) for number in range(1000))))

    assert "corp-not-implemented (0), on all 1000 pages" in text
    assert "/4/ and 995 more" in text
    assert 10 > len(text.splitlines())


def test_what_could_not_be_looked_at_is_not_called_bad() -> None:
    """No grade is made up for it; the reason and a hint are there."""
    text = report(host(unseen("/"), unseen("/a/")))

    assert "widget.example  -      -      2      could not look" in text
    assert "could not look at /, /a/: no whole answer within 9 s\n    hint: try again" in text
    assert "below" not in text


@pytest.mark.parametrize(
    ("certificate", "problem"),
    [
        (None, ""),
        (Certificate(problem="", expires=None), ""),
        (Certificate(problem="", expires=NOW + dt.timedelta(days=21)), ""),
        (Certificate(problem="", expires=NOW + dt.timedelta(days=20, hours=23)), "ends in 20 days"),
        (Certificate(problem="is for other.example", expires=None), "is for other.example"),
    ],
)
def test_a_certificate_is_told_of_before_it_ends(
    certificate: Certificate | None, problem: str
) -> None:
    """Three weeks before, and when it is refused."""
    seen = host(page("/"), certificate=certificate)

    assert problem == certificate_problem(seen, NOW)
    assert bool(problem) == ("hint: renew it" in report(seen))
    assert problem == dumped(seen)["hosts"]["widget.example"]["certificate"]


def test_a_machine_gets_all_of_it() -> None:
    """Every page's score, the worst page's tests, weaknesses with hints, and what was not seen."""
    values = dumped(host(page("/"), page("/a/", **NO_CORP), unseen("/b/"), note="a note"))
    one = values["hosts"]["widget.example"]

    assert {"grade": "A+", "score": 155} == values["demand"]
    assert 6 == values["algorithm"]
    assert {"/": {"score": 155, "counted": 155}, "/a/": {"score": 145, "counted": 145}} == one[
        "pages"
    ]
    assert ["corp-not-implemented", 0, True] == one["tests"]["cross-origin-resource-policy"]
    assert ["/a/"] == one["below"]
    assert [("corp-not-implemented", 1, "/a/")] == [
        (weak["token"], weak["pages"], weak["first"]) for weak in one["weaknesses"]
    ]
    assert ["/b/"] == [page["path"] for page in one["could_not_look"]]
    assert "a note" == one["note"]


def test_a_baseline_shows_what_changed() -> None:
    """Grades, tokens and pages of each host; hosts that came or went."""
    before = dumped(
        host(page("/"), page("/a/"), page("/old/")), host(page("/"), name="gone.example")
    )
    after = dumped(
        host(page("/"), page("/a/", **NO_HSTS), page("/new/")), host(page("/"), name="new.example")
    )
    text = render_changes(parse_baseline(json.dumps(before), where="before.json"), after)

    assert [
        "since the baseline:",
        "  gone.example: not looked at any more",
        "  new.example: new",
        "  widget.example: A+ 155 then, B+ 80 now",
        "  widget.example: new: strict-transport-security: hsts-not-implemented",
        "  widget.example: pages: 1 new, 1 gone",
        "  widget.example: worse: 1 of 2 pages, first /a/",
    ] == text.splitlines()


def test_nothing_changed() -> None:
    """It says so, and what is better is said too."""
    now, before = dumped(host(page("/"))), dumped(host(page("/", **NO_CORP)))

    assert "since the baseline:\n  no change" == render_changes(
        parse_baseline(json.dumps(now), where="x"), now
    )
    assert "  widget.example: better: 1 of 1 pages" in render_changes(
        parse_baseline(json.dumps(before), where="x"), now
    )


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"algorithm": 6, "hosts": {"a": 1}}', "[" * 9**5]
)
def test_what_is_no_baseline_is_refused(text: str) -> None:
    """The file is named, and how to make one."""
    with pytest.raises(ConfigError, match="no result of a check") as caught:
        parse_baseline(text, where="before.json")
    assert "before.json" == caught.value.where
    assert "--json > FILE" in caught.value.hint
