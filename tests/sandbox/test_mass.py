"""Mass messages: quotas, the idempotency of clientmsgid, and what followers get."""

from typing import Any

import pytest
import requests

from tests.sandbox.client import MP4, Client, amr

TEXT = {"filter": {"is_to_all": True}, "msgtype": "text", "text": {"content": "明天停馆一天"}}


def clock(box: Client, now: str) -> None:
    box.box("POST", "clock", {"now": now + "+08:00"})
    box.fresh_token()


def sent(box: Client) -> int:
    return int(box.send(box.draft())["errcode"])


@pytest.mark.parametrize("call", ["sendall", "preview", "get", "delete", "speed/get"])
def test_unverified_account_may_not_send(box: Client, call: str) -> None:
    box.box("POST", "account", {"verified": False})

    assert box.post(f"message/mass/{call}", TEXT)["errcode"] == 48001


def test_message_reaches_those_who_follow(box: Client) -> None:
    stays, leaves = box.openids()
    box.box("POST", f"followers/{leaves}/unsubscribe?wait=1")
    seen = {openid: len(box.chat(openid)) for openid in (stays, leaves)}
    media_id = box.draft("一片叶子", "两片叶子", digest="为什么绿")
    accepted = box.send(media_id, "slot-1")

    assert box.post("draft/get", {"media_id": media_id})["errcode"] == 40007
    assert box.post("message/mass/get", {"msg_id": accepted["msg_id"]})["msg_status"] == "SENDING"
    assert box.box("POST", "settle")["delivered"] == 1
    assert box.post("message/mass/get", {"msg_id": accepted["msg_id"]})["msg_status"] == "SEND_SUCCESS"
    entry, push = box.journal()[-1], box.chat(stays)[-1]
    box.box("POST", f"followers/{leaves}/subscribe?wait=1")
    assert (entry["kind"], entry["clientmsgid"], entry["msg_id"]) == ("mass", "slot-1", accepted["msg_id"])
    assert (entry["state"], entry["titles"], entry["recipients"]) == ("done", ["一片叶子", "两片叶子"], [stays])
    assert (push["from"], push["type"], [card["title"] for card in push["articles"]]) == (
        "account",
        "push",
        ["一片叶子", "两片叶子"],
    )
    assert [card["url"] for card in push["articles"]] == entry["urls"]
    assert requests.get(push["articles"][0]["cover_url"], timeout=5).status_code == 200
    assert len(box.chat(leaves)) == seen[leaves] + 1  # only that they follow again


def test_text_reaches_the_chats(box: Client) -> None:
    answer = box.post("message/mass/sendall", TEXT | {"clientmsgid": "text-1"})
    box.box("POST", "settle")

    assert "msg_data_id" not in answer
    assert box.chat(box.openids()[0])[-1]["text"] == "明天停馆一天"
    assert box.journal()[-1]["text"] == "明天停馆一天"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"clientmsgid": "x" * 33}, 45067),
        ({"clientmsgid": "字" * 11}, 45067),
        ({"filter": None}, 40035),
        ({"filter": {}}, 40035),
        ({"filter": {"is_to_all": False, "tag_id": 2}}, 45159),
        ({"msgtype": "poem"}, 40008),
        ({"text": "x"}, 40097),
        ({"text": {"content": " "}}, 44004),
        ({"msgtype": "mpnews", "mpnews": {"media_id": "made-up"}}, 40007),
    ],
)
def test_messages_that_are_refused(box: Client, changes: dict[str, Any], code: int) -> None:
    assert box.post("message/mass/sendall", TEXT | changes)["errcode"] == code


def test_clientmsgid_of_32_bytes_is_taken(box: Client) -> None:
    assert box.post("message/mass/sendall", TEXT | {"clientmsgid": "x" * 32})["errcode"] == 0


def test_repeat_of_an_unfinished_message_is_too_fast_for_a_minute(box: Client) -> None:
    clock(box, "2026-12-04T18:00:00")
    media_id = box.draft()
    first = box.send(media_id, "slot-2")
    early = box.send(media_id, "slot-2")
    clock(box, "2026-12-04T18:01:01")
    late = box.send(media_id, "slot-2")

    assert early["errcode"] == 45066
    assert (late["errcode"], late["msg_id"], late["msg_data_id"]) == (45065, first["msg_id"], first["msg_data_id"])


