"""What the site shows of a record: the table of files, how to verify them, and the same for machines."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from build_types import Checkout
from click.testing import CliRunner
from lxml import html
from markupsafe import Markup
from mkdocs.utils import get_relative_url
from release_record import INDEX, public_file, record

from pressroom.changelog.published import Published, published_path, render_published
from pressroom.config import load_config
from pressroom.errors import FindingsError
from pressroom.site.cli import check
from pressroom.site.hub_feeds import HubFeeds
from pressroom.site.parts import load_hub
from pressroom.site.release_files import breakable, size_words, verify_commands
from pressroom.site.scan import is_clean

if TYPE_CHECKING:
    from pressroom.site.hub import Hub
    from pressroom.site.pages import DataPage

BASE = "https://widgets.example/"
VERSION = "projects/widget/1.1/"
PRESS = Path(__file__).parent.parent / "fixtures" / "press"


@pytest.fixture
def press(tmp_path: Path) -> Checkout:
    """A small checkout without a record."""
    shutil.copytree(PRESS, tmp_path / "press")
    return Checkout(root=tmp_path / "press")


def publish(press: Checkout, *records: Published) -> None:
    """Write records into a checkout."""
    for one in records:
        press.write(published_path(one.project, one.version), render_published(one))


def hub_of(press: Checkout) -> Hub:
    """The hub of a checkout without findings."""
    hub, findings = load_hub(
        load_config(press.root), base_url=BASE, title="T", today=dt.date(2026, 3, 3), drafts=False
    )
    assert [] == findings
    return hub


def bodies(press: Checkout) -> dict[str, str]:
    """The body of every data page by its address."""

    def body(page: DataPage) -> str:
        return str(page.body(lambda url: get_relative_url(url, page.url)))

    return {page.url: body(page) for page in hub_of(press).data_pages()}


def files(press: Checkout) -> dict[str, bytes]:
    """The files for machines, by name."""
    hub = hub_of(press)
    feeds: HubFeeds = dataclasses.replace(hub.feeds, contents={"hello": Markup("…")})
    return {name: make() for name, make in feeds.files().items()}


def shown(body: str) -> html.HtmlElement:
    """A page's body, parsed."""
    return html.fromstring(f"<main>{body}</main>")


def words(element: html.HtmlElement) -> str:
    """The text of an element on one line."""
    return " ".join(element.text_content().split())


def test_the_version_page_lists_every_file(press: Checkout) -> None:
    """Name with its address, kind, size with the exact bytes, hash: as the record says."""
    one = dataclasses.replace(
        record(),
        files=(
            public_file("widget-1.1-py3-none-any.whl", size=999_950),
            public_file("widget-1.1.tar.gz"),
        ),
    )
    publish(press, one)
    table = shown(bodies(press)[VERSION]).xpath("//h2[@id='files']/following-sibling::table")[0]
    rows = table.xpath(".//tbody/tr")

    assert [file.url for file in one.files[::-1]] == table.xpath(".//a/@href")
    assert [file.name for file in one.files[::-1]] == [words(row.xpath(".//a")[0]) for row in rows]
    assert [file.sha256 for file in one.files[::-1]] == [
        words(row.xpath(".//code")[0]) for row in rows
    ]
    assert ["123456", "999950"] == table.xpath(".//data/@value")
    assert ["123,456 bytes", "999,950 bytes"] == table.xpath(".//data/@title")
    assert ["sdist123.5 kB", "wheel1.0 MB"] == [words(row[1]) for row in rows]


def test_the_commands_are_real(press: Checkout) -> None:
    """Each command names this release; tag, object and commit stand beside them."""
    publish(press, record())
    page = shown(bodies(press)[VERSION])
    sums, pip, git = [block.text_content() for block in page.xpath("//pre/code")]

    assert "pip download --no-deps widget==1.1\npip hash widget-1.1*\n" == pip
    assert "git tag --verify 1.1\ngit rev-parse 1.1 '1.1^{commit}'\n" == git
    assert "sha256sum --check --ignore-missing <<'SUMS'" == sums.split("\n")[0]
    facts = [words(fact) for fact in page.xpath("//dl/div/dd")]
    assert ["1.1, published on 10 January 2026", "a1b2c3d4" * 5, "0f1e2d3c" * 5] == facts


