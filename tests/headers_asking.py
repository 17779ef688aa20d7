"""Asking a server that runs: bytes there and back, read strictly, and held to what is promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.headers.policy import STS
from pressroom.headers.proof.answer import Answer, parse_answers
from pressroom.world import process
from pressroom.world.wire import End, Tls, Wire, exchange

if TYPE_CHECKING:
    from pressroom.headers.local import Running

HUB, DOCS = "widget.example", "docs.widget.example"
# What is nowhere, unless the policy promises it: ours for TLS, an injected one, and what servers add by themselves.
NEVER = (STS, "X-Inj", "Alt-Svc", "Content-Language", "Upgrade")


def request(
    path: str, *lines: str, method: str = "GET", host: str = HUB, last: bool = True
) -> bytes:
    """One request; after the `last` of a connection the server is to close it."""
    asked = (
        f"{method} {path} HTTP/1.1",
        f"Host: {host}",
        *("Connection: close",) * last,
        # What may have a body says that it has none: without a length lighttpd answers 411.
        *("Content-Length: 0",) * (method in {"POST", "PUT"}),
        *lines,
        "",
    )
    return "".join(f"{line}\r\n" for line in asked).encode()


def hear(
    one: Running, payload: bytes, *, name: str = HUB, secure: bool = True, port: int = 0
) -> Wire:
    """What goes over one connection: with TLS to the host `name`, if `secure`; to another port than is usual."""
    place = one.setup.place
    # Nobody has a certificate for a name that is of no site.
    known = any(name in {site.host, *site.aliases} for site in one.setup.sites)
    tls = Tls(server_name=name, authority=one.authority, check_name=known)
    return exchange(
        place.address,
        port or (place.https_port if secure else place.http_port),
        payload,
        tls=tls if secure else None,
        deadline=10,
        limit=10_000_000,
    )


def answers_in(wire: Wire) -> tuple[Answer, ...]:
    """The answers that a server gave before it closed; nothing is wrong with their form."""
    heard = parse_answers(wire.received, head=wire.sent.startswith(b"HEAD "))
    assert (End.CLOSED, ()) == (wire.end, heard.problems), (wire.end, wire.detail, heard.problems)
    return heard.answers


def answer_in(wire: Wire) -> Answer:
    """The only answer that a server gave before it closed."""
    (answer,) = answers_in(wire)
    return answer


def ask(
    one: Running,
    path: str,
    *lines: str,
    method: str = "GET",
    host: str = HUB,
    name: str = "",
    secure: bool = True,
) -> Answer:
    """The answer to a request; `name` is the one of TLS, if it is not the host."""
    payload = request(path, *lines, method=method, host=host)
    return answer_in(hear(one, payload, name=name or host, secure=secure))


def ask_all(one: Running, *paths: str, host: str = HUB, secure: bool = True) -> tuple[Answer, ...]:
    """The answers to a request for each path, all sent at once over one connection."""
    last = len(paths) - 1
    payload = b"".join(
        request(path, host=host, last=number == last) for number, path in enumerate(paths)
    )
    answers = answers_in(hear(one, payload, name=host, secure=secure))
    assert len(paths) == len(answers), answers
    return answers


def locations(reply: Answer) -> tuple[str, ...]:
    """Where an answer leads: each Location, which is UTF-8."""
    return tuple(value.encode("latin-1").decode() for value in reply.values("Location"))


def assert_promised(
    one: Running, reply: Answer, path: str, *, secure: bool = True, server: str = "nginx"
) -> None:
    """Every header of the policy is there, once, with its value; and none that it does not promise.

    `server` is what the server calls itself, if it does; methods are listed in a 405 alone, and only a
    redirect leads elsewhere.
    """
    policy, status = one.setup.policy, reply.status
    promised = policy.headers_for(path.partition("?")[0], status=status, secure=secure)
    wanted: list[tuple[str, tuple[str, ...]]] = [
        (header.name, (header.value,)) for header in promised
    ]
    wanted += [("Server", (server,) * bool(server)), ("Allow", ("GET, HEAD",) * (status == 405))]
    names = {name.lower() for name, _ in wanted}
    opened = {key for key, _ in reply.headers if key.lower().startswith("access-control-")}
    wanted += [(name, ()) for name in {*NEVER, *opened} if name.lower() not in names]
    wrong = [(name, reply.values(name)) for name, values in wanted if values != reply.values(name)]
    assert [] == wrong, (status, path, wrong)
    assert (status == 301) == bool(reply.values("Location")), (status, path)
    assert b"<address>" not in reply.body, (status, path)


def assert_new_tls(one: Running) -> None:
    """HTTP/2 is offered over TLS 1.3, and TLS 1.1 is refused."""
    address = f"{one.setup.place.address}:{one.setup.place.https_port}"
    new, old = (
        process.run(
            f"openssl s_client -connect {address} -servername {HUB} {options}".split(),
            cwd=one.authority.parent,
            environment={"PATH": "/usr/bin:/bin"},
            timeout=10,
        )
        for options in ("-alpn h2,http/1.1", "-tls1_1 -cipher ALL:@SECLEVEL=0")
    )
    assert "ALPN protocol: h2" in new.text, new.tail
    assert "TLSv1.3" in new.text, new.tail
    assert 0 != old.code, old.tail
    assert "protocol version" in old.tail, old.tail
