"""What people decide about a matter, checked before it is written: who may, how often, until when.

A decision is a record with who, when, why and an end. It turns what is said from the next round on, never a verdict.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from db import measures, outbox
from db.amendments import plan_known
from db.columns import second_of
from db.delivery_words import NoticeFate
from db.directory import directory
from db.intake import codes_known
from db.levers import LEVER_LABELS, LeverKind, decided, levers, pull, revoke, running
from db.on_file import URGED
from db.outbox import NOTICE
from db.pace import PENDING
from db.work_calendar import work_calendar
from policy.calendar import WorkCalendar, civil_day
from policy.directory import Directory
from policy.judge import judge
from policy.ladder import Step
from policy.levers import fault_of_reason
from policy.notices import Notice, urged
from policy.numbers import zh_day
from policy.office import Office
from policy.plan import Obligation, Plan
from policy.verdict import Verdict
from policy.words import BROKEN, LABELS, OPEN, Reason, SubjectKind

ONCE = (LeverKind.URGE, LeverKind.CLOCK)
FEW = 6
"""So many periods are named each; more by the first and the last."""


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
    def columns(self) -> dict[str, Any]:
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
            hint = _periods([m.period for m in found if m.period])
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
        self.answers(by, why)
        return pull(self.connection, self.plan.key, kind, self.now, by=by, why=why.strip(), **values)

    def answers(self, by: str, why: str) -> None:
        """Somebody on record answers for a decision, with a reason. Raises LeverRefused."""
        self.known(by)
        if fault := fault_of_reason(why):
            raise LeverRefused(fault)

    def known(self, code: str) -> None:
        if code not in self.codes:
            raise LeverRefused(f"没有编码为“{code}”的单位或人员；应为台账 units 或 people 中的编码")

    def running(self, kind: LeverKind, since: date | None = None, **scope: Any) -> list[RowMapping]:
        """The decisions of a kind that are not over `since` (today), nor revoked."""
        return running(self.connection, self.plan.key, kind, since or self.today, **scope)

    def not_again(self, kind: LeverKind, until: date, **scope: Any) -> None:
        """Raises LeverRefused where the same is decided already until that day or longer."""
        for row in self.running(kind, **scope):
            if row["until"] >= until:
                raise LeverRefused(
                    f"已有同样的决定（{LEVER_LABELS[kind]}，决定{row['id']}，到{zh_day(row['until'])}为止），不必重复；"
                    f"要提前结束的用 duban revoke {row['id']}"
                )

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
    _still_open(matter, "签收")
    heard = {"recipient": _recipient(desk, by), "notice": _said_to(desk, matter, by)}
    desk.not_again(LeverKind.ACK, desk.today, **heard)
    until, _ = desk.calendar.step(desk.today, desk.plan.house.ack_workdays)
    return desk.write(LeverKind.ACK, by, why, until=until, **heard, **matter.columns), until


def snooze(desk: Desk, matter: Matter, by: str, until: date, why: str) -> int:
    """The recipient does not want to be reminded before the day after `until`, nor past the due day: what is late
    climbs, and nobody may hold that up. Others are told as ever."""
    due = _due(desk, matter)
    if due is None or due < desk.today or matter.verdict.ruling.status not in OPEN:
        raise LeverRefused("只能暂缓到期以前的提醒：本事项没有期限、已经办结或已经逾期；需要时间的请申请延期")
    if until > due:
        raise LeverRefused(f"不能暂缓到期限以后，应不晚于{zh_day(due)}；需要时间的请申请延期")
    theirs, most = {"recipient": _reminded(desk, matter, by), **matter.columns}, desk.plan.house.snoozes_most
    if len(desk.running(LeverKind.SNOOZE, date.min, **theirs)) >= most:
        raise LeverRefused(f"“{by}”对本事项已暂缓{most}次，内部规则最多{most}次（house.yaml snoozes_most）")
    until = desk.within(until, desk.plan.house.snooze_workdays)
    desk.not_again(LeverKind.SNOOZE, until, **theirs)
    return desk.write(LeverKind.SNOOZE, by, why, until=until, **theirs)


def extend(desk: Desk, matter: Matter, to: date, approver: str, by: str, why: str) -> int:
    """More time, granted from above, a limited number of times. The day of the text is kept beside the new one."""
    was, most = _due(desk, matter), desk.plan.house.extensions_most
    if was is None or matter.verdict.ruling.status not in OPEN:
        raise LeverRefused("本事项没有期限，或者已经办结，不能延期")
    before = desk.running(LeverKind.EXTENSION, **matter.columns)
    if len(before) >= most:
        raise LeverRefused(f"本事项已延期{len(before)}次，内部规则最多{most}次（house.yaml extensions_most）")
    if to <= was or to < desk.today:
        raise LeverRefused(f"新期限应晚于现期限{zh_day(was)}，且不早于今天{zh_day(desk.today)}")
    approver = desk.approved(matter, approver)
    return desk.write(LeverKind.EXTENSION, by, why, approver=approver, due=to, was=was, **matter.columns)


def waive(desk: Desk, matter: Matter, until: date, approver: str, by: str, why: str) -> int:
    """Nothing is said of this matter until the end of `until`; then the ladder begins anew."""
    _still_open(matter, "免办")
    approver = desk.approved(matter, approver)
    desk.not_again(LeverKind.WAIVER, desk.ends(until), **matter.columns)
    return desk.write(LeverKind.WAIVER, by, why, until=until, approver=approver, **matter.columns)


def silence(desk: Desk, named: str | None, subject: str | None, until: date, by: str, why: str) -> list[int]:
    """One cause for many matters: every matter of a clause, of a subject, or of both, is left unsaid until `until`."""
    if not named and not subject:
        raise LeverRefused("应写明静默的范围：条款（--matter）、对象（--subject）或两者")
    duties = [o.key for o in desk.obligations(named)] if named else [None]
    subject = _named(desk, subject) if subject else None
    _over(desk, subject, by)
    for duty in duties:
        desk.not_again(LeverKind.SILENCE, desk.ends(until), duty=duty, subject=subject)
    return [desk.write(LeverKind.SILENCE, by, why, duty=duty, subject=subject, until=until) for duty in duties]


def _named(desk: Desk, subject: str) -> str:
    """The code of a unit or person given by its code, or of a unit given by its name. Raises LeverRefused."""
    if subject in desk.codes:
        return subject
    found = [card.code for card in desk.cards.units.values() if card.name == subject]
    if len(found) != 1:
        raise LeverRefused(f"没有编码为“{subject}”的单位或人员；应为台账 units 或 people 中的编码，或单位的名称")
    return found[0]


def _over(desk: Desk, subject: str | None, by: str) -> None:
    """What many are not told of is for the bureau of the city to decide, or of the county where it is all below it."""
    units = desk.cards.units
    where = subject if subject in units else desk.cards.subject(SubjectKind.PERSON, subject or "").unit
    counties = [card.code for card in desk.cards.above(where) if card.kind == "county" and card.code != subject]
    may = [*counties, *(card.code for card in units.values() if card.kind == "city")]
    if by not in may:
        raise LeverRefused(f"“{by}”不能决定静默；应由所属的县（区）民政局或市民政局决定：{'、'.join(may)}")


def hand_over(desk: Desk, person: str, stand_in: str, starts: date, until: date, by: str, why: str) -> int:
    """Whatever would be said to `person` is said to `stand_in` from `starts` to `until`."""
    people = codes_known(desk.connection, desk.plan.key)["people"]
    for code in (person, stand_in):
        if code not in people:
            raise LeverRefused(f"没有编码为“{code}”的人员；应为台账 people 中的编码")
    if person == stand_in or until < starts:
        raise LeverRefused("代理人应为另一个人，且截止日不早于开始日")
    if starts < desk.today:
        raise LeverRefused(f"开始日{zh_day(starts)}已经过去，应不早于{zh_day(desk.today)}")
    for row in desk.running(LeverKind.HANDOVER, starts):
        if row["starts"] <= until and (row["person"] in (person, stand_in) or row["stand_in"] == person):
            days = f"{zh_day(row['starts'])}至{zh_day(row['until'])}"
            raise LeverRefused(
                f"{row['person']}的通知{days}已转办给{row['stand_in']}（决定{row['id']}），不能再转；"
                f"要改的先用 duban revoke {row['id']} 撤回"
            )
    values = {"person": person, "stand_in": stand_in, "starts": starts, "until": desk.ends(until)}
    return desk.write(LeverKind.HANDOVER, by, why, **values)


def urge(desk: Desk, matter: Matter, by: str, why: str) -> tuple[int, int]:
    """Tells who acts once more, now, with the reason, once a day; gives the decision's number and how many were told."""
    _still_open(matter, "催办")
    if held := levers(desk.connection, desk.plan.key, desk.now).silence(matter.verdict.key, desk.today):
        raise LeverRefused(f"本事项{held}；要催办的先用 duban revoke 撤回该决定，编号见 duban levers")
    for row in desk.running(LeverKind.URGE, starts=desk.today, **matter.columns):
        raise LeverRefused(f"本事项今天已经催办过（决定{row['id']}），一天最多一次")
    number = desk.write(LeverKind.URGE, by, why, **matter.columns)
    said = [notice for notice in urging(desk, matter, number, why.strip()) if outbox.recipient_of(notice.to)]
    if not said:
        raise LeverRefused("本事项没有登记责任人或责任单位，没有人可以催办；请先补录任职或机构")
    return number, outbox.issue(desk.connection, desk.plan.key, said, None, desk.now)


