"""The public files of a release as pages show them: what each is, and the commands that verify them."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from pressroom.dates import PartialDate
from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.changelog.model import Project
    from pressroom.changelog.published import Published, PublishedFile

# pip asks it without being told to.
_PYPI = "https://pypi.org/simple"
_UNITS = ("kB", "MB", "GB", "TB")
_STEP = 1000
_KINDS = ("tarball", "sdist", "wheel")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """What to type to verify a release, by what it is compared with; `pip` is empty without an index."""

    sums: str
    pip: str
    git: str


def sorted_files(record: Published) -> list[PublishedFile]:
    """Archives of the source first, then wheels, then what stands beside them; by name."""
    return sorted(
        record.files,
        key=lambda file: (
            _KINDS.index(file.kind) if file.kind in _KINDS else len(_KINDS),
            file.kind,
            file.name,
        ),
    )


def size_words(size: int) -> str:
    """`120.6 kB`; a kB is a thousand bytes."""
    if size < _STEP:
        return f"{size} byte{'s' * (size != 1)}"
    amount, unit = size / _STEP, 0
    # 999,950 bytes would be shown as 1000.0 kB.
    while round(amount, 1) >= _STEP and unit < len(_UNITS) - 1:
        amount, unit = amount / _STEP, unit + 1
    return f"{amount:,.1f} {_UNITS[unit]}"


def files_words(record: Published) -> str:
    """`3 files, 4.1 MB`."""
    count = len(record.files)
    return f"{count} file{'s' * (count != 1)}, {size_words(record.size)}"


def files_html(project: Project, record: Published) -> Markup:
    """The table of the files, and how to verify them."""
    return render(
        "files.html",
        project=project,
        record=record,
        files=sorted_files(record),
        day=PartialDate.from_iso(record.date),
        commands=verify_commands(record),
        breakable=breakable,
        size_words=size_words,
    )


def files_line(project: Project, records: Iterable[tuple[Published, str]]) -> Markup:
    """A sentence that leads to the files, for a post or a feed; records with their pages' addresses."""
    return Markup().join(
        render(
            "files_line.html", project=project, record=record, url=url, words=files_words(record)
        )
        for record, url in records
    )


def breakable(text: str) -> Markup:
    """A long name or hash that may be wrapped where a reader would: after - or _, or every 8 digits."""
    if re.fullmatch("[0-9a-f]{40,}", text):
        parts = [text[n : n + 8] for n in range(0, len(text), 8)]
    else:
        parts = re.split("(?<=[-_])(?!64)", text)  # x86_64 is one word
    return Markup("<wbr>").join(map(escape, parts))


def verify_commands(record: Published) -> Commands:
    """The commands, with the real names and hashes of a record that was checked."""
    sums = "".join(f"{file.sha256}  {file.name}\n" for file in sorted_files(record))
    return Commands(
        sums=f"sha256sum --check --ignore-missing <<'SUMS'\n{sums}SUMS\n",
        pip=_pip(record),
        git=f"git tag --verify {record.tag}\ngit rev-parse {record.tag} '{record.tag}^{{commit}}'\n",
    )


def _pip(record: Published) -> str:
    if record.index is None:
        return ""
    root, _, name = record.index.rstrip("/").rpartition("/")
    index = "" if root == _PYPI else f" --index-url {root}/"
    names = [file.name for file in record.files]
    # Which of the files pip takes depends on the machine.
    one = names[0] if len(names) == 1 else f"{_common_start(names)}*"
    return f"pip download --no-deps{index} {name}=={record.version}\npip hash {one}\n"


def _common_start(names: list[str]) -> str:
    """What all names start with."""
    first, last = min(names), max(names)
    return next(
        (first[:n] for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), first
    )
