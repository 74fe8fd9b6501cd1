"""An outage costs nothing but time: whatever mornings are skipped, in the end the same was said or overtaken."""

from __future__ import annotations

import os
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from given_inhibition import behind
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from living_city import DUTIES, PLAN, WHOLE, World, wrongs

FIRST, LAST, SETTLED = date(2021, 12, 20), date(2022, 1, 14), date(2022, 1, 24)
DAYS = [FIRST + timedelta(days=n) for n in range(1, (LAST - FIRST).days)]
MANY = int(os.environ.get("DUBAN_SKIPS", "4"))


def lived(skip: frozenset[date], built_on: date | None) -> set[tuple[Any, ...]]:
    """What was said or overtaken by the end, in a city in which one station is built on a day, or never."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), FIRST)
        if built_on:
            world.live_until(built_on - timedelta(days=1), skip=skip)
            world.build_station()
        world.live_until(SETTLED, skip=skip)
        assert wrongs(world) == []
        told = world.told()
        world.close()
    return told


UNDISTURBED: dict[date | None, set[tuple[Any, ...]]] = {}


@examples(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(skip=st.frozensets(st.sampled_from(DAYS), min_size=1))
def test_skipped_mornings_change_nothing_of_what_is_said_in_the_end(skip: frozenset[date]) -> None:
    if None not in UNDISTURBED:
        UNDISTURBED[None] = lived(frozenset(), None)
    assert lived(skip, None) == UNDISTURBED[None]


@examples(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(skip=st.frozensets(st.sampled_from(DAYS), min_size=1))
def test_where_something_was_done_meanwhile_what_is_not_said_is_moot(skip: frozenset[date]) -> None:
    built = date(2022, 1, 10)
    if built not in UNDISTURBED:
        UNDISTURBED[built] = lived(frozenset(), built)
    said = lived(skip - {built}, built)
    assert said <= UNDISTURBED[built], "nothing is said that would not have been said without the outage"


ASSOCIATED = behind(
    PLAN.model_copy(update={"obligations": tuple(WHOLE.by_key[key] for key in (*DUTIES, "association"))}),
    {"station-built": ("association",), "monthly-supervision": ("association",)},
)
"""Nothing is said of a station or a visit before its town has an association."""
REGISTERED, TOLD = date(2022, 1, 6), date(2022, 2, 11)


def kept_back(skip: frozenset[date]) -> set[tuple[Any, ...]]:
    """What was said or overtaken where the association of either town is registered on a day."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), FIRST, plan=ASSOCIATED)
        world.learn(acts="code,clause,subject,on\nA0,HZ-5.2-02,T1,2021-06-15\n")
        for town in ("T1", "T2"):
            world.live_until(REGISTERED - timedelta(days=1), skip=skip)
            world.register(town)
        world.live_until(TOLD, skip=skip)
        assert wrongs(world) == []
        told = world.told()
        world.close()
    return told


@examples(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(skip=st.frozensets(st.sampled_from(DAYS), min_size=1))
def test_what_a_milestone_kept_back_comes_alike_whatever_mornings_were_skipped(skip: frozenset[date]) -> None:
    if REGISTERED not in UNDISTURBED:
        UNDISTURBED[REGISTERED] = kept_back(frozenset())
        assert {"station-built", "monthly-supervision"} <= {thread[0] for thread in UNDISTURBED[REGISTERED]}
    assert kept_back(skip) == UNDISTURBED[REGISTERED]
