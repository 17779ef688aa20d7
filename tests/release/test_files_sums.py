"""Sums, the order in which files appear, and the settings of the files server: values in, values out."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from files_server import sha256
from hypothesis import given
from hypothesis import strategies as st

from pressroom.changelog.model import Artefact, Kind, Project
from pressroom.errors import ConfigError, ConfigFindingsError
from pressroom.release.files.order import (
    in_order,
    is_of_release,
    names_there,
    promised_names,
    summed,
    sums_of,
)
from pressroom.release.files.place import FilesPlace, needed, place_of
from pressroom.release.files.sums import parse_sums, render_sums, sums_name
from pressroom.release.manifest import Frozen, Manifest
from pressroom.release.places import FilesSettings, load_user_settings

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,40}", fullmatch=True)
_HASHES = st.dictionaries(_NAMES, st.binary(max_size=8).map(sha256), min_size=1)
WIDGET = Project(
    id="libwidget",
    name="widget",
    title="The widget",
    kind=Kind.C_MESON,
    description="It turns.",
    artefacts=(Artefact(name="wdgt-{version}.tar.xz"),),
)


def file(name: str, kind: str, *, is_uploaded: bool = False) -> Frozen:
    """A frozen file with the hash of its name."""
    return Frozen(
        name=name, kind=kind, size=1, sha256=sha256(name.encode()), is_uploaded=is_uploaded
    )


@given(_HASHES)
def test_sums_read_back(hashes: dict[str, str]) -> None:
    """What is rendered is parsed to the same, sorted by name."""
    text = render_sums(hashes)

    assert (hashes, []) == parse_sums(text, where="SHA256SUMS")
    assert sorted(hashes) == [line.split("  ")[1] for line in text.splitlines()]


@given(st.text())
def test_no_text_makes_sums_raise(text: str) -> None:
    """Each line is a hash or a finding, whatever is in it."""
    hashes, findings = parse_sums(text, where="x")

    assert len(text.removesuffix("\n").split("\n")) == len(hashes) + len(findings)


def test_sha256sum_takes_our_sums(tmp_path: Path) -> None:
    """The tool of coreutils passes what is right, and fails for another byte."""
    (tmp_path / "a+b-1.0.tar.xz").write_bytes(b"as published")
    sums = render_sums({"a+b-1.0.tar.xz": sha256(b"as published")})

    def code() -> int:
        command = ["sha256sum", "--check", "--strict", "-"]
        return subprocess.run(
            command, cwd=tmp_path, input=sums.encode(), check=False, capture_output=True
        ).returncode

    assert 0 == code()
    (tmp_path / "a+b-1.0.tar.xz").write_bytes(b"as publishee")
    assert 1 == code()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("abc  name\n", "64 small hex digits, two spaces, a name: as sha256sum writes it"),
        (f"{'a' * 64}  ../name\n", "a name without a folder"),
        (f"{'a' * 64}  .name\n", "a name without a folder"),
        (f"{'a' * 64}  n\n{'b' * 64}  n\n", "keep the line that is right"),
        ("", "64 small hex digits, two spaces, a name: as sha256sum writes it"),
    ],
)
def test_wrong_sums_are_said(text: str, hint: str) -> None:
    """A line that is none, a name with a folder, a name twice: each with its line."""
    _, findings = parse_sums(text, where="SHA256SUMS")

    assert [hint] == [one.hint for one in findings]
    assert text.count("\n") in {0, findings[0].line}


def test_a_name_that_would_need_a_backslash_is_refused() -> None:
    """A line feed in a name would be a line of its own."""
    with pytest.raises(ValueError, match="no name of a file"):
        render_sums({"a\nb": "0" * 64})


def test_each_release_has_sums_of_its_own() -> None:
    """Named after its archive; no two releases share one, so that none is ever changed."""
    assert "widget-1.2.SHA256SUMS" == sums_name("widget-1.2.tar.xz")
    assert "widget-1.2.SHA256SUMS" == sums_name("widget-1.2.tar.gz")
    assert sums_name("widget-1.2.tar.xz") != sums_name("widget-1.2.1.tar.xz")


def test_the_order_of_appearing() -> None:
    """A signature is there before what it signs, and the sums are the last of all."""
    manifest = Manifest(
        commit="c",
        files=(
            file("w-1.tar.xz", "tarball"),
            file("w-1.whl", "wheel", is_uploaded=True),
            file("w-1-local.whl", "wheel"),
        ),
        beside=(
            file("w-1.SHA256SUMS", "sums"),
            file("w-1.SHA256SUMS.asc", "signature"),
            file("w-1.tar.xz.asc", "signature"),
            file("w-1.whl.asc", "signature"),
            file("w-1.cdx.json", "sbom"),
        ),
    )

    assert [
        "w-1.cdx.json",
        "w-1.tar.xz.asc",
        "w-1.whl.asc",
        "w-1.tar.xz",
        "w-1.whl",
        "w-1.SHA256SUMS.asc",
        "w-1.SHA256SUMS",
    ] == [one.name for one in in_order(manifest)]
    assert ["w-1.tar.xz", "w-1.whl", "w-1.cdx.json"] == [one.name for one in summed(manifest)]
    assert "w-1.SHA256SUMS" == sums_of(manifest)


def test_names_of_a_release_are_known() -> None:
    """By the promised artefacts, and by what names look like; another version or project is none of it."""
    there = [
        "wdgt-1.2.tar.xz",
        "wdgt-1.2.SHA256SUMS",
        "wdgt-1.2.tar.bz2",
        "libwidget-1.2.tar.gz.sig",
        "Widget_v1.2.zip",
        "wdgt-1.2.1.tar.xz",
        "wdgt-11.2.tar.xz",
        "gadget-1.2.tar.xz",
        "wdgt-1x2.tar.xz",
    ]

    assert sorted(there[:5]) == names_there(there, WIDGET, "1.2")
    assert "wdgt-1.2.tar.xz.asc" in promised_names(WIDGET, "1.2")
    assert "wdgt-1.2.SHA256SUMS.sig" in promised_names(WIDGET, "1.2")
    assert not is_of_release("wdgt-1.2\n.tar", WIDGET, "1.2")


def test_the_settings_of_a_project_are_read(tmp_path: Path) -> None:
    """[files.NAME] of the user's configuration is the place of that project, and of no other."""
    path = tmp_path / "config.toml"
    path.write_text(
        '[files.widget]\nhost = "w"\nfolder = "/srv/f"\nurl = "https://w.example/files/"\nca = "/ca"\n'
    )
    files = load_user_settings(path).files
    place = place_of("widget", files)
    assert place is not None

    assert ("w", "/srv/f", "w:/srv/f") == (place.host, place.folder, place.where)
    assert "https://w.example/files/a+b-1.tar.xz" == place.address("a+b-1.tar.xz")
    assert "/ca" == str(place.ca)
    assert None is place_of("gadget", files)


