"""The files that state a version: found by a template, checked, and written without a change elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.changelog.model import VersionFile
from pressroom.errors import PressroomError
from pressroom.findings import Finding, Severity, errors_of
from pressroom.release.carriers import check_carriers, stated, write_version

SETUP = (
    b'from x import version_info\n\nsetup(\n    version="1.5.18",\n    python_version="3.9",\n)\n'
)
CONF = b"# The short version\nversion = '1.5'\nrelease = '1.5.18'\n"
ROWS = (
    VersionFile(file="setup.py", what='version="{version}"'),
    VersionFile(file="conf.py", what='release = "{version}"'),
    VersionFile(file="conf.py", what='version = "{major}.{minor}"'),
)


def check(version: str = "1.5.19", *rows: VersionFile, **files: bytes | None) -> list[Finding]:
    """The findings about setup.py and conf.py as given."""
    both = {"setup.py": files.get("setup", SETUP), "conf.py": files.get("conf", CONF)}
    return check_carriers(both, rows or ROWS, version=version)


def test_carriers_that_agree_are_fine() -> None:
    """An older version everywhere, in full and in parts, is what a release starts from."""
    assert [] == check()
    assert [] == check("1.5.18")


@pytest.mark.parametrize(
    ("text", "what", "said"),
    [
        ('version="1.5.18"', 'version="{version}"', "1.5.18"),
        ("version='1.5.18rc1'", 'version="{version}"', "1.5.18rc1"),
        ("  version  =\t'1.5'", 'version = "{version}"', "1.5"),
        ("VERSION_INFO = (2, 3, 1, 0)", "VERSION_INFO = ({major}, {minor}, {micro}, 0)", "2.3.1"),
        ("Widget 1.2.", "Widget {version}", "1.2"),
        ("#define MAJOR 12", "#define MAJOR {major}", "12"),
        ("version = '1!2.0+local.1'", 'version = "{version}"', "1!2.0+local.1"),
        ("a (b) [c] 7 $", "a (b) [c] {major} $", "7"),
    ],
)
def test_a_template_fits(text: str, what: str, said: str) -> None:
    """Blanks stand for any run of them, a quote for the other, all else for itself."""
    (place,) = stated(f"first\n{text}\n", what)

    assert (2, said) == (place.line, place.words)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('python_version="3.9"', 'version="{version}"'),
        ('tool.version="3.9"', 'version="{version}"'),
        ('min-version="3.9"', 'version="{version}"'),
        ('version = "1.5.18"', 'version = "{major}.{minor}"'),
        ("version 1.5.18", "version {major}.{minor}"),
        ("version=\n1.5", "version= {version}"),
        ('version="1.5', 'version="{version}"'),
        ("v = 1x5", "v = {major}.{minor}"),
        ('version=""', 'version="{version}"'),
        ("9 = x", "{micro} = y"),
    ],
)
def test_a_template_does_not_fit(text: str, what: str) -> None:
    """Neither the tail of a longer name, nor a part of a longer version, nor across lines."""
    assert () == stated(text, what)


def test_a_version_is_written_at_every_place() -> None:
    """Quotes, blanks and line ends stay; parts come from the release numbers of a pre-release."""
    text = "\ufeffversion  =  '1.5.18'  # version = \"1.5.17\"\r\nINFO = (1, 5,18, 0)\r\n"

    text = write_version(text, 'version = "{version}"', "1.6.0rc1")
    text = write_version(text, "INFO = ({major}, {minor},{micro}, 0)", "1.6.0rc1")

    assert (
        "\ufeffversion  =  '1.6.0rc1'  # version = \"1.6.0rc1\"\r\nINFO = (1, 6,0, 0)\r\n"
    ) == text


def test_a_short_version_has_no_micro() -> None:
    """What a version does not say is zero."""
    assert "v 2, 0, 0" == write_version("v 1, 2, 3", "v {major}, {minor}, {micro}", "2")


def test_what_is_no_version_is_not_written() -> None:
    """The error says what one looks like."""
    with pytest.raises(PressroomError, match="is no version") as caught:
        write_version("v 1", "v {major}", "one")

    assert "write numbers with dots: 1.5.21" == caught.value.hint


@given(
    pieces=st.lists(
        st.one_of(
            st.sampled_from(('version = "1.2.3"', "version\t= '9'", "version", "\r\n", "\n", "=", '"1.0"')),
            st.text(max_size=5),
        ),
        max_size=12,
    ),
    version=st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){1,3}(rc[0-9])?", fullmatch=True),
)  # fmt: skip
def test_only_the_version_changes(pieces: list[str], version: str) -> None:
    """Every place then states the new version, as many places as before, and writing the old ones gives the old text."""
    what, text = 'version = "{version}"', "".join(pieces)
    before = stated(text, what)

    after = write_version(text, what, version)

    found = stated(after, what)
    assert [version] * len(before) == [place.words for place in found]
    assert [place.line for place in before] == [place.line for place in found]
    again = after
    for old, new in reversed(list(zip(before, found, strict=True))):
        again = again[: new.parts[0].start] + old.words + again[new.parts[0].end :]
    assert text == again


def test_a_file_that_is_gone_is_a_warning() -> None:
    """Nothing in it can be stale; the front matter may name what an archive leaves out."""
    found = check(conf=None)

    assert ["conf.py: warning: not in the tree, so nothing in it can be stale"] == [
        str(one).partition("\n")[0] for one in found
    ]
    assert "take it out of version_files if it is gone for good" == found[0].hint
    assert [] == errors_of(found)


@pytest.mark.parametrize("what", ["release", "", 'version = "1.5.18"', "a\n{version}"])
def test_a_template_without_a_place_is_refused(what: str) -> None:
    """A template that no version can be written into is an error that says what one is."""
    (found,) = check("1.6", VersionFile(file="setup.py", what=what))

    assert "has no place for a version on one line" in found.message
    assert "with {version} or {major}, {minor}, {micro} in it" in found.hint
    assert Severity.ERROR is found.severity


def test_a_template_that_fits_nowhere_is_refused() -> None:
    """A carrier that changed its form is found before the release, not after it."""
    found = check(conf=b"release = get_version()\nversion = '1.5'\n")

    assert ["conf.py: no line is like 'release = \"{version}\"'"] == [
        f"{one.place}: {one.message}" for one in found
    ]
    assert found[0].hint.startswith("mend its template in version_files")


@pytest.mark.parametrize(
    ("conf", "said"),
    [
        (b"version = '1.5'\nrelease = '1.5.2'\n", "setup.py:4 says 1.5.18, conf.py:2 says 1.5.2"),
        (b"version = '1.4'\nrelease = '1.5.18'\n", "conf.py:2 says 1.5.18, conf.py:1 says 1.4"),
        (
            b"version = '1.5'\nrelease = '1.5.18'\n\xff\nrelease = '1.5.17'\n",
            "conf.py:2 says 1.5.18, conf.py:4 says 1.5.17",
        ),
    ],
)
def test_carriers_that_disagree_are_named(conf: bytes, said: str) -> None:
    """A stale carrier, a stale part and two versions in one file are named with file and line."""
    (found,) = check(conf=conf)

    assert "setup.py:4" == found.place
    assert found.message.startswith(
        "the version is not the same everywhere: setup.py:4 says 1.5.18"
    )
    assert said in found.message
    assert found.hint.startswith("mend the wrong one and commit it")


def test_parts_alone_can_disagree() -> None:
    """Two carriers of parts are compared without one that states the whole version."""
    rows = [VersionFile(file=name, what="v = {major}, {minor}") for name in ("a", "b")]

    (found,) = check_carriers({"a": b"v = 1, 2", "b": b"v = 1, 3"}, rows, version="1.4")

    assert "a:1 says 1.2, b:1 says 1.3" in found.message
    assert found.hint


def test_a_carrier_ahead_of_the_release_is_refused() -> None:
    """A later version in the tree than the one to be released is a mistake in one of the two."""
    found = check("1.5.9")

    assert ["conf.py:3", "setup.py:4"] == [one.place for one in found]
    assert "says 1.5.18 already, which is later than 1.5.9" == found[0].message
    assert "release a later version, or take that line back" == found[0].hint
