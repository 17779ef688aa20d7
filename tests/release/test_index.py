"""The index client: what it reads, what it refuses, and that it always ends."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest
from release_server import (
    CANARY,
    Clock,
    FakeIndex,
    Server,
    certificate,
    http,
    index_of,
    is_silent,
    listing,
    resets,
    says,
    trickles,
)

from pressroom.errors import ConfigError, ExitCode
from pressroom.release.index.listing import MEDIA_TYPE, IndexFile, files_of
from pressroom.release.index.patience import Patience
from pressroom.release.index.refusals import (
    IndexAnswerError,
    IndexRefusedError,
    IndexUnreachableError,
)
from pressroom.release.index.simple import Index, fetch_file, fetch_project
from pressroom.world.reply import parse_retry_after

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WHEEL = "widget-1.0-py3-none-any.whl"


@pytest.fixture
def fake() -> FakeIndex:
    index = FakeIndex()
    index.files[WHEEL] = b"a wheel"
    return index


@pytest.fixture
def server(fake: FakeIndex) -> Iterator[Server]:
    with Server(fake) as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


def hurried(**more: Any) -> Patience:
    """Patience by the real clock, and little of it."""
    facts: dict[str, Any] = {"sleep": time.sleep, "clock": time.monotonic, "deadline": 0.4}
    return Patience(**(facts | more))


def test_a_page_becomes_a_project(server: Server, clock: Clock) -> None:
    """Files keep hash, size, time and version; what the page says of the project too."""
    project = fetch_project(index_of(server), "Widget", patience=clock.patience())

    assert project is not None
    assert ("active", ("1.0",)) == (project.status, project.versions)
    assert (
        IndexFile(
            filename=WHEEL,
            sha256=hashlib.sha256(b"a wheel").hexdigest(),
            url=f"{server.url}/files/{WHEEL}",
            size=7,
            uploaded=dt.datetime(2026, 8, 1, 10, 20, 30, 123456, tzinfo=dt.UTC),
            version="1.0",
        ),
    ) == project.files
    assert project.files == files_of(project, "1.0.0")
    assert () == files_of(project, "1.1")


def test_the_question_is_for_json_past_caches(server: Server, clock: Clock) -> None:
    """The index is asked for JSON alone, under the normal name, without a cache, packing or a login."""
    server.plays["GET"].append(says(404))
    fetch_project(index_of(server), "Wid_get", patience=clock.patience())

    seen = server.seen[0]
    assert "/simple/wid-get/" == seen.path
    assert MEDIA_TYPE == seen.headers["accept"]
    assert "no-cache" == seen.headers["cache-control"]
    assert "identity" == seen.headers["accept-encoding"]
    assert {"authorization", "cookie"}.isdisjoint(seen.headers)


def test_no_project_is_no_error(server: Server, fake: FakeIndex, clock: Clock) -> None:
    """404 is an answer: the index knows no such project."""
    fake.files.clear()

    assert fetch_project(index_of(server), "widget", patience=clock.patience()) is None
    assert [] == clock.slept


@pytest.mark.parametrize("status", ["archived", "quarantined", "deprecated"])
def test_the_status_is_read(server: Server, fake: FakeIndex, clock: Clock, status: str) -> None:
    """A project that is closed says so, and why, in text that can be printed."""
    fake.status = {"status": status, "reason": "look\x1b[2J here"}
    project = fetch_project(index_of(server), "widget", patience=clock.patience())

    assert project is not None
    assert (status, "look [2J here") == (project.status, project.status_reason)


@pytest.mark.parametrize(
    ("yanked", "expected"), [(True, ""), (False, None), ("broken", "broken"), ("", None)]
)
def test_a_yanked_file_says_so(yanked: bool | str, expected: str | None, clock: Clock) -> None:
    """Yanked with a reason, without one, and not yanked are three things."""
    page = json.loads(listing({WHEEL: b"x"}))
    page["files"][0]["yanked"] = yanked
    with Server(says(200, body=json.dumps(page).encode(), content_type=MEDIA_TYPE)) as server:
        project = fetch_project(index_of(server), "widget", patience=clock.patience())

    assert project is not None
    assert expected == project.files[0].yanked


def page_with(**of_file: object) -> bytes:
    """A page whose one file has something else."""
    page = json.loads(listing({WHEEL: b"x"}))
    page["files"][0] |= of_file
    return json.dumps(page).encode()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "truncated"),
        (b"{", "truncated"),
        (b"\xff\xfe", "malformed"),
        (b"[" * 100_000, "array"),
        (b'{"x": ' + b"[" * 5_000_000, "recursion"),
        (b"{}", "meta"),
        (b'{"meta": {"api-version": "1.0"}, "name": "widget"}', "files"),
        (listing({}, name="gadget"), "page of 'gadget'"),
        (listing({}, meta={"api-version": "2.0"}), "version '2.0'"),
        (b'{"meta": {"api-version": "1.0"}, "name": "widget", "files": "x"}', "files"),
        (listing({"a/../b.whl": b"x"}), "file name"),
        (listing({"a\nb.whl": b"x"}), "file name"),
        (page_with(hashes={}), "no sha256"),
        (page_with(hashes={"sha256": "0" * 63}), "no sha256"),
        (page_with(url="file:///etc/passwd"), "not https"),
        (page_with(url="http://files.example/x"), "not https"),
        (page_with(url="https://me:pw@files.example/x"), "not https"),
        (page_with(url="https://[/x"), "not https"),
        (page_with(size=-1), "size below 0"),
        (page_with(size="many"), "int"),
        (page_with(**{"upload-time": "yesterday"}), "RFC3339"),
    ],
)
def test_a_page_that_is_none_is_refused(body: bytes, message: str, clock: Clock) -> None:
    """What cannot be read as a page is an error that names the address, not a project without files."""
    with (
        Server(says(200, body=body, content_type=MEDIA_TYPE)) as server,
        pytest.raises(IndexAnswerError, match=message) as caught,
    ):
        fetch_project(index_of(server), "widget", patience=clock.patience())

    assert f"{server.url}/simple/widget/" == caught.value.where
    assert "https://pypi.org/simple/" in caught.value.hint
    assert ExitCode.OUTSIDE == caught.value.exit_code


def test_a_file_name_twice_is_refused(clock: Clock) -> None:
    """Two files of one name: nobody could say which hash counts."""
    page = json.loads(listing({WHEEL: b"x"}))
    page["files"] *= 2
    with (
        Server(says(200, body=json.dumps(page).encode(), content_type=MEDIA_TYPE)) as server,
        pytest.raises(IndexAnswerError, match="twice") as caught,
    ):
        fetch_project(index_of(server), "widget", patience=clock.patience())

    assert "address of a package index" in caught.value.hint


def test_html_is_no_answer(clock: Clock) -> None:
    """A login page with 200 is not a project without files."""
    play = says(200, body=b"<html>log in", content_type="text/html; charset=utf-8")
    with Server(play) as server, pytest.raises(IndexAnswerError, match="text/html") as caught:
        fetch_project(index_of(server), "widget", patience=clock.patience())

    assert "login page" in caught.value.hint
    assert 1 == len(server.seen)


@pytest.mark.parametrize("status", [400, 401, 403, 410, 451])
def test_a_refusal_is_not_asked_again(status: int, clock: Clock) -> None:
    """An index that says no is asked once."""
    with Server(says(status, "No\x1b[31m")) as server, pytest.raises(IndexRefusedError) as caught:
        fetch_project(index_of(server), "widget", patience=clock.patience())

    assert f"the index answered {status} No [31m" == caught.value.message
    assert "address of the index" in caught.value.hint
    assert 1 == len(server.seen)


@pytest.mark.parametrize(
    "play",
    [says(502), says(503), says(504), says(500), says(429), resets, lambda _: b"", lambda _: b"no"],
)
def test_a_storm_is_waited_out(play: Any, server: Server, clock: Clock) -> None:
    """Errors of a moment are waited out, longer each time."""
    server.plays["GET"].extend([play] * 3)

    assert fetch_project(index_of(server), "widget", patience=clock.patience()) is not None
    assert [1.0, 2.0, 4.0] == clock.slept


def test_a_storm_without_an_end_ends_anyway(clock: Clock) -> None:
    """After so many tries it is said how often, and that a rerun is the way on."""
    with Server(says(502)) as server, pytest.raises(IndexUnreachableError) as caught:
        fetch_project(index_of(server), "widget", patience=clock.patience(tries=4))

    assert "the index is busy or down: 502 Said (asked 4 times)" == caught.value.message
    assert "start again" in caught.value.hint
    assert ExitCode.OUTSIDE == caught.value.exit_code
    assert (4, 3) == (len(server.seen), len(clock.slept))


def test_the_deadline_is_over_all_tries(clock: Clock) -> None:
    """No pause goes past the deadline, however many tries are left."""
    with Server(says(503)) as server, pytest.raises(IndexUnreachableError) as caught:
        fetch_project(index_of(server), "widget", patience=clock.patience(tries=99, deadline=100))

    assert "start again" in caught.value.hint
    assert sum(clock.slept) < 100
    assert 7 == len(server.seen)


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "86400"}, 60.0),
        ({"retry_after": "0"}, 1.0),
        ({"retry_after": "-5"}, 1.0),
        ({"retry_after": "soon"}, 1.0),
        ({"retry_after": "\xb2"}, 1.0),
        ({"retry_after": "9" * 5000}, 60.0),
        (
            {
                "retry_after": "Fri, 31 Dec 1999 23:59:59 GMT",
                "date": "Fri, 31 Dec 1999 23:59:29 GMT",
            },
            30.0,
        ),
        ({"retry_after": "Fri, 31 Dec 1999 23:59:59 GMT"}, 1.0),
    ],
)
def test_retry_after_is_honoured(
    headers: dict[str, Any], waited: float, server: Server, clock: Clock
) -> None:
    """As many seconds as asked, a date by the server's own clock, a minute at most, nonsense not at all."""
    server.plays["GET"].append(says(503, **headers))
    fetch_project(index_of(server), "widget", patience=clock.patience())

    assert [waited] == clock.slept


