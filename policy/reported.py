"""A programme known from a newspaper: figures and targets with their bounds. No obligations, nothing is judged (A76).

Strict like a plan: an unknown key is an error, and every clause has one place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, model_validator

from policy.plan import Clause, Strict
from policy.quantity import Bound, Quantity

MEANS = {
    "余": Bound.MORE,
    "超过": Bound.MORE,
    "近": Bound.LESS,
    "不到": Bound.LESS,
    "以上": Bound.AT_LEAST,
    "不少于": Bound.AT_LEAST,
    "不超过": Bound.AT_MOST,
    "以下": Bound.AT_MOST,
}
"""What a qualifier of the text says of the number beside it (A48, A70)."""
STAFF = "staff"
BY_STATIONS = ("stations", "workers_per_station")
"""The figure of all workers, and the two whose product it is where it was not reported."""


def _exact(value: Any) -> Fraction:
    pair = value if isinstance(value, list | tuple) else (value, 1)
    if len(pair) != 2 or not all(type(part) is int and part > 0 for part in pair):
        raise ValueError("应为正整数；比例写成两个正整数，如 [31, 52]")
    return Fraction(*pair)


def _stated(value: Any) -> Any:
    if value is None:
        raise ValueError("报道没有写就写 unknown，不能空着")
    return None if value == "unknown" else value


Exact = Annotated[Fraction, BeforeValidator(_exact)]
Force = Literal["fact", "reported"]


class Span(Strict):
    """The days a figure is about, both inclusive."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Span:
        if self.last < self.first:
            raise ValueError(f"last（{self.last}）早于 first（{self.first}），应改正其一")
        return self

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class Number(Strict):
    """What figures and targets share. `qualifier` is the word of the text that makes the bound, `unclear` what it leaves open.

    `force` comes from the clause: a fact that was reported, or a standard known only from the report.
    """

    key: str
    clause: str
    title: str
    value: Exact | None = None
    bound: Bound = Bound.EXACT
    qualifier: str = ""
    unit: str = ""
    force: Force = "reported"
    unclear: str = ""

    @model_validator(mode="after")
    def _qualified(self) -> Number:
        if self.bound is Bound.UNKNOWN:
            raise ValueError("bound 应为 exact、>、<、>= 或 <=")
        meant = MEANS.get(self.qualifier)
        if self.qualifier and meant is None:
            raise ValueError(f"qualifier：不认识“{self.qualifier}”，应为：{'、'.join(MEANS)}")
        if meant and meant is not self.bound:
            raise ValueError(f"“{self.qualifier}”的意思是 {meant.value}，bound 写的是 {self.bound.value}")
        if self.value and not self.unit:
            raise ValueError("有数就要写单位（unit）")
        return self

    @property
    def quantity(self) -> Quantity | None:
        return None if self.value is None else Quantity(self.value, self.bound)

    @property
    def said(self) -> str:
        """As people write it: ＞320份."""
        known = self.quantity
        return "没有写指标" if known is None else known.text(self.unit)


class Figure(Number):
    """Something counted. `as_of` None: the report does not say of which day it is, so it stands on no time axis (A73).

    `per` and `share_of` name the figures it makes sense to divide by; `may_include` one that may be inside (A71).
    """

    value: Exact
    as_of: Annotated[Span | None, BeforeValidator(_stated)]
    per: tuple[str, ...] = ()
    share_of: str | None = None
    may_include: str | None = None

    @model_validator(mode="after")
    def _reasoned(self) -> Figure:
        if self.bound is not Bound.EXACT and not self.qualifier:
            raise ValueError(f"bound 写了 {self.bound.value}，应在 qualifier 写明原文用的是哪个词")
        return self

    @property
    def quantity(self) -> Quantity:
        return Quantity(self.value, self.bound)


class Target(Number):
    """Something aimed at or asked for. `by` None: no day is given."""

    since: date | None = None
    by: Annotated[date | None, BeforeValidator(_stated)]
    basis: Literal["stated", "inferred"] | None = None

    @model_validator(mode="after")
    def _aims(self) -> Target:
        if self.value is None and self.by is None:
            raise ValueError("目标至少要有一个数（value）或一个日子（by）；都没有的写在 narrative")
        if (self.by is None) != (self.basis is None):
            raise ValueError("写了 by 就要写 basis（stated 或 inferred），by 是 unknown 就不写 basis")
        return self


