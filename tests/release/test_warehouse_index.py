"""The index over HTTP: each row of PyPI's upload semantics, and what installers ask for."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import http.client
import json
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
import requests
from release_dists import (
    NOON,
    SDIST,
    TOKEN,
    WHEEL,
    form,
    make_sdist,
    make_wheel,
    pack_wheel,
    upload,
    wheel_files,
)

from pressroom.errors import PressroomError
from pressroom.release.warehouse.ledger import Event, Kind, Ledger
from pressroom.release.warehouse.model import IndexFile, Status
from pressroom.release.warehouse.policy import MAX_PROJECT
from pressroom.release.warehouse.rules import MAX_FILE
from pressroom.release.warehouse.server import Index, serve
from pressroom.release.warehouse.store import LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JSON = "application/vnd.pypi.simple.v1+json"


@dataclasses.dataclass
class Clock:
    """A clock that stands until it is set."""

    now: dt.datetime = NOON

    def __call__(self) -> dt.datetime:
        """What it shows."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of the index."""
    return Clock()


@pytest.fixture
def index(tmp_path: Path, clock: Clock) -> Iterator[Index]:
    """An index; no test may make it fail."""
    with serve(tmp_path / "index", wheelhouse=None, token=TOKEN, now=clock) as running:
        yield running
        assert [] == running.failures


def ask(url: str, accept: str = JSON, **options: Any) -> requests.Response:
    """A GET that follows nothing."""
    return requests.get(
        url, headers={"Accept": accept}, allow_redirects=False, timeout=10, **options
    )


def listed(index: Index, project: str = "widget") -> dict[str, Any]:
    """What the simple index says of a project."""
    answer = ask(f"{index.simple_url}{project}/")
    assert 200 == answer.status_code
    found: dict[str, Any] = answer.json()
    return found


def assert_refused(answer: requests.Response, status: int, reason: str) -> None:
    """That status, and the reason where clients look for it: in the status line and in the body."""
    assert status == answer.status_code, answer.text
    assert answer.reason.startswith(reason), answer.reason
    assert reason in answer.text


# uploads


def test_an_upload_is_visible_at_once(index: Index) -> None:
    """What was accepted is listed, and downloaded with the same bytes."""
    data = make_wheel("widget", "1.0", "Requires-Python: >=3.9")
    assert 200 == upload(index.upload_url, WHEEL, data, requires_python=">=3.9").status_code

    (file,) = listed(index)["files"]
    assert WHEEL == file["filename"]
    assert {"sha256": hashlib.sha256(data).hexdigest()} == file["hashes"]
    assert (len(data), ">=3.9", False) == (file["size"], file["requires-python"], file["yanked"])
    assert "2026-03-01T12:00:00.000000Z" == file["upload-time"]
    answer = ask(file["url"], "*/*")
    assert data == answer.content
    assert f'"{file["hashes"]["sha256"]}"' == answer.headers["ETag"]
    assert str(len(data)) == answer.headers["Content-Length"]
    assert {WHEEL: 1} == index.uploads


def test_the_same_file_again_is_accepted_and_not_stored(index: Index, clock: Clock) -> None:
    """A retry after a lost reply is answered with yes, however late."""
    upload(index.upload_url)
    clock.now += dt.timedelta(days=30)
    assert 200 == upload(index.upload_url).status_code
    assert {WHEEL: 1} == index.uploads
    assert {WHEEL: 1} == index.repeats
    assert NOON.strftime("%Y-%m-%d") == listed(index)["files"][0]["upload-time"][:10]


def test_other_bytes_under_the_same_name(index: Index) -> None:
    """A name keeps its bytes for ever."""
    upload(index.upload_url)
    other = make_wheel("widget", "1.0", "Summary: other")
    assert_refused(upload(index.upload_url, WHEEL, other), 400, f"File already exists ({WHEEL!r}, ")
    assert {WHEEL: 1} == index.uploads


def test_the_same_bytes_under_another_name(index: Index) -> None:
    """One file has one name."""
    upload(index.upload_url)
    again = upload(index.upload_url, "widget-1.0-py2-none-any.whl", make_wheel())
    assert_refused(again, 400, "File already exists (")


