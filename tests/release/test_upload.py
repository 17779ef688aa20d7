"""Uploads: each file once, whatever the index and the network do, and the token seen by nobody."""

from __future__ import annotations

import base64
import hashlib
import http.client
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import rich
from release_server import (
    CANARY,
    Clock,
    FakeIndex,
    Line,
    Server,
    all_logs,
    certificate,
    in_argv,
    index_of,
    is_silent,
    resets,
    says,
    shown,
    trickles,
)
from release_server import (
    http as answer,
)

from pressroom.errors import ExitCode, PressroomError
from pressroom.release.index.patience import Patience
from pressroom.release.index.refusals import (
    IndexAnswerError,
    IndexRefusedError,
    IndexUnreachableError,
    OtherBytesError,
)
from pressroom.release.index.secret import Secret
from pressroom.release.index.simple import Index
from pressroom.release.index.upload import Receipt, upload_file, wait_for_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WHEEL = "widget-1.0-py3-none-any.whl"
BASIC = base64.b64encode(f"__token__:{CANARY}".encode()).decode()


@pytest.fixture
def fake() -> FakeIndex:
    return FakeIndex()


@pytest.fixture
def server(fake: FakeIndex) -> Iterator[Server]:
    with Server(fake) as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A small wheel of a project `widget`."""
    path = tmp_path / WHEEL
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("widget.py", "x = 1\n" * 50)
        folder = "widget-1.0.dist-info"
        archive.writestr(
            f"{folder}/METADATA", "Metadata-Version: 2.1\nName: widget\nVersion: 1.0\n"
        )
        archive.writestr(f"{folder}/WHEEL", "Wheel-Version: 1.0\n")
        archive.writestr(f"{folder}/RECORD", "")
    return path


@pytest.fixture(autouse=True)
def nobody_saw_the_token(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """After each test: the token is in no output, no log of any level, no file and no argument."""
    with all_logs() as logs:
        yield
    places = {"output": "".join(capfd.readouterr()), "logs": "\n".join(logs)}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    places |= {str(path): path.read_bytes().decode("latin-1") for path in files}
    for place, text in places.items():
        for form in (CANARY, BASIC, BASIC.rstrip("=")):
            assert form not in text, place
    assert not in_argv(CANARY)


def token() -> Secret:
    """The canary, as a source gives it."""
    return Secret(CANARY.encode())


def upload(server: Server, wheel: Path, patience: Patience) -> Receipt:
    """What the door does."""
    return upload_file(index_of(server), wheel, token=token, patience=patience)


def failure(server: Server, wheel: Path, patience: Patience) -> PressroomError:
    """The error of an upload, in which the token is nowhere: not even in a local variable."""
    with pytest.raises(PressroomError) as caught:
        upload(server, wheel, patience)
    text = shown(caught.value)
    assert CANARY not in text
    assert BASIC not in text
    assert BASIC.rstrip("=") not in text
    return caught.value


def sha256(path: Path) -> str:
    """The hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_goes_up(server: Server, fake: FakeIndex, wheel: Path, clock: Clock) -> None:
    """The index gets these bytes, the metadata and the token, and shows the file before we say so."""
    receipt = upload(server, wheel, clock.patience())

    assert (WHEEL, sha256(wheel), 1) == (receipt.file.filename, receipt.file.sha256, receipt.sent)
    assert wheel.read_bytes() == fake.files[WHEEL]
    post = next(seen for seen in server.seen if seen.method == "POST")
    assert ("/legacy/", f"Basic {BASIC}") == (post.path, post.headers["authorization"])
    assert post.headers["user-agent"].startswith("twine/")
    assert ["GET", "POST", "GET"] == [seen.method for seen in server.seen]
    assert [] == clock.slept


def test_the_token_goes_to_uploads_alone(server: Server, wheel: Path, clock: Clock) -> None:
    """No question carries it."""
    upload(server, wheel, clock.patience())

    assert ["POST"] == [seen.method for seen in server.seen if "authorization" in seen.headers]


