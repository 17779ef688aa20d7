"""The small checkout of tests/fixtures/press after somebody typed a script wherever a person can."""

from __future__ import annotations

import functools
import json
import shutil
from pathlib import Path

from build_types import Checkout
from grade_records import graded, lines
from reader_types import interface, record
from release_record import record as release_record

from pressroom.changelog.published import render_published
from pressroom.observatory.record import RECORDS
from pressroom.readers.descriptors import render_descriptors
from pressroom.readers.table import render_readers

PRESS = Path(__file__).parent / "fixtures" / "press"
POST = "posts/2026-01-hello.md"
CHANGELOG = "releases/widget.md"


@functools.cache
def typed_press(place: Path) -> Path:
    """The folder of its two sites, `hub` and `card`, built once in a run of the tests, which have `place`."""
    root = place / "typed-press"
    shutil.copytree(PRESS, root)
    checkout = Checkout(root=root)
    _type_everywhere(checkout)
    _add_readers(checkout)
    checkout.write("releases/published/widget-1.1.json", render_published(release_record()))
    worst = f"/{typed('worst page')}"
    checkout.write(RECORDS, lines([graded(80, worst=worst), graded(worst=worst, weeks=1)]))
    result = checkout.build()
    assert 0 == result.returncode, result.stderr
    return root / "public"


def typed(place: str) -> str:
    """What somebody types there, to leave an attribute and start a script."""
    return f"\"'><script>alert('{place}')</script>"


def quoted(place: str) -> str:
    """The same as a string of YAML and TOML."""
    return json.dumps(typed(place))


def _type_everywhere(checkout: Checkout) -> None:
    """Put a script of its own wherever a text is shown."""
    edit = checkout.edit
    named = f"site_name: {quoted('site name')}\nsite_description: {quoted('site description')}"
    edit("mkdocs.yml", "site_name: Widgets & more", named)
    section = f"  - {quoted('navigation section')}:\n      - {quoted('navigation title')}: other.md"
    edit("mkdocs.yml", "  - Blog:", f"{section}\n  - Blog:")
    checkout.write("docs/other.md", f"# Other `{typed('page heading')}`\n\nText.\n")
    edit(POST, "title: Hello & <welcome>", f"title: {quoted('post title')}")
    edit(POST, "summary: The first post, with <angle> brackets & an ampersand.", _post_matter())
    edit(CHANGELOG, "name: widget", f"name: {quoted('project name')}")
    edit(CHANGELOG, "title: Widget", f"title: {quoted('project title')}")
    edit(CHANGELOG, "A widget that does <one> thing & does it well.", quoted("project description"))
    edit(CHANGELOG, "license: MIT", f"license: {quoted('project licence')}")
    note = f"tags: [news], note: {quoted('note of an announcement')}"
    edit(CHANGELOG, "tags: [news]", note)
    entry = (
        f"{typed('changelog prose')}\n\n- {typed('changelog entry')} `{typed('code in an entry')}`"
    )
    edit(CHANGELOG, "- add `--loud`", entry)
    edit(CHANGELOG, "2026, A. Maintainer\n\n>", f"2026, {typed('version author')}\n\n>")
    edit(CHANGELOG, "the file `widget.dat` is missing.", typed("reason of a bad release"))


def _post_matter() -> str:
    """Keys of a post that are shown."""
    update = f"updates:\n  - {{ date: 2026-02-03, text: {quoted('post update')} }}"
    return f"summary: {quoted('post summary')}\n{update}"


def _add_readers(checkout: Checkout) -> None:
    """A second site with one reader, whose texts are scripts."""
    checkout.edit("pyproject.toml", 'author = "The widget maintainer"', f"author = {quoted('me')}")
    readers = '[tool.pressroom.readers]\nsite = "card"\nproject = "widget"\n'
    card = f'card = {{ config = "card.yml", label = "card" }}\n\n{readers}'
    checkout.edit(
        "pyproject.toml", 'config = "mkdocs.yml" }\n', f'config = "mkdocs.yml" }}\n{card}'
    )
    checkout.write(
        "card.yml", "INHERIT: mkdocs.yml\ndocs_dir: card\nsite_dir: public/card\nnav: [index.md]\n"
    )
    checkout.write("card/index.md", "# Cards\n")
    checkout.write("card/listing.md", "# Get listed\n")
    one = record(
        "acme-slim",
        interface(label=typed("interface label")),
        vendor=typed("reader vendor"),
        name=typed("reader name"),
        notes=typed("reader notes"),
        product=typed("product string"),
    )
    assert one.descriptor is not None
    checkout.write("site/readers/readers.csv", render_readers([one.reader]))
    lines = render_descriptors([one.descriptor]).decode()
    checkout.write("site/readers/descriptors.jsonl", lines)
    checkout.write(
        "site/readers/driver.toml",
        f'oldest = "1.0.0"\nnewest = "1.1.0"\n\n[[systems]]\nfamily = {quoted("family of systems")}\n'
        f'name = {quoted("name of a system")}\ndriver = "1.1.0"\nnote = {quoted("note of a system")}\n',
    )