def test_dates_of_two_kinds_are_nonsense() -> None:
    """A date with a time zone and one without cannot be compared, and nothing raises."""
    assert parse_retry_after("1 Jan 2026 00:00:00 GMT", "1 Jan 2026 00:00:00 -0000") is None


@pytest.mark.parametrize(
    "play",
    [
        is_silent,
        trickles(http(200, "OK", listing({WHEEL: b"x"}), content_type=MEDIA_TYPE)),
        trickles(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000),
        trickles(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, 0.001),
    ],
    ids=["silence", "slow body", "slow head", "continue for ever"],
)
def test_a_slow_answer_ends(play: Any) -> None:
    """Silence and bytes that trickle are cut when the time for all of it is up."""
    with Server(play) as server:
        start = time.monotonic()
        with pytest.raises(IndexUnreachableError, match=r"no whole answer within|silent") as caught:
            fetch_project(index_of(server), "widget", patience=hurried())

        assert time.monotonic() - start < 5
        assert "again" in caught.value.hint or "network" in caught.value.hint


def test_an_answer_without_an_end_is_not_read(clock: Clock) -> None:
    """A body has a bound, even when no length is stated."""

    def flood(line: Any) -> None:
        line.sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sock.sendall(b"x" * 1_000_000)

    file = IndexFile(filename=WHEEL, sha256="0" * 64, url="", size=None)
    with Server(flood) as server, pytest.raises(IndexUnreachableError, match="longer") as caught:
        fetch_file(
            index_of(server),
            _at(file, f"{server.url}/x"),
            limit=3_000_000,
            patience=clock.patience(),
        )

    assert "check the address" in caught.value.hint
    assert 1 == len(server.seen)


