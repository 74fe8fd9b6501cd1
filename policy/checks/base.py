"""What every kind of check has, and the two judgements most of them share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any, ClassVar, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict

from policy.numbers import zh_day
from policy.verdict import Case, Ruling
from policy.words import Force, Status


class Check(BaseModel):
    """`asks` names the question in db/measures/ that measures it; `Facts` is the row the question answers with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    Facts: ClassVar[Any]
    notes: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    read_as: ClassVar[tuple[str, ...]] = ()

    kind: str
    asks: str

    @property
    def reads(self) -> dict[str, tuple[str, ...]]:
        """The readings (A35) it asks the house for, each with the values it knows: those of its kind (`notes`), and the
        one its field `reading` names (`read_as`)."""
        named = getattr(self, "reading", None)
        return {**self.notes, named: self.read_as} if named else dict(self.notes)

    @classmethod
    def read(cls, row: tuple[Any, ...]) -> Any:
        """A measured row as Facts. Civil days travel as integers (20210731), booleans as 0 and 1."""
        readers = _readers(cls.Facts)
        return cls.Facts(*(reader(value) for reader, value in zip(readers, row, strict=False)))

    @abstractmethod
    def rule(self, facts: Any, case: Case) -> Ruling:
        """The ruling on one measured row."""

    def turns(self, facts: Any, case: Case) -> Iterator[date]:
        """Days on which the same facts may be ruled otherwise, beside the day after the ruling's due day.

        A day of the facts or of the check is reached, or has passed: time counts in no other way. A check that adds to
        a day says so.
        """
        for day in (*facts, *self._own_days):
            if isinstance(day, date) and day < date.max:
                yield day
                yield day + timedelta(days=1)

    @cached_property
    def _own_days(self) -> tuple[date, ...]:
        return tuple(value for _, value in self if isinstance(value, date))


@cache
def _readers(facts: Any) -> tuple[Callable[[Any], Any], ...]:
    hints = get_type_hints(facts)
    return tuple(_reader(hints[name]) for name in facts._fields)


def _reader(hint: Any) -> Callable[[Any], Any]:
    if hint is bool:
        return bool
    if int in (hint, *get_args(hint)):
        return _whole
    return _day if date in (hint, *get_args(hint)) else _same


def _whole(value: Any) -> Any:
    # PostgreSQL sums of sums arrive as Decimal.
    return None if value is None else int(value)


def _same(value: Any) -> Any:
    return value


def _day(value: Any) -> Any:
    return date(value // 10000, value // 100 % 100, value % 100) if isinstance(value, int) else value


def by_deadline(done_on: date | None, due: date, as_of: date) -> Status:
    """Contract 2: the due day counts to its last second; the next day the duty is not met."""
    if done_on is None:
        return Status.NOT_YET_DUE if as_of <= due else Status.NOT_MET
    return Status.MET if done_on <= due else Status.MET_LATE


def as_it_stands(holds: bool, case: Case) -> Status:
    """A standing rule on `as_of`; an 原则上 rule that is not kept is a deviation, never a breach (A47)."""
    if holds:
        return Status.MET
    if case.force is not Force.IN_PRINCIPLE:
        return Status.NOT_MET
    return Status.DEVIATION_JUSTIFIED if case.excused else Status.DEVIATION_UNJUSTIFIED


def outcome(status: Status, due: date, done_on: date | None) -> str:
    """The half sentence on when something was due and done."""
    limit = f"截止{zh_day(due)}（截止日当天计入）"
    if done_on is None:
        return f"{limit}，尚未完成" if status is Status.NOT_YET_DUE else f"{limit}，到期未完成"
    return f"{limit}，{zh_day(done_on)}完成" + ("，按期" if status is Status.MET else "，逾期")


STANDS = {
    Status.MET: "符合要求",
    Status.NOT_YET_DUE: "尚未开始",
    Status.NOT_MET: "不符合要求",
    Status.DEVIATION_JUSTIFIED: "偏离原则性要求，有在效的例外批准",
    Status.DEVIATION_UNJUSTIFIED: "偏离原则性要求，没有在效的例外批准",
}
