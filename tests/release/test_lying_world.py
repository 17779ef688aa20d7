"""Whole releases through a world that loses, breaks and forges answers: each ends whole, or stopped with advice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from release_faults import (
    Answer,
    LoseReply,
    OtherBytes,
    Redirect,
    ResetReply,
    ResetRequest,
    Stale,
    Trickle,
    faulty,
)
from release_runs import (
    CANARY,
    announcements,
    places_of_the_canary,
    quick,
    run_release,
    tags,
    use_index,
)

from pressroom.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_fault_kinds import Fault
    from release_faults import Proxy
    from release_runs import Run
    from release_world import Stage

    from pressroom.release.warehouse.server import Index

BOTH = {"widget-1.0-py3-none-any.whl": 1, "widget-1.0.tar.gz": 1}
UPLOAD, PAGE, FILE = "/legacy/", "/simple/widget/", "/files/.*"


@pytest.fixture
def proxy(stage: Stage, index: Index) -> Iterator[Proxy]:
    """What stands between the release and the index."""
    with faulty(index.url) as proxy:
        use_index(stage, proxy.through(index.simple_url), proxy.through(index.upload_url))
        yield proxy


def expect_whole(stage: Stage, index: Index, run: Run) -> None:
    """Released, with one tag, one upload a file, one announcement."""
    assert ExitCode.FINE == run.outcome.exit_code, run.output
    assert BOTH == index.uploads
    assert ["1.0"] == tags(stage, stage.remote)
    assert ["widget-1.0"] == announcements(stage, stage.press_remote)
    assert 1 == len(places_of_the_canary(stage))


@pytest.mark.parametrize(
    ("fault", "method", "path", "times"),
    [
        (LoseReply(), "POST", UPLOAD, 2),
        (ResetReply(), "POST", UPLOAD, 2),
        (ResetRequest(), "POST", UPLOAD, 3),
        (Answer(status=502), "POST", UPLOAD, 4),
        (Answer(status=503, retry_after="20"), "POST", UPLOAD, 3),
        (Answer(status=429, retry_after="30"), "POST", UPLOAD, 3),
        (Answer(status=200), "POST", UPLOAD, 1),
        (Answer(status=503, retry_after="5"), "GET", PAGE, 4),
        (Answer(status=429, retry_after="Fri, 01 Jan 2100 00:00:00 GMT"), "GET", PAGE, 2),
        (LoseReply(), "GET", PAGE, 2),
        (LoseReply(), "GET", FILE, 2),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str | int) else str(value),
)
def test_what_passes_is_waited_out(  # noqa: PLR0917 - fixtures and parameters
    stage: Stage, index: Index, proxy: Proxy, fault: Fault, method: str, path: str, times: int
) -> None:
    """Lost replies, resets, storms with Retry-After: one run, and each file is stored once."""
    proxy.script(fault, method=method, path=path, times=times)
    run = run_release(stage, patience=quick(deadline=900.0))

    assert times == len(proxy.faults)
    expect_whole(stage, index, run)


def test_an_index_that_is_stale_for_a_while_gets_no_file_twice(
    stage: Stage, index: Index, proxy: Proxy
) -> None:
    """The page shows the files late: the release waits instead of sending again and again."""
    proxy.script(Stale(), method="GET", path=PAGE, times=9, skip=1)
    run = run_release(stage, patience=quick(deadline=900.0))

    expect_whole(stage, index, run)
    assert sum(index.repeats.values()) <= 2


@pytest.mark.parametrize(
    ("fault", "method", "path", "words"),
    [
        (Answer(status=502), "POST", UPLOAD, "502"),
        (Trickle(), "GET", PAGE, "widget"),
        (Answer(status=200), "GET", PAGE, "text/html"),
        (Redirect(location="http://127.0.0.1:9/legacy/"), "POST", UPLOAD, "127.0.0.1:9"),
        (Redirect(location="https://elsewhere.example/simple/"), "GET", PAGE, "elsewhere.example"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value[1:5],
)
def test_what_does_not_pass_stops_with_advice(  # noqa: PLR0917 - fixtures and parameters
    stage: Stage, index: Index, proxy: Proxy, fault: Fault, method: str, path: str, words: str
) -> None:
    """It ends in bounded time and says why and what to do; when the world is well again, it goes on."""
    proxy.script(fault, method=method, path=path, times=None)
    stopped = run_release(stage, patience=quick(deadline=9.0, once=0.4))

    assert stopped.outcome.exit_code in {ExitCode.OUTSIDE, ExitCode.FINDINGS}
    assert words in stopped.reason
    assert "hint:" in stopped.reason
    assert CANARY not in stopped.output
    assert {} == index.uploads
    proxy.calm()
    expect_whole(stage, index, run_release(stage))


def test_a_download_with_other_bytes_is_seen(stage: Stage, index: Index, proxy: Proxy) -> None:
    """What installers would get is not what was uploaded: nothing is announced."""
    proxy.script(OtherBytes(), method="GET", path=FILE, times=None)
    stopped = run_release(stage)

    assert ExitCode.FINE != stopped.outcome.exit_code
    assert "sha256" in stopped.reason
    assert [] == announcements(stage, stage.press_remote)
    assert "public:      widget-1.0.tar.gz on the index" in stopped.output
    proxy.calm()
    expect_whole(stage, index, run_release(stage))


def test_an_index_that_changes_its_mind_is_seen(stage: Stage, index: Index, proxy: Proxy) -> None:
    """After the upload the page shows another hash: the release does not go on as if all were well."""
    zeros = b"0" * 64

    def change(body: bytes) -> bytes:
        for sha256 in re.findall(rb'"sha256":\s*"([0-9a-f]{64})"', body):
            body = body.replace(sha256, zeros)
        return body

    def at(mark: str) -> None:
        if mark == "act verify-published":
            proxy.script(OtherBytes(change=change), method="GET", path=PAGE, times=None)

    stopped = run_release(stage, at=at)

    assert zeros.decode() in stopped.reason
    assert "the index has other bytes under that name" in stopped.reason
    assert [] == announcements(stage, stage.press_remote)
    proxy.calm()
    expect_whole(stage, index, run_release(stage))


def test_a_second_file_that_is_refused_leaves_the_first_and_says_so(
    stage: Stage, index: Index, proxy: Proxy
) -> None:
    """Which file is live is said exactly; the next run sends only what is missing."""
    proxy.script(Answer(status=400, body=b"no"), method="POST", path=UPLOAD, skip=1)
    stopped = run_release(stage)

    assert "public:      widget-1.0-py3-none-any.whl on the index" in stopped.output
    assert "not public:  widget-1.0.tar.gz on the index" in stopped.output
    before = len([one for one in proxy.seen if one[0] == "POST"])
    expect_whole(stage, index, run_release(stage))
    assert 1 == len([one for one in proxy.seen if one[0] == "POST"]) - before


def test_proxies_of_the_environment_get_nothing(
    stage: Stage, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The credential goes to the index alone, whatever https_proxy says."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    expect_whole(stage, index, run_release(stage))
