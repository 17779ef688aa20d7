"""Where things are on the readers' site: one function a kind of page, URLs below the site's root."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pressroom.readers.catalogue import Added
    from pressroom.readers.model import Status, UsbId

TABLE = "readers/"
INDEX = "readers/index.json"
STATUSES = "status/"
VENDORS = "vendors/"
FEATURES = "features/"
PINPADS = "pinpads/"
NEW = "new/"
NEW_FEED = "new/feed.xml"
STATISTICS = "statistics/"
JSON = "readers.json"
CSV = "readers.csv"
SCHEMA = "readers.schema.json"
# A record for machines, in the folder of its page.
TWIN = "reader.json"
# A Markdown page of the site: how a reader gets into the list.
LISTING = "listing/"


def page(folder: str, number: int) -> str:
    """A further page of a list, by number from 1; no slug of ours is `page`."""
    return folder if number == 1 else f"{folder}page/{number}/"


def reader(slug: str) -> str:
    """A record's page."""
    return f"{TABLE}{slug}/"


def status(one: Status) -> str:
    """The records of a status."""
    return f"{STATUSES}{one}/"


def vendor(slug: str) -> str:
    """The records of a vendor."""
    return f"{VENDORS}{slug}/"


def feature(code: str) -> str:
    """The records that have a property."""
    return f"{FEATURES}{code}/"


def usb_id(one: UsbId) -> str:
    """The records that share a USB id."""
    return f"ids/{one.vid.lower()}-{one.pid.lower()}/"


def added(one: Added) -> str:
    """What a new id leads to: its reader, or where several readers have it the page of the id."""
    return usb_id(one.usb_id) if len(one.readers) > 1 else reader(one.readers[0].slug)


def anchor(one: UsbId) -> str:
    """The fragment under which a list shows an id, as the field's sites have it: `0x072F0x90CC`."""
    return f"0x{one.vid}0x{one.pid}"


def release(version: str) -> str:
    """What a driver release added."""
    return f"{NEW}#v{version}"
