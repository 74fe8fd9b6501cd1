"""duban arm：允许本机发送。After a move or a restored backup nothing is sent until somebody answers for it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.installation import ledger
from cli.output import answered_for, faults_said, refuse
from settings import Settings
from tasks import fence
from tasks.journal import JournalInvalid


def arm(
    by: Annotated[str, typer.Option(help="谁决定：单位或人员编码")],
    why: Annotated[str, typer.Option(help="理由，一句话")],
    journal: Annotated[list[Path] | None, typer.Option(help="从别处拷来的发送日志，可写多个")] = None,
    journal_lost: Annotated[bool, typer.Option("--journal-lost", help="日志确已丢失：可能重复发送")] = False,
) -> None:
    settings, now = Settings(), datetime.now(UTC)
    if missing := [str(path) for path in journal or () if not path.is_file()]:
        refuse([f"--journal {path}：没有这个文件" for path in missing])
    by, why = answered_for(by, why)
    with faults_said(), ledger(settings) as engine:
        try:
            learned = fence.arm(engine, settings, by, why, now, journal or (), journal_lost)
        except (fence.NotArmed, JournalInvalid) as error:
            refuse([error])
    said = f"，台账补记了备份以后发出的{learned}封，不会重发" if learned else ""
    typer.echo(f"已启用：从现在起由本机发送{said}")