def test_the_name_of_a_deleted_file(index: Index) -> None:
    """Deleting a file does not free its name, for the same bytes neither."""
    upload(index.upload_url)
    index.store.delete(WHEEL)
    assert [] == listed(index)["files"]
    again = upload(index.upload_url)
    assert_refused(again, 400, "This filename was previously used by a file that has since")
    assert "previously used" in again.text


def test_a_release_is_open_for_fourteen_days(index: Index, clock: Clock) -> None:
    """A new file of an old release is refused; the age is that of its first file."""
    upload(index.upload_url)
    clock.now += dt.timedelta(days=14)
    assert 200 == upload(index.upload_url, SDIST).status_code
    clock.now += dt.timedelta(seconds=1)
    late = upload(
        index.upload_url, "widget-1.0-py2-none-any.whl", make_wheel("widget", "1.0", "Summary: x")
    )
    assert_refused(late, 400, "Uploading new files to releases older than 14 days is not allowed")
    assert (
        200
        == upload(
            index.upload_url, "widget-1.1-py3-none-any.whl", make_wheel("widget", "1.1")
        ).status_code
    )


def test_one_sdist_a_release(index: Index) -> None:
    """A second sdist is refused however its version is spelled; another version has its own."""
    upload(index.upload_url, SDIST)
    second = make_sdist("widget", "1.0.0")
    assert_refused(
        upload(index.upload_url, "widget-1.0.0.tar.gz", second),
        400,
        "Only one sdist may be uploaded",
    )
    assert (
        200
        == upload(index.upload_url, "widget-1.1.tar.gz", make_sdist("widget", "1.1")).status_code
    )
    assert 200 == upload(index.upload_url, WHEEL).status_code  # a wheel may come after it
    index.store.delete(SDIST)
    assert 200 == upload(index.upload_url, "widget-1.0.0.tar.gz", second).status_code


@pytest.mark.parametrize("kind", ["sha256_digest", "blake2_256_digest", "md5_digest"])
def test_a_digest_that_does_not_fit(index: Index, kind: str) -> None:
    """Bytes that are not those the client meant are refused, by any of the digests."""
    changes: dict[str, Any] = {kind: "0" * 64}
    answer = upload(index.upload_url, **changes)
    assert_refused(answer, 400, "The digest supplied does not match")
    assert {} == index.uploads


def test_digests_in_capitals(index: Index) -> None:
    """Hexadecimal digits have no case."""
    sha256 = hashlib.sha256(make_wheel()).hexdigest().upper()
    assert 200 == upload(index.upload_url, sha256_digest=sha256).status_code


def test_a_file_larger_than_any_may_be(index: Index) -> None:
    """A byte more than 100 MiB, and nothing of it stays on the disk."""
    data = bytes(MAX_FILE + 1)
    assert_refused(upload(index.upload_url, WHEEL, data), 400, "File too large. Limit for project")
    assert [] == list((index.folder / "incoming").iterdir())
    assert [] == list((index.folder / "objects").iterdir())


def test_a_project_larger_than_any_may_be(tmp_path: Path) -> None:
    """Ten gigabytes are enough for everybody."""
    folder = tmp_path / "index"
    folder.mkdir()
    big = IndexFile(
        project="Widget", version="0.1", filename="x", filetype="sdist", size=MAX_PROJECT, sha256=""
    )
    Ledger(folder / LEDGER).write(Event(kind=Kind.UPLOAD, name="x", file=big))
    with serve(folder, wheelhouse=None, token=None, now=lambda: NOON) as index:
        assert_refused(upload(index.upload_url), 400, "Project size too large. Limit for")


@pytest.mark.parametrize("status", list(Status))
def test_the_status_of_a_project(index: Index, status: Status) -> None:
    """An archived or quarantined project takes no files; a quarantined one offers none (PEP 792)."""
    upload(index.upload_url)
    index.store.set_status("Widget", status)
    answer = upload(index.upload_url, SDIST)
    assert status == listed(index)["project-status"]["status"]
    if status in {Status.ARCHIVED, Status.QUARANTINED}:
        assert_refused(answer, 400, f"Project 'widget' is {status}")
    else:
        assert 200 == answer.status_code
    assert (status is Status.QUARANTINED) == (listed(index)["files"] == [])


