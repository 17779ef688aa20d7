"""The mistakes that nginx takes without a word, found in text."""

from __future__ import annotations

import pytest
from headers_setup import deployed_setup
from hypothesis import given
from hypothesis import strategies as st

from pressroom.addresses.model import Redirect
from pressroom.headers.policy import Policy, Transport
from pressroom.headers.servers.nginx import NGINX
from pressroom.headers.servers.nginx_quoting import quote
from pressroom.headers.traps.nginx import check_nginx
from pressroom.headers.traps.nginx_syntax import NginxSyntaxError, parse_nginx

WHERE = "deploy/nginx/pressroom.conf"
SOUND = """\
map "$status:$uri" $cached {
    default "no-cache";
    "~^(200|206|304):/assets/" "public, max-age=31536000, immutable";
}
map $scheme $transport { https "max-age=63072000"; default ""; }
add_header Cache-Control $cached always;
add_header Strict-Transport-Security $transport always;
server { listen 80 default_server; server_name _; return 444; }
server { listen 80; server_name widget.example; return 301 https://$host$request_uri; }
server { listen 443 ssl default_server; server_name _; ssl_reject_handshake on; return 421; }
server {
    listen 443 ssl; server_name widget.example;
    server_tokens off;
    absolute_redirect off;
    max_ranges 0;
    root /srv/www;
    error_page 404 /404.html;
    location = /404.html { internal; }
    location = /old { return 301 /new/$is_args$args; }
    if ($request_method = POST) { return 405; }
}
"""
PLACE = "    root /srv/www;\n"
# What is replaced, by what, at which line, what is said, and what to do. D57 to D61 of the test plan among them.
PITFALLS = (
    (PLACE, PLACE + "    add_header X-A b always;\n", 17, "below http level", "by a map"),
    (PLACE, PLACE + "location /a { add_header X-A b always; }", 17, "below http", "by a map"),
    (
        PLACE,
        PLACE + "location /a { if ($a) { return 404; add_header X b always; } }",
        17,
        "below",
        "map",
    ),
    ("$cached always", "$cached", 6, "not sent with errors", "add `always`"),
    ("/new/$is_args$args", "https://a.example$uri", 19, "decoded path", "$request_uri"),
    ("/new/$is_args$args", '"https://a.example/${uri}"', 19, "decoded path", "$request_uri"),
    ("/new/$is_args$args", "/a$document_uri", 19, "decoded path", "$request_uri"),
    (PLACE, PLACE + "rewrite ^ /x$uri last;", 17, "decoded path", "$request_uri"),
    (PLACE, PLACE + "rewrite ^/a/(.*) /b/$1 permanent;", 17, "decoded path", "$request_uri"),
    (PLACE, PLACE + "rewrite ^/a/(.*) https://a.example/$1;", 17, "decoded path", "$request_uri"),
    ("server_name widget.example; return", "return", 9, "any host", "server_name"),
    ("server_name widget.example; return", "server_name _; return", 9, "any host", "server_name"),
    ("server_name widget.example; return", "server_name ~.; return", 9, "any host", "server_name"),
    ("$host$request", "$http_host$request", 9, "any host", "$host"),
    ("301 https://$host$", "https://${http_host}$", 9, "any host", "$host"),
    (PLACE, PLACE + "location /a { alias /srv/a/; }", 17, "leaves the folder", "slash"),
    (PLACE, PLACE + "location ^~ /a { alias /srv/a/; }", 17, "leaves the folder", "slash"),
    (PLACE, PLACE + "location /a/ { alias /srv/a; }", 17, "leaves the folder", "slash"),
    (PLACE, PLACE + "location /a {\n alias /srv/a; }", 18, "leaves the folder", "slash"),
    ("$cached always", '"max-age=9, immutable" always', 6, "errors immutable", "$status:$uri"),
    ("~^(200|206|304):", "~:", 6, "errors immutable", "$status:$uri"),
    ("~^(200|206|304):", "~^(200|404):", 6, "errors immutable", "$status:$uri"),
    ("~^(200|206|304):", "~^(200|206|304)?:", 6, "errors immutable", "$status:$uri"),
    ('"$status:$uri" $c', '"$uri" $c', 6, "errors immutable", "$status:$uri"),
    ('default "no-cache"', 'default "immutable"', 6, "errors immutable", "$status:$uri"),
    ("$transport always", "max-age=9 always", 7, "over plain http", "$scheme"),
    ('default ""', 'default "max-age=9"', 7, "over plain http", "$scheme"),
    ("map $scheme", "map $host", 7, "over plain http", "$scheme"),
    ("listen 80 default_server", "listen 80", 8, "any host is answered", "default_server"),
    ("return 444", "root /srv", 8, "any host is answered", "return 444;"),
    ("return 421", "return 301 /", 10, "any host is answered", "return 421;"),
    ("listen 443 ssl;", "listen 443 ssl; listen [::]:443 ssl;", 12, "any host", "default_server"),
    (PLACE, PLACE + "autoindex on;", 17, "lists folders", "remove"),
    ("    max_ranges 0;\n", "", 11, "max_ranges 0", "max_ranges 0;"),
    ("absolute_redirect off", "absolute_redirect on", 11, "absolute_redirect off", "add"),
    ("    server_tokens off;\n", "", 11, "server_tokens off", "server_tokens off;"),
    ("{ return 405; }", "{ set $a b; }", 20, "more than a return", "a location or a map"),
    ("location = /404.html { internal; }", "", 17, "anybody can ask for", "internal;"),
    (" = /404.html { internal; }", " /404.html { internal; }", 17, "anybody can ask", "internal;"),
    (PLACE, PLACE + "expires 1y;", 17, "a second time", "remove"),
)


