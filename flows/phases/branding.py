"""品牌打造: what was reached has to hold, and brand evidence comes from every county."""

from __future__ import annotations

from datetime import date, datetime

from prefect import flow
from prefect.states import State

from flows.parts import run_part
from flows.phases.naming import named_phase


@flow(name="品牌打造阶段", flow_run_name=named_phase("branding"), persist_result=False)
async def branding(
    plan: str = "huizhou", as_of: date | None = None, phase: str = "branding", known_at: datetime | None = None
) -> State:
    """交办、判定、品牌佐证、常设标准保持；结束前预警，结束后归档、签认、结转整改。"""
    return await run_part(plan, phase, as_of, known_at)