def urging(desk: Desk, matter: Matter, number: int, why: str) -> list[Notice]:
    """What the decision of this number says of an open matter, and to whom."""
    pulled = levers(desk.connection, desk.plan.key, desk.now)
    office = Office(desk.plan, desk.calendar, desk.cards, {}, levers=pulled)
    reason = Reason.OVERDUE if matter.verdict.ruling.status in BROKEN else Reason.REMINDER
    step = Step(reason, f"{URGED}{number}", 0, desk.today, False)
    return list(urged(office, matter.verdict, step, why, desk.now))


def end(desk: Desk, number: int, by: str, why: str) -> LeverKind:
    """Ends a decision before its time and gives its kind. Raises LeverRefused where there is none of that number
    still running."""
    desk.answers(by, why)
    kinds = {row["id"]: LeverKind(row["kind"]) for row in decided(desk.connection, desk.plan.key, desk.now)}
    kind = kinds.get(number)
    if kind in ONCE:
        raise LeverRefused(f"决定{number}（{LEVER_LABELS[kind]}）已经执行，不能收回")
    if kind is None or not desk.running(kind, id=number):
        raise LeverRefused(f"没有编号为{number}的、仍然有效的决定；用 duban levers 查看")
    revoke(desk.connection, desk.plan.key, number, by, why.strip(), desk.now)
    return kind


