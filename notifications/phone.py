"""A mobile number as gateways take it: eleven digits."""

from __future__ import annotations

import re
import unicodedata

from notifications.channel import Message, SendError

MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")


def mobile_of(message: Message) -> str:
    """The recipient's number without blanks, dashes and +86. Raises SendError, permanent, where there is none."""
    if not message.to.phone:
        raise SendError("没有手机号码", permanent=True, code="address", phase="address")
    bare = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", message.to.phone))
    found = MOBILE.fullmatch(bare)
    if not found:
        raise SendError("不是手机号码", permanent=True, code="address", phase="address")
    return found[1]
