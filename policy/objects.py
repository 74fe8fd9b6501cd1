"""Verdicts and notices as plain objects, in the words of the outside contract (section 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from policy.directory import Addressee, Directory
from policy.notices import Notice
from policy.plan import Plan
from policy.recurrence import Period
from policy.verdict import Subject, Verdict

Plain = dict[str, Any]


def verdict_object(
    plan: Plan,
    cards: Directory,
    verdict: Verdict,
    as_of: date,
    counted: Sequence[str] = (),
    refused: Sequence[Mapping[str, str]] = (),
) -> Plain:
    """One verdict with its proof. Dates are ISO strings, numbers decimal strings."""
    ruling, obligation = verdict.ruling, plan.by_key[verdict.duty]
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
        "flags": [flag.value for flag in ruling.flags],
        "measured": ruling.measured,
        "required": ruling.required,
        "unit": ruling.unit,
        "percent": ruling.percent,
        "alternatives": [
            {
                "note": a.note,
                "reading": a.reading,
                "measured": a.measured,
                "required": a.required,
                "status": a.status.value,
            }
            for a in ruling.alternatives
        ],
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
    }
    if ruling.phase_state:
        phase = next(p for p in plan.phases if p.clause == verdict.clause)
        says["period"] = {"label": None, "from": iso(phase.starts), "to": iso(phase.ends)}
        says["phase_state"] = ruling.phase_state
    return says


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


def subject_object(subject: Subject) -> Plain:
    return {"kind": subject.kind.value, "code": subject.code, "name": subject.name, "unit": subject.unit}


def period_object(period: Period | None) -> Plain | None:
    """A stage is a period without a label."""
    return {"label": period.label or None, "from": iso(period.first), "to": iso(period.last)} if period else None


def addressee_object(to: Addressee) -> Plain:
    return {"role": to.role.value, "unit": to.unit, "person": to.person}


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
