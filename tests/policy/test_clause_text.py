"""Dates and numbers are read out of a clause as a clerk reads them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from policy.soundness.clause_text import Mention, mentions, number_of, numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("到2021年12月31日，全市72个", [(2021, 12, 31)]),
        ("2021年1月1日到5月30日", [(2021, 1, 1), (None, 5, 30)]),
        ("应在2022年底前", [(2022, 12, 31)]),
        ("2023年末", [(2023, 12, 31)]),
        ("2022年内都应建成", [(2022, None, None)]),
        ("2021年6月整月", [(2021, 6, None)]),
        ("最迟应在每年10月31日", [(None, 10, 31)]),
        ("7月底以前", [(None, 7, None)]),
        ("满5年，每月一次，31日", []),
    ],
)
def test_dates_are_read_as_written(text: str, found: list[tuple[int | None, int | None, int | None]]) -> None:
    assert list(mentions(text)) == [Mention(*parts) for parts in found]


def test_a_stretch_begins_on_its_first_day_and_ends_on_its_last() -> None:
    year, month, leap = Mention(2023, None, None), Mention(2021, 6, None), Mention(2024, 2, None)
    assert year.starts(date(2023, 1, 1))
    assert year.ends(date(2023, 12, 31))
    assert not year.ends(date(2023, 11, 30))
    assert not year.starts(date(2022, 1, 1))
    assert month.starts(date(2021, 6, 1))
    assert month.ends(date(2021, 6, 30))
    assert not month.ends(date(2021, 6, 28))
    assert leap.ends(date(2024, 2, 29))
    assert Mention(None, 10, 31).ends(date(2099, 10, 31))
    assert not Mention(None, 10, 30).ends(date(2021, 10, 31))


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("十", 10),
        ("十六", 16),
        ("两", 2),
        ("四十八", 48),
        ("一百零五", 105),
        ("三千二百", 3200),
        ("五万", 50000),
        ("万", 10000),
        ("二〇二一", 2021),
        ("十二万三千", 123000),
        ("〇", 0),
    ],
)
def test_chinese_numerals_are_counted(word: str, number: int) -> None:
    assert number_of(word) == number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("每名社工每年须达到48小时", {48}),
        ("至少五万元，即5万元", {50_000}),
        ("应达到六成", {6, Fraction(3, 5)}),
        ("不超过百分之一", {100, 1, Fraction(1, 100)}),
        ("达到60%", {60, Fraction(3, 5)}),
        ("2021年12月31日前配13名", {13}),
        ("一至两名", {1, 2}),
        ("1.5倍", {Fraction(3, 2)}),
        ("没有数", set()),
    ],
)
def test_numbers_stand_apart_from_dates(text: str, found: set[int]) -> None:
    assert found <= numbers(text)
    assert not numbers(text) & {2021, 31}
