"""The vendors' own SMS clients, as oracles: run as a program, because they leave sockets open and warn.

`vendor_sms.py aliyun|tencent PORT JSON` sends one request to the gateway of the tests and prints the code it was answered.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any


def vendor(provider: str, port: int, key_id: str, secret: str, action: str, asked: dict[str, Any]) -> str:
    """What the vendor's client says after one call; the fields of `asked` are named as its wire format names them."""
    told = json.dumps({"id": key_id, "secret": secret, "action": action, "asked": asked})
    command = [sys.executable, "-W", "ignore", __file__, provider, str(port), told]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def _aliyun(port: str, told: dict[str, Any]) -> str:
    from alibabacloud_dysmsapi20170525 import models
    from alibabacloud_dysmsapi20170525.client import Client
    from alibabacloud_tea_openapi.models import Config

    config = Config(access_key_id=told["id"], access_key_secret=told["secret"], protocol="HTTP")
    config.endpoint = f"127.0.0.1:{port}"
    request = getattr(models, f"{told['action']}Request")().from_map(told["asked"])
    call = {"SendSms": "send_sms", "QuerySendDetails": "query_send_details"}[told["action"]]
    return str(getattr(Client(config), call)(request).body.code)


def _tencent(port: str, told: dict[str, Any]) -> str:
    from tencentcloud.common import credential
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile
    from tencentcloud.sms.v20210111 import models, sms_client

    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=f"127.0.0.1:{port}"))
    client = sms_client.SmsClient(credential.Credential(told["id"], told["secret"]), "ap-guangzhou", profile)
    request = getattr(models, f"{told['action']}Request")()
    request.from_json_string(json.dumps(told["asked"]))
    answer = getattr(client, told["action"])(request)
    return str(answer.SendStatusSet[0].Code if told["action"] == "SendSms" else len(answer.PullSmsSendStatusSet))


if __name__ == "__main__":
    call = {"aliyun": _aliyun, "tencent": _tencent}[sys.argv[1]]
    sys.stdout.write(call(sys.argv[2], json.loads(sys.argv[3])))
