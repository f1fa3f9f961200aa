"""Pushes to the bot: how they are signed, how often they come, and what becomes of the answer."""

import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.sandbox.codec import Envelope, MessageCipher, signature
from tests.sandbox.client import AES_KEY, APP_ID, TOKEN, Client, Delivery, Receiver, boxed, settings_for

CIPHER = MessageCipher(token=TOKEN, aes_key=AES_KEY, app_id=APP_ID)
UNAVAILABLE = "该公众号暂时无法提供服务，请稍后再试"


def opened(delivery: Delivery) -> ET.Element:
    """The document inside a push of safe mode, its signature checked."""
    query = delivery.query
    encrypted = ET.fromstring(delivery.body).findtext("Encrypt") or ""
    return ET.fromstring(CIPHER.open(Envelope(encrypted, query["msg_signature"], query["timestamp"], query["nonce"])))


def reply_xml(asked: ET.Element, kind: str, inner: str, **head: str) -> str:
    names = {"to": asked.findtext("FromUserName"), "by": asked.findtext("ToUserName"), "at": "1795400000"} | head
    return (
        f"<xml><ToUserName>{names['to']}</ToUserName><FromUserName>{names['by']}</FromUserName>"
        f"<CreateTime>{names['at']}</CreateTime><MsgType>{kind}</MsgType>{inner}</xml>"
    )


def sealed(document: str, *, by: MessageCipher = CIPHER) -> bytes:
    """The document as an encrypted passive reply."""
    one = by.seal(document, "1795400000", "42")
    return (
        f"<xml><Encrypt><![CDATA[{one.encrypted}]]></Encrypt><MsgSignature>{one.signature}</MsgSignature>"
        f"<TimeStamp>{one.timestamp}</TimeStamp><Nonce>{one.nonce}</Nonce></xml>"
    ).encode()


def answering(kind: str, inner: str, **head: str) -> Callable[[Delivery], tuple[int, bytes]]:
    return lambda delivery: (200, sealed(reply_xml(opened(delivery), kind, inner, **head)))


def text(content: str) -> str:
    return f"<Content><![CDATA[{content}]]></Content>"


def cards(count: int, claimed: int | None = None) -> str:
    item = "<item><Title>一片叶子</Title><Description>绿</Description><Url>https://mp.weixin.qq.com/s/1</Url></item>"
    return f"<ArticleCount>{claimed or count}</ArticleCount><Articles>{item * count}</Articles>"


def say(box: Client, words: str = "隔夜菜能吃吗", **more: str) -> dict[str, str]:
    answer: dict[str, str] = box.box("POST", f"followers/{box.openids()[0]}/say?wait=1", {"text": words} | more)
    return answer


def test_text_is_signed_encrypted_and_complete(box: Client, receiver: Receiver) -> None:
    say(box, "隔夜菜 <能>]]>吃吗", menu_id="101")
    delivery = receiver.deliveries[0]
    asked = opened(delivery)
    openid = box.openids()[0]

    assert delivery.query["signature"] == signature(TOKEN, delivery.query["timestamp"], delivery.query["nonce"])
    assert (delivery.query["openid"], delivery.query["encrypt_type"]) == (openid, "aes")
    assert [child.tag for child in ET.fromstring(delivery.body)] == ["ToUserName", "Encrypt"]
    assert [child.tag for child in asked] == [
        *("ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "MsgId", "bizmsgmenuid")
    ]
    assert asked.findtext("Content") == "隔夜菜 <能>]]>吃吗"
    assert asked.findtext("ToUserName") == box.box("GET", "state")["account"]["original_id"]
    assert asked.findtext("FromUserName") == openid
    assert asked.findtext("bizmsgmenuid") == "101"


def test_times_are_those_of_the_boxs_clock(box: Client, receiver: Receiver) -> None:
    box.box("POST", "clock", {"now": "2031-05-01T08:00:00+08:00"})
    say(box)
    moment = 1935360000  # that morning, in seconds since 1970

    assert int(receiver.deliveries[0].query["timestamp"]) - moment in range(5)
    assert int(opened(receiver.deliveries[0]).findtext("CreateTime") or 0) - moment in range(5)


def test_reply_lands_in_the_chat(box: Client, receiver: Receiver) -> None:
    receiver.answer = answering("text", text("能吃 <a> & ]]"))
    outcome = say(box)
    mine, theirs = box.chat(box.openids()[0])[-2:]

    assert (outcome["state"], outcome["reply"]) == ("answered", "能吃 <a> & ]]")
    assert (mine["from"], mine["state"], mine["text"]) == ("fan", "answered", "隔夜菜能吃吗")
    assert (theirs["from"], theirs["type"], theirs["text"]) == ("account", "text", "能吃 <a> & ]]")


@pytest.mark.parametrize("body", [b"", b"success", b" success\n"])
def test_empty_and_success_are_silence(box: Client, receiver: Receiver, body: bytes) -> None:
    receiver.answer = lambda _delivery: (200, body)
    outcome = say(box)

    assert (outcome["state"], outcome["reply"]) == ("silent", None)
    assert len(receiver.deliveries) == 1
    assert box.chat(box.openids()[0])[-1]["from"] == "fan"


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: (200, b'{"text": "hello"}'),
        lambda _: (200, b"<xml><broken>"),
        lambda _: (200, b"\xff\xfe"),
        lambda delivery: (200, reply_xml(opened(delivery), "text", text("明文")).encode()),
        lambda delivery: (200, sealed(reply_xml(opened(delivery), "text", text("一"))).replace(b">42<", b">43<")),
        answering("text", text("字" * 683)),
        answering("text", text(" ")),
        answering("text", text("一"), to="oSomebodyElse"),
        answering("text", text("一"), by="gh_another"),
        answering("text", text("一"), at="now"),
        answering("image", "<Image><MediaId>made-up</MediaId></Image>"),
        answering("news", cards(2)),
        answering("news", cards(1, claimed=3)),
        answering("poem", ""),
    ],
)
def test_answers_that_wechat_does_not_take(
    box: Client, receiver: Receiver, answer: Callable[[Delivery], tuple[int, bytes]]
) -> None:
    receiver.answer = answer
    outcome = say(box)
    last = box.chat(box.openids()[0])[-1]

    assert (outcome["state"], outcome["reply"]) == ("failed", None)
    assert (last["from"], last["text"]) == ("system", UNAVAILABLE)
    assert len(receiver.deliveries) == 1


