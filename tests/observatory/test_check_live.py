"""`pressroom observatory check` of live hosts, good and hostile, on loopback."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
import trustme
from observatory_hosts import HOST, answer, moved, self_signed, to_https
from observatory_sites import (
    HEADERS,
    PAGE,
    TEXT,
    check,
    good,
    hosts_of,
    listing,
    serve,
    serve_nowhere,
    typed,
    ways,
    worse,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from observatory_hosts import Hosts, Question, Reply

OTHER = "other.example"
LONG = f"/{'a' * 3_000}/"


@pytest.fixture
def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    with hosts_of(tmp_path, monkeypatch) as made:
        yield made


def test_a_good_host_is_good(hosts: Hosts) -> None:
    """Without a sitemap its home page alone is judged, and that is said."""
    serve(hosts)
    done = check(hosts, HOST, "--min-score", "155")

    assert [
        "host            grade  score  pages  worst page",
        "widget.example  A+     155    1      /",
        "",
        "widget.example",
        "  note: no sitemap with pages of this host at /sitemap.xml: only the home page was judged",
        "the page has at least 155",
    ] == done.out.splitlines()
    assert ("", 0) == (done.err, done.code)


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        ((HOST,), ["/", "/a/", "/b/", "/c/", "/d/"]),
        ((f"https://{HOST}/",), ["/", "/a/", "/b/", "/c/", "/d/"]),
        ((HOST, "--pages", "3"), ["/", "/a/", "/c/"]),
        ((HOST, "--pages", "1"), ["/"]),
        ((HOST, "--pages", "root"), ["/"]),
        ((f"{HOST}/x/?y#z",), ["/x/"]),
        ((f"{HOST}/x/", f"{HOST}/y/", f"{HOST}/x/"), ["/x/", "/y/"]),
        ((f"{HOST}/x/", HOST, "--pages", "3"), ["/x/", "/", "/a/"]),
    ],
)
def test_the_pages_are_those_of_the_sitemap_or_the_named_ones(
    hosts: Hosts, arguments: tuple[str, ...], paths: list[str]
) -> None:
    """A host stands for its sitemap, a URL with a path for that page; --pages is how many at most."""
    serve(hosts, listing("/a/", "/b/", "/", "/c/", "/d/"))
    done = check(hosts, *arguments, "--json")

    assert paths == list(json.loads(done.out)["hosts"][HOST]["pages"])


def test_the_hosts_of_the_configuration_are_looked_at_if_none_is_named(hosts: Hosts) -> None:
    """What [tool.pressroom] publishes, in its order."""
    serve(hosts)
    serve(hosts, host=f"docs.{HOST}")
    done = check(hosts, "--json")

    assert 0 == done.code
    assert [HOST, f"docs.{HOST}"] == list(json.loads(done.out)["hosts"])


def test_hosts_can_stand_in_a_file(hosts: Hosts, tmp_path: Path) -> None:
    """A line a host, with comments; what is on the command line comes first, and nothing twice."""
    serve(hosts)
    serve(hosts, host=OTHER)
    (tmp_path / "hosts").write_text(f"# ours\n{HOST}  # again\n\nhttps://{HOST}/\n")
    done = check(hosts, OTHER, "--hosts", "hosts", "--json")

    assert 0 == done.code
    assert [OTHER, HOST] == list(json.loads(done.out)["hosts"])


def test_a_demand_is_a_grade_or_a_score(hosts: Hosts) -> None:
    """A+ if nothing is said; who asks for a score alone is not held to a grade, nor the other way round."""
    serve(hosts, worse("X-Content-Type-Options", "Strict-Transport-Security"))
    codes = {
        " ".join(demand): check(hosts, HOST, *demand).code
        for demand in (
            (),
            ("--min-grade", "A+"),
            ("--min-grade", "B"),
            ("--min-score", "75"),
            ("--min-score", "76"),
            ("--min-score", "0"),
            ("--min-score", "70", "--min-grade", "A"),
            ("--min-score", "80", "--min-grade", "F"),
        )
    }

    assert {
        "": 1,
        "--min-grade A+": 1,
        "--min-grade B": 0,
        "--min-score 75": 0,
        "--min-score 76": 1,
        "--min-score 0": 0,
        "--min-score 70 --min-grade A": 1,
        "--min-score 80 --min-grade F": 1,
    } == codes


def test_a_page_without_a_script_is_given_five_points_on_live_hosts_too(hosts: Hosts) -> None:
    """150 counts as 155, and the row says so."""
    serve(hosts, worse(body=TEXT))
    done = check(hosts, f"{HOST}/text/", "--min-score", "155")

    assert 0 == done.code
    assert "A+     150+5  1      /text/ (no script on it" in done.out


def test_json_is_all_there_is_on_standard_output(hosts: Hosts) -> None:
    """With a host that is below, one that cannot be looked at, and a baseline too; the exit code is the same."""
    serve(hosts, worse("Strict-Transport-Security"))
    serve_nowhere(hosts, OTHER)
    done = check(hosts, f"{HOST}/", OTHER, "--json", "--pages", "root")
    values = json.loads(done.out)

    assert 1 == done.code
    assert "" == done.err
    assert 6 == values["algorithm"]
    assert ("B+", 80, ["/"]) == tuple(
        values["hosts"][HOST][key] for key in ("grade", "score", "below")
    )
    assert [
        {
            "path": "/",
            "message": "other.example is down: nothing answers at ports 443 and 80",
            "hint": "start its server, or check the name and the port",
        }
    ] == values["hosts"][OTHER]["could_not_look"]
    assert values["hosts"][OTHER]["grade"] is None


def test_a_host_at_a_port_is_judged(hosts: Hosts) -> None:
    """It is named with its port."""
    hosts.secure(good, port=8443)
    hosts.closed(port=80)
    done = check(hosts, f"{HOST}:8443", "--pages", "root")

    assert 0 == done.code
    assert "widget.example:8443  A+     155" in done.out


def pair_until(hosts: Hosts, days: int) -> trustme.LeafCert:
    """A certificate that ends in so many days, and some minutes."""
    end = dt.datetime.now(dt.UTC) + dt.timedelta(days=days, minutes=10)
    return hosts.ca.issue_cert(HOST, not_before=end - dt.timedelta(days=90), not_after=end)


def test_a_refused_certificate_is_bad_and_not_unseen(hosts: Hosts) -> None:
    """Exit code 1, even where no score is asked for: browsers stop there."""
    hosts.secure(good, pair=self_signed(HOST))
    hosts.plain(to_https)
    done = check(hosts, f"{HOST}/", "--pages", "root", "--min-score", "0")

    assert 1 == done.code
    assert "  certificate: self-signed\n" in done.out
    assert "hint: renew it" in done.out
    assert "strict-transport-security: hsts-invalid-cert (-20)" in done.out
    assert "the page has at least 0; certificates refused or near their end: 1\n" in done.out


@pytest.mark.parametrize(("days", "code"), [(5, 1), (20, 1), (21, 0)])
def test_a_certificate_that_ends_soon_is_told(hosts: Hosts, days: int, code: int) -> None:
    """Below 21 days the exit code is 1, however good the pages are."""
    hosts.secure(good, pair=pair_until(hosts, days))
    hosts.plain(to_https)
    done = check(hosts, HOST, "--pages", "root")

    assert code == done.code
    assert bool(code) == (f"certificate: ends in {days} days" in done.out)


def test_another_authority_can_be_trusted(hosts: Hosts) -> None:
    """With --ca a private one is as good as those of the web; without it is refused."""
    serve(hosts)
    routes = [one for one in ways(hosts) if not one.startswith("--ca")]

    assert 1 == typed("check", f"{HOST}/", *routes).code
    assert 0 == check(hosts, f"{HOST}/").code


def test_could_not_look_is_neither_good_nor_bad(hosts: Hosts) -> None:
    """Exit code 3, a reason and a hint, no grade; 1 when another host is below as well."""
    serve_nowhere(hosts, OTHER)
    serve(hosts, worse("Strict-Transport-Security"))

    done = check(hosts, OTHER)
    assert 3 == done.code
    assert [
        "host           grade  score  pages  worst page",
        "other.example  -      -      1      could not look",
        "",
        "other.example",
        "  could not look at /: other.example is down: nothing answers at ports 443 and 80",
        "    hint: start its server, or check the name and the port",
        "0 of 1 pages have A+; could not be looked at: 1",
    ] == done.out.splitlines()

    done = check(hosts, OTHER, f"{HOST}/a/")
    assert 1 == done.code
    assert "0 of 2 pages have A+; below: 1; could not be looked at: 1" in done.out


def test_a_page_that_is_not_there_could_not_be_looked_at(hosts: Hosts) -> None:
    """A 404 has no grade: exit code 3, and its status."""
    serve(hosts, lambda _: answer(PAGE.encode(), *HEADERS, status="404 Not Found"))
    done = check(hosts, f"{HOST}/gone/")

    assert 3 == done.code
    assert "could not look at /gone/: the page answers with status 404" in done.out
    assert "hint: the Observatory grades answers of 2xx, 3xx, 401 and 403 only" in done.out


def test_pages_with_one_trouble_are_told_together(hosts: Hosts) -> None:
    """Five are named, the others counted; a long path is shown without its middle."""
    paths = [LONG, *(f"/{number}/" for number in range(20))]

    listed = listing(*paths)
    down = answer(b"", status="503 Out of order")
    serve(hosts, lambda one: listed(one) if one.path == "/sitemap.xml" else down)
    done = check(hosts, HOST)
    short = f"/{'a' * 39}…{'a' * 38}/"

    assert 3 == done.code
    assert f"could not look at /, {short}, /0/, /1/, /2/ and 17 more: the page answers" in done.out
    assert 7 == len(done.out.splitlines())
    assert 200 > max(map(len, done.out.splitlines()))


def test_many_hosts_with_the_same_faults_do_not_fill_the_screen(hosts: Hosts) -> None:
    """What a fault is and what to do about it is said once."""
    names = [f"{number}.widget.example" for number in range(12)]
    for name in names:
        serve(hosts, worse("Strict-Transport-Security", "Referrer-Policy"), host=name)
    done = check(hosts, *names, "--pages", "root")

    assert 1 == done.code
    assert 12 == done.out.count("strict-transport-security: hsts-not-implemented (-20)")
    assert 11 == done.out.count("hsts-not-implemented (-20); see above\n")
    assert 1 == done.out.count("hint: Send `Strict-Transport-Security")
    assert 80 > len(done.out.splitlines())


def test_hostile_hosts_cannot_write_to_the_terminal(hosts: Hosts) -> None:
    """Whatever stands in sitemaps, redirects, headers, bodies and certificates: no control character comes out."""
    evil = "\x1b[31m\x07\x9b2J\u202e"

    def answerer(question: Question) -> Reply:
        if question.path == "/sitemap.xml":
            return listing("/\u202e%1B%0a/", "/to/", "/csp/", "/body/", "/cookie/")(question)
        if question.path == "/to/":
            return moved("gopher://\x1b[31m\x9b/")
        if question.path == "/csp/":
            return answer(
                b"", "Content-Security-Policy: \x1b]0;x\x07 \x9b", "Referrer-Policy: \x1b"
            )
        if question.path == "/cookie/":
            return answer(b"", "Set-Cookie: \x1b=\x9b; SameSite=\x07")
        body = f'<script src="https://{evil}"></script>'.encode()
        return answer(body, "Content-Type: text/html", status="200 \x1b[31m")

    hosts.secure(answerer, pair=hosts.ca.issue_cert("other.example"))
    hosts.plain(to_https)
    done = check(hosts, HOST)

    assert 1 == done.code
    assert done.out.replace("\n", "").isprintable()
    assert "could not look at /to/" in done.out
    assert "certificate: is for other.example, not for widget.example" in done.out
    for text in (done.err, *json.loads(check(hosts, HOST, "--json").out)["hosts"][HOST]["pages"]):
        assert text.replace("\n", "").isprintable()


def test_a_broken_sitemap_is_none(hosts: Hosts) -> None:
    """Then the home page alone is judged; nothing that it names elsewhere is asked."""
    elsewhere = f"<urlset><loc>https://{OTHER}/</loc></urlset>".encode()
    text = [b""]
    serve(hosts, lambda _: answer(text[0], *HEADERS))
    for text[0] in (b"", b"<urlset", b"<a/>", elsewhere):
        hosts.questions.clear()
        done = check(hosts, HOST, "--min-score", "0")
        assert 0 == done.code
        assert "note: no sitemap with pages of this host" in done.out
        assert {HOST} == {question.headers["host"] for question in hosts.questions}


def test_a_list_of_preloaded_hosts_can_be_given(hosts: Hosts, tmp_path: Path) -> None:
    """A host in it earns five points more."""
    serve(hosts)
    entry = {"name": HOST, "mode": "force-https", "include_subdomains": True}
    (tmp_path / "list.json").write_text(f"// ours\n{json.dumps({'entries': [entry]})}")

    assert 1 == check(hosts, f"{HOST}/", "--min-score", "160").code
    assert 0 == check(hosts, f"{HOST}/", "--min-score", "160", "--preload", "list.json").code


def test_a_route_that_leads_nowhere_is_told(hosts: Hosts) -> None:
    """A misspelt --resolve would have the live host judged for the one that was meant."""
    serve(hosts)
    done = check(hosts, HOST, "--resolve", "widgte.example:443:192.0.2.7")

    assert (
        "--resolve widgte.example:443: nothing was asked there; is its host or port misspelt?"
        in done.err
    )
    assert 0 == done.code
