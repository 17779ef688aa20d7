"""What a file of a release may be called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import InvalidName, InvalidWheelFilename, canonicalize_name
from packaging.utils import parse_wheel_filename as parse_wheel
from packaging.version import InvalidVersion, Version

from pressroom.release.warehouse.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

# The index keeps a wheel's METADATA beside it under the same name, in one path component.
_MAX = 255 - len(".metadata")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
_LINUX = "x86_64|i686|aarch64|armv7l|ppc64le|s390x|riscv64"
_APPLE = "ppc|ppc64|i386|x86_64|arm64|intel|fat|fat3|fat64|universal|universal2"
# A plain linux_x86_64 promises no libc; the two for the Raspberry Pi are older than manylinux there.
_PLATFORM = re.compile(
    "any|win32|win_(amd64|arm64|ia64)|linux_armv[67]l"
    "|manylinux(1|2010)_(x86_64|i686)"
    "|manylinux2014_(x86_64|i686|aarch64|armv7l|ppc64|ppc64le|s390x)"
    rf"|manylinux_\d+_\d+_({_LINUX}|ppc64)|musllinux_\d+_\d+_({_LINUX})"
    # Since macOS 11 the minor version says nothing about compatibility, and only 0 is taken.
    rf"|macosx_(10_\d+|(1[1-9]|[2-9]\d)_0)_({_APPLE})"
    r"|ios_\d+_\d+_(arm64|x86_64)_(iphoneos|iphonesimulator)"
    r"|android_\d+_(armeabi_v7a|arm64_v8a|x86|x86_64)",
    re.ASCII,
)


def check_filename(filename: str, *, name: str, version: str) -> Iterator[Refusal]:
    """Refusals of a file name, and of the name and version of the project that it is for."""
    yield from check_name(name)
    yield from check_version(version)
    yield from check_characters(filename)
    if not filename.endswith((".whl", ".tar.gz")):
        yield Refusal(
            reason=f"Invalid file extension: {filename!r} is neither a .tar.gz nor a .whl",
            hint="upload what `python -m build` makes",
        )
    elif _is_name(name) and _version(version) is not None:
        check = _check_wheel if filename.endswith(".whl") else _check_sdist
        yield from check(filename, canonicalize_name(name), Version(version))


def check_name(name: str) -> Iterator[Refusal]:
    """Refusals of a project's name."""
    if not _is_name(name):
        yield Refusal(
            reason=f"{name!r} is an invalid value for Name.",
            hint="use ASCII letters, digits and `.`, `_`, `-` between them",
        )


def check_version(version: str) -> Iterator[Refusal]:
    """Refusals of a version."""
    parsed = _version(version)
    if parsed is None:
        yield Refusal(
            reason=f"{version!r} is an invalid value for Version.",
            hint="write the version as PEP 440 has it: 1.5.2, 2.0rc1, 1.4.post1",
        )
    elif parsed.local is not None:
        yield Refusal(
            reason=f"The use of local versions in {version!r} is not allowed.",
            hint=f"release it as {parsed.public}: what follows a + is for private builds",
        )


def check_characters(filename: str) -> Iterator[Refusal]:
    """Refusals of characters that no file name of an index has."""
    if _UNPRINTABLE.search(filename):
        yield Refusal(
            reason="Cannot upload a file with non-printable characters in the name.",
            hint="build it again: no build backend makes such a name",
        )
    if re.search(r"[/\\]", filename):
        yield Refusal(
            reason="Cannot upload a file with '/' or '\\' in the name.",
            hint="give the name of the file without its folder",
        )
    if len(filename.encode("utf-8", "surrogatepass")) > _MAX:
        yield Refusal(
            reason=f"Filename is too long: {filename[:40]!r}…",
            hint=f"keep it within {_MAX} bytes: a shorter project name, or fewer tags",
        )


def _check_sdist(filename: str, name: str, version: Version) -> Iterator[Refusal]:
    expected = f"{name.replace('-', '_')}-{version}.tar.gz"
    if filename != expected:
        yield Refusal(
            reason=f"Filename {filename!r} is invalid, should be {expected!r}.",
            hint="build it with a newer backend (PEP 625; setuptools since 69.3)",
        )


def _check_wheel(filename: str, name: str, version: Version) -> Iterator[Refusal]:
    try:
        found, its_version, _, tags = parse_wheel(filename)
    except InvalidWheelFilename as error:
        yield Refusal(
            reason=str(error), hint="build it again: name-version-python-abi-platform.whl"
        )
        return
    escaped = name.replace("-", "_")
    if found != name:
        yield Refusal(
            reason=f"Start filename for {name!r} with {escaped!r}.",
            hint="upload the wheel to the project that it was built for",
        )
    elif filename.partition("-")[0] != escaped:
        yield Refusal(
            reason=f"Filename {filename!r} should contain the normalized project name {escaped!r}.",
            hint="build it with a newer backend (setuptools since 75.8)",
        )
    if its_version != version:
        yield Refusal(
            reason=f"Version in filename should be {str(version)!r} not {str(its_version)!r}.",
            hint="build the wheel from the sdist of this release",
        )
    for platform in sorted({tag.platform for tag in tags}):
        if not _PLATFORM.fullmatch(platform):
            yield Refusal(
                reason=f"Binary wheel {filename!r} has an unsupported platform tag {platform!r}.",
                hint="repair it with auditwheel (manylinux, musllinux), or leave it to the sdist",
            )


def _is_name(name: str) -> bool:
    try:
        canonicalize_name(name, validate=True)
    except InvalidName:
        return False
    return True


def _version(version: str) -> Version | None:
    try:
        return Version(version) if version == version.strip() else None
    except InvalidVersion:
        return None
