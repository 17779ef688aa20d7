"""A wheel against its own RECORD and name, and the metadata of all files of a release against each other."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_archives import (
    PKG_INFO,
    SDIST,
    WHEEL,
    Content,
    make_sdist,
    make_wheel,
    make_zip,
    record_line,
    tracked,
)

from pressroom.changelog.model import Kind, Packaging, Project
from pressroom.findings import Finding, Severity, errors_of
from pressroom.release.audit.description import check_descriptions
from pressroom.release.audit.files import audit_collected, audit_files
from pressroom.release.audit.metadata import compare_metadata
from pressroom.release.audit.wheel import audit_wheel

if TYPE_CHECKING:
    from pathlib import Path

INFO = "widget-1.0.dist-info"
NATIVE = "widget-1.0-cp311-cp311-win_amd64.whl"
FILES: dict[str, Content] = {"widget/__init__.py": "x = 1\n"}
KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    "\n-----END RSA PRIVATE KEY-----\n"
)


def messages(findings: list[Finding]) -> list[str]:
    """What is said; each finding has a hint."""
    assert all(finding.hint for finding in findings)
    return [finding.message for finding in findings]


def widget(**facts: object) -> Project:
    """A project whose package is called widget."""
    values: dict[str, object] = {
        "id": "widget",
        "name": "Widget",
        "title": "Widget",
        "kind": Kind.PYTHON,
        "description": "A widget",
        "pypi": "widget",
    }
    return Project(**(values | facts))  # type: ignore[arg-type]  # as the model has them


def test_a_true_wheel_has_no_finding() -> None:
    """Pure, or for one platform with an extension in it."""
    assert [] == audit_wheel(WHEEL, make_wheel(FILES | {"widget_more/__init__.py": ""}))
    tag = "cp311-cp311-manylinux_2_17_x86_64"
    native = make_wheel(FILES | {"widget/_x.so": b"\x7fELF"}, tag=tag, pure=False)
    assert [] == audit_wheel(f"widget-1.0-{tag}.whl", native)


def test_compressed_tags_are_each_of_theirs() -> None:
    """`py2.py3` in the name are two tags in WHEEL."""
    data = make_wheel(FILES, tag="py2-none-any\nTag: py3-none-any")

    assert [] == audit_wheel("widget-1.0-py2.py3-none-any.whl", data)
    assert ["the tags in its WHEEL are py2-none-any, py3-none-any"] == messages(
        audit_wheel(WHEEL, data)
    )


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ({"widget/__init__.py": ""}, "RECORD does not list widget/__init__.py"),
        ({"x": "widget/gone.py,sha256=x,1"}, "RECORD lists widget/gone.py, which is not in"),
        (
            {"x": record_line("widget/__init__.py", b"x = 1\n")},
            "RECORD lists widget/__init__.py twice",
        ),
        (
            {"widget/__init__.py": record_line("widget/__init__.py", b"x = 2\n")},
            "RECORD has another hash or size than widget/__init__.py",
        ),
        (
            {"widget/__init__.py": record_line("widget/__init__.py", b"x = 1\n")[:-1] + "7"},
            "RECORD has another hash or size than widget/__init__.py",
        ),
        ({"widget/__init__.py": "widget/__init__.py,,"}, "RECORD has another hash or size"),
        ({"widget/__init__.py": "widget/__init__.py,md5=x,6"}, "RECORD has another hash or size"),
        ({"x": "one"}, "RECORD has a line of 1 fields"),
    ],
)
def test_record_is_held_against_the_files(record: dict[str, str], says: str) -> None:
    """Every file once, with its true hash and size, and none that is not there."""
    (finding,) = audit_wheel(WHEEL, make_wheel(FILES, record=record))

    assert finding.message.startswith(says)
    assert "write RECORD anew" in finding.hint


@pytest.mark.parametrize(
    ("filename", "data", "says"),
    [
        (WHEEL, b"", "is no whole archive"),
        (WHEEL, make_zip([("a.py", "")]), "has not one .dist-info folder but none"),
        ("widget-2.0-py3-none-any.whl", make_wheel(FILES), "is not that of widget 2.0"),
        ("gadget-1.0-py3-none-any.whl", make_wheel(FILES), "is that of 'widget' '1.0'"),
        ("widget.whl", make_wheel(FILES), "Invalid wheel filename"),
        ("widget-1.0-py3-none-linux_x86_64.whl", make_wheel(FILES), "the tags in its WHEEL are"),
        (WHEEL, make_wheel(FILES, pure=False, tag="x"), "the tags in its WHEEL are none"),
        (WHEEL, make_wheel(FILES | {"widget/_x.so": b""}), "is for any platform by its name"),
        (WHEEL, make_wheel({"widget/data.txt": ""}), "installs nothing that can be imported"),
        (WHEEL, make_wheel({"widget-1.0.data/scripts/x.py": ""}), "installs nothing that can"),
        (WHEEL, make_wheel({f"{INFO}/x.py": ""}), "installs nothing that can be imported"),
        (WHEEL, make_wheel(FILES, info="gadget-1.0.dist-info"), "is not that of widget 1.0"),
        (WHEEL, make_wheel(FILES, metadata=PKG_INFO.replace("1.0", "1.1")), "'widget' '1.1'"),
        (NATIVE, make_wheel(FILES | {"x.so": ""}, tag=NATIVE[11:-4]), "Root-Is-Purelib: true"),
        (WHEEL, make_zip([(f"{INFO}/WHEEL", "Tag: py3-none-any")]), "Root-Is-Purelib: nothing"),
        (WHEEL, make_wheel(FILES | {"../x.py": ""}), "leads out of the archive"),
        (WHEEL, make_zip([("a.py", ""), ("a.py", "")]), "is in the wheel twice"),
        (WHEEL, make_wheel(FILES | {"widget/.DS_Store": ""}), "a leftover of macOS"),
        (WHEEL, make_wheel(FILES | {"widget/__pycache__/x.pyc": ""}), "compiled Python"),
        (WHEEL, make_wheel(FILES | {"widget/k.txt": KEY}), "a private key"),
    ],
)
def test_a_wheel_that_is_not_what_it_says_is_an_error(
    filename: str, data: bytes, says: str
) -> None:
    """Name, folder, METADATA, tags, contents: each finding names the wheel."""
    findings = errors_of(audit_wheel(filename, data))

    assert any(says in message for message in messages(findings)), findings
    assert {filename} == {finding.where for finding in findings}


def test_a_weak_hash_is_no_hash() -> None:
    """A true MD5 in RECORD proves nothing."""
    digest = base64.urlsafe_b64encode(hashlib.md5(b"x = 1\n").digest()).decode().rstrip("=")  # noqa: S324 - the claim
    record = {"widget/__init__.py": f"widget/__init__.py,md5={digest},6"}

    (finding,) = audit_wheel(WHEEL, make_wheel(FILES, record=record))
    assert finding.message.startswith("RECORD has another hash")


def test_a_project_may_be_called_like_a_stray_folder() -> None:
    """A package `docs` of the project docs is where it belongs."""
    metadata = PKG_INFO.replace("widget", "docs")
    data = make_wheel({"docs/__init__.py": ""}, metadata=metadata, info="docs-1.0.dist-info")

    assert [] == audit_wheel("docs-1.0-py3-none-any.whl", data)


def test_missing_parts_are_named() -> None:
    """A wheel without METADATA, WHEEL and RECORD lacks three files."""
    data = make_zip([("widget/__init__.py", ""), (f"{INFO}/x", "")])
    found = messages(audit_wheel(WHEEL, data))

    for name in ("METADATA", "WHEEL", "RECORD"):
        assert f"{INFO}/{name} is missing" in found


def test_what_is_only_odd_is_a_warning() -> None:
    """A stray top folder, a home in a text, a key for show."""
    data = make_wheel(
        FILES
        | {
            "tests/test_x.py": "",
            "widget/path.py": 'HOME = "/home/ann/widget"\n',
            "widget/doc.py": "# such as /home/user/widget\n",
            "widget/tests/key.pem": KEY,
        }
    )
    findings = audit_wheel(WHEEL, data)

    assert [] == errors_of(findings)
    assert [
        "installs a folder 'tests' beside all other packages",
        "widget/path.py: holds '/home/ann/', a home on some machine",
        "widget/tests/key.pem: a private key",
    ] == messages(findings)


def test_a_path_of_the_build_is_an_error_in_any_file() -> None:
    """Binary files too: a library with the folder of its build is not reproducible."""
    data = make_wheel(FILES | {"widget/data.bin": b"\0/work/build-7/src\0"})

    (finding,) = audit_wheel(WHEEL, data, machine=("/work/build-7", "/"))
    assert "widget/data.bin: holds the path of the build, /work/build-7" == finding.message
    assert "-ffile-prefix-map" in finding.hint


@given(st.binary(max_size=60), st.integers(0, 10_000), st.integers(1, 255))
def test_damaged_wheels_never_raise(noise: bytes, at: int, flip: int) -> None:
    """Noise, and a wheel with one byte changed, give findings or none."""
    damaged = bytearray(make_wheel(FILES))
    damaged[at % len(damaged)] ^= flip

    for data in (noise, bytes(damaged)):
        assert isinstance(audit_wheel(WHEEL, data), list)


def test_the_metadata_of_all_files_agree() -> None:
    """Name, version and promises are one; spellings of a requirement are not told apart."""
    sdist = PKG_INFO + "Requires-Dist: Some_Thing >=1; python_version=='3.9'\nProvides-Extra: Gui\n"
    same = (
        PKG_INFO + 'Requires-Dist: some-thing>=1 ; python_version == "3.9"\nProvides-Extra: gui\n'
    )
    assert [] == compare_metadata(
        (SDIST, sdist.encode()), {WHEEL: same.encode()}, version="1.0", project=widget()
    )
    other = PKG_INFO.replace("A widget", "Another") + "Requires-Python: >=3.9\n"
    found = messages(
        compare_metadata(
            (SDIST, sdist.encode()), {WHEEL: other.encode()}, version="1.0", project=widget()
        )
    )
    assert 4 == len(found)
    assert f"Summary is Another; in {SDIST} it is A widget" in found
    assert f"Requires-Python is >=3.9; in {SDIST} it is missing" in found


def test_metadata_of_another_release_or_project_is_an_error() -> None:
    """The version is the release's and the name is the project's on the index."""
    found = messages(
        compare_metadata(
            (SDIST, PKG_INFO.encode()), {}, version="1.1", project=widget(pypi="gadget")
        )
    )
    unnamed = widget(pypi=None, name="widget")
    assert [] == compare_metadata((SDIST, PKG_INFO.encode()), {}, version="1", project=unnamed)
    assert [
        "its metadata name 'widget', but the project is 'gadget'",
        "its metadata say version '1.0', but this is the release of 1.1",
    ] == found


def test_a_description_that_does_not_render_is_an_error(tmp_path: Path) -> None:
    """Twine's own words; what is only strict is a warning."""
    broken = PKG_INFO + "Description-Content-Type: text/x-rst\n\n``open\n\n.. nothing::\n"
    plain = PKG_INFO + "\nA widget.\n"
    paths = []
    for name, text in (("broken", broken), ("plain", plain)):
        path = tmp_path / name / SDIST
        path.parent.mkdir()
        path.write_bytes(make_sdist({"a.py": ""}, pkg_info=text))
        paths.append(path)
    found = check_descriptions(paths)

    assert [Severity.ERROR, Severity.WARNING] == [finding.severity for finding in found]
    assert "would not be rendered" in found[0].message
    assert "`long_description_content_type` missing" in found[1].message
    assert "twine check --strict" in found[1].hint