def test_a_file_that_is_there_is_not_sent(
    server: Server, fake: FakeIndex, wheel: Path, clock: Clock
) -> None:
    """Same name, same bytes: done, and the token is not even read."""
    fake.files[WHEEL] = wheel.read_bytes()

    def unread() -> Secret:
        raise AssertionError

    receipt = upload_file(index_of(server), wheel, token=unread, patience=clock.patience())

    assert (0, 0) == (receipt.sent, server.count("POST"))


def test_other_bytes_stop_it(server: Server, fake: FakeIndex, wheel: Path, clock: Clock) -> None:
    """Same name, other bytes: both hashes, the advice, and nothing is sent."""
    fake.files[WHEEL] = b"of somebody else"
    error = failure(server, wheel, clock.patience())

    assert isinstance(error, OtherBytesError)
    assert ExitCode.FINDINGS == error.exit_code
    assert sha256(wheel) in error.message
    assert hashlib.sha256(b"of somebody else").hexdigest() in error.message
    assert "release again as the next version" in error.hint
    assert 0 == server.count("POST")


def lost_after_store(fake: FakeIndex) -> Any:
    """A play: the file is stored, the reply never comes."""

    def play(line: Line) -> None:
        fake.take(line)
        line.reset()

    return play


def test_a_lost_reply_is_no_second_upload(
    server: Server, fake: FakeIndex, wheel: Path, clock: Clock
) -> None:
    """The reply is lost after the store: the page is asked, and nothing is sent again."""
    server.plays["POST"].append(lost_after_store(fake))

    assert 1 == upload(server, wheel, clock.patience()).sent
    assert ([WHEEL], 1) == (fake.stored, server.count("POST"))


@pytest.mark.parametrize(
    "play",
    [
        resets,
        says(502, body=b"<html>Bad Gateway"),
        says(503, retry_after="1"),
        says(429, retry_after="1"),
        says(500),
        says(408),
        lambda line: line.body() and b"",
        lambda line: line.body() and b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf",
        lambda line: line.body() and b"not http",
    ],
    ids=["reset", "502", "503", "429", "500", "408", "empty", "half", "garbage"],
)
def test_a_doubtful_attempt_is_made_again(
    play: Any, server: Server, fake: FakeIndex, wheel: Path, clock: Clock
) -> None:
    """Nothing was stored: after a pause and a look the same bytes go up, once."""
    server.plays["POST"].extend([play] * 2)

    assert 3 == upload(server, wheel, clock.patience()).sent
    assert ([WHEEL], [1.0, 2.0]) == (fake.stored, clock.slept)
    assert ["GET", "POST"] * 3 + ["GET"] == [seen.method for seen in server.seen]


def test_a_doubtful_attempt_that_stored_is_seen(
    server: Server, fake: FakeIndex, wheel: Path, clock: Clock
) -> None:
    """A 502 after the store is done."""

    def play(line: Line) -> bytes:
        fake.take(line)
        return answer(502)

    server.plays["POST"].append(play)

    assert 1 == upload(server, wheel, clock.patience()).sent


def test_retry_after_of_an_upload_is_honoured(server: Server, wheel: Path, clock: Clock) -> None:
    """The index says when to come back."""
    server.plays["POST"].append(says(503, retry_after="20"))
    upload(server, wheel, clock.patience())

    assert [20.0] == clock.slept


def test_a_storm_ends_with_advice(server: Server, wheel: Path, clock: Clock) -> None:
    """Attempts are bounded; the error says what was last said, and that a rerun is safe."""
    server.plays["POST"].extend([says(502, "Bad")] * 99)
    error = failure(server, wheel, clock.patience(tries=3))

    assert isinstance(error, IndexUnreachableError)
    assert (
        "was sent, but the index does not show it; the index is busy or down: 502" in error.message
    )
    assert "looks first, and sends the same bytes only if they are missing" in error.hint
    assert 3 == server.count("POST")


def test_an_upload_ends_in_time(server: Server, wheel: Path, clock: Clock) -> None:
    """The deadline is over attempts, looks and pauses together."""
    server.plays["POST"].extend([says(502)] * 99)
    error = failure(server, wheel, clock.patience(tries=99, deadline=30))

    assert "same command again" in error.hint
    assert sum(clock.slept) < 30


