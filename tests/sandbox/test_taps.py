"""Taps on the menu: what the bot hears, what follows, what the phone opens."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest
import requests

from bot.sandbox.codec import MessageCipher, parse_xml
from bot.sandbox.taps import find_button
from tests.sandbox.client import AES_KEY, APP_ID, TOKEN, Client, Receiver

CIPHER = MessageCipher(token=TOKEN, aes_key=AES_KEY, app_id=APP_ID)


def heard(receiver: Receiver, count: int) -> list[ET.Element]:
    """What the bot got, decrypted."""
    bodies = [parse_xml(delivery.body).findtext("Encrypt") or "" for delivery in receiver.expect(count)]
    return [ET.fromstring(CIPHER.decrypt(body)) for body in bodies]


def tapped(box: Client, button: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the control API answers to a tap on the only button of a new menu."""
    made = box.post("menu/create", {"button": [{"name": "按钮", **button}]})
    assert made["errcode"] == 0, made
    answer: dict[str, Any] = box.box("POST", f"followers/{box.openids()[0]}/tap", {"button": [0], **more})
    return answer


def test_a_click_tells_the_key(box: Client, receiver: Receiver) -> None:
    tapped(box, {"type": "click", "key": "SPIRIT"})

    (event,) = heard(receiver, 1)
    assert (event.findtext("Event"), event.findtext("EventKey")) == ("CLICK", "SPIRIT")
    assert event.find("MsgId") is None


def test_a_view_opens_its_page_and_tells_it(box: Client, receiver: Receiver) -> None:
    answer = tapped(box, {"type": "view", "url": "https://example.org/a"})

    assert answer["opens"] == "https://example.org/a"
    assert heard(receiver, 1)[0].findtext("EventKey") == "https://example.org/a"


OPENERS = [
    {"type": "view", "url": "https://example.org/a"},
    {"type": "miniprogram", "url": "https://example.org/m", "appid": "wx1", "pagepath": "pages/a"},
]


@pytest.mark.parametrize("button", OPENERS, ids=["view", "miniprogram"])
def test_what_opens_a_page_names_the_menu_it_stands_in(box: Client, receiver: Receiver, button: dict[str, str]) -> None:
    named = {"name": "按钮", **button}
    tapped(box, button)
    conditional = {"button": [named], "matchrule": {"client_platform_type": 1}}
    menu_id = box.post("menu/addconditional", conditional)["menuid"]
    usual = str(box.get("menu/get")["menu"]["menuid"])
    box.box("POST", f"followers/{box.openids()[0]}/profile", {"platform": 1})
    box.box("POST", f"followers/{box.openids()[0]}/tap", {"button": [0]})
    box.box("POST", f"followers/{box.openids()[0]}/profile", {"platform": 2})

    first, second = heard(receiver, 2)
    assert (first.findtext("MenuId"), second.findtext("MenuId")) == (usual, menu_id)
    assert usual != menu_id


def test_a_click_names_no_menu(box: Client, receiver: Receiver) -> None:
    tapped(box, {"type": "click", "key": "SPIRIT"})

    assert heard(receiver, 1)[0].find("MenuId") is None


@pytest.mark.parametrize(("kind", "opens"), [("scancode_push", "https://example.org/q"), ("scancode_waitmsg", "")])
def test_a_scan_tells_what_was_read(box: Client, receiver: Receiver, kind: str, opens: str) -> None:
    answer = tapped(box, {"type": kind, "key": "S"}, scanned="https://example.org/q")

    (event,) = heard(receiver, 1)
    assert answer["opens"] == opens
    assert event.findtext("ScanCodeInfo/ScanType") == "qrcode"
    assert event.findtext("ScanCodeInfo/ScanResult") == "https://example.org/q"


@pytest.mark.parametrize("kind", ["pic_sysphoto", "pic_photo_or_album", "pic_weixin"])
def test_the_picture_follows_its_event(box: Client, receiver: Receiver, kind: str) -> None:
    tapped(box, {"type": kind, "key": "P"})

    event, message = heard(receiver, 2)
    assert event.findtext("Event") == kind
    assert event.findtext("SendPicsInfo/Count") == "1"
    assert len(event.findtext("SendPicsInfo/PicList/item/PicMd5Sum") or "") == 32
    assert message.findtext("MsgType") == "image"


def test_the_place_follows_its_event(box: Client, receiver: Receiver) -> None:
    tapped(box, {"type": "location_select", "key": "L"}, latitude=35.5, longitude=111.25, label="平阳广场")

    event, message = heard(receiver, 2)
    assert event.findtext("SendLocationInfo/Location_X") == message.findtext("Location_X") == "35.5"
    assert event.findtext("SendLocationInfo/Label") == "平阳广场"


def test_a_mini_program_tells_its_path_and_opens_the_fallback(box: Client, receiver: Receiver) -> None:
    button = {"type": "miniprogram", "url": "https://example.org/m", "appid": "wx1", "pagepath": "pages/a"}
    answer = tapped(box, button)

    (event,) = heard(receiver, 1)
    assert (event.findtext("Event"), event.findtext("EventKey")) == ("view_miniprogram", "pages/a")
    assert answer["opens"] == "https://example.org/m"
    assert "小程序" in answer["note"]


def test_material_comes_at_once_and_the_bot_hears_nothing(box: Client, receiver: Receiver) -> None:
    answer = tapped(box, {"type": "media_id", "media_id": box.thumb()})

    assert answer["id"] is None
    assert box.chat(box.openids()[0])[-1]["type"] == "image"
    assert receiver.deliveries == []


@pytest.mark.parametrize("kind", ["article_id", "article_view_limited"])
def test_an_article_is_said_or_opened(box: Client, receiver: Receiver, kind: str) -> None:
    box.post("freepublish/submit", {"media_id": box.draft("一片叶子")})
    box.box("POST", "settle")
    article_id = box.post("freepublish/batchget", {"offset": 0, "count": 1})["item"][0]["article_id"]
    receiver.reset()
    before = len(box.chat(box.openids()[0]))
    answer = tapped(box, {"type": kind, "article_id": article_id})

    said = [card["title"] for item in box.chat(box.openids()[0])[before:] for card in item["articles"]]
    assert said == (["一片叶子"] if kind == "article_id" else [])
    assert bool(answer["opens"]) == (kind == "article_view_limited")
    assert receiver.deliveries == []


@pytest.mark.parametrize("place", [[1], [0, 0], [], [0, 0, 0], ["0"], None, [True], [-1]])
def test_there_is_no_such_button(box: Client, place: Any) -> None:
    box.post("menu/create", {"button": [{"name": "按钮", "type": "click", "key": "K"}]})
    address = f"{box.url}/box/followers/{box.openids()[0]}/tap"
    answer = requests.post(address, json={"button": place}, timeout=5)

    assert answer.status_code in (400, 409)


def test_a_button_that_opens_others_does_nothing_itself() -> None:
    menu = [{"name": "上", "sub_button": [{"name": "下", "type": "click", "key": "K"}]}]

    assert find_button(menu, [0]) is None
    assert find_button(menu, [0, 0]) == menu[0]["sub_button"][0]
    assert find_button(menu, [0, 1]) is None


def test_the_phone_is_told_the_menu(box: Client) -> None:
    box.post("menu/create", {"button": [{"name": "按钮", "type": "click", "key": "K"}]})
    menu = box.box("GET", f"followers/{box.openids()[0]}/chat")["menu"]
    box.get("menu/delete")

    assert [button["name"] for button in menu] == ["按钮"]
    assert box.box("GET", f"followers/{box.openids()[0]}/chat")["menu"] == []
