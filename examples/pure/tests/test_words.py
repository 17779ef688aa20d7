"""What an APDU says."""

import apdu_hex
import pytest


@pytest.mark.parametrize(
    ("case", "apdu"),
    [
        (1, "00 A4 04 00"),
        (2, "00 B0 00 00 10"),
        (3, "00 20 00 01 01 31"),
        (4, "00 A4 04 00 01 A0 00"),
    ],
)
def test_cases(case: int, apdu: str) -> None:
    """Data and an expected answer make the case."""
    assert apdu_hex.describe(apdu).endswith(f"(case {case})")


def test_too_short() -> None:
    """Three bytes are no APDU."""
    with pytest.raises(ValueError, match="4 bytes or more"):
        apdu_hex.describe("00 A4 04")
