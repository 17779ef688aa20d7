"""Mistakes that Apache's own check lets pass are found, with their line; what is right is left alone."""

from __future__ import annotations

import hypothesis
import pytest
from headers_setup import deployed_setup
from hypothesis import strategies

from pressroom.headers.servers.apache import APACHE
from pressroom.headers.traps.apache import check_apache
from pressroom.headers.traps.apache_syntax import parse_apache

WHERE = "deploy/apache/pressroom.conf"
# One site as a person may write it: nothing is wrong with it.
GOOD = """\
ServerTokens Prod
TraceEnable Off
<FilesMatch "^\\.ht">
    Require all denied
</FilesMatch>
Header always set X-Content-Type-Options nosniff
Header always set Strict-Transport-Security "max-age=63072000" "expr=%{HTTPS} == 'on'"
Header always set Cache-Control no-cache
Header always set Cache-Control "max-age=9, immutable" "expr=%{REQUEST_STATUS} in {'200'} && %{REQUEST_URI} =~ m#^/assets/#"
<VirtualHost *:80>
    ServerName unknown.invalid
    <Location />
        Require all denied
    </Location>
</VirtualHost>
<VirtualHost *:80>
    ServerName widget.example
    Redirect 301 / https://widget.example/
</VirtualHost>
<VirtualHost *:443>
    ServerName unknown.invalid
    RewriteEngine On
    RewriteRule ^ - [R=421,L]
</VirtualHost>
<VirtualHost *:443>
    ServerName widget.example
    DocumentRoot /srv/widget
    <Directory /srv/widget>
        Options -Indexes +SymLinksIfOwnerMatch
        AllowOverride None
        Require all granted
    </Directory>
    <Location />
        AllowMethods GET HEAD
    </Location>
    ErrorDocument 404 /404.html
    RewriteEngine On
    RewriteCond %{ENV:REDIRECT_STATUS} ^$
    RewriteRule ^/404\\.html$ - [R=404,L]
    Redirect 301 /old /dir/$1
</VirtualHost>
"""
REDIRECT = "    Redirect 301 / https://widget.example/\n"
EXACT = "    Redirect 301 /old /dir/$1\n"
NOSNIFF = "Header always set X-Content-Type-Options nosniff\n"
ROOT = "    DocumentRoot /srv/widget\n"

