"""规范运作: the monthly rhythm of a year, and the registrations by its end."""

from __future__ import annotations

from datetime import date, datetime

from prefect import flow
from prefect.states import State

from flows.parts import run_part
from flows.phases.naming import named_phase


@flow(name="规范运作阶段", flow_run_name=named_phase("operation"), persist_result=False)
async def operation(
    plan: str = "huizhou", as_of: date | None = None, phase: str = "operation", known_at: datetime | None = None
) -> State:
    """交办、判定、规范运作进度、月度节奏；结束前预警，结束后归档、签认、结转整改。"""
    return await run_part(plan, phase, as_of, known_at)
