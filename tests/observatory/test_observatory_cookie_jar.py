"""The cookies that a visit leaves behind, and those that its requests carry."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.observatory.cookie_dates import parse_date
from pressroom.observatory.cookie_jar import LONG_PAST, Jar, jar_of
from pressroom.observatory.cookie_line import Cookie, read_cookie
from pressroom.observatory.model import Answer, Hop, Visit

URL = "https://www.widget.example/dir/page?x=/y"
NOW = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)


def kept(*lines: str, url: str = URL) -> list[Cookie]:
    """What is in the jar after lines of one URL."""
    jar = Jar()
    for line in lines:
        jar.put(url, line)
    return list(jar)


def sent(to: str, *lines: str, url: str = URL) -> str:
    """The header of a request after lines of one URL."""
    jar = Jar()
    for line in lines:
        jar.put(url, line)
    return jar.header_for(to, NOW)


@pytest.mark.parametrize(
    "line",
    ["", "a", "=1", " =1", ";a=1", "a\tb=1", "\x01a=1", "a=1\t2", "a=\x1f", "a; Secure; b=1"],
)
def test_a_line_without_a_clean_name_and_value_means_nothing(line: str) -> None:
    """No `=`, no name, or a control character: no cookie."""
    assert read_cookie(line) is None
    assert [] == kept(line)


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("a=1", "a", "1"),
        (" a = 1 ;Secure", "a", "1"),
        ("a=", "a", ""),
        ("a=b=c", "a", "b=c"),
        ('a="1;2"', "a", '"1'),
        ("a b=\xe9\x7f", "a b", "\xe9\x7f"),
        ("\xa0a=1\xa0", "a", "1"),
        ("a=1\nb; Secure", "a", "1"),
    ],
)
def test_a_cookie_is_what_stands_before_the_first_semicolon(
    line: str, name: str, value: str
) -> None:
    """Split at the first `=`, trimmed, quotes kept; a line end in it cuts it short."""
    cookie = read_cookie(line)

    assert cookie is not None
    assert (name, value) == (cookie.name, cookie.value)


@pytest.mark.parametrize("text", ["Secure", "secure=false", " SECURE ", "Secure="])
def test_a_flag_is_set_by_its_name(text: str) -> None:
    """Whatever its value is."""
    assert kept(f"a=1;{text}")[0].is_secure
    assert kept(f"a=1;{text.lower().replace('secure', 'httponly')}")[0].is_http_only


@pytest.mark.parametrize("text", ["Secure\x01", "Se cure", "=Secure", "x=Secure", "\x1cSecure"])
def test_a_flag_by_another_name_is_none(text: str) -> None:
    """Nor does a control character go for space."""
    assert not kept(f"a=1;{text}")[0].is_secure


@pytest.mark.parametrize(
    ("attributes", "same_site"),
    [
        ("SameSite=LAX", "lax"),
        ("SameSite= Strict ", "strict"),
        ("SameSite=None", "none"),
        ("SameSite=Foo", ""),
        ("SameSite", ""),
        ('SameSite="Lax"', ""),
        ("SameSite=Lax; SameSite=Foo", ""),
        ("SameSite=Foo; SameSite=Lax", "lax"),
    ],
)
def test_the_last_samesite_counts(attributes: str, same_site: str) -> None:
    """One that there is not is as good as none."""
    assert same_site == kept(f"a=1; {attributes}")[0].same_site


@pytest.mark.parametrize(
    ("domain", "stored"),
    [
        ("www.widget.example", "www.widget.example"),
        ("widget.example", "widget.example"),
        (".Widget.Example", "widget.example"),
        ("", "www.widget.example"),
        (".", "www.widget.example"),
    ],
)
def test_a_domain_is_the_host_or_a_parent_of_it(domain: str, stored: str) -> None:
    """An empty one means the host itself, and none but it."""
    (cookie,) = kept(f"a=1; Domain={domain}")

    assert stored == cookie.domain
    assert cookie.is_host_only == (domain in {"", "."})


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.widget.example", "other.example"),
        ("www.widget.example", "x.www.widget.example"),
        ("www.widget.example", "idget.example"),
        ("www.widget.example", "widget.example."),
        ("www.widget.example", '"widget.example"'),
        ("www.widget.example", "example"),
        ("widget.github.io", "github.io"),
        ("github.io", "github.io"),
        ("widget.co.uk", "co.uk"),
        ("widget.test", "test"),
        ("widget.local", "local"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "0.0.1"),
        ("a!b.widget.co.uk", "a!b.widget.co.uk"),
    ],
)
def test_a_cookie_for_a_domain_that_is_not_its_own_is_dropped(host: str, domain: str) -> None:
    """Another host, a public suffix of either section, an address, or what is no name."""
    assert [] == kept(f"a=1; Domain={domain}", url=f"https://{host}/")
    assert 1 == len(kept("a=1", url=f"https://{host}/"))


@pytest.mark.parametrize(
    ("host", "domain", "stored"),
    [
        ("widget.github.io", "widget.github.io", "widget.github.io"),
        ("localhost", "localhost", "localhost"),
        ("a.widget.test", "widget.test", "widget.test"),
        ("b\xfccher.widget.test", "B\xdcCHER.widget.test", "b\xfccher.widget.test"),
        ("[::1]", "::1", "::1"),
    ],
)
def test_reserved_names_and_hosts_of_a_shared_suffix_may_have_cookies(
    host: str, domain: str, stored: str
) -> None:
    """What is below a public suffix is somebody's; nobody hands out `.test`, so what is below is registrable."""
    assert [stored] == [one.domain for one in kept(f"a=1; Domain={domain}", url=f"http://{host}/")]


