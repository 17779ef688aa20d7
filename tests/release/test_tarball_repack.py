"""Tarballs packed anew: a function of their files, or refused."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile

import pytest
from release_examples import EPOCH
from release_tarballs import packed

from pressroom.changelog.model import Artefact, Kind, Packaging, Project
from pressroom.errors import ConfigError
from pressroom.release.building.compression import decompress
from pressroom.release.building.members import ArchiveError
from pressroom.release.tarball.facts import artefact_name, bootstrap_of, stem_of
from pressroom.release.tarball.repack import normalise_tarball

FILES = {"b.c": "int b;\n", "a/c.h": "#pragma once\n"}
NAME = "gadget-1.2.3.tar.xz"


def project(*artefacts: str, bootstrap: str = "") -> Project:
    """A project that promises files of these names."""
    return Project(
        id="gadget",
        name="gadget",
        title="Gadget",
        kind=Kind.C_AUTOTOOLS,
        description="A gadget.",
        artefacts=tuple(Artefact(name=name) for name in artefacts),
        packaging=Packaging(bootstrap=bootstrap),
    )


@pytest.mark.parametrize(
    ("ending", "opener"),
    [
        (".tar.xz", lzma.decompress),
        (".tar.gz", gzip.decompress),
        (".tgz", gzip.decompress),
        (".tar.bz2", bz2.decompress),
    ],
)
def test_the_name_decides_how_it_is_compressed(ending: str, opener: object) -> None:
    """Whatever packed the files, in whatever order, the bytes are the same, and the standard library reads them."""
    name = f"gadget-1.2.3{ending}"
    one = normalise_tarball(packed(FILES, mode="w:gz"), artefact=name, epoch=EPOCH)
    other = normalise_tarball(
        packed(dict(reversed(FILES.items())), mode="w:bz2"), artefact=name, epoch=EPOCH
    )
    again = normalise_tarball(one, artefact=name, epoch=EPOCH)

    assert one == other == again
    assert callable(opener)
    assert opener(one) == decompress(one, where=name)


def test_members_have_no_owner_and_one_date() -> None:
    """Order, date, owner and mode are ours; a file that may be run stays one."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:xz") as tar:
        for name, mode in (("gadget-1.2.3/run", 0o4775), ("gadget-1.2.3/a", 0o600)):
            info = tarfile.TarInfo(name)
            info.mode, info.uid, info.gname = mode, 1000, "staff"
            tar.addfile(info)
    data = normalise_tarball(file.getvalue(), artefact=NAME, epoch=EPOCH)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        infos = tar.getmembers()

    assert ["gadget-1.2.3/a", "gadget-1.2.3/run"] == [info.name for info in infos]
    assert [0o644, 0o755] == [stat.S_IMODE(info.mode) for info in infos]
    assert {(EPOCH, 0, 0, "", "")} == {
        (info.mtime, info.uid, info.gid, info.uname, info.gname) for info in infos
    }


@pytest.mark.parametrize("top", ["gadget-1.2.2", "gadget", ""])
def test_another_folder_at_the_top_is_refused(top: str) -> None:
    """A tarball of an older version, or of none, has the wrong name for its file."""
    with pytest.raises(ArchiveError, match="at its top, and not gadget") as caught:
        normalise_tarball(packed(FILES, top=top), artefact=NAME, epoch=EPOCH)

    assert "have to agree" in caught.value.hint


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "a/../../evil", "a\\b", "a\nb", "./a//b", "a/\u202eb"]
)
def test_a_hostile_name_is_refused(name: str) -> None:
    """No member leads elsewhere or hides what it is called."""
    with pytest.raises(ArchiveError, match="leads elsewhere") as caught:
        normalise_tarball(
            packed({**FILES, name: "x"}, top="gadget-1.2.3"), artefact=NAME, epoch=EPOCH
        )

    assert "tar -tvf" in caught.value.hint


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "../evil", "../../evil", "../gadget-1.2.4/x", "x/../../evil", "."]
)
def test_a_link_that_leads_out_is_refused(target: str) -> None:
    """A link may not leave the folder, not even to come back into a folder of another name."""
    with pytest.raises(ArchiveError, match="is a link") as caught:
        normalise_tarball(packed(FILES, links={"l": target}), artefact=NAME, epoch=EPOCH)

    assert caught.value.hint


def test_a_link_inside_stays() -> None:
    """What git keeps as a link is one in the tarball."""
    data = normalise_tarball(
        packed(FILES, links={"l": "b.c", "a/l": "../b.c"}), artefact=NAME, epoch=EPOCH
    )
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        links = {info.name: info.linkname for info in tar if info.issym()}

    assert {"gadget-1.2.3/a/l": "../b.c", "gadget-1.2.3/l": "b.c"} == links


@pytest.mark.parametrize("mode", ["w:xz", "w:bz2", "w:gz"])
def test_a_damaged_archive_is_refused(mode: str) -> None:
    """Cut off, followed by something, or with bytes changed: nothing is made of it."""
    whole = packed(FILES, mode=mode)
    middle = len(whole) // 2
    for broken in (whole[:-5], whole + b"more", whole[:middle] + b"????" + whole[middle + 4 :]):
        with pytest.raises(ArchiveError) as caught:
            normalise_tarball(broken, artefact=NAME, epoch=EPOCH)
        assert caught.value.hint


@pytest.mark.parametrize("pack", [lzma.compress, bz2.compress])
def test_a_bomb_is_not_unpacked(pack: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the limit is refused, read no further than that."""
    monkeypatch.setattr("pressroom.release.building.compression._LARGEST", 1000)
    assert callable(pack)
    with pytest.raises(ArchiveError, match="holds more than") as caught:
        decompress(pack(bytes(100_000)), where="bomb")

    assert "make it again" in caught.value.hint


def test_the_first_artefact_names_the_tarball() -> None:
    """The version is put in, and the folder inside is the name without its ending."""
    name = artefact_name(project("Chip-Card-v{version}.tar.gz", "wheels"), "1.4.17")

    assert "Chip-Card-v1.4.17.tar.gz" == name
    assert "Chip-Card-v1.4.17" == stem_of(name)
    assert "" == stem_of(".tar.gz") == stem_of("gadget.zip")


@pytest.mark.parametrize(
    "artefacts",
    [
        (),
        ("gadget.tar.gz",),
        ("../gadget-{version}.tar.gz",),
        ("-gadget-{version}.tar.gz",),
        ("gadget-{version}.zip",),
        ("gad\\get-{version}.tar.gz",),
        ("gad\u202eget-{version}.tar.xz",),
    ],
)
def test_a_name_that_is_no_tarballs_is_refused(artefacts: tuple[str, ...]) -> None:
    """No name, no version, no ending, another folder: said before anything is made."""
    with pytest.raises(ConfigError) as caught:
        artefact_name(project(*artefacts), "1.2.3")

    assert "gadget" == caught.value.where
    assert 'artefacts: - name: "widget-{version}.tar.xz"' in caught.value.hint


def test_a_command_is_read_as_a_shell_would() -> None:
    """Quotes hold words together; where they are open it is no command."""
    assert ("./bootstrap", "a b") == bootstrap_of(project(bootstrap="./bootstrap 'a b'"))
    with pytest.raises(ConfigError, match="no command") as caught:
        bootstrap_of(project(bootstrap="./bootstrap 'a"))
    assert "quotes closed" in caught.value.hint
