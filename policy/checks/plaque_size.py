"""Plaques of one size, either way round (A57). What no record measures is left to whoever looks at the picture."""

from __future__ import annotations

from typing import Literal, NamedTuple

from policy.checks.base import STANDS, Check, as_it_stands
from policy.verdict import Case, Ruling
from policy.words import Status


class PlaqueSize(Check):
    """`sides` in centimetres. `unmeasured` plaques have no size on record and nobody accepted them yet."""

    class Facts(NamedTuple):
        right: int
        other: int
        unmeasured: int

    kind: Literal["plaque_size"] = "plaque_size"
    what: str
    sides: tuple[int, int]
    occasion: str = ""

    def rule(self, facts: PlaqueSize.Facts, case: Case) -> Ruling:
        plaques = sum(facts)
        if not plaques:
            return Ruling(Status.NO_EVIDENCE, f"没有{self.what}的尺寸记录，无法判断。")
        measured, required = str(facts.right), str(plaques)
        if facts.unmeasured and not facts.other:
            why = f"{self.what}{plaques}块，其中{facts.unmeasured}块没有填写尺寸，也没有审核，无法判断。"
            return Ruling(Status.NO_EVIDENCE, why, measured=measured, required=required, unit="块")
        status = as_it_stands(not facts.other, case)
        size = "×".join(map(str, self.sides))
        why = f"{self.what}{plaques}块，应为{size}厘米（横竖均可），相符{facts.right}块，{STANDS[status]}。"
        return Ruling(status, why, measured=measured, required=required, unit="块")
