"""site/redirects.toml: what holds, and what is refused with its line and a mend."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.addresses.check import check_redirects
from pressroom.addresses.entries import ASSETS, STATUS_PAGES
from pressroom.addresses.load import load_redirects
from pressroom.addresses.model import Redirect
from pressroom.addresses.table import MAX_ENTRIES, parse_redirects
from pressroom.config import load_config
from pressroom.findings import Finding
from pressroom.headers.model import FAILURE_PAGE, NOT_FOUND_PAGE
from pressroom.headers.policy import ASSETS as ASSETS_OF_POLICY

if TYPE_CHECKING:
    from pathlib import Path

WHERE = "site/redirects.toml"
BASES = {"hub": "https://widget.example/", "docs": "https://docs.widget.example/"}


def address(reference: str) -> str:
    """As Config.address does."""
    site, _, path = reference.removeprefix("site:").partition("/")
    return BASES[site] + path


def parse(text: str) -> tuple[tuple[Redirect, ...], list[Finding]]:
    """The table of two sites."""
    return parse_redirects(text, where=WHERE, sites=BASES, address=address)


def entry(source: str, to: str = "/new/", site: str = "hub") -> str:
    """One entry as a person writes it; quotes and backslashes as TOML wants them."""
    quoted = [text.replace("\\", "\\\\").replace('"', '\\"') for text in (site, source, to)]
    return '[[redirects]]\nsite = "{}"\nfrom = "{}"\nto = "{}"\n'.format(*quoted)


def problem(text: str) -> tuple[str, str]:
    """The one thing that is wrong with a table, and its hint."""
    redirects, (finding,) = parse(text)
    assert () == redirects
    assert finding.where == WHERE
    return finding.message, finding.hint


def test_entries_become_redirects_in_their_order() -> None:
    """An entry is a Redirect with its line; site: becomes an absolute address."""
    text = (
        "# Old addresses\n\n"
        + entry("/b%20c/caf%C3%A9.html", "/new/?a=1&b=%26#part")
        + "\n"
        + entry("/a;b,c=d'e(f)!$&*@:~", "site:docs/x/#y", "docs")
        + entry("/old", "site:hub/", "docs")
    )

    assert (
        (
            Redirect(
                site="hub", source="/b%20c/caf%C3%A9.html", target="/new/?a=1&b=%26#part", line=3
            ),
            Redirect(
                site="docs",
                source="/a;b,c=d'e(f)!$&*@:~",
                target="https://docs.widget.example/x/#y",
                line=8,
            ),
            Redirect(site="docs", source="/old", target="https://widget.example/", line=12),
        ),
        [],
    ) == parse(text)


def test_a_file_without_entries_is_fine() -> None:
    """A file of comments alone has no redirects and no findings."""
    assert ((), []) == parse("# none yet\n")


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        ("old", "does not start with one slash", 'write a path as in a URL: "/old/page.html"'),
        ("//evil.example/x", "does not start with one slash", "write a path as in a URL"),
        ("https://widget.example/x", "does not start with one slash", "write a path as in a URL"),
        ("", "does not start with one slash", "write a path as in a URL"),
        ("/a?b", "has a query or a fragment", "write the path alone: a query is handed on"),
        ("/a#b", "has a query or a fragment", "write the path alone"),
        ("/a//b", "has two slashes in a row", "write one: servers merge them"),
        ("/a/../b", "has a segment . or ..", "write where it leads"),
        ("/a/.", "has a segment . or ..", "write where it leads"),
        ("/%2E%2E/b", "has a segment . or ..", "write where it leads"),
        ("/a\\b", "has a backslash", 'write "/"'),
        ("/a%5Cb", "has a backslash", 'write "/"'),
        ("/a%2Fb", "has an escaped slash (%2F)", "write it without"),
        ("/100%", "has a % without two hexadecimal digits", "write '/100%25' if the sign itself"),
        ("/%zz", "has a % without two hexadecimal digits", "write '/%25zz' if the sign itself"),
        ("/%C3", "is no UTF-8", "escape the bytes of its UTF-8 form: é is %C3%A9"),
        ("/a b", "is not spelled as in a URL", "write '/a%20b'"),
        ("/café", "is not spelled as in a URL", "write '/caf%C3%A9'"),
        ("/caf%c3%a9", "is not spelled as in a URL", "write '/caf%C3%A9'"),
        ("/%41", "is not spelled as in a URL", "write '/A'"),
        ('/"; return 200 "', "is not spelled as in a URL", "write '/%22;%20return%20200%20%22'"),
        ("/{a}<b>^`|", "is not spelled as in a URL", "write '/%7Ba%7D%3Cb%3E%5E%60%7C'"),
        ("/x%0d%0aX-Inj:%201", "has a control character", "delete it"),
        ("/x%00", "has a control character", "delete it"),
        ("/x%C2%85", "has a control character", "delete it"),
        ("/x\u2028y", "has a control character", "delete it"),
        ("/" + "x" * 1000, "has 1001 characters, more than 1000", "shorten it"),
        ("/" + "x" * 255, "has more than 255 bytes, which nginx never finds", "delete the entry"),
        ("/", "is the home page, which is always there", "delete the entry"),
        ("/404.html", "is a page that servers show by themselves", "delete the entry"),
        ("/50x.HTML", "is a page that servers show by themselves", "delete the entry"),
        ("/assets/x.css", "is in the build's own folder", "delete the entry"),
        ("/assets", "is in the build's own folder", "delete the entry"),
        ("/.well-known/security.txt", "is a hidden name, which servers refuse", "delete the entry"),
        ("/a/.git/x", "is a hidden name, which servers refuse", "delete the entry"),
    ],
)
def test_an_old_path_is_refused(source: str, message: str, hint: str) -> None:
    """What is no path in its one spelling, or can never be redirected, is refused with a mend."""
    found, mend = problem(entry(source))

    assert found.startswith("from ")
    assert message in found
    assert mend.startswith(hint)


def test_a_newline_in_toml_never_gets_through() -> None:
    """An escaped newline and one in a multi-line string are control characters, in source and target."""
    for source, to in (
        ('"/a\\nb"', '"/n/"'),
        ('"""/a\nb"""', '"/n/"'),
        ('"/a"', '"/n/?\\r\\nX: 1"'),
    ):
        message, hint = problem(f'[[redirects]]\nsite = "hub"\nfrom = {source}\nto = {to}\n')
        assert message.endswith("has a control character")
        assert "delete it" == hint


@pytest.mark.parametrize(
    ("to", "message", "hint"),
    [
        ("https://evil.example/", "is no path of ours", "write a path of the same site"),
        ("//evil.example/", "is no path of ours", "write a path of the same site"),
        ("javascript:alert(1)", "is no path of ours", "write a path of the same site"),
        ("new/", "is no path of ours", "write a path of the same site"),
        ("", "is no path of ours", "write a path of the same site"),
        ("site:docs", "is no path of ours", "write a path of the same site"),
        ("site:docs//evil", "is no path of ours", "write a path of the same site"),
        ("site:dosc/", "site 'dosc' is none of ours", "did you mean 'docs'?"),
        ("/a b/", "is not spelled as in a URL", "write '/a%20b/'"),
        ("/a/?x=a b", "is not spelled as in a URL", "write 'x=a%20b'"),
        ("/a/#a#b", "is not spelled as in a URL", "write 'a%23b'"),
        ("/a/?%0d%0aX:1", "has a control character", "delete it"),
        ("/a/#%", "has a % without two hexadecimal digits", "write '%25' if the sign itself"),
        ("/a/../b", "has a segment . or ..", "write where it leads"),
        ("/404.html", "is answered with 404 by servers", "lead to another page"),
    ],
)
def test_a_target_is_refused(to: str, message: str, hint: str) -> None:
    """A target is a path of ours in its one spelling, and nothing else."""
    found, mend = problem(entry("/old", to))

    assert found.startswith("to ")
    assert message in found
    assert mend.startswith(hint)


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("x = 1\n", 1, "'x' stands in no [[redirects]]", "the file has tables [[redirects]] and"),
        ("redirects = [{}]\n", 1, "'redirects' stands in no", "the file has tables [[redirects]]"),
        (entry("/a") + "[other]\n", 1, "'other' stands in no", "the file has tables"),
        (
            '[[redirects]]\nfrom = "/a"\nto = "/b"\n',
            1,
            "key 'site' is missing",
            "add a line for `site`",
        ),
        (entry("/a") + "form = 1\n", 1, "unknown key 'form'", "did you mean 'from'?"),
        (
            '[[redirects]]\nsite = "hub"\nfrom = 1\nto = "/"\n',
            1,
            "from is no text: '1'",
            "put it in",
        ),
        (entry("/a", site="hbu"), 1, "site 'hbu' is none of ours", "did you mean 'hub'?"),
        ('\n[[redirects]]\nsite = "hub\n', 3, "not TOML:", "mend that line"),
    ],
)
def test_what_is_no_entry(text: str, line: int, message: str, hint: str) -> None:
    """A wrong key, value or table is named with its line."""
    _, (finding,) = parse(text)

    assert line == finding.line
    assert finding.message.startswith(message)
    assert finding.hint.startswith(hint)


def test_all_findings_at_once() -> None:
    """A broken entry hides neither another one's fault nor a good entry."""
    text = (
        '[[redirects]]\nsite = "hub\n'
        + entry("/a b", "x", "hbu")
        + entry("/good")
        + '[[redirects]]\nfrom = """\n'
        + entry("/c//d")
    )

    redirects, findings = parse(text)

    assert ["/good"] == [redirect.source for redirect in redirects]
    assert [2, 3, 3, 3, 11, 13] == [finding.line for finding in findings]


