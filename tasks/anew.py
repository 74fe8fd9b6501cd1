"""What a round judges anew: what a record, a day or the text may have turned since it was judged. The rest stands.

A verdict stays what it was while the plan and this program are the same, no record that its measure reads became known,
was corrected or came of age, and no day has passed on which the same measure means something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection, Engine

from db import measures, standing
from db.columns import second_of
from db.engine import reading
from db.intake import told_by
from db.judged import Extent, extents, text_of
from db.ledger import Key, Standing
from db.measures import Asker, absent_of, question_of
from db.measures.reading import Reading
from db.measures.scope import Reach, Scope, reads
from db.since import Since, Span, since
from db.standing import ALL, NONE, Rows
from policy.judge import Measured, Spoken, judge, periods_of, rulings, rulings_stand_until
from policy.plan import Obligation, Plan
from policy.verdict import Verdict

Before = Mapping[tuple[date, int], Since]
"""By the day and the second of a former judgement what was touched since."""


@dataclass
class Judgement:
    """What a part of a round found. `fresh` is judged anew, `kept` stands open as it was judged before; `gone` stood and
    is judged no more."""

    fresh: list[Verdict] = field(default_factory=list)
    kept: list[Verdict] = field(default_factory=list)
    gone: list[Key] = field(default_factory=list)
    stood: Standing = field(default_factory=Standing)
    extents: dict[str, Extent] = field(default_factory=dict)


def before(engine: Engine, city: str, duties: Sequence[str], as_of: date, now: datetime) -> Before:
    """What was touched since these obligations were judged last; read once for all parts of a round."""
    with reading(engine) as connection:
        former = {(one.as_of, one.known, one.told) for one in extents(connection, city, duties).values()}
        # What was brought since with a clock that had gone back, and by a city's first import, lies before `known`.
        same = {(day, known) for day, known, told in former if told and told == told_by(connection, city, known)}
        so_far = told_by(connection, city)
    spans = (Span(day, as_of, known, second_of(now)) for day, known in same)
    spans = (span for span in spans if span.after <= span.until and span.heard <= span.known)
    return {(span.after, span.heard): _since(engine, city, span, so_far) for span in spans}


@lru_cache(maxsize=2)
def _since(engine: Engine, city: str, span: Span, so_far: int) -> Since:
    with reading(engine) as connection:
        return since(connection, city, span)


def judge_anew(
    connection: Connection, plan: Plan, obligations: Sequence[Obligation], as_of: date, seen: int, former: Before
) -> Judgement:
    """Asks and rules what may have changed since, all of it where nothing is known of a former judgement."""
    bench = _Bench(connection, plan, as_of, seen, former, text_of(plan))
    stood = extents(connection, plan.key, [o.key for o in obligations]) if former else {}
    for obligation in obligations:
        bench.take(obligation, stood.get(obligation.key))
    return bench.found


class _Bench:
    def __init__(
        self, connection: Connection, plan: Plan, as_of: date, seen: int, former: Before, wording: str
    ) -> None:
        self.connection, self.plan, self.as_of, self.seen, self.former = connection, plan, as_of, seen, former
        self.text, self.found, self.asker = wording, Judgement(), Asker(connection, plan)
        self.kept, self.told = measures.kept(connection, plan.key, seen), told_by(connection, plan.key, seen)

    def take(self, obligation: Obligation, extent: Extent | None) -> None:
        """One obligation: what is asked, what that means, what stood of it, and what stands on."""
        o, city, found = obligation, self.plan.key, self.found
        scope, rows = self._scope(o, extent)
        stood = standing.read(self.connection, city, o.key, rows, found.stood)
        beside = standing.read_open_beside(self.connection, city, o.key, rows, found.stood)
        periods = periods_of(o, self.as_of) if beside else {}
        found.kept += (Verdict(o.key, o.clause, o.subject, s, periods.get(n), ruling) for s, n, ruling in beside)
        turns, first = extent.turns if extent and rows != ALL else date.max, len(found.fresh)
        if rows != NONE:
            turns = min(turns, self._rule(o, scope))
        judged = {verdict.key for verdict in found.fresh[first:]} if stood else set()
        found.gone += (key for key in stood if key not in judged)
        found.extents[o.key] = Extent(self.text, self.as_of, self.seen, self.told, turns)

    def _scope(self, o: Obligation, extent: Extent | None) -> tuple[Scope | None, Rows]:
        """Whom to ask, and the rows that their answer covers."""
        span = self._unturned(o, extent)
        if span is None:
            return None, ALL
        read = _reads(self.text, self.plan, o)
        if not span.tells_on(read):
            return None, NONE
        scope = span.scope(o, read)
        return scope, ALL if scope is None else _rows(scope, span)

    def _unturned(self, o: Obligation, extent: Extent | None) -> Since | None:
        """What was touched since, where the text, the days and the kinds on file still say the same of the rest."""
        span = self.former.get((extent.as_of, extent.known)) if extent else None
        if extent is None or span is None or extent.text != self.text or extent.turns <= self.as_of:
            return None
        seen_otherwise = absent_of(o, self.kept) != absent_of(o, span.kept_before)
        return None if seen_otherwise or o.clause in span.excused else span

    def _rule(self, o: Obligation, scope: Scope | None) -> date:
        """Rules what is asked, and gives the day on which the same measures may mean something else."""
        if len(self.plan.wordings(o.key)) > 1:
            known = measures.known(self.connection, self.plan, [o], self.as_of, self.seen)
            self.found.fresh += judge(self.plan, known, self.as_of)
            return self.as_of
        excused = measures.excused_of(self.connection, self.plan.key, o.clause, self.as_of, self.seen)
        asked = self.asker.ask(o, self.as_of, self.seen, scope)
        spoken: Spoken = {}
        measured = Measured(asked, absent_of(o, self.kept), excused)
        self.found.fresh += self._verdicts(o, measured, spoken)
        return rulings_stand_until(self.plan, o, spoken, self.as_of)

    def _verdicts(self, o: Obligation, measured: Measured, spoken: Spoken) -> Iterator[Verdict]:
        periods = periods_of(o, self.as_of)
        for subject, number, ruling in rulings(self.plan, o, measured, self.as_of, spoken):
            yield Verdict(o.key, o.clause, o.subject, subject, periods.get(number), ruling)


def _rows(scope: Scope, span: Since) -> Rows:
    if not scope.codes:
        return NONE
    return Rows(None if scope.reach is Reach.MONTH else span.groups.subjects(scope), scope.periods)


_READS: dict[tuple[str, str], dict[str, Reading]] = {}


def _reads(wording: str, plan: Plan, obligation: Obligation) -> dict[str, Reading]:
    """By the hash of the text, so that what is read is worked out once for a text."""
    key = (wording, obligation.key)
    if key not in _READS:
        _READS[key] = reads(obligation, question_of(plan, obligation))
    return _READS[key]
