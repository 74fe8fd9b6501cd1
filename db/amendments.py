"""The plan as the ledger knows it on a day: its amendments in force, and the recorded decisions that move what had begun."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, text

from db.columns import day_number, day_of
from db.measures.current import SEEN
from policy.amendments import plan_on
from policy.plan import Move, Plan

DECISIONS = (
    f'SELECT a.clause, a."on", a.item, CASE WHEN c.code IS NULL THEN a.subject END FROM act a '
    f"LEFT JOIN (SELECT DISTINCT code FROM unit WHERE kind = 'city' AND {SEEN}) c ON c.code = a.subject "
    f"WHERE {SEEN} AND a.clause = :clause AND a.by IS NOT NULL AND COALESCE(a.verdict, 'accepted') = 'accepted' "
    'AND a."on" <= :as_of ORDER BY a."on", a.ref'
)


def plan_known(connection: Connection, plan: Plan, as_of: date, seen: int) -> Plan:
    """The plan by which one judges on `as_of`, by the decisions known at `seen`; the plan itself without amendments."""
    return plan_on(plan, as_of, decisions(connection, plan, as_of, seen)) if plan.amendments else plan


def decisions(connection: Connection, plan: Plan, as_of: date, seen: int) -> tuple[Move, ...]:
    """Acts that say, by a named approver (`by`) and not returned, that what had begun goes over to an amendment.

    Their clause is the key of the amendment; the city as subject means everybody, an empty `item` all it amends.
    """
    values = {"city": plan.key, "known": seen, "as_of": day_number(as_of)}
    found = (connection.execute(text(DECISIONS), {**values, "clause": a.key}) for a in plan.amendments)
    return tuple(Move(key, day_of(day), item, subject) for rows in found for key, day, item, subject in rows)
