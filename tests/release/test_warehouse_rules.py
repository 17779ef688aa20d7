"""What the file alone decides: each refusal of PyPI, and nothing more."""

from __future__ import annotations

import io
import zipfile

import hypothesis
import pytest
from hypothesis import strategies
from release_dists import (
    SDIST,
    WHEEL,
    make_sdist,
    make_wheel,
    metadata,
    pack_sdist,
    pack_wheel,
    sdist_files,
    wheel_files,
)

from pressroom.release.warehouse.rules import MAX_FILE, Refusal, refusals

INFO = "widget-1.0.dist-info"


def judge(
    filename: str, data: bytes, *, name: str = "widget", version: str = "1.0"
) -> list[Refusal]:
    """The refusals of a file of widget 1.0."""
    return refusals(filename, data, name=name, version=version)


def reasons(filename: str, data: bytes) -> list[str]:
    """Only why."""
    return [refusal.reason for refusal in judge(filename, data)]


def assert_refused(found: list[Refusal], reason: str, hint: str) -> None:
    """There is one refusal, it begins so, and the hint says that."""
    assert 1 == len(found), found
    assert found[0].reason.startswith(reason), found[0].reason
    assert hint in found[0].hint


# whole files


@pytest.mark.parametrize(("filename", "data"), [(WHEEL, make_wheel()), (SDIST, make_sdist())])
def test_whole_files_are_taken(filename: str, data: bytes) -> None:
    """A wheel and an sdist as backends make them have no refusal."""
    assert [] == judge(filename, data)


def test_a_compressed_wheel_with_zip64_fields_is_taken() -> None:
    """Deflated members and sizes in the ZIP64 field are ordinary."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in wheel_files().items():
            with archive.open(path, "w", force_zip64=True) as file:
                file.write(data)
    assert [] == judge(WHEEL, target.getvalue())


# names


@pytest.mark.parametrize(
    ("filename", "reason", "hint"),
    [
        ("widget-1.0.zip", "Invalid file extension", "python -m build"),
        ("widget-1.0.tar.bz2", "Invalid file extension", "python -m build"),
        ("Widget-1.0.tar.gz", "Filename 'Widget-1.0.tar.gz' is invalid, should be", "PEP 625"),
        ("widget-1.00.tar.gz", "Filename 'widget-1.00.tar.gz' is invalid, should be", "PEP 625"),
        ("widget-2.0.tar.gz", "Filename 'widget-2.0.tar.gz' is invalid, should be", "PEP 625"),
    ],
)
def test_names_of_sdists(filename: str, reason: str, hint: str) -> None:
    """An sdist has the one name that PEP 625 gives it."""
    assert_refused(judge(filename, make_sdist()), reason, hint)


@pytest.mark.parametrize(
    ("filename", "reason", "hint"),
    [
        ("gadget-1.0-py3-none-any.whl", "Start filename for 'widget' with 'widget'", "built for"),
        ("Widget-1.0-py3-none-any.whl", "Filename 'Widget-1.0", "setuptools"),
        ("widget-2.0-py3-none-any.whl", "Version in filename should be '1.0' not '2.0'", "sdist"),
        ("widget-1.0-py3.whl", "Invalid wheel filename", "name-version-python"),
    ],
)
def test_names_of_wheels(filename: str, reason: str, hint: str) -> None:
    """A wheel's name says which project and version it is for."""
    assert_refused(
        [refusal for refusal in judge(filename, make_wheel()) if "required" not in refusal.reason],
        reason,
        hint,
    )


@pytest.mark.parametrize(
    ("filename", "reason", "hint"),
    [
        ("../widget-1.0.tar.gz", "Cannot upload a file with '/'", "without its folder"),
        ("a\\widget-1.0.tar.gz", "Cannot upload a file with '/'", "without its folder"),
        ("widget\x00-1.0.tar.gz", "Cannot upload a file with non-printable", "no build backend"),
        (f"widget-1.0{'0' * 250}.tar.gz", "Filename is too long", "shorter"),
    ],
)
def test_hostile_names(filename: str, reason: str, hint: str) -> None:
    """Folders, control characters and names that no disk keeps are refused as such."""
    found = [refusal for refusal in judge(filename, make_sdist()) if "PEP 625" not in refusal.hint]
    assert_refused(found, reason, hint)


