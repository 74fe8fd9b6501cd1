"""Two rules that cannot both hold, a rule that cannot hold at all, and rules of which one never binds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import combinations, pairwise, permutations
from typing import Any

from policy.checks.standing import Standing
from policy.finding import Finding, error, note, warning
from policy.plan import Obligation, Plan
from policy.soundness.dates import due_place, first_due
from policy.soundness.places import of_obligation

SHARE = "share"
ALL = (1, 1)
FAMILIES = (
    (("assistant",), ("social_worker",), ("senior",)),
    (("大专", "专科", "高职"), ("本科", "学士"), ("硕士", "研究生", "博士")),
)
"""Titles and degrees, the lowest first; the words of one rank mean the same."""
NAMED = {"assistant": "助理级", "social_worker": "社会工作师", "senior": "高级"}
LIMITS = ("minutes", "most", "years", "cents")


def bounds_the_right_way_round(plan: Plan) -> Iterator[Finding]:
    for o in plan.obligations:
        least, most = getattr(o.check, "least", None), getattr(o.check, "most", None)
        if isinstance(least, int) and isinstance(most, int) and least > most:
            said = f"至少{least}又至多{most}，不可能同时做到"
            yield error("bounds-crossed", of_obligation(o, "check", "least"), said, o.clause)
        for field in ("least", "most", "need", "minutes", "years", "cents", "times"):
            value = getattr(o.check, field, None)
            if isinstance(value, int) and value < 0:
                yield error("bounds-crossed", of_obligation(o, "check", field), f"不能是负数（{value}）", o.clause)
        yield from _share(o)


def _share(o: Obligation) -> Iterator[Finding]:
    for field in ("least", "share"):
        value = getattr(o.check, field, None)
        if isinstance(value, tuple) and not 0 < value[0] <= value[1]:
            said = f"比例{value[0]}/{value[1]}应大于0、不超过1"
            yield error("bounds-crossed", of_obligation(o, "check", field), said, o.clause)


def enough_items(plan: Plan) -> Iterator[Finding]:
    """Four kinds wanted of a list of three is a rule nobody can keep."""
    for o in plan.obligations:
        check = o.check
        if isinstance(check, Standing) and check.items and check.least > len(check.items):
            said = f"至少要{check.least}{check.unit}，清单里只列了{len(check.items)}项，无法做到"
            yield error("items-short", of_obligation(o, "check", "items"), said, o.clause)
        for field in ("items", "steps", "posts", "grades", "levels", "places"):
            listed = getattr(check, field, ())
            if len(set(listed)) < len(listed):
                yield error("written-once", of_obligation(o, "check", field), "清单里有重复的一项", o.clause)


def higher_counts_too(plan: Plan) -> Iterator[Finding]:
    """Who has more than is asked has what is asked: a list of degrees or titles holds every one from its lowest up, and
    the one that the clause names."""
    for o in plan.obligations:
        listed = set(getattr(o.check, "items", ()))
        clause = plan.clause_of.get(o.clause)
        for family in FAMILIES:
            own = [rank for rank in family if listed & set(rank)]
            if len(listed) < 2 or not listed <= {word for rank in family for word in rank}:
                continue
            asked = [word for rank in family[family.index(own[0]) :] for word in rank]
            named = [word for rank in family for word in rank if clause and NAMED.get(word, word) in clause.summary]
            if left := [NAMED.get(word, word) for word in dict.fromkeys([*named, *asked]) if word not in listed]:
                said = f"清单里没有{'、'.join(left)}，有这一项的人反而不算，请核对"
                yield warning("rank-left-out", of_obligation(o, "check", "items"), said, o.clause)


def both_can_hold(plan: Plan) -> Iterator[Finding]:
    """At least so many of some posts, at most fewer of posts that include them: one of the two must fail."""
    for (one, asks), (other, caps) in permutations(_counted(plan), 2):
        within = _asked(one) == _asked(other) and set(asks.posts) <= set(caps.posts)
        if within and caps.most is not None and asks.least > caps.most:
            said = f"至少要{asks.least}，而{other.clause}（{other.key}）至多{caps.most}，两条不能同时做到"
            yield warning("cannot-both-hold", of_obligation(one, "check", "least"), said, one.clause)


def parts_can_make_the_whole(plan: Plan) -> Iterator[Finding]:
    """At least so many of several posts, each of which fewer may hold."""
    for whole, asks in _counted(plan):
        parts = [check for o, check in _counted(plan) if o is not whole and _asked(o) == _asked(whole)]
        caps = {check.posts[0]: check.most for check in parts if len(check.posts) == 1 and check.most is not None}
        if len(asks.posts) > 1 and set(asks.posts) <= caps.keys():
            together = sum(caps[post] for post in asks.posts)
            if asks.least > together:
                said = f"至少要{asks.least}，而各岗位的上限合计只有{together}"
                yield warning("cannot-both-hold", of_obligation(whole, "check", "least"), said, whole.clause)


def _counted(plan: Plan) -> list[tuple[Obligation, Standing]]:
    return [(o, o.check) for o in plan.obligations if isinstance(o.check, Standing) and o.check.posts]


def _asked(o: Obligation) -> tuple[Any, ...]:
    return (o.subject, o.check.asks)


def one_number_for_one_clause(plan: Plan) -> Iterator[Finding]:
    """Two obligations of one clause that hold it to different numbers."""
    for same in _by_clause(plan).values():
        for one, other in combinations(same, 2):
            for field in LIMITS:
                a, b = getattr(one.check, field, None), getattr(other.check, field, None)
                if isinstance(a, int) and isinstance(b, int) and a != b:
                    said = f"写的是{b}，而同一条款的{one.key}写的是{a}"
                    yield warning("numbers-differ", of_obligation(other, "check", field), said, other.clause)


def _by_clause(plan: Plan) -> dict[str, list[Obligation]]:
    found: dict[str, list[Obligation]] = defaultdict(list)
    for o in plan.obligations:
        found[o.clause].append(o)
    return found


def binds(plan: Plan) -> Iterator[Finding]:
    """Of two duties about the same thing the earlier or greater one makes the other hold by itself (A15, A49, B10)."""
    alike: dict[tuple[Any, ...], list[Obligation]] = defaultdict(list)
    for o in plan.obligations:
        if o.due and o.check.kind in (SHARE, "done_by") and o.check.asks != "report":
            alike[_thing(o)].append(o)
    for same in alike.values():
        ordered = sorted(same, key=_strength)
        for earlier, later in pairwise(ordered):
            if _need(earlier) >= _need(later):
                said = f"与{earlier.clause}（{earlier.due}）问的是同一件事，那一条办到后本条自然办到"
                yield note("never-binds", due_place(later), said, later.clause)


def _thing(o: Obligation) -> tuple[Any, ...]:
    """What is counted of whom; acts are kept clause by clause."""
    clause = o.clause if o.check.asks == "act" else None
    return (o.subject, o.check.asks, getattr(o.check, "items", ()), getattr(o.check, "of", None), clause)


def _strength(o: Obligation) -> tuple[date | None, Fraction]:
    return first_due(o), -_need(o)


def _need(o: Obligation) -> Fraction:
    return Fraction(*getattr(o.check, "least", ALL))


RULES = (
    bounds_the_right_way_round,
    enough_items,
    higher_counts_too,
    both_can_hold,
    parts_can_make_the_whole,
    one_number_for_one_clause,
    binds,
)
