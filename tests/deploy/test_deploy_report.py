"""What people and machines are told of changes, versions, outcomes and verifications."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

import pytest

from pressroom.deploy.changes import Changes
from pressroom.deploy.live import HostSeen, Problem
from pressroom.deploy.outcome import Outcome
from pressroom.deploy.refusals import Refusal, RefusedError, vanished_findings
from pressroom.deploy.report.deploys import (
    as_dict,
    list_as_dict,
    refused_as_dict,
    render_changes,
    render_list,
    render_outcome,
    render_problems,
    render_verification,
    verification_as_dict,
)
from pressroom.deploy.state import Moment, Record, Score, State
from pressroom.deploy.verification import Verification
from pressroom.deploy.words import ago, amount, counted, shortened
from pressroom.errors import ExitCode
from pressroom.headers.policy import Policy

NOW = dt.datetime(2026, 11, 24, 18, 5, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
A, B, C = (letter * 16 for letter in "abc")
BEST, LESS = Score(grade="A+", score=155, pages=3), Score(grade="B", score=70, pages=3)
NOTHING = Changes(added=(), changed=(), removed=(), headers=(), bytes_new=0, bytes_all=0)
LOWER = Problem(host="hub.example", message="its worst page got B 70, and A+ 155 before")
SILENT = Problem(host="hub.example", message="could not be looked at: timed out", unseen=True)


def changes(**values: Any) -> Changes:
    """Changes, of nothing but what is said."""
    return dataclasses.replace(NOTHING, **values)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (41_349_000, "41.3 MB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (10**16, "10,000.0 TB"),
    ],
)
def test_bytes_are_said_as_people_say_them(size: int, text: str) -> None:
    """With the unit that fits, never 1000.0 of one."""
    assert text == amount(size)


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (dt.timedelta(days=3, hours=23), "3 days ago"),
        (DAY, "1 day ago"),
        (dt.timedelta(hours=23, minutes=59), "23 hours ago"),
        (dt.timedelta(seconds=60), "1 minute ago"),
        (dt.timedelta(seconds=59), "just now"),
        (-DAY, "just now"),
    ],
)
def test_how_long_ago_something_was(passed: dt.timedelta, text: str) -> None:
    """In whole units; a clock that is ahead of ours makes no nonsense."""
    assert text == ago(NOW - passed, NOW)


def test_text_from_outside_is_bounded_and_on_one_line() -> None:
    """A terminal shows what is there."""
    assert "a\\nb\\x1b" == shortened("a\nb\x1b")
    assert "é中" == shortened("é中")
    assert (160, "…") == (len(shortened("x" * 999)), shortened("x" * 999)[-1])
    assert "1,000 pages" == counted(1_000, "page")


def test_changes_name_pages_and_count_the_rest() -> None:
    """Pages by site and address in the order of the sites, ten of a kind; headers in sentences; bytes."""
    found = changes(
        added=tuple(f"hub/posts/{number:02}/index.html" for number in range(12)),
        changed=(
            "ccid/index.html",
            "deploy/nginx/pressroom.conf",
            "hub/assets/a.css",
            "hub/index.html",
        ),
        removed=("gone/x.html", "hub/old.css"),
        headers=("X-Frame-Options is new for every response: 'DENY'",),
        bytes_new=1_200_000,
        bytes_all=41_300_000,
    )
    posts = [f"  added   hub /posts/{number:02}/" for number in range(10)]

    assert [
        "pages: 12 added, 2 changed, 1 removed",
        *posts,
        "  added   … and 2 more",
        "  changed hub /",
        "  changed ccid /",
        "  removed gone /x.html",
        "other files: 1 changed, 1 removed",
        "server configurations: 1 changed",
        "headers:",
        "  X-Frame-Options is new for every response: 'DENY'",
        "copies at most 1.2 MB of 41.3 MB",
    ] == render_changes(found, sites=["hub", "ccid"]).splitlines()


def test_no_changes_are_said_in_a_line() -> None:
    """And files alone say that pages stay."""
    assert "no file changes" == render_changes(NOTHING, sites=["hub"])
    assert [
        "pages: the same",
        "other files: 1 changed",
        "copies at most 1 byte of 2 bytes",
    ] == render_changes(
        changes(changed=("hub/a.css",), bytes_new=1, bytes_all=2), sites=["hub"]
    ).splitlines()


def test_one_problem_at_many_paths_is_one_line() -> None:
    """Three paths are named, the rest counted; what has no path has none."""
    missing = [
        Problem(host="hub.example", path=f"/{number}", message="does not send X-Frame-Options")
        for number in range(5)
    ]
    assert (
        "hub.example: does not send X-Frame-Options at /0, /1, /2 and 2 more\n" + str(LOWER)
    ) == render_problems([*missing, LOWER])
    assert "" == render_problems([])


def state(history: str, live: str, confirmed: str, there: str = "abc", **more: Any) -> State:
    """A target by letters; a switch a day, the last one three days ago."""
    count = len(history)
    return State(
        **{
            "link": f"versions/{live * 16}" if live else "",
            "history": tuple(
                Moment(at=NOW - (2 + count - day) * DAY, version=one * 16)
                for day, one in enumerate(history)
            ),
            "confirmed": confirmed * 16,
            "versions": tuple(one * 16 for one in there),
            **more,
        }
    )


def record(version: str, *scores: Score) -> Record:
    """The record of a version that was made ten days ago."""
    sites = ("hub", "ccid")
    return Record(
        id=version,
        made=NOW - 10 * DAY,
        policy=Policy(),
        scores=dict(zip(sites, scores, strict=False)),
    )


def test_the_list_says_what_is_live_and_how_to_go_back() -> None:
    """Since when, the worst of all sites, confirmed or not; every other version with its command; unknown is said."""
    text = render_list(
        state("ab", "b", "b"), {A: record(A, BEST, LESS), B: record(B, BEST)}, now=NOW, target="web"
    )
    rows = [line.split("  ") for line in text.splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]

    assert [
        ["version", "made", "live", "worst page", "to go back"],
        [B, "10 days ago", "since 2026-11-21T18:05:12Z, 3 days ago, confirmed", "A+ 155"],
        [
            A,
            "10 days ago",
            "until 2026-11-21T18:05:12Z, 3 days ago",
            "B 70",
            f"pressroom rollback web {A}",
        ],
        [C, "unknown", "never", "unknown", f"pressroom rollback web {C}"],
    ] == cells


def test_the_list_says_what_is_not_as_a_deploy_left_it() -> None:
    """A live version that was not confirmed, and a link that was changed by hand."""
    unsettled = render_list(state("ab", "b", "a"), {}, now=NOW)
    changed = render_list(state("ab", "a", "b"), {}, now=NOW)
    gone = render_list(State(link=None), {}, now=NOW)

    assert "not confirmed" in unsettled
    assert unsettled.endswith("have not said what they should: pressroom deploy TARGET --verify")
    assert changed.endswith(
        f"changed by hand: current leads to {A}, to which no deploy switched last"
    )
    assert "changed by hand: current is no link" == gone


def test_nothing_deployed_yet_is_said() -> None:
    """With the command that begins."""
    assert "nothing is deployed to web yet: pressroom deploy web" == render_list(
        State(), {}, now=NOW, target="web"
    )
    assert [] == list_as_dict(State(), {})["versions"]
    assert None is list_as_dict(State(), {})["since"]


def test_the_list_for_machines_has_the_same() -> None:
    """Ids, times, scores; null where nothing is known."""
    found = list_as_dict(state("ab", "b", "b"), {A: record(A, LESS)})

    assert found == json.loads(json.dumps(found))
    assert (B, "2026-11-21T18:05:12Z", B, A, None) == tuple(
        found[key] for key in ("live", "since", "confirmed", "previous", "changed_by_hand")
    )
    assert [B, A, C] == [one["id"] for one in found["versions"]]
    assert [None, "2026-11-14T18:05:12Z", None] == [one["made"] for one in found["versions"]]
    assert {"hub": {"grade": "B", "score": 70, "pages": 3}} == found["versions"][1]["scores"]


def outcome(result: Any, **values: Any) -> Outcome:
    """How a deploy of B over A ended."""
    return Outcome(**{"target": "web", "version": B, "previous": A, "result": result, **values})


def test_a_version_that_is_live_says_how_it_is_taken_back() -> None:
    """With what was copied and removed."""
    text = render_outcome(outcome("live", sent=4_000, new=1_200_000, removed=(C,)), now=NOW)

    assert [
        f"web: {B} is live since 2026-11-24T18:05:12Z, in place of {A}",
        "copied 1.2 MB of new files, 4.0 kB over the line",
        f"removed 1 version: {C}",
        f"to take it back: pressroom rollback web {A}",
    ] == text.splitlines()
    assert [
        f"web: {B} is live since 2026-11-24T18:05:12Z",
        "nothing had to be copied",
        "it is the first version here: there is none to go back to",
    ] == render_outcome(outcome("live", previous=""), now=NOW).splitlines()


def test_a_version_that_was_switched_back_says_why() -> None:
    """What the server said, what live hosts said, and that the old one is there."""
    text = render_outcome(
        outcome(
            "switched-back", reason="[emerg] no\x1b\nsecond", problems=(LOWER,), after=(SILENT,)
        ),
        now=NOW,
    )

    assert [
        f"web: {A} is live again: {B} was, and was switched back, because",
        "  the server said: [emerg] no\\x1b",
        "  the server said: second",
        f"  {LOWER}",
        "  hint: nothing is lost; mend that and deploy again",
        "and now, not everything is as it should be:",
        f"  {SILENT}",
    ] == text.splitlines()


def test_what_stays_although_it_is_wrong_says_so() -> None:
    """A rollback stays whatever the hosts say."""
    text = render_outcome(outcome("live", problems=(LOWER,)), now=NOW)

    assert f"not everything is as it should be:\n  {LOWER}\nto take it back:" in text


def test_a_deploy_that_changed_nothing_says_so() -> None:
    """Because there was nothing to do, or because it was only asked what would be done."""
    assert f"web: {B} is live already; nothing was copied or switched" == render_outcome(
        outcome("nothing-to-do", previous=B), now=NOW
    )
    assert f"web: nothing was changed; {B} would be live in place of {A}" == render_outcome(
        outcome("dry-run"), now=NOW
    )
    assert f"web: nothing was changed; {B} would be live" == render_outcome(
        outcome("dry-run", previous=""), now=NOW
    )


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"result": "nothing-to-do"}, ExitCode.FINE),
        ({"result": "dry-run"}, ExitCode.FINE),
        ({"result": "live"}, ExitCode.FINE),
        ({"result": "live", "problems": (SILENT,)}, ExitCode.OUTSIDE),
        ({"result": "live", "problems": (SILENT, LOWER)}, ExitCode.FINDINGS),
        ({"result": "live", "reason": "no"}, ExitCode.FINDINGS),
        ({"result": "switched-back"}, ExitCode.FINDINGS),
        ({"result": "switched-back", "problems": (SILENT,)}, ExitCode.FINDINGS),
    ],
)
def test_the_exit_code_of_an_outcome(values: dict[str, Any], code: ExitCode) -> None:
    """1 for what is wrong or did not stay, 3 for what could not be seen."""
    assert code == outcome(**values).exit_code


def test_an_outcome_for_machines_has_everything() -> None:
    """Plain values, with every problem by itself."""
    found = as_dict(
        outcome(
            "live",
            changes=changes(added=("hub/a",)),
            sent=1,
            new=2,
            problems=(SILENT,),
            scores={"hub": BEST},
        )
    )

    assert (B, A, "live", ["hub/a"]) == (
        found["id"],
        found["previous"],
        found["outcome"],
        list(found["changes"]["added"]),
    )
    assert {"sent": 1, "new": 2} == found["copied"]
    assert [{"host": "hub.example", "message": SILENT.message, "path": "", "unseen": True}] == (
        found["problems"]
    )
    assert {"hub": {"grade": "A+", "score": 155, "pages": 3}} == found["scores"]
    assert None is as_dict(outcome("live"))["changes"]
    json.dumps(found)


def test_a_refusal_for_machines_has_every_finding() -> None:
    """More than people are shown, each with its hint, and the name that overrides it."""
    gone = [("hub", f"/{number}/") for number in range(30)]
    error = RefusedError(
        [
            Refusal(
                name="vanished", findings=vanished_findings(gone, {"hub": "https://hub.example/"})
            )
        ]
    )
    found = refused_as_dict(error, target="web", version=B)

    assert ("web", B, "refused") == (found["target"], found["id"], found["outcome"])
    assert ["vanished"] == [one["despite"] for one in found["refusals"]]
    assert 30 == len(found["refusals"][0]["findings"])
    assert all("[[redirects]]" in one["hint"] for one in found["refusals"][0]["findings"])
    json.dumps(found)


HOST = HostSeen(
    site="hub", host="hub.example", heard=(), score=BEST, certificate_ends=NOW + 21 * DAY
)


def verification(**values: Any) -> Verification:
    """A target where all is well, but for what is said."""
    fine = {"built": A, "live": A, "changed": (), "hosts": (HOST,), "days": 21, "at": NOW}
    return Verification(**{"target": "web", **fine, **values})


def ending(days: float) -> HostSeen:
    """A host whose certificate ends then."""
    return dataclasses.replace(HOST, certificate_ends=NOW + days * DAY)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, ExitCode.FINE),
        ({"hosts": ()}, ExitCode.FINE),
        ({"hosts": (dataclasses.replace(HOST, certificate_ends=None),)}, ExitCode.FINE),
        ({"hosts": (ending(20.99),)}, ExitCode.FINDINGS),
        ({"hosts": (ending(-1),)}, ExitCode.FINDINGS),
        ({"built": B}, ExitCode.FINDINGS),
        ({"built": B, "problems": (SILENT,)}, ExitCode.FINDINGS),
        ({"live": "", "hosts": ()}, ExitCode.FINDINGS),
        ({"live": "", "problems": (SILENT,)}, ExitCode.FINDINGS),
        ({"live": "", "built": "", "hosts": ()}, ExitCode.FINDINGS),
        ({"changed": ("hub/a is gone",)}, ExitCode.FINDINGS),
        ({"problems": (LOWER, SILENT)}, ExitCode.FINDINGS),
        ({"problems": (SILENT,)}, ExitCode.OUTSIDE),
        ({"changed": None}, ExitCode.FINE),
        # A bundle: only its hosts can say what is live.
        ({"changed": None, "live": "", "problems": (SILENT,)}, ExitCode.OUTSIDE),
        ({"changed": None, "live": "", "problems": (SILENT, LOWER)}, ExitCode.FINDINGS),
        ({"changed": None, "live": ""}, ExitCode.FINDINGS),
    ],
)
def test_the_exit_code_of_a_verification(values: dict[str, Any], code: ExitCode) -> None:
    """1 for anything that is wrong, 3 for what could not be seen, 0 for neither."""
    assert code == verification(**values).exit_code


def test_a_verification_where_all_is_well() -> None:
    """A line a host, and a last line that says so."""
    assert [
        f"web: {A} is live, and is what was built",
        "its files are what was deployed",
        "host         version  grade  score  certificate",
        "hub.example  -        A+     155    21 days left",
        "everything is as it should be",
    ] == render_verification(verification()).splitlines()


def test_a_verification_says_what_is_wrong() -> None:
    """What was built is not live, files were changed, a certificate runs out, a host says what it should not."""
    found = verification(
        built=B,
        changed=tuple(f"hub/{number} is gone\x1b" for number in range(25)),
        hosts=(ending(3), dataclasses.replace(ending(-2), host="b.example", score=None)),
        problems=(LOWER,),
    )
    text = render_verification(found)

    assert text.startswith(f"web: {A} is live, and {B} was built: pressroom deploy web\n")
    assert 20 == text.count("is gone\\x1b")
    assert "changed by hand: … and 5 more; --json has them all\n" in text
    assert "its files are" not in text
    assert "3 days left" in text
    assert "b.example    -        -      -      has ended" in text
    assert str(LOWER) in text
    assert (
        "hub.example: its certificate should have been renewed\n"
        "  hint: let a machine renew it, and look why that one did not: certbot renew --dry-run"
    ) in text
    assert text.endswith("\nnot everything is as it should be")


@pytest.mark.parametrize(
    ("values", "first"),
    [
        ({"live": "", "hosts": ()}, "no version is live"),
        ({"live": ""}, "its hosts do not name one version"),
        ({"built": ""}, f"{A} is live, and nothing is built to compare it with"),
        ({"live": "x\x1b"}, f"x\\x1b is live, and {A} was built: pressroom deploy web"),
    ],
)
def test_what_is_live_is_said_first(values: dict[str, Any], first: str) -> None:
    """Nothing, what nobody can tell, what nobody can compare, what is no id."""
    text = render_verification(verification(**values))

    assert f"web: {first}" == text.splitlines()[0]


def test_files_that_nobody_can_see_are_not_said_to_be_right() -> None:
    """Of a bundle only the hosts are known."""
    found = verification(changed=None, problems=(SILENT,))

    assert "its files" not in render_verification(found)
    assert None is verification_as_dict(found)["changed"]
    assert render_verification(found).endswith("\nnot everything could be looked at")


def test_a_verification_for_machines_has_the_same() -> None:
    """Plain values; null where nothing is known."""
    found = verification_as_dict(
        verification(hosts=(ending(3), dataclasses.replace(HOST, host="b.example", score=None)))
    )

    assert (False, A, A, []) == tuple(found[key] for key in ("fine", "built", "live", "changed"))
    assert "2026-11-24T18:05:12Z" == found["at"]
    assert (3, True) == tuple(found["hosts"]["hub.example"][key] for key in ("days_left", "renew"))
    assert (None, None) == tuple(
        found["hosts"]["b.example"][key] for key in ("score", "certificate")
    )
    assert verification_as_dict(verification())["fine"]
    json.dumps(found)
