"""社工年度考核: every worker assessed by the end of October, five departments taking part, towns reporting."""

from __future__ import annotations

from datetime import date, datetime

from prefect import flow
from prefect.states import State

from flows.edges import named
from flows.parts import run_part


@flow(name="社工年度考核", flow_run_name=named(lambda _: "社工年度考核"), persist_result=False)
async def staff_assessment(plan: str = "huizhou", as_of: date | None = None, known_at: datetime | None = None) -> State:
    """判定当年社工考核，列出各县（区）考核、五部门会同、镇街上报的进度；全部完成后照常运行，只显示已完成。"""
    return await run_part(plan, "staff_assessment", as_of, known_at)
