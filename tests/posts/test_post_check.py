"""What check_posts refuses of posts, and what it lets pass."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from pressroom.dates import PartialDate
from pressroom.posts.check import check_posts, check_series
from pressroom.posts.model import Post, PostMatter, Series, Update

if TYPE_CHECKING:
    from pressroom.findings import Finding

TODAY = dt.date(2019, 12, 20)
SERIES = (Series(id="status", title="Status"),)
TAKEN = {"lib-1-0": "releases/lib.md"}


def make(slug: str = "one", **matter: Any) -> Post:
    body = matter.pop("body", "Text\n")
    where = matter.pop("where", f"posts/{slug[:20]}.md")
    defaults: dict[str, Any] = {"title": "T", "date": PartialDate(2019, 12, 1), "summary": "S"}
    matter = defaults | matter
    lines = tuple((key, number) for number, key in enumerate(["title", "slug", *matter], 2))
    front = PostMatter(slug=slug, **matter)
    return Post(where=where, matter=front, body=body, body_line=20, lines=lines)


def check(*posts: Post) -> list[Finding]:
    return check_posts(posts, SERIES, today=TODAY, taken_slugs=TAKEN)


def day(text: str) -> PartialDate:
    return PartialDate.from_iso(text)


def only(findings: list[Finding]) -> Finding:
    assert 1 == len(findings), findings
    return findings[0]


def test_good_posts_pass() -> None:
    """Posts that use every field rightly have no findings."""
    old = make(
        "old", date=day("2019-11"), updates=(Update(date=day("2019-11-30"), text="U", post="new"),)
    )
    new = make("new", corrects="old", tags=("a", "b-2"), series="status", part=1)
    about = make("about", corrects="lib-1-0", updates=(Update(date=day("2019-12"), text="U"),))
    assert [] == check(old, new, about)


@pytest.mark.parametrize(
    "slug",
    [
        "../../x",
        "CON",
        "con",
        "lpt9",
        "index",
        "page",
        "feed.xml",
        "a" * 81,
        "a" * 300,
        "\N{PARTY POPPER}",
        "---",
        "",
        "2019",
        "x.",
        "x-",
        "x--y",
        "x\n",
        "X",
        "a/b",
        "a\\b",
        "é",
        "\N{ARABIC-INDIC DIGIT ONE}a",
    ],
)
def test_unsafe_slugs(slug: str) -> None:
    """A slug that could leave its folder, hide a page or mean a device is refused at its line."""
    found = only(check(make(slug)))
    assert 3 == found.line
    assert "slug " in found.message
    assert found.hint in {
        "use a to z, digits and single dashes between them, with a letter",
        "shorten it",
        "add a word to it",
    }


@pytest.mark.parametrize("slug", ["con-1", "index-2", "com0", "1a", "a" * 80, "a-b-c"])
def test_safe_slugs(slug: str) -> None:
    """Slugs that only look like refused ones pass."""
    assert [] == check(make(slug))


def test_slug_twice() -> None:
    """Two posts of one slug are one finding that names both places."""
    found = only(check(make("one", where="posts/b.md"), make("one", where="posts/a.md")))
    assert "posts/b.md:3" == found.place
    assert "used in posts/a.md:3 already" in found.message
    assert "choose another slug for the newer of the two" == found.hint


def test_slug_twice_by_case() -> None:
    """Slugs that differ by case only clash as well."""
    findings = check(make("one", where="posts/a.md"), make("One", where="posts/b.md"))
    assert any("used in posts/a.md:3 already" in one.message for one in findings)


def test_slug_of_an_announcement() -> None:
    """A slug that is generated elsewhere is taken, and the finding says where."""
    found = only(check(make("lib-1-0")))
    assert "used in releases/lib.md already" in found.message
    assert "choose another slug for the newer of the two" == found.hint


@pytest.mark.parametrize("date", ["2019-12-22", "2020-01", "2020"])
def test_future_date(date: str) -> None:
    """A date of which every day is after tomorrow is refused, but not for a draft."""
    found = only(check(make(date=day(date))))
    assert f"date {date} is in the future" == found.message
    assert "set draft: true until then" == found.hint
    assert [] == check(make(date=day(date), draft=True))


@pytest.mark.parametrize("date", ["2019-12-21", "2019-12", "2019"])
def test_date_that_may_be_now(date: str) -> None:
    """Tomorrow, this month and this year are no future."""
    assert [] == check(make(date=day(date)))


@pytest.mark.parametrize(
    ("matter", "message", "hint"),
    [
        ({"title": " "}, "title is empty", "write a title"),
        ({"title": "a\nb"}, "title has a line break", "as one paragraph"),
        ({"title": "a" * 201}, "title has 201 characters", "shorten it"),
        ({"summary": ""}, "summary is empty", "write a summary"),
        ({"summary": "a\nb"}, "summary has a line break", "as one paragraph"),
        ({"summary": "a" * 201}, "summary has 201 characters, more than 200", "shorten it"),
        ({"body": " \n"}, "has no text", "below the second `---`"),
        ({"tags": ("Mac OS",)}, "tag 'Mac OS' is no name", "a to z"),
        ({"tags": ("nul",)}, "tag 'nul' is reserved", "add a word to it"),
        ({"tags": ("</script>",)}, "tag '</script>' is no name", "a to z"),
        ({"tags": ("a", "b", "a")}, "tag 'a' stands twice", "keep one"),
        ({"series": "stauts"}, "series 'stauts' is unknown", "did you mean 'status'?"),
        ({"part": 1}, "part without a series", "add a line `series: its-id`"),
        ({"series": "status", "part": 0}, "part 0 is no part", "count from 1"),
        ({"corrects": "lib-1"}, "names 'lib-1', which is no post", "did you mean 'lib-1-0'?"),
        ({"corrects": "zzz"}, "names 'zzz', which is no post", "write the other post's slug"),
        ({"corrects": "one"}, "names the post itself", "name the other post"),
    ],
)
def test_refused_fields(matter: dict[str, Any], message: str, hint: str) -> None:
    """Each wrong field is one finding that says how to mend it."""
    found = only(check(make(**matter)))
    assert message in found.message
    assert hint in found.hint


@pytest.mark.parametrize(
    ("update", "message", "hint"),
    [
        (Update(date=day("2019-11-30"), text="U"), "is older than the post", "mend one"),
        (Update(date=day("2019"), text="U"), None, None),
        (Update(date=day("2020-01"), text="U"), "in the future", "write the day on which"),
        (Update(date=day("2019-12-05"), text=" "), "has no text", "in one sentence"),
        (Update(date=day("2019-12-05"), text="U", post="one"), "post itself", "name the other"),
        (Update(date=day("2019-12-05"), text="U", post="x"), "is no post", "slug"),
    ],
)
def test_updates(update: Update, message: str | None, hint: str | None) -> None:
    """An update needs a text, a date after the post's and before tomorrow, and a post that exists."""
    findings = check(make(updates=(update,)))
    if message is None or hint is None:
        assert [] == findings
    else:
        assert message in only(findings).message
        assert hint in findings[0].hint


