"""The page shell and the patched templates."""

from __future__ import annotations

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from pressroom.errors import ConfigError
from pressroom.site.shell import SENTINELS, cut, encoded
from pressroom.site.templates import PATCHES, PatchedLoader

PAGE = (
    "<title>{title}</title><meta content='{description}'><a href='{canonical}'>{head}{title}{body}"
)


def page() -> str:
    """A rendered page with every sentinel, one of them twice."""
    return PAGE.format(**SENTINELS)


@given(st.fixed_dictionaries({name: st.text() for name in SENTINELS}))
def test_what_is_no_markup_is_escaped(values: dict[str, str]) -> None:
    """No text can open a tag or end an attribute, wherever the sentinel stands."""
    filled = cut(page(), where="x").fill({name: encoded(one) for name, one in values.items()})
    harmless = cut(page(), where="x").empty

    assert harmless.count(b"<") == filled.count(b"<")
    assert harmless.count(b"'") == filled.count(b"'")


def test_markup_is_kept() -> None:
    """A body that is markup arrives as it is, and every place of a sentinel is filled."""
    values = {**dict.fromkeys(SENTINELS, b"t"), "body": encoded(Markup("<p>b</p>"))}

    assert b"<title>t</title><meta content='t'><a href='t'>tt<p>b</p>" == cut(
        page(), where="x"
    ).fill(values)


@pytest.mark.parametrize("name", SENTINELS)
def test_a_missing_sentinel_fails_with_its_name(name: str) -> None:
    """A theme that does not show a title, say, fails the build instead of showing none."""
    with pytest.raises(ConfigError) as caught:
        cut(page().replace(SENTINELS[name], ""), where="main.html")

    assert name in caught.value.message
    assert "must render" in caught.value.hint


def test_a_patch_that_does_not_fit_fails() -> None:
    """Another Material is noticed: a string that is not there, or more often, stops the build."""
    name = next(iter(PATCHES))
    environment = jinja2.Environment(autoescape=True)
    right = "".join(old * count for old, _, count in PATCHES[name])

    patched, _, _ = PatchedLoader(jinja2.DictLoader({name: right})).get_source(environment, name)
    assert all(new in patched for _, new, _ in PATCHES[name])
    for wrong in ("", right + PATCHES[name][0][0]):
        with pytest.raises(ConfigError) as caught:
            PatchedLoader(jinja2.DictLoader({name: wrong})).get_source(environment, name)
        assert "review PATCHES" in caught.value.hint