def test_text_of_2048_bytes_is_taken(box: Client, receiver: Receiver) -> None:
    receiver.answer = answering("text", text("字" * 682 + "ab"))

    assert say(box)["state"] == "answered"


def test_service_account_is_named_as_one(box: Client, receiver: Receiver) -> None:
    box.box("POST", "account", {"kind": "service"})
    receiver.answer = lambda _delivery: (200, b"{}")
    say(box)

    assert box.chat(box.openids()[0])[-1]["text"] == "该服务号暂时无法提供服务，请稍后再试"


def test_one_card_answers_a_message_and_eight_an_event(box: Client, receiver: Receiver) -> None:
    openid = box.openids()[0]
    receiver.answer = answering("news", cards(1))
    to_message = say(box)["state"]
    receiver.answer = answering("news", cards(8))
    to_event = box.box("POST", f"followers/{openid}/event?wait=1", {"event": "CLICK", "key": "HELP"})["state"]

    assert (to_message, to_event) == ("answered", "answered")
    assert len(box.chat(openid)[-1]["articles"]) == 8


def test_nine_cards_are_too_many_for_an_event(box: Client, receiver: Receiver) -> None:
    receiver.answer = answering("news", cards(9))
    address = f"followers/{box.openids()[0]}/event?wait=1"

    assert box.box("POST", address, {"event": "CLICK", "key": "HELP"})["state"] == "failed"


def test_picture_of_the_library_is_shown(box: Client, receiver: Receiver) -> None:
    receiver.answer = answering("image", f"<Image><MediaId>{box.thumb()}</MediaId></Image>")

    assert say(box)["state"] == "answered"
    assert box.chat(box.openids()[0])[-1]["type"] == "image"


def test_late_answers_are_dropped_and_the_message_comes_again(box: Client, receiver: Receiver) -> None:
    receiver.answer = lambda _delivery: (time.sleep(0.3), (200, b"success"))[1]
    outcome = say(box)
    first, second, third = receiver.deliveries

    assert outcome["state"] == "failed"
    assert 0.15 <= second.at - first.at < 1
    assert [opened(one).findtext("MsgId") for one in (first, second, third)] == [opened(first).findtext("MsgId")] * 3
    assert ET.tostring(opened(first)) == ET.tostring(opened(third))
    assert len({one.query["nonce"] for one in (first, second, third)}) == 3
    assert len({one.query["msg_signature"] for one in (first, second, third)}) == 3


def test_answer_to_a_repeat_is_used(box: Client, receiver: Receiver) -> None:
    def answer(delivery: Delivery) -> tuple[int, bytes]:
        if len(receiver.deliveries) < 3:
            return 500, b""
        return answering("text", text("来了"))(delivery)

    receiver.answer = answer

    assert say(box)["reply"] == "来了"
    assert len(receiver.deliveries) == 3


def test_nobody_listening_is_a_failure(tmp_path: Path) -> None:
    with boxed(settings_for(tmp_path, callback_url="http://127.0.0.1:9/wechat")) as box:
        assert say(box)["state"] == "failed"


def test_two_messages_have_two_ids(box: Client, receiver: Receiver) -> None:
    say(box)
    say(box)

    assert len({opened(delivery).findtext("MsgId") for delivery in receiver.deliveries}) == 2


