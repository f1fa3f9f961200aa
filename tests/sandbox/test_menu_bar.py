"""Which menu bar whose phone shows, and the rarer kinds of button on it."""

from typing import Any

import pytest
import requests

from tests.sandbox.client import JPG, MP4, Client, Receiver

CLICK = {"type": "click", "name": "问一问", "key": "ASK"}
MINI = {"type": "miniprogram", "name": "展厅", "url": "https://a.cn", "appid": "wx1", "pagepath": "pages/a"}


def made(box: Client, *buttons: dict[str, Any]) -> int:
    return int(box.post("menu/create", {"button": list(buttons)})["errcode"])


def bar(box: Client, openid: str) -> list[str]:
    return [button["name"] for button in box.box("GET", f"followers/{openid}/chat")["menu"]]


def tapped(box: Client) -> dict[str, Any]:
    answer: dict[str, Any] = box.box("POST", f"followers/{box.openids()[0]}/tap", {"button": [0]})
    return answer


@pytest.mark.parametrize("field", ["url", "appid", "pagepath"])
@pytest.mark.parametrize("value", ["", None])
def test_a_mini_program_needs_each_of_its_fields(box: Client, field: str, value: Any) -> None:
    without = {name: given for name, given in MINI.items() if name != field} | ({field: ""} if value == "" else {})

    assert made(box, MINI) == 0
    assert made(box, without) == (40020 if field == "url" else 40035)
    assert made(box, {"name": "更多", "sub_button": [without]}) == (40027 if field == "url" else 40035)


def view_limited(media_id: str) -> dict[str, str]:
    return {"type": "view_limited", "name": "看一看", "media_id": media_id}


def test_the_old_kind_that_opens_material_needs_some_of_the_library(box: Client) -> None:
    temporary = box.upload("media/upload?type=image", JPG)["media_id"]

    assert made(box, view_limited(box.thumb())) == 0
    assert [made(box, view_limited(media_id)) for media_id in ("made-up", "", temporary)] == [40007] * 3
    assert made(box, {"type": "view_limited", "name": "看一看"}) == 40007
    assert made(box, {"name": "更多", "sub_button": [view_limited("made-up")]}) == 40007


def test_the_old_kind_opens_its_material_and_the_bot_hears_nothing(box: Client, receiver: Receiver) -> None:
    film = box.upload("material/add_material?type=video", MP4, "a.mp4", '{"title":"片","introduction":"短"}')
    opened = []
    for media_id in (box.thumb(), film["media_id"]):
        made(box, view_limited(media_id))
        opened.append(requests.get(box.url + tapped(box)["opens"], timeout=5).content)

    assert opened == [JPG, MP4]
    assert receiver.deliveries == []


def test_the_old_kind_says_so_when_its_material_is_gone(box: Client) -> None:
    media_id = box.thumb()
    made(box, view_limited(media_id))
    box.post("material/del_material", {"media_id": media_id})
    answer = tapped(box)

    assert answer["opens"] == ""
    assert "删掉了" in answer["note"]


@pytest.mark.parametrize(
    ("is_tagged", "platform", "shown"),
    [(True, 1, "老师"), (True, 2, "问一问"), (False, 1, "问一问"), (False, 2, "问一问")],
)
def test_a_menu_with_two_conditions_is_for_who_meets_both(
    box: Client, is_tagged: bool, platform: int, shown: str
) -> None:
    openid = box.openids()[0]
    box.get("menu/delete")
    made(box, CLICK)
    tag = box.post("tags/create", {"tag": {"name": "老师"}})["tag"]["id"]
    if is_tagged:
        box.post("tags/members/batchtagging", {"openid_list": [openid], "tagid": tag})
    box.box("POST", f"followers/{openid}/profile", {"platform": platform})
    both = {"tag_id": tag, "client_platform_type": 1}
    box.post("menu/addconditional", {"button": [CLICK | {"name": "老师"}], "matchrule": both})
    tried, seen = box.post("menu/trymatch", {"user_id": openid}), bar(box, openid)
    box.post("tags/delete", {"tag": {"id": tag}})

    assert tried["button"][0]["name"] == shown
    assert seen == [shown]


def test_who_left_sees_no_menu_until_they_follow_again(box: Client) -> None:
    openid = box.openids()[0]
    box.get("menu/delete")
    made(box, CLICK)
    before = bar(box, openid)
    box.box("POST", f"followers/{openid}/unsubscribe?wait=1")
    gone, tried = bar(box, openid), box.post("menu/trymatch", {"user_id": openid})
    box.box("POST", f"followers/{openid}/subscribe?wait=1")

    assert (before, gone, bar(box, openid)) == (["问一问"], [], ["问一问"])
    assert tried["errcode"] == 65302


def test_who_left_sees_not_even_the_website_s_menu(box: Client) -> None:
    openid = box.openids()[0]
    box.box("POST", "native", {"menu": [CLICK]})
    box.switch(server_mode=False)
    before = bar(box, openid)
    box.box("POST", f"followers/{openid}/unsubscribe?wait=1")
    gone = bar(box, openid)
    box.box("POST", f"followers/{openid}/subscribe?wait=1")

    assert (before, gone) == (["问一问"], [])
