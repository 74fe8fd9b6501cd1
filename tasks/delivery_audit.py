"""What was said and what became of it, as a table for the office. It sends nothing: sending is the dispatcher's.

Only where everything holds does the auditor leave a heartbeat; the watchman, outside Prefect, listens for it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from db import dead_letters, receipts
from db.delivery_audit import conserved, delivery_audit, kept_back, left_lying
from db.heartbeat import beat
from notifications.causes import LABELS, Cause
from notifications.channel import label_of
from policy.numbers import zh_day
from policy.plan import Plan
from tasks.backlog import LATELY, moving, open_lately, still, too_much
from tasks.grids import Rows
from tasks.steps import Done, Page, Step, Work

HEARD = {
    "delivered": "对方确认送达",
    "awaited": "等待回执",
    "unconfirmed": "未确认送达（72小时没有回执，不重发）",
    "delayed": "退信：对方暂缓投递",
    "buffered": "回执暂无对应的通知",
    "strange": "回执不属于本系统的通知",
    "garbled": "看不懂的回执",
}


class NoticeLost(Exception):
    """A notice is nowhere: neither sent nor waiting nor withdrawn with a reason. The round must not look green."""


class NothingMoves(Exception):
    """Messages lie there that should have gone: nobody sends."""


def audited(work: Work) -> Done:
    with work.reading() as connection:
        found = delivery_audit(connection, work.plan.key, work.now)
        afterwards = _afterwards(connection, work.plan.key, work.now)
        held = kept_back(connection, work.plan.key, work.now) if work.plan.house.inhibited_by else {}
        lying = _lying(connection, work.plan, work.now)
        slow = too_much(connection, work.plan, work.now)
    rows: Rows = [
        {"去向": row.label, "通知": row.notices, "最早应发": zh_day(row.oldest) if row.oldest else "—"} for row in found
    ]
    said = "，".join(f"{row['去向']}{row['通知']}" for row in rows if row["通知"])
    if not conserved(found):
        raise NoticeLost(f"通知数对不上：{said}")
    if lying:
        raise NothingMoves(f"{lying}封通知到时未发，投递进程（duban dispatch）可能没有运行：{said}")
    with work.engine.begin() as connection:
        beat(connection, work.plan.key, work.now)
    pages = [Page("deliveries", f"通知去向（{zh_day(work.as_of)}）", rows=rows)]
    if held:
        rows = [{"原因": why, "通知": number} for why, number in held.items()]
        pages.append(Page("kept-back", f"待里程碑办结的通知（{zh_day(work.as_of)}）", rows=rows))
    if slow:
        rows = [
            {"通道": label_of(one.channel), "待发": one.wait, "近一小时发出": one.taken, "照这样还要": still(one)}
            for one in slow
        ]
        pages.append(Page("backlog", f"今天发不完的通知（{zh_day(work.as_of)}）", rows=rows))
    if afterwards:
        pages.append(Page("receipts", f"回执与退信（{zh_day(work.as_of)}）", rows=afterwards))
    return Done(said or "还没有通知", tuple(pages))


def _afterwards(connection: Connection, city: str, now: datetime) -> Rows:
    """What became of messages after they were taken, and those given up, by cause; what is none is left out."""
    heard, lost = receipts.counts(connection, city, now), dead_letters.by_cause(connection, city)
    told = [(label, heard.get(name, 0)) for name, label in HEARD.items()]
    told += [(f"无法送达：{LABELS[Cause(cause)] if cause else '原因待查'}", number) for cause, number in lost.items()]
    return [{"项目": label, "数量": number} for label, number in told if number]


def _lying(connection: Connection, plan: Plan, now: datetime) -> int:
    """What nobody took up in an hour; where the other side is slow it waits, and that is no fault."""
    if not all(open_lately(plan, channel, now) for channel in plan.house.windows):
        return 0
    return left_lying(connection, plan.key, now - LATELY, moving(connection, plan, now))


AUDIT = Step("deliveries", "核对通知去向", audited)
