"""先期整合: census, integration and pay-method filing, county by county, with what falls due soon after the stage."""

from __future__ import annotations

from datetime import date, datetime

from prefect import flow
from prefect.states import State

from flows.parts import run_part
from flows.phases.naming import named_phase


@flow(name="先期整合阶段", flow_run_name=named_phase("integration"), persist_result=False)
async def integration(
    plan: str = "huizhou", as_of: date | None = None, phase: str = "integration", known_at: datetime | None = None
) -> State:
    """交办、判定、摸底与整合进度、后续到期预告；结束后整理验收档案、请负责人签认、结转整改。"""
    return await run_part(plan, phase, as_of, known_at)
