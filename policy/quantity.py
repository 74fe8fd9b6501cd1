"""Numbers of which only a bound may be known, "more than 9,000", and exact arithmetic on them: bounds are inherited.

Everything here is about positive numbers. What was calculated keeps how it was calculated, as people write it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from policy.numbers import cut


class Bound(StrEnum):
    """On which side of the number given the true one lies. UNKNOWN: two bounds that pull apart say nothing."""

    LESS = "<"
    AT_MOST = "<="
    EXACT = "exact"
    AT_LEAST = ">="
    MORE = ">"
    UNKNOWN = "?"


SIGNS = {
    Bound.LESS: "＜",
    Bound.AT_MOST: "≤",
    Bound.EXACT: "",
    Bound.AT_LEAST: "≥",
    Bound.MORE: "＞",
}
BELOW, ABOVE = (Bound.LESS, Bound.AT_MOST), (Bound.MORE, Bound.AT_LEAST)
FLIPPED = {
    Bound.LESS: Bound.MORE,
    Bound.AT_MOST: Bound.AT_LEAST,
    Bound.AT_LEAST: Bound.AT_MOST,
    Bound.MORE: Bound.LESS,
    Bound.EXACT: Bound.EXACT,
    Bound.UNKNOWN: Bound.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Quantity:
    value: Fraction
    bound: Bound = Bound.EXACT
    how: str = field(default="", compare=False)

    def __mul__(self, other: Quantity) -> Quantity:
        return Quantity(self.value * other.value, _both(self.bound, other.bound), f"{_part(self)}×{_part(other)}")

    def __truediv__(self, other: Quantity) -> Quantity:
        bound = _both(self.bound, FLIPPED[other.bound])
        return Quantity(self.value / other.value, bound, f"{_part(self)}÷{_part(other)}")

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.value + other.value, _both(self.bound, other.bound), f"{self.worked}＋{other.worked}")

    def __sub__(self, other: Quantity) -> Quantity:
        bound = _both(self.bound, FLIPPED[other.bound])
        return Quantity(self.value - other.value, bound, f"{self.worked}－{_part(other)}")

    def rounded_up(self) -> Quantity:
        """The next whole number: more than 6 2/3 is at least 7, and more than 6 is at least 7 too."""
        how = f"⌈{self.worked}⌉"
        if self.bound is Bound.MORE:
            return Quantity(Fraction(floor(self.value) + 1), Bound.AT_LEAST, how)
        bound = Bound.AT_MOST if self.bound is Bound.LESS else self.bound
        return Quantity(Fraction(ceil(self.value)), bound, how)

    @property
    def worked(self) -> str:
        return self.how or self.text()

    def text(self, unit: str = "", places: int = 2, *, always_cut: bool = False) -> str:
        """As people read it: ＞8, ≈7.93 where the decimals do not say all, 推不出."""
        if self.bound is Bound.UNKNOWN:
            return "推不出"
        decimal = self.decimal(places, always_cut=always_cut)
        inexact = self.bound is Bound.EXACT and Fraction(decimal) != self.value
        return f"{'≈' if inexact else SIGNS[self.bound]}{decimal}{unit}"

    def decimal(self, places: int = 2, *, always_cut: bool = False) -> str:
        """At most `places` (1 or 2) decimals, and still true: a lower bound goes down, an upper one up.

        An exact number is rounded to the nearest, hours and shares are cut (contract 2).
        """
        if self.bound is Bound.UNKNOWN:
            return ""
        scaled = self.value * 10**places
        if self.bound in BELOW:
            whole = ceil(scaled)
        elif self.bound in ABOVE or always_cut:
            whole = floor(scaled)
        else:
            whole = floor(scaled + Fraction(1, 2))
        return "-" * (whole < 0) + cut(abs(whole) * 10 ** (2 - places))


def exactly(value: int | Fraction) -> Quantity:
    return Quantity(Fraction(value))


def _both(one: Bound, other: Bound) -> Bound:
    """What is known when both are: one direction holds, two against each other say nothing."""
    if Bound.EXACT in (one, other):
        return other if one is Bound.EXACT else one
    for side in (BELOW, ABOVE):
        if one in side and other in side:
            return side[0] if side[0] in (one, other) else side[1]
    return Bound.UNKNOWN


def _part(quantity: Quantity) -> str:
    """As an operand: what was itself calculated stands in brackets, unless it is one rounded number."""
    how = quantity.worked
    whole = how.startswith("⌈") and how.find("⌉") == len(how) - 1
    return how if whole or not set(how) & set("＋－×÷") else f"（{how}）"