def test_an_index_that_goes_away_leaves_a_doubt_told(
    server: Server, wheel: Path, clock: Clock
) -> None:
    """The index takes the file and then answers nobody: the error does not say that nothing was sent."""

    def play(line: Line) -> None:
        server.plays["GET"].extend([resets] * 99)
        line.reset()

    server.plays["POST"].append(play)
    error = failure(server, wheel, clock.patience())

    assert f"{WHEEL} was sent, but the index does not show it" in error.message
    assert "same command again" in error.hint


def test_an_index_that_is_down_gets_nothing(server: Server, wheel: Path, clock: Clock) -> None:
    """Who cannot look does not send."""
    server.plays["GET"].extend([says(503)] * 99)
    error = failure(server, wheel, clock.patience(tries=3))

    assert isinstance(error, IndexUnreachableError)
    assert "start again" in error.hint
    assert 0 == server.count("POST")


def test_a_stale_page_is_waited_for(
    server: Server, fake: FakeIndex, wheel: Path, clock: Clock
) -> None:
    """The index took it and shows an old page: it is asked again, and the bytes are sent once."""
    fake.stale = 3

    assert 1 == upload(server, wheel, clock.patience()).sent
    assert (1, [1.0, 2.0]) == (server.count("POST"), clock.slept)


def test_taken_with_our_bytes_is_done(
    server: Server, fake: FakeIndex, wheel: Path, clock: Clock
) -> None:
    """The name is taken and the page stale: whose bytes they are decides, when they are shown."""
    fake.files[WHEEL] = wheel.read_bytes()
    fake.stale = 3
    server.plays["POST"].append(says(400, "File already exists"))

    assert 1 == upload(server, wheel, clock.patience()).sent


@pytest.mark.parametrize("status", [400, 409])
def test_taken_with_other_bytes_is_a_conflict(
    status: int, server: Server, fake: FakeIndex, wheel: Path, clock: Clock
) -> None:
    """The name is taken, and the stale page turns out to hold another file."""
    fake.files[WHEEL] = b"of somebody else"
    fake.stale = 3
    server.plays["POST"].append(says(status, body=b"File already exists. See help."))
    error = failure(server, wheel, clock.patience())

    assert isinstance(error, OtherBytesError)
    assert "release again" in error.hint
    assert 1 == server.count("POST")


def test_a_login_page_is_not_believed(
    server: Server, fake: FakeIndex, wheel: Path, clock: Clock
) -> None:
    """200 with HTML of somebody in between: the index is asked, and then gets the file."""
    server.plays["POST"].append(says(200, "OK", b"<html>Welcome", content_type="text/html"))

    assert 2 == upload(server, wheel, clock.patience(deadline=3600)).sent
    assert [WHEEL] == fake.stored


def test_a_200_alone_is_never_success(server: Server, wheel: Path, clock: Clock) -> None:
    """An index that says 200 for ever and shows nothing ends as an error."""
    server.plays["POST"].extend([says(200, "OK")] * 99)
    error = failure(server, wheel, clock.patience(deadline=3600))

    assert "was sent, but the index does not show it; it says 200 OK" in error.message
    assert "same command again" in error.hint


