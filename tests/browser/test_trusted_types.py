"""What the policy refuses in a page of ours: code as text, markup that runs, scripts from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from .conftest import Sites

# Each has to throw: nothing may come of it.
REFUSED = {
    "a script from elsewhere": "document.createElement('script').src = 'https://evil.test/x.js'",
    "a script outside assets/": "document.createElement('script').src = '/search/x.js'",
    "a way out of assets/": "document.createElement('script').src = '/assets/..%2fx.js'",
    "a way out of assets/, encoded": "document.createElement('script').src = '/assets/%2e%2e/x.js'",
    "something else in assets/": "document.createElement('script').src = '/assets/x.svg'",
    "a question for assets/": "document.createElement('script').src = '/assets/x.js?callback=y'",
    "a script as data": "document.createElement('script').src = 'data:text/javascript,window.ran = 1'",
    "a script as an attribute": "document.createElement('script').setAttribute('src', '//evil.test/x.js')",
    "a script's text": "document.createElement('script').text = 'window.ran = 1'",
    "a script's content": "document.createElement('script').textContent = 'window.ran = 1'",
    "a text as a timer": "setTimeout('window.ran = 1')",
    "a text as a repeated timer": "setInterval('window.ran = 1')",
    "eval": "eval('window.ran = 1')",
    "a text as a function": "new Function('window.ran = 1')()",
    "inserted markup": "document.body.insertAdjacentHTML('beforeend', '<b></b>')",
    "outer markup": "document.querySelector('h1').outerHTML = '<b></b>'",
    "written markup": "document.write('<b></b>')",
    "a frame's page": "document.createElement('iframe').srcdoc = '<b></b>'",
    "a fragment": "document.createRange().createContextualFragment('<b></b>')",
    "markup in a shadow": "document.createElement('div').attachShadow({mode: 'open'}).innerHTML = '<b></b>'",
    "unsafe markup": "document.createElement('div').setHTMLUnsafe('<b></b>')",
    "a handler": "document.createElement('a').setAttribute('onclick', 'window.ran = 1')",
    "another policy": "trustedTypes.createPolicy('other', {createHTML: (text) => text})",
    "a second default policy": "trustedTypes.createPolicy('default', {createHTML: (text) => text})",
    "a worker made here": "new Worker(URL.createObjectURL(new Blob(['1'])))",
    "a worker from elsewhere": "new Worker('https://evil.test/x.js')",
    "a service worker": "await navigator.serviceWorker.register('/x.js')",
}
# What is assigned to innerHTML, and what is there then.
CLEANED = {
    "plain <b>words</b> &amp; more": "plain <b>words</b> &amp; more",
    '<a href="/x/" class="y" data-z="1" title="t">x</a>': '<a href="/x/" class="y" data-z="1" title="t">x</a>',
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"></path></svg>': '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"></path></svg>',
    " leading space": " leading space",
    '<img src="/none.png" onerror="window.ran = 1" style="color: red">': '<img src="/none.png">',
    "<img src=x: ONERROR=window.ran=1>": "<img>",
    '<body onload="window.ran = 1">x': "x",
    "<b/onmouseover=window.ran=1>x</b>": "<b>x</b>",
    '<a href="javascript:window.ran = 1">x</a>': "<a>x</a>",
    '<a href=" java\tscript:window.ran = 1">x</a>': "<a>x</a>",
    '<a href="&#106;avascript&colon;window.ran = 1">x</a>': "<a>x</a>",
    '<a href="data:text/html,x">x</a>': "<a>x</a>",
    '<img src="data:image/svg+xml,x">': "<img>",
    '<img srcset="//evil.test/x.png">': "<img>",
    "<script>window.ran = 1</script>": "",
    "<style>*{}</style><link rel=stylesheet href=/x><base href=//evil.test/><meta http-equiv=refresh content=0>": "",
    "<iframe srcdoc=x></iframe><object data=x></object><embed src=x><frameset></frameset>": "",
    '<form action=x><input name=remove><button formaction="javascript:1">x</button></form>': "",
    "<form><input name=localName><input name=nodeType><input name=attributes></form>": "",
    '<button formaction="javascript:1" form=x>x</button>': "<button>x</button>",
    '<svg onload="window.ran = 1"><script>window.ran = 1</script></svg>': "<svg></svg>",
    '<svg><a xlink:href="javascript:1"><text>x</text></a><use href="//evil.test/x#y"/></svg>': "<svg></svg>",
    "<svg><set attributeName=href to=javascript:1 /><animate onbegin=window.ran=1 /></svg>": "<svg></svg>",
    "<svg><foreignObject><img src=x onerror=window.ran=1></foreignObject></svg>": "<svg></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.ran=1&gt;'>": "",
    "<svg></p><style><a id='</style><img src=1 onerror=window.ran=1>'>": '<svg></svg><p></p><img src="1">\'&gt;',
    "<noscript><p title='</noscript><img src=1 onerror=window.ran=1>'></noscript>": "",
    "<textarea><p title='</textarea><img src=1 onerror=window.ran=1>'>": '<img src="1">\'&gt;',
    "<title><p title='</title><img src=1 onerror=window.ran=1>'>": '<img src="1">\'&gt;',
    "<template><img src=x onerror=window.ran=1></template>": "",
    "<!--><img src=x onerror=window.ran=1>-->": '<img src="x">--&gt;',
    "<select><template><style><!--</template><a rel='--></style><img src=1 onerror=window.ran=1>'></select>": "",
    "<x-y onclick=window.ran=1>x</x-y>": "",
}
# What the developer tools call may use eval; what a timer calls may not.
TRY = """async () => {{
    await new Promise((done) => setTimeout(done));
    try {{ {} }} catch (error) {{ return true; }}
    return false;
}}"""


def test_what_could_become_code_is_refused(visit: Callable[..., Any]) -> None:
    """Text as code, markup by other ways than innerHTML, foreign scripts and other policies throw, and are reported."""
    visited = visit("about/")
    page = visited.page
    let_through = [name for name, code in REFUSED.items() if not page.evaluate(TRY.format(code))]

    assert [] == let_through
    assert page.evaluate("window.ran") is None
    assert [one for one in visited.complaints if "violation: require-trusted-types-for" in one]


def test_markup_is_stripped_of_what_runs(visit: Callable[..., Any]) -> None:
    """Handlers, addresses that are code, frames, forms and what is read twice differently do not survive innerHTML."""
    visited = visit("about/")
    became = visited.page.evaluate(
        """(texts) => texts.map((text) => {
            const box = document.createElement("div");
            document.body.append(box);
            box.innerHTML = text;
            const first = box.innerHTML;
            box.innerHTML += "";
            return first === box.innerHTML ? first : "not the same when it is read again: " + first;
        })""",
        list(CLEANED),
    )
    visited.page.wait_for_timeout(100)  # for an error of an image

    assert CLEANED == dict(zip(CLEANED, became, strict=True))
    assert visited.page.evaluate("window.ran") is None


def test_an_inline_script_does_not_run_and_is_seen(visit: Callable[..., Any], sites: Sites) -> None:
    """A script and a handler that somebody got into a page stay text, and the listener of these tests hears of both."""
    page = (sites.roots["hub"] / "about" / "index.html").read_text(encoding="utf-8")
    planted = "</h1><script>window.ran = 1</script><img src='/none.png' onerror='window.ran = 1'>"
    folder = sites.roots["hub"] / "planted"
    folder.mkdir()
    (folder / "index.html").write_text(page.replace("</h1>", planted, 1), encoding="utf-8")
    visited = visit("planted/")

    assert visited.page.evaluate("window.ran") is None
    for directive in ("script-src-elem inline", "script-src-attr inline"):
        assert [one for one in visited.complaints if f"violation: {directive}" in one]


def test_a_browser_without_trusted_types_does_the_same(chromium: Browser, sites: Sites) -> None:
    """Where nothing asks for them the search works, and nothing complains."""
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script("delete window.trustedTypes")
    page.goto(sites.addresses["hub"], wait_until="networkidle")
    page.locator("[data-md-component=search-query]").press_sequentially("sandbox")
    page.locator(".md-search-result__link").first.wait_for()
    kinds = page.evaluate("[typeof trustedTypes, typeof __md_scope]")
    context.close()

    assert ["undefined", "object"] == kinds
    assert [] == complaints
