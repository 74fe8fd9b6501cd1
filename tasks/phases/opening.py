"""交办: what a stage hands out, to whom, due when."""

from __future__ import annotations

from db import phase_events
from db.phase_events import Event
from policy.numbers import zh_day
from policy.plan import Obligation
from policy.words import LABELS, SubjectKind
from tasks.grids import Rows
from tasks.phases.lifecycle import HANDED_OUT, handed_to, is_running
from tasks.steps import Done, Page, Step, Work


def handed_out(work: Work) -> Done:
    """Writes the hand-out of every county, township and station that the stage assigns, once each."""
    if not is_running(work.phase, work.plan, work.as_of):
        return Done(f"{work.phase.title}不在执行期内，不再交办")
    asked = handed_to(work.phase, work.plan)
    cards = work.places().cards.units.values()
    with work.engine.begin() as connection:
        events = [_event(work, card.code, asked[card.kind]) for card in cards if card.kind in asked]
        new = phase_events.append(connection, work.plan.key, work.phase.key, events, work.now)
    numbers = {kind: sum(card.kind == kind for card in cards) for kind in asked}
    page = Page("handout", f"{work.phase.title} 交办清单", rows=_rows(asked, numbers))
    return Done(f"交办{len(events)}个单位，本次新增{new}个", (page,))


def _event(work: Work, unit: str, asked: tuple[Obligation, ...]) -> Event:
    items = [{"duty": o.key, "clause": o.clause, "due": o.due.isoformat() if o.due else None} for o in asked]
    return Event(HANDED_OUT, unit, work.as_of, work.phase.ends, {"items": items})


def _rows(asked: dict[str, tuple[Obligation, ...]], numbers: dict[str, int]) -> Rows:
    return [
        {
            "承办单位": f"{LABELS[SubjectKind(kind)]}（{numbers[kind]}个）",
            "条款": obligation.clause,
            "事项": obligation.title,
            "期限": term(obligation),
        }
        for kind, obligations in asked.items()
        for obligation in obligations
    ]


def term(obligation: Obligation) -> str:
    if obligation.due:
        return zh_day(obligation.due)
    if obligation.every:
        return "每年" if obligation.every.span == "year" else "每月"
    return f"{zh_day(obligation.starts)}起持续" if obligation.starts else "持续"


HAND_OUT = Step("handout", "交办", handed_out)
