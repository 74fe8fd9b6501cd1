"""Clauses that a person judges on uploaded evidence: software sees existence and date, a reviewer the content."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from policy.checks.base import Check
from policy.numbers import zh_day
from policy.verdict import Case, Ruling
from policy.words import Status


class ReviewedEvidence(Check):
    """`accepted_on` and `returned_on` are the latest reviewer's word; never both (the later one stands)."""

    class Facts(NamedTuple):
        uploads: int
        accepted_on: date | None
        returned_on: date | None

    kind: Literal["reviewed_evidence"] = "reviewed_evidence"
    asks: str = "reviewed_act"
    unscheduled: bool = False

    def rule(self, facts: ReviewedEvidence.Facts, case: Case) -> Ruling:
        status, why = self._said(facts, case)
        return Ruling(status, why, case.due, facts.accepted_on)

    def _said(self, facts: ReviewedEvidence.Facts, case: Case) -> tuple[Status, str]:
        if facts.accepted_on:
            late = case.due is not None and facts.accepted_on > case.due
            return (
                Status.MET_LATE if late else Status.MET,
                f"佐证材料经审核于{zh_day(facts.accepted_on)}认可{'，晚于期限' if late else ''}。",
            )
        open_still = case.due is not None and case.as_of <= case.due
        if facts.returned_on:
            status = Status.NOT_YET_DUE if open_still else Status.NOT_MET
            return status, f"佐证材料经审核于{zh_day(facts.returned_on)}退回，尚未重新认可。"
        if facts.uploads:
            status = Status.NOT_YET_DUE if open_still else Status.NO_EVIDENCE
            return status, f"已上传材料{facts.uploads}份，尚未审核。"
        if case.due and open_still:
            return Status.NOT_YET_DUE, f"截止{zh_day(case.due)}（截止日当天计入），尚未上传佐证材料。"
        if self.unscheduled and case.due is None:
            return Status.UNSCHEDULED, "方案没有写明日期或间隔，办公室尚未设定审核日期。"
        return Status.NO_EVIDENCE, "没有佐证材料，无法判断。"
