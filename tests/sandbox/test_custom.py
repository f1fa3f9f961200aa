"""Customer-service messages: what opens an allowance, how many it holds, and what each kind needs."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.client import JPG, MP4, Client, amr

STRANGER = "o" + "x" * 27
URL = "https://mp.weixin.qq.com/s/x"


def send(box: Client, openid: str, kind: str = "text", body: Any = None, **more: Any) -> int:
    asked = {"touser": openid, "msgtype": kind, kind: {"content": "你好"} if body is None else body, **more}
    return int(box.post("message/custom/send", asked)["errcode"])


def someone(box: Client) -> str:
    """A follower without any allowance: they have just come back, a while ago."""
    openid = box.openids()[0]
    box.box("POST", f"followers/{openid}/unsubscribe?wait=1")
    box.box("POST", f"followers/{openid}/subscribe?wait=1")
    later(box, 61)
    return openid


def later(box: Client, seconds: float) -> None:
    now = datetime.fromisoformat(box.box("GET", "state")["now"]) + timedelta(seconds=seconds)
    box.clock(now.replace(tzinfo=None).isoformat())


@pytest.mark.parametrize(
    ("trigger", "messages", "lasts_s"),
    [
        ("message", 5, 48 * 3600),
        ("menu item", 3, 60),
        ("CLICK", 3, 60),
        ("scancode_push", 3, 60),
        ("scancode_waitmsg", 3, 60),
        ("SCAN", 3, 60),
        ("follow", 3, 60),
        ("VIEW", 0, 0),
        ("location_select", 0, 0),
    ],
)
def test_each_trigger_opens_its_own_allowance(box: Client, trigger: str, messages: int, lasts_s: int) -> None:
    openid = someone(box)
    happens = {
        "message": lambda: box.say(openid, "在吗"),
        "menu item": lambda: box.say(openid, "转人工", menu_id="1"),
        "follow": lambda: [box.box("POST", f"followers/{openid}/{did}?wait=1") for did in ("unsubscribe", "subscribe")],
    }
    happens.get(trigger, lambda: box.happen(openid, trigger))()
    codes = [send(box, openid) for _ in range(messages)]
    spent = send(box, openid)
    happens.get(trigger, lambda: box.happen(openid, trigger))()
    later(box, lasts_s - 5)
    in_time = send(box, openid) if messages else 45015
    later(box, 6)

    assert codes == [0] * messages
    assert spent == (45047 if messages else 45015)
    assert in_time == (0 if messages else 45015)
    assert send(box, openid) == 45015


def test_allowances_add_up_and_the_one_that_ends_first_is_used_first(box: Client) -> None:
    openid = someone(box)
    box.say(openid, "在吗")
    box.happen(openid, "CLICK")

    assert [send(box, openid) for _ in range(9)] == [0] * 8 + [45047]


def test_who_is_no_follower_cannot_be_written_to(box: Client) -> None:
    openid = someone(box)
    box.say(openid, "再见")
    box.box("POST", f"followers/{openid}/unsubscribe?wait=1")
    gone = send(box, openid)
    box.box("POST", f"followers/{openid}/subscribe?wait=1")
    box.box("POST", f"followers/{openid}/profile", {"is_refusing": True})
    refusing = send(box, openid)
    box.box("POST", f"followers/{openid}/profile", {"is_refusing": False})

    assert (gone, refusing) == (45015, 48002)
    assert (send(box, STRANGER), send(box, "")) == (40003, 41009)


def test_unverified_account_may_not_write(box: Client) -> None:
    box.box("POST", "account", {"verified": False})

    assert send(box, STRANGER) == 48001
    assert box.post("message/custom/typing", {})["errcode"] == 48001


NEWS = {"title": "一篇", "description": "短", "url": URL, "picurl": "https://mmbiz.qpic.cn/a.jpg"}
MENU = {"head_content": "满意吗", "list": [{"id": "1", "content": "满意"}, {"id": "2", "content": "不满意"}]}
MUSIC = {"title": "歌", "musicurl": URL, "hqmusicurl": URL, "thumb_media_id": "THUMB"}
MINI = {"title": "展厅", "appid": "wx1", "pagepath": "pages/index", "thumb_media_id": "THUMB"}


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("text", {"content": ""}, 44004),
        ("text", {"content": "字" * 682}, 0),
        ("text", {"content": "字" * 683}, 45002),
        ("poem", {}, 40008),
        ("text", "x", 40035),
        ("image", {"media_id": "THUMB"}, 0),
        ("image", {"media_id": "VOICE"}, 40007),
        ("image", {}, 41006),
        ("voice", {"media_id": "VOICE"}, 0),
        ("voice", {"media_id": "THUMB"}, 40007),
        ("video", {"media_id": "VIDEO", "thumb_media_id": "THUMB", "title": "短片"}, 0),
        ("video", {"media_id": "VIDEO"}, 41006),
        ("music", MUSIC, 0),
        ("music", MUSIC | {"hqmusicurl": "song"}, 40035),
        ("music", {name: one for name, one in MUSIC.items() if name != "thumb_media_id"}, 41006),
        ("news", {"articles": [NEWS]}, 0),
        ("news", {"articles": [NEWS, NEWS]}, 45008),
        ("news", {"articles": []}, 44003),
        ("news", {"articles": [{"title": "没有地址"}]}, 40035),
        ("mpnews", {"media_id": "x"}, 40008),
        ("mpnewsarticle", {"article_id": "made-up"}, 53600),
        ("msgmenu", MENU, 0),
        ("msgmenu", {"list": [{"id": "1", "content": "是"}]}, 0),
        ("msgmenu", {"list": []}, 40035),
        ("msgmenu", {"list": [{"id": "1"}]}, 40035),
        ("wxcard", {"card_id": "made-up"}, 40073),
        ("miniprogrampage", MINI, 0),
        ("miniprogrampage", MINI | {"appid": "x"}, 40013),
        ("miniprogrampage", MINI | {"pagepath": ""}, 40035),
    ],
)
def test_each_kind_and_what_it_needs(box: Client, kind: str, body: Any, code: int) -> None:
    openid = someone(box)
    box.say(openid, "在吗")
    media = {
        "THUMB": lambda: box.thumb(),
        "VOICE": lambda: box.upload("media/upload?type=voice", amr(2), "a.amr")["media_id"],
        "VIDEO": lambda: box.upload("media/upload?type=video", MP4, "a.mp4")["media_id"],
    }
    filled = body
    if isinstance(body, dict):
        filled = {name: media[one]() if isinstance(one, str) and one in media else one for name, one in body.items()}
    before = len(box.journal())
    given = send(box, openid, kind, filled)

    assert given == code
    assert len(box.journal()) == before + (code == 0)
    assert (box.chat(openid)[-1]["from"] == "account") == (code == 0)
    assert [send(box, openid) for _ in range(5)] == [0] * (4 + (code != 0)) + [45047] * (code == 0)


def test_published_article_is_sent_as_its_card(box: Client) -> None:
    openid = someone(box)
    box.say(openid, "有没有讲叶子的")
    box.post("freepublish/submit", {"media_id": box.draft("一片叶子", digest="为什么绿")})
    box.box("POST", "settle")
    article_id = box.journal()[-1]["article_id"]

    assert send(box, openid, "mpnewsarticle", {"article_id": article_id}) == 0
    shown = box.chat(openid)[-1]
    assert (shown["type"], shown["articles"][0]["title"]) == ("push", "一片叶子")
    assert shown["articles"][0]["url"] == box.journal()[-2]["urls"][0]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"aimsgcontext": {"is_ai_msg": 1}}, 0),
        ({"aimsgcontext": {"is_ai_msg": 2}}, 40035),
        ({"aimsgcontext": "yes"}, 40035),
        ({"businessid": "x"}, 0),
    ],
)
def test_what_goes_with_a_message(box: Client, more: dict[str, Any], code: int) -> None:
    openid = someone(box)
    box.say(openid, "在吗")

    assert send(box, openid, **more) == code


def test_message_by_ai_bears_its_grey_line(box: Client) -> None:
    openid = someone(box)
    box.say(openid, "在吗")
    send(box, openid)
    send(box, openid, aimsgcontext={"is_ai_msg": 1})

    assert [item["detail"].get("is_ai", False) for item in box.chat(openid)[-2:]] == [False, True]


def typing(box: Client, openid: str, command: str = "Typing") -> int:
    return int(box.post("message/custom/typing", {"touser": openid, "command": command})["errcode"])


def test_typing_is_seen_for_a_while_and_only_once_at_a_time(box: Client) -> None:
    openid = someone(box)
    untalked = typing(box, openid)
    box.say(openid, "在吗")

    def is_seen() -> bool:
        return bool(box.box("GET", f"followers/{openid}/chat")["is_typing"])

    assert untalked == 45080
    assert typing(box, openid, "Singing") == 45072
    assert (typing(box, openid), is_seen()) == (0, True)
    assert typing(box, openid) == 45081
    assert (typing(box, openid, "CancelTyping"), is_seen()) == (0, False)
    assert typing(box, openid) == 0
    later(box, 16)
    assert not is_seen()
    assert typing(box, openid) == 0
    assert send(box, openid) == 0
    assert not is_seen()
    assert typing(box, STRANGER) == 40003


def test_expired_media_cannot_be_sent(box: Client) -> None:
    openid = someone(box)
    media_id = box.upload("media/upload?type=image", JPG)["media_id"]
    later(box, 3 * 24 * 3600 - 60)
    box.say(openid, "在吗")
    fresh = send(box, openid, "image", {"media_id": media_id})
    later(box, 120)

    assert (fresh, send(box, openid, "image", {"media_id": media_id})) == (0, 40007)
