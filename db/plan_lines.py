"""Where a finding stands in the files of a plan, and what pydantic found wrong in words for a clerk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import yaml

from policy.finding import Finding, Located, error

NAMES = ("key", "id")


@dataclass(frozen=True)
class Sheets:
    """The texts of a plan's files, by file name, as they were read."""

    plan: str
    texts: Mapping[str, str]

    @cached_property
    def nodes(self) -> dict[str, Any]:
        return {name: yaml.compose(text, Loader=yaml.SafeLoader) for name, text in self.texts.items()}

    def located(self, finding: Finding) -> Located:
        return Located(self.plan, finding, self._line(finding.place))

    def of_fault(self, fault: Any) -> Located:
        """A finding for an error of pydantic's, whose path tells items of lists by their number."""
        file, path = self._home([str(part) for part in fault["loc"]])
        place, clause = self._named(file, path)
        return self.located(error("value", (file, *place), _said(fault), clause))

    def _home(self, loc: list[str]) -> tuple[str, list[str]]:
        """What is under `clauses` stands in clauses.yaml where there is one; all else in the first file."""
        own = f"{loc[0]}.yaml" if loc else ""
        return (own, loc[1:]) if own in self.texts else (next(iter(self.texts)), loc)

    def _line(self, place: Sequence[str]) -> int | None:
        """The line of the last part of the place that the file has; None where it has none of it."""
        file, *path = place
        node, line = self.nodes.get(file), None
        for part in path:
            child = _child(node, part)
            if child is None:
                break
            node, line = child[1], child[0].start_mark.line + 1
        return line

    def _named(self, file: str, path: Sequence[str]) -> tuple[list[str], str | None]:
        """The path with the keys and ids of list items, as far as the file goes, and the clause it is about.

        pydantic's path also names what the file does not: the member of a union.
        """
        node, named, clause = self.nodes.get(file), [], None
        for number, part in enumerate(path):
            child = _child(node, part)
            last = number == len(path) - 1
            if child is None and not last:
                continue
            node = child[1] if child else None
            named.append(_word(node, NAMES) or part)
            clause = _word(node, ("clause", "id")) or clause
        return named, clause


def _child(node: Any, part: str) -> tuple[Any, Any] | None:
    """Where the part begins, and its node: by key in a mapping, by number, key or id in a list."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode):
        named = (item for item in node.value if part in (_word(item, (name,)) for name in NAMES))
        item = next(named, None) or _numbered(node, part)
        return (item, item) if item else None
    return None


def _numbered(node: yaml.SequenceNode, part: str) -> Any:
    return node.value[int(part)] if part.isdigit() and int(part) < len(node.value) else None


def _word(node: Any, names: tuple[str, ...]) -> str | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    words = {key.value: value.value for key, value in node.value if isinstance(value, yaml.ScalarNode)}
    return next((words[name] for name in names if name in words), None)


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
    "model_attributes_type": "应为键值",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "time_parsing": '时刻应写成 "08:30"',
    "union_tag_not_found": "缺少 kind",
    "too_short": "列表里写得太少",
    "too_long": "列表里写得太多",
}


def _said(fault: Any) -> str:
    given = fault.get("input")
    seen = f"（写的是“{given}”）" if isinstance(given, str | int | float | date) else ""
    expected = (fault.get("ctx") or {}).get("expected") or (fault.get("ctx") or {}).get("expected_tags")
    if expected:
        return f"应为以下之一：{expected}{seen}"
    message = SAYS.get(fault["type"]) or str(fault["msg"]).removeprefix("Value error, ")
    return f"{message}{seen}"
