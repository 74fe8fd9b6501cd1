"""duban bounces：读退信。From a mailbox, or from a mail server that pipes one mail in."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.installation import ledger
from cli.output import faults_said, refuse
from db.delivery_words import DELIVERY_LABELS
from notifications.bounces import LABELS
from settings import Settings
from tasks.bounces import mails, take


def bounces(
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="Maildir、mbox、.eml 文件或其文件夹；- 表示从标准输入读一封")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """A mailbox that is gone for good makes its message a dead letter; nothing is answered."""
    settings = Settings()
    if path != "-" and not Path(path).exists():
        refuse([f"{path}：没有这个文件或文件夹"])
    with faults_said(), ledger(settings) as engine:
        raws = [sys.stdin.buffer.read()] if path == "-" else mails(Path(path))
        taken = take(engine, settings.plan, raws, datetime.now(UTC))
    if as_json:
        found = {"mails": taken.kinds, "new": taken.new, "messages": taken.came}
        typer.echo(json.dumps([found], ensure_ascii=False))
        return
    said = [f"{LABELS[kind]}{number}" for kind, number in taken.kinds.items()]
    typer.echo(f"读了{taken.kinds.total()}封：{'、'.join(said) or '没有邮件'}；新的回执{taken.new}条")
    for state, number in taken.came.items():
        typer.echo(f"  {number}封通知改为“{DELIVERY_LABELS[state]}”，详见 duban dead")