GOOD = (
    PKG_INFO.replace("2.1", "2.4")
    + "Description-Content-Type: text/plain\nLicense-File: LICENSE\n\nA widget.\n"
)


def dist(folder: Path, *, metadata: str = GOOD) -> list[Path]:
    """An sdist and a wheel of one release."""
    sdist = make_sdist({"LICENSE": "x", "widget/__init__.py": "x = 1\n"}, pkg_info=GOOD)
    wheel = make_wheel(FILES | {f"{INFO}/licenses/LICENSE": "x"}, metadata=metadata)
    for name, data in ((SDIST, sdist), (WHEEL, wheel)):
        (folder / name).write_bytes(data)
    return [folder / SDIST, folder / WHEEL]


TREE = tracked({"LICENSE": "x", "widget/__init__.py": "x = 1\n"})
NAMES = {SDIST, WHEEL}


def test_the_files_of_a_release_are_judged_at_once(tmp_path: Path) -> None:
    """The verdict on the sdist and the findings of all files; a good release has neither."""
    verdict, findings = audit_files(
        dist(tmp_path), TREE, project=widget(), version="1.0", uploads=NAMES
    )
    assert [] == findings
    assert verdict.accepted
    (tmp_path / "notes.txt").write_text("x")
    other = tracked({"LICENSE": "y", "widget/__init__.py": "x = 1\n", "_x.py": ""})
    verdict, findings = audit_files(
        [*dist(tmp_path, metadata=GOOD.replace("1.0", "1.1")), tmp_path / "notes.txt"],
        other,
        project=widget(),
        version="1.0",
        uploads=NAMES,
    )
    assert ["LICENSE"] == [remark.file for remark in verdict.blocking]
    assert ["_x.py"] == [remark.file for remark in verdict.listed]
    found = messages(findings)
    assert "is neither an sdist nor a wheel" in found
    assert "its metadata say version '1.1', but this is the release of 1.0" in found
    assert any(message.startswith("the index refuses it: Version in metadata") for message in found)


