"""What a record of a release must not say, though it has the shape of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pressroom.changelog.published import PROJECT_ID, is_release
from pressroom.dates import PartialDate
from pressroom.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from pressroom.changelog.published import Published, PublishedFile

# These stand in commands that people paste into a shell: nothing that one would read as more than a name.
_TAG = re.compile(r"(?!.*(?:\.\.|//|\.lock$|[./]$))[A-Za-z0-9][A-Za-z0-9._+/-]{0,199}", re.ASCII)
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,219}", re.ASCII)
_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
# http for a rehearsal alone, whose index is on this machine.
_URL = re.compile(
    r"(?:https://[A-Za-z0-9][A-Za-z0-9.-]*|http://127\.0\.0\.1)(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%+-]+)+/?",
    re.ASCII,
)
_PAGE = re.compile(r"/[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/$", re.ASCII)
_ADDRESS_HINT = "write https://host/path, without user, query or fragment"
_ENDINGS = {
    "sdist": (".tar.gz", ".zip"),
    "wheel": (".whl",),
    "tarball": (".tar.xz", ".tar.gz", ".tar.bz2", ".tar.zst"),
    "signature": (".asc", ".sig"),
    "sums": ("SHA256SUMS",),
    "sbom": (".json", ".xml"),
    "provenance": (".json", ".jsonl"),
}

Problem = tuple[str, int, str, str]


def check_published(
    published: Published, *, text: str, where: str, versions: Mapping[str, Container[str]]
) -> list[Finding]:
    """Findings for a record of what no changelog has; `versions` are the releases of each project."""
    known = versions.get(published.project)
    if known is None:
        key, message = "project", f"no project {published.project!r}: releases/ has no such file"
    elif published.version not in known:
        key = "version"
        message = f"releases/{published.project}.md has no release {published.version}"
    else:
        return []
    hint = "add it there; a record of what was never released has to go"
    return [Finding(where=where, line=line_of(text, key), message=message, hint=hint)]


def problems(one: Published, name: str) -> Iterator[Problem]:
    """Key, which of its places, message and hint, for a record in a file of that name."""
    made = f"{one.project}-{one.version}"
    if not PROJECT_ID.fullmatch(one.project):
        yield (
            "project",
            0,
            f"{_short(one.project)} is no project's id",
            "write the stem of its file",
        )
    if not is_release(one.version):
        yield "version", 0, f"{_short(one.version)} is no version", "write it as the changelog does"
    if one.id != made:
        yield "id", 0, f"id {_short(one.id)} is not project and version", f"write {_short(made)}"
    if name != f"{one.id}.json":
        yield "id", 0, f"id {_short(one.id)} is not the file's name", "rename the file to <id>.json"
    if not _is_day(one.date):
        yield "date", 0, f"date {_short(one.date)} is no day", "write it as 2026-01-31"
    if one.index is not None and not (_URL.fullmatch(one.index) and _PAGE.search(one.index)):
        hint = f"{_ADDRESS_HINT}, with / at the end: https://pypi.org/simple/NAME/"
        yield "index", 0, f"index {_short(one.index)} is no page of a simple index", hint
    yield from _git_problems(one)
    yield from _files_problems(one.files)


def _git_problems(one: Published) -> Iterator[Problem]:
    if not _TAG.fullmatch(one.tag):
        yield (
            "tag",
            0,
            f"tag {_short(one.tag)} is no plain name of a tag",
            "write it as git shows it",
        )
    for key in ("tag_object", "commit"):
        value: str = getattr(one, key)
        if not _OBJECT.fullmatch(value):
            yield key, 0, f"{key} {_short(value)} is no hash of git", "write all its digits, small"


def _files_problems(files: tuple[PublishedFile, ...]) -> Iterator[Problem]:
    if not files:
        yield "files", 0, "a release without a file", "list what is public, or remove the record"
    names: set[str] = set()
    for number, file in enumerate(files):
        for key, message, hint in _file_problems(file):
            yield key, number, message, hint
        if file.name.casefold() in names:
            yield "name", number, f"file {_short(file.name)} stands twice", "keep one"
        names.add(file.name.casefold())


def _file_problems(file: PublishedFile) -> Iterator[tuple[str, str, str]]:
    endings = _ENDINGS.get(file.kind)
    if endings is None:
        yield "kind", f"kind {_short(file.kind)} is not known", f"write {' or '.join(_ENDINGS)}"
    elif not _FILE.fullmatch(file.name) or not file.name.endswith(endings):
        hint = f"a plain name that ends in {' or '.join(endings)}"
        yield "name", f"{_short(file.name)} is no name of a file of kind {file.kind}", hint
    if not 0 < file.size < 1 << 53:
        yield "size", f"size {_short(str(file.size))} cannot be", "write the bytes of the file"
    if not _SHA256.fullmatch(file.sha256):
        hint = "take it from the file that is public"
        yield "sha256", f"{_short(file.sha256)} is no SHA-256 of 64 small hex digits", hint
    if not _URL.fullmatch(file.url):
        yield "url", f"{_short(file.url)} is no https address of a file", _ADDRESS_HINT
    elif unquote(file.url.rpartition("/")[2]) != file.name:
        yield "url", f"{_short(file.url)} does not end in the file's name", f"end in /{file.name}"


def _is_day(text: str) -> bool:
    try:
        return PartialDate.from_iso(text).day is not None
    except ValueError:
        return False


def _short(text: str) -> str:
    """The text so that every character shows, cut where it is long."""
    return ascii(text if len(text) <= 80 else text[:79] + "…")


def line_of(text: str, key: str, number: int = 0) -> int:
    """The line of a key, or of its place in the file of that number: each file has every key once."""
    places = re.finditer(rf'"{key}"\s*:', text)
    found = [match.start() for match in places][number : number + 1]
    return text.count("\n", 0, found[0]) + 1 if found else 1
