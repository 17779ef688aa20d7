"""The form of the upload API: https://docs.pypi.org/api/upload/."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.release.warehouse.filenames import check_characters, check_name, check_version
from pressroom.release.warehouse.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ENDINGS = {"sdist": (".tar.gz", ".zip"), "bdist_wheel": (".whl",)}
_HEX = re.compile("[0-9a-f]{64}", re.IGNORECASE)
_ADVICE = "send the fields that https://docs.pypi.org/api/upload/ lists; twine does"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class UploadForm:
    """What a client says of the file that it sends; the digests are in lower case."""

    name: str
    version: str
    filetype: str
    pyversion: str
    filename: str
    digests: tuple[tuple[str, str], ...]
    requires_python: str | None = None


def parse_form(
    fields: Iterable[tuple[str, str]], *, filename: str | None
) -> tuple[UploadForm | None, list[Refusal]]:
    """The form, and why it is not taken; without refusals there is a form."""
    # distutils filled in UNKNOWN; PyPI reads it as nothing.
    values = {key: value for key, value in fields if value.strip() != "UNKNOWN"}
    found = list(_check(values, filename))
    if found or filename is None:
        return None, found
    digests = {
        kind: values.get(f"{kind}_digest", "").lower() for kind in ("md5", "sha256", "blake2_256")
    }
    return (
        UploadForm(
            name=values["name"],
            version=values["version"],
            filetype=values["filetype"],
            pyversion=values.get("pyversion", "source"),
            filename=filename,
            digests=tuple((kind, digest) for kind, digest in digests.items() if digest),
            requires_python=values.get("requires_python") or None,
        ),
        [],
    )


def _check(values: dict[str, str], filename: str | None) -> Iterator[Refusal]:
    if values.get(":action") != "file_upload":
        yield _refusal("Unknown action: only file_upload is supported.")
    if values.get("protocol_version", "1") != "1":
        yield _refusal("Unknown protocol version.")
    for key in ("metadata_version", "name", "version", "filetype"):
        if not values.get(key):
            yield _refusal(f"Invalid value for {key}. Error: This field is required.")
    if "name" in values:
        yield from check_name(values["name"])
    if "version" in values:
        yield from check_version(values["version"])
    yield from _check_digests(values)
    if filename is None:
        yield _refusal("Upload payload does not have a file.")
    else:
        yield from check_characters(filename)
        yield from _check_filetype(values, filename)


def _check_digests(values: dict[str, str]) -> Iterator[Refusal]:
    if not any(values.get(f"{kind}_digest") for kind in ("md5", "sha256", "blake2_256")):
        yield _refusal("Error: Include at least one message digest.")
    for kind in ("sha256", "blake2_256"):
        if (digest := values.get(f"{kind}_digest")) and not _HEX.fullmatch(digest):
            yield _refusal(f"Invalid value for {kind}_digest. Error: Use a hex-encoded digest.")


def _check_filetype(values: dict[str, str], filename: str) -> Iterator[Refusal]:
    filetype, pyversion = values.get("filetype", ""), values.get("pyversion")
    if filetype and filetype not in _ENDINGS:
        yield _refusal("Invalid value for filetype. Error: Use a known file type.")
    elif filetype and not filename.endswith(_ENDINGS[filetype]):
        yield _refusal(f"Invalid file extension: {filename!r} is invalid for filetype {filetype}.")
    if filetype == "bdist_wheel" and not pyversion:
        yield _refusal("Error: Python version is required for binary distribution uploads.")
    if filetype == "sdist" and pyversion not in {None, "", "source"}:
        yield _refusal("Error: Use 'source' as Python version for an sdist.")


def _refusal(reason: str) -> Refusal:
    return Refusal(reason=reason, hint=_ADVICE)
