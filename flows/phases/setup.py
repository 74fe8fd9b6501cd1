"""建站保障: stations, plaques and inspections counted down to the last days of the month."""

from __future__ import annotations

from datetime import date, datetime

from prefect import flow
from prefect.states import State

from flows.parts import run_part
from flows.phases.naming import named_phase


@flow(name="建站保障阶段", flow_run_name=named_phase("setup"), persist_result=False)
async def setup(
    plan: str = "huizhou", as_of: date | None = None, phase: str = "setup", known_at: datetime | None = None
) -> State:
    """交办、判定、按期限倒计时、建站挂牌与检查进度；结束前预警，结束后归档、签认、结转整改。"""
    return await run_part(plan, phase, as_of, known_at)
