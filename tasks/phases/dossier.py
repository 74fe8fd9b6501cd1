"""The acceptance dossier of a stage: one JSON for programs, one self-contained HTML page for people.

Every obligation of the stage is in it: clause, counts, what is open and until when. Persons appear by code alone.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.views import Places
from policy.numbers import zh_day
from policy.plan import Obligation
from policy.verdict import Verdict
from policy.words import LABELS, Status
from tasks.grids import Rows, markdown
from tasks.phases.lifecycle import Rectification
from tasks.steps import Work

NAME = "dossier"


@dataclass(frozen=True)
class Dossier:
    """`place` is the JSON file below the data folder; `sha256` is that of its bytes."""

    content: bytes
    page: str
    summary: str
    sha256: str
    place: str


def assemble(work: Work, verdicts: Sequence[Verdict], over: Iterable[Rectification], where: Places) -> Dossier:
    open_of: dict[str, list[Rectification]] = {}
    for item in over:
        open_of.setdefault(item.verdict.duty, []).append(item)
    counts = {o.key: Counter(v.ruling.status for v in verdicts if v.duty == o.key) for o in work.part.obligations}
    whole = _whole(work, counts, open_of, where)
    content = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True).encode()
    digest = hashlib.sha256(content).hexdigest()
    rows = [_line(o, counts[o.key], len(open_of.get(o.key, ()))) for o in work.part.obligations if counts[o.key]]
    place = Path("dossiers") / work.plan.key / work.phase.key / f"{NAME}.json"
    return Dossier(content, _page(work, whole, rows, digest), _summary(work, rows, digest, place), digest, str(place))


def _whole(
    work: Work, counts: dict[str, Counter[Status]], open_of: dict[str, list[Rectification]], where: Places
) -> dict[str, Any]:
    return {
        "plan": work.plan.key,
        "document": work.plan.document,
        "revision": work.plan.revision,
        "phase": work.phase.key,
        "title": work.phase.title,
        "clause": work.phase.clause,
        "from": work.phase.starts.isoformat(),
        "to": work.phase.ends.isoformat(),
        "assembled_for": work.as_of.isoformat(),
        "known_at": work.now.isoformat(timespec="seconds"),
        "obligations": [
            {
                "duty": o.key,
                "clause": o.clause,
                "title": o.title,
                "subject": o.subject.value,
                "due": o.due.isoformat() if o.due else None,
                "counts": {status.value: n for status, n in sorted(counts[o.key].items())},
                "open": [_open(item, where) for item in open_of.get(o.key, ())],
            }
            for o in work.part.obligations
        ],
    }


def _open(item: Rectification, where: Places) -> dict[str, Any]:
    verdict = item.verdict
    return {
        "subject": verdict.subject,
        "unit": where.unit_name(verdict.kind, verdict.subject),
        "county": where.county(verdict.kind, verdict.subject),
        "period": verdict.period.label if verdict.period else None,
        "status": verdict.ruling.status.value,
        "why": verdict.ruling.why,
        "carried_over_to": item.due.isoformat(),
    }


def _line(obligation: Obligation, counts: Counter[Status], left: int) -> dict[str, str | int]:
    said = "，".join(f"{LABELS[status]}{n}" for status, n in counts.most_common())
    return {"条款": obligation.clause, "事项": obligation.title, "判定": said, "结转": left}


def _summary(work: Work, rows: Rows, digest: str, place: Path) -> str:
    phase = work.phase
    return "\n\n".join(
        [
            f"# {phase.title} 验收档案",
            f"{zh_day(phase.starts)}至{zh_day(phase.ends)}，按阶段最后一日的情况判定。"
            f"档案在数据目录下 `{place}`（旁有同名网页），SHA-256 `{digest}`。",
            f"**请负责人签认**：在“事项”记录中登记一条，条款 `{phase.clause}`，对象为市的代码，"
            "项目“签认”，经办单位或人员，结论 accepted。签认前本阶段不作办结。",
            markdown(rows),
        ]
    )


STYLE = (
    "body{font:15px/1.6 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:2em auto;max-width:60em;color:#222}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;padding:.3em .6em;text-align:left;"
    "vertical-align:top}th{background:#f2f2f2}code{word-break:break-all}.sign{margin-top:3em}"
)


def _page(work: Work, whole: dict[str, Any], rows: Rows, digest: str) -> str:
    phase = work.phase
    open_items = [(o, item) for o in whole["obligations"] for item in o["open"]]
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{_e(phase.title)} 验收档案</title>'
        f"<style>{STYLE}</style><h1>{_e(work.plan.title)}<br>{_e(phase.title)} 验收档案</h1>"
        f"<p>{zh_day(phase.starts)}至{zh_day(phase.ends)}；依据{_e(work.plan.document)}（方案版本{work.plan.revision}）；"
        f"按阶段最后一日的情况判定。</p><p>数据文件SHA-256：<code>{digest}</code></p>"
        f"<h2>一、各项判定</h2>{_table(rows)}<h2>二、结转整改（{len(open_items)}项）</h2>{_table(_open_rows(open_items))}"
        '<p class="sign">验收签认（单位、姓名、日期）：________________</p></html>'
    )


def _open_rows(items: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> Rows:
    return [
        {
            "条款": o["clause"],
            "事项": o["title"],
            "县（区）": item["county"],
            "单位": item["unit"],
            "对象": item["subject"],
            "情况": item["why"],
            "整改期限": item["carried_over_to"],
        }
        for o, item in items
    ]


def _table(rows: Rows) -> str:
    if not rows:
        return "<p>（无）</p>"
    head = "".join(f"<th>{_e(h)}</th>" for h in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{_e(cell)}</td>" for cell in row.values()) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _e(text: object) -> str:
    return html.escape(str(text))


def keep(work: Work, dossier: Dossier) -> None:
    """Writes both files; a reader sees the old ones or the new ones, never a half."""
    target = work.data / dossier.place
    target.parent.mkdir(parents=True, exist_ok=True)
    for file, content in ((target, dossier.content), (target.with_suffix(".html"), dossier.page.encode())):
        half = file.with_suffix(f"{file.suffix}.new")
        half.write_bytes(content)
        half.replace(file)
