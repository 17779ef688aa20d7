"""What a version is made of: every file with its hash; the id of a version is the hash of that list."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from typing import TYPE_CHECKING

from pressroom.errors import FindingsError, PressroomError
from pressroom.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# A file of every site says which version it is of: `https://HOST/version.txt`. It does not count for the id.
VERSION_FILE = "version.txt"
# Enough that nobody finds two versions with one id, and short enough to be typed.
ID_LENGTH = 16
# No file has more bytes than 18 digits can say.
_LINE = re.compile(r"([0-9a-f]{64}) (0|[1-9][0-9]{0,17}) (.+)")
_HINT = "deploy the built sites again: they bring a list of their own"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file: SHA-256 of its bytes in hex, and how many bytes it has."""

    sha256: str
    size: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Files by path: `hub/posts/index.html`, `deploy/nginx/pressroom.conf`."""

    files: Mapping[str, File]

    @property
    def id(self) -> str:
        """The id of the version: 16 hexadecimal digits, the same for the same files."""
        counted = {
            path: self.files[path] for path in sorted(self.files) if not is_version_file(path)
        }
        return hashlib.sha256(_render(counted).encode()).hexdigest()[:ID_LENGTH]

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(file.size for file in self.files.values())


def is_version_file(path: str) -> bool:
    """Whether that is where a site says which version it is of."""
    site, _, name = path.partition("/")
    return bool(site) and name == VERSION_FILE


def make_manifest(trees: Mapping[str, Mapping[str, bytes]]) -> Manifest:
    """The manifest of folders by name (`hub`, `deploy`), each with its files by path.

    Raises FindingsError for paths that no line can hold, and for sites that bring a version.txt.
    """
    files: dict[str, File] = {}
    findings = []
    for folder, tree in trees.items():
        for name, data in tree.items():
            path = f"{folder}/{name}"
            problem = _problem(path)
            if problem:
                findings.append(
                    Finding(
                        where=path.encode("unicode_escape").decode()
                        if not path.isprintable()
                        else path,
                        message=problem,
                        hint="give the file another name and build again",
                    )
                )
                continue
            files[path] = File(sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    if findings:
        raise FindingsError(findings)
    return Manifest(files=dict(sorted(files.items())))


def is_plain(path: str) -> bool:
    """Whether a path is one line that can be seen, names a file in a folder, and leads nowhere else."""
    parts = path.split("/")
    return path.isprintable() and len(parts) > 1 and not {"", ".", ".."} & set(parts)


def _problem(path: str) -> str:
    if not is_plain(path):
        return "cannot be deployed: its name has a character that cannot be seen"
    return "is where a site says which version it is of" if is_version_file(path) else ""


def with_version_files(manifest: Manifest, sites: Iterable[str]) -> Manifest:
    """The manifest with the version.txt of each site."""
    data = version_text(manifest.id).encode()
    file = File(sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    more = {f"{site}/{VERSION_FILE}": file for site in sites}
    return Manifest(files=dict(sorted({**manifest.files, **more}.items())))


def version_text(version: str) -> str:
    """What is in a version.txt."""
    return f"{version}\n"


def render_manifest(manifest: Manifest) -> str:
    """A line a file: hash, size, path."""
    return _render(manifest.files)


def parse_manifest(text: str, *, where: str) -> Manifest:
    """What `render_manifest` wrote; raises PressroomError for anything else.

    Every path is plain. That the last lines are there is not seen here, but by the id.
    """
    files: dict[str, File] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n") if text else (), 1):
        found = _LINE.fullmatch(line)
        path = found[3] if found else ""
        if not found or not is_plain(path) or path in files:
            raise PressroomError(
                "this is no line of a manifest", where=f"{where}:{number}", hint=_HINT
            )
        files[path] = File(sha256=found[1], size=int(found[2]))
    return Manifest(files=files)


def _render(files: Mapping[str, File]) -> str:
    return "".join(f"{file.sha256} {file.size} {path}\n" for path, file in files.items())
