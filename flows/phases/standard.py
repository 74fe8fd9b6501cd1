"""The stage of a plan whose kind has no flow of its own."""

from __future__ import annotations

from datetime import date, datetime

from prefect import flow
from prefect.states import State

from flows.parts import run_part
from flows.phases.naming import named_phase


@flow(name="通用阶段", flow_run_name=named_phase("standard"), persist_result=False)
async def standard(plan: str, phase: str, as_of: date | None = None, known_at: datetime | None = None) -> State:
    """交办、判定、进度；结束前预警，结束后归档、签认、结转整改。"""
    return await run_part(plan, phase, as_of, known_at)