def test_the_last_domain_counts_but_an_empty_one_does_not() -> None:
    """`Domain=` and a mere dot say nothing; a later one that is not allowed costs the cookie."""
    assert "widget.example" == kept("a=1; Domain=widget.example; Domain=")[0].domain
    assert "widget.example" == kept("a=1; Domain=widget.example; Domain=.")[0].domain
    assert "widget.example" == kept("a=1; Domain=other.example; Domain=widget.example")[0].domain
    assert [] == kept("a=1; Domain=widget.example; Domain=other.example")


def test_a_cookie_goes_no_further_than_the_next_public_suffix() -> None:
    """One that a public suffix has from a name above it is not for the hosts below that suffix."""
    url = "https://s3.amazonaws.com/"
    line = "a=1; Domain=amazonaws.com"

    assert 1 == len(kept(line, url=url))
    assert "a=1" == sent("https://www.amazonaws.com/", line, url=url)
    assert "" == sent("https://x.s3.amazonaws.com/", line, url=url)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("__Secure-a=1", 0),
        ("__Secure-a=1; Secure", 1),
        ("__Secure-a=1; Secure; Domain=widget.example", 1),
        ("__secure-a=1", 1),
        ("__Host-a=1; Secure; Path=/", 1),
        ("__Host-a=1; Path=/", 0),
        ("__Host-a=1; Secure; Path=/x", 0),
        ("__Host-a=1; Secure; Path=/; Domain=www.widget.example", 0),
        ("__Host-a=1; Secure; Path=/; Domain=", 1),
        ("__HOST-a=1", 1),
    ],
)
def test_a_prefix_is_held_to_its_promise(line: str, count: int) -> None:
    """`__Secure-` and `__Host-`, in this case only; a cookie that breaks it is dropped without a word."""
    assert count == len(kept(line))


def test_a_host_prefix_without_a_path_needs_a_page_at_the_root() -> None:
    """The default path is that of the page's folder."""
    assert [] == kept("__Host-a=1; Secure")
    assert 1 == len(kept("__Host-a=1; Secure", url="https://www.widget.example/page"))


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("", "/"),
        ("/", "/"),
        ("/a", "/"),
        ("/a/", "/a"),
        ("/a/b?c/d#e/f", "/a"),
        ("//a", "/"),
        ("/%61/", "/a"),
        ("/%2fa/", "/%2fa"),
        ("/%zz/%61/", "/%zz/%61"),
        ("/%E9/%61/", "/%E9/%61"),
        ("/%C3%A9/", "/%C3%A9"),
        ("/%2561/", "/%61"),
    ],
)
def test_the_default_path_is_the_pages_folder(path: str, folder: str) -> None:
    """It is decoded as far as that moves no border; a path that is no path counts as none."""
    url = f"https://www.widget.example{path}"

    for attribute in ("", "; Path", "; Path=", "; Path=x", '; Path="/"', "; Path=/x; Path=y"):
        assert [folder] == [cookie.path for cookie in kept(f"a=1{attribute}", url=url)]


