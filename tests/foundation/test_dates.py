"""Dates with their precision."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.dates import PartialDate, Precision

DAYS = st.dates(min_value=dt.date(1000, 1, 1))


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    """A date of any precision."""
    day = draw(DAYS)
    return draw(
        st.sampled_from(
            [
                PartialDate(day.year),
                PartialDate(day.year, day.month),
                PartialDate(day.year, day.month, day.day),
            ]
        )
    )


@given(partial_dates())
def test_a_date_survives_being_written(date: PartialDate) -> None:
    """ISO and English words read back as the same date with the same precision."""
    assert date == PartialDate.from_iso(date.iso)
    assert date == PartialDate.from_words(date.words)


@pytest.mark.parametrize(
    ("iso", "words", "precision"),
    [
        ("2019-08-10", "10 August 2019", Precision.DAY),
        ("2019-12", "December 2019", Precision.MONTH),
        ("2004", "2004", Precision.YEAR),
    ],
)
def test_words_are_as_precise_as_the_date(iso: str, words: str, precision: Precision) -> None:
    """A month is never shown as a day."""
    date = PartialDate.from_iso(iso)

    assert words == date.words
    assert precision is date.precision


def test_a_month_sorts_by_its_last_day() -> None:
    """August 2019 comes after 12 August 2019; of two that end together the more exact is later."""
    order = ["2019-08-12", "2019-08", "2019-09-01", "2019", "2019-12", "2019-12-31"]

    assert order == [one.iso for one in sorted(map(PartialDate.from_iso, reversed(order)))]


@pytest.mark.parametrize(
    "text", ["2019-02-29", "2019-00", "19-01-01", "2019-1-1", "٢٠١٩", "0000", "", "2019-12-18T00"]
)
def test_what_is_no_date_raises(text: str) -> None:
    """No calendar, no other digits, no other forms."""
    with pytest.raises(ValueError, match=r"date|month|day|year"):
        PartialDate.from_iso(text)


@pytest.mark.parametrize("text", ["10 august 2019", "32 May 2020", "Devember 2019", "August, 2019"])
def test_words_that_are_no_date_raise(text: str) -> None:
    """Misspelt months and impossible days are refused."""
    with pytest.raises(ValueError, match=r"date|month|day"):
        PartialDate.from_words(text)
