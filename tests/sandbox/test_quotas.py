"""Daily limits, clearing them, request ids, addresses, and who may call at all."""

from pathlib import Path
from typing import Any

import pytest
import requests

from bot.sandbox.platform import ENDPOINTS
from tests.sandbox.client import APP_ID, SECRET, Client, boxed, settings_for

# Calls a day by the documentation; None: it gives no number. On a test account where that has its own.
DAILY: dict[str, tuple[int | None, int | None]] = {
    "token": (2000, 200),
    "stable_token": (500_000, 500_000),
    "menu/create": (1000, 100),
    "menu/delete": (1000, 1000),
    "menu/get": (10_000, 10_000),
    "menu/addconditional": (2000, 2000),
    "menu/delconditional": (2000, 2000),
    "menu/trymatch": (20_000, 20_000),
    "get_current_selfmenu_info": (10_000, 10_000),
    "get_current_autoreply_info": (10_000, 10_000),
    "media/uploadimg": (100_000, 500),
    "media/upload": (100_000, 500),
    "material/add_material": (100_000, 500),
    "media/get": (200_000, 200_000),
    "material/get_material": (200_000, 200_000),
    "message/custom/send": (500_000, 50_000),
    "message/mass/sendall": (100, 100),
    "message/mass/send": (100, 100),
    "message/mass/delete": (10, 10),
    "message/mass/preview": (100, 100),
    "qrcode/create": (100_000, 10_000),
    "user/get": (500, 100),
    "user/info": (5_000_000, 5_000_000),
    "user/info/updateremark": (10_000, 10_000),
    "material/batchget_material": (None, 10),
    "draft/add": (1000, 1000),
    "draft/update": (1000, 1000),
    "draft/delete": (1000, 1000),
    "draft/count": (1000, 1000),
    "draft/batchget": (1000, 1000),
    "draft/get": (500, 500),
    "freepublish/submit": (100, 100),
    "freepublish/get": (100, 100),
    "freepublish/getarticle": (100, 100),
    "freepublish/batchget": (100, 100),
    "freepublish/delete": (10, 10),
}
A_MINUTE = {"stable_token": 10_000, "message/mass/sendall": 60, "message/mass/send": 60}


def test_every_limit_of_a_call_stands_in_these_tables() -> None:
    calls = {path.removeprefix("/cgi-bin/"): endpoint for path, endpoint in ENDPOINTS.items()}
    daily = {call for call, endpoint in calls.items() if (endpoint.daily, endpoint.daily_for_test) != (None, None)}

    assert daily == set(DAILY)
    assert {call: one.a_minute for call, one in calls.items() if one.a_minute is not None} == A_MINUTE


@pytest.mark.parametrize("call", DAILY)
def test_daily_limits_are_the_documented_ones(call: str) -> None:
    endpoint = ENDPOINTS[f"/cgi-bin/{call}"]
    usual, on_test = DAILY[call]

    assert endpoint.daily == usual
    assert (endpoint.daily if endpoint.daily_for_test is None else endpoint.daily_for_test) == on_test


def test_test_account_meets_its_smaller_limit(box: Client) -> None:
    box.switch(is_test=True)
    slices = [box.post("material/batchget_material", {"type": "image", "offset": 0, "count": 1}) for _ in range(11)]

    assert [one.get("errcode", 0) for one in slices] == [0] * 10 + [45009]


def used(box: Client, path: str) -> Any:
    return box.post("openapi/quota/get", {"cgi_path": path}).get("quota")


def test_quota_is_told_and_cleared(box: Client) -> None:
    for _ in range(10):
        box.post("freepublish/delete", {"article_id": "x"})
    spent = box.post("freepublish/delete", {"article_id": "x"})["errcode"]
    told = used(box, "/cgi-bin/freepublish/delete")
    one = box.post("openapi/quota/clear", {"cgi_path": "/cgi-bin/freepublish/delete"})["errcode"]
    after = used(box, "/cgi-bin/freepublish/delete")["used"]

    assert (spent, told) == (45009, {"daily_limit": 10, "used": 10, "remain": 0})
    assert (one, after) == (0, 0)
    assert box.post("freepublish/delete", {"article_id": "x"})["errcode"] == 53600
    limited = box.post("openapi/quota/get", {"cgi_path": "/cgi-bin/message/mass/sendall"})
    assert limited["rate_limit"] == {"call_count": 60, "refresh_second": 60}


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("openapi/quota/get", {"cgi_path": "/cgi-bin/poem"}, 76021),
        ("openapi/quota/get", {"cgi_path": "/cgi-bin/message/mass/send"}, 76022),
        ("openapi/quota/clear", {}, 76021),
        ("clear_quota", {"appid": "wx"}, 40013),
        ("clear_quota/v2", {"appsecret": SECRET}, 41002),
        ("clear_quota/v2", {"appid": APP_ID}, 41004),
        ("clear_quota/v2", {"appid": "wx", "appsecret": SECRET}, 40013),
        ("clear_quota/v2", {"appid": APP_ID, "appsecret": "x"}, 40125),
        ("openapi/rid/get", {}, 76002),
        ("openapi/rid/get", {"rid": "made-up"}, 76001),
        ("callback/check", {"action": "dance"}, 40202),
        ("callback/check", {"action": "all", "check_operator": "PIGEON"}, 40203),
    ],
)
def test_calls_about_calls_that_are_refused(box: Client, path: str, body: dict[str, Any], code: int) -> None:
    assert box.post(path, body)["errcode"] == code