def test_a_cookie_of_the_same_place_and_name_is_replaced() -> None:
    """It keeps its turn; another path, domain or name is another cookie."""
    jar = kept("a=1", "b=1", "a=2; Secure", "a=3; Path=/", "A=4", "a=5; Domain=www.widget.example")

    assert ["5", "1", "3", "4"] == [cookie.value for cookie in jar]


def test_secure_over_http_is_kept_and_sent_over_https_only() -> None:
    """As tough-cookie has it; browsers refuse it."""
    plain = "http://www.widget.example/"

    assert "a=1" == sent(URL, "a=1; Secure", url=plain)
    assert "" == sent(plain, "a=1; Secure", url=plain)
    assert "" == sent("http://localhost/", "a=1; Secure", url="http://localhost/")


@pytest.mark.parametrize(
    ("attribute", "to", "header"),
    [
        ("", "www.widget.example/dir", "a=1"),
        ("", "www.widget.example/dir/x", "a=1"),
        ("", "www.widget.example/dirx", ""),
        ("", "www.widget.example/", ""),
        ("", "x.www.widget.example/dir/", ""),
        ("", "widget.example/dir/", ""),
        ("Domain=widget.example", "widget.example/dir/", "a=1"),
        ("Domain=widget.example", "a.b.widget.example/dir/", "a=1"),
        ("Domain=widget.example", "other.example/dir/", ""),
        ("Domain=widget.example", "xwidget.example/dir/", ""),
        ("Path=/dir/", "www.widget.example/dir/x", "a=1"),
        ("Path=/dir/", "www.widget.example/dir", ""),
        ("Path=/", "www.widget.example", "a=1"),
    ],
)
def test_a_cookie_goes_to_its_hosts_and_paths(attribute: str, to: str, header: str) -> None:
    """A path holds for what is below it; a domain for its hosts; no domain for the host alone."""
    assert header == sent(f"https://{to}", f"a=1; {attribute}")


def test_the_longest_path_goes_first_and_then_the_oldest() -> None:
    """RFC 6265, 5.4."""
    lines = ("a=1; Path=/", "b=2; Path=/", "c=3", "a=4; Path=/")

    assert "c=3; a=4; b=2" == sent(URL, *lines)


@pytest.mark.parametrize(
    ("attributes", "header"),
    [
        ("Max-Age=0", ""),
        ("Max-Age=-1", ""),
        ("Max-Age=00", ""),
        ("Max-Age=1", "a=1"),
        ("Max-Age=x", "a=1"),
        ("Max-Age=+0", "a=1"),
        ("Expires=Wed, 30 Sep 2026 23:59:59 GMT", ""),
        ("Expires=Thu, 01 Oct 2026 00:00:00 GMT", ""),
        ("Expires=Thu, 01 Oct 2026 00:00:01 GMT", "a=1"),
        ("Expires=0", "a=1"),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=9", "a=1"),
        ("Max-Age=0; Expires=Fri, 01 Oct 2027 00:00:00 GMT", ""),
        ("Max-Age=0; Max-Age=x", ""),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=x", ""),
    ],
)
def test_an_ended_cookie_is_kept_until_it_would_be_sent(attributes: str, header: str) -> None:
    """Max-Age beats Expires; what cannot be read does not count."""
    jar = Jar()
    jar.put(URL, f"a=1; {attributes}")

    assert 1 == len(list(jar))
    assert header == jar.header_for(URL, NOW)
    assert bool(header) == bool(list(jar))


