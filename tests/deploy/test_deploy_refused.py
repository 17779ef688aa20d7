"""What a deploy refuses before anything is copied, as a person sees it who types the command."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from deploy_world import wait_for

if TYPE_CHECKING:
    from deploy_world import World

pytestmark = pytest.mark.needs("nginx", "rsync")

YES = ("deploy", "production", "--yes")


def refused(world: World, *arguments: str) -> str:
    """What is said by a deploy that is refused; nothing was written, and what was live is."""
    before, live = world.below(), world.live
    done = world.press(*(arguments or YES))
    assert 1 == done.returncode, done.stdout + done.stderr
    assert before == world.below()
    assert live == world.live == world.shown
    return done.stderr


def goes_on(world: World, *names: str) -> None:
    """Told by name, the deploy goes on."""
    despite = [word for name in names for word in ("--despite", name)]
    said = world.told(*YES, *despite)
    assert "live" == said["outcome"]
    assert said["id"] == world.live == world.shown


def edit(world: World, name: str, old: str, new: str) -> None:
    """A built page is another, and has no compressed copy that would be wrong."""
    page = world.checkout.site / name
    text = page.read_text()
    assert old in text
    page.write_text(text.replace(old, new, 1))
    page.with_name(f"{page.name}.gz").unlink(missing_ok=True)


def remove(world: World, name: str) -> None:
    """A built page is not there."""
    for one in (name, f"{name}.gz"):
        (world.checkout.site / one).unlink(missing_ok=True)


def test_a_missing_page(world: World) -> None:
    """A link that leads nowhere is refused with its place, even if the address may vanish."""
    remove(world, "releases/2026/index.html")
    said = refused(world, *YES, "--despite", "vanished")
    assert re.search(r"public/hub/releases/index\.html:\d+: link '2026/' leads nowhere", said)
    assert "  hint: the nearest is https://widgets.example/releases/" in said


def test_an_inline_script(world: World) -> None:
    """Code in a page is refused: its policy would not let it run."""
    edit(world, "support/index.html", "</body>", "<script>alert(1)</script></body>")
    said = refused(world, *YES, "--despite", "grade")
    assert re.search(
        r"public/hub/support/index\.html:\d+: <script> has no src: inline code\n"
        r"  hint: put the code into a file of the site\n",
        said,
    )


def test_a_lower_grade(world: World) -> None:
    """A page that would get fewer points than the live version's worst one is refused."""
    script = '<script src="https://other.example/a.js"></script></body>'
    edit(world, "support/index.html", "</body>", script)
    assert (
        "hub: its worst page gets A+ 145; the live version has A+ 155\n"
        "  hint: `pressroom observatory check --built` names what costs points, and what to change\n"
        "  if that is meant: --despite grade\n"
    ) in refused(world)
    assert "its worst page" not in refused(world, *YES, "--despite", "grade")


def test_a_lower_grade_may_be_meant(world: World) -> None:
    """With `--despite grade` a version goes live that gets less than the record of the live one."""
    record = world.folder / "current" / "version.json"
    record.write_text(record.read_text().replace('"score": 155', '"score": 160'))
    world.use("second")
    assert "gets A+ 155; the live version has A+ 160" in refused(world)
    goes_on(world, "grade")


def test_an_address_that_would_be_gone(world: World) -> None:
    """It is refused with the lines of a redirect; with such a redirect it is accepted."""
    world.use("second")
    goes_on(world)
    world.use("first")
    assert (
        "https://widgets.example/posts/second/: is live, and would be gone\n"
        "  hint: put it back, or write into site/redirects.toml, with the page that took its place for `to`:\n"
        '    [[redirects]]\n    site = "hub"\n    from = "/posts/second/"\n    to = "/"\n'
        "  if that is meant: --despite vanished\n"
    ) in refused(world)
    world.use("redirected")
    goes_on(world)
    # What still runs of the old nginx answers for a moment.
    wait_for(lambda: 301 == world.get("/posts/second/")[0])
    assert "/posts/" == world.get("/posts/second/")[1]["Location"]


def test_an_address_may_be_meant_to_go(world: World) -> None:
    """With `--despite vanished` it is gone."""
    world.use("second")
    goes_on(world)
    assert 200 == world.get("/posts/second/")[0]
    world.use("first")
    goes_on(world, "vanished")
    assert 404 == world.get("/posts/second/")[0]