def test_only_what_goes_to_the_index_has_to_be_what_it_takes(tmp_path: Path) -> None:
    """A wheel for this machine alone is judged, and may have a tag that the index refuses."""
    tag = "cp311-cp311-linux_x86_64"
    data = make_wheel(FILES | {f"{INFO}/licenses/LICENSE": "x"}, tag=tag, metadata=GOOD)
    path = tmp_path / f"widget-1.0-{tag}.whl"
    path.write_bytes(data)
    paths = [dist(tmp_path)[0], path]
    names = {path.name for path in paths}

    def errors(uploads: set[str]) -> list[Finding]:
        return errors_of(
            audit_files(paths, TREE, project=widget(), version="1.0", uploads=uploads)[1]
        )

    paths[0].write_bytes(make_sdist({"LICENSE": "x"}, pkg_info=PKG_INFO))
    verdict, found = audit_files(paths, TREE, project=widget(), version="1.0", uploads={SDIST})
    assert {SDIST} == {finding.where for finding in found if "twine" in finding.message}
    assert not verdict.blocking
    assert [] == errors({SDIST})
    assert ["platform tag" in finding.message for finding in errors(names)] == [True]


def test_a_release_without_an_sdist_is_an_error(tmp_path: Path) -> None:
    """Wheels alone are half a release."""
    _, findings = audit_files(
        dist(tmp_path)[1:], TREE, project=widget(), version="1.0", uploads=NAMES
    )
    assert ["a release has one sdist, and here is none"] == messages(findings)


def test_the_projects_patterns_count(tmp_path: Path) -> None:
    """packaging.allow of the front matter is the allow list of a release."""
    tree = tracked({"LICENSE": "x"})
    for allow, accepted in (((), False), (("widget/*",), True)):
        project = widget(packaging=Packaging(allow=allow))
        verdict, _ = audit_files(
            dist(tmp_path), tree, project=project, version="1.0", uploads=NAMES
        )
        assert accepted == verdict.accepted


def test_a_wheel_of_another_machine_is_held_against_the_sdist(tmp_path: Path) -> None:
    """What comes later has the same metadata, is whole, and is taken by the index."""
    sdist, wheel = dist(tmp_path)
    good = {WHEEL: wheel.read_bytes()}
    assert [] == audit_collected(good, sdist, project=widget(), version="1.0")
    bad = {WHEEL: make_wheel(FILES, metadata=GOOD.replace("A widget", "Another"))}
    found = messages(audit_collected(bad, sdist, project=widget(), version="1.0"))

    assert any(message.startswith("Summary is Another") for message in found)
    assert any("License-File LICENSE does not exist" in message for message in found)
