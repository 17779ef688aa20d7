"""The test of redirection: where the visit that started at http:// was led."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ada_url

from pressroom.observatory.verdict import UnjudgeableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.observatory.model import Visit


def judge(visit: Visit | None, *, is_preloaded: Callable[[str], bool]) -> str:  # noqa: PLR0911 - the rows of a table
    """The token for the http visit, None if nothing answered; raises UnjudgeableError where the scan is given up.

    Only this visit is looked at: an https site that leads down to http is not noticed.
    """
    if visit is None:
        return "redirection-not-needed-no-http"
    if not visit.verified:
        return "redirection-invalid-cert"
    urls = [ada_url.URL(hop.url) for hop in visit.hops]
    if _all_preloaded(urls, is_preloaded):
        return "redirection-all-redirects-preloaded"
    if len(urls) == 1:
        return "redirection-missing"
    if urls[-1].protocol != "https:":
        return "redirection-not-to-https"
    if urls[1].protocol == "http:":
        return "redirection-not-to-https-on-initial-redirection"
    if urls[0].hostname != urls[1].hostname:
        return "redirection-off-host-from-http"
    return "redirection-to-https"


def _all_preloaded(urls: list[ada_url.URL], is_preloaded: Callable[[str], bool]) -> bool:
    for url in urls:
        # Upstream refuses to look such a name up, and gives up; it looks no further than the first that is not preloaded.
        if "." not in url.hostname:
            raise UnjudgeableError(
                "a redirect leads to a host without a dot",
                where=url.href,
                hint="redirect to a full host name",
            )
        if not is_preloaded(url.hostname):
            return False
    return True
