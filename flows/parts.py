"""A part of a round as a Prefect run: each step of it one task run, ids and dates the only arguments."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import date, datetime
from itertools import groupby

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed, State

from flows.edges import business_day, instant, worn_out
from settings import Settings
from tasks import jobs
from tasks.clock import asked
from tasks.publish import publish
from tasks.steps import Step

Take = Callable[[Step], Awaitable[None]]


@task(retries=2, persist_result=False, cache_policy=NO_CACHE)
async def take_step(plan: str, part: str, step: str, as_of: date, known_at: datetime) -> State:
    """One step, in a thread: below this line everything is sync, and the same as in `duban run`."""
    done = await asyncio.to_thread(_take, plan, part, step, as_of, known_at)
    await publish(plan, part, done.pages)
    get_run_logger().info(done.note)
    return Completed(message=done.note)


def _take(plan: str, part: str, step: str, as_of: date, known_at: datetime) -> jobs.Done:
    at = jobs.office(plan, Settings())
    about = jobs.part_of(at.plan, part, as_of)
    return jobs.step_named(at.plan, about, step).act(at.work(about, as_of, known_at))


async def doubted(at: jobs.Office, now: datetime) -> State | None:
    """A run whose clock is not to be believed fails before it has done anything."""
    said = await asyncio.to_thread(asked, at.engine, at.plan.house, Settings(), now)
    return Failed(message=said) if said else None


async def _one_by_one(take: Take, steps: Iterable[Step]) -> None:
    for step in steps:
        await take(step)


async def _side_by_side(take: Take, steps: Iterable[Step]) -> None:
    """All to their end, also where one fails: none goes on in a run that is over."""
    ends = await asyncio.gather(*map(take, steps), return_exceptions=True)
    for end in ends:
        if end is not None:
            raise end


async def run_part(plan: str, name: str, as_of: date | None, known_at: datetime | None) -> State:
    """All steps of one part; the first that fails, after its retries, fails the run.

    What only shows goes side by side: while the server writes down one table the next is worked out.
    """
    if tired := worn_out():
        return tired
    day, now = business_day(as_of), instant(known_at)
    at = await asyncio.to_thread(jobs.office, plan, Settings())
    if not known_at and (in_doubt := await doubted(at, now)):
        return in_doubt
    part = jobs.part_of(at.plan, name, day)

    async def take(step: Step) -> None:
        named = take_step.with_options(name=step.title, task_run_name=step.title)
        await named(plan, part.key, step.key, day, now)

    for shows, steps in groupby(jobs.steps_of(at.plan, part), lambda step: step.shows):
        await (_side_by_side if shows else _one_by_one)(take, steps)
    return Completed(message=f"{part.title} {day} 完成")
