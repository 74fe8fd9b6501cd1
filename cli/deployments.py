"""prefect.yaml brought to the server by the process that is up already: `prefect deploy --all` does the same in ten seconds.

Import only with prefect_env in os.environ.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import yaml
from prefect import Flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import ConcurrencyOptions
from prefect.client.schemas.schedules import CronSchedule
from prefect.utilities.callables import parameter_schema

from policy.plan import Plan
from tasks import jobs

ROOT_PLACE = "{{ $DUBAN_ROOT }}"


async def deploy(file: Path, root: Path, plan: Plan) -> int:
    """Creates or updates every deployment of the file that the plan has; gives their number."""
    written = yaml.safe_load(file.read_text(encoding="utf-8").replace(ROOT_PLACE, str(root)))
    deployments = of_plan(written["deployments"], plan)
    async with get_client() as client:
        for deployment in deployments:
            await _deploy(client, deployment, written["pull"])
    return len(deployments)


def of_plan(written: list[dict[str, Any]], plan: Plan) -> list[dict[str, Any]]:
    """The jobs that the plan has, run for it and tagged with its city, whichever city the file was written for."""
    city = plan.city.removesuffix("市")
    return [
        {**given, "parameters": {**given["parameters"], "plan": plan.key}, "tags": [*given["tags"][:-1], city]}
        for given in written
        if given["name"] in jobs.names(plan)
    ]


async def _deploy(client: PrefectClient, given: dict[str, Any], pull: list[dict[str, Any]]) -> None:
    flow = _flow(given["entrypoint"])
    await client.create_deployment(
        flow_id=await client.create_flow(flow),
        name=given["name"],
        entrypoint=given["entrypoint"],
        description=given["description"],
        tags=given["tags"],
        parameters=given["parameters"],
        parameter_openapi_schema=parameter_schema(flow).model_dump_for_openapi(),
        enforce_parameter_schema=True,
        schedules=[_schedule(schedule) for schedule in given.get("schedules", ())],
        concurrency_limit=given["concurrency_limit"]["limit"],
        concurrency_options=ConcurrencyOptions(collision_strategy=given["concurrency_limit"]["collision_strategy"]),
        work_pool_name=given["work_pool"]["name"],
        pull_steps=pull,
    )


def _flow(entrypoint: str) -> Flow[..., Any]:
    module, _, name = entrypoint.rpartition(".")
    found = getattr(importlib.import_module(module), name)
    assert isinstance(found, Flow), entrypoint
    return found


def _schedule(given: dict[str, str]) -> DeploymentScheduleCreate:
    cron = CronSchedule(cron=given["cron"], timezone=given["timezone"])
    return DeploymentScheduleCreate(schedule=cron, active=True, slug=given["slug"])