DECODED = "Redirect 301 / https://HOST/"
TWICE = "set it once, at the top"
FIRST = "Redirect 421 /"
# What is exchanged in GOOD, for what, the line at fault (found by its text; "" for none), a part of the hint.
MISTAKES = (
    (NOSNIFF, "Header set X-Content-Type-Options nosniff\n", "Header set X", "Header always set"),
    (NOSNIFF, 'Header onsuccess set X-A "b"\n', "Header onsuccess", "Header always set"),
    (
        NOSNIFF,
        "<IfModule headers_module>\n  header SET X-A b\n</IfModule>\n",
        "header SET",
        "always",
    ),
    (ROOT, f"{ROOT}    Header always set X-Content-Type-Options x\n", "-Options x", TWICE),
    (EXACT, f"{EXACT}<Files x>\nHeader always append Cache-Control x\n</Files>\n", "append", TWICE),
    (NOSNIFF, f"{NOSNIFF}Header always add X-Frame-Options DENY\n", "add X-Frame", TWICE),
    (" \"expr=%{HTTPS} == 'on'\"", "", "Strict-Transport", "%{HTTPS} == 'on'"),
    (" \"expr=%{HTTPS} == 'on'\"", " env=HTTPX", "Strict-Transport", "%{HTTPS} == 'on'"),
    ("%{REQUEST_STATUS} in {'200'} && ", "", "immutable", "%{REQUEST_STATUS}"),
    ("AllowOverride None", "AllowOverride All", "AllowOverride All", "AllowOverride None"),
    ("        AllowOverride None\n", "", "<Directory", "AllowOverride None"),
    ("Options -Indexes", "Options Indexes", "Options Indexes", "Options None"),
    ("Options -Indexes", "Options +Indexes", "Options +Indexes", "Options None"),
    ("Options -Indexes", "Options All", "Options All", "Options None"),
    ("+SymLinksIfOwnerMatch", "+FollowSymLinks", "+FollowSymLinks", "Options None"),
    (REDIRECT, 'RedirectMatch 301 "(.*)" "https://x$1"\n', "RedirectMatch", DECODED),
    (REDIRECT, "RedirectMatch permanent ^/(.*) https://x/$1\n", "RedirectMatch", DECODED),
    (REDIRECT, "RewriteRule ^ https://x%{REQUEST_URI} [R=301,L]\n", "RewriteRule ^ h", DECODED),
    (REDIRECT, "RewriteRule ^/(.*) https://x/$1\n", "RewriteRule ^/(", DECODED),
    (REDIRECT, "RewriteRule ^ https://%{HTTP_HOST}/ [L,R]\n", "RewriteRule ^ h", DECODED),
    (REDIRECT, "RewriteRule ^/x/(.*) /$1 [redirect=permanent]\n", "RewriteRule ^/x", DECODED),
    (
        REDIRECT,
        "<Location />\nRedirect 301 https://x%{REQUEST_URI}\n</Location>\n",
        "//x%{R",
        DECODED,
    ),
    ("Require all denied\n    </Location>", "</Location>", "<VirtualHost *:80>", FIRST),
    ("    RewriteRule ^ - [R=421,L]\n", "", "<VirtualHost *:443>", FIRST),
    ("RewriteRule ^ - [R=421,L]", "RewriteRule ^/x - [F]", "<VirtualHost *:443>", FIRST),
    (
        "<Location />\n        Require all d",
        "<Location /x>\nRequire all d",
        "<VirtualHost *:80",
        FIRST,
    ),
    ("*:80>\n    ServerName unknown", "*:8080>\nServerName u", "<VirtualHost *:80>", FIRST),
    ("        AllowMethods GET HEAD\n", "", "ROOT", "AllowMethods GET HEAD"),
    ("AllowMethods GET HEAD", "AllowMethods GET POST", "ROOT", "AllowMethods GET HEAD"),
    ('"^\\.ht"', '"\\.bak$"', "ROOT", "Redirect 404 /"),
    ('"^\\.ht"', '"."', "ROOT", "Redirect 404 /"),
    ('"^\\.ht"', '"(["', "ROOT", "Redirect 404 /"),
    ("    RewriteRule ^/404\\.html$ - [R=404,L]\n", "", "ErrorDocument", "%{ENV:REDIRECT_STATUS}"),
    (
        "ErrorDocument 404 /404.html",
        "ErrorDocument 404 /x.html",
        "ErrorDoc",
        "%{ENV:REDIRECT_STATUS}",
    ),
    ("TraceEnable Off", "TraceEnable On", "TraceEnable", "TraceEnable Off"),
    ("TraceEnable Off", "TraceEnable extended", "TraceEnable", "TraceEnable Off"),
    ("TraceEnable Off\n", "", "", "TraceEnable Off"),
    ("ServerTokens Prod", "ServerTokens \\\n  Full", "ServerTokens", "ServerTokens Prod"),
    ("ServerTokens Prod\n", "# ServerTokens Prod\n", "", "ServerTokens Prod"),
)


def test_a_good_file_has_no_trap() -> None:
    """What was proved on a real server, in a person's words, is left alone."""
    assert [] == check_apache(GOOD, where=WHERE)


def test_other_ways_to_say_it() -> None:
    """Case, quotes, conditions and other directives with the same meaning are understood."""
    text = (
        GOOD.replace("TraceEnable Off", "traceenable 'off'")
        .replace("AllowOverride None", 'allowoverride "none"')
        .replace('<FilesMatch "^\\.ht">', '<LocationMatch "/\\.(?!well-known(?:/|\\z))">')
        .replace("</FilesMatch>", "</LocationMatch>")
        .replace("RewriteRule ^ - [R=421,L]", "Redirect 421 /")
        .replace("RewriteRule ^/404\\.html$ - [R=404,L]", "RedirectMatch 404 ^/404[.]html\\z")
        .replace("Header always set X-Con", "<IfModule headers_module>\nHeader always set X-Con")
        .replace("<VirtualHost *:80>", "</IfModule>\nHeader unset X-A\n<VirtualHost *:80>", 1)
        .replace(EXACT, f"{EXACT}RewriteRule ^/f /g?%{{QUERY_STRING}}#\\$1 [R=301,NE]\n")
        .replace("HTTPS} == 'on'", "HTTPS} -eq 'on'")
    )

    assert [] == check_apache(text, where=WHERE)


