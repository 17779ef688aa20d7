"""The check of a Caddyfile: each pitfall is found where it is, and nothing in what we write."""

from __future__ import annotations

import dataclasses

import pytest
from headers_setup import FAILING, deployed_setup
from hypothesis import given
from hypothesis import strategies as st

from pressroom.addresses.model import Redirect
from pressroom.headers.model import Place
from pressroom.headers.policy import Policy
from pressroom.headers.servers.caddy import CADDY
from pressroom.headers.traps.caddy import check_caddy
from pressroom.headers.traps.caddy_syntax import Line, parse_caddyfile

WHERE = "deploy/caddy/Caddyfile"
# Without a mistake; each test makes one.
GOOD = """\
{
	auto_https off
}
(always) {
	header -Server
	header {
		X-Frame-Options DENY
		Cache-Control no-cache
	}
	@method not method GET HEAD
	error @method 405
}
http:// {
	abort
}
https:// {
	import always
	respond 421
	handle_errors {
		import always
	}
}
http://widget.example {
	import always
	redir https://widget.example{uri} 301
	handle_errors {
		import always
	}
}
https://widget.example {
	import always
	header Strict-Transport-Security max-age=63072000
	@assets {
		path /assets/*
		file
	}
	header @assets Cache-Control "public, max-age=31536000, immutable"
	error /404.html 404
	file_server
	handle_errors {
		import always
		rewrite * /404.html
		file_server
	}
}
"""


def found(text: str) -> list[tuple[int, str]]:
    """Line and first words of each finding."""
    return [(one.line, one.message.partition(": ")[0]) for one in check_caddy(text, where=WHERE)]


def hints(text: str) -> list[str]:
    return [one.hint for one in check_caddy(text, where=WHERE)]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_good_file_is_good() -> None:
    """What the mistakes below are made in has none."""
    assert [] == found(GOOD)


@pytest.mark.parametrize("local", [False, True])
def test_nothing_is_found_in_what_we_write(local: bool) -> None:
    """Neither as it is deployed nor as it is proved, whatever the redirects and the policy."""
    redirects = (
        Redirect(site="hub", source="/old", target="/#x;$1"),
        Redirect(site="hub", source="/%7B%60", target='/"`?x'),
        Redirect(site="docs", source="/%3C%3CEOF", target="/immutable"),
    )
    setup = deployed_setup(*redirects, policy=Policy(open_suffixes=(), assets_max_age=604_800))
    if local:
        place = Place(
            address="127.0.0.1", http_port=8080, https_port=8443, acme="/srv", failing=FAILING
        )
        setup = dataclasses.replace(setup, place=place)

    assert [] == check_caddy(CADDY.render(setup), where=WHERE)


def test_a_deletion_does_not_stand_among_values() -> None:
    """`-Server` in the block makes errors lose all of it: once a line, however often it is imported."""
    text = GOOD.replace("\theader -Server\n", "").replace(
        "\t\tX-Frame-Options DENY\n", "\t\tX-Frame-Options DENY\n\t\t-Server\n"
    )

    assert [(line_of(text, "-Server"), "a header is taken away in a block that sets others")] == (
        found(text)
    )
    assert ["write `header -Name` as a directive of its own"] == hints(text)


def test_a_block_of_deletions_alone_is_fine() -> None:
    """Nothing is put off that should not be."""
    text = GOOD.replace("header -Server\n", "header {\n\t\t-Server\n\t\t-X-Powered-By\n\t}\n")

    assert [] == found(text)


@pytest.mark.parametrize("instead", ["", "header @method -Server\n", "header Server x\n"])
def test_no_answer_names_the_server(instead: str) -> None:
    """Sites and their errors, each where it begins; a matcher leaves some requests out."""
    text = GOOD.replace("header -Server\n", instead)
    numbers = [number for number, line in enumerate(text.splitlines(), 1) if line.endswith("{")]
    lines = text.splitlines()
    wanted = [
        number
        for number in numbers
        if lines[number - 1].strip().startswith(("handle_errors", "https:", "http://w"))
    ]

    assert [(one, "no `header -Server` for all requests") for one in wanted] == found(text)
    assert {"add `header -Server`, to the site and to its handle_errors"} == set(hints(text))


