"""What people decide about a matter, checked before it is written: who may, how often, until when.

A decision is a record with who, when, why and an end. It turns what is said from the next round on, never a verdict.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import Connection, select

from db import measures, outbox
from db.amendments import plan_known
from db.columns import second_of
from db.delivery_words import NoticeFate
from db.directory import directory
from db.intake import codes_known
from db.levers import LeverKind, extensions_of, levers, pull, revoke
from db.on_file import URGED
from db.outbox import NOTICE
from db.work_calendar import work_calendar
from policy.calendar import WorkCalendar, civil_day
from policy.directory import Directory
from policy.judge import judge
from policy.ladder import Step
from policy.notices import Notice, urged
from policy.numbers import zh_day
from policy.office import Office
from policy.plan import Obligation, Plan
from policy.verdict import Verdict
from policy.words import BROKEN, LABELS, OPEN, Reason


class LeverRefused(Exception):
    """A decision that may not be taken so; one Chinese line that says what would be right."""


@dataclass(frozen=True)
class Matter:
    """What a decision is about: a verdict as it is now, and the obligation by the wording that it was judged by.

    `period` is its label, empty where it has none.
    """

    obligation: Obligation
    verdict: Verdict

    @property
    def period(self) -> str:
        return self.verdict.period.label if self.verdict.period else ""

    @property
    def columns(self) -> dict[str, str]:
        return {"duty": self.obligation.key, "subject": self.verdict.subject, "period": self.period}


class Desk:
    """Where decisions are taken: one transaction of one city's ledger at `now` (aware), by the text then in force."""

    def __init__(self, connection: Connection, plan: Plan, now: datetime) -> None:
        self.connection, self.now, self.today = connection, now, civil_day(now)
        self.plan = plan_known(connection, plan, self.today, second_of(now))

    @cached_property
    def calendar(self) -> WorkCalendar:
        return work_calendar(self.plan.house)

    @cached_property
    def cards(self) -> Directory:
        return directory(self.connection, self.plan.key, self.today, second_of(self.now))

    @cached_property
    def codes(self) -> Collection[str]:
        known = codes_known(self.connection, self.plan.key)
        return {*known["units"], *known["people"]}

    def obligations(self, named: str) -> list[Obligation]:
        """Those of this key, or of this clause by any text of theirs. Raises LeverRefused where there are none."""
        found = [
            o
            for o in self.plan.obligations
            if named in (o.key, *(w.obligation.clause for w in self.plan.wordings(o.key)))
        ]
        if not found:
            raise LeverRefused(
                f"方案 {self.plan.key} 没有条款或事项“{named}”；用 duban plans show {self.plan.key} 查看"
            )
        return found

    def matter(self, named: str, subject: str, period: str = "") -> Matter:
        """The matter of a clause (HZ-…) or obligation key; the subject by its code or its name.

        Raises LeverRefused where nothing is judged under it.
        """
        found = [m for o in self.obligations(named) for m in self._matters(o, subject)]
        exact = [m for m in found if m.period == period]
        if not exact:
            periods = "、".join(m.period for m in found if m.period)
            hint = f"；该对象的期间有：{periods}" if periods else "，应为对象的编码或名称"
            raise LeverRefused(f"“{named}”没有对象“{subject}”{f'、期间“{period}”' if period else ''}的判定{hint}")
        return exact[0]

    def _matters(self, obligation: Obligation, subject: str) -> list[Matter]:
        known = measures.known(self.connection, self.plan, [obligation], self.today, second_of(self.now))
        verdicts = judge(self.plan, known, self.today)
        wording, key = self.plan.wording, obligation.key
        return [Matter(wording(key, v.amendment), v) for v in verdicts if subject in (v.subject, self._name(v))]

    def _name(self, verdict: Verdict) -> str:
        return self.cards.subject(verdict.kind, verdict.subject).name

    def write(self, kind: LeverKind, by: str, why: str, **values: object) -> int:
        self._known(by)
        if not why.strip():
            raise LeverRefused("没有写明理由（--why）")
        return pull(self.connection, self.plan.key, kind, self.now, by=by, why=why.strip(), **values)

    def _known(self, code: str) -> None:
        if code not in self.codes:
            raise LeverRefused(f"没有编码为“{code}”的单位或人员；应为台账 units 或 people 中的编码")

    def ends(self, until: date) -> date:
        if until < self.today:
            raise LeverRefused(f"截止日{zh_day(until)}已经过去，应不早于{zh_day(self.today)}")
        return until

    def within(self, until: date, workdays: int) -> date:
        most, _ = self.calendar.step(self.today, workdays)
        if until > most:
            raise LeverRefused(f"最多{workdays}个工作日，应不晚于{zh_day(most)}")
        return self.ends(until)

    def approved(self, matter: Matter, approver: str) -> str:
        """Somebody above who acts: the city's office, or any level of this matter's chain."""
        subject = self.cards.subject(matter.verdict.kind, matter.verdict.subject)
        above = [a for role in matter.obligation.escalation for a in self.cards.addressees(role, subject, self.today)]
        codes = dict.fromkeys(code for a in above for code in (a.person or a.unit,) if code)
        if approver not in codes:
            roles = "、".join(LABELS[role] for role in matter.obligation.escalation)
            raise LeverRefused(
                f"“{approver}”不能批准本事项；应由上一级批准（{roles}）：{'、'.join(codes) or '台账里还没有'}"
            )
        return approver


def acknowledge(desk: Desk, matter: Matter, by: str, why: str) -> tuple[int, date]:
    """The recipient has taken note: this rung is not listed again for a while. Climbing goes on."""
    key = _said_to(desk, matter, by)
    until, _ = desk.calendar.step(desk.today, desk.plan.house.ack_workdays)
    recipient = {"recipient": _recipient(desk, by), "notice": key}
    return desk.write(LeverKind.ACK, by, why, until=until, **recipient, **matter.columns), until


