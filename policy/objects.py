"""Verdicts and notices as plain objects, in the words of the outside contract (section 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from policy.differences import Difference, NoticeDifference
from policy.directory import Addressee, Directory
from policy.notices import Notice
from policy.plan import Plan
from policy.plan_differences import PlanDifference
from policy.recurrence import Period
from policy.verdict import Alternative, Ruling, Subject, Verdict
from policy.words import Flag

Plain = dict[str, Any]


def verdict_object(
    plan: Plan,
    cards: Directory,
    verdict: Verdict,
    as_of: date,
    counted: Sequence[str] = (),
    refused: Sequence[Mapping[str, str]] = (),
    provisional: bool = False,
) -> Plain:
    """One verdict with its proof. Dates are ISO strings, numbers decimal strings. `provisional` says that the holidays
    of the year in which it is due are not published yet."""
    ruling, obligation = verdict.ruling, plan.wording(verdict.duty, verdict.amendment)
    subject = cards.subject(verdict.kind, verdict.subject)
    says: Plain = {
        "plan": plan.key,
        "clause": verdict.clause,
        "duty": verdict.duty,
        "title": obligation.title,
        "subject": subject_object(subject),
        "period": period_object(verdict.period),
        "due": iso(ruling.due),
        "status": ruling.status.value,
        "days_late": ruling.days_late(as_of),
        "flags": [flag.value for flag in (ruling.flagged(Flag.PROVISIONAL_CALENDAR) if provisional else ruling).flags],
        "measured": ruling.measured,
        "required": ruling.required,
        "unit": ruling.unit,
        "percent": ruling.percent,
        "alternatives": [_alternative_object(alternative) for alternative in ruling.alternatives],
        "done_on": iso(ruling.done_on),
        "counted": list(counted),
        "refused": list(refused),
        "why": ruling.why,
        "responsible": [
            addressee_object(to)
            for role in obligation.who
            for to in cards.addressees(role, subject, _acting_on(ruling.due, as_of))
        ],
        "escalation": [role.value for role in obligation.escalation],
        "light": ruling.light(as_of, plan.house.yellow_days).value,
        "amendment": verdict.amendment,
    }
    if ruling.phase_state:
        phase = next(p for p in plan.phases if p.clause == verdict.clause)
        says["period"] = {"label": None, "from": iso(phase.starts), "to": iso(phase.ends)}
        says["phase_state"] = ruling.phase_state
    return says


def _alternative_object(other: Alternative) -> Plain:
    return {
        "note": other.note,
        "reading": other.reading,
        "measured": other.measured,
        "required": other.required,
        "status": other.status.value,
    }


def _acting_on(due: date | None, as_of: date) -> date:
    """The day on which one asks who has to act: the due day once it has passed."""
    return min(due, as_of) if due else as_of


def notice_object(notice: Notice) -> Plain:
    return {
        "key": notice.key,
        "reason": notice.reason.value,
        "rung": notice.rung,
        "clause": notice.clause,
        "duty": notice.duty,
        "subject": subject_object(notice.subject),
        "period": period_object(notice.span),
        "due": iso(notice.due),
        "to": addressee_object(notice.to),
        "channel": notice.channel,
        "not_before": notice.not_before.isoformat(),
        "text": notice.text,
        "state": notice.state.value,
        "why_not": notice.why_not,
    }


def difference_object(plan: Plan, cards: Directory, difference: Difference) -> Plain:
    """One verdict that differs, with both sides; a side that says nothing is null. `plan` is one that knows the duty."""
    before, after = difference.before, difference.after
    return {
        "plan": plan.key,
        "clause": difference.clause,
        "duty": difference.duty,
        "title": plan.by_key[difference.duty].title,
        "subject": subject_object(cards.subject(difference.kind, difference.subject)),
        "period": period_object(difference.period),
        "differs": list(difference.fields),
        "before": _side(before.ruling) if before else None,
        "after": _side(after.ruling) if after else None,
    }


def _side(ruling: Ruling) -> Plain:
    return {
        "status": ruling.status.value,
        "measured": ruling.measured,
        "required": ruling.required,
        "due": iso(ruling.due),
        "flags": [flag.value for flag in ruling.flags],
        "phase_state": ruling.phase_state,
        "why": ruling.why,
    }


def notice_difference_object(difference: NoticeDifference) -> Plain:
    """One notice that differs: what becomes of it, and the whole of it on each side."""
    before, after = difference.before, difference.after
    return {
        "change": difference.change.value,
        "before": notice_object(before) if before else None,
        "after": notice_object(after) if after else None,
    }


def plan_difference_object(difference: PlanDifference) -> Plain:
    """One thing that two texts ask otherwise, in words; `days` says how far a date moved."""
    return {**difference._asdict(), "change": difference.change.value}


def subject_object(subject: Subject) -> Plain:
    return {"kind": subject.kind.value, "code": subject.code, "name": subject.name, "unit": subject.unit}


def period_object(period: Period | None) -> Plain | None:
    """A stage is a period without a label."""
    return {"label": period.label or None, "from": iso(period.first), "to": iso(period.last)} if period else None


def addressee_object(to: Addressee) -> Plain:
    return {"role": to.role.value, "unit": to.unit, "person": to.person}


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
