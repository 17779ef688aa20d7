"""[tool.pressroom] (test plan A 12, 13)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from pressroom.config import load_config, parse_settings
from pressroom.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
[tool.pressroom]
domain = "example.org"
author = "A"
feed_namespace = "5f0c2c5e-8f0b-4a53-9d0e-6a3b1f2e9c71"
report = "site:hub/support/"
security = { contact = "mailto:a@example.org", expires = 2030-01-01 }
[tool.pressroom.sites]
hub = { config = "mkdocs.yml" }
docs = { config = "site/docs.yml", label = "docs" }
"""


def test_sites_have_hosts_below_the_domain(tmp_path: Path) -> None:
    """The domain is written once; hosts, URLs and `site:` references follow from it."""
    (tmp_path / "pyproject.toml").write_text(GOOD)
    (tmp_path / "deep").mkdir()
    config = load_config(tmp_path / "deep")

    assert "hub" == config.hub
    assert "https://docs.example.org/" == config.base_url("docs")
    assert "https://example.org/support/#x" == config.address("site:hub/support/#x")
    assert "https://a.example/" == config.address("https://a.example/")


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("domain", "domian", "unknown key 'domian'", "did you mean 'domain'?"),
        ('"example.org"', '"Example_org"', "is no host name", "lower case"),
        ("5f0c2c5e", "zz", "is no UUID", "never change it"),
        ('label = "docs"', 'label = ""', "no label of its own", "one host a site"),
        ("site:hub/", "site:nope/", "is no address", "site:NAME/"),
        ("2030-01-01", '"soon"', "expires", "date"),
        ('config = "mkdocs.yml"', "config = 1", "expected `str`", "quote it"),
        ("[tool.pressroom]", "[tool.pressroom", "not TOML", "mend that line"),
        ('author = "A"', 'author = "A"\nauthor = "B"', "not TOML", "mend that line"),
    ],
)
def test_wrong_settings_say_what_to_do(old: str, new: str, message: str, hint: str) -> None:
    """Each mistake is a finding with a hint."""
    settings, findings = parse_settings(GOOD.replace(old, new, 1).encode(), where="p.toml")

    assert settings is None
    assert any(message in one.message and hint in one.hint for one in findings), findings


@pytest.mark.parametrize(
    "text",
    [
        GOOD + "x = " + "[" * 600,
        GOOD + "x = " + "[" * 20_000 + "]" * 20_000,
        GOOD + ".".join(["a"] * 20_000) + " = 1",
        GOOD + "#" * 300_000,
    ],
)
def test_hostile_toml_ends_in_a_finding_soon(text: str) -> None:
    """Depth and size are stopped within two seconds, not by a traceback."""
    start = time.monotonic()
    settings, findings = parse_settings(text.encode(), where="p.toml")

    assert settings is None
    assert findings
    assert all(finding.hint for finding in findings)
    assert time.monotonic() - start < 2


def test_all_mistakes_in_the_settings_are_one_usage_error(tmp_path: Path) -> None:
    """Two mistakes are two findings in one message, and the exit code is that of wrong usage."""
    text = GOOD.replace("example.org", "Example_org").replace("site:hub/", "site:nope/")
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)

    assert ExitCode.USAGE is caught.value.exit_code
    assert 2 == str(caught.value).count("  hint: ")


def test_outside_a_checkout_the_error_says_where_to_start(tmp_path: Path) -> None:
    """No pyproject.toml with the table is a usage error."""
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)

    assert ExitCode.USAGE is caught.value.exit_code
    assert "start in the checkout" in caught.value.hint
