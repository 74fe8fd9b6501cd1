"""Numbers known by a bound: whatever is calculated from them is never said more exactly than it is known."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil
from operator import add, ge, gt, le, lt, mul, sub, truediv
from operator import eq as same
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policy.quantity import Bound, Quantity, exactly

HOLDS: dict[Bound, Callable[[Any, Any], bool]] = {
    Bound.LESS: lt,
    Bound.AT_MOST: le,
    Bound.EXACT: same,
    Bound.AT_LEAST: ge,
    Bound.MORE: gt,
    Bound.UNKNOWN: lambda _true, _said: True,
}
KNOWN = [bound for bound in Bound if bound is not Bound.UNKNOWN]
POSITIVE = st.fractions(min_value=Fraction(1, 50), max_value=10_000, max_denominator=50)


@st.composite
def measured(draw: st.DrawFn) -> tuple[Fraction, Quantity]:
    """A true positive number and something that is rightly said of it."""
    true, bound = draw(POSITIVE), draw(st.sampled_from(KNOWN))
    said = true if bound is Bound.EXACT else draw(POSITIVE)
    assume(HOLDS[bound](true, said))
    return true, Quantity(said, bound)


@pytest.mark.parametrize("done", [add, sub, mul, truediv])
@given(one=measured(), other=measured())
def test_what_is_said_of_a_result_is_true_of_the_true_result(
    done: Callable[[Any, Any], Any], one: tuple[Fraction, Quantity], other: tuple[Fraction, Quantity]
) -> None:
    true, said = done(one[0], other[0]), done(one[1], other[1])
    assert HOLDS[said.bound](true, said.value)


@given(measured())
def test_rounding_up_keeps_what_is_said_true(one: tuple[Fraction, Quantity]) -> None:
    true, said = ceil(one[0]), one[1].rounded_up()
    assert HOLDS[said.bound](true, said.value)
    assert said.value.denominator == 1


@given(measured(), st.sampled_from([1, 2]), st.booleans())
def test_the_decimals_of_a_bound_are_still_true(one: tuple[Fraction, Quantity], places: int, cut: bool) -> None:
    true, said = one
    assume(said.bound is not Bound.EXACT)
    assert HOLDS[said.bound](true, Fraction(said.decimal(places, always_cut=cut)))


@given(POSITIVE, POSITIVE)
def test_a_bound_on_one_side_goes_to_the_right_side_of_the_result(a: Fraction, b: Fraction) -> None:
    more, less, exact = Quantity(a, Bound.MORE), Quantity(b, Bound.LESS), exactly(b)
    assert more / less == Quantity(a / b, Bound.MORE)
    assert less / more == Quantity(b / a, Bound.LESS)
    assert more * exact == Quantity(a * b, Bound.MORE)
    assert exact / more == Quantity(b / a, Bound.LESS)
    assert exact - more == Quantity(b - a, Bound.LESS)
    assert (more * less).bound is Bound.UNKNOWN
    assert (more / more).bound is Bound.UNKNOWN
    assert (more - more).bound is Bound.UNKNOWN
    assert ((more * less) / exact).bound is Bound.UNKNOWN


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (Bound.MORE, Bound.AT_LEAST, Bound.MORE),
        (Bound.AT_LEAST, Bound.AT_LEAST, Bound.AT_LEAST),
        (Bound.AT_MOST, Bound.LESS, Bound.LESS),
        (Bound.AT_MOST, Bound.AT_MOST, Bound.AT_MOST),
        (Bound.EXACT, Bound.EXACT, Bound.EXACT),
        (Bound.MORE, Bound.AT_MOST, Bound.UNKNOWN),
    ],
)
def test_the_stricter_of_two_bounds_of_one_side_stands(one: Bound, other: Bound, together: Bound) -> None:
    assert (Quantity(Fraction(2), one) * Quantity(Fraction(3), other)).bound is together


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        (exactly(Fraction(111, 14)), "≈7.93"),
        (exactly(Fraction(25, 2)), "12.5"),
        (Quantity(Fraction(50_000, 468), Bound.MORE), "＞106.83"),
        (Quantity(Fraction(50_000, 468), Bound.LESS), "＜106.84"),
        (Quantity(Fraction(50_000, 468), Bound.AT_LEAST), "≥106.83"),
        (Quantity(Fraction(8), Bound.AT_MOST), "≤8"),
        (Quantity(Fraction(8), Bound.UNKNOWN), "推不出"),
        (exactly(Fraction(-5, 2)), "-2.5"),
    ],
)
def test_it_is_written_as_people_read_it(quantity: Quantity, said: str) -> None:
    assert quantity.text() == said


def test_hours_are_cut_and_a_share_has_one_decimal() -> None:
    assert exactly(Fraction(1776, 14)).text("小时", always_cut=True) == "≈126.85小时"
    assert exactly(Fraction(46_800, 489)).text("%", 1, always_cut=True) == "≈95.7%"


def test_nothing_is_said_of_a_number_of_which_nothing_is_known() -> None:
    unknown = Quantity(Fraction(3), Bound.MORE) - Quantity(Fraction(1), Bound.MORE)
    assert (unknown.decimal(), unknown.text("个")) == ("", "推不出")
    assert unknown.rounded_up().bound is Bound.UNKNOWN


def test_a_result_keeps_how_it_was_calculated() -> None:
    stations, supervisors, more = exactly(111), exactly(14), Quantity(Fraction(9000), Bound.MORE)
    needed = (stations / exactly(6)).rounded_up()
    assert needed.how == "⌈111÷6⌉"
    assert (needed - supervisors).how == "⌈111÷6⌉－14"
    assert (stations - supervisors * exactly(6)).how == "111－（14×6）"
    assert ((stations + exactly(64)) / supervisors).how == "（111＋64）÷14"
    assert (needed / needed).how == "⌈111÷6⌉÷⌈111÷6⌉"
    assert ((needed + needed) / supervisors).how == "（⌈111÷6⌉＋⌈111÷6⌉）÷14"
    assert (more / exactly(40)).how == "＞9000÷40"
