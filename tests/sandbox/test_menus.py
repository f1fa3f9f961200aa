"""Menus: what is refused, who sees which, and what the website's own menu and replies have to do with it."""

from typing import Any

import pytest

from tests.sandbox.client import MP4, Client

CLICK = {"type": "click", "name": "问一问", "key": "ASK"}
VIEW = {"type": "view", "name": "看一看", "url": "https://mp.weixin.qq.com/"}


def made(box: Client, *buttons: Any) -> int:
    return int(box.post("menu/create", {"button": list(buttons)})["errcode"])


def sub(*buttons: Any) -> dict[str, Any]:
    return {"name": "更多", "sub_button": list(buttons)}


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([], 40016),
        ([CLICK] * 3, 0),
        ([CLICK] * 4, 40016),
        (["x"], 40016),
        ([CLICK | {"type": "poem"}], 40017),
        ([{"name": "空"}], 40017),
        ([CLICK | {"name": "五个字十五字节x"}], 40018),
        ([CLICK | {"name": "五个字十五"}], 0),
        ([CLICK | {"name": "x" * 16}], 0),
        ([CLICK | {"name": "x" * 17}], 40018),
        ([CLICK | {"name": ""}], 40018),
        ([CLICK | {"key": "键" * 42}], 0),
        ([CLICK | {"key": "键" * 43}], 40019),
        ([CLICK | {"key": ""}], 40019),
        ([VIEW | {"url": "https://a.cn/" + "x" * 1011}], 0),
        ([VIEW | {"url": "https://a.cn/" + "x" * 1012}], 40020),
        ([VIEW | {"url": "javascript:alert(1)"}], 40055),
        ([sub(*[CLICK] * 5)], 0),
        ([sub(*[CLICK] * 6)], 40023),
        ([sub("x")], 40023),
        ([sub(sub(CLICK))], 40022),
        ([sub(CLICK | {"type": "poem"})], 40024),
        ([sub(CLICK | {"name": "二十个字就是六十字节二十个字就是六十字节"})], 0),
        ([sub(CLICK | {"name": "x" * 61})], 40025),
        ([sub(CLICK | {"key": "x" * 129})], 40026),
        ([sub(VIEW | {"url": ""})], 40027),
        ([sub(VIEW | {"url": "ftp://a.cn"})], 40054),
        ([{"type": "media_id", "name": "图", "media_id": "made-up"}], 40007),
        ([{"type": "view_limited", "name": "图", "media_id": "made-up"}], 40007),
        ([{"type": "article_id", "name": "文", "article_id": "made-up"}], 53600),
        ([{"type": "article_view_limited", "name": "文", "article_id": "made-up"}], 53600),
        ([{"type": "miniprogram", "name": "小", "url": "https://a.cn", "appid": "wx1", "pagepath": "p"}], 0),
        ([{"type": "miniprogram", "name": "小", "url": "https://a.cn", "appid": "", "pagepath": "p"}], 40035),
        *[([{"type": kind, "name": "键", "key": "K"}], 0) for kind in ("scancode_push", "scancode_waitmsg")],
        *[([{"type": kind, "name": "键", "key": "K"}], 0) for kind in ("pic_sysphoto", "pic_photo_or_album")],
        *[([{"type": kind, "name": "键", "key": "K"}], 0) for kind in ("pic_weixin", "location_select")],
    ],
)
def test_each_limit_of_a_button(box: Client, buttons: list[Any], code: int) -> None:
    assert made(box, *buttons) == code


def test_escaped_chinese_is_refused(box: Client) -> None:
    button = rb'{"button":[{"type":"click","name":"\u4e2d","key":"K"}]}'

    assert box.post("menu/create", raw=button)["errcode"] == 40033


def test_button_may_show_material_of_the_library(box: Client) -> None:
    picture = box.thumb()
    film = box.upload("material/add_material?type=video", MP4, "a.mp4", '{"title":"片","introduction":"短"}')[
        "media_id"
    ]

    assert made(box, *[{"type": "media_id", "name": "图", "media_id": one} for one in (picture, film)]) == 0


