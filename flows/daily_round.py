"""日常巡检: every stage that has begun and every duty as a sub-run, then the office's one page.

A part that fails makes the round fail, visibly and at the end: the other parts run all the same.
"""

from __future__ import annotations

import asyncio
from datetime import date, datetime

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed, State

from flows.duties import DUTY_FLOWS
from flows.duties.standard import standard as standard_duty
from flows.edges import business_day, instant, named, worn_out
from flows.parts import doubted
from flows.phases import PHASE_FLOWS, standard
from settings import Settings
from tasks import jobs
from tasks.publish import publish
from tasks.rounds import Part, parts


@flow(
    name="日常巡检",
    flow_run_name=named(lambda given: f"日常巡检 {jobs.city_of(str(given.get('plan')))}"),
    persist_result=False,
)
async def daily_round(plan: str = "huizhou", as_of: date | None = None) -> State:
    """判定所有已开始的阶段和四项经常性职责，产生通知，写出当日摘要。重复运行不会重复记录。"""
    if tired := worn_out():
        return tired
    day, now = business_day(as_of), instant(None)
    at = await asyncio.to_thread(jobs.office, plan, Settings())
    if in_doubt := await doubted(at, now):
        return in_doubt
    failed = [part.title for part in parts(at.plan, day) if not await _held(at, part, day, now)]
    await summarise(plan, day, now, failed)
    if failed:
        return Failed(message=f"{len(failed)}个部分没有完成：{'、'.join(failed)}")
    return Completed(message=f"{at.plan.city} {day} 巡检完成")


async def _held(at: jobs.Office, part: Part, day: date, now: datetime) -> bool:
    # One after another: sub-runs side by side are slower on SQLite, and the ledger takes one writer at a time.
    state = await _sub_run(at, part, day, now)
    if not state.is_completed():
        get_run_logger().error(f"{part.title}没有完成：{state.message}")
    return bool(state.is_completed())


async def _sub_run(at: jobs.Office, part: Part, day: date, now: datetime) -> State:
    given = {"plan": at.plan.key, "as_of": day, "known_at": now}
    if part.kind == "phase":
        run = PHASE_FLOWS.get(jobs.kind_of(at.plan, part.key), standard)
        return await run(**given, phase=part.key, return_state=True)
    if part.key in DUTY_FLOWS:
        return await DUTY_FLOWS[part.key](**given, return_state=True)
    return await standard_duty(**given, duty=part.key, return_state=True)


@task(name="当日摘要", task_run_name="当日摘要", retries=2, persist_result=False, cache_policy=NO_CACHE)
async def summarise(plan: str, as_of: date, known_at: datetime, failed: list[str]) -> State:
    at = jobs.office(plan, Settings())
    pages = await asyncio.to_thread(jobs.summarised, at, as_of, known_at, tuple(failed))
    await publish(plan, jobs.ROUND, pages)
    return Completed(message=pages[0].title)