@pytest.mark.parametrize(
    ("platform", "taken"),
    [
        ("any", True),
        ("win32", True),
        ("win_amd64", True),
        ("win_arm64", True),
        ("macosx_10_9_x86_64", True),
        ("macosx_11_0_arm64", True),
        ("macosx_26_0_universal2", True),
        ("macosx_11_1_arm64", False),
        ("macosx_11_0_riscv64", False),
        ("manylinux1_x86_64", True),
        ("manylinux2014_aarch64", True),
        ("manylinux_2_28_x86_64", True),
        ("manylinux_2_28_x86_64.manylinux2014_x86_64", True),
        ("manylinux_2_28_mips", False),
        ("musllinux_1_2_x86_64", True),
        ("linux_armv6l", True),
        ("linux_armv7l", True),
        ("linux_x86_64", False),
        ("linux_aarch64", False),
        ("manylinux2014_x86_64.linux_x86_64", False),
        ("freebsd_14_amd64", False),
    ],
)
def test_platform_tags(platform: str, taken: bool) -> None:
    """A platform is taken when its tag promises which machines the wheel runs on."""
    found = judge(f"widget-1.0-cp311-cp311-{platform}.whl", make_wheel())
    if taken:
        assert [] == found
    else:
        assert_refused(found, "Binary wheel", "auditwheel")
        assert "unsupported platform tag" in found[0].reason


@pytest.mark.parametrize(
    ("name", "version", "reason", "hint"),
    [
        ("widget", "1.0+local", "The use of local versions", "release it as 1.0"),
        ("widget", "one", "'one' is an invalid value for Version", "PEP 440"),
        ("widget", " 1.0", "' 1.0' is an invalid value for Version", "PEP 440"),
        ("-widget", "1.0", "'-widget' is an invalid value for Name", "ASCII"),
    ],
)
def test_names_and_versions_of_projects(name: str, version: str, reason: str, hint: str) -> None:
    """What is no name or version is refused, whatever the file is."""
    found = judge(WHEEL, make_wheel(), name=name, version=version)
    assert_refused(
        [refusal for refusal in found if refusal.reason.startswith(reason)], reason, hint
    )


def test_a_file_that_is_too_large() -> None:
    """100 MiB and not a byte more; the rest of it is not even looked at."""
    found = judge(WHEEL, bytes(MAX_FILE + 1))
    assert_refused(found, "File too large. Limit for project 'widget' is 100 MB", "leave out")


# wheels


@pytest.mark.parametrize("missing", ["WHEEL", "METADATA", "RECORD"])
def test_a_wheel_without_its_own_files(missing: str) -> None:
    """WHEEL, METADATA and RECORD have to be in the folder that the name of the file names."""
    files = wheel_files()
    del files[f"{INFO}/{missing}"]
    found = judge(WHEEL, pack_wheel(files))
    assert_refused(found, f"Wheel {WHEEL!r} does not contain the required {missing}", "sdist")


@pytest.mark.parametrize(
    "text",
    [
        "[console_scripts]\nwidget = widget\n",
        "[console_scripts]\nwidget = widget:\n",
        "[gui_scripts]\n../widget = widget:main\n",
        "[console_scripts]\nwidget = widget:main\nwidget = widget:main\n",
        "widget = widget:main\n",
        "[console_scripts\n",
        "\udcff",
    ],
)
def test_bad_entry_points(text: str) -> None:
    """Commands that no installer could make are refused."""
    files = wheel_files() | {
        f"{INFO}/entry_points.txt": text.encode("utf-8", "surrogateescape"),
    }
    found = judge(WHEEL, pack_wheel(files))
    assert_refused(found, "Invalid distribution file. Invalid entry_points.txt", "package.module")


def test_good_entry_points() -> None:
    """Extras of old, names with case and dots, and groups of others are fine."""
    text = "[console_scripts]\nWid.get = widget.cli:App.run [tui]\nwid.get = widget:main\n\n[pytest11]\nx = widget\n"
    assert [] == judge(
        WHEEL, pack_wheel(wheel_files() | {f"{INFO}/entry_points.txt": text.encode()})
    )


