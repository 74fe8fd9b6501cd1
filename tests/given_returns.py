"""Mail that comes back, as servers write it."""

from __future__ import annotations

DATE = "Fri, 30 Jul 2021 09:05:00 +0800"


def dsn(
    name: str, *, action: str = "failed", status: str = "5.1.1", verp: bool = False, said: str = "unknown"
) -> bytes:
    """RFC 3464, with the returned header behind it; with `verp` only the address it came back to names it."""
    to = f"tuixin+{name}@example.invalid" if verp else "duban@example.invalid"
    returned = "Message-ID: <somebody-else@example.com>" if verp else f"Message-ID: <{name}@example.invalid>"
    return f"""From: Mail Delivery System <MAILER-DAEMON@mx.example.invalid>
To: <{to}>
Date: {DATE}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry. <gone@example.invalid> 19900001234

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.invalid

Final-Recipient: rfc822; gone@example.invalid
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {status} <gone@example.invalid> {said}

--B
Content-Type: text/rfc822-headers

{returned}
Subject: =?utf-8?b?6YCa55+l?=

--B--
""".replace("\n", "\r\n").encode()


def plain(name: str, said: str = "550 5.1.1 user not found") -> bytes:
    """What QQ and 163 write: for people's eyes alone."""
    return f"""From: PostMaster@qq.example.invalid
To: <duban@example.invalid>
Date: {DATE}
Subject: =?utf-8?b?57O757uf6YCA5L+h?=
Message-ID: <tencent-1@qq.example.invalid>
In-Reply-To: <{name}@example.invalid>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>您的邮件没有送达 gone@example.invalid：<b>{said}</b></p>
""".replace("\n", "\r\n").encode()


def absent(name: str) -> bytes:
    """An absence notice."""
    return f"""From: ye.qinghe@example.invalid
To: <duban@example.invalid>
Date: {DATE}
Subject: =?utf-8?b?6Ieq5Yqo5Zue5aSN?=
In-Reply-To: <{name}@example.invalid>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

550 5.1.1 本周出差
""".replace("\n", "\r\n").encode()
