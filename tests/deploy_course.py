"""Rounds of kills at one target, and what was seen: a command is killed once or twice, then it ends."""

from __future__ import annotations

import dataclasses
import shutil
from typing import TYPE_CHECKING

from build_types import Checkout
from deploy_builds import write_servers
from deploy_kills import Attempt, Kill, Ran, Yard
from deploy_settled import settled, state_of, visible

from pressroom.config import DEPLOY
from pressroom.deploy.manifest import make_manifest
from pressroom.world.disk import Tree

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from deploy_kills import How

SSH, HERE = "production", "folder"
HOWS: dict[str, tuple[How, ...]] = {SSH: ("alone", "all", "line"), HERE: ("alone", "all")}
# After so many rounds everything begins with a first deploy again.
NEW_START = 20


def make_press(model: Checkout, number: int) -> tuple[Checkout, str]:
    """A press that differs from the others in a page, in an asset, and in a redirect from every other one."""
    press = Checkout(root=model.root.with_name(f"press-{number}"))
    shutil.copytree(model.root, press.root)
    page = press.site / "posts" / "hello" / "index.html"
    page.write_text(page.read_text().replace("</h1>", f", told {number} times</h1>"))
    page.with_name("index.html.gz").unlink(missing_ok=True)
    press.write(f"public/hub/assets/extra.{number:08x}.css", f"p {{ order: {number} }}\n")
    redirect = f'[[redirects]]\nsite = "hub"\nfrom = "/old-{number // 2}.html"\nto = "/support/"\n'
    press.write("site/redirects.toml", redirect)
    write_servers(press.root)
    return press, version_of(press)


def version_of(press: Checkout) -> str:
    """The id of what a press deploys."""
    trees = {"hub": Tree(press.site), DEPLOY: Tree(press.root / DEPLOY)}
    return make_manifest(trees).id


@dataclasses.dataclass(slots=True)
class Count:
    """What was seen."""

    ran: list[Ran] = dataclasses.field(default_factory=list)
    hows: list[str] = dataclasses.field(default_factory=list)
    wrong: list[str] = dataclasses.field(default_factory=list)
    falls: list[float] = dataclasses.field(default_factory=list)
    waits: list[float] = dataclasses.field(default_factory=list)
    rounds: int = 0
    missed: int = 0

    @property
    def died(self) -> int:
        """How many were ended by SIGKILL; a cut connection ends them otherwise."""
        return sum(ran.died for ran in self.ran)

    def __str__(self) -> str:
        steps = counted([ran.step for ran in self.ran])
        return (
            f"{len(self.ran)} kills in {self.rounds} rounds ({counted(self.hows)}), {self.missed} came after the end; "
            f"in step {steps}; the lock fell after {max(self.falls, default=0):.3f} s at most, "
            f"the next deploy waited {max(self.waits, default=0):.3f} s at most; {len(self.wrong)} violations"
        )


@dataclasses.dataclass(slots=True)
class Course:
    """Rounds of kills at one target: a command is killed once or twice, then it ends."""

    yard: Yard
    presses: Sequence[tuple[Checkout, str]]
    target: str
    chance: random.Random
    # Seconds that an undisturbed command takes, and the boundaries that it comes to.
    whole: dict[str, float] = dataclasses.field(default_factory=dict)
    boundaries: list[str] = dataclasses.field(default_factory=list)
    count: Count = dataclasses.field(default_factory=Count)

    def measure(self) -> None:
        """A deploy and a rollback that nobody disturbs."""
        for number in (0, 3):
            ran = self.finish(self.deploy(number), previous=None)
            self.whole["deploy"] = min(ran.seconds, self.whole.get("deploy", ran.seconds))
            self.boundaries = [name for name, _ in ran.marks]
        ran = self.finish(self.rollback(self.presses[0][1]), previous=None)
        self.whole["rollback"] = ran.seconds

    def deploy(self, number: int) -> Attempt:
        """A deploy of a press."""
        press, version = self.presses[number]
        return Attempt(arguments=("deploy", self.target, "--yes"), press=press, version=version)

    def rollback(self, version: str) -> Attempt:
        """A rollback to a version."""
        arguments = ("rollback", self.target, version, "--yes")
        return Attempt(arguments=arguments, press=self.presses[0][0], version=version)

    def any_attempt(self) -> Attempt:
        """Something that changes what is live."""
        state = state_of(self.yard.world)
        earlier = [version for version in state.past if version != state.live]
        if earlier and self.chance.random() < 0.25:
            return self.rollback(self.chance.choice(earlier))
        others = [n for n, (_, version) in enumerate(self.presses) if version != state.live]
        return self.deploy(self.chance.choice(others))

    def finish(self, attempt: Attempt, *, previous: str | None) -> Ran:
        """A command to its end, and what is wrong then."""
        ran = self.yard.finish(attempt)
        if ran.code:
            self.count.wrong.append(f"{attempt.arguments} ended with {ran.code}: {ran.said}")
        else:
            self.count.waits.append(ran.lock_wait)
            tidied = previous is not None or attempt.arguments[0] == "deploy"
            wrong = settled(self.yard.world, attempt.version, previous=previous, tidied=tidied)
            self.count.wrong += [f"after {attempt.arguments}: {one}" for one in wrong]
        return ran

    def round(self, kill: Kill) -> None:
        """One attempt is killed, or two are; then it ends."""
        if self.count.rounds % NEW_START == 0:
            self.yard.reset()
        self.count.rounds += 1
        was = state_of(self.yard.world).live
        previous: str | None = was
        attempt = self.any_attempt()
        ran = self.strike(attempt, kill, was)
        if not ran.code:
            self.whole[attempt.arguments[0]] = (
                ran.seconds
            )  # nothing disturbed it: this machine is faster now
        if self.chance.random() < 0.25:
            if was and self.chance.random() < 0.5:
                attempt, previous = self.any_attempt(), None  # the tree has changed meanwhile
            self.strike(attempt, self.moment(), was)
        self.finish(attempt, previous=previous)

    def moment(self) -> Kill:
        """Any moment."""
        return Kill(how=self.how(), moment=self.chance.random())

    def how(self) -> How:
        """What is killed: each in turn."""
        hows = HOWS[self.target]
        return hows[len(self.count.ran) % len(hows)]

    def strike(self, attempt: Attempt, kill: Kill, was_live: str) -> Ran:
        """A command that is killed so; what visitors see then is looked at."""
        ran = self.yard.strike(attempt, kill, whole=self.whole[attempt.arguments[0]])
        if ran.died or ran.code:
            self.count.ran.append(ran)
            self.count.hows.append(kill.how)
        else:
            self.count.missed += 1
        where = f"{kill} of {attempt.arguments} at {ran.step}"
        if kill.how == "line" and (
            ran.code not in {0, 3} or (ran.code and "hint:" not in ran.said)
        ):
            self.count.wrong.append(f"{where}: ended with {ran.code}: {ran.said}")
        if len(self.count.ran) % 2:
            self.count.falls.append(self.yard.lock_falls())
        wrong = visible(self.yard.world, was_live=was_live)
        self.count.wrong += [f"{where}: {one}" for one in wrong]
        return ran


def counted(names: Sequence[str]) -> str:
    """How often each name is there: `look 12, copy_files 3`."""
    order = sorted(set(names), key=lambda name: (-names.count(name), name))
    return ", ".join(f"{name} {names.count(name)}" for name in order)