def test_errors_are_handled() -> None:
    """A site with files and without handle_errors is told so."""
    text = GOOD[: GOOD.rindex("\thandle_errors")] + "}\n"

    assert [(line_of(text, "https://widget.example {"), "no handle_errors")] == found(text)
    assert ["add handle_errors with `header -Server` and `header Cache-Control no-cache`"] == hints(
        text
    )


@pytest.mark.parametrize(
    "instead", ["header -Server", "header -Server\n\t\theader ?Cache-Control x"]
)
def test_an_error_has_its_own_cache_control(instead: str) -> None:
    """The file's is still there: it must be set, not only where there is none."""
    start = GOOD.rindex("\thandle_errors")
    text = GOOD[:start] + GOOD[start:].replace("import always", instead)
    line = text[:start].count("\n") + 1

    assert [(line, "no Cache-Control in handle_errors")] == found(text)
    assert ["add `header Cache-Control no-cache` to it"] == hints(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\t\tfile\n", ""),
        ("\t\tfile\n", "\t\tnot file\n"),
        ("header @assets Cache", "header /assets/* Cache"),
        ("header @assets Cache", "header Cache"),
        ("header @assets Cache", "header @other >cache"),
    ],
)
def test_immutable_is_for_files(old: str, new: str) -> None:
    """A matcher without `file` makes the 404 of a new asset stay for a year."""
    text = GOOD.replace(old, new)

    assert [(line_of(text, "immutable"), "immutable without a `file` matcher")] == found(text)
    assert ["add `file` to the matcher, and set Cache-Control again in handle_errors"] == (
        hints(text)
    )


def test_immutable_may_stand_within_its_matcher() -> None:
    """`handle @assets { header … }` is the same as `header @assets …`."""
    text = GOOD.replace("header @assets Cache", "handle @assets {\n\theader Cache").replace(
        'immutable"', 'immutable"\n\t}'
    )

    assert [] == found(text)


def test_no_error_is_immutable() -> None:
    """Not even with a matcher."""
    text = GOOD.replace("\t\trewrite", "\t\theader @assets Cache-Control immutable\n\t\trewrite")

    assert [(line_of(text, "trol immutable"), "immutable without a `file` matcher")] == found(text)


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("(always) {\n", "(always) {\n\theader Strict-Transport-Security max-age=1\n"),
        GOOD.replace(
            "\tredir", "\theader {\n\t\tStrict-Transport-Security max-age=1\n\t}\n\tredir"
        ),
        GOOD.replace(
            "http://widget.example {", "http://widget.example, https://www.widget.example {"
        ).replace("\tredir", "\theader Strict-Transport-Security max-age=1\n\tredir"),
    ],
)
def test_plain_http_says_nothing_of_https(text: str) -> None:
    """Neither by itself nor by a snippet that it imports."""
    line = line_of(text, "Strict-Transport-Security max-age=1\n")

    assert [(line, "Strict-Transport-Security over plain http (RFC 6797, 7.2)")] == found(text)
    assert ["move it to a snippet that the https:// sites alone import"] == hints(text)


@pytest.mark.parametrize("address", ["http://", ":80", "http://:80", "http://*"])
@pytest.mark.parametrize("host", ["{host}", "{http.request.hostport}"])
def test_no_stranger_chooses_the_host(address: str, host: str) -> None:
    """A redirect to whatever host a request names is no catch-all."""
    text = GOOD.replace(
        "http:// {\n\tabort\n",
        f"{address} {{\n\timport always\n\tredir https://{host}{{uri}} 301\n",
    )

    findings = found(text)

    assert (line_of(text, f"redir https://{host}"), "{host} in a site for every host") in findings
    assert "list the hosts in the site's address" in hints(text)


def test_the_host_of_listed_hosts_is_fine() -> None:
    """`{host}` is one of those then."""
    text = GOOD.replace("redir https://widget.example", "redir https://{host}")

    assert [] == found(text)


@pytest.mark.parametrize(
    ("address", "gone"),
    [("http:// {", "http:// {\n\tabort\n}\n"), ("https:// {", "\trespond 421\n")],
)
def test_strangers_are_refused(address: str, gone: str) -> None:
    """Without a catch-all, or with one that answers, an unknown host gets an empty 200."""
    text = GOOD.replace(gone, "")
    first = {"http:// {": "http://widget", "https:// {": "https:// {"}[address]

    assert (line_of(text, first), f"no site {address[:-2]} that refuses") in found(text)
    assert any(one.startswith(f"add `{address[:-2]} {{") for one in hints(text))


