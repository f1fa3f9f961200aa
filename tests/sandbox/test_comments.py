"""Comments: where they may be written, and what the account does with them."""

from typing import Any

import pytest

from tests.sandbox.client import Client


def gone_out(box: Client, **fields: Any) -> int:
    """The message data id of an article that went out."""
    given = box.post("freepublish/submit", {"media_id": box.draft("一片叶子", "两片叶子", **fields)})
    box.box("POST", "settle")
    return int(given["msg_data_id"])


def commented(box: Client, article: int, text: str = "写得好", index: int = 0) -> int:
    body = {"msg_data_id": article, "index": index, "openid": box.openids()[0], "text": text}
    return int(box.box("POST", "comments", body)["user_comment_id"])


def listed(box: Client, article: int, **asked: int) -> list[Any]:
    answer = box.post("comment/list", {"msg_data_id": article, "begin": 0, "count": 49, "type": 0} | asked)
    comments: list[Any] = answer["comment"]
    return comments


def test_comments_are_elected_and_listed_by_kind(box: Client) -> None:
    article = gone_out(box, need_open_comment=1)
    first, second = commented(box, article, "一"), commented(box, article, "二")
    box.post("comment/markelect", {"msg_data_id": article, "user_comment_id": first})

    assert [one["user_comment_id"] for one in listed(box, article)] == [second, first]
    assert [one["content"] for one in listed(box, article, type=1)] == ["二"]
    assert [one["content"] for one in listed(box, article, type=2)] == ["一"]
    assert listed(box, article, index=1) == []
    box.post("comment/unmarkelect", {"msg_data_id": article, "user_comment_id": first})
    assert listed(box, article, type=2) == []
    assert box.post("comment/delete", {"msg_data_id": article, "user_comment_id": first})["errcode"] == 0
    assert [one["content"] for one in listed(box, article)] == ["二"]


def test_a_comment_has_one_reply(box: Client) -> None:
    article = gone_out(box, need_open_comment=1)
    about = {"msg_data_id": article, "user_comment_id": commented(box, article)}

    def reply(content: str) -> int:
        return int(box.post("comment/reply/add", about | {"content": content})["errcode"])

    assert (reply(" "), reply("谢" * 601)) == (88007, 88007)
    assert (reply("谢" * 600), box.post("comment/reply/delete", about)["errcode"]) == (0, 0)
    assert (reply("谢谢"), reply("再谢")) == (0, 88005)
    assert listed(box, article)[0]["reply"]["content"] == "谢谢"
    assert box.post("comment/reply/delete", about)["errcode"] == 0
    assert box.post("comment/reply/delete", about)["errcode"] == 88009


def test_comments_are_opened_and_closed(box: Client) -> None:
    article = gone_out(box)
    body = {"msg_data_id": article, "openid": box.openids()[0], "text": "写得好"}

    def status() -> int:
        return box.http.post(f"{box.url}/box/comments", json=body, timeout=5).status_code

    closed = status()
    box.post("comment/open", {"msg_data_id": article})
    opened = status()
    box.post("comment/close", {"msg_data_id": article, "index": 0})

    assert (closed, opened, status()) == (409, 200, 409)
    assert len(listed(box, article)) == 1


def status(box: Client, article: int, openid: str) -> tuple[int, str]:
    """What the phone is told when this person comments: the HTTP status, and why not."""
    body = {"msg_data_id": article, "openid": openid, "text": "写得好"}
    answer = box.http.post(f"{box.url}/box/comments", json=body, timeout=5)
    return answer.status_code, answer.json().get("error", "")


def test_comments_for_followers_only_are_closed_to_who_left(box: Client) -> None:
    openid, other = box.openids()
    everybody = gone_out(box, need_open_comment=1)
    for_followers = gone_out(box, need_open_comment=1, only_fans_can_comment=1)
    box.box("POST", f"followers/{openid}/unsubscribe?wait=1")
    outside = [status(box, article, openid) for article in (everybody, for_followers)]
    inside = status(box, for_followers, other)
    box.box("POST", f"followers/{openid}/subscribe?wait=1")

    assert outside == [(200, ""), (409, "关注了才能留言")]
    assert inside == (200, "")
    assert status(box, for_followers, openid) == (200, "")


@pytest.mark.parametrize("outcome", ["2", "3", "4"])
def test_what_was_never_published_has_no_comments(box: Client, outcome: str) -> None:
    box.box("POST", "outcomes", {"kind": "publish", "outcome": outcome})
    article = gone_out(box, need_open_comment=1)

    assert box.post("comment/open", {"msg_data_id": article})["errcode"] == 88001
    assert box.post("comment/list", {"msg_data_id": article, "begin": 0, "count": 1})["errcode"] == 88001
    assert status(box, article, box.openids()[0]) == (409, "没有这篇文章")


def test_what_is_not_published_yet_has_no_comments(box: Client) -> None:
    draft = box.draft(need_open_comment=1)
    article = int(box.post("freepublish/submit", {"media_id": draft})["msg_data_id"])
    early = box.post("comment/open", {"msg_data_id": article})["errcode"]
    box.box("POST", "settle")

    assert early == 88001
    assert box.post("comment/open", {"msg_data_id": article})["errcode"] == 0


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("open", {"msg_data_id": 1}, 88001),
        ("open", {"msg_data_id": "x"}, 88001),
        ("close", {"index": 2}, 88001),
        ("close", {"index": -1}, 40035),
        ("list", {"begin": 0, "count": 50, "type": 0}, 88010),
        ("list", {"begin": 0, "count": 0, "type": 0}, 88010),
        ("list", {"begin": 0, "type": 0}, 88010),
        ("list", {"begin": -1, "count": 1, "type": 0}, 40035),
        ("list", {"begin": 0, "count": 1, "type": 3}, 40035),
        ("list", {"begin": 0, "count": 49, "type": 0}, 0),
        ("markelect", {"user_comment_id": 99}, 88008),
        ("unmarkelect", {"user_comment_id": 99}, 88008),
        ("delete", {"user_comment_id": 99}, 88008),
        ("reply/add", {"user_comment_id": 99, "content": "谢谢"}, 88008),
        ("reply/delete", {"user_comment_id": 99}, 88008),
    ],
)
def test_calls_about_comments_that_are_refused(box: Client, path: str, body: dict[str, Any], code: int) -> None:
    asked = {"msg_data_id": gone_out(box)} | body

    assert box.post(f"comment/{path}", asked)["errcode"] == code


def test_a_hundred_comments_are_elected_at_most(box: Client) -> None:
    article = gone_out(box, need_open_comment=1)
    about = [{"msg_data_id": article, "user_comment_id": commented(box, article)} for _ in range(101)]

    assert [box.post("comment/markelect", one)["errcode"] for one in about] == [0] * 100 + [88003]


def test_account_without_comments_or_verification(box: Client) -> None:
    article, thumb = gone_out(box), box.thumb()
    box.switch(has_comments=False)
    article_with = {"title": "一", "content": "<p>一</p>", "thumb_media_id": thumb, "need_open_comment": 1}

    assert box.post("comment/open", {"msg_data_id": article})["errcode"] == 88000
    assert box.post("draft/add", {"articles": [article_with]})["errcode"] == 88000
    box.box("POST", "account", {"verified": False})
    assert box.post("comment/open", {"msg_data_id": article})["errcode"] == 48001
