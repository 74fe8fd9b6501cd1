"""A city of one county, one town, one station: enough for every part of a round to have something to say."""

from __future__ import annotations

from pathlib import Path

SHEETS = {
    "units": (
        "code,name,kind,parent,opened_on\n"
        "C,示例市,city,,\nX,甲县,county,C,\nT,乙镇,township,X,\nS,乙镇社工站,station,T,2021-06-15\n"
    ),
    "people": "code,name\nP1,张甲\n",
    "posts": "person,unit,post,starts_on\nP1,S,station_head,2021-06-15\n",
    "acts": "code,clause,subject,on,item,verdict,by\nA1,HZ-5.2-14,S,2021-06-20,社工站,,\n",
    "visits": "visit,supervisor,station,starts_at,hours\n",
}


def write_mini(folder: Path, extra: dict[str, str] | None = None, replaced: dict[str, str] | None = None) -> Path:
    """Writes the sheets; `extra` appends lines to some of them, `replaced` puts others in their place."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, text in {**SHEETS, **(replaced or {})}.items():
        (folder / f"{kind}.csv").write_text(text + (extra or {}).get(kind, ""), encoding="utf-8")
    return folder
