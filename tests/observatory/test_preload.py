"""The list of hosts that browsers reach over TLS alone."""

from __future__ import annotations

import json
import re

import pytest

from pressroom.errors import ConfigError
from pressroom.observatory.preload import built_in_date, is_built_in, parse_list

ENTRIES = [
    {"name": "widget.test", "mode": "force-https", "include_subdomains": True},
    {"name": "alone.test", "mode": "force-https"},
    {"name": "pinned.test", "include_subdomains": True},
    {"name": "dev", "mode": "force-https", "include_subdomains": True},
]


@pytest.mark.parametrize(
    ("host", "is_in"),
    [
        ("widget.test", True),
        ("a.b.widget.test", True),
        ("alone.test", True),
        ("a.alone.test", False),
        ("pinned.test", False),
        ("a.pinned.test", False),
        ("anything.dev", True),
        ("dev", True),
        ("notwidget.test", False),
        ("", False),
    ],
)
def test_a_given_list(host: str, is_in: bool) -> None:
    """A host is in it by its own name, or by one above that says so; only in the mode force-https."""
    text = "// Chromium's list starts with comments.\n" + json.dumps({"entries": ENTRIES}, indent=1)

    assert is_in == parse_list(text, where="list.json")(host)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"entries": [1]}', '{"entries": [{"mode": "force-https"}]}', "[" * 9**5],
)
def test_what_is_no_list_is_refused(text: str) -> None:
    """The file is named and the form shown."""
    with pytest.raises(ConfigError) as caught:
        parse_list(text, where="list.json")
    assert "list.json" == caught.value.where
    assert '"include_subdomains": true' in caught.value.hint


@pytest.mark.parametrize(
    ("host", "is_in"),
    [
        ("widget.dev", True),
        ("widget.pages.dev", True),
        ("widget.codeberg.page", True),
        ("widget.github.io", False),
        ("widget.readthedocs.io", False),
        ("widget.test", False),
        ("bücher.example", False),
        ("a" * 300, False),
        (".", False),
        ("", False),
    ],
)
def test_the_is_built_in(host: str, is_in: bool) -> None:
    """It knows the suffixes that hosts of projects live under, and takes any text."""
    assert is_in == is_built_in(host)


def test_the_is_built_in_says_how_old_it_is() -> None:
    """A month, so that a person can tell whether a newer one is wanted."""
    assert re.fullmatch(r"20\d\d-[01]\d", built_in_date())
