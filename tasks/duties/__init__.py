"""What each recurring duty shows beside its verdicts. A duty without pages of its own gets a column an obligation."""

from __future__ import annotations

from tasks.duties import pace, periods
from tasks.grids import column, columns_of
from tasks.judging import JUDGE, PRESSING
from tasks.phases.progress import grid_step
from tasks.steps import Step, Work


def _own_columns(work: Work):  # type: ignore[no-untyped-def]
    return columns_of(work.plan, work.duties)


DUTY_STEPS: dict[str, tuple[Step, ...]] = {
    "staff_assessment": (
        periods.this_year("assessment", "考核进度", column("已考核", "worker-assessment"), column("五部门会同", "assessment-departments"), column("镇街上报", "assessment-reported")),
    ),
    "station_evaluation": (
        periods.this_year("evaluation", "评估进度", column("社工站评估", "station-evaluation"), column("社工点评估", "point-evaluation"), column("专职人员考核", "liaison-assessment"), column("督导考核", "supervisor-assessment")),
        periods.this_year("evaluation-reports", "评估结果报送", column("评估报省厅", "evaluation-to-province"), column("评估送成员单位", "evaluation-to-members"), column("督导报省厅", "supervisors-to-province"), column("督导送成员单位", "supervisors-to-members")),
    ),
    "supervision": (
        periods.this_month("visits", "当月到站督导", column("本月到站", "monthly-supervision")),
        grid_step("supervision-load", "督导力量", (column("站点有督导员", "station-supervised"), column("督导员负责站数", "stations-per-supervisor"), column("县区专职人员", "county-liaison"))),
    ),
    "training": (
        periods.this_year("training", "年度学时进度", column("年度48学时", "yearly-training")),
        grid_step("prejob", "岗前培训", (column("岗前培训班", "prejob-course"), column("岗前学时", "prejob-hours"))),
        pace.PACE,
    ),
}  # fmt: skip


def steps_of_duty(key: str) -> tuple[Step, ...]:
    own = DUTY_STEPS.get(key) or (grid_step("progress", "进度", _own_columns),)
    return (JUDGE, *own, PRESSING)