def test_a_path_twice_is_refused() -> None:
    """Two entries of one site and path are refused, of two sites not; the first one holds."""
    redirects, (finding,) = parse(entry("/a") + entry("/a", "/b/") + entry("/a", site="docs"))

    assert [("hub", "/new/"), ("docs", "/new/")] == [(one.site, one.target) for one in redirects]
    assert "from '/a' is the same as '/a' on line 1" == finding.message
    assert "keep one of them" == finding.hint
    assert 5 == finding.line


def test_paths_that_differ_in_case_lead_to_one_place() -> None:
    """Two paths that differ in case alone may not lead to two places: not every server sees case."""
    assert [] == parse(entry("/a") + entry("/A"))[1]
    _, (finding,) = parse(entry("/a") + entry("/A", "/other/"))

    assert "from '/A' differs in case alone from '/a' on line 1" == finding.message
    assert "lead both to one page: '/new/'" == finding.hint


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (entry("/a", "/a"), "from '/a' leads to itself", "lead it to another page"),
        (entry("/a", "/a?x#y"), "from '/a' leads to itself", "lead it to another page"),
        (entry("/a", "site:hub/a"), "from '/a' leads to itself", "lead it to another page"),
        (
            entry("/a", "/b#x") + entry("/b"),
            "from '/a' leads to '/b', an old address too (line 5)",
            "lead it to '/new/'",
        ),
        (
            entry("/a", "site:docs/b%20c") + entry("/b%20c", site="docs"),
            "from '/a' leads to '/b%20c', an old address too (line 5)",
            "lead it to '/new/'",
        ),
    ],
)
def test_no_visitor_is_sent_on_twice(text: str, message: str, hint: str) -> None:
    """A loop and a chain are refused, also across sites, and the hint says where to lead instead."""
    _, (finding,) = parse(text)

    assert message == finding.message
    assert finding.hint.startswith(hint)