def test_files_that_somebody_changed(world: World) -> None:
    """One that differs, one more, and one that is gone are named; told so, the next version is right again."""
    hub = world.folder / "current" / "hub"
    (hub / "index.html").write_text("changed by hand")
    (hub / "more.html").write_text("more")
    (hub / "robots.txt").unlink()
    world.use("second")
    said = refused(world)
    for one in ("index.html was changed", "more.html is not ours", "robots.txt is not there"):
        assert f"production: hub/{one}\n" in said
    assert (
        "  hint: find out who did it and why; put it back as it was\n"
        "  if that is meant: --despite changed\n"
    ) in said
    goes_on(world, "changed")
    assert (world.checkout.site / "index.html").read_bytes() == world.get("/")[2]
    assert 404 == world.get("/more.html")[0]
    # Nobody goes back to it unknowingly either.
    assert "production: hub/index.html was changed" in refused(
        world, "rollback", "production", "--yes"
    )
    said = json.loads(
        world.press("rollback", "production", "--yes", "--despite", "changed", "--json").stdout
    )
    assert "live" == said["outcome"]
    assert b"changed by hand" == world.get("/")[2]


@pytest.mark.parametrize("where", ["version", "elsewhere"])
def test_a_link_that_somebody_moved(world: World, where: str) -> None:
    """`current` that leads to another version, or out of the versions, is refused until told."""
    first = world.live
    goal, link = world.folder / "versions" / first, world.folder / "current"
    if where == "version":
        world.use("second")
        goes_on(world)
    else:
        goal = goal.rename(world.folder / "mine")
    link.unlink()
    link.symlink_to(goal.relative_to(world.folder))
    world.use("redirected")
    done = world.press(*YES, "--despite", "vanished")
    assert 1 == done.returncode, done.stdout
    message = (
        f"production: current leads to {first}, to which no deploy switched last"
        if where == "version"
        else "production: current leads to mine, which is no version of ours"
    )
    assert f"{message}\n  hint: find out who did it and why" in done.stderr
    assert goal.resolve() == link.resolve()
    goes_on(world, "changed", "vanished")


def test_servers_that_are_not_what_the_settings_give(world: World) -> None:
    """A configuration in deploy/ that is older than the settings is refused."""
    file = world.checkout.root / "deploy/nginx/pressroom.conf"
    file.write_text(file.read_text().replace("camera=(), ", ""))
    assert (
        "deploy/nginx/pressroom.conf: is not what the settings give\n"
        "  hint: make site: it writes it anew\n"
    ) in refused(world)


def test_a_server_that_would_not_start_is_named_as_the_reason(world: World) -> None:
    """A file of deploy/ that no server takes is what speaks against it, not a server that does not answer."""
    (world.checkout.root / "deploy/nginx/pressroom.conf").write_text("server {")
    done = world.press("deploy", "production", "--yes")

    assert 1 == done.returncode
    assert "deploy/nginx/pressroom.conf: is not what the settings give\n  hint: make site" in (
        done.stderr
    )
    assert "does not listen" not in done.stdout + done.stderr


def test_all_refusals_at_once(world: World) -> None:
    """A deploy that is wrong in four ways names all four; as JSON with the name of each that may be overridden."""
    remove(world, "releases/2026/index.html")
    edit(
        world,
        "support/index.html",
        "</body>",
        '<script src="https://other.example/a.js">"</script></body>',
    )
    edit(world, "posts/index.html", "</body>", "<script>alert(1)</script></body>")
    (world.folder / "current" / "hub" / "more.html").write_text("more")
    before = world.below()
    said = world.told(*YES, code=1)
    assert before == world.below()
    assert "refused" == said["outcome"]
    found = {one["despite"]: one["findings"] for one in said["refusals"]}
    assert {"", "grade", "vanished", "changed"} == set(found)
    assert all(one["message"] and one["hint"] for some in found.values() for one in some)
    messages = " ".join(one["message"] for one in found[""])
    assert "leads nowhere" in messages
    assert "inline code" in messages
    assert ["https://widgets.example/releases/2026/"] == [one["file"] for one in found["vanished"]]
    assert ["hub/more.html is not ours"] == [one["message"] for one in found["changed"]]
    # What may be overridden is; the rest is said again.
    names = [word for name in ("grade", "vanished", "changed") for word in ("--despite", name)]
    (left,) = world.told(*YES, *names, code=1)["refusals"]
    assert "" == left["despite"]
