"""The mistakes that lighttpd takes without a word, found in text."""

from __future__ import annotations

import pytest
from headers_setup import deployed_setup
from hypothesis import given
from hypothesis import strategies as st

from pressroom.addresses.model import Redirect
from pressroom.headers.policy import Policy, Transport
from pressroom.headers.servers.lighttpd import LIGHTTPD
from pressroom.headers.servers.lighttpd_quoting import quote
from pressroom.headers.traps.lighttpd import check_lighttpd
from pressroom.headers.traps.lighttpd_syntax import SyntaxTrapError, parse_lighttpd

WHERE = "deploy/lighttpd/pressroom.conf"
SOUND = """\
server.modules := ( "mod_setenv" ) + server.modules # first
server.error-handler = "/404.html"
var.plain = ( "X-Frame-Options" => "DENY", "Cache-Control" => "no-cache" )
var.secure = var.plain + ( "Strict-Transport-Security" => "max-age=63072000" )
setenv.set-response-header = var.plain
$SERVER["socket"] == "[::]:443" { ssl.engine = "enable" }
$HTTP["scheme"] == "http" {
    $HTTP["host"] =~ "^(widget\\.example|docs\\.widget\\.example)(:[0-9]+)?$" {
        url.redirect = ( "" => "https://${url.authority}${url.path}${qsa}" )
    }
    else { url.redirect = ( "" => "/" ) url.redirect-code = 421 }
}
else $HTTP["host"] == "widget.example" {
    setenv.set-response-header = var.secure
    server.document-root = "/srv/www"
    server.range-requests = "disable"
    server.follow-symlink = "enable"
    $HTTP["request-method"] !~ "^(GET|HEAD)$" { url.access-deny = ( "" ) }
    else $HTTP["url"] =~ "^/assets/" {
        setenv.set-response-header = (
            "X-Frame-Options" => "DENY",
            "Cache-Control" => "public, max-age=31536000, immutable",
            "Strict-Transport-Security" => "max-age=63072000",
        )
        url.rewrite-if-not-file = ( "" => "/404.html" )
    }
}
else {
    setenv.set-response-header = var.secure
    url.access-deny = ( "" )
}
"""
FIRST = '( "mod_setenv" ) + server.modules'
DENIED = '    url.access-deny = ( "" )\n'
HOSTS = '$HTTP["host"] =~ "^(widget\\.example|docs\\.widget\\.example)(:[0-9]+)?$"'
METHODS = '    $HTTP["request-method"] !~'
LEAF = '$HTTP["url"] =~ "^/dir/" { setenv.set-response-header'
TRANSPORT = '"Strict-Transport-Security" => "max-age=63072000"'
OUTER = "setenv.set-response-header = var.plain"
MOVED = 'url.redirect = ( "" => "https://${url.authority}${url.path}${qsa}" )'
CHALLENGES = 'server.document-root = "/var/www/acme" server.range-requests = "disable"'
LINKS = "server.follow-symlink"
# What is replaced, by what, at which line, what is said, and what to do.
PITFALLS = (
    (FIRST, 'server.modules + ( "mod_setenv" )', 1, "not the first module", "write server.modules"),
    (FIRST, '( "mod_access", "mod_setenv" )', 1, "not the first module", "server.modules"),
    (f":= {FIRST}", '+= ( "mod_setenv" )', 1, "not the first module", "server.modules"),
    (f"server.modules := {FIRST}", "", 5, "not the first module", "server.modules"),
    (METHODS, f'    {LEAF} = ( "X-A" => "b" ) }}\n{METHODS}', 18, "forgets", "whole list"),
    (METHODS, f"    {LEAF} = var.plain }}\n{METHODS}", 18, "strict-transport", "whole list"),
    (METHODS, f'    {LEAF} += ( "X-A" => "b" ) }}\n{METHODS}', 21, "replace each other", "chain"),
    (
        OUTER,
        (
            f'{OUTER}\n$HTTP["scheme"] == "https" {{ setenv.set-response-header += ( {TRANSPORT} ) }}\n'
            '$HTTP["url"] =~ "^/a/" { setenv.set-response-header += ( "X-A" => "b" ) }'
        ),
        7,
        "replace each other",
        '"else" between them',
    ),
    (OUTER, f"{OUTER} + ( {TRANSPORT} )", 5, "over plain HTTP", '"https" alone'),
    ('$HTTP["scheme"] == "http" {', '$HTTP["scheme"] == "ftp" {', 14, "over plain HTTP", "https"),
    (
        '    else { url.redirect = ( "" => "/" ) url.redirect-code = 421 }\n',
        "",
        1,
        "plain HTTP an unknown host is not refused",
        "url.redirect-code = 421",
    ),
    (DENIED, "", 1, "TLS an unknown host is not refused", "url.redirect-code = 421"),
    (DENIED, '    url.redirect = ( "" => "https://a.example/" )\n', 30, "is redirected", '"else"'),
    (DENIED, '    url.access-deny = ( "~" )\n', 1, "is not refused", "421"),
    ("url.redirect-code = 421", "url.redirect-code = 308", 11, "is redirected", '"else"'),
    (f"{HOSTS} {{", '$HTTP["url"] =~ "^/" {', 9, "wherever the visitor says", "known hosts"),
    (HOSTS, '$HTTP["host"] =~ ".*"', 9, "wherever the visitor says", "known hosts"),
    (HOSTS, '$HTTP["host"] =~ "^(.+)$"', 9, "wherever the visitor says", "known hosts"),
    (HOSTS, '$HTTP["host"] =~ "^([^:]+)$"', 9, "wherever the visitor says", "known hosts"),
    (HOSTS, '$HTTP["host"] =~ "widget"', 9, "wherever the visitor says", "known hosts"),
    (HOSTS, '$HTTP["host"] =~ "^a|b$"', 9, "wherever the visitor says", "known hosts"),
    (HOSTS, '$HTTP["host"] != "a.example"', 9, "wherever the visitor says", "known hosts"),
    ('    server.range-requests = "disable"\n', "", 15, "416", 'server.range-requests = "disable"'),
    (MOVED, f"{MOVED} {CHALLENGES}", 9, "symbolic", 'follow-symlink = "disable"'),
    (MOVED, f'{MOVED} {CHALLENGES} {LINKS} = "enable"', 9, "symbolic", f'{LINKS} = "disable"'),
    (METHODS, f'    dir-listing.activate = "enable"\n{METHODS}', 18, "listed", '"disable"'),
    (METHODS, f'    server.dir-listing = "enable"\n{METHODS}', 18, "listed", '"disable"'),
    ('server.error-handler = "/404.html"', "", 20, "immutable too", "server.error-handler"),
    (
        '        url.rewrite-if-not-file = ( "" => "/404.html" )\n',
        "",
        20,
        "redirect of a folder here is immutable",
        "url.rewrite-if-not-file",
    ),
    (OUTER, "", 1, "answered bare", "before the first block"),
    (OUTER, f'{OUTER}\nsetenv.add-response-header = ( "X" => "y" )', 6, "twice", "set-response"),
)