class Programme(Strict):
    """A reported programme. `narrative` holds the clauses with nothing to count, each with its reason."""

    key: str
    title: str
    city: str
    source: str
    published: Annotated[date | None, BeforeValidator(_stated)]
    figures: tuple[Figure, ...]
    targets: tuple[Target, ...]
    narrative: dict[str, str]
    clauses: tuple[Clause, ...]
    revision: str = Field(default="")

    @cached_property
    def figure(self) -> dict[str, Figure]:
        return {figure.key: figure for figure in self.figures}

    @cached_property
    def clause_of(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    def numbers_of(self, clause: str) -> tuple[Number, ...]:
        return tuple(n for n in (*self.figures, *self.targets) if n.clause == clause)


Finding = tuple[tuple[str | int, ...], str]
"""Where in the files a fault stands, and what would be right."""


def findings(programme: Programme) -> Iterator[Finding]:
    """Every fault of a programme that loads."""
    yield from _twice(programme)
    yield from _unplaced(programme)
    yield from _unresolved(programme)


def _twice(programme: Programme) -> Iterator[Finding]:
    yield from _again("figures", [figure.key for figure in programme.figures])
    yield from _again("targets", [target.key for target in programme.targets])
    yield from _again("clauses", [clause.id for clause in programme.clauses])


def _again(kind: str, names: list[str]) -> Iterator[Finding]:
    times = Counter(names)
    for index, name in enumerate(names):
        if times[name] > 1 and index > names.index(name):
            yield (kind, index), f"“{name}”写了{times[name]}次，应只写一次"


def _unplaced(programme: Programme) -> Iterator[Finding]:
    for index, clause in enumerate(programme.clauses):
        counted = bool(programme.numbers_of(clause.id))
        if not counted and clause.id not in programme.narrative:
            yield ("clauses", index), "没有着落，应写一个数（figures）、一个目标（targets），或在 narrative 写明原因"
        if counted and clause.id in programme.narrative:
            yield ("narrative", clause.id), "本条已有数或目标，narrative 里应删去"
    for name, reason in programme.narrative.items():
        if name not in programme.clause_of:
            yield ("narrative", name), "clauses.yaml 里没有这一条"
        if not reason.endswith("。"):
            yield ("narrative", name), "原因应是一句话，以句号结尾"


def _unresolved(programme: Programme) -> Iterator[Finding]:
    for kind, rows in (("figures", programme.figures), ("targets", programme.targets)):
        for index, row in enumerate(rows):
            if row.clause not in programme.clause_of:
                yield (kind, index, "clause"), f"clauses.yaml 里没有“{row.clause}”这一条"
    for index, figure in enumerate(programme.figures):
        for name in (*figure.per, figure.share_of, figure.may_include):
            if name and not counts(programme, name):
                yield ("figures", index), f"没有名为“{name}”的数"
        inner = programme.figure.get(figure.may_include or "")
        if inner and inner.value >= figure.value:
            yield ("figures", index, "may_include"), f"“{inner.key}”不比本数小，不会含在里面"


class Count(NamedTuple):
    """One number a figure may amount to, in one reading, with the clauses it was told in."""

    reading: str
    number: Quantity
    told: tuple[str, ...]


def counts(programme: Programme, key: str) -> tuple[Count, ...]:
    """What a figure may amount to: two counts where another may be inside it, none where it is not known."""
    figure = programme.figure.get(key)
    if figure is None:
        return _by_stations(programme) if key == STAFF else ()
    inner = programme.figure.get(figure.may_include or "")
    if inner is None:
        return (Count("", figure.quantity, (figure.clause,)),)
    without = Count(f"{figure.title}不含{inner.title}", figure.quantity, (figure.clause,))
    told = (figure.clause, inner.clause)
    return (without, Count(f"{figure.title}含{inner.title}", figure.quantity - inner.quantity, told))


def _by_stations(programme: Programme) -> tuple[Count, ...]:
    if not programme.figure.keys() >= set(BY_STATIONS):
        return ()
    stations, each = (programme.figure[name] for name in BY_STATIONS)
    told = (stations.clause, each.clause)
    return (Count(f"按每站{each.said}计", stations.quantity * each.quantity, told),)
