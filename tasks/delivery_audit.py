"""What was said and what became of it, as a table for the office. It sends nothing: sending is the dispatcher's."""

from __future__ import annotations

from db.delivery_audit import conserved, delivery_audit
from policy.numbers import zh_day
from tasks.grids import Rows
from tasks.steps import Outcome, Page, Step, Work


class NoticeLost(Exception):
    """A notice is nowhere: neither sent nor waiting nor withdrawn with a reason. The round must not look green."""


def audited(work: Work) -> Outcome:
    with work.reading() as connection:
        found = delivery_audit(connection, work.plan.key, work.now)
    rows: Rows = [
        {"去向": row.label, "通知": row.notices, "最早应发": zh_day(row.oldest) if row.oldest else "—"} for row in found
    ]
    said = "，".join(f"{row['去向']}{row['通知']}" for row in rows if row["通知"])
    if not conserved(found):
        raise NoticeLost(f"通知数对不上：{said}")
    return Outcome(said or "还没有通知", (Page("deliveries", f"通知去向（{zh_day(work.as_of)}）", rows=rows),))


AUDIT = Step("deliveries", "核对通知去向", audited)