def snooze(desk: Desk, matter: Matter, by: str, until: date, why: str) -> int:
    """The recipient does not want to hear of it before the day after `until`. Others are told as ever."""
    until = desk.within(until, desk.plan.house.snooze_workdays)
    return desk.write(LeverKind.SNOOZE, by, why, until=until, recipient=_recipient(desk, by), **matter.columns)


def extend(desk: Desk, matter: Matter, to: date, approver: str, by: str, why: str) -> int:
    """More time, granted from above, a limited number of times. The day of the text is kept beside the new one."""
    due, most = matter.verdict.ruling.due, desk.plan.house.extensions_most
    if due is None or matter.verdict.ruling.status not in OPEN:
        raise LeverRefused("本事项没有期限，或者已经办结，不能延期")
    before = extensions_of(desk.connection, desk.plan.key, *matter.columns.values())
    if len(before) >= most:
        raise LeverRefused(f"本事项已延期{len(before)}次，内部规则最多{most}次（house.yaml extensions_most）")
    was = before[-1]["due"] if before else due
    if to <= was or to < desk.today:
        raise LeverRefused(f"新期限应晚于现期限{zh_day(was)}，且不早于今天{zh_day(desk.today)}")
    approver = desk.approved(matter, approver)
    return desk.write(LeverKind.EXTENSION, by, why, approver=approver, due=to, was=was, **matter.columns)


def waive(desk: Desk, matter: Matter, until: date, approver: str, by: str, why: str) -> int:
    """Nothing is said of this matter until the end of `until`; then the ladder begins anew."""
    approver = desk.approved(matter, approver)
    return desk.write(LeverKind.WAIVER, by, why, until=desk.ends(until), approver=approver, **matter.columns)


def silence(desk: Desk, named: str | None, subject: str | None, until: date, by: str, why: str) -> list[int]:
    """One cause for many matters: every matter of a clause, of a subject, or of both, is left unsaid until `until`."""
    if not named and not subject:
        raise LeverRefused("应写明静默的范围：条款（--matter）、对象（--subject）或两者")
    duties = [o.key for o in desk.obligations(named)] if named else [None]
    if subject and subject not in desk.codes:
        raise LeverRefused(f"没有编码为“{subject}”的单位或人员")
    scope = {"subject": subject, "until": desk.ends(until)}
    return [desk.write(LeverKind.SILENCE, by, why, duty=duty, **scope) for duty in duties]


def hand_over(desk: Desk, person: str, stand_in: str, starts: date, until: date, by: str, why: str) -> int:
    """Whatever would be said to `person` is said to `stand_in` from `starts` to `until`."""
    people = codes_known(desk.connection, desk.plan.key)["people"]
    for code in (person, stand_in):
        if code not in people:
            raise LeverRefused(f"没有编码为“{code}”的人员；应为台账 people 中的编码")
    if person == stand_in or until < starts:
        raise LeverRefused("代理人应为另一个人，且截止日不早于开始日")
    values = {"person": person, "stand_in": stand_in, "starts": starts, "until": desk.ends(until)}
    return desk.write(LeverKind.HANDOVER, by, why, **values)


def urge(desk: Desk, matter: Matter, by: str, why: str) -> tuple[int, int]:
    """Tells who acts once more, now, with the reason; gives the decision's number and how many were told."""
    if matter.verdict.ruling.status not in OPEN:
        raise LeverRefused(f"本事项现为“{LABELS[matter.verdict.ruling.status]}”，不需要催办")
    number = desk.write(LeverKind.URGE, by, why, **matter.columns)
    told = outbox.issue(desk.connection, desk.plan.key, urging(desk, matter, number, why), None, desk.now)
    return number, told


def urging(desk: Desk, matter: Matter, number: int, why: str) -> list[Notice]:
    """What the decision of this number says of an open matter, and to whom."""
    pulled = levers(desk.connection, desk.plan.key, desk.now)
    office = Office(desk.plan, desk.calendar, desk.cards, {}, levers=pulled)
    reason = Reason.OVERDUE if matter.verdict.ruling.status in BROKEN else Reason.REMINDER
    step = Step(reason, f"{URGED}{number}", 0, desk.today, False)
    return list(urged(office, matter.verdict, step, why, desk.now))


def end(desk: Desk, number: int, by: str, why: str) -> None:
    """Ends a decision before its time. Raises LeverRefused where there is none of that number still running."""
    desk._known(by)
    if not revoke(desk.connection, desk.plan.key, number, by, why, desk.now):
        raise LeverRefused(f"没有编号为{number}的、仍然有效的决定；用 duban levers 查看")


def _recipient(desk: Desk, by: str) -> str:
    desk._known(by)
    return f"unit:{by}" if by in desk.cards.units else f"person:{by}"


def _said_to(desk: Desk, matter: Matter, by: str) -> str:
    """The key of the newest notice of this matter that was delivered to `by`."""
    about = {**matter.columns, "recipient": _recipient(desk, by)}
    period = about.pop("period") or None
    statement = select(NOTICE.c.key).where(*(NOTICE.c[name] == value for name, value in about.items()))
    statement = statement.where(NOTICE.c.city == desk.plan.key, NOTICE.c.period.is_not_distinct_from(period))
    said = statement.where(NOTICE.c.state == NoticeFate.DONE).order_by(NOTICE.c.not_before.desc(), NOTICE.c.id.desc())
    key = desk.connection.scalar(said.limit(1))
    if key is None:
        raise LeverRefused(f"没有给“{by}”送达过本事项的通知，不需要签收")
    return str(key)
