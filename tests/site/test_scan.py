"""No page, stylesheet or drawing is built that holds code or loads from elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from pressroom.site.scan import _scanner, scan_html
from pressroom.site.scan_assets import scan_css, scan_svg

ORIGINS = frozenset({"https://ccid.apdu.example/"})
HASH = "sha384-" + "A" * 64
SAFE = f'integrity="{HASH}" crossorigin'


def messages(page: str | bytes) -> list[str]:
    """What the scan says of a page."""
    data = page if isinstance(page, bytes) else page.encode()
    return [one.message for one in scan_html(data, where="x.html", origins=ORIGINS)]


@pytest.mark.parametrize(
    "page",
    [
        f'<!DOCTYPE html><html lang="en"><script src="a.js" {SAFE}></script>',
        f'<script type="module" src="https://ccid.apdu.example/a.js" {SAFE} defer></script>',
        f'<link rel="stylesheet" href="../a.css" {SAFE}>',
        f"<link rel=stylesheet href=../a.css integrity={HASH} crossorigin=anonymous>",
        '<script type="application/json" id="__config">{"base": ".", "on": "onclick=1"}</script>',
        '<script type="application/ld+json">{"@type": "Article"}</script>',
        '<link rel="canonical" href="https://apdu.example/"><link rel="icon" href="/a.png">',
        '<link rel="alternate license" href="https://other.example/feed">',
        '<a href="https://other.example/">x</a><a href="mailto:a@apdu.example">y</a><a href="">z</a>',
        '<a href="//other.example">x</a><area href="http://other.example">',
        '<img src="a.png" srcset="a.png 1x, b.png 2x" alt="onerror=1 style=x">',
        '<svg viewBox="0 0 1 1"><path fill="url(#a)" d="M0 0"/><use href="#b" xlink:href="#b"/></svg>',
        "<pre><code>&lt;script&gt;alert(1)&lt;/script&gt; onerror= style=</code></pre>",
        "<p>onerror=1 style='x' javascript:alert(1)</p>",
        "<!-- a comment -->1 < 2 &amp; 3 > 2 <3 a<",
        '<p title="a > b" data-x="onclick=1">x</p>',
        '<p title="javascript:alert(1)">x</p>',
        '<input name="one" autofocus disabled><form action="/search"><ol start=1>',
        "",
    ],
)
def test_ordinary_pages_pass(page: str) -> None:
    """What our theme writes, and code shown as text, is no finding."""
    assert [] == messages(page)


@pytest.mark.parametrize(
    "page",
    [
        "<script>alert(1)</script>",
        "<ScRiPt >alert(1)</ScRiPt>",
        "<script\n>alert(1)</script>",
        "<script/x>alert(1)</script>",
        "<script type='text/javascript'>x</script>",
        '<script type="" type="application/json">x</script>',
        '<script type="importmap">{}</script>',
        '<script type="speculationrules">{}</script>',
        f'<script src\x0b="a.js" {SAFE}>alert(1)</script>',
        f'<svg><script href="a.js" {SAFE}></script></svg>',
        "<style>a{}</style>",
        "<STYLE/>",
        '<p style="color:red">',
        "<p STYLE=color:red>",
        '<svg><path style="fill:red"/></svg>',
        '<img src=x onerror="alert(1)">',
        "<img src=x onerror=alert(1)>",
        "<img/src='x'/onerror=alert(1)>",
        "<img/onerror=alert(1)/src=x>",
        "<img src='x'onerror=alert(1)>",
        '<img src="x"OnErRoR = "alert(1)">',
        "<img\fonerror\n=\nalert(1) src=x>",
        "<svg onload>",
        "<p a='>' onclick=1>",
        "<p a=> onclick=1><p onclick=1>",
        '<a href="javascript:alert(1)">',
        '<a href="JaVaScript&#58;alert(1)">',
        '<a href="&#x6A;avascript&colon;alert(1)">',
        '<a href="java\nscript:alert(1)">',
        '<a href="java&Tab;script&NewLine;:alert(1)">',
        '<a href=" \x01javascript:alert(1)">',
        "<a href=javascript:alert(1)>",
        '<a xlink:href="javascript:alert(1)">',
        '<a href="vbscript:x">',
        '<a href="data:text/html,x">',
        '<a href="blob:https://x">',
        '<img src="data:image/png;base64,AA">',
        '<img srcset="a.png 1x, data:image/png;base64,AA 2x">',
        '<object data="a.svg">',
        '<button formaction="javascript:x">',
        '<form action="javascript:x">',
        '<form action="https://other.example/">',
        '<svg><animate attributeName="href" values="javascript:x"/></svg>',
        '<svg><set attributeName=" xlink:href" to="javascript:x"/></svg>',
        '<base href="/">',
        '<meta http-equiv="refresh" content="0;url=/">',
        "<meta http-equiv=' REFRESH' content=0>",
        '<iframe src="/a/">',
        '<iframe srcdoc="x">',
        '<p srcdoc="x">',
        '<embed src="a">',
        "<frameset>",
        "<svg><foreignObject><p>",
        f'<script src="https://other.example/a.js" {SAFE}></script>',
        f'<script src="//other.example/a.js" {SAFE}></script>',
        f'<script src="/\\other.example/a.js" {SAFE}></script>',
        f'<script src="/\t/other.example/a.js" {SAFE}></script>',
        f'<script src="https:other.example/a.js" {SAFE}></script>',
        f'<script src="https://ccid.apdu.example@other.example/a.js" {SAFE}></script>',
        f'<script src="https://ccid.apdu.example.other.example/a.js" {SAFE}></script>',
        f'<script src="http://ccid.apdu.example/a.js" {SAFE}></script>',
        f'<link rel="stylesheet" href="https://apdu.example/a.css" {SAFE}>',
        f'<link rel="alternate stylesheet" href="https://apdu.example/a.css" {SAFE}>',
        '<link rel="preconnect" href="https://other.example">',
        '<link rel="preload" as="font" href="https://other.example/a.woff2">',
        '<link rel="Shortcut ICON" href="https://other.example/a.ico">',
        '<link rel="manifest" href="https://other.example/a">',
        '<link href="https://other.example/a">',
        '<img src="https://other.example/a.png">',
        '<img srcset="a.png,https://other.example/a.png 2x">',
        '<source src="//other.example/a">',
        '<video poster="https://other.example/a">',
        '<audio src="https://other.example/a">',
        '<track src="https://other.example/a">',
        '<input type=image src="https://other.example/a">',
        '<svg><use xlink:href="https://other.example/a.svg#b"/></svg>',
        '<svg><image href="https://other.example/a.png"/></svg>',
        '<svg><path fill="url(https://other.example/a.svg#b)"/></svg>',
        '<svg><path filter="u\\72l(//other.example/a)"/></svg>',
        '<body background="https://other.example/a">',
        '<a ping="https://other.example/" href="/">',
        '<script src="a.js"></script>',
        f'<script src="a.js" integrity="{HASH}"></script>',
        '<script src="a.js" crossorigin></script>',
        '<script src="a.js" integrity="sha256-AAAA" crossorigin></script>',
        f'<script src="a.js" integrity="{HASH} sha384-x" crossorigin></script>',
        '<link rel="stylesheet" href="a.css">',
        '<link rel="modulepreload" href="a.js">',
        '<textarea><a title="</textarea><img src=x onerror=alert(1)>">',
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        "<!-- <!-- --><script>alert(1)</script>",
        "<!--><script>alert(1)</script>-->",
        "<!-- x --!><script>alert(1)</script>",
        "<title><!--</title><script>alert(1)</script>-->",
        "<svg><![CDATA[<script>alert(1)</script>]]>",
        "<?x <script>alert(1)</script>?>",
        "</p a='<script>alert(1)</script>'>",
        "<p <script>alert(1)</script>",
        "<p a=<script>alert(1)</script>",
        "text <img src=x",
        "\ufeff<script>alert(1)</script>",
        "<script>x</script>".encode("utf-16"),
    ],
)
def test_code_and_foreign_loads_are_found(page: str | bytes) -> None:
    """However it is spelt, what a browser would run, obey or fetch elsewhere is a finding."""
    assert [] != messages(page)


def test_finding_names_line_element_and_mend() -> None:
    """A finding has the file, the line of the element, what it is and how to mend it."""
    page = b"<html>\n<p>\n<img src=a\n  onerror='x'>\n<style>"
    first, second = scan_html(page, where="public/hub/x.html", origins=ORIGINS)
    assert "public/hub/x.html:3" == first.place
    assert "<img> has the event handler onerror" == first.message
    assert "let a script of the site add the listener" == first.hint
    assert ("public/hub/x.html:5", "<style> is not allowed") == (second.place, second.message)
    assert "put the rules into a stylesheet of the site" == second.hint


def test_a_page_cannot_write_to_the_terminal() -> None:
    """Control characters of a page are not printed, and long pieces are cut."""
    page = f"<p onx\x1b[31m=1><img src='https://{'o' * 500}.example/'>"
    shown = "\n".join(messages(page))
    assert "\x1b" not in shown
    assert len(shown) < 400


def test_memory_of_good_tags_is_of_one_site() -> None:
    """A tag that was fine on one site is judged anew on another, and again after a bad one."""
    page = b'<img src="https://ccid.apdu.example/a.png">'
    assert [] == scan_html(page, where="x", origins=ORIGINS)
    assert [] == scan_html(page, where="x", origins=ORIGINS)
    other = frozenset({"https://apdu.example/"})
    assert 1 == len(scan_html(page, where="x", origins=other))
    assert 1 == len(scan_html(page, where="x", origins=other))


def test_endless_tags_take_no_endless_time() -> None:
    """A megabyte of tags that never end is judged, each once."""
    page = b'<a b="' * 50_000
    assert 50_000 == len(scan_html(page, where="x", origins=ORIGINS))


# A page by pieces that parsers have stumbled over.
PIECES = st.lists(
    st.sampled_from(
        [
            "<",
            ">",
            "/",
            "=",
            '"',
            "'",
            "`",
            "&",
            ";",
            "#",
            ":",
            "!",
            "-",
            "--",
            "<!--",
            "-->",
            "--!>",
            "<![CDATA[",
            "]]>",
            "<?",
            "</",
            "space",
            "tab",
            "nl",
            "ff",
            "vt",
            "nul",
            "script",
            "style",
            "svg",
            "title",
            "textarea",
            "noscript",
            "img",
            "a",
            "p",
            "math",
            "template",
            "iframe",
            "base",
            "meta",
            "src",
            "href",
            "onerror",
            "onclick",
            "onload",
            "type",
            "application/json",
            "style=",
            "src=",
            "href=",
            "onclick=",
            "javascript:",
            "JAVASCRIPT:",
            "java",
            "script",
            "&#58;",
            "&colon;",
            "&Tab;",
            "&lt;",
            "data:",
            "x",
            "1",
            "alert(1)",
            "<script>",
            "</script>",
            "<img",
            "<a",
            "<svg>",
            "<title>",
            "</title>",
            "<textarea>",
            "</textarea>",
            "<p",
            "<noscript>",
            "</noscript>",
        ]
    ).map(
        lambda word: {
            "space": " ",
            "tab": "\t",
            "nl": "\n",
            "ff": "\f",
            "vt": "\v",
            "nul": "\0",
        }.get(word, word)
    ),
    max_size=30,
).map("".join)


class Reference(HTMLParser):
    """Python's own parser, asked for the worst: scripts, handlers, style, script addresses."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is bad in a tag."""
        self.bad += bad(tag, [(name, value or "") for name, value in attrs])