def test_a_yanked_file(index: Index) -> None:
    """Yanked files are listed, with the reason."""
    upload(index.upload_url)
    index.store.yank(WHEEL, "broken on <Tuesdays>")
    assert "broken on <Tuesdays>" == listed(index)["files"][0]["yanked"]
    page = ask(f"{index.simple_url}widget/", "text/html").text
    assert 'data-yanked="broken on &lt;Tuesdays&gt;"' in page
    assert ask(f"{index.url}/pypi/widget/json").json()["info"]["yanked"] is True


def test_what_the_file_alone_decides_is_refused_too(index: Index) -> None:
    """The index asks the same rules as an audit."""
    files = wheel_files()
    del files["widget-1.0.dist-info/RECORD"]
    answer = upload(index.upload_url, WHEEL, pack_wheel(files))
    assert_refused(answer, 400, f"Wheel {WHEEL!r} does not contain the required RECORD")
    answer = upload(index.upload_url, "widget-1.0-cp311-cp311-linux_x86_64.whl", make_wheel())
    assert_refused(answer, 400, "Binary wheel")
    assert {} == index.uploads


def test_refusals_as_json(index: Index) -> None:
    """Who asks for JSON finds the reason in it, as uv does."""
    answer = upload(index.upload_url, name="-", headers={"Accept": "application/json;q=0.9"})
    assert "'-' is an invalid value for Name." == answer.json()["message"]
    assert "application/json" == answer.headers["Content-Type"]


# who may upload


@pytest.mark.parametrize(
    "auth", [None, ("__token__", "wrong"), ("me", TOKEN), ("__token__", ""), ("__token__", "ü")]
)
def test_without_the_token_nothing_is_taken(index: Index, auth: tuple[str, str] | None) -> None:
    """No token, another, or another user name: 403, as PyPI has it."""
    answer = upload(index.upload_url, auth=auth)
    assert_refused(answer, 403, "Invalid or non-existent authentication information")
    assert {} == index.uploads


@pytest.mark.parametrize("header", ["", "Basic", "Basic !", "Bearer x", "Basic " + "x" * 999])
def test_broken_credentials(index: Index, header: str) -> None:
    """A header that says nothing is no token."""
    answer = upload(index.upload_url, auth=None, headers={"Authorization": header})
    assert_refused(answer, 403, "Invalid or non-existent authentication information")


def test_a_token_for_one_project(tmp_path: Path) -> None:
    """A token with a scope is good for that project, however it is spelled, and for no other."""
    with serve(
        tmp_path / "index", wheelhouse=None, token=TOKEN, now=lambda: NOON, project="Wid.get"
    ) as index:
        data = make_wheel("wid_get")
        assert 200 == upload(index.upload_url, "wid_get-1.0-py3-none-any.whl", data).status_code
        assert_refused(
            upload(index.upload_url), 403, "The given token isn't allowed to upload to project"
        )


def test_the_token_is_nowhere(index: Index) -> None:
    """What was sent as the credential is in no file and in no answer."""
    upload(index.upload_url)
    answer = upload(index.upload_url, name="-")
    assert TOKEN not in answer.text
    for path in index.folder.rglob("*"):
        assert path.is_dir() or TOKEN.encode() not in path.read_bytes()


def test_legacy_without_its_slash(index: Index) -> None:
    """The address without a slash says where to go, and takes nothing."""
    answer = upload(index.upload_url.rstrip("/"))
    assert_refused(answer, 308, "An upload was attempted to /legacy but")
    assert "/legacy/" == answer.headers["Location"]
    assert {} == index.uploads


# forms that are none


@pytest.mark.parametrize(
    ("files", "fields", "reason"),
    [
        ({}, {}, "Bad form: this is no multipart"),
        ({"other": ("x", b"x", "text/plain")}, {}, "Bad form: other: Should not be a tuple"),
        ({"content": (None, b"x")}, {}, "Bad form: the field content is no file"),
        ({"content": (WHEEL, b"x", "image/png")}, {}, "Bad form: Invalid distribution file"),
        ({"name": (None, b"\xff")}, {}, "Bad form: "),
        ({"name": (None, bytes(16 * 1024**2 + 1))}, {}, "Bad form: the fields are too large"),
        ({"content": ("../../x", b"x", "text/plain")}, form(WHEEL, b"x"), "Cannot upload a file"),
    ],
)
def test_broken_uploads(
    index: Index, files: dict[str, Any], fields: dict[str, str], reason: str
) -> None:
    """What is no upload is a 400 that says why."""
    answer = requests.post(
        index.upload_url, data=fields, files=files, auth=("__token__", TOKEN), timeout=10
    )
    assert_refused(answer, 400, reason)


