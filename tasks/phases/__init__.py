"""What each kind of stage does, step by step. A plan names the kind; `standard` serves the stages of other plans."""

from __future__ import annotations

from tasks.grids import Column, columns_of
from tasks.judging import JUDGE, PRESSING
from tasks.phases import branding, deepening, integration, operation, setup
from tasks.phases.closing import ARCHIVE, FOLLOW
from tasks.phases.opening import HAND_OUT
from tasks.phases.progress import grid_step
from tasks.phases.warning import WARN
from tasks.steps import Step, Work

STANDARD = "standard"


def _all_dated(work: Work) -> tuple[Column, ...]:
    return columns_of(work.plan, [o.key for o in work.part.obligations if o.due])


def _around(*own: Step) -> tuple[Step, ...]:
    """Every stage opens, is judged, warns, and ends alike; what it is about stands between."""
    return (JUDGE, HAND_OUT, *own, PRESSING, WARN, ARCHIVE, FOLLOW)


PHASE_STEPS: dict[str, tuple[Step, ...]] = {
    "integration": _around(*integration.OWN),
    "setup": _around(*setup.OWN),
    "operation": _around(*operation.OWN),
    "deepening": _around(*deepening.OWN),
    "branding": _around(*branding.OWN),
    STANDARD: _around(grid_step("progress", "进度", _all_dated)),
}


def steps_of_phase(kind: str) -> tuple[Step, ...]:
    return PHASE_STEPS.get(kind, PHASE_STEPS[STANDARD])
