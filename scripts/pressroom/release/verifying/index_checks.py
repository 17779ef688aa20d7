"""What is asked of an index about a release: the recorded files and no others, and when they came."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pressroom.release.verifying.model import Check, missing, not_asked, ok, unknown, worst, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.changelog.model import Release
    from pressroom.changelog.published import Published, PublishedFile
    from pressroom.release.index.listing import IndexFile

# What an index takes; other files of a release are served elsewhere.
INDEX_KINDS = frozenset({"sdist", "wheel"})
SDISTS = (".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz")
# Two clocks, and the time a push takes.
_SLACK = dt.timedelta(minutes=10)
# Installers build nothing and warn nobody while a release has wheels alone.
_LATE = dt.timedelta(hours=12)
_ASK = (
    "find out who did it, and when; if it was none of you, change the index's passwords and tokens"
)
_NAMES = 5
_WIDEST = 120


def recorded_files(record: Published) -> dict[str, PublishedFile]:
    """The files of a record that the index should show, by name."""
    if record.index is None:
        return {}
    return {file.name: file for file in record.files if file.kind in INDEX_KINDS}


def check_index(
    shown: Sequence[IndexFile], record: Published | None, *, release: Release | None
) -> Check:
    """Whether the index shows what was recorded, with these hashes and not yanked."""
    checks = list(_yanked(shown, release))
    if record is None:
        checks.append(unknown(f"{file_count(len(shown))}; no record to compare with"))
        return worst(checks)
    wanted = recorded_files(record)
    there = {file.filename: file for file in shown}
    gone = sorted(wanted.keys() - there.keys())
    extra = sorted(there.keys() - wanted.keys())
    other = [name for name in sorted(wanted) if name in there and _differs(wanted, there, name)]
    if gone:
        checks.append(missing(f"vanished from the index: {names(gone)}", _ASK))
    if extra:
        checks.append(wrong(f"on the index, but not in the record: {names(extra)}", _ASK))
    if other:
        checks.append(wrong(f"other bytes than recorded: {names(other)}", _ASK))
    return worst(checks) if checks else ok(f"{file_count(len(wanted))}, as recorded")


def _differs(wanted: dict[str, PublishedFile], there: dict[str, IndexFile], name: str) -> bool:
    return wanted[name].sha256 != there[name].sha256


def _yanked(shown: Sequence[IndexFile], release: Release | None) -> Iterator[Check]:
    """Yanked files, unless the changelog says that nobody should use the release."""
    yanked = [file for file in shown if file.yanked is not None]
    if yanked and (release is None or release.bad is None):
        reason = next((file.yanked for file in yanked if file.yanked), None)
        why = f" ({reason[:120]})" if reason else ""
        hint = "if you did it, say so in the changelog: the release is bad; else find out who did"
        yield wrong(f"yanked{why}: {names([file.filename for file in yanked])}", hint)


def check_dates(shown: Sequence[IndexFile], tagged: dt.datetime | None) -> Check:
    """Whether files came after their tag, and the source archive with them."""
    times = {file.filename: file.uploaded for file in shown if file.uploaded is not None}
    if not shown:
        return not_asked("no file is on the index")
    if not times:
        return unknown("the index does not say when files came")
    first = min(times.values())
    checks = []
    if tagged is not None:
        early = [name for name, time in times.items() if time < tagged - _SLACK]
        if early:
            note = f"uploaded {_span(tagged - first)} before the tag was made: {names(early)}"
            checks.append(wrong(note, "tag first: what is public then is what was tagged"))
    late = [name for name, time in times.items() if name.endswith(SDISTS) and time - first > _LATE]
    if late:
        after = max(times[name] for name in late) - first
        hint = "send all files in one go, the source archive last"
        checks.append(wrong(f"{names(late)} came {_span(after)} after the first file", hint))
    if tagged is None and not checks:
        return not_asked("the time of the tag is not known")
    return worst(checks) if checks else ok(f"first file on {first:%Y-%m-%d}")


def names(found: Sequence[str]) -> str:
    """Some of the names, and how many more there are."""
    rest = len(found) - _NAMES
    shown = (name if len(name) <= _WIDEST else f"{name[:_WIDEST]}…" for name in found[:_NAMES])
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")


def file_count(count: int) -> str:
    """`2 files`."""
    return f"{count} file{'s' * (count != 1)}"


def _span(time: dt.timedelta) -> str:
    hours = time.total_seconds() / 3600
    if hours < 1:
        return f"{time.total_seconds() / 60:.0f} minutes"
    return f"{hours:.0f} hours" if hours < 96 else f"{hours / 24:.0f} days"
