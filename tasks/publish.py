"""Pages as Prefect artifacts, so that the office reads them beside the run that made them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from tasks.steps import Page


def artifact_key(*names: str) -> str:
    """Prefect takes lower-case letters, digits and hyphens only."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(names).lower()).strip("-")


async def publish(plan: str, part: str, pages: Iterable[Page]) -> None:
    """One artifact a page, under a key that stays the same from day to day, so that Prefect keeps its history."""
    for page in pages:
        key, shown = artifact_key(plan, part, page.key), page.cut()
        if page.text:
            await acreate_markdown_artifact(shown.text, key=key, description=shown.title)
        else:
            rows = [dict(row) for row in shown.rows] or [{"说明": "没有需要列出的事项"}]
            await acreate_table_artifact(rows, key=key, description=shown.title)
