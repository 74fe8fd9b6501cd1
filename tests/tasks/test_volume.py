"""However much there is to say, one message a person stays readable."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from given_notices import CITY, FRIDAY, a_notice, fates, issued, on
from sqlalchemy import Engine

from db.planstore import load_plan
from db.schema import create_all
from settings import Settings
from tasks.send import tick


def test_three_thousand_matters_of_one_office_are_one_letter_of_fifty_lines_and_at_most_a_hundred_kilobytes(
    engine: Engine, tmp_path: Path
) -> None:
    create_all(engine)
    settings = Settings(data=tmp_path)
    duties = [o.key for o in load_plan(CITY).obligations if o.escalation]
    periods = [f"{year}-{month:02d}" for year in range(1990, 2021) for month in range(1, 13)]
    told = [
        a_notice(f"k{n}", duty=duties[n % len(duties)], period=periods[n // len(duties)], due=None) for n in range(3000)
    ]
    issued(engine, *told)
    assert tick(engine, settings, on(FRIDAY)).sent == 1
    (path,) = settings.mail_folder.rglob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    said = str(mail.get_body(("plain",)).get_content())
    assert path.stat().st_size <= 100_000
    assert sum(bool(re.match(r"\d+\. 【", line)) for line in said.splitlines()) <= 50
    assert "3000项" in str(mail["Subject"])
    assert set(fates(engine).values()) == {"done"}
