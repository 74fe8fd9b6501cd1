"""Reads plans/: strict, with every finding named by file, line and what would be right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

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
    return _load(folder, tuple(sorted((overrides or {}).items())), _stamp(folder))


def plan_folder(key: str, root: Path = PLANS) -> Path:
    """The folder of a plan by its key, or any folder by its path."""
    own = root / key
    return own if Path(key).name == key and own.is_dir() else Path(key)


def _stamp(folder: Path) -> tuple[int, ...]:
    """Changes whenever a file of the plan does, so that a running office sees an edit."""
    return tuple((folder / name).stat().st_mtime_ns if (folder / name).exists() else 0 for name in FILES)


@lru_cache(maxsize=32)
def _load(folder: Path, overrides: tuple[tuple[str, str], ...], stamp: tuple[int, ...]) -> Plan:
    if not (folder / "plan.yaml").exists():
        known = "、".join(plan_keys())
        raise PlanInvalid([f"没有名为“{folder.name}”的方案；现有：{known}"])
    texts = {name: _text(folder / name) for name in FILES}
    parsed = {name: _parse(folder / name, text) for name, text in texts.items()}
    house = _overridden(parsed["house.yaml"], overrides)
    assembled = _assemble(parsed["plan.yaml"], parsed["clauses.yaml"], house)
    try:
        plan = Plan.model_validate({**assembled, "revision": _revision(texts, overrides)})
    except ValidationError as error:
        raise PlanInvalid([_line(folder, texts, assembled, fault) for fault in error.errors()]) from error
    faults = [f"{folder.name}/{finding}" for finding in findings(plan)]
    if faults:
        raise PlanInvalid(faults)
    return plan


def _text(path: Path) -> str:
    if not path.exists():
        raise PlanInvalid([f"{path.parent.name}/{path.name}：缺少这个文件"])
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise PlanInvalid([f"{path.parent.name}/{path.name} 第{line}行：编码看不懂，应为 UTF-8"]) from error


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses a key written twice, which YAML would silently let the last one win."""


def _unique(loader: _Loader, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "键应为一个词", key_node.start_mark)
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"“{key}”写了两次，应只写一次", key_node.start_mark)
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


def _day(loader: _Loader, node: yaml.ScalarNode) -> Any:
    try:
        return yaml.SafeLoader.construct_yaml_timestamp(loader, node)
    except ValueError as error:
        problem = f"没有“{node.value}”这一天，应为真实存在的日子"
        raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from error


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day)


def _parse(path: Path, text: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line if mark else text[: getattr(error, "position", 0)].count("\n")
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).replace("\n", " ")
        raise PlanInvalid([f"{path.parent.name}/{path.name} 第{line + 1}行：不是合法的 YAML：{problem}"]) from error


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


def _line(folder: Path, texts: dict[str, str], assembled: dict[str, Any], fault: Any) -> str:
    """`huizhou/plan.yaml 第47行 obligations.station-built.due：…`"""
    file, path = _home(list(fault["loc"]))
    named = ".".join(str(part) for part in _names(assembled, list(fault["loc"]), path))
    line = _line_of(texts[file], path)
    where = f" 第{line}行" if line else ""
    return f"{folder.name}/{file}{where} {named}：{_said(fault)}"


def _home(loc: list[Any]) -> tuple[str, list[Any]]:
    if loc and loc[0] == "clauses":
        return "clauses.yaml", loc[1:]
    return ("house.yaml", loc[1:]) if loc and loc[0] == "house" else ("plan.yaml", loc)


def _names(assembled: dict[str, Any], loc: list[Any], path: list[Any]) -> Iterator[Any]:
    value: Any = assembled
    for part in loc:
        value = value[part] if isinstance(value, list | dict) and _has(value, part) else None
        if part in path:
            yield (value.get("key") or value.get("id") or part) if isinstance(value, dict) else part


def _has(value: Any, part: Any) -> bool:
    return part in value if isinstance(value, dict) else isinstance(part, int) and part < len(value)


def _line_of(text: str, path: list[Any]) -> int | None:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = None
    for part in path:
        child = _child(node, part)
        if child is None:
            continue
        node, line = child, child.start_mark.line + 1
    return line


def _child(node: Any, part: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    return None


SAYS = {
    "extra_forbidden": "不认识这一项，请删去或改正拼写",
    "missing": "缺少这一项",
    "date_from_datetime_parsing": "日期应写成 2021-07-01，且须是真实存在的日子",
    "date_parsing": "日期应写成 2021-07-01，且须是真实存在的日子",
    "date_type": "日期应写成 2021-07-01，且须是真实存在的日子",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "string_type": "应为文字，数字和时刻要加引号",
    "dict_type": "应为键值",
    "model_type": "应为键值",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "time_parsing": '时刻应写成 "08:30"',
    "union_tag_not_found": "缺少 kind",
}


def _said(fault: Any) -> str:
    given = fault.get("input")
    seen = f"（写的是“{given}”）" if isinstance(given, str | int | float | date) else ""
    expected = (fault.get("ctx") or {}).get("expected") or (fault.get("ctx") or {}).get("expected_tags")
    if expected:
        return f"应为以下之一：{expected}{seen}"
    message = SAYS.get(fault["type"]) or str(fault["msg"]).removeprefix("Value error, ")
    return f"{message}{seen}"
