"""One YAML file as people write it: read strictly, and every fault said in one line with the file and the line in it."""

from __future__ import annotations

import re
from contextlib import suppress
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
        raise refused(
            path.parent.name, "file", path.name, "编码看不懂，应为 UTF-8（记事本“另存为”时可选）", line
        ) from wrong


def refused(plan: str, rule: str, file: str, message: str, line: int | None = None) -> PlanInvalid:
    """A file that is wrong as a whole, or from this line on."""
    return PlanInvalid([Located(plan, error(rule, (file,), message), line)])


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses a key written twice, which YAML would silently let the last one win."""


class _Quick(yaml.CSafeLoader):
    """The same by libyaml: ten times as quick, and less clear about what is wrong."""


def _unique(loader: _Loader | _Quick, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "键应为一个词", key_node.start_mark)
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"“{key}”写了两次，应只写一次", key_node.start_mark)
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


def _day(loader: _Loader | _Quick, node: yaml.ScalarNode) -> Any:
    try:
        return yaml.SafeLoader.construct_yaml_timestamp(loader, node)
    except ValueError as wrong:
        problem = f"没有“{node.value}”这一天，应为真实存在的日子"
        raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from wrong


def _truth(loader: _Loader | _Quick, node: yaml.ScalarNode) -> bool:
    """Only true and false: YAML would take yes, no, on and off for them wherever they stand."""
    if node.value.lower() not in ("true", "false"):
        problem = f"“{node.value}”会被读成“是”或“否”：要是非就写 true、false，要文字就加引号"
        raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
    return yaml.SafeLoader.construct_yaml_bool(loader, node)


for reader in (_Loader, _Quick):
    reader.add_constructor("tag:yaml.org,2002:bool", _truth)
    reader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique)
    reader.add_constructor("tag:yaml.org,2002:timestamp", _day)


PROBLEMS = (
    (re.compile(r"found character '\\t'"), "有制表符（Tab），缩进应改用空格"),
    (re.compile(r"found character '(.)' that cannot start any token"), r"“\1”不能放在开头，这段文字应加引号"),
    (re.compile("mapping values are not allowed"), "冒号的用法看不懂：缩进应与上下对齐，文字里有“: ”的整段加引号"),
    (re.compile(r"expected ',' or '\}'"), "花括号 { } 没有配对，或者里面少了逗号"),
    (re.compile(r"expected ',' or '\]'"), "方括号 [ ] 没有配对，或者里面少了逗号"),
    (re.compile("expected the node content"), "括号里多了一个逗号或括号，或者缺少内容"),
    (re.compile("found unexpected (end of stream|document separator)"), "引号没有配对"),
    (re.compile("alphabetic or numeric character|found undefined alias"), "* 和 & 不能放在开头，这段文字应加引号"),
    (
        re.compile("could not determine a constructor|found undefined tag|expected URI"),
        "! 不能放在开头，这段文字应加引号",
    ),
    (re.compile("could not find expected ':'"), "这一行缺少冒号，或者缩进没有对齐"),
    (re.compile("expected <block end>|expected <document start>|block sequence entries"), "缩进没有与上下对齐"),
    (re.compile("but found another document"), "有单独一行“---”，应删去"),
    (re.compile("special characters are not allowed"), "有看不见的控制字符，应删去"),
)
"""What the reader says, and what a clerk understands; whatever speaks Chinese already is ours."""
CHINESE = re.compile("[\u4e00-\u9fff]")
BEGAN = ("found unexpected end of stream",)


def parsed(path: Path, text: str) -> Any:
    """Raises PlanInvalid with the line for what is no YAML, a key written twice or a day that is not there."""
    with suppress(yaml.YAMLError, ValueError):
        return yaml.load(text, Loader=_Quick)
    try:
        return yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError) as wrong:
        problem = str(getattr(wrong, "problem", None) or getattr(wrong, "reason", None) or wrong)
        # A quote left open is noticed at the end of the file; what is meant is where it was opened.
        mark = getattr(wrong, "context_mark" if problem in BEGAN else "problem_mark", None)
        line = mark.line if mark else text[: getattr(wrong, "position", 0)].count("\n")
        raise refused(path.parent.name, "yaml", path.name, f"写法有误：{_in_chinese(problem)}", line + 1) from wrong


def _in_chinese(problem: str) -> str:
    if CHINESE.search(problem) and "but found" not in problem:
        return problem
    for said, meant in PROBLEMS:
        if found := said.search(problem):
            return found.expand(meant)
    return "这里附近看不懂，请核对缩进、冒号、引号和括号是否配对"