def _at(file: IndexFile, url: str, **more: Any) -> IndexFile:
    facts = {"filename": file.filename, "sha256": file.sha256, "size": file.size, "url": url}
    return IndexFile(**(facts | more))


def test_a_refused_connection_is_explained(clock: Clock) -> None:
    """Nobody listens: named with its host, and that proxies are not used."""
    with Server(is_silent) as server:
        index = index_of(server)
    with pytest.raises(IndexUnreachableError, match=r"127\.0\.0\.1 refuses connections") as caught:
        fetch_project(index, "widget", patience=clock.patience(tries=2))

    assert "proxies of the environment are not used" in caught.value.hint


def test_a_name_without_an_address_is_explained(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS that fails is named as DNS."""

    def fails(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    index = Index(simple_url="https://index.invalid/", upload_url="https://index.invalid/legacy/")
    with pytest.raises(IndexUnreachableError, match=r"index\.invalid cannot be resolved") as caught:
        fetch_project(index, "widget", patience=clock.patience(tries=2))

    assert "DNS" in caught.value.hint


def test_a_redirect_on_the_server_is_followed(server: Server, clock: Clock) -> None:
    """An index may send to the normal spelling of a name."""
    server.plays["GET"].append(says(301, location="/simple/other/"))

    assert fetch_project(index_of(server), "widget", patience=clock.patience()) is not None
    assert "/simple/other/" == server.seen[1].path


@pytest.mark.parametrize(
    "location", ["http://index.example/simple/widget/", "//127.0.0.1:1/", "file:///x", "http://[/"]
)
def test_a_redirect_elsewhere_is_refused(location: str, server: Server, clock: Clock) -> None:
    """Another server is named and not asked."""
    server.plays["GET"].append(says(302, location=location))
    with pytest.raises(IndexRefusedError, match="another server") as caught:
        fetch_project(index_of(server), "widget", patience=clock.patience())

    assert location in caught.value.message
    assert "not followed by itself" in caught.value.hint


def test_redirects_in_a_circle_end(clock: Clock) -> None:
    """Five are enough."""
    with (
        Server(says(301, location="/simple/widget/")) as server,
        pytest.raises(IndexAnswerError, match="without an end") as caught,
    ):
        fetch_project(index_of(server), "widget", patience=clock.patience())

    assert "address of the index" in caught.value.hint
    assert 5 == len(server.seen)


def test_proxies_and_netrc_are_not_used(
    server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What the environment says of proxies, certificates and logins leads nothing elsewhere."""
    (tmp_path / "netrc").write_text(f"default login me password {CANARY}\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    with Server(says(502)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)

        assert fetch_project(index_of(server), "widget", patience=clock.patience()) is not None
        assert [] == proxy.seen
    assert "authorization" not in server.seen[0].headers


def test_https_with_a_known_authority_works(fake: FakeIndex, clock: Clock, tmp_path: Path) -> None:
    """An index of one's own is asked over TLS by the certificate that is named."""
    path, context = certificate(tmp_path)
    with Server(fake, tls=context) as server:
        assert (
            fetch_project(index_of(server, path), "widget", patience=clock.patience()) is not None
        )


@pytest.mark.parametrize(
    ("facts", "is_known", "message", "hint"),
    [
        ({"days": -1}, True, "expired", "clock of this machine"),
        ({"host": "other.example"}, True, "IP address mismatch", "something else answers"),
        ({}, False, "self-signed|self signed", "authority that signed it"),
    ],
    ids=["expired", "other host", "unknown"],
)
def test_a_bad_certificate_ends_it(  # noqa: PLR0917 - a table
    facts: dict[str, Any],
    is_known: bool,
    message: str,
    hint: str,
    fake: FakeIndex,
    clock: Clock,
    tmp_path: Path,
) -> None:
    """Nothing is asked of a server whose certificate does not count, and it is not tried again."""
    path, context = certificate(tmp_path, **facts)
    with (
        Server(fake, tls=context) as server,
        pytest.raises(IndexUnreachableError, match=message) as caught,
    ):
        fetch_project(
            index_of(server, path if is_known else None), "widget", patience=clock.patience()
        )

    assert hint in caught.value.hint
    assert ([], []) == (server.seen, clock.slept)


def test_a_server_without_tls_is_explained(fake: FakeIndex, clock: Clock) -> None:
    """A port that speaks http is named as one without TLS."""
    with Server(fake) as server:
        index = Index(
            simple_url=server.url.replace("http:", "https:"), upload_url=f"{server.url}/legacy/"
        )
        with pytest.raises(IndexUnreachableError, match="no TLS connection") as caught:
            fetch_project(index, "widget", patience=clock.patience(tries=1))

    assert "check the address and its port" in caught.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "http://pypi.org/simple/",
        f"https://me:{CANARY}@pypi.org/simple/",
        f"https://{CANARY}@127.0.0.1/",
        "ftp://127.0.0.1/",
        "https://",
        "https://127.0.0.1:port/",
        "http://127.0.0.1.example/",
        "simple",
    ],
)
def test_an_index_has_a_safe_address(url: str) -> None:
    """https, or http on this machine; no password in it, and none in the message."""
    for one, other in ((url, "https://x.example/"), ("https://x.example/", url)):
        with pytest.raises(ConfigError, match="asked by https") as caught:
            Index(simple_url=one, upload_url=other)
        assert "https://pypi.org/simple/" in caught.value.hint
        assert CANARY not in str(caught.value)


