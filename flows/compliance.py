"""合规通报: the full run for the record. Ranking, a draft circular, and an archive whose hash can be checked."""

from __future__ import annotations

from datetime import date, datetime

from prefect import flow
from prefect.states import State

from flows.edges import named
from flows.parts import run_part


@flow(name="合规通报", flow_run_name=named(lambda _: "合规通报", by="month"), persist_result=False)
async def compliance(plan: str = "huizhou", as_of: date | None = None, known_at: datetime | None = None) -> State:
    """全量判定，写出县（区）排名、通报草稿和判定归档（带SHA-256）。"""
    return await run_part(plan, "compliance", as_of, known_at)
