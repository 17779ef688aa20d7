"""Our jar and tough-cookie, which the Observatory keeps its cookies in, asked the same."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from node_oracle import ask, need

from pressroom.observatory.cookie_jar import Jar

ORACLE = """
const { CookieJar } = require('tough-cookie');
function shape(cookie) {
  return [cookie.key, cookie.value ?? '', !!cookie.secure, !!cookie.httpOnly, cookie.sameSite || '',
          cookie.domain, cookie.path, !!cookie.hostOnly];
}
function answer(steps) {
  const jar = new CookieJar();
  const sent = [];
  for (const [url, line] of steps) {
    try {
      if (line !== null) jar.setCookieSync(line, url, { ignoreError: true });
      else sent.push(jar.getCookieStringSync(url));
    } catch { if (line === null) sent.push(''); }
  }
  return [jar.serializeSync().cookies.map(shape), sent];
}
"""
HOSTS = [
    "www.widget.example",
    "widget.example",
    "a.b.widget.example",
    "www.widget.co.uk",
    "widget.co.uk",
    "co.uk",
    "widget.github.io",
    "x.widget.github.io",
    "github.io",
    "widget.test",
    "a.widget.test",
    "test",
    "localhost",
    "a.localhost",
    "127.0.0.1",
    "[::1]",
    "widget.local",
    "xn--bcher-kva.example",
    "bücher.example",
    "a_b.widget.example",
    "a!b.widget.co.uk",
    "-a.widget.co.uk",
    "widget.example.",
    "WWW.Widget.Example",
    "www.ck",
    "a.b.ck",
    "widget.invalid",
    "invalid",
    "local",
]
PATHS = [
    "/",
    "/a",
    "/a/",
    "/a/b",
    "/a/b/",
    "/ab",
    "//",
    "//a",
    "/%61/",
    "/%2fa/b",
    "/%zz/",
    "/%C3%A9/",
    "/%E9/",
    "/a;b/c",
    "/?x/y",
    "/a/../b/",
    "/%2561/",
    "/%5ca/b",
]
PAIRS = (
    *[
        "a=1",
        "a=2",
        "b=",
        "sess=1",
        "__Secure-a=1",
        "__Host-a=1",
        "__host-a=1",
        "a=b=c",
        "=1",
        "a",
        "a\tb=1",
        "é=ÿ",
    ],
    ' a = "1 2" ',
    "a=1\x00b",
    "a=\x01",
    "a\x7f=1",
    "\x1ca=1",
    "\xa0a=1",
)
VALUES = {
    "Path": ("/", "/a", "/a/", "/ab", "a", '"/"', "", "/\x01", "/\xe9", "/%61"),
    "Max-Age": ("0", "-1", "5", "3600", "+5", "x", "", '"5"', "00", "-", "99999999999999999999"),
    "Secure": (None, None, "", "false"),
    "HttpOnly": (None, None, "", "false"),
    "SameSite": ("Lax", "STRICT", "none", "Foo", "", None, '"Lax"', "Lax=1", "\x1clax"),
    "x": ("", None, "1"),
    "\x1cSecure": (None,),
    "": ("", None),
}
WORDS = {
    "day": ("1", "31", "29", "0", "32", "01x", "001"),
    "month": ("Jan", "february", "DEC", "foo", "ja", "sepx"),
    "year": ("1970", "2090", "70", "69", "99", "1600", "1601", "9999", "20301", "0099", "2090y"),
    "time": ("0:0:0", "23:59:59", "24:0:0", "1:60:0", "1:2:3Z", "1:2:3:4", "1:2", "007:1:1"),
}


def make_date(rng: random.Random) -> str:
    """A date in one of the shapes that servers write, or none."""
    words = [rng.choice(choices) for choices in WORDS.values()]
    if rng.random() < 0.4:
        rng.shuffle(words)
    if rng.random() < 0.2:
        words[rng.randrange(4)] = rng.choice(("GMT", "Thu,", "1", ""))
    return rng.choice((" ", " ", "-", ", ", "\t", "/", "+", "\xa0", ":")).join(words)


def make_domain(rng: random.Random, host: str) -> str:
    """A domain that has something to do with a host, more often than not."""
    name = host.strip("[]")
    domain = rng.choice(
        (
            name,
            name,
            name.partition(".")[2],
            name.rpartition(".")[2],
            f"x.{name}",
            name[1:],
            "",
            ".",
        ),
    )
    if rng.random() < 0.2:
        domain = rng.choice(HOSTS)
    dressed = (
        rng.choice(("", "", "", ".", ".", "..", ". ")) + domain + rng.choice(("", "", "", "."))
    )
    return rng.choice((dressed, dressed, dressed.upper(), f'"{dressed}"', f"{dressed}:80"))


def make_line(rng: random.Random, host: str) -> str:
    """A line of Set-Cookie as a hostile server of a host would write it."""
    line = rng.choice(PAIRS)
    for _ in range(rng.choice((0, 1, 1, 2, 3, 4))):
        name = rng.choice((*VALUES, "Domain", "Domain", "Expires", "SameSite", "Secure"))
        value: str | None
        if name == "Domain":
            value = make_domain(rng, host)
        elif name == "Expires":
            value = make_date(rng)
        else:
            value = rng.choice(VALUES[name])
        name = rng.choice((name, name.lower(), name.upper()))
        space = rng.choice(("", "", " ", "\t", "\xa0"))
        line += rng.choice((";", "; ", ";;", " ; ")) + space + name + space
        line += "" if value is None else f"={space}{value}{space}"
    return line + rng.choice(("", "", ";", " "))


def make_steps(rng: random.Random) -> list[tuple[str, str | None]]:
    """Lines of a few URLs of one family, and requests (None) between them."""
    base = rng.choice(HOSTS)
    end = base.rpartition(".")[2]
    family = [base, base, base, *(host for host in HOSTS if host.rpartition(".")[2] == end)]
    steps: list[tuple[str, str | None]] = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        host = rng.choice(family)
        url = f"{rng.choice(('https', 'https', 'http'))}://{host}{rng.choice(PATHS)}"
        steps += [(url, make_line(rng, host)) for _ in range(rng.choice((1, 1, 2, 3)))]
        steps.append((url if rng.random() < 0.5 else f"https://{rng.choice(family)}/a/b", None))
    return steps


def answer_of(steps: list[tuple[str, str | None]], now: dt.datetime) -> list[Any]:
    """What the oracle is asked for, by our jar."""
    jar = Jar()
    headers = []
    for url, line in steps:
        if line is None:
            headers.append(jar.header_for(url, now))
        else:
            jar.put(url, line)
    cookies = [
        [
            one.name,
            one.value,
            one.is_secure,
            one.is_http_only,
            one.same_site,
            one.domain,
            one.path,
            one.is_host_only,
        ]
        for one in jar
    ]
    return [cookies, headers]


def test_the_jar_keeps_and_sends_what_tough_cookie_does() -> None:
    """The same cookies in the same order, and the same headers, for thousands of hostile visits."""
    need("tough-cookie")
    rng = random.Random(12)  # noqa: S311 - the same questions each time
    questions = [make_steps(rng) for _ in range(4_000)]

    answers = ask(ORACLE, questions)

    now = dt.datetime.now(dt.UTC)
    wrong = [
        (steps, theirs, ours)
        for steps, theirs in zip(questions, answers, strict=True)
        if (ours := answer_of(steps, now)) != theirs
    ]
    assert [] == wrong[:3]
    assert 4_000 < sum(len(cookies) for cookies, _ in answers)
    assert 1_000 < sum(1 for _, headers in answers for header in headers if header)
