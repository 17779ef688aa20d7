"""Tarballs made twice from a commit, by meson, make and perl: the same bytes, or none; and tried."""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from release_examples import EXAMPLES
from release_tarballs import (
    PERL,
    PERL_NAME,
    PLAIN,
    PLAIN_NAME,
    built,
    committed,
    facts,
    names_in,
    packed,
    perl_facts,
    plain_facts,
    wheels,
)

from pressroom.changelog.model import Kind
from pressroom.errors import PressroomError
from pressroom.release.audit.git_tree import load_tree
from pressroom.release.building.backend import BuildError
from pressroom.release.building.built import NotReproducibleError
from pressroom.release.building.members import ArchiveError
from pressroom.release.tarball.build import build_tarball_twice
from pressroom.release.tarball.judging import audit_tarball
from pressroom.release.tarball.trying import try_tarball

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MESON_NAME = "apdu-tlv-1.0.0.tar.xz"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all: meson is unpacked once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def index_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An index that has meson."""
    with wheels(tmp_path_factory.mktemp("index")) as url:
        yield url


def refused(
    kind: type[PressroomError], says: str, place: Path, timeout: float = 60, **changes: str
) -> PressroomError:
    """The error of a build of the plain project with other files, which keeps nothing."""
    files = PLAIN | {name.replace("_in", ".in"): text for name, text in changes.items()}
    with pytest.raises(kind, match=says) as caught:
        built(files, place, plain_facts(place / "cache", timeout=timeout))

    assert not {"dist", "dist.tmp", "work"} & {path.name for path in place.iterdir()}
    return caught.value


def dist_also(*lines: str) -> str:
    """The plain Makefile, whose `dist` does this too before it packs."""
    more = "".join(f"\t{line}\n" for line in lines)
    return PLAIN["Makefile.in"].replace("\ttar czf", f"{more}\ttar czf")


def test_meson_dist_of_two_clones_gives_one_sha256(
    tmp_path: Path, cache: Path, index_url: str
) -> None:
    """Another clone, another cache of git, the same bytes; it is the tag's tree; it builds and its tests pass."""
    shutil.copytree(EXAMPLES / "meson", tmp_path / "one")
    git, commit = committed(tmp_path / "one")
    subprocess.run(["git", "clone", "-q", "one", "two"], cwd=tmp_path, check=True)
    wanted = facts(Kind.C_MESON, MESON_NAME, cache, index_url=index_url)
    made = [
        build_tarball_twice(
            tmp_path / name,
            commit,
            tmp_path / f"dist-{name}",
            wanted,
            work=tmp_path / "work",
            log=tmp_path / f"{name}.log",
        )
        for name in ("one", "two")
    ]
    (path,) = made[0].paths
    verdict = audit_tarball(
        MESON_NAME, path.read_bytes(), load_tree(git, commit), kind=Kind.C_MESON, allow=()
    )
    try_tarball(path, wanted, work=tmp_path / "work", log=tmp_path / "try.log")

    assert made[0].files == made[1].files
    assert ([MESON_NAME], MESON_NAME) == ([file.name for file in made[0].files], path.name)
    assert verdict.accepted
    assert () == verdict.listed
    assert {"meson", "ninja", "git", "python", "zlib", "uv"} == set(made[0].tools)
    assert "meson==" in made[0].lock.text
    assert "--hash=sha256:" in made[0].lock.text
    assert "Fail:              0" in (tmp_path / "try.log").read_text()
    assert not (tmp_path / "work").exists()


def test_a_plain_make_dist_becomes_a_tarball(tmp_path: Path, cache: Path) -> None:
    """`configure` is made, run and shipped; the tarball has the ending that was promised, and builds without git."""
    made = built(PLAIN, tmp_path, plain_facts(cache))
    (path,) = made.paths
    try_tarball(path, plain_facts(cache), work=tmp_path / "work", log=tmp_path / "try.log")

    assert tmp_path / "dist" / PLAIN_NAME == path
    assert path.read_bytes().startswith(b"BZh")
    assert ["COPYING", "Makefile.in", "bootstrap", "configure", "gadget.c", "test.sh"] == names_in(
        path
    )
    assert "make" in made.tools
    assert "" == made.lock.text
    assert {"project", "dist", "build.log", "build-second.log", "try.log"} == {
        entry.name for entry in tmp_path.iterdir()
    }
    log = (tmp_path / "try.log").read_text()
    assert "./bootstrap" not in log  # the tarball has its configure
    assert "## make check" in log


