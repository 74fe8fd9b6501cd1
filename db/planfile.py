"""One YAML file as people write it: read strictly, and every fault said in one line with the file and the line in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from policy.errors import PlanInvalid


def text_of(path: Path) -> str:
    """Raises PlanInvalid when the file is missing or no UTF-8."""
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


def parsed(path: Path, text: str) -> Any:
    """Raises PlanInvalid with the line for what is no YAML, a key written twice or a day that is not there."""
    try:
        return yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line if mark else text[: getattr(error, "position", 0)].count("\n")
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).replace("\n", " ")
        raise PlanInvalid([f"{path.parent.name}/{path.name} 第{line + 1}行：不是合法的 YAML：{problem}"]) from error


def fault_line(folder: Path, texts: dict[str, str], assembled: dict[str, Any], fault: Any) -> str:
    """`huizhou/plan.yaml 第47行 obligations.station-built.due：…`, of one error of pydantic.

    What is under `clauses` stands in clauses.yaml where `texts` has that file; all else in the first file of `texts`.
    """
    file, path = _home(texts, list(fault["loc"]))
    named = ".".join(str(part) for part in _names(assembled, list(fault["loc"]), path))
    line = line_of(texts[file], path)
    where = f" 第{line}行" if line else ""
    return f"{folder.name}/{file}{where} {named}：{_said(fault)}"


def _home(texts: dict[str, str], loc: list[Any]) -> tuple[str, list[Any]]:
    own = f"{loc[0]}.yaml" if loc else ""
    return (own, loc[1:]) if own in texts else (next(iter(texts)), loc)


def _names(assembled: dict[str, Any], loc: list[Any], path: list[Any]) -> Iterator[Any]:
    value: Any = assembled
    for part in loc:
        value = value[part] if isinstance(value, list | dict) and _has(value, part) else None
        if part in path:
            yield (value.get("key") or value.get("id") or part) if isinstance(value, dict) else part


def _has(value: Any, part: Any) -> bool:
    return part in value if isinstance(value, dict) else isinstance(part, int) and part < len(value)


def line_of(text: str, path: list[Any]) -> int | None:
    """The line on which the innermost part of the path stands that can be found."""
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
