"""The templates of notifications: a small public library, and what the account took from it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.account import Right
from bot.sandbox.calls import OK, Answer, Call, Endpoint, text_of
from bot.sandbox.errcodes import Refusal
from bot.sandbox.state import Row, Store, to_json

CATEGORY = {"id": 616, "name": "科普"}
INDUSTRIES = range(1, 42)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A template of the library; `fields` are the names of its keywords, in order."""

    title: str
    fields: tuple[str, ...]


LIBRARY = {
    1001: Pattern("活动报名结果通知", ("活动名称", "活动时间", "活动地点", "报名结果")),
    1002: Pattern("开馆提醒", ("场馆名称", "开放时间", "温馨提示")),
}


def add_template(call: Call) -> Answer:
    """The account's own id of a template for 模板消息, with the keywords that were named (all, when none are)."""
    request = call.json()
    short, names = text_of(request, "template_id_short"), request.get("keyword_name_list") or []
    number = int(short) if short.isascii() and short.isdigit() and len(short) < 10 else 0
    pattern = LIBRARY.get(number)
    if pattern is None:
        raise Refusal(40037)
    if not isinstance(names, list) or not set(map(str, names)) <= set(pattern.fields):
        raise Refusal(40035)
    return {**OK, "template_id": _keep(call.store, "template", pattern, names or pattern.fields)}


def take_template(call: Call) -> Answer:
    """The same for 订阅通知: the keywords come as numbers, from 1."""
    request = call.json()
    tid, kids = text_of(request, "tid"), request.get("kidList")
    pattern = LIBRARY.get(int(tid) if tid.isascii() and tid.isdigit() and len(tid) < 10 else 0)
    if pattern is None:
        raise Refusal(40037)
    if not isinstance(kids, list) or not kids or not all(_is_kid(kid, pattern) for kid in kids):
        raise Refusal(40035)
    return {**OK, "priTmplId": _keep(call.store, "subscribe", pattern, [pattern.fields[kid - 1] for kid in kids])}


def delete_template(call: Call) -> Answer:
    """The account's template is gone."""
    return _delete(call, "template", text_of(call.json(), "template_id"))


def drop_template(call: Call) -> Answer:
    """The same for 订阅通知."""
    return _delete(call, "subscribe", text_of(call.json(), "priTmplId"))


def list_templates(call: Call) -> Answer:
    """The account's templates for 模板消息."""
    return {"template_list": [{"template_id": row["template_id"], **_described(row)} for row in _all(call, "template")]}


def list_own(call: Call) -> Answer:
    """The account's templates for 订阅通知."""
    own = [{"priTmplId": row["template_id"], **_described(row), "type": 2} for row in _all(call, "subscribe")]
    return {**OK, "data": own}


def list_categories(_call: Call) -> Answer:
    """The categories of the account."""
    return {**OK, "data": [CATEGORY]}


def list_titles(_call: Call) -> Answer:
    """The library's templates."""
    found = [
        {"tid": tid, "title": one.title, "type": 2, "categoryId": str(CATEGORY["id"])} for tid, one in LIBRARY.items()
    ]
    return {**OK, "count": len(found), "data": found}


def list_keywords(call: Call) -> Answer:
    """The keywords of one of them."""
    tid = call.query.get("tid", "")
    pattern = next((one for number, one in LIBRARY.items() if str(number) == tid), None)
    if pattern is None:
        raise Refusal(40037)
    found = [{"kid": kid, "name": name, "rule": "thing"} for kid, name in enumerate(pattern.fields, 1)]
    return {**OK, "count": len(found), "data": found}


def set_industry(call: Call) -> Answer:
    """The account is of these two industries."""
    request = call.json()
    chosen = [text_of(request, name) for name in ("industry_id1", "industry_id2")]
    if not all(one in map(str, INDUSTRIES) for one in chosen):
        raise Refusal(40035)
    call.store.set_fact("industries", " ".join(chosen))
    return OK


def get_industry(call: Call) -> Answer:
    """The account's two industries; the box knows them by their numbers only."""
    chosen = call.store.fact("industries", "1 16").split()
    told = [{"first_class": "", "second_class": one} for one in chosen]
    return dict(zip(("primary_industry", "secondary_industry"), told, strict=True))


def find_template(store: Store, template_id: str, kind: str) -> Row | None:
    """The account's template of this kind."""
    return store.row("SELECT * FROM templates WHERE template_id = ? AND kind = ?", template_id, kind)


def _keep(store: Store, kind: str, pattern: Pattern, names: Sequence[str]) -> str:
    template_id = secrets.token_urlsafe(32)
    fields = {f"thing{pattern.fields.index(name) + 1}": name for name in names}
    sql = "INSERT INTO templates (template_id, kind, title, fields) VALUES (?, ?, ?, ?)"
    store.insert(sql, template_id, kind, pattern.title, to_json(fields))
    return template_id


def _delete(call: Call, kind: str, template_id: str) -> Answer:
    if not call.store.change("DELETE FROM templates WHERE template_id = ? AND kind = ?", template_id, kind):
        raise Refusal(40037)
    return OK


def _all(call: Call, kind: str) -> list[Row]:
    return call.store.rows("SELECT rowid, * FROM templates WHERE kind = ? ORDER BY rowid", kind)


def _described(row: Row) -> dict[str, Any]:
    content = "\n".join(f"{name}：{{{{{key}.DATA}}}}" for key, name in json.loads(row["fields"]).items())
    return {"title": row["title"], "content": content, "example": ""}


def _is_kid(kid: Any, pattern: Pattern) -> bool:
    return isinstance(kid, int) and not isinstance(kid, bool) and 1 <= kid <= len(pattern.fields)


_HELD = Right.SERVICE_VERIFIED_OR_TEST
ENDPOINTS = {
    "/cgi-bin/template/api_add_template": Endpoint(add_template, right=_HELD),
    "/cgi-bin/template/del_private_template": Endpoint(delete_template, right=_HELD),
    "/cgi-bin/template/get_all_private_template": Endpoint(list_templates, method="GET", right=_HELD),
    "/cgi-bin/template/api_set_industry": Endpoint(set_industry, right=_HELD),
    "/cgi-bin/template/get_industry": Endpoint(get_industry, method="GET", right=_HELD),
    "/wxaapi/newtmpl/addtemplate": Endpoint(take_template, right=_HELD),
    "/wxaapi/newtmpl/deltemplate": Endpoint(drop_template, right=_HELD),
    "/wxaapi/newtmpl/gettemplate": Endpoint(list_own, method="GET", right=_HELD),
    "/wxaapi/newtmpl/getcategory": Endpoint(list_categories, method="GET", right=_HELD),
    "/wxaapi/newtmpl/getpubtemplatetitles": Endpoint(list_titles, method="GET", right=_HELD),
    "/wxaapi/newtmpl/getpubtemplatekeywords": Endpoint(list_keywords, method="GET", right=_HELD),
}