@pytest.mark.parametrize(
    ("reason", "hint"),
    [
        ("This filename was previously used by a file that has since been deleted", "next version"),
        ("This filename has already been used, use a different version", "next version"),
        ("New files cannot be added to a release older than 14 days", "goes into the next version"),
        ("Only one sdist may be uploaded per release", "another sdist of this version"),
        ("File too large. Limit for project 'widget' is 100 MB", "higher limit"),
        ("Project size too large. Limit is 10 GB", "more room"),
        ("The digest supplied does not match a digest calculated", "changed while it was sent"),
        ("Project widget is archived", "log in to the index"),
        ("User does not have a verified primary email address", "log in to the index"),
        ("The use of local versions in <Version: 1+x> is not allowed: local version", "no `+`"),
        ("The description failed to render", "twine check --strict"),
        ("'x' is not a valid classifier", "metadata"),
        ("Invalid distribution file. ZIP archive not accepted", "how the file is built"),
        ("Something new", "nothing was stored"),
    ],
)
def test_a_refusal_comes_with_advice(
    reason: str, hint: str, server: Server, wheel: Path, clock: Clock
) -> None:
    """Each 400 is final, quoted, and says what to do; in the reason or in the body."""
    for play in (says(400, reason), says(400, "Bad Request", f"<p>{reason}</p>".encode())):
        server.plays["POST"].append(play)
        error = failure(server, wheel, clock.patience())

        assert isinstance(error, IndexRefusedError)
        assert f"the index does not take {WHEEL}: 400" in error.message
        assert hint in error.hint
    assert ([], 2) == (clock.slept, server.count("POST"))


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ((403, "Invalid or non-existent authentication information."), "does not know the token"),
        ((401, "Unauthorized"), "does not know the token"),
        ((403, "Invalid API Token: token is expired"), "make a new one for widget"),
        (
            (403, "Invalid API Token: project-scoped token is not valid for project: 'widget'"),
            "make one for widget",
        ),
        ((403, "The user 'x' isn't allowed to upload to project 'widget'."), "make one for widget"),
        ((404, "Not Found"), "https://upload.pypi.org/legacy/"),
        ((405, "Method Not Allowed"), "https://upload.pypi.org/legacy/"),
        ((413, "Request Entity Too Large"), "higher limit"),
    ],
)
def test_a_token_that_is_not_taken_is_explained(
    said: tuple[int, str], hint: str, server: Server, wheel: Path, clock: Clock
) -> None:
    """401 and 403 are never tried again, and say which project the token must be for."""
    server.plays["POST"].append(says(*said))
    error = failure(server, wheel, clock.patience())

    assert isinstance(error, IndexRefusedError)
    assert said[1] in error.message
    assert hint in error.hint
    assert 1 == server.count("POST")


def test_an_index_that_pauses_is_no_refusal(server: Server, wheel: Path, clock: Clock) -> None:
    """A read-only mode comes as 403 and is nobody's fault here: the outside cannot now."""
    server.plays["POST"].append(says(403, "Read-only mode: Uploads are temporarily disabled."))
    error = failure(server, wheel, clock.patience())

    assert ExitCode.OUTSIDE == error.exit_code
    assert "later" in error.hint


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_never_gets_the_token(
    status: int, server: Server, wheel: Path, clock: Clock
) -> None:
    """An upload that is sent elsewhere stops: the other server sees nothing."""
    with Server(says(200)) as other:
        server.plays["POST"].append(says(status, location=f"{other.url}/legacy/"))
        error = failure(server, wheel, clock.patience())

        assert f"{other.url}/legacy/" in error.message
        assert [] == other.seen
    assert "only if you trust it" in error.hint
    assert 1 == server.count("POST")


@pytest.mark.parametrize("base", ["", "http://"])
def test_a_missing_slash_is_explained(base: str, server: Server, wheel: Path, clock: Clock) -> None:
    """The one redirect that everybody gets: /legacy for /legacy/."""
    location = f"{server.url}/legacy/" if base else "/legacy/"
    server.plays["POST"].append(says(301, location=location))
    index = Index(simple_url=f"{server.url}/simple/", upload_url=f"{server.url}/legacy")
    with pytest.raises(IndexRefusedError, match="redirected") as caught:
        upload_file(index, wheel, token=token, patience=clock.patience())

    assert f"write the address with its slash: {server.url}/legacy/" == caught.value.hint


@pytest.mark.parametrize("location", ["http://[/", "x\x1b[2Jy", "javascript:x"])
def test_a_redirect_to_nonsense_is_printable(
    location: str, server: Server, wheel: Path, clock: Clock
) -> None:
    """Whatever stands in Location is quoted so that a terminal can show it."""
    server.plays["POST"].append(says(302, location=location))
    error = failure(server, wheel, clock.patience())

    assert error.message.isprintable()
    assert "only if you trust it" in error.hint


@pytest.mark.parametrize("form", [CANARY, BASIC, f"Basic {BASIC}"])
def test_a_server_that_repeats_the_token_is_not_quoted(
    form: str, server: Server, wheel: Path, clock: Clock
) -> None:
    """A debugging proxy shows what it got: our errors do not."""
    for play in (
        says(400, f"Got {form}"),
        says(403, body=f"<pre>{form}</pre>".encode()),
        says(302, location=f"http://x.example/?t={form}"),
        says(404, f"\x1b[31m{form}\x07"),
    ):
        server.plays["POST"].append(play)
        error = failure(server, wheel, clock.patience())

        assert "…" in error.message
        assert error.hint
        assert error.message.isprintable()
    server.plays["POST"].extend([says(502, f"Got {form}")] * 9)

    assert "…" in failure(server, wheel, clock.patience(tries=2)).message


