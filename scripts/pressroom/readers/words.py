"""What a status means, in words: a short one for lists, and a sentence."""

from __future__ import annotations

from pressroom.readers.model import Status

STATUS_NAMES = {
    Status.SUPPORTED: "supported",
    Status.SHOULD_WORK: "should work",
    Status.UNSUPPORTED: "unsupported",
    Status.DISABLED: "disabled",
}
STATUS_SENTENCES = {
    Status.SUPPORTED: "The driver lists this reader as supported: it was tested with it.",
    Status.SHOULD_WORK: "The driver lists this reader as one that should work, because it follows "
    "the standard. It was not tested by the author of the driver.",
    Status.UNSUPPORTED: "The driver lists this reader, but as one with problems or serious "
    "limits: do not count on it.",
    Status.DISABLED: "The driver knows this reader and leaves it alone: its entry in the list is "
    "switched off.",
}