@pytest.mark.parametrize(
    "options", ["", "{\n\tadmin off\n}\n", "{\n\tauto_https disable_certs\n}\n"]
)
def test_redirects_are_ours(options: str) -> None:
    """Caddy's own lead to any host, by 308."""
    text = GOOD.replace("{\n\tauto_https off\n}\n", options)

    assert [(1, "no `auto_https off`")] == found(text)
    assert [
        "write `auto_https off` or `auto_https disable_redirects` in the global options"
    ] == hints(text)


@pytest.mark.parametrize("spelt", ["file_server browse", "file_server {\n\t\tbrowse\n\t}"])
def test_folders_are_not_listed(spelt: str) -> None:
    """In a line or in a block."""
    text = GOOD.replace("\tfile_server\n\th", f"\t{spelt}\n\th")

    assert [(line_of(text, "browse"), "`browse` lists folders")] == found(text)
    assert ["remove it"] == hints(text)


@pytest.mark.parametrize("gone", ["\terror @method 405\n", "\t@method not method GET HEAD\n"])
def test_methods_are_refused(gone: str) -> None:
    """Each site that answers does: POST and TRACE are as good as GET otherwise."""
    text = GOOD.replace(gone, "")
    sites = [line_of(text, f"{scheme}://widget.example {{") for scheme in ("http", "https")]

    assert [(one, "every method is answered") for one in sites] == found(text)
    assert {"add `@method not method GET HEAD` and `error @method 405`"} == set(hints(text))


def test_a_page_of_an_error_is_no_page() -> None:
    """/404.html with 200 is a soft 404."""
    text = GOOD.replace("\terror /404.html 404\n", "")

    assert [
        (line_of(text, "rewrite"), "the page of an error can be asked for, and comes with 200")
    ] == found(text)
    assert ["add `error /page.html 404` with that page to the site"] == hints(text)


def test_a_page_may_be_refused_by_a_pattern() -> None:
    """As ours are."""
    text = GOOD.replace(
        "\terror /404.html 404\n", "\t@page path_regexp `^/(404|50x)\\.html$`\n\terror @page 404\n"
    )

    assert [] == found(text)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a {\n", 1, "a block begins that does not end"),
        ("a {\n}\n}\n", 3, "a block ends that did not begin"),
        ('a {\n\tb "c\n}\n', 2, "quotes are opened and not closed"),
        ("a\nb `c\n", 2, "quotes are opened and not closed"),
        ("a {\n" * 60, 51, "too many blocks in one another"),
    ],
)
def test_what_is_no_caddyfile_is_said(text: str, line: int, message: str) -> None:
    """With the line where it goes wrong."""
    assert [(line, message)] == found(text)
    assert ["caddy validate says more"] == hints(text)


def test_words_are_read_as_caddy_reads_them() -> None:
    """Quotes, heredocs, joined lines; a hash begins a comment at the beginning of a word alone."""
    text = 'a "b \\" c" `d "e` f#g # h\n\n<<X\n one\n X\ni \\\n j {\n\tk # l\n}\n'

    assert (
        Line(words=("a", 'b " c', 'd "e', "f#g"), line=1),
        Line(words=(" one",), line=3),
        Line(words=("i", "j"), line=6, block=(Line(words=("k",), line=8),), has_block=True),
    ) == parse_caddyfile(text)


def test_a_site_may_be_a_whole_file() -> None:
    """Without braces its directives are looked at all the same."""
    assert "`browse` lists folders" in [
        message for _, message in found("a.example\nfile_server browse\n")
    ]


def test_snippets_that_import_each_other_end() -> None:
    """Caddy refuses them; we do not hang."""
    text = (
        GOOD
        + "(a) {\n\timport b\n}\n(b) {\n\timport a\n\tfile_server browse\n}\nhttp://b.example {\n\timport a\n}\n"
    )

    assert (line_of(text, "browse"), "`browse` lists folders") in found(text)


@given(st.text(alphabet=st.sampled_from('a{}"`\\ \n\t#<@/()-:*,') | st.characters(codec="utf-8")))
def test_no_text_raises(text: str) -> None:
    """Whatever it is: findings, or lines."""
    lines = text.count("\n") + 1

    assert all(
        0 < one.line <= lines and one.where == WHERE and one.hint
        for one in check_caddy(text, where=WHERE)
    )