def bad(tag: str, attributes: list[tuple[str, str]]) -> list[str]:
    """What is bad in a tag as a reference sees it; names with odd characters are no names of HTML."""
    named = dict(reversed(attributes))
    found = [tag] if tag in {"style", "iframe", "base"} else []
    if tag == "script" and "src" not in named and named.get("type") != "application/json":
        found.append("script")
    for name, value in attributes:
        plain = "".join(value.split()).strip("\0").lower()
        if name == "style" or name in {"onerror", "onclick", "onload"}:
            found.append(name)
        if name in {"href", "src"} and plain.startswith(("javascript:", "data:")):
            found.append(value)
    return found


@settings(max_examples=1500, deadline=None)
@given(PIECES)
@example("<p a='>' onclick=1>")
@example("<img\0<script>")
@example('<textarea><a title="</textarea><img onerror=1>">')
def test_nothing_a_parser_finds_is_missed(page: str) -> None:
    """Of two independent parsers neither sees code in a page that passes."""
    seen = Reference(page).bad
    tree = (
        etree.fromstring(page.replace("\0", "").encode(), etree.HTMLParser(encoding="utf-8"))
        if page.strip("\0 \t\n\f\v")
        else None
    )
    if tree is not None:
        for node in tree.iter("*"):
            seen += bad(str(node.tag), [(str(k), str(v)) for k, v in node.attrib.items()])
    if seen:
        assert [] != messages(page), seen


