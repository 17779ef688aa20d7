"""What PyPI asks of METADATA and PKG-INFO, beyond what the specification asks of them."""

from __future__ import annotations

import email.message
import email.utils
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import trove_classifiers
from packaging.metadata import InvalidMetadata, Metadata, RawMetadata, parse_email
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from pressroom.release.warehouse.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSIONS = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
# setuptools wrote License-File long before 2.4 made it a promise; upload tools drop it there.
_WITHOUT_LICENSE_FILES = _VERSIONS[: _VERSIONS.index("2.4")]
_MAX_SUMMARY, _MAX_LABEL = 512, 32
_ADDRESS = re.compile(r"[^@\s]+@([^@\s.]+\.)+[^@\s.]+")
# Nobody can own these (RFC 6761, RFC 6762).
_NO_DOMAIN = frozenset({"invalid", "local", "localhost", "test"})
_FIELDS = "https://packaging.python.org/specifications/core-metadata"


def check_metadata(data: bytes, *, name: str, version: str) -> Iterator[Refusal]:
    """Refusals of the metadata inside a file for that version of that project."""
    raw = _raw(data)
    wrong = list(_check_fields(raw))
    if raw.get("metadata_version") not in _VERSIONS:
        wrong.append(f"{raw.get('metadata_version')!r} is not a valid metadata version.")
    try:
        metadata = Metadata.from_raw(raw)
    except ExceptionGroup as group:
        wrong += sorted(str(error).splitlines()[0] for error in group.exceptions)
    except (InvalidMetadata, ValueError) as error:
        wrong.append(str(error))
    else:
        wrong += _check_identity(metadata, name=name, version=version)
    for why in wrong:
        yield Refusal(reason=why, hint=f"mend it in pyproject.toml; {_FIELDS}")
    yield from _check_description(raw)


def license_files(data: bytes) -> tuple[str, ...]:
    """The licence files that the metadata promise (PEP 639)."""
    return tuple(_raw(data).get("license_files", ()))


def requires_python(data: bytes) -> str | None:
    """For which Pythons the file is, if its metadata say so."""
    return _raw(data).get("requires_python")


def _raw(data: bytes) -> RawMetadata:
    raw, _ = parse_email(data)
    if raw.get("metadata_version", "1.0") in _WITHOUT_LICENSE_FILES:
        raw.pop("license_files", None)
    return raw


def _check_identity(metadata: Metadata, *, name: str, version: str) -> Iterator[str]:
    if canonicalize_name(metadata.name) != canonicalize_name(name):
        yield f"Name in metadata should be {name!r} not {metadata.name!r}."
    try:
        if metadata.version != Version(version):
            yield f"Version in metadata should be {version!r} not {str(metadata.version)!r}."
    except InvalidVersion:
        pass  # said of the file name
    if metadata.version.local is not None:
        yield f"The use of local versions in {str(metadata.version)!r} is not allowed."


def _check_fields(raw: RawMetadata) -> Iterator[str]:
    if len(raw.get("summary", "")) > _MAX_SUMMARY:
        yield f"'summary' field must be {_MAX_SUMMARY} characters or less."
    for address in (raw.get("author_email", ""), raw.get("maintainer_email", "")):
        _, found = email.utils.parseaddr(address)
        if found and (
            not _ADDRESS.fullmatch(found) or found.rpartition(".")[2].lower() in _NO_DOMAIN
        ):
            yield f"{found!r} is not a valid email address."
    for url in (raw.get("home_page", ""), raw.get("download_url", "")):
        if url and not _is_url(url):
            yield f"{url!r} is not a valid url."
    for label, url in raw.get("project_urls", {}).items():
        if not label or len(label) > _MAX_LABEL:
            yield f"Project-URL {label!r} must have a label of {_MAX_LABEL} characters or less."
        if not _is_url(url):
            yield f"Project-URL {label!r}: {url!r} is not a valid url."
    if raw.get("license") and raw.get("license_expression"):
        yield "License is deprecated when License-Expression is present."
    yield from _check_requirements(raw)
    yield from _check_classifiers(raw.get("classifiers", []))


def _check_requirements(raw: RawMetadata) -> Iterator[str]:
    required = raw.get("requires_dist", [])
    for text in (*required, *raw.get("provides_dist", ()), *raw.get("obsoletes_dist", ())):
        try:
            if Requirement(text).url is not None:
                yield f"Can't have direct dependency: {text}"
        except InvalidRequirement:
            if text not in required:  # of those `packaging` says it
                yield f"{text!r} is not a valid requirement."


def _check_classifiers(classifiers: list[str]) -> Iterator[str]:
    for classifier in sorted({classifier.strip() for classifier in classifiers}):
        if classifier in trove_classifiers.deprecated_classifiers:
            better = trove_classifiers.deprecated_classifiers[classifier]
            instead = f", use one of {better} instead" if better else ""
            yield f"The classifier {classifier!r} has been deprecated{instead}."
        elif classifier not in trove_classifiers.classifiers:
            yield f"{classifier!r} is not a valid classifier."


def _check_description(raw: RawMetadata) -> Iterator[Refusal]:
    description = raw.get("description", "")
    header = email.message.EmailMessage()
    header["content-type"] = raw.get("description_content_type") or "text/x-rst"
    # Markdown and plain text always render.
    if header.get_content_type() != "text/x-rst" or description.strip() in {"", "UNKNOWN"}:
        return
    # docutils takes a tenth of a second to come, and most descriptions are Markdown.
    from readme_renderer import rst  # noqa: PLC0415 - as above

    try:
        rendered = rst.render(description)
    except Exception:  # noqa: BLE001 - docutils meets a text from outside; whatever it raises, nothing was rendered
        rendered = None
    if rendered is None:
        yield Refusal(
            reason="The description failed to render for 'text/x-rst'.",
            hint="`twine check --strict` names the line; without Description-Content-Type it is read as reStructuredText",
        )


def _is_url(url: str) -> bool:
    try:
        return urlsplit(url).scheme in {"http", "https"} and not re.search(r"[\s<>\"{}|\\^`]", url)
    except ValueError:
        return False