def test_a_circle_is_refused() -> None:
    """Every entry of a circle is named."""
    _, findings = parse(entry("/a", "/b") + entry("/b", "/c") + entry("/c", "/a"))

    assert [1, 5, 9] == [finding.line for finding in findings]
    assert {"lead one of them to a page"} == {finding.hint for finding in findings}


def test_the_limit_of_entries() -> None:
    """20,000 entries are read in time, and one more is refused."""
    text = "".join(
        entry(f"/old/{number}/%C3%A9.html", f"/new/{number}/") for number in range(MAX_ENTRIES)
    )
    started = time.process_time()
    redirects, findings = parse(text)

    assert (MAX_ENTRIES, []) == (len(redirects), findings)
    assert time.process_time() - started < 2
    assert (
        "has 20,001 entries, more than 20,000",
        "drop those that nobody follows any more",
    ) == problem(text + entry("/x"))


def test_one_chain_of_all_entries_is_linear() -> None:
    """20,000 entries that each lead to the next one are judged in time."""
    text = "".join(entry(f"/{number}", f"/{number + 1}") for number in range(MAX_ENTRIES))
    started = time.process_time()
    _, findings = parse(text)

    assert MAX_ENTRIES - 1 == len(findings)
    assert "lead one of them to a page" == findings[0].hint
    assert time.process_time() - started < 4


