"""A duty may be kept back by what can be done once, can be found from it, and does not wait for the duty in its turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from graphlib import CycleError, TopologicalSorter

from policy.amendments import text_on
from policy.finding import Finding, error, note
from policy.plan import Obligation, Plan
from policy.soundness.bearers import REVIEWED
from policy.soundness.places import HOUSE, no_such
from policy.words import LABELS, SubjectKind

FIELD = "inhibited_by"
AREAS = (SubjectKind.CITY, SubjectKind.COUNTY, SubjectKind.TOWNSHIP, SubjectKind.STATION)
DEEP = {
    SubjectKind.CITY: 0,
    SubjectKind.COUNTY: 1,
    SubjectKind.TOWNSHIP: 2,
    SubjectKind.CENTRE: 2,
    SubjectKind.STATION: 3,
    **dict.fromkeys((SubjectKind.AGENCY, SubjectKind.POST, SubjectKind.COURSE, SubjectKind.FUND), 1),
}
"""In how many of the areas it is known where such a subject lies; whatever is not named here lies in a station's."""
Known = Mapping[str, Obligation]


def inhibitions(plan: Plan) -> Iterator[Finding]:
    """Of a plan with its amendments: a text of another day may know what the base text does not, or no longer ask it."""
    texts = [text_on(plan, day) for day in (date.min, *(amendment.date for amendment in plan.amendments))]
    known = {o.key: o for text in texts for o in text.obligations}
    for duty, before in plan.house.inhibited_by.items():
        if duty not in known:
            yield error("inhibition", (HOUSE, FIELD, duty), f"方案里{no_such(duty, known)}")
        for place, milestone in enumerate(before):
            at = (HOUSE, FIELD, duty, str(place))
            if wrong := _wrong(known, duty, milestone):
                yield error("inhibition", at, wrong)
            elif known[milestone].check.kind == REVIEWED:
                said = f"“{milestone}”按材料审核：过了期限仍没有材料的判无佐证，没有人被催办，也就不再压住“{duty}”"
                yield note("inhibition-unseen", at, said)
    for circle in _circles(plan.house.inhibited_by):
        said = f"前置关系绕成了圈：{'→'.join(circle)}，谁都等不到，应去掉其中一处"
        yield error("inhibition", (HOUSE, FIELD, circle[0]), said)


def _wrong(known: Known, duty: str, milestone: str) -> str:
    if duty == milestone:
        return f"“{duty}”不能以自己为前置，应写另一项"
    if milestone not in known:
        return f"方案里{no_such(milestone, known)}"
    behind, before = known.get(duty), known[milestone]
    if not before.due or before.every:
        kind = "每期都要办" if before.every else "没有期限"
        return f"“{milestone}”（{before.title}）{kind}，没有办结的一天，前置应为有期限、只办一次的事项（里程碑）"
    areas = AREAS[: DEEP.get(behind.subject, len(AREAS))] if behind else AREAS
    if behind and before.subject not in (behind.subject, *areas):
        fit = "、".join(LABELS[kind] for kind in dict.fromkeys((behind.subject, *areas)))
        about = f"“{duty}”的对象是{LABELS[behind.subject]}，无法知道对应哪一个{LABELS[before.subject]}"
        return f"{about}（“{milestone}”的对象），前置的对象应为：{fit}"
    return ""


def _circles(before: Mapping[str, tuple[str, ...]]) -> Iterator[list[str]]:
    left = {duty: [name for name in named if name != duty] for duty, named in before.items()}
    while True:
        try:
            TopologicalSorter(left).prepare()
            return
        except CycleError as found:
            circle = found.args[1]
            yield circle
            left = {duty: named for duty, named in left.items() if duty not in circle}
