"""A new plan: the template copied under a key of its own, with its name filled in."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from db.planstore import PLANS, load_plan, plan_keys, reported_keys
from policy.errors import PlanInvalid

TEMPLATE = PLANS / "_template"
KEY = re.compile(r"[a-z][a-z0-9_]{1,30}")


def new_plan(key: str, title: str, city: str, root: Path = PLANS) -> Path:
    """The folder of the new plan, which loads as it stands. Raises PlanInvalid and leaves nothing where it cannot be."""
    if faults := [*_key_faults(key, root), *_name_faults("--title", title), *_name_faults("--city", city)]:
        raise PlanInvalid(faults)
    folder = Path(shutil.copytree(TEMPLATE, root / key))
    for file in folder.iterdir():
        file.write_text(_filled(file.read_text("utf-8"), key, title.strip(), city.strip()), "utf-8")
    load_plan(str(folder))
    return folder


def prefix_of(key: str) -> str:
    """With what the clauses of a new plan are numbered."""
    return key.replace("_", "")[:2].upper()


def _key_faults(key: str, root: Path) -> list[str]:
    if not KEY.fullmatch(key):
        return [f"代码“{key}”不对：应为小写字母开头的英文、数字或下划线，2至31个字符，如 meizhou"]
    if key in (*plan_keys(), *reported_keys()) or (root / key).exists():
        return [f"代码“{key}”已经用过，应另取一个"]
    return []


def _name_faults(option: str, name: str) -> list[str]:
    return [] if name.strip() and name.isprintable() else [f"{option}：“{name}”不对，应为一行文字"]


def _filled(text: str, key: str, title: str, city: str) -> str:
    said = {"key": key, "title": json.dumps(title, ensure_ascii=False), "city": json.dumps(city, ensure_ascii=False)}
    for name, value in said.items():
        text = re.sub(rf"^{name}: .*$", lambda _found, line=f"{name}: {value}": line, text, flags=re.MULTILINE)  # type: ignore[misc]
    return text.replace("EX-", f"{prefix_of(key)}-")
