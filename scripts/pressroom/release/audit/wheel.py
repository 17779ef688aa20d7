"""A wheel: whole, true to its RECORD and its name, and without what the build machine left in it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from packaging.tags import Tag, parse_tag
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from pressroom.findings import Finding, Severity
from pressroom.release.audit.archive import Limits, UnreadableError, read_members
from pressroom.release.audit.identity import is_same_version, read_metadata
from pressroom.release.audit.leaks import holds_key, is_sample, leak_by_name
from pressroom.release.audit.members import Kind, name_problem
from pressroom.release.audit.model import visible
from pressroom.release.audit.record import check_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.metadata import RawMetadata

_REBUILD = "build the wheel again from the sdist: python -m build"
_STRAY = re.compile(r"tests?|docs?|documentation|examples?|samples?|build|dist|scripts|benchmarks?")
_MODULE = re.compile(r"[^/]+\.(?:py|so|pyd)")
_NATIVE = re.compile(r".*\.(?:so(?:\.\d+)*|pyd|dll|dylib)")
# Whose home is in an example in a comment, and not on the machine that built the wheel.
_HOME = re.compile(
    rb"(?<![\w.])(?:/home/|/Users/|[A-Z]:\\Users\\)(?!user\b|username\b|you\b|me\b|name\b|USER\b)[\w.-]+[/\\]"
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel in memory; `info` is its `.dist-info` folder."""

    filename: str
    info: str
    files: Mapping[str, bytes]

    @property
    def metadata(self) -> RawMetadata:
        """What its METADATA says."""
        return read_metadata(self.files.get(f"{self.info}/METADATA", b""))


def audit_wheel(filename: str, data: bytes, *, machine: Sequence[str] = ()) -> list[Finding]:
    """All that is wrong with a wheel; `machine` are paths of the build that it must not hold.

    What the index would refuse (ZIP structure, metadata, entry points, licence files) is said by
    `pressroom.release.warehouse.rules`.
    """
    wheel, findings = read_wheel(filename, data)
    if wheel is None:
        return findings
    for check in (_check_info, _check_tags, _check_contents, _check_leaks):
        findings += check(wheel)
    record = f"{wheel.info}/RECORD"
    if record in wheel.files:
        findings += check_record(wheel.files, record, where=filename)
    findings += _check_machine(wheel, machine)
    return sorted(findings)


def read_wheel(filename: str, data: bytes) -> tuple[Wheel | None, list[Finding]]:
    """The wheel, or None, and what is wrong with its members."""
    try:
        members = read_members(filename, data, limits=Limits())
    except UnreadableError as error:
        return None, [_finding(filename, error.message, error.hint)]
    findings = []
    files: dict[str, bytes] = {}
    for member in members:
        problem = name_problem(member.name.rstrip("/"))
        if member.kind not in {Kind.FILE, Kind.FOLDER}:
            problem = f"is {member.kind.value}"
        if member.name in files:
            problem = "is in the wheel twice"
        if problem:
            findings.append(_finding(filename, f"{member.name}: {problem}", _REBUILD))
        elif member.kind is Kind.FILE:
            files[member.name] = member.data
    folders = sorted({name.split("/")[0] for name in files if ".dist-info/" in name})
    infos = [folder for folder in folders if folder.endswith(".dist-info")]
    if len(infos) != 1:
        found = ", ".join(infos) or "none"
        message = f"has not one .dist-info folder but {found}"
        return None, [*findings, _finding(filename, message, _REBUILD)]
    return Wheel(filename=filename, info=infos[0], files=files), findings


