"""What a stage's run is called: its title in the plan and the day."""

from __future__ import annotations

from collections.abc import Callable

from flows.edges import named
from tasks.jobs import title_of


def named_phase(kind: str) -> Callable[[], str]:
    return named(lambda given: title_of(str(given.get("plan") or ""), str(given.get("phase") or kind)))
