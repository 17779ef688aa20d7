"""What the Observatory reads in a page: its scripts, and what its meta tags say."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.observatory.fields import merge, trim
from pressroom.observatory.html import Meta, Tags, read_tags
from pressroom.observatory.json_body import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.observatory.model import Answer

# As they have to be spelled: another case, or a space before the `;`, is another type to the Observatory.
HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
# No Content and Not Modified: whatever follows their headers is no body (RFC 9110, 6.4.1).
_WITHOUT_BODY = frozenset((204, 304))
_BYTE_ORDER_MARK = "\ufeff"
_POLICY = "content-security-policy"
_REFERRER = "referrer"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A body as text, and its tags; `metas` are those that count, by the answer's Content-Type.

    `is_data` says that the body is JSON and no text: the Observatory cannot read that as a page.
    """

    text: str
    is_data: bool
    tags: Tags
    metas: tuple[Meta, ...]


def media_type_of(content_type: str) -> str:
    """What stands before the parameters, as it stands there."""
    return content_type.partition(";")[0]


def read_content(answer: Answer, *, refuses_json: bool) -> Content:
    """The content of an answer: UTF-8 whatever it declares, a byte order mark dropped, JSON parsed.

    Where the algorithm does not refuse JSON, data is a page without any tag.
    """
    body = b"" if answer.status in _WITHOUT_BODY else answer.body
    text = text_of(body.decode("utf-8", "replace").removeprefix(_BYTE_ORDER_MARK))
    if text is None:
        return Content(text="", is_data=refuses_json, tags=Tags(), metas=())
    tags = read_tags(text)
    media_type = media_type_of(merge(answer.headers).get("content-type", ""))
    metas = tags.metas if media_type in HTML_TYPES else ()
    return Content(text=text, is_data=False, tags=tags, metas=metas)


def policies_of(metas: Iterable[Meta]) -> tuple[str, ...]:
    """The content security policies of meta tags, in the page's order, none of them empty."""
    return tuple(
        meta.content
        for meta in metas
        if meta.http_equiv is not None and meta.content and trim(meta.http_equiv).lower() == _POLICY
    )


def referrer_of(metas: Iterable[Meta]) -> str | None:
    """The referrer policy of the last meta tag that has one; a tag with `http-equiv` is none."""
    named = [
        meta.content
        for meta in metas
        if meta.http_equiv is None
        and meta.content
        and meta.name is not None
        and trim(meta.name).lower() == _REFERRER
    ]
    return named[-1] if named else None
