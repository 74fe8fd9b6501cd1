"""Reads plans/: strict, with every finding named by file, line and what would be right."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from db.planfile import fault_line, parsed, text_of
from policy.errors import PlanInvalid
from policy.plan import Plan
from policy.soundness import findings

PLANS = Path(__file__).resolve().parent.parent / "plans"
FILES = ("plan.yaml", "clauses.yaml", "house.yaml")


def plan_keys(root: Path = PLANS) -> tuple[str, ...]:
    """Every plan there is, by key; a folder whose name starts with _ is a template."""
    return tuple(sorted(p.parent.name for p in root.glob("*/plan.yaml") if not p.parent.name.startswith("_")))


def load_plan(key: str, overrides: dict[str, str] | None = None, root: Path = PLANS) -> Plan:
    """The plan of a city with the house's values overridden by dotted key (`readings.A35`).

    Raises PlanInvalid with one Chinese line per fault.
    """
    folder = plan_folder(key, root)
    if not (folder / "plan.yaml").exists():
        raise PlanInvalid([_absent(key, root)])
    return _load(folder, tuple(sorted((overrides or {}).items())), _stamp(folder))


def plan_folder(key: str, root: Path = PLANS) -> Path:
    """The folder of a plan by its key, or any folder by its path."""
    own = root / key
    return own if Path(key).name == key and own.is_dir() else Path(key)


def reported_keys(root: Path = PLANS) -> tuple[str, ...]:
    """The programmes known from reports alone; db/reported.py reads them."""
    return tuple(sorted(p.parent.name for p in root.glob("reported/*/reported.yaml")))


def reported_folder(key: str, root: Path = PLANS) -> Path | None:
    """The folder of a reported programme by its key, or by its path; None where there is none."""
    own = root / "reported" / key if Path(key).name == key else Path(key)
    return own if (own / "reported.yaml").exists() else None


def _absent(key: str, root: Path) -> str:
    if reported_folder(key, root):
        return f"“{key}”是报道口径，只作对照，不判定也不通知；请用 duban compare {key}"
    return f"没有名为“{Path(key).name}”的方案；现有：{'、'.join(plan_keys())}"


def _stamp(folder: Path) -> tuple[int, ...]:
    """Changes whenever a file of the plan does, so that a running office sees an edit."""
    return tuple((folder / name).stat().st_mtime_ns if (folder / name).exists() else 0 for name in FILES)


@lru_cache(maxsize=32)
def _load(folder: Path, overrides: tuple[tuple[str, str], ...], stamp: tuple[int, ...]) -> Plan:
    texts = {name: text_of(folder / name) for name in FILES}
    said = {name: parsed(folder / name, text) for name, text in texts.items()}
    assembled = _assemble(said["plan.yaml"], said["clauses.yaml"], _overridden(said["house.yaml"], overrides))
    try:
        plan = Plan.model_validate({**assembled, "revision": _revision(texts, overrides)})
    except ValidationError as error:
        raise PlanInvalid([fault_line(folder, texts, assembled, fault) for fault in error.errors()]) from error
    faults = [f"{folder.name}/{finding}" for finding in findings(plan)]
    if faults:
        raise PlanInvalid(faults)
    return plan


def _assemble(plan: Any, clauses: Any, house: Any) -> dict[str, Any]:
    """Chains are written out and the force of each obligation comes from its clause."""
    if not isinstance(plan, dict) or not isinstance(clauses, list) or not isinstance(house, dict):
        raise PlanInvalid(["方案文件的结构不对：plan.yaml 与 house.yaml 应为键值，clauses.yaml 应为列表"])
    chains = plan.pop("chains", None) or {}
    if not isinstance(chains, dict) or not isinstance(plan.get("obligations") or [], list):
        raise PlanInvalid(["plan.yaml：chains 应为键值，obligations 应为列表"])
    forces = {str(c.get("id")): c.get("force") for c in clauses if isinstance(c, dict)}
    obligations = [_filled(o, chains, forces) for o in plan.get("obligations") or []]
    return {**plan, "obligations": obligations, "clauses": clauses, "house": house}


def _filled(obligation: Any, chains: dict[str, Any], forces: dict[Any, Any]) -> Any:
    if not isinstance(obligation, dict):
        return obligation
    chain = obligation.get("escalation")
    filled = {"force": forces.get(str(obligation.get("clause")), "should"), **obligation}
    if isinstance(chain, str):
        filled["escalation"] = chains.get(chain, [f"没有名为{chain}的上报链"])
    return filled


def _overridden(house: Any, overrides: tuple[tuple[str, str], ...]) -> Any:
    for dotted, value in overrides:
        *path, last = dotted.split(".")
        place = house
        for step in path:
            place = place.get(step) if isinstance(place, dict) else None
        if not isinstance(place, dict) or last not in place:
            raise PlanInvalid([f"--set {dotted}：house.yaml 里没有这一项"])
        # Where a word stands a word is given: YAML would read 08:30 as a number and no as a refusal.
        place[last] = value if isinstance(place[last], str) else _given(dotted, value)
    return house


def _given(dotted: str, value: str) -> Any:
    try:
        return yaml.safe_load(value)
    except (yaml.YAMLError, ValueError) as error:
        raise PlanInvalid([f"--set {dotted}：“{value}”看不懂，应写成 house.yaml 里的样子"]) from error


def _revision(texts: dict[str, str], overrides: tuple[tuple[str, str], ...]) -> str:
    content = json.dumps([texts, overrides], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:12]
