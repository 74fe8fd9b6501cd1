"""What is wrong with a call, in one Chinese line. Typer says it in English, in a box of several lines."""

from __future__ import annotations

import re
from typing import Any

from typer.exceptions import TyperException

FAULTS = {
    "Missing": "缺少 {name}",
    "No such option": "没有选项 {name}",
    "No such command": "没有命令 {rest}",
    "Invalid value": "{name} 的值不对：{rest}",
    "Option": "{name} 后面要写值",
    "Got unexpected extra": "多出了参数 {rest}",
}
"""By how typer's sentence begins."""
VALUES = (
    (re.compile(r"valid (?:integer|number)"), "应为整数"),
    (re.compile(r"greater than or equal to (\S+)"), r"应不小于\1"),
    (re.compile(r"less than or equal to (\S+)"), r"应不大于\1"),
)
CHOICES = re.compile(r"'(?P<given>[^']*)' is not one of (?P<words>.*)")
ARGUMENTS = re.compile(r"^ arguments?(?:\(s\))?")
KNOWN_AT = "--known-at"


def wrong_call(error: TyperException) -> str:
    ctx, param, option = (getattr(error, name, None) for name in ("ctx", "param", "option_name"))
    see = f"；用法见 {ctx.command_path} --help" if ctx else ""
    name = _name(param) if param else option
    said = error.format_message()
    if option == KNOWN_AT and ctx:
        return f"{ctx.command_path} 不按记录作答，没有“当时已知”可言，所以没有 {KNOWN_AT}{see}"
    if not said:
        return f"缺少命令{see}"
    for begins, fault in FAULTS.items():
        if said.startswith(begins):
            return f"{fault.format(name=name, rest=_rest(said.removeprefix(begins)))}{see}"
    return f"{said}{see}"


def _name(param: Any) -> str:
    return str(param.opts[0] if param.opts[0].startswith("-") else param.name.upper())


def _rest(said: str) -> str:
    """What follows the head of the sentence: the word that is wrong, or what would be right."""
    if choices := CHOICES.search(said):
        words = "、".join(re.findall("'([^']+)'", choices["words"]))
        return f"没有“{choices['given']}”，应为{words}"
    for english, chinese in VALUES:
        if found := english.search(said):
            return found.expand(chinese)
    return ARGUMENTS.sub("", said.split(": ", 1)[-1]).strip(" .'()")
