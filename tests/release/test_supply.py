"""The records beside a release: true, the same bytes each time, signed with the rest, and never written twice."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
import re
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from files_server import TARBALL, configure_files, make_tarball, sha256
from release_runs import run_release

from pressroom.changelog.model import Bundled, Kind, Packaging, Project
from pressroom.release.files.sums import parse_sums
from pressroom.release.manifest import Frozen, Manifest
from pressroom.release.plan import Plan
from pressroom.release.steps import (
    freeze_plan,
    make_commit,
    make_records,
    make_tag,
    push_tag,
    sign_files,
    upload_files,
    verify_files,
)
from pressroom.release.supply.provenance import Builder, Tagged, render_provenance
from pressroom.release.supply.sbom import Edition, check_bundles, render_sbom

if TYPE_CHECKING:
    from release_world import Stage

HASH, OTHER = "a" * 64, "b" * 64
LOCK = "meson==1.9.1 \\\n    --hash=sha256:cc\nninja==1.13.0 \\\n    --hash=sha256:dd\n"
PLAN = Plan(
    project="widget",
    version="1.0",
    tag="v1.0",
    created="2026-11-20T10:00:00+00:00",
    base="0" * 40,
    branch="main",
    name="The maintainer",
    email="maintainer@press.example",
    commit_message="",
    tag_message="",
    files={},
    inputs="",
)
FILES = (
    Frozen(name="widget-1.0.tar.xz", kind="tarball", size=10, sha256=HASH),
    Frozen(name="widget-1.0.tar.gz", kind="tarball", size=11, sha256=OTHER),
)
MANIFEST = Manifest(
    commit="1" * 40, files=FILES, lock=LOCK, tools={"python": "3.11.2", "cc": "gcc 12.2"}
)
TAGGED = Tagged(repository="https://git.example/widget", tag_object="2" * 40, tree="3" * 40)
BUILDER = Builder(
    build_type="https://press.example/build/v1/",
    id="https://press.example/builder/v1/",
    packages={"ninja": "1.13.0", "meson": "1.9.1"},
)
ZLIB = Bundled(name="zlib", version="1.3.1", license="zlib", purl="pkg:generic/zlib@1.3.1")
TABLE = Bundled(name="ATR table", version="2026", license="as it comes")
NAMESPACE = uuid.UUID("5f0c2c5e-8f0b-4a53-9d0e-6a3b1f2e9c71")
STEPS = (
    freeze_plan,
    make_commit,
    make_tag,
    make_tarball,
    make_records,
    sign_files,
    push_tag,
    upload_files,
    verify_files,
)
RECORD, BILL, SUMS = "widget-1.0.provenance.json", "widget-1.0.cdx.json", "widget-1.0.SHA256SUMS"


def widget(*bundles: Bundled) -> Project:
    """A project that bundles that."""
    return Project(
        id="widget",
        name="Widget",
        title="Widget",
        kind=Kind.C_MESON,
        description="It turns.",
        license="mit",
        packaging=Packaging(bundles=bundles),
    )


def record(**changes: Any) -> Any:
    """What the record of the made-up release says."""
    facts: dict[str, Any] = {"files": FILES, "tagged": TAGGED, "builder": BUILDER, **changes}
    return json.loads(render_provenance(PLAN, facts.pop("manifest", MANIFEST), **facts))


def bill(*bundles: Bundled, version: str = "1.0", files: tuple[Frozen, ...] = FILES) -> bytes:
    """The bill of materials of the made-up release."""
    edition = Edition(version=version, time=PLAN.time, files=files)
    return render_sbom(widget(*bundles), edition, namespace=NAMESPACE)


def test_the_record_has_the_shape_of_slsa() -> None:
    """Statement v1, provenance v1, and all that both require; the type of build is the one given."""
    said = record()
    definition, details = said["predicate"]["buildDefinition"], said["predicate"]["runDetails"]

    assert {"_type", "subject", "predicateType", "predicate"} == set(said)
    assert "https://in-toto.io/Statement/v1" == said["_type"]
    assert "https://slsa.dev/provenance/v1" == said["predicateType"]
    assert "https://press.example/build/v1/" == definition["buildType"]
    assert {"id": "https://press.example/builder/v1/"} == details["builder"]
    assert "2026-11-20T10:00:00Z" == details["metadata"]["startedOn"]
    assert "finishedOn" not in details["metadata"]
    assert ("widget", "1.0", "v1.0") == tuple(
        definition["externalParameters"][key] for key in ("project", "version", "tag")
    )


def test_every_file_is_a_subject_with_hash_and_size() -> None:
    """By name; what was made besides is a by-product."""
    besides = (Frozen(name=BILL, kind="sbom", size=3, sha256="c" * 64),)
    said = record(besides=besides)

    assert [("widget-1.0.tar.gz", OTHER, 11), ("widget-1.0.tar.xz", HASH, 10)] == [
        (one["name"], one["digest"]["sha256"], one["annotations"]["size"])
        for one in said["subject"]
    ]
    assert [BILL] == [one["name"] for one in said["predicate"]["runDetails"]["byproducts"]]


def test_the_source_is_named_by_commit_tree_and_tag() -> None:
    """With the address of the tag, escaped; without a repository without one."""
    first = record()["predicate"]["buildDefinition"]["resolvedDependencies"][0]
    hidden = record(tagged=dataclasses.replace(TAGGED, repository=""))

    assert "git+https://git.example/widget@refs/tags/v1.0" == first["uri"]
    assert {"gitCommit": "1" * 40, "gitTree": "3" * 40, "gitTag": "2" * 40} == first["digest"]
    assert "uri" not in hidden["predicate"]["buildDefinition"]["resolvedDependencies"][0]


def test_the_build_environment_is_in_it_whole() -> None:
    """The lock can be taken out again; each package and each tool has its version."""
    definition = record()["predicate"]["buildDefinition"]
    _, lock, *packages = definition["resolvedDependencies"]
    empty = record(
        manifest=dataclasses.replace(MANIFEST, lock=""),
        builder=dataclasses.replace(BUILDER, packages={}),
    )

    assert LOCK == base64.b64decode(lock["content"]).decode()
    assert {"sha256": sha256(LOCK.encode())} == lock["digest"]
    assert ["pkg:pypi/meson@1.9.1", "pkg:pypi/ninja@1.13.0"] == [one["uri"] for one in packages]
    assert {"cc": "gcc 12.2", "python": "3.11.2"} == definition["internalParameters"]["tools"]
    assert 1 == len(empty["predicate"]["buildDefinition"]["resolvedDependencies"])


def test_it_claims_no_more_than_it_can() -> None:
    """Level 1, and in words that nobody hosted it."""
    level = record()["predicate"]["pressroom_level"]

    assert 1 == level["slsaBuildLevel"]
    assert "No hosted builder made or signed this record" in level["note"]


def test_both_records_are_the_same_bytes_whatever_the_order() -> None:
    """Files, packages and bundles in another order are the same release."""
    turned = dataclasses.replace(
        MANIFEST, files=FILES[::-1], tools=dict(reversed(MANIFEST.tools.items()))
    )
    builder = dataclasses.replace(BUILDER, packages=dict(sorted(BUILDER.packages.items())))

    assert render_provenance(
        PLAN, MANIFEST, files=FILES, tagged=TAGGED, builder=BUILDER
    ) == render_provenance(PLAN, turned, files=FILES[::-1], tagged=TAGGED, builder=builder)
    assert bill(ZLIB, TABLE) == bill(TABLE, ZLIB, files=FILES[::-1])


def test_hostile_names_stay_values() -> None:
    """Nothing but ASCII is written, and what is read back is what was given."""
    strange = 'a"},\u202e\n\ud800'
    plan = dataclasses.replace(PLAN, tag=strange.replace("\ud800", ""))
    data = render_provenance(
        plan,
        dataclasses.replace(MANIFEST, tools={"cc": strange}),
        files=FILES,
        tagged=TAGGED,
        builder=BUILDER,
    )
    definition = json.loads(data)["predicate"]["buildDefinition"]

    assert data.isascii()
    assert strange == definition["internalParameters"]["tools"]["cc"]
    assert definition["resolvedDependencies"][0]["uri"].endswith("a%22%7D%2C%E2%80%AE%0A")


def test_the_bill_has_what_cyclonedx_requires() -> None:
    """Format, version, serial number; every component a type and a name; every reference once, and known."""
    said = json.loads(bill(ZLIB, TABLE))
    parts = [
        *said["components"],
        said["metadata"]["component"],
        *said["metadata"]["component"]["components"],
    ]
    references = [one["bom-ref"] for one in parts]
    named = [one["ref"] for one in said["dependencies"]]

    assert ("CycloneDX", "1.6", 1) == (said["bomFormat"], said["specVersion"], said["version"])
    assert re.fullmatch(
        r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        said["serialNumber"],
    )
    assert dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC) == dt.datetime.fromisoformat(
        said["metadata"]["timestamp"]
    )
    assert all(one["type"] in {"library", "file"} and one["name"] for one in parts)
    assert len(set(references)) == len(references)
    assert set(named) <= set(references)
    assert named[1:] == said["dependencies"][0]["dependsOn"]


def test_the_bill_says_what_is_bundled() -> None:
    """Version, address and licence: an SPDX expression in its own spelling, other words as a name."""
    table, zlib = json.loads(bill(ZLIB, TABLE))["components"]
    released = json.loads(bill())["metadata"]["component"]

    assert ("zlib", "1.3.1", "pkg:generic/zlib@1.3.1") == (
        zlib["name"],
        zlib["version"],
        zlib["purl"],
    )
    assert [{"expression": "Zlib"}] == zlib["licenses"]
    assert [{"license": {"name": "as it comes"}}] == table["licenses"]
    assert "purl" not in table
    assert [{"expression": "MIT"}] == released["licenses"]
    assert [{"alg": "SHA-256", "content": OTHER}] == released["components"][0]["hashes"]


def test_another_release_has_another_serial_number() -> None:
    """By its version and by its bytes."""
    other = (dataclasses.replace(FILES[0], sha256="d" * 64), FILES[1])
    bills = (bill(ZLIB), bill(ZLIB, version="1.1"), bill(ZLIB, files=other))

    assert 3 == len({json.loads(one)["serialNumber"] for one in bills})


def test_all_that_is_wrong_with_bundles_is_said_at_once() -> None:
    """Empty words, signs that nobody sees, an address that is none, one twice."""
    wrong = [
        dataclasses.replace(ZLIB, version=" "),
        dataclasses.replace(TABLE, license="a\nb"),
        dataclasses.replace(ZLIB, purl="https://zlib.example"),
        dataclasses.replace(ZLIB, purl="https://zlib.example"),
    ]
    found = check_bundles(widget(*wrong), where="releases/widget.md")

    assert [] == check_bundles(widget(ZLIB, TABLE), where="releases/widget.md")
    purl = (
        "'https://zlib.example' is no package URL with a version",
        "write it as pkg:generic/zlib@1.3.1",
    )
    unseen = "is empty or has characters that nobody sees"
    assert [
        (f"version of 'zlib' {unseen}", "write `version: …` on one line"),
        (f"license of 'ATR table' {unseen}", "write `license: …` on one line"),
        purl,
        purl,
        ("'zlib' stands twice", "name each once, with its version"),
    ] == [(one.message.removeprefix("packaging.bundles: "), one.hint) for one in found]
    assert {"releases/widget.md"} == {one.where for one in found}


@pytest.fixture
def served(stage: Stage) -> Path:
    """The folder of the files server."""
    folder = stage.root / "served"
    folder.mkdir()
    configure_files(stage, f'folder = "{folder}"\n')
    return folder


def dist(stage: Stage) -> Path:
    """Where the frozen files are."""
    return Path(stage.environment["XDG_STATE_HOME"]) / "pressroom/releases/widget/1.0/dist"


def bundle(stage: Stage, text: str) -> None:
    """Write into the front matter what the widget bundles."""
    path = stage.press / "releases/widget.md"
    path.write_text(path.read_text().replace("packaging:\n", f"packaging:\n  bundles: [{text}]\n"))


def test_a_release_serves_both_records_and_its_sums_cover_them(stage: Stage, served: Path) -> None:
    """It names what git and the disk have, below the publisher's own domain; again nothing is written."""
    bundle(stage, "{name: zlib, version: '1.3.1', license: Zlib}")
    run = run_release(stage, steps=STEPS)
    assert "" == run.reason.strip()
    sums, _ = parse_sums((served / SUMS).read_text(), where=SUMS)
    said = json.loads((served / RECORD).read_text())
    source = said["predicate"]["buildDefinition"]["resolvedDependencies"][0]["digest"]
    objects = dist(stage).parent / "objects.git"

    assert {name: sha256((served / name).read_bytes()) for name in (TARBALL, RECORD, BILL)} == sums
    assert [(TARBALL, sums[TARBALL])] == [
        (one["name"], one["digest"]["sha256"]) for one in said["subject"]
    ]
    for key, revision in (
        ("gitCommit", "1.0^{commit}"),
        ("gitTree", "1.0^{tree}"),
        ("gitTag", "1.0"),
    ):
        assert stage.git(objects, "rev-parse", revision).strip() == source[key]
    assert said["predicate"]["buildDefinition"]["buildType"].startswith("https://press.example/")
    assert ["zlib"] == [
        one["name"] for one in json.loads((served / BILL).read_text())["components"]
    ]
    assert () == run_release(stage, steps=STEPS).outcome.did


