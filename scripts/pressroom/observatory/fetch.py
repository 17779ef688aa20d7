"""Pages fetched from live hosts, as the Observatory fetches them."""

from __future__ import annotations

import collections
import concurrent.futures
import dataclasses
import time
from typing import TYPE_CHECKING, Self, TypeVar

from pressroom.errors import ConfigError
from pressroom.observatory import scanning
from pressroom.observatory.certificates import Certificate, describe
from pressroom.observatory.cookie_jar import LONG_PAST
from pressroom.observatory.model import Answer, Scan, Visit
from pressroom.observatory.trouble import Halt, Trouble
from pressroom.observatory.visiting import visit
from pressroom.world.dialler import Dialler
from pressroom.world.pool import Heard, Pool
from pressroom.world.unanswered import Reason, UnansweredError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

    from pressroom.observatory.targets import Route, Target

R = TypeVar("R")

_EVERY_STATUS = frozenset(range(1_000))
# How far results may run ahead of the slowest one, for each worker.
_AHEAD = 8


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of a target: a scan to be judged, or the trouble that there was; one of them.

    `certificate` is that of the target's own host, None where there was no TLS connection to it.
    """

    target: Target
    scan: Scan | None = None
    trouble: Trouble | None = None
    certificate: Certificate | None = None


class Fetcher:
    """Fetches pages over kept connections, several at the same time; a context manager.

    `ca` is a file (PEM) of authorities that are trusted besides those of the web. A request takes at most
    `request_seconds`, a visit with its redirects `visit_seconds`, a page at most five visits' time.
    `now` says which cookies have ended. Proxies and passwords of the environment are not used.
    Raises ConfigError when `ca` cannot be used.
    """

    def __init__(  # noqa: PLR0913 - what fetching is bounded by
        self,
        *,
        ca: Path | None,
        routes: tuple[Route, ...] = (),
        workers: int,
        request_seconds: float = 9.0,
        visit_seconds: float = 10.0,
        body_limit: int = 8 * 1024 * 1024,
        now: dt.datetime = LONG_PAST,
    ) -> None:
        self._workers, self._limit, self._now = workers, body_limit, now
        self._request_seconds, self._visit_seconds = request_seconds, visit_seconds
        self._dialler = Dialler(
            {
                (route.host.strip("[]"), route.port): (route.address, route.to_port or route.port)
                for route in routes
            }
        )
        try:
            self._pool = Pool(self._dialler, ca=ca, connections=workers, body_limit=body_limit)
        except OSError as error:  # one of ssl's, too
            raise ConfigError(
                "no authorities can be read from it",
                where=str(ca),
                hint="name a file with certificates in PEM: -----BEGIN CERTIFICATE-----",
            ) from error
        self._schemes: dict[str, str | Trouble] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._dialler.cut()
        self._pool.close()

    @property
    def unused_routes(self) -> list[str]:
        """The hosts and ports of routes that nothing has gone yet: `widget.example:443`."""
        return sorted(f"{host}:{port}" for host, port in self._dialler.untrodden)

    def scan_all(self, targets: Iterable[Target], judge: Callable[[Fetched], R]) -> Iterator[R]:
        """What `judge` makes of each target, in their order; it runs in several threads.

        What was fetched is dropped when it is judged. Whoever stops early, by an interrupt too, ends
        everything that is going on, and with it the use of this Fetcher.
        """
        waiting: collections.deque[concurrent.futures.Future[R]] = collections.deque()
        executor = concurrent.futures.ThreadPoolExecutor(self._workers)
        try:
            for target in targets:
                waiting.append(executor.submit(lambda one: judge(self.scan(one)), target))
                if len(waiting) >= _AHEAD * self._workers:
                    yield _taken(waiting)
            while waiting:
                yield _taken(waiting)
        except BaseException:
            if waiting:
                self._dialler.cut()
            raise
        finally:
            executor.shutdown(cancel_futures=True)

    def scan(self, target: Target) -> Fetched:
        """One page: both visits and the CORS question. What the outside does raises nothing."""
        scheme = self._scheme_of(target)
        if isinstance(scheme, Trouble):
            return Fetched(target=target, trouble=scheme)
        secure, plain = scanning.starts(target, scheme)
        result = scanning.scan(target, secure, plain, self._visit)
        certificate = self._certificate(*scanning.place_of(secure))
        if isinstance(result, Trouble):
            return Fetched(target=target, trouble=result, certificate=certificate)
        cors = self._ask_cors(result.visit) if result.visit is not None else None
        return Fetched(
            target=target, scan=dataclasses.replace(result, cors=cors), certificate=certificate
        )

    def _certificate(self, host: str, port: int) -> Certificate | None:
        refusal = self._dialler.refusals.get((host, port))
        data = self._dialler.certificates.get((host, port))
        return describe(host, refusal, data) if refusal or data else None

    def _visit(self, start: str) -> Visit | Halt:
        """A visit; where a certificate is refused, another one that looks at none."""
        first = self._walk(start, verified=True)
        if isinstance(first, Halt) and first.reason is Reason.CERTIFICATE:
            return self._walk(start, verified=False)
        return first

    def _walk(self, start: str, *, verified: bool) -> Visit | Halt:
        end = time.monotonic() + self._visit_seconds

        def ask(url: str, cookie: str, unwanted: frozenset[int]) -> Heard:
            headers = {"Cookie": cookie} if cookie else {}
            return self._ask("GET", url, headers, end=end, verify=verified, unwanted=unwanted)

        return visit(ask, start, verified=verified, now=self._now, limit=self._limit)

    def _ask_cors(self, walked: Visit) -> Answer | None:
        """The answer to OPTIONS, without its body; None when there was none, which costs no point."""
        url, verify = walked.answer.url, walked.verified
        try:
            heard = self._ask(
                "OPTIONS", url, scanning.PREFLIGHT, verify=verify, unwanted=_EVERY_STATUS
            )
        except UnansweredError:
            return None
        return Answer(url=url, status=heard.status, headers=heard.pairs)

    def _scheme_of(self, target: Target) -> str | Trouble:
        """What the target's port speaks: found out once for each host and port."""
        if target.port is None:
            return "https"
        if target.place not in self._schemes:
            self._schemes[target.place] = scanning.find_scheme(target, self._status_of)
        return self._schemes[target.place]

    def _status_of(self, url: str) -> int | Halt:
        try:
            return self._ask("HEAD", url, {}, verify=False).status
        except UnansweredError as error:
            return Halt(url=url, reason=error.reason, detail=error.detail)

    def _ask(  # noqa: PLR0913 - what a question has
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        *,
        verify: bool,
        end: float = float("inf"),
        unwanted: frozenset[int] = frozenset(),
    ) -> Heard:
        until = min(end, time.monotonic() + self._request_seconds)
        headers = {**scanning.ORDINARY, **headers}
        return self._pool.ask(method, url, headers, until=until, verify=verify, unwanted=unwanted)


def _taken(waiting: collections.deque[concurrent.futures.Future[R]]) -> R:
    """The first result; it stays in the row until it is there, since an interrupt ends who is in it."""
    result = waiting[0].result()
    waiting.popleft()
    return result