def test_all_that_is_wrong_with_settings_is_said_at_once() -> None:
    """A folder that is none, an option as a host, an address in the clear: three findings with hints."""
    settings = {
        "w": FilesSettings(folder="srv/../x", host="-oProxyCommand=x", url="http://w.example/")
    }
    with pytest.raises(ConfigFindingsError) as caught:
        place_of("w", settings)

    assert [
        "start it at the root, without .. and without spaces: /srv/files",
        "a name of your ~/.ssh/config, where a port belongs too, or user@server.example",
        "https://server.example/files/, with / at the end, without user, query or fragment",
    ] == [one.hint for one in caught.value.findings]


@pytest.mark.parametrize(
    "url",
    [
        "https://w.example/files",
        "https://u@w.example/",
        "https://w.example/?a=/",
        "ftp://w.example/",
    ],
)
def test_an_address_that_names_no_folder_is_refused(url: str) -> None:
    """Without the slash, with a user, with a query, of another scheme."""
    with pytest.raises(ConfigFindingsError) as caught:
        place_of("w", {"w": FilesSettings(folder="/srv/f", url=url)})
    assert "with / at the end" in caught.value.hint


def test_a_missing_place_says_what_to_write() -> None:
    """The hint holds the table that is missing."""
    with pytest.raises(ConfigError) as caught:
        needed(None, "widget")

    assert caught.value.hint.startswith('[files.widget] with folder = "/srv/files"')
    assert FilesPlace(folder="/x") == needed(FilesPlace(folder="/x"), "widget")