def test_two_files_or_ten_thousand_fields(index: Index) -> None:
    """More than a form may have is refused."""
    part = ("content", (WHEEL, b"x", "text/plain"))
    for files, reason in (
        ([part, part], "Bad form: there is more than one file"),
        ([(f"f{n}", (None, b"")) for n in range(10_001)], "Bad form: there are too many fields"),
    ):
        answer = requests.post(index.upload_url, files=files, auth=("__token__", TOKEN), timeout=10)
        assert_refused(answer, 400, reason)


def raw(index: Index, data: bytes) -> bytes:
    """What the index answers to bytes, until it hangs up."""
    host, port = index.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(65536):
                answer += piece
        return answer


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"nonsense\r\n\r\n", b"HTTP/1.1 400"),
        (b"GET / HTTP/9.9\r\n\r\n", b"HTTP/1.1 505"),
        (b"POST /legacy/ HTTP/1.1\r\n\r\n", b"HTTP/1.1 411"),
        (b"POST /legacy/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"HTTP/1.1 411"),
        (b"POST /legacy/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"HTTP/1.1 411"),
        (b"POST /legacy/ HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n", b"HTTP/1.1 400 File too"),
        (b"GET http://[/ HTTP/1.1\r\n\r\n", b"HTTP/1.1 400"),
        (b"GET /simple/ HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", b"HTTP/1.1 431"),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", b"HTTP/1.1 414"),
        (b"BREW / HTTP/1.1\r\n\r\n", b"HTTP/1.1 405"),
    ],
)
def test_broken_requests(index: Index, data: bytes, answer: bytes) -> None:
    """What is no request gets a status, and never a traceback."""
    found = raw(index, data)
    assert found.startswith(answer), found[:200]
    assert b"Traceback" not in found


def test_a_body_of_a_get_is_no_second_request(index: Index) -> None:
    """What a GET carries is not answered as a request of its own."""
    inner = b"GET /simple/ HTTP/1.1\r\n\r\n"
    outer = b"GET /simple/ HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(inner)
    assert 1 == raw(index, outer + inner).count(b"HTTP/1.1 200")


def test_a_client_that_leaves_in_the_middle(index: Index) -> None:
    """Half an upload is nothing: not listed, not on the disk, and the index goes on."""
    request = requests.Request(
        "POST",
        index.upload_url,
        data=form(WHEEL, make_wheel()),
        files={"content": (WHEEL, make_wheel(), "application/octet-stream")},
        auth=("__token__", TOKEN),
    ).prepare()
    assert isinstance(request.body, bytes)
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    half = request.body[: len(request.body) - 200]
    assert b"" == raw(index, b"POST /legacy/ HTTP/1.1\r\n" + head.encode() + b"\r\n" + half)
    assert [] == list((index.folder / "incoming").iterdir())
    assert {} == index.uploads
    assert 200 == upload(index.upload_url).status_code


def test_two_at_once_under_one_name(index: Index) -> None:
    """Of two files with one name, sent at the same moment, one is accepted."""
    start = threading.Barrier(8)
    answers: list[tuple[int, bytes]] = []

    def send(number: int) -> None:
        data = make_wheel("widget", "1.0", f"Summary: {number}")
        start.wait()
        answers.append((upload(index.upload_url, WHEEL, data).status_code, data))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [data for status, data in answers if status == 200]
    assert 7 == sum(status == 400 for status, _ in answers)
    assert hashlib.sha256(winner).hexdigest() == listed(index)["files"][0]["hashes"]["sha256"]
    assert {WHEEL: 1} == index.uploads


# what installers ask


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (JSON, JSON),
        ("application/vnd.pypi.simple.latest+json", JSON),
        ("application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.v1+html"),
        ("", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        # pip, then uv
        (f"{JSON}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01", JSON),
        (f"{JSON}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01", JSON),
        (f"{JSON};q=0.1, text/html;q=0.2", "text/html; charset=utf-8"),
        (f"{JSON};q=0, */*;q=0.1", "text/html; charset=utf-8"),
    ],
)
@pytest.mark.parametrize("path", ["", "widget/"])
def test_content_negotiation(index: Index, path: str, accept: str, kind: str) -> None:
    """A client gets the type that it likes best; without a wish, HTML."""
    upload(index.upload_url)
    answer = ask(index.simple_url + path, accept)
    assert (200, kind) == (answer.status_code, answer.headers["Content-Type"])
    assert answer.text.lstrip().startswith("{") == (kind == JSON)


