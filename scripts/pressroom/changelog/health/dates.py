"""Questions about the dates of releases: beside each other, their tags and their uploads."""

from __future__ import annotations

import datetime as dt
import itertools

from pressroom.changelog.health.facts import Answer, Facts, case, stated
from pressroom.dates import PartialDate

# A tag made within a week of its commit was made for the release; a later one is of another day's work.
LATE = dt.timedelta(days=7)


def order(facts: Facts) -> Answer:
    """Of dates as the project's own changelog states them, over those without one."""
    dated = [(one, known, date) for one, known in facts.pairs if (date := stated(one, known))]
    cases = []
    for (newer, above, late), (older, _, early) in itertools.pairwise(dated):
        if early.first > late.last:
            # Where we state another date than the project, that one is the wrong one.
            wrong = newer if above and above.own_date else older
            why = f"{older.version} is dated {early.words}, after {newer.version} of {late.words}"
            cases.append(case(wrong, why, f"{why}, which stands above it"))
    return len(dated), cases


def own_date(facts: Facts) -> Answer:
    """Those of which the history says that the two differ; nothing is known of the others."""
    cases = [
        case(
            release,
            f"{known.own_date.words} there",
            f"{release.version} is dated {release.date.words}; the project's own changelog says {known.own_date.words}",
        )
        for release, known in facts.known
        if release.date and known.own_date
    ]
    return len(cases), cases


def tag_date(facts: Facts) -> Answer:
    """Whether the tagged commit is of the day, the month or the year that the project states."""
    asked, cases = 0, []
    for release, known in facts.known:
        date = stated(release, known)
        if date is None or known.tag_date is None:
            continue
        asked += 1
        if not date.first <= known.tag_date <= date.last:
            tag = PartialDate.from_date(known.tag_date).words
            message = f"{release.version} is dated {date.words}; the commit of its tag is of {tag}"
            cases.append(case(release, f"{date.words}, tag {tag}", message))
    return asked, cases


def on_time(facts: Facts) -> Answer:
    """Whether the first of its tags was made soon after the commit."""
    asked, cases = 0, []
    for release, known in facts.known:
        made = [tag.made for tag in known.tags or () if tag.made]
        if known.tag_date is None or not made:
            continue
        asked += 1
        if min(made) - known.tag_date > LATE:
            words = PartialDate.from_date(min(made)).words
            cases.append(case(release, f"made {words}", f"{release.version} was tagged {words}"))
    return asked, cases


def debian(facts: Facts) -> Answer:
    """Whether it was uploaded on its day, or in its month or year; else how many days off."""
    asked, cases = 0, []
    for release, known in facts.known:
        if known.debian is None or release.date is None:
            continue
        asked += 1
        day = known.debian
        nearest = min(max(day, release.date.first), release.date.last)
        days = abs((day - nearest).days)
        if days:
            unit = "day" if days == 1 else "days"
            why = f"{days} {unit} {'later' if day > nearest else 'before'}"
            cases.append(case(release, why, f"{release.version} was uploaded {why}"))
    return asked, cases
