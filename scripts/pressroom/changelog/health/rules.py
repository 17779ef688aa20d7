"""All questions that are asked of releases, in the order in which a page shows them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from pressroom.changelog.health import dates, tags
from pressroom.changelog.health.facts import Answer, Facts


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A question; `each`: a finding a case."""

    title: str
    ask: Callable[[Facts], Answer]
    hint: str
    together: str = ""
    each: bool = False


_TAG_STAYS = "mend the entry if it is the wrong one; a tag that is public stays as it is"
_BOTH = "leave it; the next release can have both"
_SIGN = "sign tags from now on: `pressroom release` does; leave old tags as they are"

RULES = (
    Rule(
        title="Dated after the release below it",
        ask=dates.order,
        hint="mend the wrong date, here and in the project's own changelog",
        each=True,
    ),
    Rule(
        title="Dated as in the project's own changelog",
        ask=dates.own_date,
        hint="mend it in the project, too, and empty own_date in releases/history.csv",
        each=True,
    ),
    Rule(
        title="Has a tag",
        ask=tags.tagged,
        hint="tag the commit, if anybody knows it",
        together="no tag",
    ),
    Rule(
        title="Tag named by the project's rule",
        ask=tags.tag_name,
        hint="add the format to tag.exceptions if it was one; a tag that is public stays as it is",
        each=True,
    ),
    Rule(title="Dated as the commit of its tag", ask=dates.tag_date, hint=_TAG_STAYS, each=True),
    Rule(
        title="Tagged within a week of its commit",
        ask=dates.on_time,
        hint="tag with the release from now on: `pressroom release` does; leave old tags as they are",
        together="tagged more than a week after the commit",
    ),
    Rule(
        title="Annotated tag",
        ask=tags.annotated,
        hint=_SIGN,
        together="no annotated tag",
    ),
    Rule(
        title="Signed tag",
        ask=tags.signed,
        hint=_SIGN,
        together="no signed tag",
    ),
    Rule(
        title="Source archive on the index",
        ask=tags.sdist,
        hint=_BOTH,
        together="no sdist on the package index, though other files",
    ),
    Rule(
        title="Wheels on the index",
        ask=tags.wheels,
        hint=_BOTH,
        together="no wheel on the package index, though other files",
    ),
    Rule(
        title="Tag has an entry",
        ask=tags.entry_of_tag,
        hint="add the entry, or name the version in tag.without_changelog_entry",
        each=True,
    ),
    Rule(
        title="Version on the index has an entry",
        ask=tags.entry_of_files,
        hint="add its heading to the changelog",
        each=True,
    ),
    Rule(
        title="In Debian on the day of its release",
        ask=dates.debian,
        hint="leave it, unless the date of the release is the wrong one",
        together="not in Debian on their day",
    ),
)
