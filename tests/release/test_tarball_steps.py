"""The steps that make a tarball, in a rehearsal of the example; and what is said before anything is made."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from release_examples import ROOT
from release_runs import quick
from release_tarballs import packed

from pressroom.changelog.model import Artefact, Kind, Packaging
from pressroom.errors import FindingsError
from pressroom.release.carriers import stated, write_version
from pressroom.release.example import prepare
from pressroom.release.manifest import Manifest, frozen, load_manifest, save_manifest
from pressroom.release.origin import load_origin
from pressroom.release.prepare import Request, rehearsed_job
from pressroom.release.recipe import State
from pressroom.release.report import Lines, Reporter
from pressroom.release.steps.checkout import check_tag_free, check_tree_clean
from pressroom.release.steps.checks import (
    check_carriers,
    check_drift,
    check_entry,
    check_version,
)
from pressroom.release.steps.objects import freeze_plan, make_commit
from pressroom.release.steps.signing import check_signing_key, make_tag
from pressroom.release.steps.tarball import (
    audit_tarball,
    build_tarball,
    check_dist_tools,
    tarball_facts,
    try_tarball,
)
from pressroom.release.tarball.needs import find_missing, needed_programs
from pressroom.release.walk import walk
from pressroom.world.disk import remove

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.release.job import Job
    from pressroom.release.recipe import Outcome

STEPS = (
    *(check_tree_clean, check_tag_free, check_version, check_entry, check_carriers, check_drift),
    *(check_signing_key, check_dist_tools, freeze_plan, make_commit, make_tag),
    *(build_tarball, audit_tarball, try_tarball),
)
NAME = "apdu-tlv-1.1.0.tar.xz"


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    """The meson project of `examples/` in a rehearsal."""
    stage = prepare(ROOT, "meson", tmp_path_factory.mktemp("stage"), path=os.environ["PATH"])
    request = Request(
        project=stage.project.id,
        version=stage.version,
        root=stage.press,
        environment=stage.environment,
        now=lambda: dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC) + dt.timedelta(days=300),
        patience=quick(),
        python=Path(sys.executable),
        checkout=stage.checkout,
    )
    with rehearsed_job(request, stage.world) as (job, _):
        yield job


def walked(job: Job) -> Outcome:
    """The walk through all steps that make and judge the tarball."""
    return walk(STEPS, job, Reporter(Lines(lambda _line: None), ask=lambda _job: True))


def test_the_example_becomes_a_tarball(job: Job) -> None:
    """Made, judged and tried; walked through again nothing is done twice; what was frozen is noticed when it changes."""
    first = walked(job)

    assert (0, ()) == (first.exit_code, first.findings), str(first.error)
    manifest = load_manifest(job.state)
    assert manifest is not None
    (file,) = manifest.files
    assert (NAME, "tarball", False) == (file.name, file.kind, file.is_uploaded)
    assert () == manifest.uploads
    assert file.size == (job.state.dist / NAME).stat().st_size
    assert "meson" in manifest.tools
    assert ["build-tarball", "audit-tarball", "try-tarball"] == list(first.did[-3:])

    assert () == walked(job).did
    readme = job.scratch.file(manifest.commit, "README.md") or b""
    assert b"1.1.0 - 20 November 2026, The maintainer\n   - apdu-tlv: prints" in readme
    assert b"  version : '1.1.0'," in (job.scratch.file(manifest.commit, "meson.build") or b"")

    again = build_again(job)
    assert manifest == again

    facts = tarball_facts(job)
    assert facts.lock is not None
    assert manifest.lock == facts.lock.text

    refuse_planted(job, manifest)
    (job.state.dist / NAME).write_bytes(b"x")
    answer = build_tarball.probe(job)
    assert State.CONFLICT is answer.state
    assert "find out who changed them" in answer.findings[0].hint


def refuse_planted(job: Job, manifest: Manifest) -> None:
    """Another tarball is judged anew, and refused with the list of what is wrong with it."""
    path = job.state.dist / NAME
    path.write_bytes(packed({"planted.m4": "", "LICENSE": "x"}, top="apdu-tlv-1.1.0", mode="w:xz"))
    file = dataclasses.replace(frozen(path, is_uploaded=False), kind="tarball")
    save_manifest(job.state, dataclasses.replace(manifest, files=(file,)))

    assert State.ABSENT is audit_tarball.probe(job).state
    assert State.ABSENT is try_tarball.probe(job).state
    assert audit_tarball.act is not None
    with pytest.raises(FindingsError) as caught:
        audit_tarball.act(job)
    named = {finding.where for finding in caught.value.findings}
    assert {"planted.m4", "LICENSE", "meson.build", "man/apdu-tlv.1"} <= named
    assert all(finding.hint for finding in caught.value.findings)


def build_again(job: Job) -> object:
    """The manifest of the same plan, once everything that was built is gone."""
    remove(job.state.dist)
    (job.state.folder / "manifest.json").unlink()
    assert State.ABSENT is audit_tarball.probe(job).state
    assert State.ABSENT is try_tarball.probe(job).state
    assert ("build-tarball",) == walked(job).did
    return load_manifest(job.state)


def with_project(job: Job, **changes: object) -> Job:
    """The job of a project that is a little different."""
    other = dataclasses.replace(job)
    other.origin = load_origin(job.site.folder, job.project.id, job.version)
    other.origin.project = dataclasses.replace(job.project, **changes)  # type: ignore[arg-type]
    return other


def test_what_is_missing_is_said_at_once(job: Job, tmp_path: Path) -> None:
    """No name, no command and no program: three things, each with what to do."""
    other = with_project(
        job, artefacts=(Artefact(name="x.zip"),), packaging=Packaging(bootstrap="'")
    )
    other.world = dataclasses.replace(job.world, path=str(tmp_path))
    answer = check_dist_tools.probe(other)

    assert State.CONFLICT is answer.state
    hints = " ".join(finding.hint for finding in answer.findings)
    for words in ("artefacts:", "quotes closed", "apt-get install ninja-build", "gcc"):
        assert words in hints


def test_a_python_project_has_no_tarball(job: Job) -> None:
    """Its list of steps is another one."""
    answer = check_dist_tools.probe(with_project(job, kind=Kind.PYTHON))

    assert State.CONFLICT is answer.state
    assert "c-meson" in answer.findings[0].hint


@pytest.mark.parametrize(
    ("kind", "root", "programs"),
    [
        (Kind.C_MESON, ("meson.build",), ("ninja", "cc")),
        (Kind.PERL, ("Makefile.PL",), ("perl", "make")),
        (Kind.C_AUTOTOOLS, ("configure", "configure.ac"), ("make", "cc")),
        (Kind.C_AUTOTOOLS, ("Makefile",), ("make", "cc")),
        (Kind.C_AUTOTOOLS, ("configure.ac", "bootstrap"), ("make", "cc", "autoreconf")),
        (Kind.C_AUTOTOOLS, ("configure.ac",), ("make", "cc", "autoreconf")),
    ],
)
def test_each_kind_needs_its_programs(
    kind: Kind, root: tuple[str, ...], programs: tuple[str, ...], tmp_path: Path
) -> None:
    """What is not on PATH is named with its Debian package; a file that cannot be run is no program."""
    (tmp_path / programs[0]).write_text("")
    found = list(find_missing(programs, path=f":{tmp_path}:/nowhere"))

    assert programs == needed_programs(kind, root)
    assert list(programs) == [finding.where for finding in found]
    assert all(finding.hint.startswith("apt-get install ") for finding in found)
    (tmp_path / programs[0]).chmod(0o755)
    assert list(programs[1:]) == [
        finding.where for finding in find_missing(programs, path=str(tmp_path))
    ]


# The lines of the projects that state their version, as far as we know them (facts/release.md).
@pytest.mark.parametrize(
    ("project", "file", "text"),
    [
        (
            "libccid",
            "meson.build",
            "project('ccid', 'c',\n  meson_version : '>=0.58.0',\n  version : '1.8.4')\nx = 1\n",
        ),
        ("pcsc-lite", "meson.build", "project('pcsc-lite', 'c',\n  version : '1.8.4')\n"),
        ("pcsc-tools", "meson.build", "project('pcsc-tools', 'c', version : '1.8.4')\n"),
        (
            "pcsc-tools",
            "configure.ac",
            "AC_PREREQ([2.69])\nAC_INIT([pcsc-tools],[1.8.4])\nAM_INIT_AUTOMAKE([1.8 foreign])\n",
        ),
        ("pcsc-perl", "PCSC.pm", "our @X = qw();\n$VERSION = 'v1.8.4';\n\nbootstrap X $VERSION;\n"),
    ],
)
def test_our_projects_versions_are_found(project: str, file: str, text: str) -> None:
    """Each template of the front matter fits one line of the file, and that alone is written."""
    facts = load_origin(ROOT, project, "0").project.version_files
    (template,) = (one.what for one in facts if one.file == file)
    (place,) = stated(text, template)

    assert "1.8.4" == place.words
    assert text.replace("1.8.4", "1.9.10") == write_version(text, template, "1.9.10")
