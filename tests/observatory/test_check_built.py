"""`pressroom observatory check --built`: what was built, behind real web servers."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pytest
from observatory_sites import (
    COUNTING,
    NGINX_FILE,
    OWN_SCRIPT,
    PAGE,
    TEXT,
    Press,
    make_press,
    need_server,
    typed,
)

from pressroom.headers.policy import STS, Policy
from pressroom.headers.servers.all_servers import SERVERS
from pressroom.observatory.record import parse_records

if TYPE_CHECKING:
    from pathlib import Path

XFO = "X-Frame-Options"
# frame-ancestors does what X-Frame-Options did; the others are judged by no test.
FREE = (XFO, "Permissions-Policy", "Integrity-Policy", "Cache-Control")


@pytest.fixture
def press(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Press:
    need_server("nginx")
    monkeypatch.chdir(tmp_path)
    return make_press(tmp_path)


def drop(press: Press, *names: str) -> None:
    """The file of nginx without these headers."""
    lines = press.read(NGINX_FILE).splitlines(keepends=True)
    kept = [one for one in lines if not one.startswith(tuple(f"add_header {n} " for n in names))]
    assert len(names) == len(lines) - len(kept)
    press.write(NGINX_FILE, "".join(kept))


def test_every_page_of_what_was_built_has_155(press: Press) -> None:
    """A host a row, error pages not among them, nothing to do, nothing on standard error; exit code 0."""
    done = typed("check", "--built", "--min-score", "155")

    assert [
        "host                 grade  score  pages  worst page",
        "widget.example       A+     155    2      /",
        "docs.widget.example  A+     155    1      /",
        "all 3 pages have at least 155",
    ] == done.out.splitlines()
    assert ("", 0) == (done.err, done.code)
    assert press.root.is_dir()


@pytest.mark.parametrize("name", sorted(set(SERVERS) - {"nginx"}))
def test_the_other_servers_do_as_well(press: Press, name: str) -> None:
    """What is deployed for Apache, Caddy and lighttpd earns the same."""
    need_server(name)
    press.write_page("/ü & ö/")
    done = typed("check", "--built", "--server", name, "--min-score", "155")

    assert 0 == done.code, done.out + done.err
    assert "all 4 pages have at least 155" in done.out


def test_a_page_without_a_script_passes_and_its_row_says_why(press: Press) -> None:
    """150+5: what it cannot earn is not held against it; 156 is more than it can have."""
    press.write_page("/guide/", TEXT)
    done = typed("check", "--built", "--min-score", "155")

    assert 0 == done.code
    assert (
        "widget.example       A+     150+5  2      /guide/ "
        "(no script on it: +5 for integrity is out of its reach)"
    ) == done.out.splitlines()[1]
    assert 1 == typed("check", "--built", "--min-score", "156").code


@pytest.mark.parametrize(("name", "token"), COUNTING.items())
def test_a_header_that_is_taken_away_is_missed(press: Press, name: str, token: str) -> None:
    """Each header that counts: without it the exit code is 1, and the header is named with its value."""
    drop(press, name)
    done = typed("check", "--built", "--min-score", "155")

    assert 1 == done.code
    assert f": {token} (" in done.out
    assert f"hint: Send `{name}: " in done.out
    assert "below at least 155: /, /guide/" in done.out
    assert "0 of 3 pages have at least 155; below: 3" in done.out
    assert f"{NGINX_FILE} is not what the settings give: make site" in done.err


def test_a_site_that_may_be_framed_is_found(press: Press) -> None:
    """Neither X-Frame-Options nor frame-ancestors: exit code 1, and both are named."""
    drop(press, XFO)
    press.edit(NGINX_FILE, "frame-ancestors 'none'; ", "")
    done = typed("check", "--built", "--min-score", "155")

    assert 1 == done.code
    assert "x-frame-options: x-frame-options-not-implemented (-20), on all 2 pages" in done.out
    assert "hint: Add `frame-ancestors 'none'`" in done.out
    assert "`X-Frame-Options: DENY`" in done.out


def test_the_rest_of_the_policy_earns_nothing(press: Press) -> None:
    """All that `headers show` prints counts, but for four headers: without those the score is the same."""
    shown = {header.name for header in (*Policy().always, Policy().transport)}
    assert shown == {*COUNTING, *FREE}

    drop(press, *FREE)
    assert 0 == typed("check", "--built", "--min-score", "155").code


def test_a_policy_without_a_header_is_no_policy(press: Press) -> None:
    """Where the settings take one away, nothing is looked at: exit code 2, and what to write."""
    press.write(
        "pyproject.toml",
        press.read("pyproject.toml")
        + '[tool.pressroom.headers]\ncross_origin_opener_policy = "unsafe-none"\n',
    )
    done = typed("check", "--built")

    assert 2 == done.code
    assert "cross_origin_opener_policy 'unsafe-none' gives protection away" in done.err
    assert "hint: take one of same-origin" in done.err


@pytest.mark.parametrize(
    ("more", "token", "hint"),
    [
        (
            "<script>alert(1)</script>",
            "sri-not-implemented-but-all-scripts-loaded-from-secure-origin (0)",
            "hint: Give a script of the own site an `integrity` attribute",
        ),
        (
            '<script src="https://cdn.other.test/x.js"></script>',
            "sri-not-implemented-but-external-scripts-loaded-securely (-5)",
            "hint: Serve the script from the own site, or add `integrity=",
        ),
        (
            '<script src="//cdn.other.test/x.js"></script>',
            "sri-not-implemented-and-external-scripts-not-loaded-securely (-50)",
            "hint: Serve the script from the own site with a relative `src`",
        ),
    ],
)
def test_a_page_with_a_bad_script_is_named(press: Press, more: str, token: str, hint: str) -> None:
    """An inline script, one of a CDN without integrity, one without a scheme: the page, and what to do."""
    press.write_page("/guide/", TEXT + more)
    done = typed("check", "--built", "--min-score", "155")

    assert 1 == done.code
    assert f"subresource-integrity: {token}, on 1 of 2 pages, first /guide/" in done.out
    assert hint in done.out
    assert "below at least 155: /guide/\n" in done.out
    assert "2 of 3 pages have at least 155; below: 1" in done.out


def test_an_inline_style_costs_nothing(press: Press) -> None:
    """The Observatory does not look at styles in a page: the policy keeps browsers from heeding them."""
    press.write_page("/guide/", f"{PAGE}<style>a {{ color: red }}</style><b style='color: red'>")

    assert 0 == typed("check", "--built", "--min-score", "155").code


def test_a_weak_meta_tag_is_found(press: Press) -> None:
    """Meta tags are judged with the headers: a referrer that says more than the policy allows."""
    press.write_page("/guide/", f'<meta name="referrer" content="unsafe-url">{OWN_SCRIPT}')
    done = typed("check", "--built", "--min-score", "155")

    assert 1 == done.code
    assert (
        "referrer-policy: referrer-policy-unsafe (-5), on 1 of 2 pages, first /guide/" in done.out
    )


def test_what_was_not_built_cannot_be_judged(press: Press) -> None:
    """Exit code 2, and the command that builds."""
    (press.root / NGINX_FILE).unlink()
    done = typed("check", "--built")

    assert 2 == done.code
    assert f"{NGINX_FILE}: not built yet" in done.err
    assert "hint: run `make site` first" in done.err
    assert "" == done.out


def test_a_server_that_is_not_there_is_no_verdict(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3 is not exit code 1: nothing is said about pages; the hint installs it."""
    gone = dataclasses.replace(SERVERS["nginx"], program="/no/such/nginx")
    monkeypatch.setattr("pressroom.observatory.cli.SERVERS", {"nginx": gone})
    done = typed("check", "--built")

    assert 3 == done.code
    assert "nginx is not installed" in done.err
    assert "hint: apt-get install nginx-light" in done.err
    assert "" == done.out
    assert press.root.is_dir()


