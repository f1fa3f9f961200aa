"""QR codes with a scene, their pictures and scans, and short keys."""

import io
from typing import Any

import pytest
import requests
from PIL import Image

from tests.sandbox.client import Client, Receiver
from tests.sandbox.test_taps import heard


def asked(name: str, scene: Any, **more: Any) -> dict[str, Any]:
    field = "scene_str" if "STR" in name else "scene_id"
    return {"action_name": name, "action_info": {"scene": {field: scene}}, **more}


def scanned(box: Client, openid: str, ticket: str) -> int:
    address = f"{box.url}/box/followers/{openid}/scan?wait=1"
    return box.http.post(address, json={"ticket": ticket}, timeout=5).status_code


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (asked("QR_SCENE", 1), 0),
        (asked("QR_SCENE", 2**32 - 1, expire_seconds=2_592_000), 0),
        (asked("QR_SCENE", 1, expire_seconds=2_592_001), 40035),
        (asked("QR_SCENE", 1, expire_seconds=0), 40035),
        (asked("QR_SCENE", 0), 40035),
        (asked("QR_SCENE", "1"), 40035),
        (asked("QR_STR_SCENE", "馆" * 64), 0),
        (asked("QR_STR_SCENE", "馆" * 65), 40035),
        (asked("QR_STR_SCENE", ""), 40035),
        (asked("QR_LIMIT_SCENE", 100_000), 0),
        (asked("QR_LIMIT_SCENE", 100_001), 40035),
        (asked("QR_LIMIT_STR_SCENE", "hall"), 0),
        (asked("QR_POEM", 1), 40035),
        ({"action_name": "QR_SCENE"}, 40035),
    ],
)
def test_each_limit_of_a_code(service: Client, request_: dict[str, Any], code: int) -> None:
    assert service.post("qrcode/create", request_).get("errcode", 0) == code


def test_only_temporary_codes_tell_how_long_they_last(service: Client) -> None:
    assert service.post("qrcode/create", asked("QR_SCENE", 1))["expire_seconds"] == 60
    assert "expire_seconds" not in service.post("qrcode/create", asked("QR_LIMIT_SCENE", 1))


def test_a_ticket_has_its_picture_and_a_bad_one_none(service: Client) -> None:
    ticket = service.post("qrcode/create", asked("QR_SCENE", 7))["ticket"]
    picture = requests.get(f"{service.url}/cgi-bin/showqrcode", params={"ticket": ticket}, timeout=5)

    assert Image.open(io.BytesIO(picture.content)).size == (430, 430)
    assert requests.get(f"{service.url}/cgi-bin/showqrcode?ticket=made-up", timeout=5).status_code == 404


def test_a_scan_tells_the_scene_and_a_stranger_follows_by_it(service: Client, receiver: Receiver) -> None:
    openid = service.openids()[0]
    ticket = service.post("qrcode/create", asked("QR_LIMIT_STR_SCENE", "hall-3"))["ticket"]
    scanned(service, openid, ticket)
    service.box("POST", f"followers/{openid}/unsubscribe?wait=1")
    scanned(service, openid, ticket)

    known, _, new = heard(receiver, 3)
    assert [known.findtext(name) for name in ("Event", "EventKey", "Ticket")] == ["SCAN", "hall-3", ticket]
    assert [new.findtext(name) for name in ("Event", "EventKey", "Ticket")] == ["subscribe", "qrscene_hall-3", ticket]
    told = service.get("user/info", openid=openid)
    assert (told["subscribe_scene"], told["qr_scene"], told["qr_scene_str"]) == ("ADD_SCENE_QR_CODE", 0, "hall-3")


def test_who_follows_anew_in_another_way_is_told_without_a_scene(service: Client) -> None:
    openid = service.openids()[1]
    service.box("POST", f"followers/{openid}/unsubscribe?wait=1")
    scanned(service, openid, service.post("qrcode/create", asked("QR_SCENE", 42))["ticket"])
    by_code = service.get("user/info", openid=openid)
    for did in ("unsubscribe", "subscribe"):
        service.box("POST", f"followers/{openid}/{did}?wait=1")

    assert (by_code["qr_scene"], by_code["qr_scene_str"]) == (42, "")
    assert service.get("user/info", openid=openid)["qr_scene"] == 0


def test_a_temporary_code_ends(service: Client) -> None:
    service.clock("2031-01-01T12:00:00")
    openid = service.openids()[0]
    short = service.post("qrcode/create", asked("QR_SCENE", 1))["ticket"]
    for_ever = service.post("qrcode/create", asked("QR_LIMIT_SCENE", 1))["ticket"]
    service.clock("2031-01-01T12:01:01")

    assert (scanned(service, openid, short), scanned(service, openid, for_ever)) == (404, 200)


def test_a_short_key_gives_its_data_until_it_ends(service: Client) -> None:
    service.clock("2031-02-01T12:00:00")
    key = service.post("shorten/gen", {"long_data": "展" * 1365, "expire_seconds": 60})["short_key"]
    service.clock("2031-02-01T12:00:30")
    told = service.post("shorten/fetch", {"short_key": key})
    service.clock("2031-02-01T12:01:01")

    assert told["long_data"] == "展" * 1365
    assert told["expire_seconds"] in (29, 30)
    assert service.post("shorten/fetch", {"short_key": key})["errcode"] == 40035
    assert service.post("shorten/gen", {"long_data": "展" * 1366})["errcode"] == 40035


@pytest.mark.parametrize("path", ["qrcode/create", "shorten/gen", "shorten/fetch"])
@pytest.mark.parametrize("account", [{"kind": "subscription"}, {"kind": "service", "verified": False}])
def test_others_may_not_make_codes(box: Client, path: str, account: dict[str, Any]) -> None:
    box.box("POST", "account", account)

    assert box.post(path, {})["errcode"] == 48001


def test_a_test_account_may(box: Client) -> None:
    box.switch(is_test=True)

    assert "ticket" in box.post("qrcode/create", asked("QR_SCENE", 1))
