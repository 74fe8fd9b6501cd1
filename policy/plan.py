"""A plan: what the text asks, how we read it, what the office chose. Strict: an unknown key is an error.

Four kinds of words never mix: clauses (the text, in our own words), obligations (our reading), the house (what the text
is silent on and the office chose) and what was placed elsewhere with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from functools import cached_property
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from policy.checks import AnyCheck
from policy.recurrence import Recurrence
from policy.words import Force, Reason, Role, SubjectKind


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Clause(Strict):
    """One clause of the document: number, place in it, a name and a summary in our own words."""

    id: str
    place: str
    title: str
    summary: str
    force: Force
    kind: str
    ambiguity: tuple[str, ...] = ()


class Phase(Strict):
    """`kind` names the module of flows/phases/ that runs it. Both dates inclusive."""

    key: str
    kind: str
    title: str
    clause: str
    starts: date
    ends: date
    assigns: tuple[str, ...] = ()
    carries_over: int = 20


class Duty(Strict):
    """A recurring business of the year with a flow of its own in flows/duties/."""

    key: str
    title: str


class Obligation(Strict):
    """One clause as we read it for one kind of subject.

    `records` are the record kinds that prove it: where one of them is wholly absent nothing can be seen; `a|b` where
    either proves it alone. `told_by` are those among them that tell whether there is an occasion at all, all of them
    where nothing is said. `who` acts; `copies` hear too when it is late; `escalation` is the chain above, lowest first.
    `recipients` get what is reported: what went elsewhere does not count. `after` names the clauses that have to be
    kept first, for `duban plans check` alone; no verdict depends on it.
    """

    key: str
    clause: str
    title: str
    subject: SubjectKind
    check: AnyCheck
    starts: date | None = None
    due: date | None = None
    every: Recurrence | None = None
    records: tuple[str, ...] = ()
    told_by: tuple[str, ...] = ()
    who: tuple[Role, ...] = ()
    copies: tuple[Role, ...] = ()
    escalation: tuple[Role, ...] = ()
    recipients: tuple[Role, ...] = ()
    after: tuple[str, ...] = ()
    phase: str | None = None
    duty: str | None = None
    force: Force = Force.SHOULD
    recommended: bool = False


def _clock(value: Any) -> Any:
    if not isinstance(value, str | time):
        raise ValueError('时刻要加引号，写成 "08:30"（YAML 把 08:30 读成数字）')
    return value


Clock = Annotated[time, BeforeValidator(_clock)]


class Rung(Strict):
    """A step of the ladder. `workdays` counts from the due day: before it negative, 0 the day itself."""

    reason: Reason
    workdays: int
    level: int = 0


class Window(Strict):
    """When a channel may speak on a working day: inclusive start, exclusive end."""

    opens: Clock
    closes: Clock


class PublishedYear(Strict):
    """The holidays of a year as the State Council's notice has them, taken over by the office: who, and on which day.

    `rest` holds the weekends within a holiday too; days of the December before may be among both.
    """

    year: int
    document: str
    adopted_by: str
    adopted_on: date
    rest: tuple[date, ...]
    work: tuple[date, ...]


class House(Strict):
    """What the text leaves open and the office chose. Every number here is ours and may be changed.

    `channel` is how people are told, `fallback` how, in this order, where that cannot reach them; a record may name an
    order of its own.
    `review_dates` gives a date to clauses that have none in the text; `holidays` overrides single days of the calendar;
    `published` are the years taken over from the notice itself (calendar.yaml), the last of a year counts.
    A level above hears `dwell_workdays` after the one below has been told, and without it once that has been tried for
    `patience_workdays`; where something comes to be due earlier, none of them within `min_notice_workdays` of that.
    An acknowledgement holds `ack_workdays`, a snooze at most `snooze_workdays`, and each has `snoozes_most` of a matter.
    While one of the milestones that `inhibited_by` puts before an obligation is not met, nothing is said of it.
    `workday_minutes` turns the hours of a quota into working days; None where the plan has no such quota.
    """

    readings: dict[str, str]
    reading_values: dict[str, dict[str, str]]
    ladder: tuple[Rung, ...]
    phase_closing_workdays: tuple[int, ...]
    channel: str
    fallback: tuple[str, ...] = ()
    windows: dict[str, Window]
    digest_lines: int
    yellow_days: int
    dwell_workdays: int = Field(default=2, ge=0)
    patience_workdays: int = Field(default=5, ge=0)
    min_notice_workdays: int = Field(default=5, ge=0)
    ack_workdays: int = Field(default=10, ge=1)
    snooze_workdays: int = Field(default=10, ge=1)
    snoozes_most: int = Field(default=2, ge=0)
    extensions_most: int = Field(default=2, ge=0)
    inhibited_by: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    workday_minutes: int | None = None
    academic_minutes: int
    plaque_days: int
    beneficiary_categories: tuple[str, ...]
    review_dates: dict[str, date] = Field(default_factory=dict)
    holidays: dict[date, bool] = Field(default_factory=dict)
    published: tuple[PublishedYear, ...] = ()


Day = date


class PhaseDates(Strict):
    """New dates of a stage; what is not given stays."""

    starts: date | None = None
    ends: date | None = None


class Amendment(Strict):
    """A dated change of the text by a later document, in force from `date`; the base text stands as it was.

    `changes` gives new values by the key of an obligation and the name of a field (of `check` and `every` only what
    differs), `phases` by the key of a stage. A decision that moves what has begun is an act whose clause is `key`.
    """

    key: str
    date: Day
    document: str
    title: str = ""
    changes: dict[str, dict[str, Any]] = Field(default_factory=dict)
    adds: tuple[Obligation, ...] = ()
    ends: tuple[str, ...] = ()
    phases: dict[str, PhaseDates] = Field(default_factory=dict)


class Move(NamedTuple):
    """A recorded decision that what had begun by `on` goes over to the text of an amendment.

    `subject` None means everybody; `item` is the key or clause of the obligation or stage, None whatever is amended.
    """

    amendment: str
    on: date
    item: str | None = None
    subject: str | None = None


class Wording(NamedTuple):
    """An obligation as one amendment words it, or the base text (None); `asked` is False before and after its time."""

    amendment: Amendment | None
    obligation: Obligation
    asked: bool = True

    @property
    def name(self) -> str:
        """What its measures are kept by."""
        return f"{self.obligation.key}@{self.amendment.key}" if self.amendment else self.obligation.key


OFFICES = {SubjectKind.CITY.value: "民政局", SubjectKind.COUNTY.value: "民政局"}
"""What stands for a place of this kind where the plan says nothing else (contract 3)."""
PLACES = ("市", "县", "区", "旗", "州", "盟", "地区")


class Plan(Strict):
    """Everything known about one programme before any record is read.

    `offices` says what is written to at a place: by the name of a unit, else by its kind. Records name the place.
    """

    key: str
    title: str
    city: str
    offices: dict[str, str] = Field(default_factory=dict)
    document: str
    issued: date
    phases: tuple[Phase, ...]
    duties: tuple[Duty, ...]
    obligations: tuple[Obligation, ...]
    not_run: dict[str, str]
    clauses: tuple[Clause, ...]
    house: House
    amendments: tuple[Amendment, ...] = ()
    revision: str = ""

    @property
    def office(self) -> str:
        """What whoever runs the programme is called in mails."""
        return self.called(SubjectKind.CITY, self.city)

    def called(self, kind: str | None, name: str) -> str:
        """How a unit is addressed in mails: a place by its office; whatever is recorded as an office keeps its name."""
        if name in self.offices:
            return self.offices[name]
        office = {**OFFICES, **self.offices}.get(kind or "", "")
        return f"{name}{office}" if name.endswith(PLACES) else name

    @cached_property
    def by_key(self) -> dict[str, Obligation]:
        return {obligation.key: obligation for obligation in self.obligations}

    @cached_property
    def milestones(self) -> frozenset[str]:
        """The obligations that are done once, by a day of the text."""
        return frozenset(o.key for o in self.obligations if o.due and not o.every)

    def inhibitors(self, duties: Iterable[str]) -> tuple[Obligation, ...]:
        """The milestones before these obligations, those that this text knows."""
        named = dict.fromkeys(name for duty in duties for name in self.house.inhibited_by.get(duty, ()))
        return tuple(self.by_key[name] for name in named if name in self.by_key)

    @cached_property
    def clause_of(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    @property
    def moves(self) -> tuple[Move, ...]:
        """The decisions by which what had begun went over to an amendment."""
        return ()

    def wordings(self, duty: str) -> tuple[Wording, ...]:
        """How an obligation has been worded until the day of this plan; the base text alone where nothing amends it."""
        return (Wording(None, self.by_key[duty]),)

    def wording(self, duty: str, amendment: str | None) -> Obligation:
        """The obligation as the amendment of this key words it, which is how a verdict was judged."""
        return self.by_key[duty]

    def of_phase(self, key: str) -> tuple[Obligation, ...]:
        return tuple(o for o in self.obligations if o.phase == key)

    def of_duty(self, key: str) -> tuple[Obligation, ...]:
        return tuple(o for o in self.obligations if o.duty == key)
