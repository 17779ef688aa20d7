"""What speaks against a deploy: all at once, shortened for people, and overridden by name alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.addresses.table import parse_redirects
from pressroom.deploy.live import Problem
from pressroom.deploy.refusals import (
    NAMES,
    Refusal,
    RefusedError,
    changed_findings,
    grade_findings,
    refuse,
    render_refusals,
    unseen_findings,
    vanished_findings,
)
from pressroom.deploy.state import Score
from pressroom.errors import ExitCode
from pressroom.findings import Finding

SITES = {"hub": "https://hub.example/", "ccid": "https://ccid.example/"}
PUT_BACK = "no redirect can answer for it: put it back and build again"
A_PLUS, B = Score(grade="A+", score=155, pages=3), Score(grade="B", score=70, pages=3)


def refusal(name: str, *, count: int = 1, hint: str = "mend it") -> Refusal:
    """A refusal with so many findings."""
    return Refusal(
        name=name,
        findings=tuple(
            Finding(where=f"{name or 'links'}-{number:03}", message="is wrong", hint=hint)
            for number in range(count)
        ),
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_refusal_is_overridden_by_its_own_name(name: str) -> None:
    """And by no other."""
    others = set(NAMES) - {name}
    refuse([refusal(name)], {name})
    refuse([], ())
    refuse([Refusal(name=name, findings=())], ())
    with pytest.raises(RefusedError) as raised:
        refuse([refusal(name), *map(refusal, others)], others)

    assert [name] == [one.name for one in raised.value.refusals]
    assert "mend it" == raised.value.hint
    assert f"if that is meant: --despite {name}" in str(raised.value)


def test_what_has_no_name_is_never_overridden() -> None:
    """Not by all names, and not by an empty one; nothing says that it could be."""
    with pytest.raises(RefusedError) as raised:
        refuse([refusal("")], {*NAMES, ""})

    assert "links-000: is wrong\n  hint: mend it" == str(raised.value)
    assert "mend it" == raised.value.hint
    assert ExitCode.FINDINGS == raised.value.exit_code


def test_everything_is_said_at_once() -> None:
    """Two of one name are one; what they have in common is said once."""
    with pytest.raises(RefusedError) as raised:
        refuse([refusal(""), refusal("grade"), refusal("grade", count=2), refusal("changed")], ())

    assert ["", "grade", "changed"] == [one.name for one in raised.value.refusals]
    assert 4 == len(raised.value.findings)
    assert 1 == str(raised.value).count("--despite grade")
    assert "mend it" == raised.value.hint


def test_who_could_not_look_is_told_by_the_exit_code() -> None:
    """3 where that is all, and 1 where anything else is wrong."""
    assert ExitCode.OUTSIDE == RefusedError([refusal("unseen")]).exit_code
    assert ExitCode.FINDINGS == RefusedError([refusal("unseen"), refusal("grade")]).exit_code
    assert ExitCode.FINDINGS == RefusedError([refusal("")]).exit_code


def test_twenty_findings_are_shown_and_the_rest_counted() -> None:
    """With one hint for all that have it; the error carries them all."""
    text = render_refusals([refusal("vanished", count=1_023)])

    assert 20 == text.count("is wrong")
    assert 1 == text.count("hint: mend it")
    assert "… and 1,003 more; --json has them all\n  if that is meant: --despite vanished" in text
    assert "more" not in render_refusals([refusal("vanished", count=20)])
    assert 1_023 == len(RefusedError([refusal("vanished", count=1_023)]).findings)


def test_lines_to_paste_stand_together_and_are_redirects() -> None:
    """What is printed for several addresses reads as site/redirects.toml, and names each of them."""
    gone = [("ccid", "/old.html"), ("hub", "/café menu/"), ("hub", '/a"b\\c$1;%/')]
    findings = vanished_findings(gone[:2], SITES)
    text = render_refusals([Refusal(name="vanished", findings=findings)])
    head, _, rest = text.partition("with the page that took its place for `to`:\n")
    lines = [line[4:] for line in rest.splitlines() if line.startswith("    ")]
    redirects, problems = parse_redirects(
        "\n".join(lines), where="r", sites=SITES, address=lambda text: text
    )

    assert [] == problems
    assert gone[:2] == [(one.site, one.path) for one in redirects]
    assert (
        "https://ccid.example/old.html: is live, and would be gone\n"
        "https://hub.example/caf%C3%A9%20menu/: is live, and would be gone\n"
        "  hint: put it back, or write into site/redirects.toml, "
    ) == head
    assert "https://hub.example/a%22b%5Cc$1;%25/" == vanished_findings(gone[2:], SITES)[0].where


paths = st.text(max_size=20).map(lambda text: f"/{text}").filter(lambda path: path.isprintable())


@given(paths)
def test_a_redirect_is_advised_only_where_it_would_be_taken(path: str) -> None:
    """Whatever the address is: lines that hold, or the advice to put it back."""
    (finding,) = vanished_findings([("hub", path)], SITES)
    advice, _, lines = finding.hint.partition("\n")
    redirects, problems = parse_redirects(lines, where="r", sites=SITES, address=lambda _: "")

    assert [] == problems
    assert [path] == [one.path for one in redirects] or (PUT_BACK, "") == (advice, lines)


@pytest.mark.parametrize(
    ("site", "path", "where"),
    [
        ("hub", "/", "https://hub.example/"),
        ("hub", "/.well-known/x", "https://hub.example/.well-known/x"),
        ("hub", f"/{'x' * 300}", f"https://hub.example/{'x' * 300}"),
        ("gone", "/a b/", "gone /a%20b/"),
        ('q"\n', "/a/", 'q"\n /a/'),
    ],
)
def test_where_no_redirect_can_be_the_address_has_to_stay(site: str, path: str, where: str) -> None:
    """A home page, a hidden name, one that no server finds, a site that is no longer built."""
    (finding,) = vanished_findings([(site, path)], SITES)

    assert PUT_BACK == finding.hint
    assert where == finding.where


def test_changes_by_hand_are_findings_of_the_target() -> None:
    """Each once, on one line, with what to do."""
    findings = changed_findings(
        ["current is gone", "hub/a\n\x1b[2J", "current is gone"], "production"
    )

    assert ["current is gone", "hub/a\\n\\x1b[2J"] == [one.message for one in findings]
    assert {"production"} == {one.where for one in findings}
    assert {"find out who did it and why; put it back as it was"} == {one.hint for one in findings}
    assert () == changed_findings([], "production")


def test_a_lower_grade_is_a_finding_of_its_site() -> None:
    """Lower, or none at all; the same or a better one, and a new site, are none."""
    before = {"hub": A_PLUS, "ccid": A_PLUS, "same": B, "better": B}
    now = {"hub": B, "same": B, "better": A_PLUS, "new": B}

    findings = grade_findings(before, now)

    assert [
        ("ccid", "its worst page gets no verdict; the live version has A+ 155"),
        ("hub", "its worst page gets B 70; the live version has A+ 155"),
    ] == [(one.where, one.message) for one in findings]
    assert "`pressroom observatory check --built` names what costs points, and what to change" == (
        findings[0].hint
    )


def test_a_host_that_could_not_be_asked_is_a_finding() -> None:
    """With the reason, and what to do."""
    (finding,) = unseen_findings([Problem(host="hub.example", message="timed out", unseen=True)])

    assert ("hub.example", "timed out") == (finding.where, finding.message)
    assert "deploy again when it answers: nobody could tell whether the new version is worse" == (
        finding.hint
    )