def test_the_sums_can_be_pasted_into_a_shell(tmp_path: Path) -> None:
    """With one of two files there it passes; with another byte in it it fails."""
    good = tmp_path / "widget-1.1.tar.gz"
    good.write_bytes(b"as published")
    file = dataclasses.replace(
        public_file(good.name), sha256=hashlib.sha256(b"as published").hexdigest()
    )
    one = dataclasses.replace(record(), files=(file, public_file("widget-1.1-py3-none-any.whl")))

    def compared() -> int:
        return subprocess.run(
            ["bash"],
            cwd=tmp_path,
            input=verify_commands(one).sums.encode(),
            capture_output=True,
            check=False,
        ).returncode

    assert 0 == compared()
    good.write_bytes(b"as publishee")
    assert 1 == compared()


@pytest.mark.parametrize(
    ("index", "download"),
    [
        (f"{INDEX}widget/", "pip download --no-deps widget==1.1\n"),
        (
            "http://127.0.0.1:8080/simple/my-widget/",
            "pip download --no-deps --index-url http://127.0.0.1:8080/simple/ my-widget==1.1\n",
        ),
    ],
)
def test_pip_asks_the_index_of_the_record(index: str, download: str) -> None:
    """Another index than PyPI is named; the project's name is the one that the index knows."""
    one = dataclasses.replace(record(), index=index, files=(public_file("widget-1.1.tar.gz"),))

    assert f"{download}pip hash widget-1.1.tar.gz\n" == verify_commands(one).pip


def test_without_an_index_there_is_no_command_for_pip(press: Checkout) -> None:
    """Files that lie elsewhere are compared by their sums alone."""
    publish(press, dataclasses.replace(record(), index=None))

    assert "pip " not in bodies(press)[VERSION]
    assert "sha256sum" in bodies(press)[VERSION]


def test_only_what_names_the_release_changes(press: Checkout) -> None:
    """Every other page and file has the bytes it had."""
    before = {**bodies(press), **files(press)}
    publish(press, record())
    after = {**bodies(press), **files(press)}

    assert {
        VERSION,
        "projects/widget/",
        "projects/widget/download/",
        "posts/widget-1-1/",
        "projects/widget/latest.json",
        "projects/widget/feed.xml",
        "feed.xml",
        "feed.json",
        "releases/feed.xml",
    } == {name for name in after if after[name] != before[name]}
    assert before.keys() == after.keys()


def test_what_is_promised_gives_way_to_what_is_there(press: Checkout) -> None:
    """A version without a record shows the promises of the project; one with it shows its files alone."""
    publish(press, record())
    made = bodies(press)

    assert "Files that the project promises" in made["projects/widget/1.0/"]
    assert "Files that the project promises" not in made[VERSION]
    assert 1 == made[VERSION].count('id="files"')


def test_post_home_and_feeds_lead_to_the_files(press: Checkout) -> None:
    """A sentence with number and size, and a link to the table on the version's page."""
    publish(press, record())
    made, fed = bodies(press), files(press)
    (link,) = shown(made["posts/widget-1-1/"]).xpath("//a[contains(@href, '#files')]")
    (home,) = shown(made["projects/widget/"]).xpath(
        "//p[@class='pr-newest']/a[contains(@href, '#')]"
    )

    assert ("../../projects/widget/1.1/#files", "Files of widget 1.1") == (
        link.get("href"),
        words(link),
    )
    assert "2 files, 246.9 kB, each with its SHA-256" in words(link.getparent())
    assert ("1.1/#files", "2 files, 246.9 kB") == (home.get("href"), words(home))
    for name in ("feed.xml", "feed.json", "projects/widget/feed.xml"):
        assert 1 == fed[name].count(b"https://widgets.example/projects/widget/1.1/#files"), name


def test_latest_json_lists_the_files(press: Checkout) -> None:
    """Name, size, hash and address of each, beside what was there; without a record there is no such key."""
    before = json.loads(files(press)["projects/widget/latest.json"])
    publish(press, record())
    after: dict[str, Any] = json.loads(files(press)["projects/widget/latest.json"])
    listed = after.pop("files")

    assert before == after
    assert [
        {"name": file.name, "size": file.size, "sha256": file.sha256, "url": file.url}
        for file in sorted(record().files, key=lambda file: file.kind)
    ] == listed


