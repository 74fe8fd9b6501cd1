"""送达核对: what was said and what became of it. Sends nothing; a notice that is nowhere fails the run."""

from __future__ import annotations

from datetime import date, datetime

from prefect import flow
from prefect.states import State

from flows.edges import named
from flows.parts import run_part


@flow(name="送达核对", flow_run_name=named(lambda _: "送达核对"), persist_result=False)
async def delivery_audit(plan: str = "huizhou", as_of: date | None = None, known_at: datetime | None = None) -> State:
    """核对应说的通知与实际去向：已发、待发、被取代、不发、无法送达；对不上即为失败。"""
    return await run_part(plan, "delivery_audit", as_of, known_at)
