"""品牌打造: what was reached has to hold while counties show what they are good at."""

from __future__ import annotations

from db.views import Stand, share_of
from policy.numbers import zh_day
from policy.plan import Obligation
from tasks.grids import Rows, column
from tasks.phases.progress import grid_step
from tasks.steps import Done, Page, Step, Work

EVIDENCE = grid_step(
    "brand-evidence",
    "品牌佐证",
    (
        column("站点三化建设", "reviewed-5-5-02"),
        column("服务项目品牌", "reviewed-5-5-03"),
        column("兜底民生服务体系", "reviewed-5-5-04"),
        column("经验总结与常态化", "reviewed-5-5-05"),
    ),
)


def is_standing(obligation: Obligation) -> bool:
    """Neither a date nor a period: it has to hold on every day."""
    return obligation.due is None and obligation.every is None and obligation.phase is not None


def standards(work: Work) -> Done:
    """The standing rules of the earlier stages, of which most have to do with counts: do they still hold?"""
    earlier = [o for o in work.plan.obligations if is_standing(o) and o.phase != work.phase.key]
    if not earlier:
        return Done("方案中没有常设标准")
    stands, _ = work.look([o.key for o in earlier])
    by_duty: dict[str, list[Stand]] = {o.key: [] for o in earlier}
    for stand in stands:
        by_duty[stand.duty].append(stand)
    shares = {key: share_of(own) for key, own in by_duty.items()}
    rows: Rows = [
        {"条款": o.clause, "标准": o.title, "符合": shares[o.key].text, "不符": shares[o.key].late}
        for o in sorted(earlier, key=lambda o: -shares[o.key].late)
        if shares[o.key].asked
    ]
    broken = sum(share.late for share in shares.values())
    title = f"{work.phase.title} 常设标准保持情况（{zh_day(work.as_of)}）"
    return Done(f"常设标准{len(rows)}条，不符{broken}处", (Page("standards", title, rows=rows),))


OWN = (EVIDENCE, Step("standards", "标准保持", standards, shows=True))
