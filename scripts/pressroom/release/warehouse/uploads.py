"""An upload as it arrives: its fields, its file to the disk, and what the index says to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.release.warehouse.answers import Answer, refuse
from pressroom.release.warehouse.forms import parse_form
from pressroom.release.warehouse.multipart import (
    MultipartError,
    Part,
    find_boundary,
    read_multipart,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.release.warehouse.multipart import Piece
    from pressroom.release.warehouse.store import Spool, Store

_MAX_FIELDS, _MAX_TEXT = 10_000, 16 * 1024**2
_FILE = "content"
# A signature and attestations are taken and not looked at: PyPI takes attestations from trusted publishers alone.
_IGNORED = ("gpg_signature",)


def receive(
    read: Callable[[int], bytes],
    content_type: str,
    store: Store,
    *,
    may_upload: Callable[[str], bool],
) -> Answer:
    """The answer to an upload that `read(n)` gives. Raises what reading raises."""
    with store.spool() as spool:
        form = _Form(spool)
        try:
            for piece in read_multipart(read, find_boundary(content_type)):
                form.take(piece)
            fields = form.fields()
        except (MultipartError, UnicodeDecodeError) as error:
            return refuse(400, f"Bad form: {error}")
        parsed, found = parse_form(fields, filename=form.filename)
        if parsed is None:
            return refuse(400, found[0].reason)
        if not may_upload(parsed.name):
            return refuse(
                403, f"The given token isn't allowed to upload to project {parsed.name!r}."
            )
        refusal = store.accept(parsed, spool)
    return refuse(400, refusal.reason) if refusal is not None else Answer(status=200)


class _Form:
    """The fields of a form, and its file on the disk."""

    def __init__(self, spool: Spool) -> None:
        self.filename: str | None = None
        self._spool = spool
        self._part = Part(name="")
        self._texts: list[tuple[str, bytearray]] = []
        self._size = 0

    def take(self, piece: Piece) -> None:
        """The next piece. Raises MultipartError for more than a form may have."""
        if isinstance(piece, Part):
            self._begin(piece)
        elif self._part.name == _FILE:
            self._spool.write(piece)
        elif self._part.name not in _IGNORED:
            self._size += len(piece)
            if self._size > _MAX_TEXT:
                raise MultipartError("the fields are too large")
            self._texts[-1][1].extend(piece)

    def _begin(self, part: Part) -> None:
        self._part = part
        if part.name == _FILE:
            if part.filename is None:
                raise MultipartError("the field content is no file")
            if self.filename is not None:
                raise MultipartError("there is more than one file")
            if (part.content_type or "").startswith("image/"):
                raise MultipartError("Invalid distribution file: it says that it is an image")
            self.filename = part.filename
        elif part.name not in _IGNORED:
            if part.filename is not None:
                raise MultipartError(f"{part.name}: Should not be a tuple.")
            if len(self._texts) == _MAX_FIELDS:
                raise MultipartError("there are too many fields")
            self._texts.append((part.name, bytearray()))

    def fields(self) -> list[tuple[str, str]]:
        """The fields as text. Raises UnicodeDecodeError."""
        return [(name, data.decode()) for name, data in self._texts]
