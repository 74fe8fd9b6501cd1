"""A recurring duty of a plan for which no flow of its own is written."""

from __future__ import annotations

from datetime import date, datetime

from prefect import flow
from prefect.states import State

from flows.edges import named
from flows.parts import run_part
from tasks.jobs import title_of


def _title(given: dict[str, object]) -> str:
    return title_of(str(given.get("plan")), str(given.get("duty")))


@flow(name="通用职责", flow_run_name=named(_title), persist_result=False)
async def standard(plan: str, duty: str, as_of: date | None = None, known_at: datetime | None = None) -> State:
    """判定该职责并列出各县（区）进度、逾期与临期。"""
    return await run_part(plan, duty, as_of, known_at)