def test_generated_files_need_a_pattern(tmp_path: Path, cache: Path) -> None:
    """`configure` is refused until it is allowed; the file that is not shipped is listed."""
    made = built(PLAIN, tmp_path, plain_facts(cache))
    git, commit = committed(tmp_path / "project")
    tree = load_tree(git, commit)
    data = made.paths[0].read_bytes()

    def verdict(*allow: str) -> list[str]:
        found = audit_tarball(PLAIN_NAME, data, tree, kind=Kind.C_AUTOTOOLS, allow=allow)
        return [remark.file for remark in found.blocking]

    assert ["configure"] == verdict()
    assert [] == verdict("configure")


def test_perl_makes_its_own(tmp_path: Path, cache: Path) -> None:
    """MakeMaker's archive, packed anew, with what it adds; accepted, and its test passes."""
    made = built(PERL, tmp_path, perl_facts(cache))
    (path,) = made.paths
    git, commit = committed(tmp_path / "project")
    verdict = audit_tarball(
        PERL_NAME, path.read_bytes(), load_tree(git, commit), kind=Kind.PERL, allow=()
    )
    try_tarball(path, perl_facts(cache), work=tmp_path / "work", log=tmp_path / "try.log")

    assert ["Get.pm", "MANIFEST", "META.json", "META.yml", "Makefile.PL", "t/load.t"] == names_in(
        path
    )
    assert verdict.accepted
    assert "All tests successful" in (tmp_path / "try.log").read_text()


def test_two_builds_that_differ_are_refused(tmp_path: Path) -> None:
    """Chance, the folder's name and the umask are seen; each member is named with what is different."""
    own = dist_also(
        *("od -An -N8 -tx1 /dev/urandom > $(NAME)/chance", "basename $(CURDIR) > $(NAME)/folder"),
        *("umask > $(NAME)/umask", "date -u -d @$$SOURCE_DATE_EPOCH > $(NAME)/date"),
    )
    error = refused(NotReproducibleError, "differ", tmp_path, Makefile_in=own)

    assert PLAIN_NAME == error.where
    for name in ("chance", "folder", "umask"):
        assert f"gadget-1.2.3/{name} differs" in error.message
    assert "date differs" not in error.message
    assert "+0077" in error.message
    assert "nothing was kept" in error.hint


def test_a_build_that_writes_into_the_tree_is_refused(tmp_path: Path) -> None:
    """A file of the commit that is another one afterwards does not belong in git."""
    error = refused(
        BuildError,
        "changed files of the commit: gadget.c",
        tmp_path,
        Makefile_in=dist_also("echo >> gadget.c"),
    )

    assert "git rm --cached" in error.hint


def test_a_build_that_hangs_is_stopped(tmp_path: Path) -> None:
    """With its whole group, in time; what it printed is told and is in the log, the secret in it is not."""
    before = time.monotonic()
    token = f"ghp_{'x' * 20}"
    own = dist_also(f"echo token is {token} && sleep 300 & sleep 300")
    error = refused(BuildError, "did not end within 2 s", tmp_path, timeout=2, Makefile_in=own)

    assert time.monotonic() - before < 20
    assert token not in error.message + (tmp_path / "build.log").read_text()
    assert "***" in (tmp_path / "build.log").read_text()
    assert "no input" in error.hint


def test_a_build_that_fails_says_why(tmp_path: Path) -> None:
    """The end of what it printed, and where the whole is; control characters do not reach the terminal."""
    own = dist_also("printf 'gone \\033]0;x\\007 wrong\\n'; exit 3")
    error = refused(BuildError, "make dist failed", tmp_path, Makefile_in=own)

    assert "gone" in error.message
    assert "\x1b" not in error.message
    assert str(tmp_path / "build.log") == error.where
    assert "the whole output is in the log" in error.hint