@pytest.mark.parametrize(("old", "new", "fault", "hint"), MISTAKES)
def test_a_mistake_is_found(old: str, new: str, fault: str, hint: str) -> None:
    """Each pitfall that was proved is one finding, on its line, with a way to mend it."""
    text = GOOD.replace(old, new, 1)
    assert text != GOOD

    (finding,) = check_apache(text, where=WHERE)

    lines = text.split("\n")
    if fault == "ROOT":
        line = lines.index(ROOT.rstrip("\n")) - 1
    else:
        line = next((n for n, one in enumerate(lines, start=1) if fault and fault in one), 0)
    assert (WHERE, line) == (finding.where, finding.line)
    assert hint in finding.hint


def test_all_mistakes_are_told_at_once() -> None:
    """A file with next to nothing in it has several findings, in the order of their lines."""
    findings = check_apache("Header set X-A b\n\nOptions Indexes\n", where=WHERE)

    assert [0, 0, 0, 1, 3] == [finding.line for finding in findings]


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("Header always set Referrer-Policy", "Header set Referrer-Policy", "Header always set"),
        (" \"expr=%{HTTPS} == 'on'\"", "", "%{HTTPS}"),
        ("%{REQUEST_STATUS} in {'200','206','304'} && %{REQUEST_URI}", "%{REQUEST_URI}", "STATUS"),
        ("    AllowOverride None\n    DirectoryIndex", "    DirectoryIndex", "AllowOverride None"),
        ("Options None", "Options FollowSymLinks", "Options None"),
        ("    Redirect 421 /\n", "", "Redirect 421 /"),
        ("Redirect 404 /", "Require all granted", "Redirect 404 /"),
        ("[R=404,L]", "[L]", "R=404"),
        ("TraceEnable Off", "", "TraceEnable Off"),
        ("ServerTokens Prod", "ServerTokens OS", "ServerTokens Prod"),
    ],
)
def test_a_mistake_in_what_we_render_is_found(old: str, new: str, hint: str) -> None:
    """What we render has no trap; an edit by hand that makes one is seen."""
    text = APACHE.render(deployed_setup())
    assert old in text
    assert [] == check_apache(text, where=WHERE)

    findings = check_apache(text.replace(old, new, 1), where=WHERE)

    assert findings
    assert all(hint in finding.hint for finding in findings)


def test_lines_quotes_and_sections() -> None:
    """A directive knows its first line, its arguments as Apache reads them, and what is around it."""
    file = parse_apache(
        '# <Location /no>\n\n<virtualhost *:80>\n <IfModule x>\n  <Location "/a b">\n'
        'Header always \\\n  set X \'it\' "a \\"q\\" \\\\ \\.x"\r\n</location>\n</IfModule>\n'
        "</VirtualHost>\nServerTokens Prod\n"
    )
    header, tokens = file.directives

    assert ("header", 6) == (header.name, header.line)
    assert ("always", "set", "X", "it", 'a "q" \\ \\.x') == header.args
    assert ["virtualhost", "location"] == [one.name for one in header.sections]
    assert ("/a b",) == header.sections[-1].args
    assert (11, ()) == (tokens.line, tokens.sections)


@hypothesis.given(
    strategies.lists(
        strategies.sampled_from(
            [*GOOD.splitlines(), "<", "</", "<>", "\\", '"', "Header", "Redirect"]
        )
        | strategies.text(),
        max_size=12,
    )
)
def test_no_text_raises(lines: list[str]) -> None:
    """Whatever stands in a file, there are findings and no exception."""
    for finding in check_apache("\n".join(lines), where=WHERE):
        assert finding.hint