def _wheel(server: Server, clock: Clock) -> IndexFile:
    project = fetch_project(index_of(server), "widget", patience=clock.patience())
    assert project is not None
    return project.files[0]


def test_a_file_comes_whole(server: Server, clock: Clock) -> None:
    """The bytes of a file are those that the index states."""
    file = _wheel(server, clock)

    assert b"a wheel" == fetch_file(index_of(server), file, limit=100, patience=clock.patience())


def test_a_file_is_not_unpacked(server: Server, clock: Clock) -> None:
    """A server that calls an archive packed for the way changes none of its bytes."""
    file = _wheel(server, clock)
    server.plays["GET"].append(says(200, body=b"a wheel", content_encoding="gzip"))

    assert b"a wheel" == fetch_file(index_of(server), file, limit=100, patience=clock.patience())
    assert [] == clock.slept


def test_a_redirect_with_a_long_body_is_not_read_to_its_end(clock: Clock) -> None:
    """What comes with a redirect is bounded like any other answer."""

    def flood(line: Any) -> None:
        line.sock.sendall(b"HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n")
        for _ in range(200):
            line.sock.sendall(b"x" * 1_000_000)

    file = IndexFile(filename=WHEEL, sha256="0" * 64, url="")
    with Server(flood) as server, pytest.raises(IndexUnreachableError, match="longer") as caught:
        fetch_file(
            index_of(server), _at(file, f"{server.url}/y"), limit=1000, patience=clock.patience()
        )

    assert "check the address" in caught.value.hint