@pytest.mark.parametrize("accept", ["application/json", "text/plain", f"{JSON};q=0", f"{JSON};q=x"])
def test_no_type_that_we_have(index: Index, accept: str) -> None:
    """Who wants what nobody has hears so."""
    assert 406 == ask(index.simple_url, accept).status_code


def test_the_html_page(index: Index) -> None:
    """Old installers find the same: name, hash, Python, and the status."""
    upload(index.upload_url, requires_python=">=3.9")
    sha256 = hashlib.sha256(make_wheel()).hexdigest()
    page = ask(f"{index.simple_url}widget/", "text/html").text
    assert f'/files/{sha256}/{WHEEL}#sha256={sha256}"' in page
    assert 'data-requires-python="&gt;=3.9"' in page
    assert '<meta name="pypi:project-status" content="active">' in page
    assert '<a href="/simple/widget/">widget</a>' in ask(index.simple_url, "text/html").text


def test_projects_and_versions(index: Index) -> None:
    """All projects are listed by their normalized names, all versions in order."""
    for version in ("1.10", "1.9", "2.0rc1"):
        data = make_wheel("wid_get", version)
        upload(index.upload_url, f"wid_get-{version}-py3-none-any.whl", data)
    assert [{"name": "wid-get"}] == ask(index.simple_url).json()["projects"]
    found = listed(index, "wid-get")
    assert ("wid-get", ["1.9", "1.10", "2.0rc1"]) == (found["name"], found["versions"])
    assert "1.10" == ask(f"{index.url}/pypi/wid-get/json").json()["info"]["version"]


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/simple", "/simple/"),
        ("/simple/wid-get", "/simple/wid-get/"),
        ("/simple/Wid_Get/", "/simple/wid-get/"),
        ("/simple/WID.get", "/simple/wid-get/"),
        ("/pypi/Wid.Get/json", "/pypi/wid-get/json"),
        ("/pypi/Wid.Get/1.0/json", "/pypi/wid-get/1.0/json"),
    ],
)
def test_redirects_to_the_normalized_name(index: Index, path: str, location: str) -> None:
    """However a project is spelled, there is one address for it."""
    upload(index.upload_url, "wid_get-1.0-py3-none-any.whl", make_wheel("wid_get"))
    answer = ask(index.url + path)
    assert (301, location) == (answer.status_code, answer.headers["Location"])


def test_pypis_own_json(index: Index) -> None:
    """Files with all digests, of the newest version and of any."""
    data = make_sdist()
    upload(
        index.upload_url,
        SDIST,
        data,
        md5_digest=hashlib.md5(data, usedforsecurity=False).hexdigest(),
    )
    upload(index.upload_url, WHEEL)
    everything = ask(f"{index.url}/pypi/widget/json").json()
    one = ask(f"{index.url}/pypi/widget/1.0.0/json").json()
    assert everything["urls"] == one["urls"] == everything["releases"]["1.0"]
    assert "releases" not in one
    (sdist,) = [file for file in one["urls"] if file["packagetype"] == "sdist"]
    assert {
        "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(data).hexdigest(),
        "blake2b_256": hashlib.blake2b(data, digest_size=32).hexdigest(),
    } == sdist["digests"]
    assert ("source", SDIST) == (sdist["python_version"], sdist["filename"])
    assert data == ask(sdist["url"]).content


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/simple/gadget/",
        "/simple/widget/x",
        "/simple/%2e%2e/",
        "/simple/a%2fb/",
        "/pypi/gadget/json",
        "/pypi/widget/2.0/json",
        "/pypi/widget/one/json",
        "/pypi/widget",
        "/files/x/y",
        "/files/../ledger.jsonl",
        "/files/..%2f..%2fledger.jsonl/x",
        "/files/{sha256}/other.whl",
        "/files/{sha256}/..%2f{sha256}",
        "/files/{sha256}/%00",
        "/objects/{sha256}",
        "/%00",
        "/legacy",
    ],
)
def test_what_is_not_there(index: Index, path: str) -> None:
    """Anything else is not found, and no path leads out of the index."""
    upload(index.upload_url)
    sha256 = hashlib.sha256(make_wheel()).hexdigest()
    found = raw(
        index, f"GET {path.format(sha256=sha256)} HTTP/1.1\r\nConnection: close\r\n\r\n".encode()
    )
    assert found.startswith(b"HTTP/1.1 404"), found[:100]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/legacy/"), ("POST", "/simple/"), ("PUT", "/legacy/"), ("DELETE", "/simple/widget/")],
)
def test_methods_that_an_index_does_not_have(index: Index, method: str, path: str) -> None:
    """405, and which there are."""
    answer = requests.request(method, index.url + path, timeout=10)
    assert 405 == answer.status_code
    assert answer.headers["Allow"]


