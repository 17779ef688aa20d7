"""All refusals of PyPI that the file alone decides, for the index here and for an audit before an upload."""

from __future__ import annotations

from pressroom.release.warehouse.filenames import check_filename
from pressroom.release.warehouse.refusal import Refusal

__all__ = ["MAX_FILE", "Refusal", "refusals"]

MAX_FILE = 100 * 1024 * 1024


def refusals(filename: str, data: bytes, *, name: str, version: str) -> list[Refusal]:
    """Why PyPI would not take this file for that version of that project; empty when it would.

    Never raises for any name or bytes. What depends on what is there already (a name that was used,
    a second sdist, the age of the release) is asked of the index: `pressroom.release.warehouse.policy`.
    """
    found = list(check_filename(filename, name=name, version=version))
    if len(data) > MAX_FILE:
        found.append(too_large(name))
    elif filename.endswith(".whl"):
        from pressroom.release.warehouse.wheel_rules import check_wheel  # noqa: PLC0415 - loaded by an upload: a page takes a moment

        found += check_wheel(filename, data, name=name, version=version)
    elif filename.endswith(".tar.gz"):
        from pressroom.release.warehouse.sdist_rules import check_sdist  # noqa: PLC0415 - as above

        found += check_sdist(data, name=name, version=version)
    return found


def too_large(name: str) -> Refusal:
    """The refusal of a file that is larger than any project may upload."""
    return Refusal(
        reason=f"File too large. Limit for project {name!r} is {MAX_FILE // 1024**2} MB",
        hint="leave out what an installation does not need, or ask PyPI for a larger limit",
    )
