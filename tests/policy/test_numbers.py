"""Numbers for people: cut, never rounded up."""

from __future__ import annotations

from datetime import date

import pytest

from policy.numbers import cut, hours, percent, zh_day


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(2879, "47.98"), (2880, "48"), (870, "14.5"), (0, "0"), (1, "0.01"), (959, "15.98"), (20, "0.33"), (40, "0.66")],
)
def test_hours_are_cut_to_two_places(minutes: int, said: str) -> None:
    assert hours(minutes) == said


@pytest.mark.parametrize(
    ("have", "need", "said"),
    [
        (31, 52, "59.6"),
        (52, 52, "100"),
        (0, 52, "0"),
        (1, 3, "33.3"),
        (2, 3, "66.6"),
        (999, 1000, "99.9"),
        (1999, 2000, "99.9"),
    ],
)
def test_a_share_is_cut_so_that_it_never_looks_reached(have: int, need: int, said: str) -> None:
    assert percent(have, need) == said


def test_hundredths_lose_their_trailing_zeros_and_nothing_else() -> None:
    assert [cut(n) for n in (1450, 1400, 1000, 5, 0)] == ["14.5", "14", "10", "0.05", "0"]


def test_a_day_is_written_as_people_say_it() -> None:
    assert zh_day(date(2021, 6, 8)) == "2021年6月8日"