def test_head_is_get_without_a_body(index: Index) -> None:
    """A HEAD has the headers of the GET."""
    upload(index.upload_url)
    for url in (f"{index.simple_url}widget/", listed(index)["files"][0]["url"]):
        one, other = ask(url), requests.head(url, headers={"Accept": JSON}, timeout=10)
        assert b"" == other.content
        for name in ("Content-Length", "Content-Type"):
            assert one.headers[name] == other.headers[name]
    # requests would not see a body.
    assert raw(index, b"HEAD /simple/ HTTP/1.1\r\n\r\n").endswith(b"\r\n\r\n")


def test_connections_are_kept(index: Index) -> None:
    """One connection carries many requests, uploads and refusals among them."""
    connection = http.client.HTTPConnection(index.url.removeprefix("http://"), timeout=10)
    with contextlib.closing(connection):
        connection.connect()
        connection.auto_open = 0  # once it is closed, it stays closed
        for method, path, body in 3 * (
            ("GET", "/simple/", None),
            ("POST", "/legacy/", b"no form"),
            ("HEAD", "/simple/", None),
            ("POST", "/nowhere", bytes(100_000)),
        ):
            connection.request(method, path, body)
            connection.getresponse().read()


def test_addresses_lead_through_a_proxy(index: Index) -> None:
    """Files have the address by which the index was asked, on this machine and nowhere else."""
    upload(index.upload_url)
    for host, base in (("127.0.0.1:9", "http://127.0.0.1:9"), ("evil.example", "")):
        answer = requests.get(
            f"{index.simple_url}widget/", headers={"Accept": JSON, "Host": host}, timeout=10
        )
        assert answer.json()["files"][0]["url"].startswith(f"{base}/files/")


def test_nothing_is_printed(index: Index, capfd: pytest.CaptureFixture[str]) -> None:
    """Who rehearses reads what the release says, not what the index was asked."""
    upload(index.upload_url)
    raw(index, b"nonsense\r\n\r\n")
    assert ("", "") == capfd.readouterr()