def test_a_request_that_would_not_carry_it_leaves_an_ended_cookie() -> None:
    """Another host, another path, or no TLS."""
    jar = Jar()
    jar.put(URL, "a=1; Max-Age=0; Secure")
    for url in (
        "https://widget.example/dir/",
        "https://www.widget.example/",
        URL.replace("s:", ":"),
    ):
        jar.header_for(url, NOW)

    assert 1 == len(list(jar))


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", (1994, 11, 6, 8, 49, 37)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", (1994, 11, 6, 8, 49, 37)),
        ("Sun Nov  6 08:49:37 1994", (1994, 11, 6, 8, 49, 37)),
        ("1 jan 69 0:0:0", (2069, 1, 1, 0, 0, 0)),
        ("1 jan 70 0:0:0", (1970, 1, 1, 0, 0, 0)),
        ("31 February 2030 0:0:0", (2030, 3, 3, 0, 0, 0)),
        ("3:4:5x 2030 1x JANUARY", (2030, 1, 1, 3, 4, 5)),
        ("31 Dec 9999 23:59:59", (9999, 12, 31, 23, 59, 59)),
    ],
)
def test_a_date_is_found_in_any_order(text: str, date: tuple[int, ...]) -> None:
    """Time, day, month and year; the rest is of no interest (RFC 6265, 5.1.1)."""
    assert dt.datetime(*date, tzinfo=dt.UTC) == parse_date(text)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "2030-01-02T03:04:05Z",
        "1 jan 2030",
        "jan 2030 0:0:0",
        "1 jan 1600 0:0:0",
        "32 jan 2030 0:0:0",
        "1 jan 2030 24:0:0",
        "1 jan 2030 0:60:0",
        "1 jan 2030 0:0:60",
        "1 jan 2030 0:0:0:0",
        "1 foo 2030 0:0:0",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    """A part is missing, or no clock shows it."""
    assert parse_date(text) is None


def visit(*hops: tuple[str, tuple[str, ...]]) -> Visit:
    """A visit with the lines of each of its hops."""
    last, lines = hops[-1]
    return Visit(
        hops=tuple(Hop(url=url, status=302) for url, _ in hops),
        answer=Answer(url=last, status=200, headers=tuple(("set-cookie", one) for one in lines)),
        cookies=tuple((url, line) for url, lines in hops for line in lines),
    )


def test_a_visits_cookies_are_those_of_all_its_hops() -> None:
    """Each with the domain and path of the hop that set it."""
    walk = visit(("https://widget.example/", ("a=1",)), (URL, ("b=1", "c=1; Domain=other.example")))

    assert [("a", "widget.example"), ("b", "www.widget.example")] == [
        (cookie.name, cookie.domain) for cookie in jar_of(walk)
    ]
    assert () == jar_of(visit((URL, ())))


@pytest.mark.parametrize("end", ["Max-Age=0", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"])
def test_an_ended_cookie_of_the_last_hop_is_there_and_one_of_an_earlier_hop_is_not(
    end: str,
) -> None:
    """The next request to its host made the jar forget it; one to another host does not."""
    line = f"a=1; {end}"
    other = "https://other.example/"

    assert 1 == len(jar_of(visit((URL, (line,)))))
    assert 0 == len(jar_of(visit((URL, (line,)), (URL, ()))))
    assert 1 == len(jar_of(visit((URL, ()), (URL, (line,)))))
    assert 1 == len(jar_of(visit((URL, (line,)), (other, ()))))


def test_the_clock_of_a_recorded_visit_stands_still() -> None:
    """Without one, what ends after this was written has not ended."""
    walk = visit((URL, ("a=1; Expires=Thu, 02 Apr 2026 00:00:00 GMT",)), (URL, ()))

    assert LONG_PAST < NOW
    assert 1 == len(jar_of(walk))
    assert 0 == len(jar_of(walk, now=NOW))


def test_cookies_of_a_url_that_is_none_are_dropped() -> None:
    """Nothing is kept for it, and nothing sent to it."""
    assert [] == kept("a=1", url="https://")
    assert [] == kept("a=1", url="https://\udc80/")
    assert "" == sent("widget", "a=1")


def test_long_lines_take_no_long_time() -> None:
    """64 kB of anything are read in time that grows with their length alone."""
    fillers = (";", "x", " ", "1:", "12 ", "-", "a.", "\xe9.", "/", "=", "\x85", "%41", "SameSite;")
    start = time.perf_counter()

    for filler in fillers:
        long = filler * (65_000 // len(filler))
        for line in (long, f"a={long}", f"a=1; Expires={long}", f"a=1; Domain={long}"):
            kept(line, url=f"{URL}{long[:9]}")

    assert time.perf_counter() - start < 5


@given(st.lists(st.tuples(st.text(), st.text()), max_size=4), st.text())
def test_no_line_and_no_url_is_an_exception(pairs: list[tuple[str, str]], to: str) -> None:
    """Whatever they hold."""
    jar = Jar()
    for url, line in pairs:
        jar.put(url, line)
        jar.put(URL, f"a=1; Domain={line}; Expires={line}; {url}")

    assert isinstance(jar.header_for(to, NOW), str)
    jar.header_for(URL, NOW)
