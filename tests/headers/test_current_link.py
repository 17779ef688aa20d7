"""Sites behind the `current` link of a deploy, on all real servers, while it is switched."""

from __future__ import annotations

import contextlib
import itertools
import time
from typing import TYPE_CHECKING

import pytest
from headers_asking import ask
from headers_setup import deployed_setup, served
from headers_switching import DAY, GZIP, NEW, OLD, SITE, Client, ask_each, two_versions, unpacked

from pressroom.addresses.model import Redirect
from pressroom.headers.proof.report import render_proof
from pressroom.headers.proof.run import prove
from pressroom.headers.proof.target import choose_target
from pressroom.headers.servers.all_servers import SERVERS
from pressroom.world.disk import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headers_switching import Target

    from pressroom.headers.local import Running
    from pressroom.headers.proof.result import Proof

SETUP = deployed_setup(Redirect(site=SITE, source="/old", target="/dir/"), names=(SITE,))
KEPT = ("/", "/dir/", "/latest.json")
FORMS = ((), (GZIP,))
ASKED = tuple(itertools.product(KEPT, FORMS))
# lighttpd looks at a file anew when the second is over.
PATIENCE = 5.0
# Who answers 304 if a file is older than what was seen, and not only if it is of the same time.
LENIENT = {"apache", "caddy", "lighttpd"}

each_server = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.server(name)) for name in SERVERS]
)


@contextlib.contextmanager
def deployed(name: str) -> Iterator[tuple[Running, Target]]:
    """A server for two versions, of which the old one is live."""
    with (
        two_versions() as target,
        served(SERVERS[name], SETUP, roots={SITE: target.root}) as running,
    ):
        yield running, target


def proof_of(one: Running, target: Target, name: str) -> Proof:
    """The whole matrix."""
    (site,), place = one.setup.sites, one.setup.place
    asked = choose_target(
        Tree(target.root), site, place, SETUP.policy, challenge=("token", b"proof")
    )
    return prove(one, [asked], unavoidable=SERVERS[name].unavoidable)


def switch(one: Running, target: Target, version: str) -> None:
    """The version is live, and everybody sees it."""
    target.switch(version)
    deadline = time.monotonic() + PATIENCE
    while {version} != {
        target.is_of(path, unpacked(reply))
        for (path, _), reply in zip(ASKED, ask_each(one, *ASKED), strict=True)
    }:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def validators(one: Running) -> tuple[tuple[str, str], ...]:
    """What a browser keeps of all that is live: tag and time of each."""
    replies = ask_each(one, *ASKED)
    tags = [tag for reply in replies for tag in reply.values("ETag")]
    times = [when for reply in replies for when in reply.values("Last-Modified")]
    return tuple(zip(tags, times, strict=True))


def statuses(
    one: Running, target: Target, seen: tuple[tuple[str, str], ...], live: str
) -> dict[str, set[int]]:
    """What is answered to who has seen that, and says the tag, the time, or both; a body is of the live version."""
    asked = [
        (way, path, (*lines, *condition))
        for (path, lines), (tag, when) in zip(ASKED, seen, strict=True)
        for way, condition in (
            ("tag", (f"If-None-Match: {tag}",)),
            ("time", (f"If-Modified-Since: {when}",)),
            ("both", (f"If-None-Match: {tag}", f"If-Modified-Since: {when}")),
        )
    ]
    replies = ask_each(one, *((path, lines) for _, path, lines in asked))
    found: dict[str, set[int]] = {}
    for (way, path, _), reply in zip(asked, replies, strict=True):
        found.setdefault(way, set()).add(reply.status)
        assert reply.status == 304 or live == target.is_of(path, unpacked(reply))
    return found


@each_server
def test_behind_a_link_everything_is_as_without_it(name: str) -> None:
    """The whole matrix has no gap, before and after a switch."""
    with deployed(name) as (one, target):
        before = proof_of(one, target, name)
        switch(one, target, NEW)
        after = proof_of(one, target, name)

    for proof in (before, after):
        assert proof.fine, "\n" + render_proof(proof)
        assert () == proof.refrained