def test_who_bundles_nothing_has_no_bill(stage: Stage, served: Path) -> None:
    """The record of how it was made is there all the same."""
    run = run_release(stage, steps=STEPS)

    assert "" == run.reason.strip()
    assert {TARBALL, f"{TARBALL}.sig", RECORD, SUMS, f"{SUMS}.sig"} == {
        path.name for path in served.iterdir() if path.name[0] != "."
    }


@pytest.mark.parametrize(
    ("boundary", "step"),
    [("acted", "make-records"), ("acted", "sign-files"), ("acted", "upload-files")],
)
def test_stopped_anywhere_the_records_stay_what_they_were(
    stage: Stage, served: Path, boundary: str, step: str
) -> None:
    """What was written before the stop is what is public in the end."""

    class Stop(BaseException):
        pass

    def at(mark: str) -> None:
        if mark == f"{boundary} {step}":
            raise Stop

    with pytest.raises(Stop):
        run_release(stage, steps=STEPS, at=at)
    kept = {path.name: path.read_bytes() for path in dist(stage).iterdir()}
    run = run_release(stage, steps=STEPS)

    assert "" == run.reason.strip()
    assert (served / RECORD).is_file()
    assert kept == {name: (served / name).read_bytes() for name in kept}


def test_a_record_that_changed_stops_it(stage: Stage, served: Path) -> None:
    """By the step itself, before anything is signed."""
    run_release(stage, steps=STEPS[: STEPS.index(sign_files)])
    (dist(stage) / RECORD).write_bytes(b"{}")
    run = run_release(stage, steps=STEPS[: STEPS.index(sign_files)])

    assert f"{RECORD}: not the bytes that were frozen" in run.reason
    assert "find out who changed them" in run.reason
    assert not (dist(stage) / SUMS).exists()
    assert [] == [*served.iterdir()]


def test_a_release_that_was_signed_without_records_gets_none(stage: Stage, served: Path) -> None:
    """Its sums may be public: a Pressroom that is newer than the release adds nothing to them."""
    before = tuple(step for step in STEPS if step is not make_records)
    run_release(stage, steps=before[: before.index(push_tag) + 1])
    sums = (dist(stage) / SUMS).read_bytes()
    run = run_release(stage, steps=STEPS)

    assert "" == run.reason.strip()
    assert sums == (served / SUMS).read_bytes()
    assert not (served / RECORD).exists()


def test_bundles_that_cannot_be_stop_it_before_anything_is_public(
    stage: Stage, served: Path
) -> None:
    """With what to write; nothing is listed beside the files."""
    bundle(stage, "{name: zlib, version: '1.3.1', license: Zlib, purl: zlib}")
    run = run_release(stage, steps=STEPS)

    assert "'zlib' is no package URL" in run.reason
    assert "pkg:generic/zlib@1.3.1" in run.reason
    assert [TARBALL] == [path.name for path in dist(stage).iterdir()]
    assert [] == [*served.iterdir()]
