"""WeCom, DingTalk and Feishu on loopback: HTTP 200 whatever happens, the truth in the code of the body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from http_gateway import Asked, Gateway

KEY, SECRET, CORP, AGENT = "robot-key-of-nobody", "SEC-of-nobody", "ww-example", 1000002
PEOPLE = {"19912345678": "wangwu"}
OK = {"errcode": 0, "errmsg": "ok"}


@dataclass
class ChatGateway(Gateway):
    """`said` is what people read: where, to whom or whom reminded, the words. `refusals` are codes for the next posts."""

    said: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    clock: Callable[[], float] = time.time
    tokens: list[str] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)

    def serve(self, asked: Asked) -> tuple[int, Any]:
        query = {name: values[0] for name, values in parse_qs(asked.query, keep_blank_values=True).items()}
        told = json.loads(asked.body) if asked.body else {}
        if asked.path == "/cgi-bin/webhook/send":
            return 200, self._wecom_robot(query, told)
        if asked.path == "/robot/send":
            return 200, self._dingtalk(query, told)
        if asked.path.startswith("/open-apis/bot/v2/hook/"):
            return 200, self._feishu(asked.path.rpartition("/")[2], told)
        return 200, self._wecom_app(asked.path.removeprefix("/cgi-bin/"), query, told)

    def _refusal(self) -> dict[str, Any] | None:
        return {"errcode": code, "errmsg": f"{code} 说明"} if (code := self._next()) else None

    def _next(self) -> int | None:
        return self.refusals.pop(0) if self.refusals else None

    def _wecom_robot(self, query: dict[str, str], told: dict[str, Any]) -> dict[str, Any]:
        if refusal := self._refusal():
            return refusal
        if query.get("key") != KEY:
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        content = told["text"]["content"]
        if len(content.encode()) > 2048:
            return {"errcode": 40058, "errmsg": "text.content exceed max length 2048"}
        self.said.append(("wecom_robot", tuple(told["text"].get("mentioned_mobile_list", ())), content))
        return OK

    def _dingtalk(self, query: dict[str, str], told: dict[str, Any]) -> dict[str, Any]:
        if refusal := self._refusal():
            return refusal
        if query.get("access_token") != KEY:
            return {"errcode": 300001, "errmsg": "token is not exist"}
        stamp = query.get("timestamp", "0")
        made = hmac.digest(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), "sha256")
        late = abs(int(stamp) / 1000 - self.clock()) > 3600
        if late or base64.b64encode(made).decode() != query.get("sign"):
            return {"errcode": 310000, "errmsg": "sign not match, more: [https://example.invalid]"}
        if len(json.dumps(told, ensure_ascii=False).encode()) > 20_000:
            return {"errcode": 460101, "errmsg": "message too long"}
        self.said.append(("dingtalk", tuple(told.get("at", {}).get("atMobiles", ())), told["text"]["content"]))
        return OK

    def _feishu(self, key: str, told: dict[str, Any]) -> dict[str, Any]:
        if code := self._next():
            return {"code": code, "msg": f"{code} 说明", "data": {}}
        if key != KEY:
            return {"code": 19001, "msg": "param invalid: incoming webhook access token invalid", "data": {}}
        stamp = told.get("timestamp", "0")
        made = hmac.digest(f"{stamp}\n{SECRET}".encode(), b"", hashlib.sha256)
        late = abs(int(stamp) - self.clock()) > 3600
        if late or base64.b64encode(made).decode() != told.get("sign"):
            return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        if len(json.dumps(told, ensure_ascii=False).encode()) > 20 * 1024:
            return {"code": 9499, "msg": "Bad Request"}
        self.said.append(("feishu", (), told["content"]["text"]))
        return {"code": 0, "msg": "success", "data": {}, "StatusCode": 0, "StatusMessage": "success"}

    def _wecom_app(self, what: str, query: dict[str, str], told: dict[str, Any]) -> dict[str, Any]:
        if what == "gettoken":
            if (query.get("corpid"), query.get("corpsecret")) != (CORP, SECRET):
                return {"errcode": 40001, "errmsg": "invalid credential"}
            self.tokens.append(f"token/{len(self.tokens) + 1}")
            return {**OK, "access_token": self.tokens[-1], "expires_in": 7200}
        if not self.tokens or query.get("access_token") != self.tokens[-1]:
            return {"errcode": 40014, "errmsg": "invalid access_token"}
        if what == "user/getuserid":
            known = PEOPLE.get(told["mobile"])
            return {**OK, "userid": known} if known else {"errcode": 46004, "errmsg": "user not exist"}
        return self._refusal() or self._app_message(told)

    def _app_message(self, told: dict[str, Any]) -> dict[str, Any]:
        if told["agentid"] != AGENT:
            return {"errcode": 40056, "errmsg": "invalid agentid"}
        if told["touser"] in self.unseen:
            return {**OK, "invaliduser": told["touser"]}
        content = told["text"]["content"].encode()[:2048].decode("utf-8", "ignore")  # it cuts without a word
        one = ("wecom_app", (told["touser"],), content)
        if not (told.get("enable_duplicate_check") and one in self.said):
            self.said.append(one)
        return {**OK, "msgid": f"M{len(self.said)}"}
