"""freepublish: accepted first, published later, deleted at will."""

import re

import pytest
import requests

from tests.sandbox.client import Client, Receiver


def submitted(box: Client, *titles: str) -> str:
    return str(box.post("freepublish/submit", {"media_id": box.draft(*titles)})["publish_id"])


def published(box: Client, *titles: str) -> str:
    """The article id of what is published now."""
    publish_id = submitted(box, *titles)
    box.box("POST", "settle")
    return str(box.post("freepublish/get", {"publish_id": publish_id})["article_id"])


@pytest.mark.parametrize("call", ["submit", "get", "getarticle", "batchget", "delete"])
@pytest.mark.parametrize("kind", ["subscription", "service"])
def test_unverified_accounts_may_not_publish(box: Client, kind: str, call: str) -> None:
    box.box("POST", "account", {"kind": kind, "verified": False})

    assert box.post(f"freepublish/{call}", {"offset": 0, "count": 1})["errcode"] == 48001


@pytest.mark.parametrize("code", [53500, 53501, 53503, 53504, 53505])
def test_publishing_is_refused_until_the_reason_is_gone(box: Client, code: int) -> None:
    media_id = box.draft()
    box.switch(publish_refusal=code)
    refused = box.post("freepublish/submit", {"media_id": media_id})["errcode"]
    unknown = box.post("freepublish/submit", {"media_id": "made-up"})["errcode"]
    box.switch(publish_refusal=0)

    assert (refused, unknown) == (code, 40007)
    assert box.post("freepublish/submit", {"media_id": media_id})["errcode"] == 0


def test_what_must_be_published_on_the_website_is_published_there(box: Client) -> None:
    media_id = box.draft()
    box.switch(publish_refusal=53504)
    box.box("POST", f"drafts/{media_id}/publish", {"is_told": False})
    box.box("POST", "settle")

    assert box.journal()[-1]["kind"] == "publish"
    assert box.box("GET", "drafts")["drafts"] == []


def test_accepted_job_is_in_progress_and_its_draft_still_in_the_box(box: Client) -> None:
    media_id = box.draft()
    accepted = box.post("freepublish/submit", {"media_id": media_id})
    asked = box.post("freepublish/get", {"publish_id": accepted["publish_id"]})

    assert accepted["errcode"] == 0
    assert accepted["msg_data_id"]
    assert (asked["publish_status"], asked["fail_idx"]) == (1, [])
    assert box.journal()[-1]["state"] == "in progress"
    assert "news_item" in box.post("draft/get", {"media_id": media_id})


def test_finished_job_has_article_and_addresses_and_its_draft_is_gone(box: Client) -> None:
    media_id = box.draft("一片叶子", "两片叶子")
    publish_id = box.post("freepublish/submit", {"media_id": media_id})["publish_id"]
    box.box("POST", "settle")
    asked = box.post("freepublish/get", {"publish_id": publish_id})
    pages = [requests.get(item["article_url"], timeout=5).text for item in asked["article_detail"]["item"]]
    entry = box.journal()[-1]

    assert asked["publish_status"] == 0
    assert [item["idx"] for item in asked["article_detail"]["item"]] == [1, 2]
    assert "一片叶子" in pages[0]
    assert "两片叶子" in pages[1]
    assert box.post("draft/get", {"media_id": media_id})["errcode"] == 40007
    assert (entry["kind"], entry["state"], entry["article_id"]) == ("publish", "done", asked["article_id"])
    assert entry["urls"] == [item["article_url"] for item in asked["article_detail"]["item"]]
    assert entry["recipients"] == []


def test_finished_job_is_told_to_the_bot(box: Client, receiver: Receiver) -> None:
    submitted(box)

    assert box.box("POST", "settle")["delivered"] == 1
    assert re.search(r"<Encrypt>", receiver.expect(1)[0].body)


def test_second_submission_while_the_first_is_in_progress_publishes_twice(box: Client) -> None:
    media_id = box.draft()
    before = len(box.journal())
    for _ in range(2):
        assert box.post("freepublish/submit", {"media_id": media_id})["errcode"] == 0
    box.box("POST", "settle")

    assert [entry["state"] for entry in box.journal()[before:]] == ["done", "done"]
    assert box.post("freepublish/submit", {"media_id": media_id})["errcode"] == 40007


def test_list_holds_publications_but_no_mass_messages(box: Client) -> None:
    article_id = published(box, "发布的")
    box.send(box.draft("群发的"))
    box.box("POST", "settle")
    listed = box.post("freepublish/batchget", {"offset": 0, "count": 20, "no_content": 1})
    newest = listed["item"][0]

    assert newest["article_id"] == article_id
    assert newest["content"]["news_item"][0]["title"] == "发布的"
    assert "content" not in newest["content"]["news_item"][0]
    assert "群发的" not in str(listed)


def test_deleting_one_article_then_all(box: Client) -> None:
    publish_id = submitted(box, "一", "二")
    box.box("POST", "settle")
    asked = box.post("freepublish/get", {"publish_id": publish_id})
    article_id, second = asked["article_id"], asked["article_detail"]["item"][1]["article_url"]
    box.post("freepublish/delete", {"article_id": article_id, "index": 2})

    news = box.post("freepublish/getarticle", {"article_id": article_id})["news_item"]
    assert [item["is_deleted"] for item in news] == [False, True]
    assert "已被发布者删除" in requests.get(second, timeout=5).text
    assert box.post("freepublish/get", {"publish_id": publish_id})["publish_status"] == 0
    box.post("freepublish/delete", {"article_id": article_id})
    assert box.post("freepublish/get", {"publish_id": publish_id})["publish_status"] == 5


@pytest.mark.parametrize(
    ("call", "body", "code"),
    [
        ("submit", {"media_id": "made-up"}, 40007),
        ("get", {"publish_id": "1"}, 53502),
        ("getarticle", {"article_id": "made-up"}, 53600),
        ("delete", {"article_id": "made-up"}, 53600),
        ("batchget", {"offset": 0, "count": 21}, 40097),
    ],
)
def test_ids_that_are_not_good(box: Client, call: str, body: dict[str, object], code: int) -> None:
    assert box.post(f"freepublish/{call}", body)["errcode"] == code


def test_index_of_an_article_that_is_not_there(box: Client) -> None:
    assert box.post("freepublish/delete", {"article_id": published(box), "index": 2})["errcode"] == 40114


def test_ten_deletions_a_day(box: Client) -> None:
    codes = [box.post("freepublish/delete", {"article_id": "made-up"})["errcode"] for _ in range(11)]

    assert codes == [53600] * 10 + [45009]