def test_a_sound_file_has_no_trap() -> None:
    """What is right is left alone."""
    assert [] == check_lighttpd(SOUND, where=WHERE)


@pytest.mark.parametrize(("old", "new", "line", "words", "hint"), PITFALLS)
def test_a_pitfall_is_found(old: str, new: str, line: int, words: str, hint: str) -> None:
    """Each is found at its line, with what happens and what to write instead."""
    assert 1 == SOUND.count(old) or old in {DENIED, TRANSPORT, OUTER}
    found = check_lighttpd(SOUND.replace(old, new, 1), where=WHERE)
    right = [one for one in found if line == one.line and words in one.message and hint in one.hint]

    assert right, found
    assert {WHERE} == {one.where for one in found}


def test_what_tutorials_show_is_full_of_traps() -> None:
    """A certificate, a redirect, headers here and there: all of it is named, in the order of lines."""
    text = """\
server.modules += ( "mod_setenv", "mod_redirect", "mod_openssl" )
server.document-root = "/var/www"
$SERVER["socket"] == ":443" {
    ssl.engine = "enable"
    setenv.add-response-header = ( "Strict-Transport-Security" => "max-age=63072000" )
}
$HTTP["scheme"] == "http" {
    url.redirect = ( "" => "https://${url.authority}${url.path}${qsa}" )
}
$HTTP["url"] =~ "^/assets/" {
    setenv.set-response-header = ( "Cache-Control" => "max-age=31536000, immutable" )
}
"""
    found = check_lighttpd(text, where=WHERE)

    assert [1, 1, 1, 2, 2, 5, 8, 8, 11, 11] == [one.line for one in found]
    assert all(one.hint for one in found)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("server.tag", 1),
        ("\nserver.tag = ", 2),
        ('server.tag = "x', 1),
        ('$HTTP["url"] == "/" {\n', 2),
        ('$HTTP["url"] ~ "/" { }', 1),
        ('server.tag = ""\n}', 2),
        ("else { }", 1),
        ('server.modules = ( "a" "b" )', 1),
        ('"a" = "b"', 1),
        ("a = =", 1),
        ("a = " + "(" * 5_000, 1),
    ],
)
def test_what_is_no_configuration_is_a_finding(text: str, line: int) -> None:
    """Where it ends to be one is said, and that lighttpd itself says more."""
    (found,) = check_lighttpd(text, where=WHERE)

    assert (line, "lighttpd -tt -f says more") == (found.line, found.hint)
    with pytest.raises(SyntaxTrapError):
        parse_lighttpd(text)