def test_angle_brackets_are_text() -> None:
    """A title or summary may hold markup: it is shown as text."""
    assert [] == check(make(title="<script>", summary="a < b & c"))


def test_references_to_drafts() -> None:
    """A published post cannot refer to a draft; a draft can."""
    draft = make("draft", draft=True, date=day("2019-11"))
    found = only(check(draft, make("one", corrects="draft")))
    assert "corrects names 'draft', which is a draft" == found.message
    assert "publish posts/draft.md first, or set draft: true here" == found.hint
    assert [] == check(draft, make("one", corrects="draft", draft=True))


def test_correction_older_than_what_it_corrects() -> None:
    """A correction whose last day is before the first day of the other is refused; overlap passes."""
    found = only(check(make("a", date=day("2019-11-30"), corrects="b"), make("b")))
    assert "older than what it corrects (posts/b.md, 2019-12-01)" in found.message
    assert "mend one of the two dates" == found.hint
    late = make("b", date=day("2019-12-15"))
    assert [] == check(make("a", date=day("2019-12"), corrects="b"), late)


def test_part_twice() -> None:
    """One part of a series is one post; the finding names the other."""
    found = only(check(make("a", series="status", part=1), make("b", series="status", part=1)))
    assert "part 1 of series 'status' is posts/a.md already" == found.message
    assert "give each post of a series its own part" == found.hint


def test_correction_circle_is_found_once() -> None:
    """Posts that correct each other in a circle are one finding, however one walks into the circle."""
    posts = [make("a", corrects="b"), make("b", corrects="c"), make("c", corrects="a")]
    posts += [make("tail", corrects="a"), make("0-tail", corrects="c")]
    found = only(check(*posts))
    assert "posts correct each other in a circle: a, b, c" == found.message
    assert "only the newer post corrects the older one" == found.hint


def test_findings_do_not_depend_on_order() -> None:
    """The same posts in another order give the same findings."""
    posts = [make("x", where=f"posts/{n}.md", series="status", part=1) for n in range(5)]
    assert check(*posts) == check(*reversed(posts))


def test_series_ids_are_names() -> None:
    """The id of a series becomes a folder, so it is a name like a slug; its title is not empty."""
    series = (Series(id="../x", title="T"), Series(id="ok", title=" "))
    bad_id, bad_title = sorted(
        check_series(series, where="posts/series.toml"), key=str, reverse=True
    )
    assert "series '../x' is no name for a page" in bad_id.message + bad_title.message
    assert {"title =", "a to z"} == {
        part for part in ("title =", "a to z") if part in bad_id.hint + bad_title.hint
    }