@each_server
def test_no_answer_is_missing_or_mixed_while_it_is_switched(
    name: str, request: pytest.FixtureRequest
) -> None:
    """Every answer is whole and of one version, over connections that stay and over new ones; assets of both are there."""
    count = 500 if request.config.getoption("--soak") else 10
    with deployed(name) as (one, target):
        client = Client(one, target)
        with client.asking():
            for number in range(count):
                client.wait_for(more=25)
                target.switch((NEW, OLD)[number % 2])
            client.wait_for(more=25)

    assert [] == client.wrong
    assert 25 * count < client.heard


@each_server
def test_what_was_seen_of_another_version_is_never_called_unchanged(name: str) -> None:
    """No 304 for another version's tag or time, forward, back and forward again, if changed files get a new time."""
    fresh = {"tag": {200}, "time": {200}, "both": {200}}
    with deployed(name) as (one, target):
        seen_old = validators(one)
        assert {"tag": {304}, "time": {304}, "both": {304}} == statuses(one, target, seen_old, OLD)
        switch(one, target, NEW)
        seen_new = validators(one)
        assert fresh == statuses(one, target, seen_old, NEW)
        target.stamp(OLD, live=NEW, when=DAY + 200)
        switch(one, target, OLD)
        seen_again = validators(one)
        assert fresh == statuses(one, target, seen_new, OLD)
        target.stamp(NEW, live=OLD, when=DAY + 300)
        switch(one, target, NEW)
        assert fresh == statuses(one, target, seen_again, NEW)
        assert fresh == statuses(one, target, seen_old, NEW)


@each_server
def test_without_a_new_time_a_version_gone_back_to_is_called_unchanged(name: str) -> None:
    """Why they get one: all but nginx answer 304 to who has seen a later time; a tag alone is always right."""
    with deployed(name) as (one, target):
        switch(one, target, NEW)
        seen = validators(one)
        switch(one, target, OLD)
        found = statuses(one, target, seen, OLD)

    assert {
        "tag": {200},
        "time": {304 if name in LENIENT else 200},
        "both": {200},
    } == found


@each_server
def test_a_link_below_the_root_is_refused_by_who_can(name: str) -> None:
    """The link that is switched is followed; one in a version is not, but by servers that cannot tell them apart."""
    with deployed(name) as (one, target):
        (target.site(OLD) / "out.txt").symlink_to("/etc/passwd")
        (target.site(OLD) / "up").symlink_to("..")
        replies = [ask(one, path) for path in ("/out.txt", f"/up/{SITE}/latest.json")]

    follows = name in {"caddy", "lighttpd"}
    assert [follows] * 2 == [reply.status == 200 for reply in replies]
    assert follows == (b"root:" in replies[0].body)


@pytest.mark.server("apache")
def test_apache_keeps_a_request_in_the_version_that_is_named() -> None:
    """What version.txt names is served whatever the link says by then; if it names none, the link is asked."""
    with deployed("apache") as (one, target):
        for other in (NEW[:-1], f"{NEW}{NEW}"):
            target.site(other).parent.symlink_to(NEW)
        for said, live in (
            (NEW, NEW),
            ("../versions/fedc", OLD),
            (NEW[:-1], OLD),
            (f"{NEW}{NEW}", OLD),
            (f"{NEW}\n{NEW}", OLD),
            ("0" * 16, OLD),
            ("", OLD),
        ):
            (target.root / "version.txt").write_text(f"{said}\n", encoding="utf-8")
            for (path, _), reply in zip(ASKED, ask_each(one, *ASKED), strict=True):
                assert live == target.is_of(path, unpacked(reply)), said
            assert live == target.is_of("/nope", ask(one, "/nope").body), said
        (target.root / "version.txt").unlink()
        assert OLD == target.is_of("/", ask(one, "/").body)