def test_request_id_stands_for_its_request_for_seven_days(box: Client) -> None:
    box.clock("2030-02-01T12:00:00")
    rid = box.post("draft/get", {"media_id": "叶子"})["errmsg"].partition("rid: ")[2]
    box.clock("2030-02-08T11:00:00")
    told = box.post("openapi/rid/get", {"rid": rid})["request"]
    box.clock("2030-02-08T13:00:00")

    assert told["request_url"].endswith("/cgi-bin/draft/get")
    assert ("叶子" in told["request_body"], "40007" in told["response_body"]) == (True, True)
    assert box.post("openapi/rid/get", {"rid": rid})["errcode"] == 76004


def test_request_id_of_a_token_call_keeps_no_secret(box: Client) -> None:
    asked = {"grant_type": "client_credential", "appid": "wx", "secret": SECRET}
    refused = requests.post(f"{box.url}/cgi-bin/stable_token", json=asked, timeout=5).json()
    told = box.post("openapi/rid/get", {"rid": refused["errmsg"].partition("rid: ")[2]})["request"]

    assert refused["errcode"] == 40013
    assert SECRET not in str(told)


def test_addresses_and_the_callback(box: Client) -> None:
    both = box.post("callback/check", {"action": "all", "check_operator": "UNICOM"})

    assert box.get("get_api_domain_ip") == box.get("getcallbackip") == {"ip_list": ["127.0.0.1"]}
    assert both["dns"] == [{"ip": "127.0.0.1", "real_operator": "UNICOM"}]
    assert both["ping"][0]["package_loss"] == "0%"
    assert box.post("callback/check", {"action": "dns"})["ping"] == []


def test_callback_that_was_never_set_cannot_be_checked(tmp_path: Path) -> None:
    with boxed(settings_for(tmp_path)) as deaf:
        assert deaf.post("callback/check", {"action": "all"})["errcode"] == 40201


def token_code(box: Client) -> int:
    asked = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
    plain = requests.get(f"{box.url}/cgi-bin/token", params=asked, timeout=5).json()
    stable = requests.post(f"{box.url}/cgi-bin/stable_token", json=asked, timeout=5).json()
    assert plain.get("errcode") == stable.get("errcode")
    return int(stable.get("errcode", 0))


@pytest.mark.parametrize(
    ("switches", "token", "call"),
    [
        ({"ip_whitelist": []}, 40164, 40164),
        ({"ip_whitelist": ["10.0.0.0/8"]}, 40164, 40164),
        ({"ip_whitelist": ["10.1.2.3", "127.0.0.0/8"]}, 0, 0),
        ({"ip_whitelist": ["127.0.0.1"]}, 0, 0),
        ({"ip_whitelist": [], "is_test": True}, 0, 0),
        ({"is_secret_frozen": True}, 40243, 0),
        ({"token_confirmation": 89503}, 89503, 0),
        ({"token_confirmation": 89506}, 89506, 0),
        ({"token_confirmation": 89507}, 89507, 0),
    ],
)
def test_who_is_let_in(box: Client, switches: dict[str, Any], token: int, call: int) -> None:
    box.switch(**switches)

    assert token_code(box) == token
    assert box.get("draft/count").get("errcode", 0) == call


def test_frozen_secret_clears_nothing(box: Client) -> None:
    box.switch(is_secret_frozen=True)

    assert box.post("clear_quota/v2", {"appid": APP_ID, "appsecret": SECRET})["errcode"] == 40243


@pytest.mark.parametrize(
    "switches",
    [
        {"poem": True},
        {"is_test": 1},
        {"ip_whitelist": ["10.0.0.*"]},
        {"ip_whitelist": "x"},
        {"token_confirmation": 1},
        {"publish_refusal": 53502},
        {"publish_refusal": False},
    ],
)
def test_switches_that_do_not_exist(box: Client, switches: dict[str, Any]) -> None:
    answer = box.http.post(f"{box.url}/box/switches", json=switches, timeout=5)

    assert answer.status_code == 400
    assert answer.json()["error"]