def test_fewer_pages_can_be_looked_at(press: Press) -> None:
    """The home page alone, or a number spread over all."""
    for number in range(8):
        press.write_page(f"/{number}/")
    counts = [
        typed("check", "--built", "--pages", pages).out.splitlines()[1].split()[3]
        for pages in ("root", "3", "all", "99")
    ]

    assert ["1", "3", "10", "10"] == counts


def test_a_machine_reads_json_and_nothing_else(press: Press) -> None:
    """Standard output is JSON, bad pages or not, and an old file in deploy/ is said beside it."""
    drop(press, "Referrer-Policy")
    done = typed("check", "--built", "--min-score", "155", "--json")
    values = json.loads(done.out)

    assert 1 == done.code
    assert {"grade": "F", "score": 155} == values["demand"]
    assert ["widget.example", "docs.widget.example"] == list(values["hosts"])
    assert {"/": {"score": 150, "counted": 150}} == values["hosts"]["docs.widget.example"]["pages"]
    assert ["/", "/guide/"] == values["hosts"]["widget.example"]["below"]
    assert "is not what the settings give" in done.err


def test_results_are_recorded(press: Press) -> None:
    """A line a host, as the hub reads them; nothing of what stood there is lost, not even a broken line."""
    assert 0 == typed("check", "--built", "--record").code
    (hub, docs), findings = parse_records(press.read("site/observatory.jsonl"), "x")

    assert [] == findings
    assert ("widget.example", "built", 6, 155, "A+", 2, "/", ()) == (
        *(hub.host, hub.place, hub.algorithm, hub.score, hub.grade, hub.pages, hub.worst),
        hub.failing,
    )
    assert ("docs.widget.example", 1) == (docs.host, docs.pages)
    assert hub.at == docs.at

    press.write("site/observatory.jsonl", "what is this")
    drop(press, STS)
    assert 1 == typed("check", "--built", "--record").code
    first, *lines = press.read("site/observatory.jsonl").splitlines(keepends=True)
    (hub, _), _ = parse_records("".join(lines), "x")

    assert "what is this\n" == first
    assert (("hsts-not-implemented",), 80) == (hub.failing, hub.score)


def test_a_record_that_is_no_text_stays_as_it_is(press: Press) -> None:
    """It is not read as something else and written again: exit code 2, with the line."""
    path = press.root / "site/observatory.jsonl"
    path.write_bytes(b"\n\xff\n")
    done = typed("check", "--built", "--record")

    assert 2 == done.code
    assert "site/observatory.jsonl:2: byte 0xff is not UTF-8" in done.err
    assert "hint: convert the file" in done.err
    assert b"\n\xff\n" == path.read_bytes()
