"""What is known of a target: live, previous, changed by hand or not, in every situation a deploy can leave."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.deploy.state import (
    Moment,
    Record,
    Score,
    State,
    find_version,
    is_version,
    parse_history,
    parse_record,
    parse_time,
    render_record,
    render_time,
    to_keep,
)
from pressroom.errors import ConfigError, ExitCode, PressroomError
from pressroom.headers.policy import Policy, Transport

START = dt.datetime(2026, 11, 24, 18, 5, 12, tzinfo=dt.UTC)
A, B, C, D = (letter * 16 for letter in "abcd")
AGAIN = "it was changed by hand, or by a newer Pressroom: use that, or deploy again with --despite changed"


def target(
    history: str, live: str = "", confirmed: str = "", *, there: str = "abcd", **changes: Any
) -> State:
    """A target by letters: `target("ab", "b", "b")` had a, then b, which is live and confirmed."""
    values: dict[str, Any] = {
        "link": f"versions/{live * 16}" if live else "",
        "history": tuple(
            Moment(at=START + dt.timedelta(hours=hour), version=one * 16)
            for hour, one in enumerate(history)
        ),
        "confirmed": confirmed * 16,
        "versions": tuple(one * 16 for one in there),
    }
    return State(**{**values, **changes})


@pytest.mark.parametrize(
    ("history", "live", "confirmed"),
    [
        ("", "", ""),  # nothing yet
        ("a", "", ""),  # the first one, killed before its switch
        ("aa", "", ""),  # and again
        ("a", "a", ""),  # killed after it
        ("a", "a", "a"),
        ("ab", "a", "a"),  # the next one, killed before its switch
        ("abb", "a", "a"),  # twice
        ("abbb", "a", "a"),
        ("abc", "a", "a"),  # twice, with another id
        ("abcd", "a", "a"),
        ("abc", "b", "a"),  # the second came through, and the third was killed
        ("ab", "b", "a"),  # killed before it was confirmed
        ("aba", "a", "a"),  # switched back
        ("aba", "b", "a"),  # killed when about to switch back
        ("abab", "a", "a"),  # once more, killed before its switch
        ("ab", "b", ""),  # live hosts never said what they should
        ("abab", "b", "b"),  # rolled back, and that undone
    ],
)
def test_what_a_deploy_left_was_not_changed_by_hand(
    history: str, live: str, confirmed: str
) -> None:
    """However often it was killed, and wherever: the same command goes on."""
    assert "" == target(history, live, confirmed).foreign


@pytest.mark.parametrize(
    ("history", "live", "confirmed"),
    [
        ("ab", "a", "b"),  # to one that was live before
        ("abc", "a", "b"),  # likewise, while another deploy was cut off
        ("abc", "b", "c"),
        ("bcbdb", "c", "b"),  # what was tried and settled long ago
        ("ab", "d", "b"),  # to one that never was live
        ("", "a", ""),  # with no history at all
        ("", "a", "a"),
        ("ab", "d", ""),
    ],
)
def test_a_link_that_no_deploy_made_is_seen(history: str, live: str, confirmed: str) -> None:
    """Somebody led `current` to another version of ours."""
    assert (
        f"current leads to {live * 16}, to which no deploy switched last"
        == target(history, live, confirmed).foreign
    )


def test_a_link_to_elsewhere_a_folder_and_nothing_are_seen() -> None:
    """Each in words, and what comes from there on one line."""
    elsewhere = target("a", confirmed="a", link="/var/www\n\x1b[2J")

    assert ("", "current leads to /var/www\\n\\x1b[2J, which is no version of ours") == (
        elsewhere.live,
        elsewhere.foreign,
    )
    assert "current is no link" == target("a", confirmed="a", link=None).foreign
    assert "current is gone" == target("a", confirmed="a").foreign
    assert "current is gone" == target("", confirmed="a").foreign


@pytest.mark.parametrize(
    ("link", "live"),
    [
        (f"versions/{A}", A),
        (f"./versions/{A}/", A),
        (f"/srv/pressroom/versions/{A}", ""),
        (f"versions/{A}/hub", ""),
        (f"versions/.incoming-{A}", ""),
        (f"versions/{'e' * 16}", ""),  # of ours by its name, but not there
        (f"versions/{A.upper()}", ""),
        (f"versions/{A}\n", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_live_is_a_whole_version_of_ours(link: str | None, live: str) -> None:
    """A relative link to a version that is there, and nothing else."""
    assert live == State(link=link, versions=(A, B)).live


@pytest.mark.parametrize(
    ("history", "live", "confirmed", "previous"),
    [
        ("", "", "", ""),
        ("a", "a", "a", ""),  # the first
        ("abc", "c", "c", "b"),  # a normal deploy
        ("abcb", "b", "b", "c"),  # rolled back: once more undoes it
        ("abcbc", "c", "c", "b"),
        ("abca", "a", "a", "c"),  # rolled back by id
        ("ab", "a", "a", ""),  # killed before its switch: that one never was live
        ("abc", "b", "b", "a"),
        ("abc", "c", "b", "b"),  # killed before it was confirmed
        ("abcc", "c", "b", "b"),
        ("adb", "b", "a", "a"),  # two that were not confirmed: to what was right last
        ("abc", "", "b", "b"),  # the link is gone
        ("abc", "", "", "c"),
    ],
)
def test_the_version_to_go_back_to(history: str, live: str, confirmed: str, previous: str) -> None:
    """The one that was live before; the confirmed one while another is live; never one that was not live."""
    assert previous * 16 == target(history, live, confirmed).previous


def test_a_version_that_is_not_there_is_not_gone_back_to() -> None:
    """Pruned ones are passed over, confirmed or not."""
    assert A == target("abc", "c", "c", there="ac").previous
    assert A == target("abc", "c", "b", there="ac").previous
    assert (C, A) == target("abc", "c", "c", there="ac").past


def test_when_a_version_was_live_last() -> None:
    """Until the next switch; the live one since its own; one that was never switched to, never."""
    state = target("abacd", "c", "c")

    hours = [(state.last_live(one) or START) - START for one in (A, B, C)]
    assert [dt.timedelta(hours=hour) for hour in (3, 2, 3)] == hours
    assert None is state.last_live(D)
    assert None is State().last_live(A)


def test_the_live_version_and_the_previous_one_always_stay() -> None:
    """However few are kept, and whatever came between."""
    state = target("abcdb", "b", "b")

    assert (B, D) == to_keep(state, keep=1)
    assert (B, D, C) == to_keep(state, keep=3)
    assert (B, D, C, A) == to_keep(state, keep=9)
    assert (C, B) == to_keep(target("abdc", "c", "b"), keep=2)


def test_what_failed_or_never_was_live_does_not_stay() -> None:
    """After a switch, by the state before it: a killed deploy's version goes, and one that was switched back."""
    before = target("abc", "b", "b")

    assert (D, B, A) == to_keep(before, keep=5, new=D)
    assert (D, B) == to_keep(before, keep=2, new=D)
    assert (B, A) == to_keep(before, keep=5)
    assert (B, A) == to_keep(target("abc", "c", "b"), keep=5, failed=C)


