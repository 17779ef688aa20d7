"""Signatures of the frozen files, and their sums: made once, before anything is public."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.release.files.order import SIGNATURE, SUMS, archives, summed, sums_of
from pressroom.release.files.signing import allowed_of, sign, signer_of
from pressroom.release.files.sums import render_sums
from pressroom.release.files.verification import SignatureError, verify_signature
from pressroom.release.manifest import changed_files, frozen, save_manifest
from pressroom.release.recipe import Step, absent, conflict, done
from pressroom.release.steps.dist import manifest_of
from pressroom.world.disk import save_durably

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.release.files.signing import Signer
    from pressroom.release.files.verification import Allowed
    from pressroom.release.job import Job
    from pressroom.release.manifest import Manifest
    from pressroom.release.recipe import Answer


def _signed(job: Job) -> Answer:
    manifest = manifest_of(job)
    if manifest is None:
        return absent("nothing is built yet")
    if changed := changed_files(job.state, manifest):
        message = f"{', '.join(changed)}: not the bytes that were frozen"
        hint = (
            "find out who changed them; what is public already can be copied back from the files server, "
            "while nothing is, remove the manifest.json beside and start again"
        )
        return conflict(Finding(where=str(job.state.dist), message=message, hint=hint))
    there = {file.name for file in manifest.beside}
    signer = signer_of(job.checkout)
    missing = [name for name in _names(manifest, signer) if name not in there]
    if missing:
        return absent(f"not there yet: {', '.join(missing)}")
    if _sums(job, manifest) is None:
        return absent("the sums are of other files")
    return done(", ".join(_names(manifest, signer)))


def _names(manifest: Manifest, signer: Signer) -> list[str]:
    """The signatures and sums that a release has to have."""
    sums = sums_of(manifest)
    signed = [*(file.name for file in archives(manifest)), sums]
    return [sums, *(f"{name}{signer.ending}" for name in signed)]


def _sums(job: Job, manifest: Manifest) -> Path | None:
    """The file of the sums, if it is right."""
    path = job.state.dist / sums_of(manifest)
    text = render_sums({file.name: file.sha256 for file in summed(manifest)}).encode()
    return path if path.is_file() and path.read_bytes() == text else None


def _sign(job: Job) -> None:
    """Each signed once: a signature is another one each time, so those that were made are kept and used again."""
    manifest = manifest_of(job)
    assert manifest is not None
    signer = signer_of(job.checkout)
    allowed = allowed_of(signer)
    sums = job.state.dist / sums_of(manifest)
    others = tuple(file for file in manifest.beside if file.kind not in {SIGNATURE, SUMS})
    if _sums(job, manifest) is None:
        # What was signed for other files is nothing that was promised, before it goes.
        save_manifest(job.state, dataclasses.replace(manifest, beside=others))
        text = render_sums({file.name: file.sha256 for file in summed(manifest)})
        save_durably(sums, text.encode())
    paths = [*(job.state.dist / file.name for file in archives(manifest)), sums]
    made = [dataclasses.replace(frozen(sums, is_uploaded=False), kind=SUMS)]
    for path in paths:
        signature = _signature(job, path, signer, allowed)
        made.append(dataclasses.replace(frozen(signature, is_uploaded=False), kind=SIGNATURE))
    save_manifest(job.state, dataclasses.replace(manifest, beside=(*others, *made)))


def _signature(job: Job, path: Path, signer: Signer, allowed: Allowed) -> Path:
    """The signature of a file that is kept beside it; made if there is none, or none that holds."""
    signature = path.with_name(f"{path.name}{signer.ending}")
    if signature.is_file():
        try:
            verify_signature(path, signature, allowed=allowed, path=job.world.path)
        except SignatureError:
            pass  # of other bytes, or by another key: of a build that was dropped
        else:
            return signature
    save_durably(signature, sign(path.read_bytes(), signer))
    verify_signature(path, signature, allowed=allowed, path=job.world.path)
    return signature


sign_files = Step(
    name="sign-files",
    sentence="Sign each archive, and the sums of all files",
    probe=_signed,
    act=_sign,
)