def test_other_bytes_are_told(server: Server, clock: Clock) -> None:
    """A file that is not what the index states shows both hashes."""
    file = _wheel(server, clock)
    server.plays["GET"].append(says(200, body=b"a whale"))
    with pytest.raises(IndexAnswerError) as caught:
        fetch_file(index_of(server), file, limit=100, patience=clock.patience())

    assert file.sha256 in caught.value.message
    assert hashlib.sha256(b"a whale").hexdigest() in caught.value.message
    assert "nobody should install it" in caught.value.hint


def test_a_file_that_ends_early_is_fetched_again(server: Server, clock: Clock) -> None:
    """Half a file is no answer, with a length or without."""
    file = _wheel(server, clock)
    server.plays["GET"].append(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\na wh")
    server.plays["GET"].append(lambda _: b"HTTP/1.1 200 OK\r\n\r\na wh")

    assert b"a wheel" == fetch_file(index_of(server), file, limit=100, patience=clock.patience())
    assert 2 == len(clock.slept)


def test_a_file_that_is_too_large_is_not_fetched(server: Server, clock: Clock) -> None:
    """A size that nobody expects ends it before a byte comes."""
    file = _wheel(server, clock)
    with pytest.raises(IndexAnswerError, match="more than the 6") as caught:
        fetch_file(index_of(server), file, limit=6, patience=clock.patience())

    assert "look at it on the index" in caught.value.hint
    assert 1 == len(server.seen)


def test_a_file_that_is_gone_is_told(server: Server, fake: FakeIndex, clock: Clock) -> None:
    """404 for a file is a refusal, not empty bytes."""
    file = _wheel(server, clock)
    fake.files.clear()
    with pytest.raises(IndexRefusedError, match="404") as caught:
        fetch_file(index_of(server), file, limit=100, patience=clock.patience())

    assert "address" in caught.value.hint
