"""What is wrong with card readers stops a build of their site, with everything that is wrong, and leaves the live one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from build_types import Checkout

# Put together here, so that no tool takes this file for a leak.
TOKEN = "ghp_" + "a1B2" * 9


def build(ours: Checkout, *, seed: str = "0") -> tuple[int, str]:
    """A build of the readers' site alone: its exit code, and what it said."""
    result = ours.build("-f", str(ours.root / "site" / "ccid.yml"), PYTHONHASHSEED=seed)
    return result.returncode, result.stdout + result.stderr


def live(ours: Checkout) -> bool:
    """Whether a site was published."""
    return (ours.root / "public" / "ccid" / "index.html").exists()


def processes_with(argument: str) -> list[str]:
    """The processes that were started with it."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # ended meanwhile
            if argument.encode() in file.read_bytes().split(b"\0"):
                found.append(file.parent.name)
    return found


@pytest.mark.parametrize(
    ("name", "old", "new", "messages"),
    [
        (
            "readers.csv",
            "acr122u,072F,90CC,",
            "acr122u,072G,90CC,",
            ["readers.csv:8: vid and pid: idVendor '072G'", "write four hex digits"],
        ),
        ("driver.toml", 'newest = "1.8.4"', "", ["key 'newest' is missing", "add a line"]),
        (
            "pin-limits.toml",
            'slug = "gempcpinpadv2"',
            'slug = "nobody"',
            ["limits of 'nobody', which is no reader", "as readers.csv has it"],
        ),
        (
            "descriptors.jsonl",
            '"max_ifsd":2048',
            '"max_ifsd":"many"',
            ["descriptors.jsonl:1", "max_ifsd", "pressroom readers import"],
        ),
        ("readers.csv", "ACS ACR122U,supported", f"ACS {TOKEN},supported", ["token of GitHub"]),
    ],
)
def test_a_mistake_stops_the_build_and_names_its_place(
    copy_of_ours: Callable[[], Checkout], name: str, old: str, new: str, messages: list[str]
) -> None:
    """File, line where there is one, what is wrong and how to mend it; a secret is not repeated."""
    ours = copy_of_ours()
    ours.edit(f"site/readers/{name}", old, new)
    code, said = build(ours)

    assert 0 != code
    for message in messages:
        assert message in said
    assert TOKEN not in said
    assert not live(ours)


def test_all_mistakes_are_said_at_once(copy_of_ours: Callable[[], Checkout]) -> None:
    """One in each file that people edit: three findings of one build."""
    ours = copy_of_ours()
    ours.edit("site/readers/readers.csv", "acr122u,072F,90CC,", "acr122u,072G,90CC,")
    ours.edit("site/readers/driver.toml", 'newest = "1.8.4"', "")
    ours.edit("site/readers/pin-limits.toml", "longest = 12", "longest = 2")
    code, said = build(ours)

    assert 0 != code
    for name in ("readers.csv:8", "driver.toml", "pin-limits.toml"):
        assert f"site/readers/{name}: " in said


def test_a_page_that_takes_a_readers_address_is_named(
    copy_of_ours: Callable[[], Checkout],
) -> None:
    """A Markdown page where a reader's page would be is an error, not a reader lost."""
    ours = copy_of_ours()
    ours.write("site/ccid/readers/acr122u.md", "# Mine\n")
    code, said = build(ours)

    assert 0 != code
    assert "two pages would be readers/acr122u/" in said


def test_the_same_readers_give_the_same_bytes(copy_of_ours: Callable[[], Checkout]) -> None:
    """Two builds, with another hash seed and on one processor the second time: every file is the same."""
    everything = os.sched_getaffinity(0)
    trees = []
    for seed, processors in (("1", everything), ("2", {min(everything)})):
        ours = copy_of_ours()
        os.sched_setaffinity(0, processors)
        try:
            code, said = build(ours, seed=seed)
        finally:
            os.sched_setaffinity(0, everything)
        assert 0 == code, said
        root = ours.root / "public" / "ccid"
        files = [path for path in root.rglob("*") if path.is_file()]
        trees.append({str(path.relative_to(root)): path.read_bytes() for path in files})

    assert 1700 < len(trees[0])
    assert trees[0].keys() == trees[1].keys()
    assert [] == [name for name, data in trees[0].items() if trees[1][name] != data]


def test_a_killed_build_leaves_no_process_and_the_old_site(
    copy_of_ours: Callable[[], Checkout], kills: list[float]
) -> None:
    """SIGKILL while several processes write pages: the live site is whole, and nobody writes on."""
    ours = copy_of_ours()
    config = str(ours.root / "site" / "ccid.yml")
    start = time.monotonic()
    assert 0 == build(ours)[0]
    wall = time.monotonic() - start
    root = ours.root / "public" / "ccid"
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    for part in kills:
        process = subprocess.Popen(
            ours.command("-f", config),
            cwd=ours.root,
            env=ours.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(wall * part)
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(0.1)
        left = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}

        assert [] == processes_with(config)
        assert before == left, part
    assert 0 == build(ours)[0]
    assert {"ccid", ".ccid.lock"} == {path.name for path in (ours.root / "public").iterdir()}
    print(f"killed {len(kills)} builds of readers: each left a whole site")  # noqa: T201 - the count of `make soak`


def test_a_full_disk_is_a_message_from_whichever_process(
    copy_of_ours: Callable[[], Checkout],
) -> None:
    """A page that cannot be written whole fails the build with a hint; none that is cut off is published."""
    ours = copy_of_ours()

    result = ours.build_on_a_full_disk("-f", str(ours.root / "site" / "ccid.yml"))

    assert 1 == result.returncode
    assert "hint: raise the limit on file sizes" in result.stderr
    assert not live(ours)