def test_a_wheel_that_unpacks_to_nothing_but_zeros() -> None:
    """More than 64 MiB and more than 50 times the file is a bomb; less than either is not."""
    big = pack_wheel(
        wheel_files() | {"widget/zeros": bytes(64 * 1024**2)}, method=zipfile.ZIP_DEFLATED
    )
    assert_refused(
        judge(WHEEL, big), "Invalid distribution file. File exceeds compression", "empty"
    )
    stored = pack_wheel(wheel_files() | {"widget/zeros": bytes(64 * 1024**2)})
    assert [] == judge(WHEEL, stored)
    small = pack_wheel(
        wheel_files() | {"widget/zeros": bytes(1024**2)}, method=zipfile.ZIP_DEFLATED
    )
    assert [] == judge(WHEEL, small)


def test_a_wheel_whose_bytes_changed() -> None:
    """A member that does not have its checksum is refused, not raised."""
    data = make_wheel().replace(b"Name: widget", b"Name: wodget")
    assert_refused(judge(WHEEL, data), "Invalid distribution file. Bad CRC-32", "again")


# sdists


def test_a_sparse_member() -> None:
    """A sparse file is not the same for every reader."""
    files = sdist_files()
    data = pack_sdist(files, sparse="widget-1.0/widget/__init__.py")
    assert_refused(judge(SDIST, data), "Invalid distribution file. Sparse member", "again")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"widget-1.0/setup.py": b""}, "PKG-INFO not found at widget-1.0/PKG-INFO"),
        ({"PKG-INFO": metadata(), "setup.py": b""}, "Incorrect number of top-level directories"),
        (sdist_files() | {"other/x": b""}, "Incorrect number of top-level directories"),
        (sdist_files() | {"../x": b""}, "Incorrect number of top-level directories"),
        ({}, "Incorrect number of top-level directories"),
    ],
)
def test_the_layout_of_an_sdist(files: dict[str, bytes], reason: str) -> None:
    """One folder, and PKG-INFO in it."""
    found = judge(SDIST, pack_sdist(files))
    assert_refused(found, f"Invalid distribution file. {reason}", "--sdist")


def test_an_sdist_packed_from_a_dot() -> None:
    """A ./ before every name changes nothing."""
    files = {f"./{path}": data for path, data in sdist_files().items()}
    assert [] == judge(SDIST, pack_sdist(files))


@pytest.mark.parametrize("data", [b"", b"no tar", make_sdist()[:100], make_wheel()])
def test_no_tar(data: bytes) -> None:
    """What is no .tar.gz, or only the beginning of one, is refused."""
    found = judge(SDIST, data)
    assert_refused(found, "Invalid distribution file. File is not a tarfile", "--sdist")


# metadata


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("Metadata-Version: 9.9",), "9.9"),
        (("Summary: " + "x" * 513,), "'summary' field must be 512"),
        (("Author-email: nobody",), "'nobody' is not a valid email address"),
        (("Maintainer-email: A <a@b.test>",), "'a@b.test' is not a valid email address"),
        (("Home-page: widget",), "'widget' is not a valid url"),
        (("Project-URL: , https://x.example",), "Project-URL '' must have a label"),
        (("Project-URL: " + "x" * 33 + ", https://x.example",), "Project-URL"),
        (("Project-URL: Home, javascript:x",), "Project-URL 'Home': 'javascript:x' is not"),
        (("License: GPL", "License-Expression: MIT"), "License is deprecated when"),
        (("License-Expression: Whatever",), "'Whatever' is invalid for 'license-expression'"),
        (("Requires-Dist: gadget @ https://x.example/g.whl",), "Can't have direct dependency"),
        (("Requires-Dist: a b c",), "'a b c' is invalid for 'requires-dist'"),
        (("Obsoletes-Dist: a b c",), "'a b c' is not a valid requirement"),
        (("Requires-Python: three",), "'three' is invalid for 'requires-python'"),
        (("Classifier: Private :: Do Not Upload",), "'Private :: Do Not Upload' is not a valid"),
        (("Classifier: Natural Language :: Ukranian",), "The classifier"),
        (("Description-Content-Type: text/html",), "'text/html'"),
        (("Dynamic: Name",), "'name' is not allowed as a dynamic field"),
    ],
)
def test_metadata(lines: tuple[str, ...], reason: str) -> None:
    """Each field that PyPI looks at more closely than the specification does."""
    data = metadata("widget", "1.0", *lines)
    if lines[0].startswith("Metadata-Version"):
        data = data.replace(b"Metadata-Version: 2.4\n", b"")
    found = judge(SDIST, pack_sdist({"widget-1.0/PKG-INFO": data}))
    assert found
    assert any(reason in refusal.reason for refusal in found), found
    assert all("pyproject.toml" in refusal.hint for refusal in found)


