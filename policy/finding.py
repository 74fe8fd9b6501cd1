"""What can be said of a plan before it judges anything: how grave, by which rule, of which clause, at which place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from policy.words import Grade


@dataclass(frozen=True, slots=True)
class Finding:
    """`place` is the file and the path in it; items of lists go by their key or id: ("plan.yaml", "obligations",
    "station-built", "due"). `message` is one Chinese sentence with what would be right."""

    grade: Grade
    rule: str
    place: tuple[str, ...]
    message: str
    clause: str | None = None

    @property
    def file(self) -> str:
        return self.place[0]

    @property
    def path(self) -> str:
        return ".".join(self.place[1:])


error = partial(Finding, Grade.ERROR)
warning = partial(Finding, Grade.WARNING)
note = partial(Finding, Grade.NOTE)


@dataclass(frozen=True, slots=True)
class Located:
    """A finding of the plan `plan`, with the line of its file; None where the file has no such line."""

    plan: str
    finding: Finding
    line: int | None = None

    def __str__(self) -> str:
        """`huizhou/plan.yaml 第47行 obligations.station-built.due：…`"""
        where = f" 第{self.line}行" if self.line else ""
        path = f" {self.finding.path}" if self.finding.path else ""
        return f"{self.plan}/{self.finding.file}{where}{path}：{self.finding.message}"

    @property
    def grade(self) -> Grade:
        return self.finding.grade

    def plain(self) -> dict[str, str | int | None]:
        """In the words of the outside contract."""
        found = self.finding
        return {
            "plan": self.plan,
            "grade": found.grade.value,
            "rule": found.rule,
            "clause": found.clause,
            "file": found.file,
            "line": self.line,
            "place": found.path,
            "message": found.message,
        }