@pytest.mark.parametrize(
    ("account", "create", "conditional"),
    [
        ({"kind": "subscription", "verified": False}, 48001, 48001),
        ({"kind": "service", "verified": False}, 0, 48001),
        ({"kind": "subscription", "verified": True}, 0, 0),
    ],
)
def test_who_may_make_menus(box: Client, account: dict[str, Any], create: int, conditional: int) -> None:
    made(box, CLICK)
    box.box("POST", "account", account)
    rule = {"button": [VIEW], "matchrule": {"client_platform_type": 1}}

    assert made(box, CLICK) == create
    assert box.post("menu/addconditional", rule).get("errcode", 0) == conditional


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"button": []}, 65307),
        ({"matchrule": {}}, 65304),
        ({"matchrule": None}, 65304),
        ({"matchrule": {"tag_id": "1234567"}}, 45159),
        ({"matchrule": {"client_platform_type": 4}}, 40035),
        ({"matchrule": {"client_platform_type": "x"}}, 40035),
        ({"button": [sub(*[VIEW | {"url": f"https://{n}.cn"} for n in range(3)])]}, 0),
        ({"button": [sub(*[VIEW | {"url": f"https://{n}.cn"} for n in range(4)])]}, 65316),
    ],
)
def test_conditional_menus_that_are_refused(box: Client, changes: dict[str, Any], code: int) -> None:
    made(box, CLICK)
    asked = {"button": [VIEW], "matchrule": {"client_platform_type": 1}} | changes

    assert box.post("menu/addconditional", asked).get("errcode", 0) == code


def test_conditional_menu_needs_the_usual_one(box: Client) -> None:
    box.get("menu/delete")
    rule = {"button": [VIEW], "matchrule": {"client_platform_type": 1}}

    assert box.post("menu/addconditional", rule)["errcode"] == 65303
    assert box.get("menu/get")["errcode"] == 46003
    assert box.post("menu/trymatch", {"user_id": box.openids()[0]})["errcode"] == 46003


def test_newest_fitting_menu_is_shown_until_it_is_deleted(box: Client) -> None:
    tagged, other = box.openids()
    box.get("menu/delete")
    made(box, CLICK)
    tag = box.post("tags/create", {"tag": {"name": "老师"}})["tag"]["id"]
    box.post("tags/members/batchtagging", {"openid_list": [tagged], "tagid": tag})
    for openid, platform in ((tagged, 1), (other, 2)):
        box.box("POST", f"followers/{openid}/profile", {"platform": platform})
    phones = {"button": [VIEW], "matchrule": {"client_platform_type": "1"}}
    teachers = {"button": [VIEW | {"name": "老师"}], "matchrule": {"tag_id": tag}}
    box.post("menu/addconditional", phones)
    newest = box.post("menu/addconditional", teachers)["menuid"]

    def shown(openid: str) -> str:
        return str(box.post("menu/trymatch", {"user_id": openid})["button"][0]["name"])

    assert (shown(tagged), shown(other)) == ("老师", "问一问")
    assert box.get("menu/get")["conditionalmenu"][0]["matchrule"] == {"tag_id": str(tag)}
    assert box.post("menu/delconditional", {"menuid": newest})["errcode"] == 0
    assert box.post("menu/delconditional", {"menuid": newest})["errcode"] == 65301
    assert shown(tagged) == "看一看"
    assert box.post("menu/trymatch", {"user_id": "nobody"})["errcode"] == 65302
    assert box.get("menu/delete")["errcode"] == 0
    assert box.get("menu/get")["errcode"] == 46003


def test_website_answers_and_shows_its_menu_only_while_the_callback_is_off(box: Client) -> None:
    openid = box.openids()[0]
    made(box, CLICK)
    rules = [{"keyword": "闭馆", "text": "周一闭馆", "is_exact": True}, {"keyword": "票", "text": "免票"}]
    box.box("POST", "native", {"menu": [VIEW], "on_follow": "欢迎", "by_default": "收到了", "keywords": rules})

    def answered(text: str) -> str:
        box.say(openid, text)
        return str(box.chat(openid)[-1]["text"])

    before = box.get("get_current_autoreply_info"), box.get("get_current_selfmenu_info")
    unanswered = answered("闭馆")
    box.switch(server_mode=False)
    replies, menu = box.get("get_current_autoreply_info"), box.get("get_current_selfmenu_info")
    answers = [answered(text) for text in ("闭馆", "周一闭馆吗", "门票多少")]
    box.box("POST", f"followers/{openid}/unsubscribe?wait=1")
    box.box("POST", f"followers/{openid}/subscribe?wait=1")

    assert unanswered == "闭馆"
    assert answers == ["周一闭馆", "收到了", "免票"]
    assert box.chat(openid)[-1]["text"] == "欢迎"
    assert (before[0]["is_autoreply_open"], before[0]["is_add_friend_reply_open"]) == (0, 0)
    assert (replies["is_autoreply_open"], replies["is_add_friend_reply_open"]) == (1, 1)
    assert [rule["keyword_list_info"][0]["match_mode"] for rule in replies["keyword_autoreply_info"]["list"]] == [
        "equal",
        "contain",
    ]
    names = [one["selfmenu_info"]["button"][0]["name"] for one in (before[1], menu)]
    assert names == ["问一问", "看一看"]
