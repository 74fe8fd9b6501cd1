"""What a part of a round is made of: named steps, each doing one thing and saying in Chinese what came of it.

Nothing here knows Prefect: `duban run` plays the same steps in a plain loop, flows/ play each as a task run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from db.engine import reading
from db.views import Places, Stand, standing
from policy.plan import Phase, Plan
from policy.words import Status
from tasks.rounds import Part
from tasks.who import who

MOST_ROWS = 300


@dataclass(frozen=True)
class Page:
    """Something the office reads: `text` is markdown, or `rows` a table. No names or numbers of persons."""

    key: str
    title: str
    text: str = ""
    rows: Sequence[dict[str, str | int]] = ()

    def cut(self) -> Page:
        """At most a few hundred rows; what is left out is counted in the title."""
        if len(self.rows) <= MOST_ROWS:
            return self
        return Page(
            self.key, f"{self.title}（共{len(self.rows)}行，列前{MOST_ROWS}行）", self.text, self.rows[:MOST_ROWS]
        )


@dataclass(frozen=True)
class Done:
    """What a step says it has done, in one line, and the pages it leaves."""

    note: str
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True)
class Work:
    """What a step has at hand. `data` is the folder of the installation, for files that outlive the run."""

    engine: Engine
    plan: Plan
    part: Part
    as_of: date
    now: datetime
    data: Path

    @property
    def phase(self) -> Phase:
        return next(phase for phase in self.plan.phases if phase.key == self.part.key)

    @property
    def duties(self) -> tuple[str, ...]:
        return tuple(obligation.key for obligation in self.part.obligations)

    def reading(self) -> AbstractContextManager[Connection]:
        return reading(self.engine)

    def look(
        self, duties: Sequence[str] | None = None, statuses: Collection[Status] = tuple(Status)
    ) -> tuple[list[Stand], Places]:
        """The verdicts that stand for this part (or for `duties`), and where their subjects lie."""
        with self.reading() as connection:
            stands = list(standing(connection, self.plan.key, duties or self.duties, self.as_of, statuses))
        return stands, self.places()

    def places(self) -> Places:
        return who(self.engine, self.plan.key, self.as_of, self.now)


@dataclass(frozen=True)
class Step:
    """`key` names its pages and is plain ASCII; `title` is what the flow UI shows. One that only `shows` writes nothing
    but its pages, and may be taken beside others of its kind."""

    key: str
    title: str
    act: Callable[[Work], Done]
    shows: bool = False


def play(work: Work, steps: Sequence[Step]) -> list[Done]:
    """All steps of a part, in order; the first that fails ends it."""
    return [step.act(work) for step in steps]