def test_repeat_of_a_finished_message_names_it_though_its_draft_is_gone(box: Client) -> None:
    media_id = box.draft()
    first = box.send(media_id, "slot-3")
    box.box("POST", "settle")
    repeat, other = box.send(media_id, "slot-3"), box.send(media_id, "slot-4")

    assert (repeat["errcode"], repeat["msg_id"]) == (45065, first["msg_id"])
    assert other["errcode"] == 40007


def test_clientmsgid_protects_for_a_day_only(box: Client) -> None:
    clock(box, "2026-12-11T18:00:00")
    first = box.post("message/mass/sendall", TEXT | {"clientmsgid": "slot-5"})
    box.box("POST", "settle")
    clock(box, "2026-12-12T17:59:00")
    within = box.post("message/mass/sendall", TEXT | {"clientmsgid": "slot-5"})
    clock(box, "2026-12-12T18:01:00")
    after = box.post("message/mass/sendall", TEXT | {"clientmsgid": "slot-5"})

    assert (within["errcode"], within["msg_id"]) == (45065, first["msg_id"])
    assert after["errcode"] == 0


def test_without_clientmsgid_the_same_content_is_a_repeat(box: Client) -> None:
    first = box.post("message/mass/sendall", TEXT)
    box.box("POST", "settle")
    repeat = box.post("message/mass/sendall", TEXT)
    other = box.post("message/mass/sendall", TEXT | {"text": {"content": "后天也停馆"}})

    assert first["errcode"] == 0
    assert (repeat["errcode"], repeat["msg_id"]) == (45065, first["msg_id"])
    assert other["errcode"] == 45028


def test_refused_send_leaves_draft_and_clientmsgid_unused(box: Client) -> None:
    clock(box, "2026-12-18T18:00:00")
    sent(box)
    media_id = box.draft()

    assert box.send(media_id, "slot-6")["errcode"] == 45028
    clock(box, "2026-12-19T00:00:01")
    assert box.send(media_id, "slot-6")["errcode"] == 0


def test_subscription_account_sends_once_a_day_by_shanghai_time(box: Client) -> None:
    clock(box, "2026-01-01T00:00:00")
    codes = []
    for moment in ("2026-01-30T23:59:58", "2026-01-30T23:59:59", "2026-01-31T00:00:00", "2026-02-01T00:00:00"):
        clock(box, moment)
        codes.append(sent(box))

    assert codes == [0, 45028, 0, 0]


def test_service_account_sends_once_a_day_and_four_times_a_month(box: Client) -> None:
    box.box("POST", "account", {"kind": "service"})
    codes = []
    for day in ("03-01", "03-01", "03-02", "03-03", "03-31", "03-31", "04-01"):
        clock(box, f"2026-{day}T12:00:00")
        codes.append(sent(box))
        if day == "03-31":
            quota = box.box("GET", "state")["quota"]

    assert codes == [0, 45028, 0, 0, 0, 45028, 0]
    assert quota == {"mass_today": 1, "mass_today_limit": 1, "mass_month": 4, "mass_month_limit": 4}


def test_fifth_message_of_a_service_account_waits_for_the_next_month(box: Client) -> None:
    box.box("POST", "account", {"kind": "service"})
    codes = []
    for day in ("05-01", "05-02", "05-03", "05-04", "05-05", "06-01"):
        clock(box, f"2026-{day}T12:00:00")
        codes.append(sent(box))

    assert codes == [0, 0, 0, 0, 45028, 0]


def test_sixty_requests_a_minute(box: Client) -> None:
    codes = [box.post("message/mass/sendall", TEXT | {"text": {}})["errcode"] for _ in range(61)]

    assert codes == [44004] * 60 + [45011]


