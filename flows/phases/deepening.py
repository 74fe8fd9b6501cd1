"""深化运作: two coverages, the acceptance inspection and its reports."""

from __future__ import annotations

from datetime import date, datetime

from prefect import flow
from prefect.states import State

from flows.parts import run_part
from flows.phases.naming import named_phase


@flow(name="深化运作阶段", flow_run_name=named_phase("deepening"), persist_result=False)
async def deepening(
    plan: str = "huizhou", as_of: date | None = None, phase: str = "deepening", known_at: datetime | None = None
) -> State:
    """交办、判定、两个全覆盖、覆盖进度、验收与报告；结束前预警，结束后归档、签认、结转整改。"""
    return await run_part(plan, phase, as_of, known_at)
