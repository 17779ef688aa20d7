"""One line of readers.csv: what its cells may hold, and the Reader that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pressroom.names import check_name
from pressroom.readers.ids import parse_usb_id
from pressroom.readers.model import Reader, Status, UsbId
from pressroom.readers.versions import is_version, order
from pressroom.shapes import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COLUMNS = ("slug", "vid", "pid", "vendor", "name", "status", "since", "last", "url", "notes")
MAX_CELL = 500

_STATUSES = [str(status) for status in Status]

Problem = tuple[str, str]  # what, and how to mend it


def read_cells(cells: Mapping[str, str], line: int) -> tuple[Reader | None, list[Problem]]:
    """The reader on a line, or None where its cells name none, and all that is wrong with them."""
    cells = {column: cell.strip() for column, cell in cells.items()}
    problems = [*_texts(cells), *_releases(cells), *_address(cells["url"])]
    bad_slug = check_name(cells["slug"], what="slug", where="", line=line)
    fatal = [(finding.message, finding.hint) for finding in bad_slug]
    usb_id, status = None, None
    try:
        usb_id = parse_usb_id(f"{cells['vid']}:{cells['pid']}")
    except ValueError as error:
        fatal.append((f"vid and pid: {error}", "write four hex digits in each, as in 072F,90CC"))
    if cells["status"] in _STATUSES:
        status = Status(cells["status"])
    else:
        what = f"status {_shown(cells['status'])} is none"
        fatal.append((what, suggestion(cells["status"][:MAX_CELL], _STATUSES)))
    if fatal or usb_id is None or status is None:
        return None, fatal + problems
    return _reader(cells, usb_id, status, line), problems


def _reader(cells: Mapping[str, str], usb_id: UsbId, status: Status, line: int) -> Reader:
    return Reader(
        slug=cells["slug"],
        usb_id=usb_id,
        vendor=cells["vendor"],
        name=cells["name"],
        status=status,
        since=cells["since"],
        last=cells["last"],
        url=cells["url"],
        notes=cells["notes"],
        line=line,
    )


def _texts(cells: Mapping[str, str]) -> Iterator[Problem]:
    for column in ("vendor", "name"):
        if not cells[column]:
            yield f"{column} is empty", f"write the {column} that the page shows"
    for column, cell in cells.items():
        if len(cell) > MAX_CELL:
            what = f"{column} has {len(cell)} characters, more than {MAX_CELL}"
            yield what, "shorten it, and link to the rest"


def _releases(cells: Mapping[str, str]) -> Iterator[Problem]:
    since, last = cells["since"], cells["last"]
    good = True
    for column, cell in (("since", since), ("last", last)):
        if cell and not is_version(cell):
            good = False
            what = f"{column} {_shown(cell)} is no release of the driver"
            yield what, "write it as digits and dots, as in 1.4.31, or leave it empty"
    if last and not since:
        yield "last is given and since is not", "write the first release that listed it, too"
    elif last and good and order(last) < order(since):
        yield f"last {last} is before since {since}", "exchange them"


def _address(url: str) -> Iterator[Problem]:
    if not url:
        return
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"https", "http"} and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or any(character.isspace() for character in url):
        yield f"url {_shown(url)} is no address", "write https://…, or leave it empty"


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= 60 else cell[:60] + "…")