@given(st.text() | st.text(st.sampled_from('[redirects]\n="/%2E0aAsitefromto:#?\\')))
def test_no_text_raises(text: str) -> None:
    """Whatever is in the file or in a value, there are findings and no error, and what holds is plain ASCII."""
    parse(text)
    redirects, _ = parse_redirects(
        '[[redirects]]\nsite = "hub"\nfrom = ' + _literal(text) + '\nto = "/n/"\n',
        where=WHERE,
        sites=BASES,
        address=address,
    )
    for redirect in redirects:
        assert redirect.source.isascii()
        assert redirect.source.isprintable()
        assert not set(' "<>\\^`{|}?#') & set(redirect.source)


def _literal(text: str) -> str:
    return '"' + "".join(f"\\U{ord(sign):08X}" for sign in text) + '"'


def test_our_own_table(checkout: Path) -> None:
    """The redirects of our sites hold."""
    redirects, findings = load_redirects(load_config(checkout))

    assert [] == findings
    assert redirects


def test_what_servers_answer_is_known_once() -> None:
    """The pages and the folder that no redirect may stand for are those of the servers."""
    assert (NOT_FOUND_PAGE, FAILURE_PAGE) == STATUS_PAGES
    assert f"/{ASSETS}/" == ASSETS_OF_POLICY


FILES = {
    "hub": ["index.html", "new/index.html", "new/café.html", "data/x.json"],
    "docs": ["index.html", "x.html"],
}


def check(source: str, target: str) -> list[Finding]:
    """The findings about one redirect of the hub."""
    redirect = Redirect(site="hub", source=source, target=target, line=7)
    return check_redirects([redirect], FILES, base_urls=BASES, where=WHERE)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("/old", "/"),
        ("/old/", "/new/?a=b#c"),
        ("/Data/", "/new/caf%C3%A9.html"),
        ("/newer/x", "/data/x.json"),
        ("/new/x.html", "https://docs.widget.example/"),
        ("/old", "https://docs.widget.example/x.html#part"),
    ],
)
def test_a_redirect_that_fits_what_was_built(source: str, target: str) -> None:
    """A target is a page, or a file, on any of our sites; a source may lie in a folder that is there."""
    assert [] == check(source, target)


@pytest.mark.parametrize(
    ("source", "target", "message", "hint"),
    [
        (
            "/old",
            "/gone/",
            "to '/gone/' leads nowhere: no 'gone/index.html' was",
            "lead it to a page",
        ),
        (
            "/old",
            "/x.html",
            "to '/x.html' leads nowhere: no 'x.html' was built",
            "lead it to a page",
        ),
        ("/old", "/data/", "to '/data/' leads nowhere", "lead it to a page that is there"),
        ("/old", "https://docs.widget.example/new/", "to 'https://docs.", "lead it to a page"),
        ("/old", "/new", "to '/new' lacks its last slash", "add the slash"),
        (
            "/new/caf%C3%A9.html",
            "/",
            "from '/new/caf%C3%A9.html' would hide a file",
            "delete the entry",
        ),
        (
            "/new/",
            "/",
            "from '/new/' would hide a folder that is there",
            "delete the entry, or what",
        ),
        ("/new", "/", "from '/new' would hide a folder that is there", "delete the entry, or what"),
        (
            "/data",
            "/",
            "from '/data' would hide a folder that is there",
            "delete the entry, or what",
        ),
    ],
)
def test_a_redirect_that_does_not_fit(source: str, target: str, message: str, hint: str) -> None:
    """A target that was not built, and a source that would hide something, are found with their line."""
    (finding,) = check(source, target)

    assert finding.message.startswith(message)
    assert finding.hint.startswith(hint)
    assert f"{WHERE}:7" == finding.place


def test_a_site_that_was_not_built_is_not_judged() -> None:
    """Nothing is said about a site that has no files here."""
    redirect = Redirect(site="docs", source="/x.html", target="/gone/")

    assert [] == check_redirects([redirect], {"hub": []}, base_urls=BASES, where=WHERE)


def test_many_redirects_against_many_files_are_linear() -> None:
    """20,000 redirects and files are compared in time, whatever collection the files come in."""
    redirects = [
        Redirect(site="hub", source=f"/old/{number}", target=f"/{number}/")
        for number in range(20_000)
    ]
    files = {"hub": [f"{number}/index.html" for number in range(20_000)]}
    started = time.process_time()

    assert [] == check_redirects(redirects, files, base_urls=BASES, where=WHERE)
    assert time.process_time() - started < 2