def _finding(where: str, message: str, hint: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(where=where, message=visible(message), hint=hint, severity=severity)


def _check_info(wheel: Wheel) -> Iterator[Finding]:
    """The name of the file, of the folder and in METADATA are one."""
    for name in ("METADATA", "WHEEL", "RECORD"):
        if f"{wheel.info}/{name}" not in wheel.files:
            yield _finding(wheel.filename, f"{wheel.info}/{name} is missing", _REBUILD)
    try:
        name, version, _, _ = parse_wheel_filename(wheel.filename)
    except InvalidWheelFilename as error:
        yield _finding(wheel.filename, str(error), _REBUILD)
        return
    folder = wheel.info.removesuffix(".dist-info").rpartition("-")
    if canonicalize_name(folder[0]) != name or not is_same_version(folder[2], str(version)):
        message = f"its folder {wheel.info} is not that of {name} {version}"
        yield _finding(wheel.filename, message, _REBUILD)
    metadata = wheel.metadata
    said = (metadata.get("name", ""), metadata.get("version", ""))
    if canonicalize_name(said[0]) != name or not is_same_version(said[1], str(version)):
        message = f"its METADATA is that of {said[0]!r} {said[1]!r}, unlike its name"
        yield _finding(wheel.filename, message, _REBUILD)


def _check_tags(wheel: Wheel) -> Iterator[Finding]:
    """WHEEL has the tags of the file name, and what is for any machine holds nothing for one."""
    text = wheel.files.get(f"{wheel.info}/WHEEL", b"").decode("utf-8", "replace")
    fields = [line.partition(": ")[::2] for line in text.splitlines()]
    inside: set[Tag] = set()
    for key, value in fields:
        if key == "Tag" and value.count("-") == 2:
            inside |= parse_tag(value.strip())
    try:
        _, _, _, tags = parse_wheel_filename(wheel.filename)
    except InvalidWheelFilename:
        return
    if inside != tags:
        said = ", ".join(sorted(map(str, inside))) or "none"
        yield _finding(wheel.filename, f"the tags in its WHEEL are {said}", _REBUILD)
    native = next((name for name in sorted(wheel.files) if _NATIVE.fullmatch(name)), None)
    if native and all(tag.platform == "any" for tag in tags):
        message = f"is for any platform by its name, but holds {native}"
        yield _finding(wheel.filename, message, "build it as a wheel of its platform")
    pure = dict(fields).get("Root-Is-Purelib", "").strip().lower()
    if pure not in {"true", "false"} or (native and pure == "true"):
        message = f"WHEEL says Root-Is-Purelib: {pure or 'nothing'}"
        yield _finding(wheel.filename, message, _REBUILD)


def _check_contents(wheel: Wheel) -> Iterator[Finding]:
    """It installs something to import, and nothing that lies in everybody's way."""
    tops = {name.split("/")[0] for name in wheel.files} - {wheel.info}
    modules = {
        name for name in wheel.files if not name.startswith(wheel.info) and ".data/" not in name
    }
    if not any(_MODULE.fullmatch(name.rpartition("/")[2]) for name in modules):
        message = "installs nothing that can be imported"
        yield _finding(wheel.filename, message, "look at packages and py_modules in the project")
    own = canonicalize_name(wheel.metadata.get("name", "")).replace("-", "_")
    for top in sorted(tops):
        if _STRAY.fullmatch(top) and top != own:
            message = f"installs a folder {top!r} beside all other packages"
            hint = "leave it out of the packages; other projects install one of that name"
            yield _finding(wheel.filename, message, hint, Severity.WARNING)


def _check_leaks(wheel: Wheel) -> Iterator[Finding]:
    for name, data in sorted(wheel.files.items()):
        leak = leak_by_name(name)
        severity = Severity.ERROR
        if leak is None and holds_key(data):
            leak = "a private key"
            severity = Severity.WARNING if is_sample(name) else Severity.ERROR
        if leak:
            hint = "remove it, build from a clean checkout, and revoke what it gave away"
            yield _finding(wheel.filename, f"{name}: {leak}", hint, severity)


def _check_machine(wheel: Wheel, machine: Sequence[str]) -> Iterator[Finding]:
    """Paths of the build are in no file; homes in text are worth a look."""
    paths = [path.encode("utf-8", "surrogateescape") for path in machine if path.strip("/")]
    hint = "build with -ffile-prefix-map (CFLAGS), or find out what writes it"
    for name, data in sorted(wheel.files.items()):
        path = next((path for path in paths if path in data), None)
        if path is not None:
            message = f"{name}: holds the path of the build, {path.decode('utf-8', 'replace')}"
            yield _finding(wheel.filename, message, hint)
            continue
        home = _HOME.search(data) if b"\0" not in data else None
        if home:
            message = (
                f"{name}: holds {home[0].decode('utf-8', 'replace')!r}, a home on some machine"
            )
            hint_home = "write it without a name if it is an example"
            yield _finding(wheel.filename, message, hint_home, Severity.WARNING)
