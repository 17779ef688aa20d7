"""The page of grades, the badges, and the newest results as JSON."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING

from pressroom.site import urls
from pressroom.site.grades.badge import render_badge
from pressroom.site.grades.chart import step_chart
from pressroom.site.grades.history import date_of
from pressroom.site.pages import DataPage
from pressroom.site.shell import Anchor
from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markupsafe import Markup

    from pressroom.site.grades.history import History
    from pressroom.site.pages import Link

TITLE = "Security headers"


def grade_pages(histories: Sequence[History]) -> Iterator[DataPage]:
    """The page of grades; none where nothing was recorded."""
    if not histories:
        return
    hosts = ", ".join(one.host for one in histories)
    yield DataPage(
        url=urls.GRADES,
        title=TITLE,
        description="The grades of our hosts by the rules of the HTTP Observatory, and how they changed.",
        body=functools.partial(_body, histories),
        lastmod=max(date_of(one.newest) for one in histories),
        toc=tuple(Anchor(id=one.host, title=one.host) for one in histories),
        keywords=f"HTTP Observatory: grades and scores of {hosts}",
    )


def grade_files(histories: Sequence[History], *, base_url: str) -> dict[str, Callable[[], bytes]]:
    """URI and maker of each badge, and of the newest results as JSON."""
    if not histories:
        return {}
    made: dict[str, Callable[[], bytes]] = {
        urls.badge(one.host): functools.partial(render_badge, one) for one in histories
    }
    made[urls.LATEST_GRADES] = functools.partial(latest_grades, histories, base_url=base_url)
    return made


def latest_grades(histories: Sequence[History], *, base_url: str) -> bytes:
    """The newest result of each host as JSON; moments in UTC."""
    hosts = [
        {
            "host": one.host,
            "grade": one.newest.grade,
            "score": one.newest.score,
            "at": f"{one.newest.at:%Y-%m-%dT%H:%M:%SZ}",
            "place": one.newest.place,
            "algorithm": one.newest.algorithm,
            "pages": one.newest.pages,
            "worst": one.newest.worst,
            "failing": list(one.newest.failing),
            "url": f"{base_url}{urls.GRADES}#{one.host}",
            "badge_url": base_url + urls.badge(one.host),
        }
        for one in histories
    ]
    return (json.dumps({"hosts": hosts}, ensure_ascii=False, indent=2) + "\n").encode()


def _body(histories: Sequence[History], link: Link) -> Markup:
    charts = [step_chart(one, id=f"scores-{number}") for number, one in enumerate(histories, 1)]
    return render(
        "grades/page.html",
        link=link,
        urls=urls,
        title=TITLE,
        rows=list(zip(histories, charts, strict=True)),
        algorithms=sorted({one.newest.algorithm for one in histories}),
        date_of=date_of,
        words={"built": "as built", "live": "live"},
    )
