"""What `pressroom observatory check` keeps and compares: --baseline and --record, for live hosts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from observatory_hosts import HOST
from observatory_sites import check, good, hang_up, hosts_of, listing, serve, serve_nowhere, worse

from pressroom.observatory.record import parse_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from observatory_hosts import Answerer, Hosts, Question, Reply

OTHER = "other.example"


@pytest.fixture
def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    with hosts_of(tmp_path, monkeypatch) as made:
        yield made


def test_a_baseline_says_what_changed(hosts: Hosts, tmp_path: Path) -> None:
    """What --json printed before is compared; beside JSON it is said on standard error."""
    state: list[Answerer] = [good]

    def answerer(question: Question) -> Reply:
        return state[-1](question)

    serve(hosts, answerer)
    arguments = (HOST, "--pages", "root", "--baseline", "before.json")
    (tmp_path / "before.json").write_text(check(hosts, *arguments[:3], "--json").out)

    assert check(hosts, *arguments).out.endswith("since the baseline:\n  no change\n")
    state.append(worse("Referrer-Policy"))
    changed = (
        "since the baseline:\n"
        "  widget.example: A+ 155 then, A+ 150 now\n"
        "  widget.example: new: referrer-policy: referrer-policy-not-implemented\n"
        "  widget.example: worse: 1 of 1 pages, first /\n"
    )
    assert check(hosts, *arguments).out.endswith(changed)
    done = check(hosts, *arguments, "--json")
    assert changed == done.err
    assert 150 == json.loads(done.out)["hosts"][HOST]["score"]


def test_what_could_not_be_looked_at_is_no_change_for_the_better(
    hosts: Hosts, tmp_path: Path
) -> None:
    """Neither its pages nor its faults are said to be gone."""
    state: list[Answerer] = [worse("Referrer-Policy")]

    def answerer(question: Question) -> Reply:
        return state[-1](question)

    serve(hosts, answerer)
    arguments = (HOST, "--pages", "root")
    (tmp_path / "before.json").write_text(check(hosts, *arguments, "--json").out)
    state.append(lambda _: hang_up)
    done = check(hosts, *arguments, "--baseline", "before.json")

    assert 3 == done.code
    assert done.out.endswith("since the baseline:\n  widget.example: A+ 150 then, no grade now\n")


def test_a_page_that_could_not_be_looked_at_is_not_gone(hosts: Hosts, tmp_path: Path) -> None:
    """Nor is it new when it can be again."""
    listed = listing("/", "/a/")
    whole = [True]

    def answerer(question: Question) -> Reply:
        return listed(question) if whole[0] or question.path != "/a/" else hang_up

    serve(hosts, answerer)
    for before, after in ((True, False), (False, True)):
        whole[0] = before
        (tmp_path / "before.json").write_text(check(hosts, HOST, "--json").out)
        whole[0] = after
        done = check(hosts, HOST, "--baseline", "before.json")
        assert done.out.endswith("since the baseline:\n  no change\n")


def test_a_baseline_of_somebody_else_cannot_write_to_the_terminal(
    hosts: Hosts, tmp_path: Path
) -> None:
    """Names in it may hold anything, a lone surrogate too."""
    serve(hosts)
    host = {"grade": "\x1b[31m", "score": 1, "pages": {}, "weaknesses": []}
    before = {"algorithm": 6, "hosts": {"\x1b[2J\ud800\r": host, HOST: host}}
    (tmp_path / "before.json").write_text(json.dumps(before))
    done = check(hosts, f"{HOST}/x", "--baseline", "before.json")

    assert 0 == done.code
    assert done.out.replace("\n", "").isprintable()
    assert "[2J : not looked at any more" in done.out
    assert "widget.example: [31m 1 then, A+ 155 now" in done.out


def test_results_of_live_hosts_are_recorded(hosts: Hosts, tmp_path: Path) -> None:
    """A line for each host that was seen, none for one that was not: nothing is made up."""
    serve(hosts, worse("Strict-Transport-Security"))
    serve_nowhere(hosts, OTHER)
    done = check(hosts, HOST, OTHER, "--record", "--pages", "root")
    (record,), findings = parse_records((tmp_path / "site/observatory.jsonl").read_text(), "x")

    assert 1 == done.code
    assert [] == findings
    assert (HOST, "live", 80, "B+", 1, "/", ("hsts-not-implemented",)) == (
        *(record.host, record.place, record.score, record.grade, record.pages, record.worst),
        record.failing,
    )


def test_where_nothing_was_seen_nothing_is_recorded(hosts: Hosts, tmp_path: Path) -> None:
    """No line, and no empty file."""
    serve_nowhere(hosts, OTHER)

    assert 3 == check(hosts, OTHER, "--record").code
    assert not (tmp_path / "site/observatory.jsonl").exists()


def test_pages_that_could_not_be_looked_at_are_not_counted(hosts: Hosts, tmp_path: Path) -> None:
    """The record says how many pages were judged."""

    def answerer(question: Question) -> Reply:
        return hang_up if question.path == "/a/" else listing("/", "/a/", "/b/")(question)

    serve(hosts, answerer)
    done = check(hosts, HOST, "--record")
    (record,), _ = parse_records((tmp_path / "site/observatory.jsonl").read_text(), "x")

    assert 3 == done.code
    assert "2 of 3 pages have A+; could not be looked at: 1" in done.out
    assert 2 == record.pages


def test_a_host_with_a_port_is_not_recorded(hosts: Hosts, tmp_path: Path) -> None:
    """Exit code 2 before pages are looked at; what was recorded stays as it is."""
    (tmp_path / "site/observatory.jsonl").write_text("kept")
    done = check(hosts, HOST, f"{HOST}:8443", "[::1]", "--record", "--pages", "root")

    assert 2 == done.code
    assert "host 'widget.example:8443' is no name of a host" in done.err
    assert "host '[::1]' is no name of a host" in done.err
    assert "hint: leave out --record, or that host" in done.err
    assert "" == done.out
    assert "kept" == (tmp_path / "site/observatory.jsonl").read_text()