def test_a_published_release_without_changes_has_a_page(press: Checkout) -> None:
    """Its files are more than its line in the changelog says."""
    press.edit(
        "releases/widget.md", "## 1.1 - ", "## 1.2 - 1 March 2026, A. Maintainer\n\n## 1.1 - "
    )
    assert "projects/widget/1.2/" not in bodies(press)

    publish(press, record(version="1.2"))
    assert "widget-1.2.tar.gz" in bodies(press)["projects/widget/1.2/"].replace("<wbr>", "")


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (1_234_567_890, "1.2 GB"),
        (10**16, "10,000.0 TB"),
    ],
)
def test_sizes_in_words(size: int, said: str) -> None:
    """A kB is a thousand bytes, and nothing is 1000.0 of a unit but the last."""
    assert said == size_words(size)


def test_a_name_breaks_where_a_reader_would() -> None:
    """Between words and groups of digits; the text is as it was, and no markup."""
    assert "a-<wbr>b_<wbr>c.tar.gz" == breakable("a-b_c.tar.gz")
    assert "linux_<wbr>x86_64" == breakable("linux_x86_64")
    assert "01234567<wbr>" * 4 + "01234567" == breakable("01234567" * 5)
    assert "&lt;b&gt;" == breakable("<b>")


def test_a_page_of_a_record_runs_nothing(press: Checkout) -> None:
    """No inline style, script or handler: the strict policy holds."""
    publish(press, record(files=40))
    body = bodies(press)[VERSION]

    assert is_clean(body.encode(), origins=frozenset({BASE}))


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "message"),
    [
        ("widget-1.1", '"sha256": "', '"sha256": "x', '"sha256"', "is no SHA-256"),
        (
            "widget-1.1",
            '"tag": "',
            '"tag": "<b>',
            '"tag"',
            "tag '<b>1.1' is no plain name of a tag",
        ),
        ("gadget-1.1", "widget", "gadget", '"project"', "no project 'gadget'"),
        ("widget-1.3", "1.1", "1.3", '"version"', "releases/widget.md has no release 1.3"),
    ],
)
def test_a_bad_record_is_an_error_with_its_line(
    press: Checkout,
    monkeypatch: pytest.MonkeyPatch,
    *,
    name: str,
    old: str,
    new: str,
    place: str,
    message: str,
) -> None:
    """`pressroom check` and a build stop at it, and name file, line and mend."""
    text = render_published(record()).replace(old, new)
    press.write(f"releases/published/{name}.json", text)
    monkeypatch.chdir(press.root)
    result = CliRunner().invoke(check, [])
    line = next(n for n, one in enumerate(text.split("\n"), 1) if place in one)

    assert 1 == result.exit_code
    assert f"releases/published/{name}.json:{line}: " in result.output
    assert message in result.output
    with pytest.raises(FindingsError) as caught:
        hub_of(press)
    assert caught.value.hint


def test_a_link_among_the_records_is_refused(press: Checkout) -> None:
    """Nothing behind a symbolic link is read."""
    publish(press, record())
    (press.root / "releases/published/widget-1.0.json").symlink_to("widget-1.1.json")
    with pytest.raises(FindingsError, match="symbolic link") as caught:
        hub_of(press)

    assert caught.value.hint


def test_a_strict_build_shows_a_rehearsal_and_refuses_a_bad_record(
    press: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files on this machine pass all checks of what was built; a bad record leaves that alone."""
    host = "http://127.0.0.1:8080"
    here = tuple(public_file(file.name, host=host) for file in record().files)
    publish(press, dataclasses.replace(record(), files=here, index=f"{host}/simple/widget/"))
    built = press.build()
    page = press.site / VERSION / "index.html"
    before = page.read_bytes()
    monkeypatch.chdir(press.root)
    checked = CliRunner().invoke(check, ["--built"]).output

    assert 0 == built.returncode, built.stderr
    assert "hub: 19 pages" in checked
    assert VERSION not in checked
    assert "127.0.0.1" not in checked
    assert b"http://127.0.0.1:8080/packages/widget-1.1.tar.gz" in before

    press.edit("releases/published/widget-1.1.json", '"size": 123456', '"size": "big"')
    failed = press.build()

    assert 1 == failed.returncode
    assert "releases/published/widget-1.1.json:9: files[0].size" in failed.stderr
    assert "hint:" in failed.stderr
    assert before == page.read_bytes()
