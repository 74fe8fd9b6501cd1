"""第三方评估: stations, points and supervisors evaluated by the end of December, results reported twice."""

from __future__ import annotations

from datetime import date, datetime

from prefect import flow
from prefect.states import State

from flows.edges import named
from flows.parts import run_part


@flow(name="第三方评估", flow_run_name=named(lambda _: "第三方评估"), persist_result=False)
async def station_evaluation(
    plan: str = "huizhou", as_of: date | None = None, known_at: datetime | None = None
) -> State:
    """判定当年评估与督导考核，列出各县（区）进度和四项结果报送。"""
    return await run_part(plan, "station_evaluation", as_of, known_at)
