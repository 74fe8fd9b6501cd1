"""文件夹：每个人、每个单位一个文件夹，一封通知一个 .eml 文件，双击即可用邮件程序打开。

Needs no server: for trying out, for demonstration days, and for offices whose mail is carried over by hand. The same
message overwrites itself.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Self

from notifications.channel import Form, Message, Receipt, SendError
from notifications.mime import Mailbox, mail, one_line
from policy.calendar import civil_day
from settings import Settings

SENDER = Mailbox("督办", "duban@folder.invalid")
FORBIDDEN = re.compile(r'[\\/:*?"<>|\s.]+')


class Folder:
    kind, label, max_bytes = "folder", "文件夹", 1_000_000
    form, resends_unknown, needs = Form.LETTER, True, ""
    longest = timedelta()

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def open(cls, settings: Settings) -> Self:
        return cls(settings.mail_folder)

    def send(self, message: Message) -> Receipt:
        path = self._path(message)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".tmp")
            unfinished.write_bytes(mail(message, SENDER, "folder.invalid"))
            unfinished.replace(path)
        except OSError as error:
            raise SendError(f"写不进文件夹：{os.strerror(error.errno or 0)}", code="folder", phase="write") from error
        return Receipt(text=path.name)

    def close(self) -> None:
        pass

    def _path(self, message: Message) -> Path:
        owner = f"{_safe(message.to.name)}-{_safe(message.to.code)}"
        return self.root / owner / f"{civil_day(message.at)}-{_safe(message.id)}.eml"


def _safe(name: str) -> str:
    """A name as one part of a path on any system; never empty, never hidden."""
    return FORBIDDEN.sub("_", one_line(name)).strip("_")[:60] or "_"


CHANNEL = Folder