@pytest.mark.parametrize(
    "play",
    [is_silent, trickles(answer(200, "OK", b"x" * 99)), trickles(b"HTTP/1.1 200 OK\r\n" * 99)],
    ids=["silence", "slow body", "slow head"],
)
def test_a_slow_answer_to_an_upload_ends(
    play: Any, server: Server, fake: FakeIndex, wheel: Path
) -> None:
    """It is cut in time, the index is asked, and the upload goes on."""
    server.plays["POST"].append(play)
    patience = Patience(sleep=time.sleep, clock=time.monotonic, once=0.2, jitter=lambda: -1.0)
    start = time.monotonic()

    assert 2 == upload(server, wheel, patience).sent
    assert [WHEEL] == fake.stored
    assert time.monotonic() - start < 5


def test_a_server_that_does_not_read_ends(server: Server, wheel: Path, clock: Clock) -> None:
    """A body that nobody takes is cut too, and is no success."""
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("big.bin", bytes(20_000_000))

    def deaf(line: Line) -> None:
        time.sleep(0.6)
        line.reset()

    server.plays["POST"].append(deaf)
    start = time.monotonic()
    error = failure(server, wheel, clock.patience(deadline=0.3))

    assert time.monotonic() - start < 3
    assert "does not show it; no whole answer within 0.3 s" in error.message
    assert "same command again" in error.hint


@pytest.mark.parametrize("status", ["archived", "quarantined"])
def test_a_closed_project_gets_nothing(
    status: str, server: Server, fake: FakeIndex, wheel: Path, clock: Clock
) -> None:
    """The page says that the project takes no files: nothing is sent, the reason is quoted."""
    fake.status = {"status": status, "reason": "malware"}
    error = failure(server, wheel, clock.patience())

    assert f"the project is {status} there and takes no file: malware" == error.message
    assert "see why" in error.hint
    assert 0 == server.count("POST")


def test_the_same_bytes_have_one_name(
    server: Server, fake: FakeIndex, wheel: Path, clock: Clock
) -> None:
    """The index has these bytes under another name and would say that they exist, for ever."""
    fake.files["widget-1.0-py2-none-any.whl"] = wheel.read_bytes()
    error = failure(server, wheel, clock.patience())

    assert f"the bytes of {WHEEL} as widget-1.0-py2-none-any.whl" in error.message
    assert "takes the same bytes once" in error.hint
    assert 0 == server.count("POST")


def test_a_broken_file_is_not_sent(server: Server, tmp_path: Path, clock: Clock) -> None:
    """What twine cannot read stops before anybody is asked."""
    for name, data in {
        WHEEL: b"no zip",
        "widget-1.0.tar.gz": b"no tar",
        "widget.txt": b"x",
    }.items():
        path = tmp_path / name
        path.write_bytes(data)
        error = failure(server, path, clock.patience())

        assert "cannot be read as a package" in error.message
        assert "twine check --strict" in error.hint
    error = failure(server, tmp_path / "gone-1.0-py3-none-any.whl", clock.patience())

    assert error.hint
    assert [] == server.seen


def test_an_upload_over_a_bad_certificate_sends_nothing(
    wheel: Path, tmp_path: Path, fake: FakeIndex, clock: Clock
) -> None:
    """The questions go elsewhere, the upload to a server that is not the one: no token leaves."""
    _, context = certificate(tmp_path)
    with Server(fake) as pages, Server(fake, tls=context) as impostor:
        index = Index(simple_url=f"{pages.url}/simple/", upload_url=f"{impostor.url}/legacy/")
        with pytest.raises(IndexUnreachableError, match="certificate") as caught:
            upload_file(index, wheel, token=token, patience=clock.patience())

        assert "send nothing" in caught.value.hint
        assert ([], []) == (impostor.seen, clock.slept)
    assert CANARY not in shown(caught.value)


