"""How many followers one call may name, and that a refusal leaves none of them changed."""

from typing import Any

import pytest

from bot.sandbox.state import Store
from bot.sandbox.tags import delete_tag
from tests.sandbox.client import Client, answer_of


@pytest.fixture
def tags(box: Client) -> Any:
    """Makes so many tags; they are gone after the test."""
    made: list[int] = []

    def make(count: int) -> list[int]:
        made.extend(box.post("tags/create", {"tag": {"name": f"一批{n}"}})["tag"]["id"] for n in range(count))
        return made

    yield make
    for tag in made:
        box.post("tags/delete", {"tag": {"id": tag}})


@pytest.mark.parametrize(("count", "code"), [(0, 40032), (1, 0), (50, 0), (51, 40032)])
@pytest.mark.parametrize("call", ["batchtagging", "batchuntagging"])
def test_fifty_followers_are_tagged_at_once(box: Client, tags: Any, call: str, count: int, code: int) -> None:
    asked = {"openid_list": box.openids()[:1] * count, "tagid": tags(1)[0]}

    assert box.post(f"tags/members/{call}", asked)["errcode"] == code


@pytest.mark.parametrize(("count", "code"), [(0, 40032), (1, 0), (20, 0), (21, 40032)])
@pytest.mark.parametrize("call", ["batchblacklist", "batchunblacklist"])
def test_twenty_followers_are_blacklisted_at_once(box: Client, call: str, count: int, code: int) -> None:
    openid = box.openids()[0]
    answer = box.post(f"tags/members/{call}", {"openid_list": [openid] * count})
    box.post("tags/members/batchunblacklist", {"openid_list": [openid]})

    assert answer["errcode"] == code


def test_a_hundred_followers_are_asked_about_at_once(box: Client) -> None:
    openid = box.openids()[0]
    hundred = box.post("user/info/batchget", {"user_list": [{"openid": openid, "lang": "zh_CN"}] * 100})

    assert [one["openid"] for one in hundred["user_info_list"]] == [openid] * 100
    assert box.post("user/info/batchget", {"user_list": [{"openid": openid}] * 101})["errcode"] == 40032


@pytest.mark.parametrize("wrong", ["OWN", None, 7, ["OWN"], {"lang": "fr"}, {"lang": None}, {"lang": ["zh_CN"]}])
def test_one_wrong_entry_refuses_the_whole_question(box: Client, wrong: Any) -> None:
    own = {"openid": box.openids()[0]}
    entry = own | wrong if isinstance(wrong, dict) else wrong

    assert box.post("user/info/batchget", {"user_list": [own, entry]})["errcode"] == 40035


def test_who_has_twenty_tags_keeps_the_others_untagged_too(box: Client, tags: Any) -> None:
    first, second = box.openids()
    *carried, one_more = tags(21)
    for tag in carried:
        box.post("tags/members/batchtagging", {"openid_list": [second], "tagid": tag})
    answer = box.post("tags/members/batchtagging", {"openid_list": [first, second], "tagid": one_more})

    assert answer["errcode"] == 45059
    assert box.post("tags/getidlist", {"openid": first})["tagid_list"] == []
    assert box.post("tags/getidlist", {"openid": second})["tagid_list"] == carried


@pytest.mark.parametrize(("followers", "code"), [(100_000, 0), (100_001, 45057)])
def test_a_tag_of_more_than_a_hundred_thousand_cannot_be_deleted(store: Store, followers: int, code: int) -> None:
    many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    with store.transaction():
        store.insert("INSERT INTO tags (id, name) VALUES (100, '大家')")
        store.change(f"{many} INSERT INTO followers SELECT 'o' || i, 'n' || i, 1 FROM n", followers)
        store.change(f"{many} INSERT INTO tagged SELECT 100, 'o' || i FROM n", followers)

    assert answer_of(delete_tag, store, {"tag": {"id": 100}})["errcode"] == code
    assert store.number("SELECT count(*) FROM tags") == (1 if code else 0)
