"""The provenance record of a release: which files, made of which commit, by what, where, when."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from pressroom.release.manifest import Frozen, Manifest
    from pressroom.release.plan import Plan

ENDING = ".provenance.json"
# https://github.com/in-toto/attestation, spec/v1/statement.md; https://slsa.dev/spec/v1.0/provenance
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://slsa.dev/provenance/v1"
_NOTE = (
    "Built twice on the maintainer's own machine, compared, and signed with the maintainer's own key. "
    "No hosted builder made or signed this record: it says what was done, and proves nothing beyond that key."
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """What git says of a release; `repository` is empty where none is public."""

    repository: str
    tag_object: str
    tree: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Who built: addresses of the publisher's own domain for the way of building, and for the builder."""

    build_type: str
    id: str
    # What the locked environment held, by name; the lock itself is in the manifest.
    packages: Mapping[str, str]


def render_provenance(  # noqa: PLR0913 - what a record states
    plan: Plan,
    manifest: Manifest,
    *,
    files: Sequence[Frozen],
    tagged: Tagged,
    builder: Builder,
    besides: Sequence[Frozen] = (),
) -> bytes:
    """The record as JSON, the same bytes for the same release: an in-toto Statement with SLSA provenance.

    It claims SLSA Build L1 and no more. `files` are what people install, `besides` what was made with them.
    There is no time of the end: it would be another one at each attempt.
    """
    predicate = {
        "buildDefinition": {
            "buildType": builder.build_type,
            "externalParameters": {
                "project": plan.project,
                "version": plan.version,
                "tag": plan.tag,
                "repository": tagged.repository,
            },
            "internalParameters": {
                "sourceDateEpoch": plan.epoch,
                "tools": dict(sorted(manifest.tools.items())),
            },
            "resolvedDependencies": _dependencies(plan, manifest, tagged, builder),
        },
        "runDetails": {
            "builder": {"id": builder.id},
            "metadata": {
                "invocationId": f"{plan.project}-{plan.version}-{tagged.tag_object}",
                "startedOn": stamp(plan.time),
            },
            "byproducts": [_described(file) for file in _by_name(besides)],
        },
        # The specification names fields of others VENDOR_FIELD.
        "pressroom_level": {"slsaBuildLevel": 1, "note": _NOTE},
    }
    statement = {
        "_type": STATEMENT,
        "subject": [_described(file) for file in _by_name(files)],
        "predicateType": PREDICATE,
        "predicate": predicate,
    }
    return rendered(statement)


def stamp(time: dt.datetime) -> str:
    """A time in UTC as RFC 3339 writes it, with Z."""
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")


def rendered(value: object) -> bytes:
    """JSON in ASCII with sorted keys: what no editor and no terminal can read in two ways."""
    return json.dumps(value, indent=2, sort_keys=True).encode() + b"\n"


def _dependencies(
    plan: Plan, manifest: Manifest, tagged: Tagged, builder: Builder
) -> list[dict[str, Any]]:
    """The source first, then the lock whole (it has several hashes a package), then each package by name."""
    source: dict[str, Any] = {
        "name": "source",
        # The digests of git that in-toto's digest_set.md names.
        "digest": {
            "gitCommit": manifest.commit,
            "gitTree": tagged.tree,
            "gitTag": tagged.tag_object,
        },
    }
    if tagged.repository:
        tag = quote(plan.tag, safe="/-._~+")
        source["uri"] = f"git+{tagged.repository}@refs/tags/{tag}"
    found = [source]
    if manifest.lock:
        text = manifest.lock.encode()
        found.append(
            {
                "name": "build-environment.lock",
                "mediaType": "text/plain",
                "digest": {"sha256": hashlib.sha256(text).hexdigest()},
                "content": base64.b64encode(text).decode(),
            }
        )
    found += [
        {"name": name, "uri": f"pkg:pypi/{quote(name)}@{quote(version)}"}
        for name, version in sorted(builder.packages.items())
    ]
    return found


def _described(file: Frozen) -> dict[str, Any]:
    return {
        "name": file.name,
        "digest": {"sha256": file.sha256},
        "annotations": {"kind": file.kind, "size": file.size},
    }


def _by_name(files: Sequence[Frozen]) -> list[Frozen]:
    return sorted(files, key=lambda file: file.name)
