"""A stand-in for Mozilla's service on loopback: the contract of API v2 (facts, section 7), and faults to order.

`with ObservatoryService(clock) as service:` listens at `service.base`. It knows the hosts of `service.sites`. For
a drift, alter `service.matrix`, which is made from our table: it is the very list that is served. For a fault, append to
`service.faults`: each is used up by one request, in order. `service.seen` holds every request.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import http.server
import ipaddress
import json
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self, TypeAlias
from urllib.parse import parse_qs, urlsplit

import pytest

from pressroom.errors import ExitCode
from pressroom.observatory.algorithm import load_algorithm
from pressroom.observatory.api.compare import OPEN_PASSES
from pressroom.observatory.api.drift import UNLISTED
from pressroom.observatory.api.fetch import scan
from pressroom.observatory.api.model import Service, ServiceError
from pressroom.observatory.grade import grade_of, score_of

if TYPE_CHECKING:
    from collections.abc import Callable

COOLDOWN = dt.timedelta(seconds=60)
DAY = dt.timedelta(hours=24)
START = dt.datetime(2026, 9, 20, 12, 0, 0, tzinfo=dt.UTC)
DOMAINS = {"test", "example", "org"}
HOST = "widget.test"
HTML_502 = b"<html><title>502 Bad Gateway</title><h1>502 \x1b[31mBad Gateway</h1></html>"

# Bytes to send as they are before the connection is closed; None: silence; or a change of the honest answer.
Fault: TypeAlias = "bytes | Callable[[Any], object] | None"
Answer: TypeAlias = "tuple[int, Any]"


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.time = START
        self.slept: list[float] = []

    def now(self) -> dt.datetime:
        """The time of both sides."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Time goes by."""
        self.slept.append(seconds)
        self.time += dt.timedelta(seconds=seconds)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    host: str | None
    headers: dict[str, str]


@dataclasses.dataclass(slots=True, kw_only=True)
class Site:
    """A host that is scanned: its tokens (else the best ones), or why it cannot be scanned."""

    tokens: dict[str, str] = dataclasses.field(default_factory=dict)
    down: str | None = None
    scans: list[dict[str, Any]] = dataclasses.field(default_factory=list)


def says(status: int, body: bytes, **headers: str) -> bytes:
    """An answer, byte for byte; `retry_after="3"` becomes a header, and replaces one of the same name."""
    given = {"Content-Length": str(len(body)), "Connection": "close"}
    given |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + body


class ObservatoryService:
    """The service; see the module."""

    def __init__(self, clock: Clock, *, algorithm: int = 6) -> None:
        self.clock = clock
        self.algorithm = load_algorithm(algorithm)
        self.version = algorithm
        self.sites = {HOST: Site()}
        self.matrix = [
            {
                "name": test.name,
                "title": test.title,
                "mdnLink": "/en-US/docs/widget",
                "results": [
                    {
                        "name": one.token,
                        "scoreModifier": one.modifier,
                        "description": "<p>Words.</p>",
                        "recommendation": "",
                    }
                    for one in test.outcomes.values()
                    if one.token not in UNLISTED
                ],
            }
            for test in self.algorithm.tests.values()
        ]
        self.faults: collections.deque[Fault] = collections.deque()
        self.seen: list[Asked] = []
        self.ended = threading.Event()
        self._server = _Server(self)
        self.base = f"http://127.0.0.1:{self._server.server_port}/api/v2"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, asked: Asked) -> Answer:
        """The honest answer."""
        if "application/json" in asked.headers.get("content-type", ""):
            return 400, _failure("Bad Request", "Body cannot be empty", statusCode=400)
        match asked.method, asked.path:
            case "POST", "/scan":
                return self._of_site(asked.host, COOLDOWN, self._brief)
            case "GET" | "POST", "/analyze":
                fresh_for = DAY if asked.method == "GET" else COOLDOWN
                return self._of_site(asked.host, fresh_for, self._full)
            case "GET", "/recommendation_matrix":
                return 200, self.matrix
            case "GET", "/version":
                return 200, {"commit": "94042bb", "version": "1.7.0", "source": "", "build": ""}
        message = f"Route {asked.method}:{asked.path} not found"
        return 404, _failure("Not Found", message, statusCode=404)

    def _of_site(
        self, host: str | None, fresh_for: dt.timedelta, show: Callable[[Site, str], Any]
    ) -> Answer:
        if host is None:
            return 400, _failure("error-unknown", "host is missing")
        name = host.strip().lower()
        refusal = _refusal(name)
        if refusal is not None:
            return 422, refusal
        site = self.sites.get(name) or self.sites.get(f"www.{name}")
        if site is None:
            return 422, _failure("invalid-hostname-lookup", f"{name} cannot be resolved")
        now = self.clock.now()
        if not site.scans or now - dt.datetime.fromisoformat(site.scans[-1]["at"]) >= fresh_for:
            if site.down is not None:
                return 500, _failure("scan-failed", site.down)
            known = sum(len(one.scans) for one in self.sites.values())
            site.scans.append({"id": 1000 + known, "at": now.isoformat()})
        return 200, show(site, name)

    def _tests(self, site: Site) -> dict[str, dict[str, Any]]:
        tests = {}
        for test in self.algorithm.tests.values():
            best = max(test.outcomes.values(), key=lambda one: one.modifier)
            one = test.outcomes[site.tokens.get(test.name, best.token)]
            tests[test.name] = {
                "expectation": best.token,
                "name": test.name,
                "link": "/en-US/docs/widget",
                "title": test.title,
                "pass": None if one.token in OPEN_PASSES else one.passed,
                "result": one.token,
                "score_description": "<p>Words.</p>",
                "recommendation": "",
                "score_modifier": one.modifier,
                "data": None,
            }
        return tests

    def _scan(self, site: Site) -> dict[str, Any]:
        tests = self._tests(site)
        score = score_of(test["score_modifier"] for test in tests.values())
        passed = sum(test["pass"] is not False for test in tests.values())
        return {
            "id": site.scans[-1]["id"],
            "algorithm_version": self.version,
            "scanned_at": site.scans[-1]["at"],
            "error": None,
            "grade": grade_of(score),
            "score": score,
            "status_code": 200,
            "tests_failed": len(tests) - passed,
            "tests_passed": passed,
            "tests_quantity": len(tests),
        }

    def _brief(self, site: Site, name: str) -> dict[str, Any]:
        details = f"https://observatory.example/analyze?host={name}"
        return {"details_url": details, **self._scan(site)}

    def _full(self, site: Site, _: str) -> dict[str, Any]:
        scan = self._scan(site)
        told = {key: scan[key] for key in ("grade", "score")}
        return {
            "scan": {"response_headers": {"server": "widget"}, **scan},
            "tests": self._tests(site),
            "history": [{"id": one["id"], "scanned_at": one["at"], **told} for one in site.scans],
        }


