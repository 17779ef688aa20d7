"""The list of a version's files, and the id that is its hash."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.deploy.manifest import (
    File,
    Manifest,
    is_plain,
    is_version_file,
    make_manifest,
    parse_manifest,
    render_manifest,
    version_text,
    with_version_files,
)
from pressroom.errors import FindingsError, PressroomError

ANEW = "deploy the built sites again: they bring a list of their own"
DIGEST = hashlib.sha256(b"x").hexdigest()

segments = st.text(
    st.one_of(st.sampled_from(" é中%'\"\\-$"), st.characters(min_codepoint=33)),
    min_size=1,
    max_size=12,
)
paths = st.lists(segments, min_size=2, max_size=4).map("/".join).filter(is_plain)
files = st.builds(
    File,
    sha256=st.binary(max_size=4).map(lambda data: hashlib.sha256(data).hexdigest()),
    size=st.integers(0, 10**18 - 1),
)


@given(st.dictionaries(paths, files, max_size=6))
def test_a_manifest_is_read_as_it_was_written(some: dict[str, File]) -> None:
    """Paths with spaces, quotes, backslashes and any letters come back, and so does the id."""
    manifest = Manifest(files=some)

    again = parse_manifest(render_manifest(manifest), where="m")

    assert some == again.files
    assert manifest.id == again.id


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    """Any text is a manifest of plain paths or a PressroomError, and nothing else is raised."""
    try:
        manifest = parse_manifest(text, where="m")
    except PressroomError:
        return
    assert all(map(is_plain, manifest.files))


@given(st.dictionaries(paths, files, min_size=2, max_size=5))
def test_the_id_does_not_depend_on_the_order(some: dict[str, File]) -> None:
    """The same files in another order have the same id."""
    assert Manifest(files=some).id == Manifest(files=dict(reversed(some.items()))).id


def test_the_id_changes_with_path_bytes_and_size() -> None:
    """Each of them makes another version."""
    ids = {
        Manifest(files={"hub/a": File(sha256=DIGEST, size=1)}).id,
        Manifest(files={"hub/b": File(sha256=DIGEST, size=1)}).id,
        Manifest(files={"hub/a": File(sha256=DIGEST[::-1], size=1)}).id,
        Manifest(files={"hub/a": File(sha256=DIGEST, size=2)}).id,
    }
    assert 4 == len(ids)
    assert {16} == {len(one) for one in ids}


def test_version_files_do_not_count_for_the_id() -> None:
    """With the version.txt of each site it is the same version; a deeper version.txt is a file like any other."""
    manifest = make_manifest({"hub": {"index.html": b"x"}, "deploy": {"nginx/p.conf": b""}})

    whole = with_version_files(manifest, ["hub"])

    assert manifest.id == whole.id
    assert whole.files["hub/version.txt"].size == len(version_text(manifest.id)) == 17
    assert ["deploy/nginx/p.conf", "hub/index.html", "hub/version.txt"] == list(whole.files)
    assert not is_version_file("hub/sub/version.txt")
    assert not is_version_file("version.txt")
    assert make_manifest({"hub": {"index.html": b"x", "sub/version.txt": b""}}).id != manifest.id


def test_a_manifest_has_hashes_and_sizes_in_order() -> None:
    """Files of all folders, sorted by path, with what sha256sum would say."""
    manifest = make_manifest({"hub": {"b c.html": b"x", "a/é.html": b""}, "deploy": {"z": b"yy"}})

    assert ["deploy/z", "hub/a/é.html", "hub/b c.html"] == list(manifest.files)
    assert File(sha256=DIGEST, size=1) == manifest.files["hub/b c.html"]
    assert 3 == manifest.size


def test_all_names_that_cannot_be_deployed_are_said_at_once() -> None:
    """A line feed, a byte that is no UTF-8, and a version.txt of one's own: three findings, each with the mend."""
    tree = {"a\nb": b"", "c\udc80": b"", "version.txt": b"1", "fine": b""}

    with pytest.raises(FindingsError) as raised:
        make_manifest({"hub": tree})

    assert ["hub/a\\nb", "hub/c\\udc80", "hub/version.txt"] == [
        one.where for one in raised.value.findings
    ]
    assert {"give the file another name and build again"} == {
        one.hint for one in raised.value.findings
    }
    str(raised.value).encode()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "x",
        f"{DIGEST} 1",
        f"{DIGEST} 1 ",
        f"{DIGEST[:-1]} 1 hub/a",
        f"{DIGEST.upper()} 1 hub/a",
        f"{DIGEST} -1 hub/a",
        f"{DIGEST} ٣ hub/a",
        f"{DIGEST} {'9' * 5000} hub/a",
        f"{DIGEST} 01 hub/a",
        f"{DIGEST} 1 a",
        f"{DIGEST} 1 /etc/passwd",
        f"{DIGEST} 1 hub/../../etc/passwd",
        f"{DIGEST} 1 hub//a",
        f"{DIGEST} 1 hub/./a",
        f"{DIGEST} 1 hub/",
        f"{DIGEST} 1 hub/\x1b[2J",
        f"{DIGEST} 1 hub/a\x85b",
        f"{DIGEST} 1 hub/first",
    ],
)
def test_what_is_no_line_is_refused_with_its_place(line: str) -> None:
    """A path that leads elsewhere or cannot be seen, a second line for one file, a number or hash that is none."""
    with pytest.raises(PressroomError, match="no line of a manifest") as raised:
        parse_manifest(f"{DIGEST} 1 hub/first\n{line}\n", where="far:m")

    assert "far:m:2" == raised.value.where
    assert ANEW == raised.value.hint


def test_nothing_is_an_empty_manifest() -> None:
    """An empty text has no file: nothing was carried."""
    assert {} == parse_manifest("", where="m").files
