"""Done once in the process from which dispatchers are forked: what each of them would do first."""

from __future__ import annotations

from db.planstore import load_plan
from notifications.template_check import renderer

load_plan("huizhou")
renderer()
