"""What can be wrong with the amendments of a plan, before anything is judged by them.

Faults are as pydantic gives its own: the path in the plan (`loc`), the kind (`type`) and one Chinese sentence (`msg`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import ValidationError

from policy.amendments import in_order, reworded, text_on
from policy.plan import Amendment, Obligation, Plan
from policy.soundness import errors
from policy.soundness.places import no_such

Fault = dict[str, Any]
FIXED = {"key": "编号", "subject": "对象类别"}
"""What makes an obligation this one; another is ended and added."""


def amendment_faults(plan: Plan) -> list[Fault]:
    """Every fault of the amendments; of the texts they make only once each of them can be applied."""
    found = [*_themselves(plan), *_contradictions(plan), *_applied(plan)]
    return found or list(_texts(plan))


def _at(plan: Plan, amendment: Amendment, *path: str | int, says: str) -> Fault:
    return {"loc": ("amendments", plan.amendments.index(amendment), *path), "type": "amendment", "msg": says}


def _themselves(plan: Plan) -> Iterator[Fault]:
    times = Counter(amendment.key for amendment in plan.amendments)
    for amendment in plan.amendments:
        if times[amendment.key] > 1:
            yield _at(plan, amendment, "key", says=f"编号“{amendment.key}”写了{times[amendment.key]}次，应只写一次")
        if amendment.key in plan.clause_of:
            yield _at(plan, amendment, "key", says=f"编号“{amendment.key}”与条款重复，应另起编号")
        if amendment.date < plan.issued:
            yield _at(
                plan, amendment, "date", says=f"修订不能早于方案印发（{plan.issued}）（写的是“{amendment.date}”）"
            )
        if not (amendment.changes or amendment.adds or amendment.ends or amendment.phases):
            yield _at(plan, amendment, says="没有写修订了什么：changes、adds、ends、phases 至少写一项")
        yield from _dates(plan, amendment)


def _dates(plan: Plan, amendment: Amendment) -> Iterator[Fault]:
    """Nothing is asked before the day on which it is first said."""
    for place, added in enumerate(amendment.adds):
        if added.starts and added.starts < amendment.date:
            yield _at(plan, amendment, "adds", place, "starts", says=f"起算不能早于修订施行日（{amendment.date}）")
    known = {*plan.by_key, *(added.key for one in plan.amendments for added in one.adds)}
    for key, fields in amendment.changes.items():
        due = fields.get("due")
        if key in known and isinstance(due, date) and due < amendment.date:
            yield _at(plan, amendment, "changes", key, "due", says=f"新的期限不能早于修订施行日（{amendment.date}）")


def _contradictions(plan: Plan) -> Iterator[Fault]:
    """Two amendments of one day may touch one obligation, but not say different things of one field."""
    said: dict[tuple[object, ...], tuple[Amendment, object]] = {}
    for amendment in plan.amendments:
        for path, value in _said(amendment):
            other, before = said.setdefault((amendment.date, *_what(path)), (amendment, value))
            if before != value:
                says = f"与同日施行的“{other.key}”（{other.document}）说法不同，应改正其一"
                yield _at(plan, amendment, *path, says=says)


def _said(amendment: Amendment) -> Iterator[tuple[tuple[str | int, ...], object]]:
    for key, fields in amendment.changes.items():
        yield ("changes", key), "改"
        for name, value in fields.items():
            inner = value.items() if isinstance(value, dict) else ()
            yield from (((("changes", key, name, part)), said) for part, said in inner)
            if not inner:
                yield ("changes", key, name), value
    for place, key in enumerate(amendment.ends):
        yield ("ends", place, key), "止"
    for key, dates in amendment.phases.items():
        for name, day in dates.model_dump(exclude_none=True).items():
            yield ("phases", key, name), day


def _what(path: tuple[str | int, ...]) -> tuple[object, ...]:
    """What is spoken of; an end speaks of the same as a change of the obligation."""
    return ("changes", path[2]) if path[0] == "ends" else path


def _applied(plan: Plan) -> Iterator[Fault]:
    """Walks through the amendments by day: what each touches must be there then, and be an obligation afterwards."""
    there: dict[str, Obligation] = dict(plan.by_key)
    taken = set(there)
    phases = {phase.key for phase in plan.phases}
    for amendment in in_order(plan):
        for key, fields in amendment.changes.items():
            if key not in there:
                yield _at(plan, amendment, "changes", key, says=f"当时{no_such(key, there)}")
            else:
                yield from _reworded(plan, amendment, there, key, fields)
        for place, added in enumerate(amendment.adds):
            if added.key in taken:
                yield _at(
                    plan,
                    amendment,
                    "adds",
                    place,
                    "key",
                    says=f"已有或曾有名为“{added.key}”的事项，应另起名或写在 changes 里",
                )
            there[added.key] = added
            taken.add(added.key)
        for place, key in enumerate(amendment.ends):
            if there.pop(key, None) is None:
                yield _at(plan, amendment, "ends", place, says=f"当时{no_such(key, there)}")
        for key in amendment.phases.keys() - phases:
            yield _at(plan, amendment, "phases", key, says=f"没有名为“{key}”的阶段，应为：{'、'.join(sorted(phases))}")


def _reworded(
    plan: Plan, amendment: Amendment, there: dict[str, Obligation], key: str, fields: dict[str, Any]
) -> Iterator[Fault]:
    path = ("changes", key)
    for name in fields.keys() & FIXED.keys():
        yield _at(plan, amendment, *path, name, says=f"{FIXED[name]}不能改，应在 ends 里停止、在 adds 里另立")
    if not fields:
        yield _at(plan, amendment, *path, says="没有写改什么")
    try:
        there[key] = reworded(there[key], fields)
    except ValidationError as error:
        at = _at(plan, amendment, *path, says="")["loc"]
        yield from ({**fault, "loc": (*at, *fault["loc"])} for fault in error.errors())


def _texts(plan: Plan) -> Iterator[Fault]:
    """What is wrong with the text as amended that was not wrong with it before."""
    before = set(errors(text_on(plan, date.min)))
    for amendment in in_order(plan):
        after = errors(text_on(plan, amendment.date))
        found = (f"施行后不自洽：{one.file} {one.path}：{one.message}" for one in after if one not in before)
        yield from (_at(plan, amendment, says=said) for said in found)
        before |= set(after)
