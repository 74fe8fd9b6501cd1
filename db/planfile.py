"""One YAML file as people write it: read strictly, and every fault said in one line with the file and the line in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from policy.errors import PlanInvalid
from policy.finding import Located, error


def text_of(path: Path) -> str:
    """Raises PlanInvalid when the file is missing or no UTF-8."""
    if not path.exists():
        raise refused(path.parent.name, "file", path.name, "缺少这个文件")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        line = path.read_bytes()[: wrong.start].count(b"\n") + 1
        raise refused(path.parent.name, "file", path.name, "编码看不懂，应为 UTF-8", line) from wrong


def refused(plan: str, rule: str, file: str, message: str, line: int | None = None) -> PlanInvalid:
    """A file that is wrong as a whole, or from this line on."""
    return PlanInvalid([Located(plan, error(rule, (file,), message), line)])


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
    except ValueError as wrong:
        problem = f"没有“{node.value}”这一天，应为真实存在的日子"
        raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from wrong


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day)


def parsed(path: Path, text: str) -> Any:
    """Raises PlanInvalid with the line for what is no YAML, a key written twice or a day that is not there."""
    try:
        return yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError) as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = mark.line if mark else text[: getattr(wrong, "position", 0)].count("\n")
        problem = getattr(wrong, "problem", None) or getattr(wrong, "reason", None) or str(wrong).replace("\n", " ")
        raise refused(path.parent.name, "yaml", path.name, f"不是合法的 YAML：{problem}", line + 1) from wrong
