"""月度督导: a visit to every station every month, and the load each supervisor bears."""

from __future__ import annotations

from datetime import date, datetime

from prefect import flow
from prefect.states import State

from flows.edges import named
from flows.parts import run_part


@flow(name="月度督导", flow_run_name=named(lambda _: "月度督导", by="month"), persist_result=False)
async def supervision(plan: str = "huizhou", as_of: date | None = None, known_at: datetime | None = None) -> State:
    """判定每站每月督导，列出当月到站进度、督导力量、逾期与临期。"""
    return await run_part(plan, "supervision", as_of, known_at)
