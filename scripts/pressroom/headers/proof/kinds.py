"""All kinds of request that a proof sends, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.headers.proof.kinds_errors import ERRORS
from pressroom.headers.proof.kinds_files import FILES
from pressroom.headers.proof.kinds_hostile import HOSTILE
from pressroom.headers.proof.kinds_http import HTTP
from pressroom.headers.proof.kinds_redirects import REDIRECTS

if TYPE_CHECKING:
    from pressroom.headers.proof.model import Kind

KINDS: tuple[Kind, ...] = (*FILES, *REDIRECTS, *ERRORS, *HOSTILE, *HTTP)
# What every further site is asked: its own lines in a configuration are few, and alike.
FEW = ("page", "not-found", "alias", "http-page")
# And this, if it has one.
OLD = ("old-address", "old-address-with-query")