def test_follower_leaves_and_comes_back(box: Client, receiver: Receiver) -> None:
    openid = box.openids()[0]
    receiver.answer = answering("text", text("再见"))
    gone = box.box("POST", f"followers/{openid}/unsubscribe?wait=1")
    last = box.chat(openid)[-1]
    refused = box.http.post(f"{box.url}/box/followers/{openid}/say", json={"text": "在吗"}, timeout=5)
    receiver.answer = answering("text", text("欢迎"))
    back = box.box("POST", f"followers/{openid}/subscribe?wait=1")

    events = [opened(delivery) for delivery in receiver.deliveries]
    assert [event.findtext("Event") for event in events] == ["unsubscribe", "subscribe"]
    assert [event.find("MsgId") for event in events] == [None, None]
    assert gone["state"] == "answered"
    assert last["from"] == "system"  # what is answered to somebody who left reaches nobody
    assert refused.status_code == 409
    assert back["reply"] == "欢迎"
    assert box.chat(openid)[-1]["text"] == "欢迎"


@pytest.mark.parametrize(
    ("kind", "tags"),
    [
        ("image", {"PicUrl", "MediaId"}),
        ("voice", {"MediaId", "Format", "MediaId16K"}),
        ("video", {"MediaId", "ThumbMediaId"}),
        ("location", {"Location_X", "Location_Y", "Scale", "Label"}),
        ("link", {"Title", "Description", "Url"}),
    ],
)
def test_other_kinds_of_message(box: Client, receiver: Receiver, kind: str, tags: set[str]) -> None:
    openid = box.openids()[0]
    box.box("POST", f"followers/{openid}/send?wait=1", {"type": kind})
    asked = opened(receiver.deliveries[0])

    assert asked.findtext("MsgType") == kind
    assert {child.tag for child in asked} == tags | {"ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId"}
    assert box.chat(openid)[-1]["type"] == kind


def test_without_waiting_the_phone_polls_for_the_change(box: Client, receiver: Receiver) -> None:
    openid = box.openids()[0]
    answer = box.http.post(f"{box.url}/box/followers/{openid}/say", json={"text": "你好"}, timeout=5)
    receiver.expect(1)
    sent = answer.json()
    deadline = time.monotonic() + 5
    while not (changed := box.chat(openid, after=sent["seq"])):
        assert time.monotonic() < deadline

    assert answer.status_code == 202
    assert [(item["id"], item["state"]) for item in changed] == [(sent["id"], "silent")]
    assert changed[0]["seq"] > sent["seq"]


def test_mass_result_comes_as_an_event_with_its_addresses(box: Client, receiver: Receiver) -> None:
    msg_id = box.send(box.draft("一", "二"), "slot-1")["msg_id"]
    box.box("POST", "settle")
    event = opened(receiver.deliveries[0])

    assert (event.findtext("Event"), event.findtext("MsgID")) == ("MASSSENDJOBFINISH", str(msg_id))
    assert (event.findtext("Status"), event.findtext("SentCount")) == ("send success", "2")
    assert [url.text for url in event.iter("ArticleUrl")] == box.journal()[-1]["urls"]
    assert event.findtext("FromUserName") not in box.openids()


def test_publish_result_comes_as_an_event_with_article_id(box: Client, receiver: Receiver) -> None:
    publish_id = box.post("freepublish/submit", {"media_id": box.draft("一", "二")})["publish_id"]
    box.box("POST", "settle")
    event = opened(receiver.deliveries[0])
    info = event.find("PublishEventInfo")

    assert event.findtext("Event") == "PUBLISHJOBFINISH"
    assert info is not None
    assert (info.findtext("publish_id"), info.findtext("publish_status")) == (publish_id, "0")
    assert info.findtext("article_id") == box.journal()[-1]["article_id"]
    assert info.findtext("article_detail/count") == "2"
    assert [url.text for url in info.iter("article_url")] == box.journal()[-1]["urls"]


@pytest.mark.parametrize("mode", ["plain", "compatible"])
def test_other_modes(tmp_path: Path, receiver: Receiver, mode: str) -> None:
    with boxed(settings_for(tmp_path, callback_url=receiver.url, encryption=mode)) as box:
        receiver.reset(lambda one: (200, reply_xml(ET.fromstring(one.body), "text", text("好")).encode()))
        plain_reply = say(box)["reply"]
        seen = receiver.deliveries[0]
        receiver.reset(lambda one: (200, sealed(reply_xml(ET.fromstring(one.body), "text", text("密")))))
        sealed_reply = say(box)["reply"]

    assert plain_reply == "好"
    assert ET.fromstring(seen.body).findtext("Content") == "隔夜菜能吃吗"
    if mode == "plain":
        assert "encrypt_type" not in seen.query
        assert sealed_reply is None
    else:
        assert opened(seen).findtext("Content") == "隔夜菜能吃吗"
        assert sealed_reply == "密"
