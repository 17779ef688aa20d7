"""A session of requests for what has to have one: watched, bounded, and deaf to the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import requests
import requests.adapters

from pressroom.world.web import CONNECT, exchange, read_reply, watched_pools

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pressroom.world.reply import Outage, Reply
    from pressroom.world.web import Watch

Session: TypeAlias = requests.Session
Request: TypeAlias = requests.PreparedRequest
Response: TypeAlias = requests.Response


def send_with(  # noqa: PLR0913 - what an exchange is bounded by
    send: Callable[[Session], Response],
    *,
    url: str,
    seconds: float,
    limit: int,
    read: float,
    ca: Path | None = None,
) -> Reply | Outage:
    """The whole answer to what `send` sends to `url`, or why there is none; see `web.exchange`.

    `read` is how many seconds of silence are borne, `limit` how many bytes of body.
    """

    def work(watch: Watch) -> Reply | Outage:
        with _session(watch, seconds, read) as session:
            session.verify = str(ca) if ca is not None else True
            with send(session) as response:
                return read_reply(response.raw, limit)

    return exchange(work, url=url, seconds=seconds, outside=(requests.RequestException,))


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: requests would read the body of a redirect without a bound to prepare the next request."""


class _Adapter(requests.adapters.HTTPAdapter):
    """Connections that are watched and always have timeouts, whoever sends."""

    def __init__(self, watch: Watch, seconds: float, read: float) -> None:
        self._limits = (min(CONNECT, seconds), min(read, seconds))
        super().__init__(max_retries=0)
        self.poolmanager.pool_classes_by_scheme = watched_pools(watch)

    def send(
        self,
        request: Request,
        *_: Any,  # noqa: ANN401 - handed on
        **options: Any,  # noqa: ANN401 - handed on
    ) -> Response:
        return super().send(request, **{**options, "timeout": self._limits})


def _session(watch: Watch, seconds: float, read: float) -> Session:
    session = _Session()
    session.trust_env = False
    session.stream = True  # for twine too: it would read any body to its end
    session.headers = requests.structures.CaseInsensitiveDict(
        {"User-Agent": "pressroom", "Accept": "*/*", "Accept-Encoding": "identity"}
    )
    adapter = _Adapter(watch, seconds, read)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
