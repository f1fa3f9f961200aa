"""The calls about calls: how many are used, clearing them, and what a request id stands for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.sandbox.account import has_right
from bot.sandbox.calls import OK, Answer, Call, Endpoint, daily_limit, text_of
from bot.sandbox.clock import SHANGHAI, day_of
from bot.sandbox.errcodes import Refusal
from bot.sandbox.tokens import check_secret

CLEARS_A_MONTH = 10  # clear_quota, with or without a token
SINGLE_CLEARS_A_MONTH = 50  # openapi/quota/clear
RID_KEPT_S = 7 * 24 * 3600
Table = dict[str, Endpoint]


def clear_all(call: Call) -> Answer:
    """No call counts as used today."""
    if text_of(call.json(), "appid") != call.settings.app_id:
        raise Refusal(40013)
    return _clear(call)


def clear_all_by_secret(call: Call) -> Answer:
    """The same without a token."""
    request = call.json()
    check_secret(call, text_of(request, "appid"), text_of(request, "appsecret"))
    return _clear(call)


def ask_request(call: Call) -> Answer:
    """The request that was refused under a request id in the last seven days."""
    rid = text_of(call.json(), "rid")
    if not rid:
        raise Refusal(76002)
    row = call.store.row("SELECT * FROM refusals WHERE rid = ?", rid)
    if row is None:
        raise Refusal(76001)
    if call.now - row["at"] > RID_KEPT_S:
        raise Refusal(76004)
    described = {
        "invoke_time": int(row["at"]),
        "cost_in_ms": 1,
        "request_url": row["url"],
        "request_body": row["body"],
        "response_body": row["answer"],
        "client_ip": row["ip"],
    }
    return {**OK, "request": described}


def endpoints_about(table: Table) -> Table:
    """The calls that speak of the others in `table`."""

    def one_quota(call: Call) -> Answer:
        path, endpoint = _asked(call, table)
        limit, used = daily_limit(endpoint, call.account), _used(call, path)
        answer: dict[str, Any] = {
            "quota": {"daily_limit": limit or 0, "used": used, "remain": max(0, (limit or 0) - used)},
            "component_rate_limit": {"call_count": 0, "refresh_second": 0},
        }
        if endpoint.a_minute is not None:
            answer["rate_limit"] = {"call_count": endpoint.a_minute, "refresh_second": 60}
        return {**OK, **answer}

    def clear_one(call: Call) -> Answer:
        path, _ = _asked(call, table)
        _count_clearing(call, "quota_clears", SINGLE_CLEARS_A_MONTH)
        call.store.change("DELETE FROM calls WHERE day = ? AND path = ?", day_of(call.now), path)
        return OK

    return {
        "/cgi-bin/openapi/quota/get": Endpoint(one_quota),
        "/cgi-bin/openapi/quota/clear": Endpoint(clear_one),
    }


def _clear(call: Call) -> Answer:
    _count_clearing(call, "clears", CLEARS_A_MONTH)
    call.store.change("DELETE FROM calls WHERE day = ?", day_of(call.now))
    return OK


def _count_clearing(call: Call, counted: str, limit: int) -> None:
    fact = f"{counted} {datetime.fromtimestamp(call.now, SHANGHAI):%Y-%m}"
    used = int(call.store.fact(fact, "0"))
    if used >= limit:
        raise Refusal(48006)
    call.store.set_fact(fact, str(used + 1))


def _asked(call: Call, table: Table) -> tuple[str, Endpoint]:
    path = text_of(call.json(), "cgi_path")
    if path not in table:
        raise Refusal(76021)
    if not has_right(call.account, table[path].right):
        raise Refusal(76022)
    return path, table[path]


def _used(call: Call, path: str) -> int:
    return call.store.number("SELECT used FROM calls WHERE day = ? AND path = ?", day_of(call.now), path)


ENDPOINTS = {
    "/cgi-bin/clear_quota": Endpoint(clear_all),
    "/cgi-bin/clear_quota/v2": Endpoint(clear_all_by_secret, needs_token=False),
    "/cgi-bin/openapi/rid/get": Endpoint(ask_request),
}
