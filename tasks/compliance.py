"""The full run for the record: a ranking of the counties, a draft circular, and the archive of every verdict.

The archive is one JSON line a verdict in a fixed order; its SHA-256 is in the circular, so that a copy can be checked.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

from db.columns import day_number
from db.views import CITY_LEVEL, Places, Share, Stand, share_of
from policy.numbers import percent, zh_day
from tasks.grids import Rows, markdown
from tasks.judging import pressing
from tasks.phases.dossier import STYLE
from tasks.steps import Done, Page, Step, Work

SHARP = 20


def reported(work: Work) -> Done:
    """Ranks, drafts and archives; the same ledger and day give the same files."""
    stands, where = work.look()
    ranks = ranking(stands, where)
    archive, digest = archive_of(stands)
    text = circular(work, ranks, pressing(work.plan, stands, where, work.as_of), digest, len(stands))
    folder = work.data / "compliance" / work.plan.key / work.as_of.isoformat()
    keep(folder, archive, text, work)
    pages = (
        Page("circular", f"通报（草稿）{zh_day(work.as_of)}", text=text),
        Page("ranking", f"县（区）排名 {zh_day(work.as_of)}", rows=ranks),
    )
    return Done(f"{len(stands)}项判定已归档，SHA-256 {digest[:12]}…", pages)


def ranking(stands: Iterable[Stand], where: Places) -> Rows:
    """Counties by the share of what is asked of them that they have; equal shares share a rank."""
    groups: dict[str, list[Stand]] = {}
    for stand in stands:
        groups.setdefault(where.county(stand.kind, stand.subject), []).append(stand)
    shares = {name: share_of(group) for name, group in groups.items() if name != CITY_LEVEL}
    asked = {name: share for name, share in shares.items() if share.asked}
    order = sorted(asked, key=lambda name: (-_part(asked[name]), name))
    return [
        {
            "名次": 1 + sum(_part(other) > _part(asked[name]) for other in asked.values()),
            "县（区）": name,
            "达标": asked[name].met,
            "应达标": asked[name].asked,
            "达标率": f"{percent(asked[name].met, asked[name].asked)}%",
            "逾期或不符": asked[name].late,
            "无佐证": asked[name].unseen,
        }
        for name in order
    ]


def _part(share: Share) -> Fraction:
    return Fraction(share.met, share.asked)


def archive_of(stands: Sequence[Stand]) -> tuple[bytes, str]:
    lines = (
        json.dumps(
            {
                "duty": s.duty,
                "clause": s.clause,
                "kind": s.kind.value,
                "subject": s.subject,
                "period": s.period or None,
                "status": s.status.value,
                "due": day_number(s.due) if s.due else None,
                "done_on": day_number(s.done_on) if s.done_on else None,
                "measured": s.measured,
                "required": s.required,
                "why": s.why,
            },
            ensure_ascii=False,
        )
        for s in stands
    )
    content = "".join(f"{line}\n" for line in lines).encode()
    return content, hashlib.sha256(content).hexdigest()


def circular(work: Work, ranks: Rows, late: Rows, digest: str, number: int) -> str:
    """The draft of the 通报: what a person at the office then edits and signs."""
    worst = sorted((row for row in late if int(row["逾期或不符"])), key=lambda row: -int(row["逾期或不符"]))[:SHARP]
    behind = [str(row["县（区）"]) for row in ranks if row["名次"] == ranks[-1]["名次"]] if len(ranks) > 1 else []
    return "\n\n".join(
        [
            f"# 关于{work.plan.title}推进情况的通报（草稿）",
            f"截至{zh_day(work.as_of)}，依据{work.plan.document}共判定{number}项。",
            "## 一、各县（区）排名",
            markdown(ranks),
            *([f"排在末位的是{'、'.join(behind)}，请对照下表逐项整改。"] if behind else []),
            "## 二、逾期或不符较多的事项",
            markdown(worst),
            "## 三、依据",
            f"判定明细归档文件的SHA-256为 `{digest}`（方案版本{work.plan.revision}）。",
        ]
    )


def keep(folder: Path, archive: bytes, text: str, work: Work) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "verdicts.jsonl").write_bytes(archive)
    (folder / "circular.md").write_text(text, encoding="utf-8")
    (folder / "circular.html").write_text(_page(text, work), encoding="utf-8")


def _page(text: str, work: Work) -> str:
    """The draft as a page that opens in any browser or in WPS; the tables of the markdown become tables."""
    body = [_block(block) for block in text.split("\n\n")]
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{html.escape(work.plan.title)} 通报</title>'
        f"<style>{STYLE}</style>{''.join(body)}</html>"
    )


def _block(block: str) -> str:
    if block.startswith("#"):
        level = len(block) - len(block.lstrip("#"))
        return f"<h{level}>{html.escape(block.lstrip('# '))}</h{level}>"
    if block.startswith("|"):
        lines = [line.strip("|").split("|") for line in block.splitlines()]
        rows = [lines[0], *lines[2:]]
        return "<table>" + "".join(_tr(row, "th" if n == 0 else "td") for n, row in enumerate(rows)) + "</table>"
    return f"<p>{html.escape(block)}</p>"


def _tr(cells: Iterable[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell.strip())}</{tag}>" for cell in cells) + "</tr>"


REPORT = Step("circular", "排名、通报与归档", reported)
