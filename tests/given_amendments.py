"""A document that amends the Huizhou plan, invented for tests: what the office would add to plan.yaml and clauses.yaml."""

from __future__ import annotations

import shutil
from pathlib import Path

from db.planstore import PLANS

AMENDED_FROM = "2022-05-01"
CLAUSE = """
- id: HZ-XG1-03
  place: 补充通知第三条
  title: 志愿服务台账
  summary: 各社工站建立志愿者台账。
  force: should
  kind: duty
"""
AMENDMENTS = """
amendments:
  - key: HZ-XG1
    date: 2022-05-01
    document: 示例民发〔2022〕12号
    title: 关于督导时长和考核期限的补充通知
    changes:
      monthly-supervision: {check: {minutes: 480}}
      visit-length: {check: {minutes: 480}}
      worker-assessment: {every: {rule: FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=30, first_due: 2021-11-30}, escalation: D}
      village-covered: {due: 2023-06-30}
      points-grown: {due: 2023-03-31}
      affairs-establishment: {check: {least: 4}}
    adds:
      - {key: volunteer-book, clause: HZ-XG1-03, title: 志愿服务台账, subject: station, phase: deepening, due: 2022-12-31,
         who: [station], escalation: A, records: [acts], check: {kind: done_by, asks: act, what: 志愿服务台账}}
    ends: [county-liaison]
    phases:
      deepening: {ends: 2023-03-31}
      branding: {starts: 2023-04-01}
"""


def amended_huizhou(folder: Path, amendments: str = AMENDMENTS, clauses: str = CLAUSE) -> Path:
    """A copy of the plan with these amendments."""
    copy = Path(shutil.copytree(PLANS / "huizhou", folder / "huizhou"))
    for name, more in (("plan.yaml", amendments), ("clauses.yaml", clauses)):
        (copy / name).write_text((copy / name).read_text("utf-8") + more, "utf-8")
    return copy
