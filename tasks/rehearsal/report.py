"""A rehearsal as one page that a director opens in a browser: no script, nothing fetched, prints as it looks."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from policy.events import Happening
from policy.numbers import zh_day
from policy.plan import Phase
from tasks.phases.lifecycle import ASKED, CARRIED, CLOSED, HANDED_OUT, RECTIFIED, SIGNED
from tasks.rehearsal.charts import Chart, Series, Span, sideways, stacked, timeline
from tasks.rehearsal.figures import Messages, climbed_by_county, messages, occupied, runaway, visiting
from tasks.rehearsal.play import Played
from tasks.rehearsal.summary import MONTHS, monthly

SAID = (
    Series("reminders", "交办提醒", "#5b8ff9"),
    Series("overdue", "逾期催办", "#f6bd16"),
    Series("climbed", "逐级上报", "#e8684a"),
)
LEVELS = (
    Series("1", "上报一级", "#f6bd16"),
    Series("2", "上报二级", "#e8864a"),
    Series("3", "上报三级及以上", "#c23531"),
)
SENT = (Series("messages", "通知", "#5b8ff9"),)
GATES = (
    Series(ASKED, "请签认", "#f6bd16"),
    Series(SIGNED, "签认", "#5ad8a6"),
    Series(CLOSED, "了结", "#1f7a4d"),
)
KINDS = {"county": "县（区）", "township": "乡镇（街道）", "station": "社工站", "point": "社工点"}
WORST = 20


def page(played: Played) -> str:
    """The whole HTML. Whoever acts is called by name: it is a page for the office, not a log."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, autoescape=True, trim_blocks=True
    )
    environment.filters["zh"] = zh_day
    rows, sent, worst, did = monthly(played), messages(played), runaway(played), _stage_days(played)
    return environment.get_template("report.html.j2").render(
        plan=played.plan, assumed=played.assumed.said, first=played.first, last=played.last, scope=_scope(played),
        facts=_facts(played, rows, sent, worst), months=rows, columns=MONTHS, gates=_gates(played, did), sent=sent,
        stages=_timeline(played, did), said=_said(rows), daily=_daily(played, sent), in_one=_in_one(sent),
        counties=_counties(played), visiting=visiting(played), units=occupied(played, "unit:"), people=occupied(played, "person:"), worst=worst[:WORST],
        left=len(worst) - WORST,
    )  # fmt: skip


def _scope(played: Played) -> str:
    """What there is at the end: units by kind."""
    kinds = Counter(card.kind for card in played.cards.units.values() if card.open)
    return "、".join(f"{zh}{kinds[kind]}个" for kind, zh in KINDS.items() if kinds[kind])


def _facts(
    played: Played, rows: list[dict[str, Any]], sent: Messages, worst: list[dict[str, Any]]
) -> list[tuple[str, str]]:
    """The few numbers at the head: each with what it means."""
    day, most = sent.busiest or (played.first, 0)
    climbed = [sum(row[f"climbed_{level}"] for row in rows) for level in (1, 2, 3)]
    over = sum(load.is_overloaded for load in played.loads)
    return [
        (f"{sent.total:,}", "封通知"),
        (f"{most:,}", f"封，最多的一天（{zh_day(day)}）"),
        (f"{sent.most_a_day}", "封，一人一天一个通道最多"),
        (f"{sum(climbed):,}", f"条逐级上报，其中三级及以上{climbed[2]:,}条"),
        (f"{sum(row['red'] for row in worst):,}", "项到期末仍未达到"),
        (f"{over}", "人次的月份督导排不开"),
    ]


def _said(rows: list[dict[str, Any]]) -> Chart:
    columns = [
        (row["month"], (row["reminders"], row["overdue"], sum(row[f"climbed_{level}"] for level in (1, 2, 3))))
        for row in rows
    ]
    return stacked("每月送出的通知条目", "条", "月份", columns, SAID)


def _daily(played: Played, sent: Messages) -> Chart:
    days = (played.first + timedelta(days=n) for n in range((played.last - played.first).days + 1))
    return stacked("每天送出的通知封数", "封", "日期", [(day.isoformat(), (sent.daily[day],)) for day in days], SENT)


def _in_one(sent: Messages) -> Chart:
    rows = [(name, (number,)) for name, number in sent.distribution()]
    return sideways("一封通知里有多少条", "封", rows, SENT)


def _counties(played: Played) -> Chart:
    return sideways("各县（区）逐级上报", "条", climbed_by_county(played), LEVELS)


Did = list[tuple[date, object, object]]
"""What the stages did: the day, the key of the stage, what."""


def _stage_days(played: Played) -> Did:
    stages = (event for event in played.events if event.happening is Happening.STAGE)
    return [(event.day, event.said["phase"], event.said["what"]) for event in stages]


def _timeline(played: Played, did: Did) -> Chart:
    spans = [_span(phase, did) for phase in played.plan.phases]
    return timeline("阶段时间线", played.first, played.last, spans, GATES)


def _span(phase: Phase, did: Did) -> Span:
    marks = [
        (day, gate.colour, f"{phase.title} {gate.label} {zh_day(day)}")
        for gate in GATES
        if (day := _first_day(did, phase, gate.key))
    ]
    return Span(phase.title, f"{phase.starts}至{phase.ends}", phase.starts, phase.ends, marks)


def _first_day(did: Did, phase: Phase, what: str) -> date | None:
    return min((day for day, key, done in did if (key, done) == (phase.key, what)), default=None)


def _gates(played: Played, did: Did) -> list[dict[str, Any]]:
    """What each stage did in the days played: handed out, carried over, put right, signed, closed."""
    counted = Counter((key, what) for _, key, what in did)
    return [
        {
            "title": phase.title,
            "handed": counted[phase.key, HANDED_OUT],
            "carried": counted[phase.key, CARRIED],
            "rectified": counted[phase.key, RECTIFIED],
            **{what: _first_day(did, phase, what) for what in (ASKED, SIGNED, CLOSED)},
        }
        for phase in played.plan.phases
    ]