def test_a_version_is_found_by_the_beginning_of_its_id() -> None:
    """One that is there, even where the history is lost."""
    state = State(versions=("ab" * 8, "ac" * 8, D))

    assert "ab" * 8 == find_version(state, "ab")
    assert D == find_version(state, D)
    assert D == find_version(state, "d")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "2 versions begin with 'a'"),
        ("", "there is no version ''"),
        ("b", "there is no version 'b'"),
    ],
)
def test_no_version_and_two_versions_are_wrong_usage(text: str, message: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ConfigError, match=message) as raised:
        find_version(State(versions=("ab" * 8, "ac" * 8, D)), text)

    assert "pressroom deploy TARGET --list shows what can be gone back to" == raised.value.hint
    assert ExitCode.USAGE == raised.value.exit_code


def test_lines_of_the_history_that_are_cut_off_are_passed_over() -> None:
    """A full disk cut a line off; the next one was written behind it, with or without a line feed."""
    line = f"2026-11-24T18:05:12Z {A}"
    text = f"{line}\n2026-11-2\n2026-11-24T18:05:12Z abab{line}\n{line[:-4]}\n2026-13-24T18:05:12Z {A}\n{line}"

    assert 3 * (Moment(at=START, version=A),) == parse_history(text)
    assert () == parse_history(f"{line}x\n{line.replace('2', '٢')}\n")


def test_a_rollback_is_told_from_a_deploy() -> None:
    """The same command again ends a rollback that was cut off, and does not undo it."""
    first, back = (Moment(at=START, version=one, is_rollback=one == A) for one in (B, A))
    assert (first, back) == parse_history(
        f"2026-11-24T18:05:12Z {B}\n2026-11-24T18:05:12Z {A} rollback\n"
    )

    def unfinished(live: str, confirmed: str) -> str:
        plain = target("ba", live, confirmed)
        assert "" == plain.unfinished  # a deploy
        return dataclasses.replace(plain, history=(first, back)).unfinished

    assert A == unfinished("a", "b")
    assert "" == unfinished("a", "a")
    assert "" == unfinished("b", "b")


@given(st.text())
def test_no_history_raises(text: str) -> None:
    """Whatever is in the file."""
    assert all(is_version(one.version) for one in parse_history(text))


@given(
    st.datetimes(
        min_value=dt.datetime(1000, 1, 1),  # noqa: DTZ001 - Hypothesis wants it so and gives it a zone
        timezones=st.just(dt.UTC),
    )
)
def test_a_time_is_read_as_it_was_written(when: dt.datetime) -> None:
    """To the second."""
    assert when.replace(microsecond=0) == parse_time(render_time(when))


def test_a_time_is_written_in_utc() -> None:
    """Whatever zone it came in."""
    zone = dt.timezone(dt.timedelta(hours=2))
    assert "2026-11-24T18:05:12Z" == render_time(START.astimezone(zone))


RECORD = Record(
    id=A,
    made=START,
    policy=Policy(
        content_security_policy={"img-src": ("'self'", "https://i.example")},
        strict_transport_security=Transport(max_age=1),
        open_suffixes=(".json",),
    ),
    scores={"hub": Score(grade="A+", score=155, pages=12)},
)


def test_a_record_is_read_as_it_was_written() -> None:
    """With its policy, its scores and its time."""
    assert RECORD == parse_record(render_record(RECORD), where="version.json")


def broken(**changes: Any) -> str:
    """The record with other values."""
    return json.dumps(json.loads(render_record(RECORD)) | changes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        "[" * 100_000,
        broken(format=2),
        broken(id="../../etc"),
        broken(id=None),
        broken(made="yesterday"),
        broken(made=3),
        broken(policy=[]),
        broken(policy={"surprise": 1}),
        broken(scores=[]),
        broken(scores={"hub": 3}),
        broken(scores={"hub": {"grade": "A", "score": "much", "pages": 1}}),
        broken(scores={"hub": {"grade": "\x1b[2J", "score": 1, "pages": 1}}),
    ],
)
def test_what_is_no_record_is_refused(text: str) -> None:
    """With its place, and what to do."""
    with pytest.raises(PressroomError, match="no record of a version") as raised:
        parse_record(text, where="versions/x/version.json")

    assert "versions/x/version.json" == raised.value.where
    assert AGAIN == raised.value.hint
