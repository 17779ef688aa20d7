"""A C release from its first check to its mail: `examples/meson` in a rehearsal, alone, again, and killed anywhere.

`--soak` kills at 100 moments (a number in RELEASE_KILLS: at that many) and prints the counts; otherwise at two.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import email
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from release_world import write
from tarball_runs import (
    KILLER,
    NAME,
    NEVER,
    RECORD,
    SIGNED,
    SUMS,
    TARBALL,
    Course,
    Kill,
    die,
    example_stage,
    finish,
    lines_of,
    mails,
    served,
    start,
    violations,
)

if TYPE_CHECKING:
    from release_world import Stage


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What came of a kill."""

    died: bool
    in_doubt: bool
    wrong: str


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The example under git, and a press that knows it; a rehearsal changes neither."""
    return example_stage(tmp_path_factory.mktemp("tarball") / "stage")


@pytest.fixture(scope="module")
def course(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """One rehearsal from its beginning to its end."""
    world = tmp_path_factory.mktemp("whole")
    begin = time.monotonic()
    with start(stage, world) as process:
        shown = lines_of(process, until=SIGNED)
        signed = time.monotonic()
        shown += lines_of(process)
    end = time.monotonic()
    assert 0 == process.returncode, shown
    return Course(world=world, shown=shown, whole=end - begin, late=end - signed)


def test_a_c_release_ends_with_one_of_each(stage: Stage, course: Course) -> None:
    """One tag, one tarball with its signature and its sums, one announcement of those bytes, one mail."""
    assert [] == list(violations(stage, course.world))
    assert course.shown.index(SIGNED) < course.shown.index(
        "did  Push main and the signed tag 1.1.0"
    )
    assert 1 == course.shown.count("did  Send the mail")


def test_signatures_and_sums_hold_for_people(course: Course) -> None:
    """What is served is verified with sha256sum and ssh-keygen alone, by the key of the tag."""
    files = course.world / "files"
    key = course.world / "signing-key.pub"
    signers = course.world / "signers"
    signers.write_text(f"us {key.read_text()}")
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", SUMS], cwd=files, capture_output=True, check=True
    )

    assert f"{RECORD}: OK\n{TARBALL}: OK\n".encode() == checked.stdout
    for name in (TARBALL, SUMS):
        verify = ["ssh-keygen", "-Y", "verify", "-n", "file", "-I", "us", "-f", str(signers)]
        shown = subprocess.run(
            [*verify, "-s", f"{name}.sig"],
            cwd=files,
            input=(files / name).read_bytes(),
            capture_output=True,
            check=True,
        )
        assert shown.stdout.startswith(b'Good "file" signature for us'), name


def test_the_mail_says_where_the_tarball_is(course: Course) -> None:
    """The one mail goes to the list of the front matter, with the id of the release and the hash that is served."""
    (path,) = mails(course.world)
    mail = email.message_from_bytes(path.read_bytes())
    text = mail.get_payload(decode=True)

    assert "Users of apdu-tlv <apdu-tlv@lists.example>" == mail["To"]
    assert "New version of apdu-tlv: 1.1.0" == mail["Subject"]
    assert f"<{NAME}@press.example>" == mail["Message-ID"]
    assert isinstance(text, bytes)
    assert served(course.world)[TARBALL].encode() in text


def test_the_same_command_again_does_nothing(stage: Stage, course: Course) -> None:
    """A release that is out stays as it is: no step acts, and no file, reference or mail is another one."""

    def things() -> list[object]:
        refs = [
            stage.git(course.world / name, "for-each-ref") for name in ("remote.git", "site.git")
        ]
        paths = [*(course.world / "files").iterdir(), *mails(course.world)]
        return [refs, sorted((path, path.stat().st_mtime_ns) for path in paths)]

    before = things()
    with start(stage, course.world) as process:
        shown = lines_of(process)

    assert 0 == process.returncode
    assert " did  " not in shown
    assert before == things()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        (
            "files/apdu-tlv-1.1.0.zip",
            ["served are", "other bytes are served", "other bytes are ann"],
        ),
        ("mail/second.eml", ["2 mails"]),
        ("site/left", ["site is not clean"]),
        ("files/.incoming-1-2", []),
        ("mail/.second.eml", []),
    ],
)
def test_what_is_too_much_is_seen(
    stage: Stage, course: Course, name: str, wrong: list[str]
) -> None:
    """A second file, mail or change is a violation; what a kill left under a hidden name is none."""
    path = course.world / name
    path.write_bytes(b"")
    found = list(violations(stage, course.world))
    path.unlink()

    assert len(wrong) == len(found)
    assert all(one.startswith(words) for one, words in zip(found, wrong, strict=True))


def test_files_without_an_address_are_refused_first(stage: Stage) -> None:
    """A files server that nobody can see would make an announcement without a file: no step goes before that."""
    config = Path(stage.environment["XDG_CONFIG_HOME"]) / "pressroom" / "config.toml"
    (stage.root / "served").mkdir()
    write(config.parent, {config.name: f'[files.apdu-tlv]\nfolder = "{stage.root / "served"}"\n'})
    command = ["release", "apdu-tlv", "1.1.0", "--dry-run"]
    shown = subprocess.run(
        [sys.executable, str(KILLER), NEVER, *command],
        cwd=stage.press,
        env=dict(stage.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    config.unlink()
    said = shown.stdout + shown.stderr

    assert 1 == shown.returncode, said
    assert "it has no url, and no index has the files" in said
    assert 'url = "https://server.example/files/"' in said


def test_killed_anywhere_a_c_release_ends_whole(
    stage: Stage,
    course: Course,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """SIGKILL at random moments, half of them while things become public: one of each, and never a second mail."""
    is_soak = request.config.getoption("--soak")
    count = int(os.environ.get("RELEASE_KILLS", "100")) if is_soak else 2
    chance = random.Random(20261124)  # noqa: S311 - the same moments each time
    kills = [
        Kill(part=chance.random(), is_late=number % 2 == 1, is_group=chance.random() < 0.5)
        for number in range(count)
    ]

    def try_one(number: int, kill: Kill) -> End:
        world = tmp_path / str(number)
        died = die(stage, world, kill, course)
        in_doubt, wrong = finish(stage, world)
        if not wrong:
            shutil.rmtree(world)
        return End(died=died, in_doubt=in_doubt, wrong=f"{kill}: {wrong}" if wrong else "")

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        ends = list(pool.map(try_one, range(count), kills))
    wrong = [end.wrong for end in ends if end.wrong]
    died = sum(end.died for end in ends)
    doubts = sum(end.in_doubt for end in ends)
    with capsys.disabled():
        print(  # noqa: T201 - the count that was promised
            f"\nkilled C releases: {count} moments; {died} died, {doubts} with a mail in doubt, "
            f"{len(wrong)} violations"
        )
    assert [] == wrong
    assert died >= count // 2