def _periods(known: list[str]) -> str:
    """What would be right where there is no such period, or no such subject."""
    if not known:
        return "，应为对象的编码或名称"
    return f"；该对象的期间有：{'、'.join(known)}" if len(known) <= FEW else f"；该对象的期间为{known[0]}至{known[-1]}"


def _still_open(matter: Matter, act: str) -> None:
    if matter.verdict.ruling.status not in OPEN:
        raise LeverRefused(f"本事项现为“{LABELS[matter.verdict.ruling.status]}”，不需要{act}")


def _due(desk: Desk, matter: Matter) -> date | None:
    """The day it is owed by now: of the text, or the last one granted."""
    granted = desk.running(LeverKind.EXTENSION, **matter.columns)
    return granted[-1]["due"] if granted else matter.verdict.ruling.due


def _recipient(desk: Desk, by: str) -> str:
    desk.known(by)
    return f"unit:{by}" if by in desk.cards.units else f"person:{by}"


def _said_to(desk: Desk, matter: Matter, by: str) -> str:
    """The key of the newest notice of this matter that was delivered to `by`."""
    said = _told(desk, matter, by).where(NOTICE.c.state == NoticeFate.DONE)
    key = desk.connection.scalar(said.order_by(NOTICE.c.not_before.desc(), NOTICE.c.id.desc()).limit(1))
    if key is None:
        raise LeverRefused(f"没有给“{by}”送达过本事项的通知，不需要签收")
    return str(key)


def _reminded(desk: Desk, matter: Matter, by: str) -> str:
    """The recipient who is told of this matter because it is theirs to act."""
    theirs = (NOTICE.c.level == 0, NOTICE.c.state.in_([*PENDING, NoticeFate.DONE]))
    if desk.connection.scalar(_told(desk, matter, by).where(*theirs).limit(1)) is None:
        raise LeverRefused(f"本事项没有要提醒“{by}”的通知，不需要暂缓")
    return _recipient(desk, by)


def _told(desk: Desk, matter: Matter, by: str) -> Select[tuple[str]]:
    """SQL: the keys of the notices of this matter to `by`."""
    about = {**matter.columns, "recipient": _recipient(desk, by)}
    period = about.pop("period") or None
    same = (NOTICE.c[name] == value for name, value in about.items())
    return select(NOTICE.c.key).where(
        NOTICE.c.city == desk.plan.key, *same, NOTICE.c.period.is_not_distinct_from(period)
    )
