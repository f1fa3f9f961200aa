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
    40015: "invalid menu type",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40022: "invalid sub_menu level",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40032: "invalid openid list size",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40035: "invalid parameter",
    40037: "invalid template_id",
    40054: "invalid sub button url domain",
    40055: "invalid button url domain",
    40059: "invalid msg id",
    40066: "invalid url",
    40073: "invalid card id",
    40097: "invalid args",
    40113: "unsupported file type",
    40114: "invalid index value",
    40125: "invalid appsecret",
    40132: "invalid username",
    40164: "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist",
    40201: "invalid url",
    40202: "invalid action",
    40203: "invalid check_operator",
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
    43116: "this template is banned",
    44002: "empty post data",
    44003: "empty news data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45003: "title size out of limit",
    45004: "description size out of limit",
    45007: "voice or video playtime out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45028: "has no masssend quota",
    45047: "out of response count limit",
    45056: "too many tag now, no need to add new",
    45057: "can't modify system tag with too many fans",
    45058: "can't modify sys tag",
    45059: "tag on user is out of limit",
    45065: "clientmsgid exist",
    45066: "clientmsgid retry too fast",
    45067: "clientmsgid size out of limit",
    45072: "invalid command",
    45080: "no conversation with the user in the last 30 seconds",
    45081: "already in typing status",
    45083: "the speed out of range",
    45084: "no speed message",
    45110: "author size out of limit",
    45157: "invalid tag name",
    45158: "tag name too long",
    45159: "invalid tag id",
    45166: "invalid content",
    46003: "menu no exist",
    46004: "user not exist",
    47001: "data format error",
    47003: "argument invalid",
    48001: "api unauthorized",
    48002: "user block receive message",
    48004: "api forbidden for irregularities",
    48006: "forbid to clear quota because of reaching the limit",
    49003: "openid not match the tag",
    50002: "user limited",
    50004: "forbid to use this api",
    50007: "account is not active",
    53406: "the account has no right to insert products",
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
    65301: "menuid not exist",
    65302: "user not exist",
    65303: "there is no selfmenu, please create selfmenu first",
    65304: "match rule empty",
    65307: "conditional menu empty",
    65308: "button without response type",
    65316: "too many domains in the menu",
    65317: "invalid url",
    65401: "invalid custom service account",
    76001: "rid not found",
    76002: "rid is empty",
    76003: "you have no permission to query this rid or quota",
    76004: "rid is expired",
    76021: "cgi_path not found",
    76022: "could not use this cgi_path, no permission",
    88000: "without comment privilege",
    88001: "msg_data is not exists",
    88002: "the article is limit for safety",
    88003: "elect comment upper limit",
    88004: "comment was deleted by user",
    88005: "already reply",
    88007: "reply content length is out of limit",
    88008: "comment is not exists",
    88009: "reply is not exists",
    88010: "count range error. cound <= 0 or count > 50",
    89503: "this request must be confirmed by the administrator",
    89504: "waiting for the administrator to confirm, please be patient",
    89505: "waiting for the administrator to confirm, please try later",
    89506: "refused by the administrator, try again in 24 hours",
    89507: "refused by the administrator, try again in 1 hour",
}


RID = " rid: "


class Refusal(Exception):
    """The platform answers this call with an error and does nothing."""

    def __init__(self, code: int, **fields: Any) -> None:
        """`fields`: what the answer holds beside code and words, as 45065 holds the earlier msg_id."""
        super().__init__(code)
        self.code = code
        self.fields = fields


def refusal_body(code: int, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    """The answer's JSON: the code, its words with a fresh request id, and the fields."""
    return {"errcode": code, "errmsg": f"{ERRMSG[code]}{RID}{_request_id()}", **(fields or {})}


def request_id_in(errmsg: str) -> str:
    """The request id at the end of an error's words; empty when there is none."""
    return errmsg.partition(RID)[2]


def _request_id() -> str:
    return "-".join(secrets.token_hex(4) for _ in range(3))
