"""What `duban up` asks of its Prefect server. Import only with prefect_env in os.environ: Prefect reads it at import."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectAlreadyExists
from prefect.states import Cancelled, Crashed

ZOMBIES = "督办：失联的运行记为崩溃"
PAGE = 200
UNFINISHED = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
ALIVE = ("heartbeat", "Completed", "Failed", "Cancelled", "Crashed", "Paused", "Suspended", "AwaitingRetry")


async def prepare(pool: str) -> int:
    """The pool, the automation, and order among the runs an earlier life left. Gives the number put in order."""
    async with get_client() as client:
        await _pool(client, pool)
        await _automation(client)
        return await _tidy(client, datetime.now(UTC))


async def _pool(client: PrefectClient, pool: str) -> None:
    try:
        await client.create_work_pool(WorkPoolCreate(name=pool, type="process", description="本机"))
    except ObjectAlreadyExists:
        return


def zombie_automation() -> AutomationCore:
    """A run from which nothing was heard for ten minutes is marked crashed: it would keep its slot for ever."""
    return AutomationCore(
        name=ZOMBIES,
        description="十分钟没有心跳的运行记为崩溃，以免占住名额、使以后的运行都被取消。",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={f"prefect.flow-run.{word}" for word in ALIVE},
            match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            # longer than any planned restart of the server, which would look like silence
            within=timedelta(seconds=600),
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message="十分钟没有心跳，记为崩溃")],
    )


async def _automation(client: PrefectClient) -> None:
    found = await client.read_automations_by_name(ZOMBIES)
    if not found:
        await client.create_automation(zombie_automation())


async def _tidy(client: PrefectClient, now: datetime) -> int:
    """Before the first worker: runs without a process are crashed, and of missed ones only the newest is made up for.

    Prefect would start all missed runs at once; with one at a time and the others cancelled the oldest would win.
    """
    orphans = await _runs(client, UNFINISHED)
    for run in orphans:
        await client.set_flow_run_state(run.id, Crashed(message="系统停止时仍在运行"), force=True)
    missed = [run for run in await _runs(client, [StateType.SCHEDULED]) if _due(run) <= now]
    newest: dict[UUID | None, FlowRun] = {}
    for run in sorted(missed, key=_due):
        newest[run.deployment_id] = run
    passed = [run for run in missed if newest[run.deployment_id].id != run.id]
    for run in passed:
        await client.set_flow_run_state(run.id, Cancelled(message="停机期间错过，由最近的一次代替"), force=True)
    return len(orphans) + len(passed)


def _due(run: FlowRun) -> datetime:
    return run.expected_start_time or datetime.max.replace(tzinfo=UTC)


async def _runs(client: PrefectClient, states: Iterable[StateType]) -> list[FlowRun]:
    wanted = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states))))
    found: list[FlowRun] = []
    while True:
        page = await client.read_flow_runs(
            flow_run_filter=wanted, sort=FlowRunSort.EXPECTED_START_TIME_ASC, limit=PAGE, offset=len(found)
        )
        found += page
        if len(page) < PAGE:
            return found


async def healthy(seconds: float, alive: Callable[[], bool]) -> bool:
    """Waits until the server answers; gives up when its process has ended or the time is over."""
    until = time.monotonic() + seconds
    async with get_client() as client:
        while time.monotonic() < until and alive():
            if await client.api_healthcheck() is None:
                return True
            await asyncio.sleep(0.2)
    return False


async def run_to_end(deployment: str, parameters: dict[str, str], seconds: float = 900) -> FlowRun:
    """Asks for a run of a deployment and waits for its end; the run as it then is, ended or not."""
    async with get_client() as client:
        found = await client.read_deployment_by_name(deployment)
        run = await client.create_flow_run_from_deployment(found.id, parameters=parameters)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            run = await client.read_flow_run(run.id)
            if run.state and run.state.is_final():
                break
            await asyncio.sleep(0.5)
        return run