@given(st.text())
def test_no_text_makes_the_check_raise(text: str) -> None:
    """Whatever a file holds, there are findings or none."""
    assert all(one.hint for one in check_lighttpd(text, where=WHERE))


@given(st.lists(st.sampled_from([*SOUND.split(), "(", ")", "{", "}", "else", "=", "+", ","])))
def test_no_order_of_words_makes_the_check_raise(words: list[str]) -> None:
    """Nor does anything that looks like a configuration."""
    assert all(one.hint for one in check_lighttpd(" ".join(words), where=WHERE))


@given(
    st.lists(
        st.tuples(st.text("/aé.\"\\$%{}()#;' =~+|^", min_size=1), st.text("/aé\"$%{}()#;' ")),
        unique_by=lambda pair: pair[0],
        max_size=3,
    )
)
def test_nothing_that_we_render_has_a_trap(pairs: list[tuple[str, str]]) -> None:
    """Whatever old addresses hold, the file is read as what it is, and has no trap; or it is not written."""
    redirects = [
        Redirect(
            site="hub",
            source=f"/r{number}/" + source.replace("%", "%25"),
            target=f"/{target}",
        )
        for number, (source, target) in enumerate(pairs)
    ]
    try:
        text = LIGHTTPD.render(deployed_setup(*redirects))
    except ValueError as error:
        assert "shorter" in str(error) or "backslash" in str(error)  # noqa: PT017 - both may be
        return

    assert [] == check_lighttpd(text, where=WHERE)
    (sites,) = [
        block for block in parse_lighttpd(text).blocks if block.line > 1 and not block.field
    ]
    paths = [block.text for block in sites.blocks[0].blocks if block.operator == "=="]
    assert [redirect.path for redirect in redirects] == paths


@pytest.mark.parametrize(
    "policy",
    [
        Policy(strict_transport_security=Transport(preload=True)),
        Policy(permissions_off=("usb",), open_suffixes=(".csv",)),
        Policy(content_security_policy={"img-src": ("'self'", "https://img.example")}),
        Policy(referrer_policy="no-referrer", assets_max_age=604_800),
    ],
)
def test_no_setting_makes_a_trap(policy: Policy) -> None:
    """Whatever the policy says, the file that is rendered from it has none."""
    assert [] == check_lighttpd(LIGHTTPD.render(deployed_setup(policy=policy)), where=WHERE)


@given(st.text(st.characters(min_codepoint=0x20, exclude_categories=("Cc", "Cs"))))
def test_a_quoted_text_is_read_as_itself(text: str) -> None:
    """What is quoted for lighttpd is one string with that text, for whoever reads as it does."""
    if text.endswith("\\"):
        with pytest.raises(ValueError, match="backslash"):
            quote(text)
        return

    (setting,) = parse_lighttpd(f"server.tag = {quote(text)}").settings

    assert text == setting.text