@pytest.mark.parametrize(("old", "new", "line", "message", "hint"), PITFALLS)
def test_each_pitfall_is_found(old: str, new: str, line: int, message: str, hint: str) -> None:
    """One pitfall put into a sound configuration is named, in its line, with what to do."""
    assert SOUND.count(old) == 1

    findings = check_nginx(SOUND.replace(old, new), where=WHERE)

    assert any(
        (WHERE, line) == (one.where, one.line) and message in one.message and hint in one.hint
        for one in findings
    ), findings


def test_a_sound_configuration_has_no_findings() -> None:
    """Neither as it is included, nor within its http block, nor when a server inherits from that."""
    assert [] == check_nginx(SOUND, where=WHERE)
    assert [] == check_nginx("max_ranges 0;" + SOUND.replace("    max_ranges 0;", ""), where=WHERE)
    assert [] == check_nginx(f"events {{ }} http {{ {SOUND} }}", where=WHERE)


@pytest.mark.parametrize(
    "policy",
    [
        Policy(),
        Policy(
            open_suffixes=(".html",),
            strict_transport_security=Transport(preload=True),
            referrer_policy='expires 1y; } add_header "x"',
            assets_max_age=1,
        ),
    ],
)
def test_what_we_render_has_no_findings(policy: Policy) -> None:
    """Whatever the policy, the addresses and the number of sites are."""
    redirects = (
        Redirect(site="hub", source="/old", target="/$uri"),
        Redirect(site="hub", source="/%24uri%22;", target='https://$http_host/"; autoindex on;'),
    )
    for names in (("hub",), ("hub", "docs", "more")):
        setup = deployed_setup(*redirects, names=names, policy=policy)
        assert [] == check_nginx(NGINX.render(setup), where=WHERE)


def test_a_mistake_in_what_we_render_is_found() -> None:
    """One header put into a server by hand, and a class that holds for errors too."""
    text = NGINX.render(deployed_setup())
    cases = (
        ("    index index.html;", "    add_header X-A b always;", "below http level"),
        ('"~^(200|206|304):/assets/"', '"~:/assets/"', "errors immutable"),
        ("    default no-cache;", '    default "immutable";', "errors immutable"),
        ("    https ", "    default ", "over plain http"),
    )
    for old, new, message in cases:
        findings = check_nginx(text.replace(old, new, 1), where=WHERE)
        assert message in "".join(one.message for one in findings), new


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a b", 1, "in the middle"),
        ("a {\n b;\n", 2, "in the middle"),
        ("a;\n}", 2, "} where none"),
        ("a { b }", 1, "} where none"),
        ("a;\n;", 2, "; where none"),
        ("{ }", 1, "{ where none"),
        ('a\n"b;', 2, "quotation mark"),
        ('a "b"c;', 1, "quotation mark"),
    ],
)
def test_what_cannot_be_read_is_one_finding(text: str, line: int, message: str) -> None:
    """A file that nginx would not read is said to be such, with a hint."""
    (finding,) = check_nginx(text, where=WHERE)

    assert line == finding.line
    assert message in finding.message
    assert "nginx -t says more" == finding.hint


def test_the_syntax_is_read_as_nginx_reads_it() -> None:
    """Quotes, escapes, comments, braces and semicolons in words are what they are for nginx."""
    text = 'a "b;{}#\\"" \'c"\' d#e ${f}g; # {\nh\n~^\\d+$ { i; }'

    first, second = parse_nginx(text).children

    assert ("a", ('b;{}#"', 'c"', "d#e", "${f}g"), 1) == (first.name, first.args, first.line)
    assert ("h", ("~^\\d+$",), 2) == (second.name, second.args, second.line)
    assert ["i"] == [one.name for one in second.children]


def test_deep_blocks_are_read() -> None:
    """Ten thousand blocks in one another are a matter of memory alone."""
    text = "a { " * 10_000 + "expires 1y;" + " }" * 10_000

    assert ["expires sets Cache-Control a second time"] == [
        one.message for one in check_nginx(text, where=WHERE)
    ]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_what_is_quoted_is_one_word(text: str) -> None:
    """Any text without control characters comes back from its quoted form."""
    (directive,) = parse_nginx(f"a {quote(text)};").children

    assert (text,) == directive.args


@given(st.text(alphabet="ab \n;{}\"'\\#$") | st.text())
def test_any_text_has_an_answer(text: str) -> None:
    """Nothing but its own error comes from the parser, and none from the check."""
    check_nginx(text, where=WHERE)
    try:
        parse_nginx(text)
    except NginxSyntaxError as error:
        assert 1 <= error.line <= text.count("\n") + 1  # noqa: PT017 - most texts raise nothing
