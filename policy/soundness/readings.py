"""Readings: each is named by an ambiguity of some clause, offers the values its check knows, and is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy.finding import Finding, error, note, warning
from policy.plan import Plan
from policy.soundness.places import HOUSE, of_clause, of_obligation

NAME = re.compile(r"[A-Z]\d+")


def chosen_among_the_listed(plan: Plan) -> Iterator[Finding]:
    house = plan.house
    for name, chosen in house.readings.items():
        values = house.reading_values.get(name)
        if values is None:
            yield error("reading-values", (HOUSE, "reading_values", name), "没有列出这一读法的可选值")
        elif chosen not in values:
            said = f"“{chosen}”不是可选的读法，应为：{'、'.join(values)}"
            yield error("reading-values", (HOUSE, "readings", name), said)
    for name in house.reading_values.keys() - house.readings.keys():
        yield warning("reading-missing", (HOUSE, "reading_values", name), "列出了可选值，readings 里却没有选定")


def there_when_asked(plan: Plan) -> Iterator[Finding]:
    """A check that asks for a reading the house has not, or does not know its value, could not judge."""
    for o in plan.obligations:
        for name, known in o.check.reads.items():
            chosen = plan.house.readings.get(name)
            if chosen is None:
                said = f"判定要用读法{name}，house.yaml 的 readings 里没有，应为：{'、'.join(known)}"
                yield error("reading-missing", of_obligation(o, "check"), said, o.clause)
            elif chosen not in known and chosen in plan.house.reading_values.get(name, ()):
                said = f"“{chosen}”这种读法没有判定办法，应为：{'、'.join(known)}"
                yield error("reading-values", (HOUSE, "readings", name), said, o.clause)


def values_as_known(plan: Plan) -> Iterator[Finding]:
    known = {name: values for o in plan.obligations for name, values in o.check.reads.items()}
    for name, listed in plan.house.reading_values.items():
        for value in sorted(known.get(name, listed) ^ listed.keys() if name in known else ()):
            said = (
                f"“{value}”有判定办法，却没有列出" if value in known[name] else f"“{value}”没有判定办法，选了会无法判定"
            )
            yield warning("reading-values", (HOUSE, "reading_values", name), said)


def named_and_used(plan: Plan) -> Iterator[Finding]:
    """A reading has the id of an ambiguity, which the clause it reads names too."""
    ambiguous = {name for clause in plan.clauses for name in clause.ambiguity}
    asked = {name for o in plan.obligations for name in o.check.reads}
    for name in plan.house.readings:
        at = (HOUSE, "readings", name)
        if not NAME.fullmatch(name):
            yield error("reading-unnamed", at, "读法应以歧义清单中的编号为名，如 A35")
        elif name not in ambiguous:
            yield warning("reading-unnamed", at, "没有条款在 ambiguity 里写这个编号，不知道读的是哪一条")
        elif name not in asked:
            yield warning("reading-unused", at, "没有条款的判定用到它，改了也不起作用")
    for o in plan.obligations:
        clause = plan.clause_of.get(o.clause)
        for name in o.check.reads:
            if clause and name not in clause.ambiguity and name in plan.house.readings:
                said = f"判定用到读法{name}，条款的 ambiguity 里没有写"
                yield warning("reading-unnamed", of_clause(clause, "ambiguity"), said, clause.id)


def names_of_ambiguities(plan: Plan) -> Iterator[Finding]:
    for clause in plan.clauses:
        for name in clause.ambiguity:
            if not NAME.fullmatch(name):
                said = f"“{name}”不是歧义清单中的编号，应写成 A35 这样"
                yield warning("ambiguity-unnamed", of_clause(clause, "ambiguity"), said, clause.id)
        if len(set(clause.ambiguity)) < len(clause.ambiguity):
            yield warning("ambiguity-unnamed", of_clause(clause, "ambiguity"), "同一编号写了两次", clause.id)


def without_a_choice(plan: Plan) -> Iterator[Finding]:
    """Ambiguities that are read in one way, with no choice in the house: one note for all."""
    ambiguous = {name for clause in plan.clauses for name in clause.ambiguity}
    if silent := sorted(ambiguous - plan.house.readings.keys()):
        said = f"{len(silent)}处歧义没有可选的读法，按解读笔记的默认处理：{'、'.join(silent)}"
        yield note("ambiguity-without-choice", (HOUSE, "readings"), said)


RULES = (
    chosen_among_the_listed,
    there_when_asked,
    values_as_known,
    named_and_used,
    names_of_ambiguities,
    without_a_choice,
)
