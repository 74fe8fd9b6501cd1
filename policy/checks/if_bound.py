"""Something to be done by a day by those whom the text may or may not bind: functional zones as counties (A52)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal, NamedTuple

from policy.checks.done_by import Done, DoneBy
from policy.verdict import Alternative, Case, Ruling
from policy.words import Status

BOUND, EXEMPT = "bound", "exempt"


class DoneIfBound(DoneBy):
    """Read as `bound` or `exempt`, or left to be ruled: then what is not done waits for the ruling."""

    class Facts(NamedTuple):
        due: date | None
        need: int
        have: int
        done_on: date | None
        doubtful: bool

    read_as: ClassVar[tuple[str, ...]] = ("ask", BOUND, EXEMPT)

    kind: Literal["done_if_bound"] = "done_if_bound"  # type: ignore[assignment]
    reading: str

    def rule(self, facts: DoneIfBound.Facts, case: Case) -> Ruling:  # type: ignore[override]
        said = super().rule(Done(*facts[:4]), case)
        if not facts.doubtful:
            return said
        bound = Alternative(self.reading, BOUND, said.measured, said.required, said.status)
        exempt = Alternative(self.reading, EXEMPT, None, None, Status.NOT_APPLICABLE)
        mode = case.reading(self.reading)
        if mode == EXEMPT:
            why = f"方案没有写明功能区是否适用；按现行读法，功能区不要求{self.what}。"
            return Ruling(Status.NOT_APPLICABLE, why).weighed((bound,))
        if mode == BOUND or said.done_on:
            return said.weighed((exempt,))
        why = f"方案没有写明功能区是否适用，需裁定；如适用：{said.why}"
        return said._replace(status=Status.NEEDS_RULING, why=why).weighed((bound, exempt))
