"""Asking records without recording anything: of files in memory or of a ledger, the same questions, the same decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from db import measures
from db.amendments import plan_known
from db.columns import FOR_EVER, second_of
from db.directory import directory
from db.engine import open_engine
from db.intake import import_rows
from db.ledger import Standing
from db.levers import levers
from db.schema import create_all
from db.work_calendar import work_calendar
from policy.calendar import at, civil_day
from policy.directory import Directory
from policy.judge import judge
from policy.notices import Notice, notices, resolutions
from policy.objects import Plain, verdict_object
from policy.office import Office
from policy.plan import Obligation, Plan
from policy.records.tables import Lines
from policy.verdict import Verdict
from policy.words import Status

LAST_KNOWN = FOR_EVER - 1
Proof = tuple[list[str], list[dict[str, str]]]
DOOMSDAY = datetime(9999, 1, 1, tzinfo=UTC)
"""When records in memory are taken in: whatever instant they say they were recorded at has passed."""


@dataclass(frozen=True)
class Question:
    """Records on file, asked for the end of `as_of` by what was known at `seen` (seconds; everything by default).

    `lines` say where each record stands in the files it was just read from.
    """

    connection: Connection
    plan: Plan
    as_of: date
    seen: int = LAST_KNOWN
    lines: Sequence[Lines] = ()

    def cards(self) -> Directory:
        return directory(self.connection, self.plan.key, self.as_of, self.seen)


@contextmanager
def asked(plan: Plan, rows: Mapping[str, Any], as_of: date, known_at: datetime | None = None) -> Iterator[Question]:
    """Holds the records in a memory database for as long as the question is open."""
    engine = open_engine()
    create_all(engine)
    with engine.begin() as connection:
        import_rows(connection, plan.key, rows, "memory", DOOMSDAY)
        yield opened(connection, plan, as_of, known_at)
    engine.dispose()


def opened(connection: Connection, plan: Plan, as_of: date, known_at: datetime | None = None) -> Question:
    """Asks what the connection holds, as it was known at the instant; everything where none is given."""
    seen = second_of(known_at) if known_at else LAST_KNOWN
    return Question(connection, plan_known(connection, plan, as_of, seen), as_of, seen)


def verdicts(question: Question, obligations: Collection[Obligation]) -> list[Verdict]:
    known = measures.known(question.connection, question.plan, list(obligations), question.as_of, question.seen)
    return list(judge(question.plan, known, question.as_of))


def verdict_objects(
    question: Question, obligations: Collection[Obligation], subjects: Collection[str] = ()
) -> Iterator[Plain]:
    """Verdicts with their proofs, in the words of the contract."""
    cards, calendar = question.cards(), work_calendar(question.plan.house)
    for obligation in obligations:
        proofs = _proofs(question, obligation)
        for verdict in verdicts(question, [obligation]):
            if subjects and verdict.subject not in subjects:
                continue
            counted, refused = proofs[verdict.amendment, verdict.subject, verdict.key[2]]
            unsure = verdict.ruling.due is not None and calendar.is_provisional(verdict.ruling.due)
            yield verdict_object(question.plan, cards, verdict, question.as_of, counted, refused, unsure)


def _proofs(question: Question, obligation: Obligation) -> dict[tuple[str | None, str, int], Proof]:
    """By amendment, subject and period; each proof in the order of the references, whichever engine told it."""
    proofs: dict[tuple[str | None, str, int], Proof] = defaultdict(lambda: ([], []))
    lines = proof_lines(question, obligation)
    for amendment, subject, period, ref, refused in sorted(lines, key=lambda line: (line[3], line[4] or "")):
        counted, not_counted = proofs[amendment, subject, period]
        if refused is None:
            counted.append(ref)
        else:
            not_counted.append({"record": ref, "why": refused})
    return proofs


def proof_lines(question: Question, obligation: Obligation) -> Iterator[tuple[str | None, str, int, str, str | None]]:
    """Amendment, subject, period, record and why it was refused (None: counted), of every wording that is asked."""
    for wording in (wording for wording in question.plan.wordings(obligation.key) if wording.asked):
        amendment = wording.amendment.key if wording.amendment else None
        for line in measures.proof(
            question.connection, question.plan, wording.obligation, question.as_of, question.seen
        ):
            yield amendment, *line


def notice_list(question: Question, now: datetime, after: datetime | None = None) -> list[Notice]:
    """The notices that should exist at `now`; with `after` those that became due since, resolutions among them.

    People's decisions count as far as they were known both at `now` and at the instant of the question.
    """
    known_at = datetime.fromtimestamp(min(question.seen, second_of(now)), UTC)
    pulled = levers(question.connection, question.plan.key, known_at)
    plan, said = question.plan, verdicts(question, question.plan.obligations)
    before = {obligation.key for obligation in plan.inhibitors(plan.house.inhibited_by)}
    stand = Standing().milestones(plan, (verdict for verdict in said if verdict.duty in before)) if before else {}
    office = Office(plan, work_calendar(plan.house), question.cards(), {}, levers=pulled, milestones=stand)
    found = notices(office, said, now, after)
    if after is not None:
        found += [n for verdict in said for n in _mended(office, verdict, now, after)]
    return found


def _mended(office: Office, verdict: Verdict, now: datetime, after: datetime) -> list[Notice]:
    done_on = verdict.ruling.done_on
    if verdict.ruling.status is not Status.MET_LATE or done_on is None or not civil_day(after) <= done_on:
        return []
    told = at(office.calendar.on_or_after(done_on), office.plan.house.windows[office.plan.house.channel].opens)
    return list(resolutions(office, verdict, told)) if after < told <= now else []


def chosen(plan: Plan, clauses: Collection[str]) -> tuple[Obligation, ...]:
    """The obligations of these clauses, or all. Raises LookupError with the first clause that is not in the plan."""
    unknown = [clause for clause in clauses if clause not in plan.clause_of]
    if unknown:
        raise LookupError(unknown[0])
    return tuple(o for o in plan.obligations if not clauses or o.clause in clauses)
