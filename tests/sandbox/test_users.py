"""Followers, tags and the blacklist."""

from typing import Any

import pytest

from bot.sandbox.errcodes import Refusal
from bot.sandbox.tags import page_of
from tests.sandbox.client import Client

STRANGER = "o" + "x" * 27


def new_tag(box: Client, name: str) -> int:
    return int(box.post("tags/create", {"tag": {"name": name}})["tag"]["id"])


def test_what_is_told_of_a_follower_has_neither_name_nor_picture(box: Client) -> None:
    openid = box.openids()[0]
    box.post("user/info/updateremark", {"openid": openid, "remark": "热心读者"})
    told = box.get("user/info", openid=openid, lang="zh_CN")

    assert (told["subscribe"], told["openid"], told["remark"]) == (1, openid, "热心读者")
    assert not {"nickname", "headimgurl", "sex", "city"} & set(told)


def test_who_left_is_told_by_openid_alone(box: Client) -> None:
    openid = box.openids()[0]
    box.post("user/info/updateremark", {"openid": openid, "remark": "热心读者"})
    box.box("POST", f"followers/{openid}/unsubscribe?wait=1")
    gone = box.get("user/info", openid=openid)
    listed = box.get("user/get")
    box.box("POST", f"followers/{openid}/subscribe?wait=1")

    assert gone == {"subscribe": 0, "openid": openid}
    assert openid not in listed["data"]["openid"]
    assert box.get("user/info", openid=openid)["remark"] == ""


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("user/info/batchget", {"user_list": []}, 40032),
        ("user/info/batchget", {"user_list": [{"openid": STRANGER}]}, 40003),
        ("user/info/updateremark", {"openid": "OWN", "remark": "字" * 29}, 0),
        ("user/info/updateremark", {"openid": "OWN", "remark": "字" * 30}, 40035),
        ("user/info/updateremark", {"openid": STRANGER, "remark": "字"}, 40003),
        ("tags/create", {"tag": {"name": "字" * 31}}, 45158),
        ("tags/create", {"tag": {"name": " "}}, 40097),
        ("tags/create", {}, 40097),
        ("tags/update", {"tag": {"id": 0, "name": "新"}}, 45058),
        ("tags/update", {"tag": {"id": 1, "name": "新"}}, 45058),
        ("tags/delete", {"tag": {"id": 2}}, 45058),
        ("tags/delete", {"tag": {"id": 999}}, 45159),
        ("tags/delete", {"tag": {"id": 10**30}}, 45159),
        ("tags/members/batchtagging", {"openid_list": ["OWN"], "tagid": 999}, 45159),
        ("tags/members/batchuntagging", {"openid_list": [STRANGER], "tagid": "TAG"}, 40003),
        ("tags/create", {"tag": {"name": "字" * 30}}, 0),
        ("tags/getidlist", {"openid": STRANGER}, 40003),
        ("user/tag/get", {"tagid": 999}, 45159),
        ("tags/members/batchblacklist", {"openid_list": [STRANGER]}, 40003),
        ("tags/members/getblacklist", {"begin_openid": STRANGER}, 40003),
    ],
)
def test_calls_about_followers_that_are_refused(box: Client, path: str, body: dict[str, Any], code: int) -> None:
    words = {"OWN": box.openids()[0]}
    tag = new_tag(box, "一批") if "TAG" in str(body) else 0
    given = box.post(path, _with(body, words | {"TAG": tag}))
    for made in (tag, given.get("tag", {}).get("id", 0)):
        if made:
            box.post("tags/delete", {"tag": {"id": made}})

    assert given.get("errcode", 0) == code


def _with(value: Any, words: dict[str, Any]) -> Any:
    """The value with these words in it replaced."""
    if isinstance(value, dict):
        return {name: _with(one, words) for name, one in value.items()}
    if isinstance(value, list):
        return [_with(one, words) for one in value]
    return words.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("query", "code"), [({"openid": STRANGER}, 40003), ({"openid": "OWN", "lang": "fr"}, 40035), ({}, 40003)]
)
def test_questions_about_one_follower_that_are_refused(box: Client, query: dict[str, str], code: int) -> None:
    assert box.get("user/info", **_with(query, {"OWN": box.openids()[0]}))["errcode"] == code


def test_a_page_of_openids_holds_ten_thousand() -> None:
    openids = [f"o{n:05}" for n in range(10_001)]
    first = page_of(openids, "")
    second = page_of(openids, first["next_openid"])

    assert (first["count"], second["count"], second["data"]["openid"]) == (10_000, 1, ["o10000"])
    assert page_of(openids, "o10000") == {"count": 0, "next_openid": ""}
    with pytest.raises(Refusal):
        page_of(openids, "nobody")


def test_tags_come_and_go_with_their_followers(box: Client) -> None:
    one, two = box.openids()
    tag = new_tag(box, "志愿者")
    box.post("tags/members/batchtagging", {"openid_list": [one, two], "tagid": tag})
    box.post("tags/members/batchuntagging", {"openid_list": [two], "tagid": tag})

    assert box.post("tags/getidlist", {"openid": one})["tagid_list"] == [tag]
    assert box.post("user/tag/get", {"tagid": tag})["data"]["openid"] == [one]
    assert {"id": tag, "name": "志愿者", "count": 1} in box.get("tags/get")["tags"]
    assert box.post("tags/create", {"tag": {"name": "志愿者"}})["errcode"] == 45157
    assert box.post("tags/update", {"tag": {"id": tag, "name": "老志愿者"}})["errcode"] == 0
    assert box.post("tags/delete", {"tag": {"id": tag}})["errcode"] == 0
    assert box.get("user/info", openid=one)["tagid_list"] == []


def test_a_follower_carries_twenty_tags_and_the_account_has_a_hundred(box: Client) -> None:
    openid = box.openids()[0]
    old = [tag["id"] for tag in box.get("tags/get")["tags"]]
    tags = [new_tag(box, f"标签{n}") for n in range(100 - len(old))]
    codes = [
        box.post("tags/members/batchtagging", {"openid_list": [openid], "tagid": tag})["errcode"] for tag in tags[:21]
    ]
    too_many = box.post("tags/create", {"tag": {"name": "再多一个"}})["errcode"]
    for tag in tags:
        box.post("tags/delete", {"tag": {"id": tag}})

    assert codes == [0] * 20 + [45059]
    assert too_many == 45056


def test_who_is_on_the_blacklist_is_not_heard_and_gets_no_messages(box: Client, receiver: Any) -> None:
    blocked, other = box.openids()
    box.post("tags/members/batchblacklist", {"openid_list": [blocked]})
    box.say(blocked, "在吗")
    box.post("message/mass/sendall", {"filter": {"is_to_all": True}, "msgtype": "text", "text": {"content": "讲座"}})
    box.box("POST", "settle")
    listed = box.post("tags/members/getblacklist", {})
    box.post("tags/members/batchunblacklist", {"openid_list": [blocked]})

    assert len(receiver.deliveries) == 1  # that the message went out
    assert listed["data"]["openid"] == [blocked]
    assert box.journal()[-1]["recipients"] == [other]
    assert box.post("tags/members/getblacklist", {}) == {"total": 0, "count": 0, "next_openid": ""}


@pytest.mark.parametrize("path", ["user/info/batchget", "tags/create", "user/tag/get", "tags/members/batchblacklist"])
def test_unverified_account_learns_nothing_of_its_followers(box: Client, path: str) -> None:
    box.box("POST", "account", {"verified": False, "kind": "service"})

    assert box.post(path, {})["errcode"] == 48001
