"""Where a run meets the world: which day it speaks of, what it is called, when it has been tried often enough."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from prefect import runtime
from prefect.states import Failed, State

from policy.calendar import civil_day

MOST_RUNS = 3


def business_day(as_of: date | None) -> date:
    """The day asked for, else the Shanghai day the run was scheduled for: a late run still speaks of its own day."""
    return as_of or civil_day(runtime.flow_run.scheduled_start_time)


def instant(known_at: datetime | None) -> datetime:
    """When the round read the records; one instant for all its parts."""
    return known_at or datetime.now(UTC)


def worn_out() -> State | None:
    """A run that automations have started again and again ends here, visibly."""
    if runtime.flow_run.run_count <= MOST_RUNS:
        return None
    return Failed(message=f"已重启{MOST_RUNS}次仍未完成，请查看日志后手动重跑")


def named(title: Callable[[dict[str, object]], str], by: str = "day") -> Callable[[], str]:
    """A name for each run: what it is about, then the day (or the month) it speaks of."""

    def name() -> str:
        parameters = dict(runtime.flow_run.parameters)
        day = business_day(_day(parameters.get("as_of")))
        return f"{title(parameters)} {day:%Y-%m}" if by == "month" else f"{title(parameters)} {day}"

    return name


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value if isinstance(value, date) else None
