"""The end of a stage: the acceptance dossier, the named sign-off, what is carried over and how that goes on.

The dossier is judged as things stood on the stage's last day by what is known when it is assembled; it is written once
and never rewritten, and its SHA-256 stands in the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from db import measures, phase_events
from db.columns import second_of
from db.phase_events import Event
from db.views import Stand, places
from db.work_calendar import work_calendar
from policy.judge import judge
from policy.numbers import zh_day
from policy.verdict import Verdict
from policy.words import OPEN
from tasks.grids import Rows
from tasks.phases.dossier import Dossier, assemble, keep
from tasks.phases.lifecycle import ASKED, CARRIED, CLOSED, DOSSIER, RECTIFIED, SIGNED, Rectification, carried
from tasks.steps import Done, Page, Step, Work


def archived(work: Work) -> Done:
    """Assembles the dossier after the last day, once; asks for the sign-off and carries over what is open.

    A round held before the first records are imported leaves no empty dossier that would stand for ever.
    """
    phase = work.phase
    if work.as_of <= phase.ends:
        return Done(f"阶段{zh_day(phase.ends)}结束，之后整理验收档案")
    with work.engine.begin() as connection:
        done = phase_events.of_phase(connection, work.plan.key, phase.key, (DOSSIER,))
        if done:
            return Done(f"验收档案已于{zh_day(done[0].on)}归档（SHA-256 {done[0].detail['sha256'][:12]}…）")
        verdicts = judged_at(connection, work, phase.ends)
        if not verdicts:
            return Done("台账里还没有本阶段的记录，暂不整理验收档案")
        over = list(carried(verdicts, phase, work_calendar(work.plan.house)))
        dossier = assemble(work, verdicts, over, places(connection, work.plan.key, phase.ends, work.now))
        phase_events.append(connection, work.plan.key, phase.key, _events(work, dossier, over), work.now)
        keep(work, dossier)
    return Done(
        f"验收档案已归档：{len(verdicts)}项判定，结转整改{len(over)}项，请指定负责人签认",
        (Page("dossier", f"{phase.title} 验收档案摘要", text=dossier.summary),),
    )


def judged_at(connection: Connection, work: Work, day: date) -> list[Verdict]:
    known = measures.known(connection, work.plan, work.part.obligations, day, second_of(work.now))
    return list(judge(work.plan, known, day))


def _events(work: Work, dossier: Dossier, over: Sequence[Rectification]) -> list[Event]:
    detail = {"sha256": dossier.sha256, "path": dossier.place, "carried_over": len(over)}
    archive = Event(DOSSIER, work.plan.key, work.as_of, work.phase.ends, detail)
    ask = Event(ASKED, work.plan.key, work.as_of, None, {"clause": work.phase.clause, "sha256": dossier.sha256})
    return [archive, ask, *(Event(CARRIED, o.subject, work.as_of, o.due) for o in over)]


def followed(work: Work) -> Done:
    """What became of what was carried over, and whether somebody named has signed."""
    if work.as_of <= work.phase.ends:
        return Done("阶段未结束，没有结转整改")
    stands, where = work.look(statuses=OPEN)
    open_now = {f"{s.duty}/{s.subject}/{s.period}": s for s in stands}
    with work.engine.begin() as connection:
        events = phase_events.of_phase(connection, work.plan.key, work.phase.key)
        if not any(e.event == DOSSIER for e in events):
            return Done("验收档案还没有整理，没有结转整改")
        new = [*_rectified(work, events, open_now), *_signed(connection, work, events)]
        phase_events.append(connection, work.plan.key, work.phase.key, new, work.now)
        events += new
        phase_events.append(connection, work.plan.key, work.phase.key, _closed(work, events), work.now)
    rows = _progress(work, events, open_now, lambda s: where.county(s.kind, s.subject))
    signed = next((e for e in events if e.event == SIGNED), None)
    word = f"{zh_day(signed.on)}已签认" if signed else "尚未签认"
    page = Page("rectification", f"{work.phase.title} 结转整改（{word}）", rows=rows)
    left = sum(int(row["未完成"]) for row in rows)
    return Done(f"结转整改未完成{left}项，{word}", (page,))


def _rectified(work: Work, events: Sequence[Event], open_now: dict[str, Stand]) -> list[Event]:
    before = {e.subject for e in events if e.event == RECTIFIED}
    return [
        Event(RECTIFIED, e.subject, work.as_of, e.due)
        for e in events
        if e.event == CARRIED and e.subject not in before and e.subject not in open_now
    ]


def _signed(connection: Connection, work: Work, events: Sequence[Event]) -> list[Event]:
    if any(e.event == SIGNED for e in events):
        return []
    found = phase_events.sign_off(connection, work.plan.key, work.phase.clause, work.as_of, work.now)
    return [Event(SIGNED, work.plan.key, found.on, None, {"by": found.by, "document": found.document})] if found else []


def _closed(work: Work, events: Sequence[Event]) -> list[Event]:
    """A stage is closed when it is signed off and nothing carried over is left."""
    carried_over = {e.subject for e in events if e.event == CARRIED}
    done = {e.subject for e in events if e.event == RECTIFIED}
    signed = any(e.event == SIGNED for e in events)
    return [Event(CLOSED, work.plan.key, work.as_of)] if signed and carried_over <= done else []


def _progress(work: Work, events: Sequence[Event], open_now: dict[str, Stand], county) -> Rows:  # type: ignore[no-untyped-def]
    """By obligation: carried over, done since, left, and the new date."""
    left = [e for e in events if e.event == CARRIED and e.subject in open_now]
    total = [e for e in events if e.event == CARRIED]
    rows: Rows = []
    for duty in dict.fromkeys(e.subject.split("/")[0] for e in total):
        mine = [e for e in left if e.subject.split("/")[0] == duty]
        due = next(e.due for e in total if e.subject.split("/")[0] == duty)
        counties = sorted({county(open_now[e.subject]) for e in mine})
        rows.append(
            {
                "条款": work.plan.by_key[duty].clause if duty in work.plan.by_key else "—",
                "事项": work.plan.by_key[duty].title if duty in work.plan.by_key else duty,
                "结转": sum(e.subject.split("/")[0] == duty for e in total),
                "未完成": len(mine),
                "整改期限": zh_day(due) if due else "—",
                "涉及": "、".join(counties[:8]),
            }
        )
    return sorted(rows, key=lambda row: -int(row["未完成"]))


ARCHIVE = Step("dossier", "验收归档", archived)
FOLLOW = Step("rectification", "结转整改与签认", followed)