def test_a_build_that_wants_the_network_is_told(tmp_path: Path) -> None:
    """The advice names what is wrong with it."""
    own = dist_also("echo 'Could not resolve host: press.example'; exit 1")
    error = refused(BuildError, "make dist failed", tmp_path, Makefile_in=own)

    assert "looked for the network" in error.hint


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (("rm -f $(NAME).tar.gz", "exit 0"), None),
        (("cp bootstrap other-2.tar.xz",), "2 archives were made"),
        (("ln -s /etc/passwd gadget-1.2.3.tar.bz2",), "1 archives were made"),
    ],
)
def test_one_archive_is_made(tmp_path: Path, lines: tuple[str, ...], says: str | None) -> None:
    """Of one name, and no link."""
    own = dist_also(*lines)
    if says is None:
        own, says = own.replace("tar czf", "true tar czf"), "0 archives were made"
    error = refused(BuildError, says, tmp_path, Makefile_in=own)

    assert "the project's own `dist` makes one archive, gadget-1.2.3" in error.hint


def test_an_archive_of_an_older_version_is_refused(tmp_path: Path) -> None:
    """A version that was not raised everywhere shows in the name of the folder."""
    bootstrap = PLAIN["bootstrap"].replace("1.2.3", "1.2.2")
    error = refused(ArchiveError, "holds gadget-1.2.2", tmp_path, bootstrap=bootstrap)

    assert "have to agree" in error.hint


def test_a_link_out_of_the_tree_is_refused(tmp_path: Path) -> None:
    """Whatever the project's own `dist` put there."""
    error = refused(
        ArchiveError, "is a link", tmp_path, Makefile_in=dist_also("ln -s /etc/passwd $(NAME)/x")
    )

    assert "tar -tvf" in error.hint


def test_a_build_sees_nothing_of_ours(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No credential, no proxy, no configuration of git, no home; git may use nothing but files."""
    for name in ("GH_TOKEN", "HTTPS_PROXY", "PERL5LIB", "MAKEFLAGS", "GIT_DIR", "CFLAGS"):
        monkeypatch.setenv(name, "canary")
    own = dist_also("env > $(NAME)/env; pwd >> $(NAME)/env; exit 7; cat")
    files = PLAIN | {"Makefile.in": own.replace("exit 7;", "env; exit 7;")}
    with pytest.raises(BuildError, match="exit code 2"):
        built(files, tmp_path, plain_facts(cache))
    log = (tmp_path / "build.log").read_text()

    assert "canary" not in log
    assert "GIT_ALLOW_PROTOCOL=file" in log
    assert "SOURCE_DATE_EPOCH=" in log
    assert "ffile-prefix-map" in log


def test_an_archive_that_git_has_is_not_taken(tmp_path: Path, cache: Path) -> None:
    """What lay there before `make dist` is no tarball of this release."""
    files = PLAIN | {"test-data-1.0.tar.gz": "an archive for tests"}
    made = built(files, tmp_path, plain_facts(cache))

    assert "gadget.c" in names_in(made.paths[0])


def test_a_second_build_is_no_release(tmp_path: Path, cache: Path) -> None:
    """What is there already is not built over."""
    (tmp_path / "dist").mkdir()
    with pytest.raises(PressroomError, match="there already") as caught:
        built(PLAIN, tmp_path, plain_facts(cache))

    assert "another release" in caught.value.hint


def broken(files: Mapping[str, str], tmp_path: Path) -> PressroomError:
    """The error of trying a tarball of the files."""
    path = tmp_path / PLAIN_NAME
    path.write_bytes(packed(files, mode="w:bz2"))
    with pytest.raises(BuildError) as caught:
        try_tarball(path, plain_facts(tmp_path), work=tmp_path / "work", log=tmp_path / "try.log")
    assert not (tmp_path / "work").exists()
    return caught.value


def test_a_tarball_that_lacks_a_file_does_not_build(tmp_path: Path) -> None:
    """The checkout has it, so only a clean place shows it."""
    error = broken({"Makefile": "gadget: gadget.c\n\t$(CC) -o gadget gadget.c\n"}, tmp_path)

    assert "gadget.c" in error.message
    assert "a file that is not shipped" in error.hint


def test_a_tarball_whose_tests_fail_is_refused(tmp_path: Path) -> None:
    """Nothing is released that fails where it is unpacked."""
    error = broken({"Makefile": "all:\n\ncheck:\n\tfalse\n"}, tmp_path)

    assert error.message.startswith("make check failed")
    assert "its tests fail" in error.hint
