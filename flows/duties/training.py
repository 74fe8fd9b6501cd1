"""社工培训: 15 hours before the post, 48 hours every year, measured against how far the year has run."""

from __future__ import annotations

from datetime import date, datetime

from prefect import flow
from prefect.states import State

from flows.edges import named
from flows.parts import run_part


@flow(name="社工培训", flow_run_name=named(lambda _: "社工培训"), persist_result=False)
async def training(plan: str = "huizhou", as_of: date | None = None, known_at: datetime | None = None) -> State:
    """判定岗前与年度学时，列出进度、与时间进度的差距、逾期与临期。"""
    return await run_part(plan, "training", as_of, known_at)
