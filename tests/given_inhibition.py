"""Plans whose house puts milestones before duties: of the same subject, of the place it lies in, of another stage."""

from __future__ import annotations

from collections.abc import Mapping

from policy.plan import Plan

HUIZHOU = {
    "station-head": ("station-built",),
    "deputy-head": ("association",),
    "point-contact": ("station-plaque",),
    "monthly-supervision": ("station-built", "association"),
    "prejob-hours": ("station-set-up",),
    "yearly-training": ("prejob-course",),
    "village-served": ("village-covered",),
    "workers-per-village": ("station-operating",),
    "household-file": ("federation",),
    "county-inspected": ("census-integrated",),
    "people-covered": ("acceptance",),
    "association": ("station-operating",),
    "plaques": ("association",),
}


def behind(plan: Plan, before: Mapping[str, tuple[str, ...]]) -> Plan:
    """The plan with these milestones before its duties."""
    house = plan.house.model_copy(update={"inhibited_by": dict(before)})
    return plan.model_copy(update={"house": house, "revision": f"{plan.revision}-behind"})