def test_no_name_is_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index starts without asking who this machine is: a resolver may take its time."""
    for name in ("getfqdn", "gethostbyaddr", "gethostbyname", "getaddrinfo"):
        monkeypatch.setattr(socket, name, None)
    with serve(tmp_path / "index", wheelhouse=None, token=None, now=lambda: NOON):
        pass


# the wheelhouse


@pytest.fixture
def wheelhouse(tmp_path: Path) -> Path:
    """A folder with a wheel, an sdist, and what is neither."""
    folder = tmp_path / "wheelhouse"
    folder.mkdir()
    wheel = make_wheel("gadget", "3.1", "Requires-Python: >=3.8")
    (folder / "Gadget-3.1-py3-none-any.whl").write_bytes(wheel)
    (folder / "gadget-3.0.tar.gz").write_bytes(make_sdist("gadget", "3.0"))
    (folder / "broken-1.0-py3-none-any.whl").write_bytes(b"no zip")
    (folder / "README").write_text("x")
    (folder / "sub").mkdir()
    return folder


def test_the_wheelhouse_is_offered(tmp_path: Path, wheelhouse: Path) -> None:
    """What builds need is listed by name and version with its hash, and downloaded."""
    with serve(tmp_path / "i", wheelhouse=wheelhouse, token=None, now=lambda: NOON) as index:
        names = [project["name"] for project in ask(index.simple_url).json()["projects"]]
        assert ["broken", "gadget"] == names
        found = listed(index, "gadget")
        assert ["3.0", "3.1"] == found["versions"]
        sdist, wheel = found["files"]
        assert (None, ">=3.8") == (sdist["requires-python"], wheel["requires-python"])
        assert "upload-time" not in wheel
        for file in found["files"]:
            data = ask(file["url"]).content
            assert (wheelhouse / file["filename"]).read_bytes() == data
            assert hashlib.sha256(data).hexdigest() == file["hashes"]["sha256"]
        assert [] == index.failures


def test_the_wheelhouse_may_change(tmp_path: Path, wheelhouse: Path) -> None:
    """A file that comes later is offered, one that goes is not, and one that changed has its new hash."""
    with serve(tmp_path / "i", wheelhouse=wheelhouse, token=None, now=lambda: NOON) as index:
        before = listed(index, "gadget")["files"][0]
        (wheelhouse / "gadget-3.0.tar.gz").write_bytes(b"other bytes")
        (wheelhouse / "Gadget-3.1-py3-none-any.whl").unlink()
        (wheelhouse / "gadget-4.0.tar.gz").write_bytes(b"x")
        after = listed(index, "gadget")
        assert ["3.0", "4.0"] == after["versions"]
        assert hashlib.sha256(b"other bytes").hexdigest() == after["files"][0]["hashes"]["sha256"]
        assert 404 == ask(before["url"]).status_code


def test_an_uploaded_project_hides_the_wheelhouse(tmp_path: Path, wheelhouse: Path) -> None:
    """Of a project that is released here, only what was uploaded is there."""
    with serve(tmp_path / "i", wheelhouse=wheelhouse, token=None, now=lambda: NOON) as index:
        data = make_wheel("gadget", "5.0")
        upload(index.upload_url, "gadget-5.0-py3-none-any.whl", data)
        assert ["5.0"] == listed(index, "gadget")["versions"]


def test_a_wheelhouse_that_is_not_there(tmp_path: Path) -> None:
    """A missing folder is an error of ours that the client hears of, and the index goes on."""
    with serve(tmp_path / "i", wheelhouse=tmp_path / "no", token=None, now=lambda: NOON) as index:
        answer = ask(index.simple_url)
        assert 500 == answer.status_code
        assert "No such file" in answer.text
        assert 200 == upload(index.upload_url).status_code


def test_a_defect_is_kept_and_not_shown(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that nobody thought of is a 500 without details, and kept for whoever looks."""
    monkeypatch.setattr(index.store, "projects", None)
    answer = ask(index.simple_url)
    assert (500, "500 Internal Server Error\n") == (answer.status_code, answer.text)
    assert "TypeError" in index.failures.pop()


def test_one_index_a_folder(tmp_path: Path) -> None:
    """Two that write into one folder would lie to each other: the second does not start."""
    with (
        serve(tmp_path / "i", wheelhouse=None, token=None, now=lambda: NOON),
        pytest.raises(PressroomError) as caught,
        serve(tmp_path / "i", wheelhouse=None, token=None, now=lambda: NOON),
    ):
        pass
    assert "wait for it to end" in caught.value.hint


def test_the_port_is_free_again(tmp_path: Path) -> None:
    """After the context nobody answers, not even on a connection that is still open."""
    with requests.Session() as session:
        with serve(tmp_path / "i", wheelhouse=None, token=None, now=lambda: NOON) as index:
            session.get(index.simple_url, timeout=10)
        with pytest.raises(requests.ConnectionError):
            session.get(index.simple_url, timeout=10)


def test_the_same_port_again(tmp_path: Path) -> None:
    """An index that is started again at once has its old address, though its connections were just closed."""
    with serve(tmp_path / "i", wheelhouse=None, token=None, now=lambda: NOON) as index:
        assert 200 == ask(index.simple_url).status_code
        port = int(index.url.rpartition(":")[2])
    with serve(tmp_path / "i", wheelhouse=None, token=None, now=lambda: NOON, port=port) as again:
        assert index.url == again.url
        assert 200 == ask(again.simple_url).status_code


def test_the_ledger_is_json_lines(index: Index) -> None:
    """A person can read what happened."""
    upload(index.upload_url)
    (line,) = (index.folder / LEDGER).read_text().splitlines()
    assert ("upload", WHEEL) == (json.loads(line)["kind"], json.loads(line)["name"])