@settings(max_examples=1500, deadline=None)
@given(PIECES)
@example("<p>\n<style>")
@example('<a href="&Tab;javascript:1">')
def test_the_fast_way_misses_nothing_of_the_slow_way(page: str) -> None:
    """A page passes quickly only if the full look finds nothing in it."""
    data = page.encode()
    full = [message for _, message, _ in _scanner(ORIGINS).look(data)]
    assert full == messages(page)


# stylesheets


@pytest.mark.parametrize(
    "css",
    [
        "a{background:url(../a.svg)} b{mask:url('a.svg#x')} @font-face{src:url(\"a.woff2\")}",
        "/* https://other.example @import url(data:x) */ a{content:'/*'}",
        ".md\\:x{content:'\\e900'} a::after{content:' (' attr(href) ')'}",
        "a{background:url(https://ccid.apdu.example/a.png)}",
        "@media print{a{color:rgba(0,0,0,.5)}} @charset 'utf-8';",
        "a{fill:url(#b)}",
    ],
)
def test_ordinary_stylesheets_pass(css: str) -> None:
    """Files of the site, comments and escapes are no finding."""
    assert [] == scan_css(
        css.encode(), where="a.css", origins=frozenset({"https://ccid.apdu.example"})
    )


@pytest.mark.parametrize(
    "css",
    [
        "a{background:url(data:image/svg+xml,x)}",
        "a{background:url( 'DATA:image/png;base64,x')}",
        "a{background:url(https://other.example/a)}",
        "a{background:URL(//other.example/a)}",
        "a{background:\\75rl(https://other.example/a)}",
        "a{background:url(\\68ttps://other.example/a)}",
        "a{background:url(/\\\\other.example/a)}",
        "a{background:image-set(url(https://other.example/a) 1x)}",
        "a{background:image-set('https://other.example/a' 1x)}",
        "@import 'a.css';",
        "@IMPORT url(a.css);",
        "@\\69mport 'a.css';",
        "a{content:'/*'} b{background:url(https://other.example/a)} c{content:'*/'}",
        "a{content:'\\'/*'} b{background:url(https://other.example/a)} /**/",
        "a{content:'x\n} b{background:url(https://other.example/a)}",
        "a{background:url(https://other.example/a",
        "a{b:url(\nhttps://other.example/a)}",
    ],
)
def test_imports_and_foreign_addresses_in_css_are_found(css: str) -> None:
    """However it is escaped, a stylesheet that loads from elsewhere or holds data is a finding."""
    assert [] != scan_css(css.encode(), where="a.css")