def _refusal(name: str) -> dict[str, Any] | None:
    """Why the service does not look at such a name, None for one that it looks at."""
    host = name.partition("/")[0].partition(":")[0]
    if not all(host.split(".")) or "." not in host or len(name) > 253:
        return _failure("invalid-site", f"{host} is invalid")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return _failure("invalid-hostname-ip", f"{host} is an IP address")
    if host.rpartition(".")[2] not in DOMAINS:
        return _failure("invalid-hostname", f"{host} is an invalid hostname")
    return None


def _failure(error: str, message: str, **more: int) -> dict[str, Any]:
    return {"error": error, "message": message, **more}


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, service: ObservatoryService) -> None:
        self.service = service
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, *_: object) -> None:
        """Whoever asked has gone away."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Answer, or commit the fault that is ordered."""
        service = self.server.service
        url = urlsplit(self.path)
        asked = Asked(
            method=self.command,
            path=url.path.removeprefix("/api/v2"),
            host=parse_qs(url.query).get("host", [None])[0],
            headers={name.lower(): value for name, value in self.headers.items()},
        )
        service.seen.append(asked)
        fault: Fault = service.faults.popleft() if service.faults else lambda _: None
        if fault is None:
            service.ended.wait(10)
        elif isinstance(fault, bytes):
            self.wfile.write(fault)
        else:
            status, body = service.answer(asked)
            fault(body)
            text = json.dumps(body).encode()
            self.wfile.write(
                says(status, text, content_type="application/json", access_control_allow_origin="*")
            )

    do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal of the tests."""


def pass_time(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """Pauses between tries cost no time, and are written down: the place is the one that tenacity names."""
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=clock.sleep))


def client(service: ObservatoryService, seconds: float = 5.0) -> Service:
    """The client of the stand-in, with its clock."""
    return Service(
        clock=service.clock.now, sleep=service.clock.sleep, base=service.base, seconds=seconds
    )


def refused(service: ObservatoryService, host: str = HOST) -> ServiceError:
    """The error of a scan that has to fail: it is neither a pass nor a fail, and says where."""
    with pytest.raises(ServiceError) as caught:
        scan(client(service), host)
    assert ExitCode.OUTSIDE == caught.value.exit_code
    assert caught.value.where.startswith(f"{host} at 127.0.0.1:")
    assert caught.value.message.isprintable()
    return caught.value


def changes(path: str, value: object) -> Callable[[Any], None]:
    """A fault: another value at a place (`scan.score`) of the answer; `...` takes the key away."""

    def change(answer: Any) -> None:
        *steps, last = path.split(".")
        for step in steps:
            answer = answer[step]
        if value is ...:
            del answer[last]
        else:
            answer[last] = value

    return change


def honest(_: Any) -> None:
    """A fault that is none: one request goes by."""


def under_way(answer: Any) -> None:
    """A fault: the scan is not done yet."""
    scan = answer.get("scan", answer)
    scan["grade"] = scan["score"] = None
