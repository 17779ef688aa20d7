"""The style of a changelog is found by reading it, and never guessed."""

from __future__ import annotations

import pytest
from import_fixtures import FILES, LIBCCID, PYKCS11

from pressroom.changelog.styles import STYLES
from pressroom.changelog.styles.detect import detect, explain
from pressroom.errors import ConfigError, ExitCode


@pytest.mark.parametrize("name", FILES)
def test_each_style_is_found(name: str) -> None:
    """Each fixture is in its own style, whatever others make of it."""
    assert name == detect(FILES[name], where="C").name
    assert name == detect(f"\ufeff{FILES[name]}".replace("\n", "\r\n"), where="C").name


def test_every_style_has_a_fixture() -> None:
    """A style added later is told apart too."""
    assert set(STYLES) == set(FILES)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1.0 - 3 June 2026, Ann\n   - a\n    - b\n", "libccid"),
        ("1.0 - 3 June 2026, Ann\n    - a\n     . b\n", "pcsc-tools"),
        ("1.0 - June 2026, Ann\n  - a\n   . b\n", "pykcs11"),
        ("1.0 - June 2026, Ann\n   - a\n    - b\n", "pykcs11"),
        ("1.0: Ann\n3 June 2026\n- a\n", "pcsc-lite"),
        ("1.0 (June 2026)\n===============\n   * a\n", "pyscard"),
        ("1.0 (2026-06-03)\n================\n\nFixes\n-----\n\n- a\n", "towncrier-rst"),
        ("## 1.0 - 2026-06-03\n\n- a\n", "keep-a-changelog"),
        ("## 1.0 (2026-06-03)\n\n- a\n", "towncrier-md"),
    ],
)
def test_one_version_is_enough(text: str, name: str) -> None:
    """Indentation, nested marks, and days or months tell even a single version's style."""
    assert name == detect(text, where="C").name


def test_it_says_why() -> None:
    """The style's counts, and those of the next best."""
    why = explain(PYKCS11, where="C").why

    assert why.startswith("4 versions, ")
    assert "dates unlike its own" in why
    assert "no other style" in explain("## 1.0 (2026-06-03)\n\n- a\n", where="C").why


def test_no_version_is_a_refusal() -> None:
    """Prose is in no style: wrong usage, and a way out."""
    with pytest.raises(ConfigError, match="no version was found") as caught:
        detect("Once upon a time\n", where="NEWS")

    assert (ExitCode.USAGE, "NEWS") == (caught.value.exit_code, caught.value.where)
    assert "--style" in caught.value.hint


def test_doubt_is_a_refusal_with_all_candidates() -> None:
    """Each of two styles finds a version that the other does not: the counts are listed, nothing is chosen."""
    text = "## [1.0] - 2020-01-01\n\n- a\n\n## 0.9 (2019-01-01)\n\n- b\n"

    with pytest.raises(ConfigError, match="is not clear") as caught:
        detect(text, where="C")

    assert "keep-a-changelog (1 version, 100 %" in caught.value.message
    assert "towncrier-md (1 version, 100 %" in caught.value.message
    assert caught.value.hint.startswith("name the style: --style ")


def test_styles_that_read_the_same_are_no_doubt() -> None:
    """Without a bullet, libccid and pcsc-tools say the same: either will do."""
    assert detect("1.0 - 3 June 2026, Ann\n\n", where="C").name in {"libccid", "pcsc-tools"}


def test_a_few_headings_of_another_style_are_no_rivals() -> None:
    """Lines of prose that look like versions elsewhere do not confuse."""
    text = LIBCCID.replace("1.4.7", "\n1.0: Ann\n3 June 2026\n- a\n\n1.4.7")

    assert "libccid" == detect(text, where="C").name