def test_proxies_of_the_environment_see_no_upload(
    server: Server, wheel: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTP_PROXY and its like are not used."""
    with Server(says(502)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        upload(server, wheel, clock.patience())

        assert [] == proxy.seen


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, MemoryError, ZeroDivisionError])
def test_an_interrupt_shows_no_token(
    kind: type[BaseException],
    server: Server,
    wheel: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever flies through while the header is on the wire leaves no local variable with it."""
    before = http.client.HTTPConnection.send

    def send(self: http.client.HTTPConnection, data: Any) -> None:
        if isinstance(data, bytes) and b"Authorization" in data:
            raise kind
        before(self, data)

    monkeypatch.setattr(http.client.HTTPConnection, "send", send)
    with pytest.raises(kind) as caught:
        upload(server, wheel, clock.patience())
    text = shown(caught.value)

    assert "self._send_output" in text or "send(" in text  # the frames are there
    assert CANARY not in text
    assert BASIC not in text


def test_what_the_token_raises_flies(server: Server, wheel: Path, clock: Clock) -> None:
    """A keyring that fails at the moment of use is the error, after nothing was sent."""

    def fails() -> Secret:
        raise PressroomError("locked", where="keyring", hint="unlock it")

    with pytest.raises(PressroomError, match="locked") as caught:
        upload_file(index_of(server), wheel, token=fails, patience=clock.patience())

    assert "unlock it" == caught.value.hint
    assert 0 == server.count("POST")


def test_twine_prints_nothing(
    server: Server, wheel: Path, clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    """Twine's own lines and warnings do not mix with ours, and its console is left as it was."""
    server.plays["POST"].append(says(502))
    upload(server, wheel, clock.patience())

    assert ("", "") == tuple(capfd.readouterr())
    assert rich.get_console().quiet is False


def wait(server: Server, wanted: dict[str, str], patience: Patience) -> tuple[Any, ...]:
    """What the door does after the last upload."""
    return wait_for_files(index_of(server), "widget", "1.0", wanted, patience=patience)


def test_all_files_are_waited_for(server: Server, fake: FakeIndex, clock: Clock) -> None:
    """One that comes later, a stale page and an outage are waited out."""
    fake.files["a-1.0.tar.gz"] = b"a"
    server.plays["GET"].extend([says(404), *[says(503)] * 9])

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if clock.now > 1100:
            fake.files["b-1.0.tar.gz"] = b"b"

    wanted = {f"{name}-1.0.tar.gz": hashlib.sha256(name.encode()).hexdigest() for name in "ba"}
    found = wait(server, wanted, clock.patience(sleep=sleep, deadline=86_400))

    assert ["b-1.0.tar.gz", "a-1.0.tar.gz"] == [file.filename for file in found]
    assert max(clock.slept) <= 60


def test_other_bytes_end_the_waiting(server: Server, fake: FakeIndex, clock: Clock) -> None:
    """A file that is not ours is a conflict at once, even while others are missing."""
    fake.files["a-1.0.tar.gz"] = b"other"
    wanted = {"b-1.0.tar.gz": "0" * 64, "a-1.0.tar.gz": "1" * 64}
    with pytest.raises(OtherBytesError, match="1" * 64) as caught:
        wait(server, wanted, clock.patience())

    assert "release again" in caught.value.hint
    assert [] == clock.slept


def test_waiting_ends_with_what_is_missing(server: Server, fake: FakeIndex, clock: Clock) -> None:
    """At the deadline the files that are not there are named, and those only."""
    fake.files["a-1.0.tar.gz"] = b"a"
    wanted = {"b.whl": "0" * 64, "a-1.0.tar.gz": hashlib.sha256(b"a").hexdigest()}
    with pytest.raises(IndexUnreachableError) as caught:
        wait(server, wanted, clock.patience(deadline=300))

    assert "of widget 1.0 the index does not show b.whl" == caught.value.message
    assert "uploads nothing twice" in caught.value.hint
    assert 200 < sum(clock.slept) < 300


def test_waiting_does_not_outlast_nonsense(clock: Clock) -> None:
    """A page that is none is no reason to wait."""
    with (
        Server(says(200, body=b"<html>", content_type="text/html")) as server,
        pytest.raises(IndexAnswerError) as caught,
    ):
        wait(server, {"a.whl": "0" * 64}, clock.patience())

    assert "JSON API" in caught.value.hint