def test_preview_reaches_one_follower_and_keeps_draft_and_quota(box: Client) -> None:
    first, second = box.openids()
    media_id = box.draft("预览")
    body = {"touser": first, "msgtype": "mpnews", "mpnews": {"media_id": media_id}}
    before = len(box.chat(second))

    assert box.post("message/mass/preview", body)["errcode"] == 0
    card = box.chat(first)[-1]["articles"][0]
    assert "预览" in requests.get(card["url"], timeout=5).text
    assert len(box.chat(second)) == before
    assert (box.journal()[-1]["kind"], box.journal()[-1]["recipients"]) == ("preview", [first])
    assert box.send(media_id)["errcode"] == 0


def test_preview_by_name_wins_over_openid(box: Client) -> None:
    body = {"touser": box.openids()[0], "towxname": "小李", "msgtype": "text", "text": {"content": "看看"}}

    assert box.post("message/mass/preview", body)["errcode"] == 0
    assert box.journal()[-1]["recipients"] == [box.openids()[1]]
    assert box.post("message/mass/preview", body | {"towxname": "没有这个人"})["errcode"] == 40132
    assert box.post("message/mass/preview", {"touser": "made-up", "msgtype": "text"})["errcode"] == 40003


def test_preview_to_somebody_who_left(box: Client) -> None:
    openid = box.openids()[1]
    box.box("POST", f"followers/{openid}/unsubscribe?wait=1")
    answer = box.post("message/mass/preview", {"touser": openid, "msgtype": "text", "text": {"content": "看看"}})
    box.box("POST", f"followers/{openid}/subscribe?wait=1")

    assert answer["errcode"] == 43004


def test_hundred_previews_a_day(box: Client) -> None:
    codes = [box.post("message/mass/preview", {"touser": "made-up"})["errcode"] for _ in range(101)]

    assert codes == [40003] * 100 + [45009]


def test_deleted_message_says_so_and_its_card_stays(box: Client) -> None:
    msg_id = box.send(box.draft("一", "二"))["msg_id"]
    box.box("POST", "settle")
    card = box.chat(box.openids()[0])[-1]["articles"][0]
    codes = [box.post("message/mass/delete", {"msg_id": msg_id, "article_idx": idx})["errcode"] for idx in (1, 9, 0)]

    assert codes == [0, 40114, 0]
    assert "已被发布者删除" in requests.get(card["url"], timeout=5).text
    assert box.post("message/mass/get", {"msg_id": msg_id})["msg_status"] == "DELETE"


@pytest.mark.parametrize("msg_id", [1, "x", "9" * 30, None])
def test_unknown_message_ids(box: Client, msg_id: Any) -> None:
    assert box.post("message/mass/get", {"msg_id": msg_id})["errcode"] == 40059
    assert box.post("message/mass/delete", {"msg_id": msg_id})["errcode"] == 40059


def test_speed_is_the_probe_for_the_right_to_send(box: Client) -> None:
    assert box.post("message/mass/speed/get", {}) == {"speed": 0, "realspeed": 80}
    assert box.get("message/mass/speed/get") == {"speed": 0, "realspeed": 80}


def tag_with(box: Client, *openids: str) -> int:
    tag_id = int(box.post("tags/create", {"tag": {"name": f"组{box.box('GET', 'state')['now']}"}})["tag"]["id"])
    if openids:
        box.post("tags/members/batchtagging", {"openid_list": list(openids), "tagid": tag_id})
    return tag_id


def test_message_to_a_tag_reaches_its_followers_and_keeps_the_draft(box: Client) -> None:
    tagged, other = box.openids()
    seen, media_id = len(box.chat(other)), box.draft("给老师的")
    asked = {"filter": {"is_to_all": False, "tag_id": tag_with(box, tagged)}, "msgtype": "mpnews"}
    accepted = box.post("message/mass/sendall", asked | {"mpnews": {"media_id": media_id}})
    box.box("POST", "settle")

    assert accepted["errcode"] == 0
    assert box.journal()[-1]["recipients"] == [tagged]
    assert len(box.chat(other)) == seen
    assert "news_item" in box.post("draft/get", {"media_id": media_id})
    assert sent(box) == 45028  # a subscription account has one a day, to whomever


