"""What real descriptor files have wrong, by code: the importer finds it, pages tell it in plain words."""

from __future__ import annotations

# What is about the file or the moment of reading, not about the reader.
ABOUT_FILE = frozenset({"envelope-spelling", "line-ends", "string-unreadable"})
# code: what a page says. "The driver's file" is the text file that the driver's tree keeps of a reader.
NOTES = {
    "bcd-ccid": "bcdCCID names a revision of the CCID specification that was never published.",
    "clock-count": "The reader announces another number of clock frequencies than it then lists.",
    "clock-implausible": "The clock frequency is far above what any card can take; it may have been "
    "written in another unit.",
    "control-bytes": "A name that the reader reports holds bytes that are no text; they are left out here.",
    "descriptor-type": "The class descriptor does not carry the type 0x21 that the specification gives it.",
    "envelope-spelling": "The driver's file is old and spells bClassEnvelope in another way.",
    "lcd-swapped": "The two bytes of wLcdLayout look swapped: the display would have more lines than columns.",
    "line-ends": "The driver's file has the line ends of another system.",
    "negative-clock": "The reader lists clock frequencies that are negative numbers; they are left out here.",
    "negative-rate": "The reader lists data rates that are negative numbers; they are left out here.",
    "no-manufacturer": "The reader does not report who made it.",
    "no-product": "The reader does not report the name of the product.",
    "protocols-misplaced": "dwProtocols has bits where the specification has none, so what the reader "
    "can do may differ from what is shown.",
    "rate-count": "The reader announces another number of data rates than it then lists.",
    "string-unreadable": "A name could not be read from the reader when the driver's file was made.",
    "subclass-unknown": "The USB interface carries a subclass or protocol that the specification does not know.",
    "unreadable-name": "A name that the reader reports holds question marks or spaces where letters should be.",
    "voltage-none": "bVoltageSupport names no voltage at all.",
    "wrong-size": "The reader's list of clock frequencies or data rates has an impossible length.",
}
