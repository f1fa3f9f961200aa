"""The platform's error codes with the words it answers them with ("全局返回码" and each call's own page)."""

from __future__ import annotations

import secrets
from typing import Any

ERRMSG: dict[int, str] = {
    -1: "system error",
    0: "ok",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40006: "invalid meida size",  # spelt so by the platform
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40013: "invalid appid",
    40014: "invalid access_token",
    40035: "invalid parameter",
    40037: "invalid template_id",
    40059: "invalid msg id",
    40066: "invalid url",
    40097: "invalid args",
    40114: "invalid index value",
    40125: "invalid appsecret",
    40132: "invalid username",
    40164: "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist",
    40243: "AppSecret has been frozen",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41006: "media_id missing",
    41009: "missing openid",
    41039: "invalid content_source_url",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    44002: "empty post data",
    44003: "empty news data",
    44004: "empty content",
    45002: "content size out of limit",
    45003: "title size out of limit",
    45004: "description size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45028: "has no masssend quota",
    45047: "out of response count limit",
    45065: "clientmsgid exist",
    45066: "clientmsgid retry too fast",
    45067: "clientmsgid size out of limit",
    45110: "author size out of limit",
    45159: "invalid tag id",
    45166: "invalid content",
    47001: "data format error",
    47003: "argument invalid",
    48001: "api unauthorized",
    48002: "user block receive message",
    48004: "api forbidden for irregularities",
    48006: "forbid to clear quota because of reaching the limit",
    50002: "user limited",
    50004: "forbid to use this api",
    50007: "account is not active",
    53500: "publishing is banned",
    53501: "publish too frequently",
    53502: "invalid publish_id",
    53503: "the draft did not pass the publish check",
    53504: "the draft must be published on the MP site",
    53505: "please save the draft manually on the MP site first",
    53600: "invalid article_id",
    61500: "date format error",
    61501: "date range error",
    61503: "data not ready, please try later",
    88000: "without comment privilege",
    89503: "this request must be confirmed by the administrator",
    89506: "refused by the administrator, try again in 24 hours",
    89507: "refused by the administrator, try again in 1 hour",
}


class Refusal(Exception):
    """The platform answers this call with an error and does nothing."""

    def __init__(self, code: int, **fields: Any) -> None:
        """`fields`: what the answer holds beside code and words, as 45065 holds the earlier msg_id."""
        super().__init__(code)
        self.code = code
        self.fields = fields


def refusal_body(code: int, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    """The answer's JSON: the code, its words with a fresh request id, and the fields."""
    return {"errcode": code, "errmsg": f"{ERRMSG[code]} rid: {_request_id()}", **(fields or {})}


def _request_id() -> str:
    return "-".join(secrets.token_hex(4) for _ in range(3))