def test_css_finding_has_line_and_mend() -> None:
    """A finding in a stylesheet names its line."""
    (one,) = scan_css(b"a{}\n@import 'b.css';\n", where="a.css")
    assert ("a.css:2", "has an @import") == (one.place, one.message)
    assert "list the other stylesheet in the page, with integrity" == one.hint


# drawings

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


@pytest.mark.parametrize(
    "inner",
    [
        '<path d="M0 0" style="fill:red" fill="url(#a)"/><style>a{fill:red}</style>',
        '<use href="#a"/><use xlink:href="#a"/><title>on script</title>',
        '<a href="https://apdu.example/"><text>x</text></a>',
        "<!-- c --><metadata xmlns:d='x'><d:e d:about=''/></metadata>",
    ],
)
def test_ordinary_drawings_pass(inner: str) -> None:
    """Shapes, styles and references within the drawing are no finding."""
    assert [] == scan_svg(SVG.format(inner).encode(), where="a.svg")


@pytest.mark.parametrize(
    ("drawing", "line"),
    [
        (SVG.format("\n<script>alert(1)</script>"), 2),
        (SVG.format('<script href="a.js"/>'), 1),
        (SVG.format('\n<s:script xmlns:s="http://www.w3.org/2000/svg"/>'), 2),
        (SVG.format("<foreignObject><p/></foreignObject>"), 1),
        (SVG.format('<p xmlns="http://www.w3.org/1999/xhtml"/>'), 1),
        (SVG.format("\n\n<path onclick='x'/>"), 3),
        (SVG.format('<image href="https://other.example/a.png"/>'), 1),
        (SVG.format('<image xlink:href="data:image/png;base64,AA"/>'), 1),
        (SVG.format('<use xlink:href="//other.example/a.svg#b"/>'), 1),
        (SVG.format('<a href="java&#10;script:alert(1)"/>'), 1),
        (SVG.format('<path style="fill:url(https://other.example/a)"/>'), 1),
        (SVG.format("<style>@import 'a.css';</style>"), 1),
        (SVG.format("<style>\n<![CDATA[a{fill:url(//other.example/a)}]]></style>"), 2),
        (SVG.format('<path mask="url(//other.example/a)"/>'), 1),
        (SVG.format('<set attributeName="href" to="javascript:x"/>'), 1),
        ('<?xml-stylesheet href="https://other.example/a.css"?>' + SVG.format(""), 1),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;"), 1),
        (SVG.format("<path>"), 1),
        ("", 1),
    ],
)
def test_code_and_references_in_drawings_are_found(drawing: str, line: int) -> None:
    """A drawing with code, HTML or something external is refused, at its line, with what to do."""
    findings = scan_svg(drawing.encode(), where="a.svg")
    assert f"a.svg:{line}" in {one.place for one in findings}
    assert all(one.hint for one in findings)


def test_drawing_with_growing_entities_stops() -> None:
    """A drawing whose entities would fill the memory is refused and not read."""
    grow = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    drawing = f'<!DOCTYPE svg [<!ENTITY a0 "x">{grow}]>' + SVG.format("&a11;")
    hints = {one.hint for one in scan_svg(drawing.encode(), where="a.svg")}
    assert hints & {"remove the <!DOCTYPE …> line", "export the drawing again"}
