"""A town or two to judge: a few lines of CSV a kind, as an office would send them. Nobody in here exists."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from tasks.intake import Records, read_records

UNITS = """code,name,kind,parent,opened_on,point,covered_from
C,样例市,city,,,,
K,东县,county,C,,,
T1,一镇,township,K,,,
T2,二镇,township,K,,,
S1,一镇社工站,station,T1,2021-06-15,,
P1,一镇社工点,point,S1,2021-06-20,,
V1,一村,village,T1,,P1,2021-06-20
V2,二村,village,T1,,P1,2021-06-20
V3,三村,village,T1,,P1,2021-06-20
V4,四村,village,T2,,,
"""
PEOPLE = "code,name\nH1,站长某\nW1,社工某\nD1,督导某\n"
POSTS = """person,unit,post,starts_on,ends_on
H1,S1,station_head,2021-06-15,
W1,S1,deputy_head,2021-07-01,
D1,C,supervisor,2021-07-01,
"""
CITY = {"units": UNITS, "people": PEOPLE, "posts": POSTS}


def write_city(folder: Path, kinds: Mapping[str, str] | None = None, **more: str) -> Path:
    """One CSV a kind; `more` adds kinds or puts others in their place."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, text in {**(CITY if kinds is None else kinds), **more}.items():
        (folder / f"{kind}.csv").write_text(text, "utf-8")
    return folder


def read_city(kinds: Mapping[str, str] | None = None, **more: str) -> Records:
    with tempfile.TemporaryDirectory() as folder:
        return read_records(write_city(Path(folder), kinds, **more))