def test_metadata_of_another_release() -> None:
    """The name and version inside a file are those that it is uploaded for."""
    found = judge(SDIST, pack_sdist({"widget-1.0/PKG-INFO": metadata("gadget", "2.0")}))
    assert [
        "Name in metadata should be 'widget' not 'gadget'.",
        "Version in metadata should be '1.0' not '2.0'.",
    ] == [refusal.reason for refusal in found]
    assert "pyproject.toml" in found[0].hint


def test_a_missing_licence_file() -> None:
    """A file that License-File names is in the file, at the place that PEP 639 gives it."""
    line = "License-File: COPYING"
    at = f"{INFO}/licenses/COPYING"
    assert_refused(
        judge(WHEEL, make_wheel("widget", "1.0", line)),
        f"License-File COPYING does not exist in distribution file {WHEEL} at {at}",
        "ship the file",
    )
    assert_refused(
        judge(SDIST, make_sdist("widget", "1.0", line)), "License-File COPYING", "ship the file"
    )
    files = wheel_files("widget", "1.0", line) | {at: b"do what you like"}
    assert [] == judge(WHEEL, pack_wheel(files))
    files = sdist_files("widget", "1.0", line) | {"widget-1.0/COPYING": b"do what you like"}
    assert [] == judge(SDIST, pack_sdist(files))


def test_licence_files_of_old_setuptools() -> None:
    """Before metadata 2.4 License-File promised nothing, and PyPI never sees it."""
    old = metadata("widget", "1.0", "License-File: COPYING").replace(b"2.4", b"2.1")
    assert [] == judge(SDIST, pack_sdist({"widget-1.0/PKG-INFO": old}))


def test_a_description_that_does_not_render() -> None:
    """Broken reStructuredText is refused, also where nobody said what it is; Markdown always renders."""
    broken = "Title\n=\n\n.. nothing:: x\n\n:ref:`x`\n"
    found = judge(SDIST, make_sdist(body=broken))
    assert_refused(found, "The description failed to render for 'text/x-rst'", "twine check")
    kind = "Description-Content-Type: text/markdown"
    assert [] == judge(SDIST, make_sdist("widget", "1.0", kind, body=broken))
    assert [] == judge(SDIST, make_sdist(body="Title\n=====\n\n*fine*\n"))


# anything


@hypothesis.given(
    filename=strategies.text(max_size=20) | strategies.sampled_from([WHEEL, SDIST]),
    name=strategies.text(max_size=10),
    version=strategies.text(max_size=10),
    data=strategies.binary(max_size=200),
)
@hypothesis.settings(max_examples=150)
def test_nothing_raises(filename: str, name: str, version: str, data: bytes) -> None:
    """Any name and any bytes have refusals, never an exception."""
    assert refusals(filename, data, name=name, version=version)


@hypothesis.given(
    at=strategies.integers(0, 2000), byte=strategies.integers(0, 255), cut=strategies.booleans()
)
@hypothesis.settings(max_examples=300)
def test_broken_files_do_not_raise(at: int, byte: int, cut: bool) -> None:
    """A byte that is wrong, or an end that is missing, is refused or harmless."""
    for filename, whole in ((WHEEL, make_wheel()), (SDIST, make_sdist())):
        data = bytearray(whole)
        place = at % len(data)
        data[place] = byte
        for refusal in judge(filename, bytes(data[:place] if cut else data)):
            assert refusal.hint
