"""The proxy does to each request what its script says, once or as often as it says, and nothing else."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

import pytest
import requests
from release_dists import NOON, SDIST, WHEEL, make_wheel, upload
from release_faults import (
    Answer,
    LoseReply,
    OtherBytes,
    Proxy,
    Redirect,
    ResetReply,
    ResetRequest,
    Stale,
    Trickle,
    faulty,
)

from pressroom.release.warehouse.server import Index, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """An index; whatever the proxy does, it does not fail."""
    with serve(tmp_path / "index", wheelhouse=None, token=None, now=lambda: NOON) as running:
        yield running
        assert [] == running.failures


@pytest.fixture
def proxy(index: Index) -> Iterator[Proxy]:
    """The proxy in front of it."""
    with faulty(index.url) as running:
        yield running


def get(url: str, *, timeout: float = 10, method: str = "GET") -> requests.Response:
    """A request that follows nothing."""
    return requests.request(
        method, url, headers={"Accept": JSON}, timeout=timeout, allow_redirects=False
    )


def names(proxy: Proxy) -> list[str]:
    """The files of widget, as seen through the proxy."""
    answer = get(f"{proxy.url}/simple/widget/")
    return (
        [file["filename"] for file in answer.json()["files"]] if answer.status_code == 200 else []
    )


def test_without_a_script_nothing_is_changed(index: Index, proxy: Proxy) -> None:
    """Uploads, pages, files and refusals come through as they are; so do the addresses of files."""
    assert 200 == upload(proxy.through(index.upload_url)).status_code
    assert [WHEEL] == names(proxy)
    for path in ("/simple/", "/simple/gadget/", "/pypi/widget/json", "/nowhere"):
        one, other = get(index.url + path), get(proxy.url + path)
        assert one.status_code == other.status_code
        assert one.text.replace(index.url, proxy.url) == other.text
    (file,) = get(f"{proxy.url}/simple/widget/").json()["files"]
    assert file["url"].startswith(f"{proxy.url}/files/")
    assert make_wheel() == get(file["url"]).content
    assert b"" == get(file["url"], method="HEAD").content
    assert [] == proxy.faults


def test_a_lost_reply(index: Index, proxy: Proxy) -> None:
    """The client hears nothing, and the file is there all the same."""
    proxy.script(LoseReply(), method="POST", path="/legacy/")
    with pytest.raises(requests.ConnectionError):
        upload(proxy.through(index.upload_url))
    assert {WHEEL: 1} == index.uploads
    assert [("POST", "/legacy/", "LoseReply")] == proxy.faults
    assert 200 == upload(proxy.through(index.upload_url)).status_code
    assert {WHEEL: 1} == index.repeats


def test_a_request_that_is_reset(index: Index, proxy: Proxy) -> None:
    """The connection breaks in the middle of the body, and the index has nothing of it."""
    proxy.script(ResetRequest(after=100), method="POST")
    with pytest.raises(requests.ConnectionError):
        upload(proxy.through(index.upload_url), WHEEL, make_wheel() + bytes(5_000_000))
    assert {} == index.uploads
    assert [] == names(proxy)


def test_a_reply_that_is_reset(index: Index, proxy: Proxy) -> None:
    """The beginning of a file arrives, then the connection breaks."""
    upload(index.upload_url)
    (file,) = get(f"{proxy.url}/simple/widget/").json()["files"]
    proxy.script(ResetReply(after=300), path="/files/.*")
    with pytest.raises(requests.RequestException):
        get(file["url"])
    assert make_wheel() == get(file["url"]).content


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_storm_of_refusals(index: Index, proxy: Proxy, status: int) -> None:
    """As many as the script says, with Retry-After, and the index is not even asked."""
    proxy.script(Answer(status=status, retry_after="2"), method="POST", times=3)
    for _ in range(3):
        answer = upload(proxy.through(index.upload_url))
        assert (status, "2") == (answer.status_code, answer.headers["Retry-After"])
    assert {} == index.uploads
    assert 200 == upload(proxy.through(index.upload_url)).status_code


def test_a_page_of_somebody_else(proxy: Proxy) -> None:
    """200 and HTML, as a hotel has it."""
    proxy.script(Answer(status=200), path="/simple/.*")
    answer = get(f"{proxy.url}/simple/")
    assert (200, "text/html") == (answer.status_code, answer.headers["Content-Type"])
    assert "hotel" in answer.text


def test_a_redirect(index: Index, proxy: Proxy) -> None:
    """The client is sent where the script says."""
    proxy.script(Redirect(location="http://elsewhere.example/legacy/"))
    answer = upload(proxy.through(index.upload_url))
    assert 301 == answer.status_code
    assert "http://elsewhere.example/legacy/" == answer.headers["Location"]


def test_a_stale_index(index: Index, proxy: Proxy) -> None:
    """GETs have their first answer again for a while, 404 included; what was never asked is fresh."""
    assert [] == names(proxy)
    upload(index.upload_url)
    assert [WHEEL] == names(proxy)
    proxy.script(Stale(), path="/simple/.*|/pypi/.*", times=3)
    assert [] == names(proxy)
    assert [] == names(proxy)
    assert 200 == get(f"{proxy.url}/pypi/widget/json").status_code
    assert [WHEEL] == names(proxy)


def test_other_bytes(index: Index, proxy: Proxy) -> None:
    """A file whose last bit was turned, or whatever the script makes of it."""
    upload(index.upload_url)
    (file,) = get(f"{proxy.url}/simple/widget/").json()["files"]
    proxy.script(OtherBytes(), path="/files/.*")
    proxy.script(OtherBytes(change=lambda body: body + b"more"), path="/files/.*")
    changed = get(file["url"]).content
    assert len(make_wheel()) == len(changed)
    assert file["hashes"]["sha256"] != hashlib.sha256(changed).hexdigest()
    assert make_wheel() + b"more" == get(file["url"]).content
    assert make_wheel() == get(file["url"]).content


def test_a_trickle(proxy: Proxy) -> None:
    """Bytes that come one by one: each is in time, and all together are not."""
    proxy.script(Trickle(pause=0.01))
    start = time.monotonic()
    answer = get(f"{proxy.url}/nowhere", timeout=1)
    assert 404 == answer.status_code
    assert time.monotonic() - start > 1


def test_a_trickle_does_not_outlive_its_test(index: Index) -> None:
    """The proxy stops at once, whatever it is doing."""
    start = time.monotonic()
    with faulty(index.url) as proxy:
        proxy.script(Trickle(pause=60))
        with pytest.raises(requests.Timeout):
            get(f"{proxy.url}/simple/", timeout=0.2)
    assert time.monotonic() - start < 4


def test_rules_are_used_in_their_order(index: Index, proxy: Proxy) -> None:
    """By method and path, after those that are skipped, the first that is not used up."""
    proxy.script(Answer(status=503), method="POST", skip=1, times=1)
    proxy.script(Answer(status=502), method="POST", skip=2, times=None)
    found = [upload(proxy.through(index.upload_url), SDIST).status_code for _ in range(4)]
    assert [200, 503, 200, 502] == found
    assert 200 == get(f"{proxy.url}/simple/").status_code
    proxy.calm()
    assert 200 == upload(proxy.through(index.upload_url), SDIST).status_code
    assert ["", "Answer", "", "Answer", "", ""] == [fault for _, _, fault in proxy.seen]


def test_an_index_that_is_not_there(tmp_path: Path) -> None:
    """A proxy before nothing hangs up."""
    with serve(tmp_path / "index", wheelhouse=None, token=None, now=lambda: NOON) as index:
        gone = index.url
    with faulty(gone) as proxy, pytest.raises(requests.ConnectionError):
        get(f"{proxy.url}/simple/")
