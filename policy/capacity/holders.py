"""Roles that a plan names and nobody in the records holds: one line a role, with the clauses that would not be heard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from policy.directory import GOVERNMENT, POST_OF, UNIT_OF, Directory
from policy.finding import Finding, warning
from policy.plan import Obligation, Plan
from policy.soundness.places import of_obligation
from policy.words import LABELS, Role

NAMED = 3
KIND_ZH = {"station": "社工站", "point": "社工点", "township": "乡镇（街道）", "county": "县（区）", "agency": "机构"}


def findings(plan: Plan, directory: Directory, on: date) -> Iterator[Finding]:
    """Institutions that are not on file, and open stations and points whose post or supervisor is missing on a day."""
    for role in Role:
        naming = [o for o in plan.obligations if role in (*o.who, *o.copies, *o.recipients, *o.escalation)]
        if naming and (said := _missing(role, directory, on)):
            clauses = list(dict.fromkeys(o.clause for o in naming))
            more = f"等{len(clauses)}条" if len(clauses) > NAMED else ""
            message = f"{LABELS[role]}：{said}；涉及{'、'.join(clauses[:NAMED])}{more}"
            yield warning("role-without-holder", _place(naming[0], role), message, naming[0].clause)


def _place(o: Obligation, role: Role) -> tuple[str, ...]:
    fields = ("who", "copies", "recipients", "escalation")
    return of_obligation(o, next(field for field in fields if role in getattr(o, field)))


def _missing(role: Role, directory: Directory, on: date) -> str:
    """What is wrong with the records for this role; empty where everybody can be told."""
    if role in POST_OF or role is Role.SUPERVISOR:
        kind = "point" if role is Role.POINT_CONTACT else "station"
        units = [card for card in directory.units.values() if card.kind == kind and card.open]
        bare = [card.name for card in units if not _held(role, directory, card.code, on)]
        named = "、".join(bare[:NAMED]) + (f"等{len(bare)}个{KIND_ZH[kind]}" if len(bare) > NAMED else "")
        return f"{on}记录里{named}没有在任的人，通知将送到机构" if bare else ""
    if role in GOVERNMENT:
        known = any(
            card.kind == "government" and card.name.endswith(GOVERNMENT[role]) for card in directory.units.values()
        )
        return "" if known else f"记录里没有名称以“{GOVERNMENT[role][0]}”结尾的政府部门，通知将送到市民政局"
    kind = "agency" if role is Role.CONTRACTOR else UNIT_OF.get(role, "" if role is Role.WORKER else "city")
    known = not kind or any(card.kind == kind and card.open for card in directory.units.values())
    return "" if known else f"记录里没有{KIND_ZH.get(kind, '市')}这一类机构，没有人会收到"


def _held(role: Role, directory: Directory, unit: str, on: date) -> bool:
    if role is Role.SUPERVISOR:
        return any(turn.starts <= on <= turn.ends for turn in directory.supervisors.get(unit, ()))
    return bool(directory.holders.get((POST_OF[role], unit)))
