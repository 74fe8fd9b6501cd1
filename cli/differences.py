"""How two judgements beside each other are printed: counts by clause for people, every difference for programs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from pathlib import Path
from typing import Any

from cli.output import Format, show
from policy.events import Happening
from policy.tally import CLIMBED, WHOLE, TallyDifference
from policy.words import LABELS, Change, Reason, Role, Status
from tasks.phases.lifecycle import STAGE_LABELS

TURNS = {
    "clause": "条款",
    "title": "事项",
    "before_zh": "原判定",
    "after_zh": "现判定",
    "count": "项数",
    "examples": "例",
}
VERDICTS = {
    "clause": "条款",
    "title": "事项",
    "duty": "事项代码",
    "subject.name": "对象",
    "subject.kind": "对象类别",
    "subject.code": "对象编码",
    "subject.unit": "所属单位",
    "period.label": "期间",
    "before_zh": "原判定",
    "before.measured": "原实际",
    "before.required": "原要求",
    "before.due": "原期限",
    "before.flags": "原标记",
    "after_zh": "现判定",
    "after.measured": "现实际",
    "after.required": "现要求",
    "after.due": "现期限",
    "after.flags": "现标记",
    "differs": "不同之处",
    "before.why": "原理由",
    "after.why": "现理由",
}
SAID = {
    "clause": "条款",
    "change_zh": "变化",
    "reason_zh": "缘由",
    "role_zh": "对谁",
    "count": "条数",
    "examples": "例",
}
NOTICES = {
    "change_zh": "变化",
    "notice.clause": "条款",
    "reason_zh": "缘由",
    "notice.rung": "层级",
    "notice.subject.name": "对象",
    "notice.subject.code": "对象编码",
    "notice.period.label": "期间",
    "role_zh": "对谁",
    "notice.to.unit": "单位",
    "notice.to.person": "人员",
    "before.not_before": "原时刻",
    "after.not_before": "现时刻",
    "before.text": "原内容",
    "after.text": "现内容",
}
TALLIES = {"what_zh": "类别", "which_zh": "哪一种", "month_zh": "月份", "before": "原", "after": "现", "more": "差"}
WHAT = {
    Happening.STAGE: "阶段事件",
    Happening.TURNED: "判定转为",
    Happening.NOTICE: "通知条目",
    CLIMBED: "逐级上报",
    Happening.DIGEST: "通知封数",
}
ALL_MONTHS = "合计"
FEW = 3
NOTHING = "（无）"


def show_verdicts(objects: Sequence[dict[str, Any]], form: Format, out: Path | None, title: str) -> None:
    """A table counts by clause from which status to which; the other forms hold every verdict that differs."""
    for one in objects:
        one["before_zh"], one["after_zh"] = _status(one["before"]), _status(one["after"])
    if form is Format.TABLE:
        kinds = ("clause", "title", "before_zh", "after_zh")
        rows = _counted(objects, lambda one: tuple(one[kind] for kind in kinds), _whose)
        show((dict(zip(kinds, key, strict=True)) | row for key, row in rows), TURNS, form, out, title)
    else:
        show(objects, VERDICTS, form, out, title)


def show_notices(objects: Sequence[dict[str, Any]], form: Format, out: Path | None, title: str) -> None:
    """A table counts by clause, change, reason and role; the other forms hold every notice that differs."""
    if form is Format.JSON:
        show(objects, {}, form, out, title)
        return
    for one in objects:
        notice = one["notice"] = one["after"] or one["before"]
        one["change_zh"] = LABELS[Change(one["change"])]
        one["reason_zh"], one["role_zh"] = LABELS[Reason(notice["reason"])], LABELS[Role(notice["to"]["role"])]
    if form is Format.TABLE:
        kinds = ("change_zh", "reason_zh", "role_zh")
        rows = _counted(objects, lambda one: (one["notice"]["clause"], *(one[kind] for kind in kinds)), _when)
        show((dict(zip(("clause", *kinds), key, strict=True)) | row for key, row in rows), SAID, form, out, title)
    else:
        show(objects, NOTICES, form, out, title)


def show_tallies(found: Sequence[TallyDifference], form: Format, out: Path | None, title: str) -> None:
    """A table has the whole of each kind and, of messages, every month; the other forms have every month of all."""
    table = form is Format.TABLE
    wanted = [
        one for one in found if not table or one.tallied.month == WHOLE or one.tallied.what == Happening.DIGEST.value
    ]
    show(map(_tally_object, wanted), TALLIES, form, out, title)


def _tally_object(one: TallyDifference) -> dict[str, Any]:
    what, which, month = one.tallied
    words = {Happening.STAGE: STAGE_LABELS, CLIMBED: {}, Happening.DIGEST: {}}.get(what, LABELS)
    named = f"第{which}级" if what == CLIMBED else words.get(which, which)
    said = {"what_zh": WHAT[what], "which_zh": named, "month_zh": month or ALL_MONTHS}
    numbers = {"before": one.before, "after": one.after, "more": one.after - one.before}
    return {"what": what, "which": which, "month": month or None, **said, **numbers}


def _status(side: dict[str, Any] | None) -> str:
    return LABELS[Status(side["status"])] if side else NOTHING


def _counted(
    objects: Iterable[dict[str, Any]],
    kind: Callable[[dict[str, Any]], tuple[Hashable, ...]],
    named: Callable[[dict[str, Any]], str],
) -> list[tuple[tuple[Hashable, ...], dict[str, Any]]]:
    """Each kind in order of appearance, with its number and a few of its examples."""
    groups: dict[tuple[Hashable, ...], list[dict[str, Any]]] = {}
    for one in objects:
        groups.setdefault(kind(one), []).append(one)
    return [
        (key, {"count": len(group), "examples": "；".join(dict.fromkeys(map(named, group[:FEW])))})
        for key, group in sorted(groups.items(), key=lambda item: str(item[0][0]))
    ]


def _whose(one: dict[str, Any]) -> str:
    """Whose verdict, of which period, and what moved where the status alone does not say it."""
    period = f"（{one['period']['label']}）" if one["period"] and one["period"]["label"] else ""
    before, after = one["before"] or {}, one["after"] or {}
    moved = (f"{before[name]}→{after[name]}" for name in one["differs"] if name in SHOWN and before and after)
    return f"{one['subject']['name']}{period} {'，'.join(moved)}".rstrip()


SHOWN = ("measured", "required", "due")


def _when(one: dict[str, Any]) -> str:
    name = one["notice"]["subject"]["name"]
    days = [side["not_before"][:10] for side in (one["before"], one["after"]) if side]
    return f"{name} {'→'.join(dict.fromkeys(days))}"