def test_message_to_a_tag_without_followers_is_refused(box: Client) -> None:
    asked = TEXT | {"filter": {"is_to_all": False, "tag_id": tag_with(box)}}

    assert box.post("message/mass/sendall", asked)["errcode"] == 40003


def test_service_account_sends_to_a_list_four_times_a_month_each(box: Client) -> None:
    box.clock("2031-05-10T12:00:00")
    box.box("POST", "account", {"kind": "service"})
    one, two = box.openids()
    codes = []
    for n in range(5):
        asked = TEXT | {"touser": [one, two], "clientmsgid": f"list-{n}"}
        codes.append(box.post("message/mass/send", asked)["errcode"])
        box.box("POST", "settle")

    assert codes == [0] * 5
    assert [entry["recipients"] for entry in box.journal()[-2:]] == [[one, two], []]


@pytest.mark.parametrize(
    ("kind", "touser", "code"),
    [("subscription", ["a", "b"], 48001), ("service", ["a"], 40032), ("service", [1, 2], 40003)],
)
def test_lists_that_are_refused(box: Client, kind: str, touser: list[Any], code: int) -> None:
    box.box("POST", "account", {"kind": kind})

    assert box.post("message/mass/send", TEXT | {"touser": touser})["errcode"] == code


@pytest.mark.parametrize(
    ("kind", "named", "body", "code"),
    [
        ("image", "images", {"media_ids": ["PICTURE"]}, 0),
        ("image", "images", {"media_ids": ["PICTURE"] * 20}, 0),
        ("image", "images", {"media_ids": []}, 40097),
        ("image", "images", {"media_ids": ["PICTURE"] * 21}, 40097),
        ("image", "image", {"media_ids": ["PICTURE"]}, 40097),
        ("voice", "voice", {"media_id": "VOICE"}, 0),
        ("mpvideo", "mpvideo", {"media_id": "VIDEO", "title": "短片"}, 0),
        ("mpvideo", "mpvideo", {"media_id": "VOICE"}, 40007),
        ("wxcard", "wxcard", {"card_id": "x"}, 40073),
    ],
)
def test_other_kinds_of_messages(box: Client, kind: str, named: str, body: dict[str, Any], code: int) -> None:
    ids = {
        "PICTURE": box.thumb(),
        "VOICE": box.upload("media/upload?type=voice", amr(1), "a.amr")["media_id"],
        "VIDEO": box.upload("media/upload?type=video", MP4, "a.mp4")["media_id"],
    }
    openid = box.openids()[0]
    before = len(box.chat(openid))
    filled = {
        name: [ids[one] for one in value] if isinstance(value, list) else ids.get(value, value)
        for name, value in body.items()
    }
    given = box.post("message/mass/sendall", {"filter": {"is_to_all": True}, "msgtype": kind, named: filled})["errcode"]
    box.box("POST", "settle")

    shown = {"image": ["image"] * len(body.get("media_ids", [])), "voice": ["voice"], "mpvideo": ["video"]}.get(
        kind, []
    )
    assert given == code
    assert [item["type"] for item in box.chat(openid)[before:]] == (shown if code == 0 else [])


@pytest.mark.parametrize(("speed", "code"), [(0, 0), (4, 0), (5, 45083), (-1, 45083), ("2", 45083), (None, 45084)])
def test_sending_speed(box: Client, speed: Any, code: int) -> None:
    box.post("message/mass/speed/set", {"speed": 2})

    assert box.post("message/mass/speed/set", {"speed": speed})["errcode"] == code
    assert box.get("message/mass/speed/get") == {
        0: {"speed": 0, "realspeed": 80},
        4: {"speed": 4, "realspeed": 10},
    }.get(speed, {"speed": 2, "realspeed": 45})


def test_a_minute_takes_sixty_messages(box: Client) -> None:
    box.box("POST", "account", {"kind": "service"})
    codes = [box.post("message/mass/send", TEXT | {"touser": []})["errcode"] for _ in range(61)]

    assert codes == [40032] * 60 + [45011]
