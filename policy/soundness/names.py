"""Every name is written once and means something: clauses, stages, duties, records, words of the vocabularies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from policy.finding import Finding, error, warning
from policy.plan import Plan
from policy.records import KINDS
from policy.records.choices import POSTS
from policy.soundness.places import CLAUSES, PLAN, of_clause, of_obligation


def unique(plan: Plan) -> Iterator[Finding]:
    for place, names in (
        ((PLAN, "obligations"), [o.key for o in plan.obligations]),
        ((PLAN, "phases"), [p.key for p in plan.phases]),
        ((PLAN, "duties"), [d.key for d in plan.duties]),
        ((CLAUSES,), [c.id for c in plan.clauses]),
    ):
        for name, times in Counter(names).items():
            if times > 1:
                yield error("written-once", (*place, name), f"写了{times}次，应只写一次")


def parts_apart(plan: Plan) -> Iterator[Finding]:
    """A run is started by the name of its stage or duty: one name, one part."""
    for name in sorted({p.key for p in plan.phases} & {d.key for d in plan.duties}):
        yield error("written-once", (PLAN, "duties", name), "已有同名的阶段，应另取一个名字")


def clauses_placed(plan: Plan) -> Iterator[Finding]:
    """Every clause is served by an obligation or left out with its reason, and never both."""
    judged = {o.clause for o in plan.obligations}
    for clause in plan.clauses:
        if clause.id not in judged and clause.id not in plan.not_run:
            cure = "没有安排，应写一条 obligation 或在 not_run 写明原因"
            yield error("clause-unplaced", of_clause(clause), cure, clause.id)
    for name, reason in plan.not_run.items():
        at = (PLAN, "not_run", name)
        if name in judged:
            yield error("clause-placed-twice", at, "已有 obligation 判定本条，应删去其一", name)
        if name not in plan.clause_of:
            yield error("clause-unknown", at, "clauses.yaml 里没有这个条款", name)
        if not reason.strip():
            yield error("reason-missing", at, "没有写不判定的原因", name)


def clauses_known(plan: Plan) -> Iterator[Finding]:
    for o in plan.obligations:
        if o.clause not in plan.clause_of:
            at = of_obligation(o, "clause")
            yield error("clause-unknown", at, f"没有条款{o.clause}，应为 clauses.yaml 中的编号", o.clause)
        for field in ("excused_by", "occasion"):
            named = getattr(o.check, field, None)
            if named and named not in plan.clause_of:
                at = of_obligation(o, "check", field)
                yield error("clause-unknown", at, f"没有条款{named}，应为 clauses.yaml 中的编号", o.clause)


def parts_known(plan: Plan) -> Iterator[Finding]:
    """An obligation belongs to exactly one stage or duty that is there."""
    phases, duties = {p.key for p in plan.phases}, {d.key for d in plan.duties}
    for o in plan.obligations:
        if (o.phase is None) == (o.duty is None):
            yield error("part-unknown", of_obligation(o), "phase 与 duty 应恰好写一个", o.clause)
        elif o.phase and o.phase not in phases:
            yield error("part-unknown", of_obligation(o, "phase"), f"没有名为“{o.phase}”的阶段", o.clause)
        elif o.duty and o.duty not in duties:
            yield error("part-unknown", of_obligation(o, "duty"), f"没有名为“{o.duty}”的业务", o.clause)


def parts_filled(plan: Plan) -> Iterator[Finding]:
    """A stage or duty without obligations is a run that never has anything to judge."""
    for duty in plan.duties:
        if not plan.of_duty(duty.key):
            yield warning("part-empty", (PLAN, "duties", duty.key), "没有任何 obligation 属于这项业务")
    for phase in plan.phases:
        if not plan.of_phase(phase.key):
            yield warning("part-empty", (PLAN, "phases", phase.key), "没有任何 obligation 属于这个阶段", phase.clause)


def records_known(plan: Plan) -> Iterator[Finding]:
    for o in plan.obligations:
        for kind in (kind for kinds in o.records for kind in kinds.split("|")):
            if kind not in KINDS:
                at = of_obligation(o, "records")
                yield error("record-unknown", at, f"没有“{kind}”这种记录，应为：{'、'.join(KINDS)}", o.clause)
        for kind in sorted(set(o.told_by) - set(o.records)):
            at = of_obligation(o, "told_by")
            yield error("record-untold", at, f"“{kind}”不在 records 之中，应为：{'、'.join(o.records)}", o.clause)


def posts_known(plan: Plan) -> Iterator[Finding]:
    for o in plan.obligations:
        named = [word for post in getattr(o.check, "posts", ()) for word in post.split("|")]
        for post in named:
            if post not in POSTS:
                at = of_obligation(o, "check", "posts")
                yield error("post-unknown", at, f"没有“{post}”这种岗位，应为：{'、'.join(POSTS)}", o.clause)


RULES = (
    unique,
    parts_apart,
    clauses_placed,
    clauses_known,
    parts_known,
    parts_filled,
    records_known,
    posts_known,
)
