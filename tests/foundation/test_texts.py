"""Text from outside (test plan A 3, 15)."""

from __future__ import annotations

import pytest

from pressroom.findings import Severity
from pressroom.texts import check_text, decode


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\x00", "U+0000"),
        ("\x1b", "U+001B"),
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\ud800", "U+D800"),
        ("\ufeff", "U+FEFF"),
        ("\u2028", "U+2028"),
    ],
)
def test_unseen_characters_are_named_with_their_line(character: str, name: str) -> None:
    """What a person cannot see is a finding that names the character and the line."""
    findings = check_text(f"fine\nbe{character}fore", where="x.md", line=10)

    assert ["x.md:11"] == [finding.place for finding in findings]
    assert name in findings[0].message
    assert "delete it" == findings[0].hint


def test_letters_with_separate_accents_are_refused() -> None:
    """NFD text looks like NFC text and compares unequal: it is a finding."""
    findings = check_text("Cafe\u0301", where="x.md")

    assert ["x.md:1"] == [finding.place for finding in findings]
    assert "NFC" in findings[0].hint


@pytest.mark.parametrize("text", ["Café & 'co' <b>", "\tindented", "한글", "👩‍💻", "नमस्‍ते"])
def test_text_of_any_script_passes(text: str) -> None:
    """Joiners inside emoji and words are no finding."""
    assert [] == check_text(text, where="x.md")


def test_a_byte_order_mark_is_dropped_with_a_warning() -> None:
    """The text starts where a person thinks it starts."""
    text, findings = decode(b"\xef\xbb\xbfa\r\nb\r", where="x.md")

    assert "a\nb\n" == text
    assert [Severity.WARNING] == [finding.severity for finding in findings]
    assert "without BOM" in findings[0].hint


def test_windows_1252_is_read_and_reported() -> None:
    """Curly quotes of an old editor are kept; the finding names the line and the command."""
    text, findings = decode(b"one\n\x93two\x94\n", where="x.md")

    assert "one\n“two”\n" == text
    assert ["x.md:2"] == [finding.place for finding in findings]
    assert "iconv -f windows-1252" in findings[0].hint
