"""Comments: where they may be written, and what the account does with them."""

from typing import Any

import pytest

from tests.sandbox.bench import Client


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
