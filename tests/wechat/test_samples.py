"""One file per kind of message and event that WeChat documents, and what decoding gives for each."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import DecodeError
from bot.model.jobs import Job, JobFinished, JobKind, JobState
from bot.model.messages import Message
from bot.wechat.cipher import MessageCipher, signature
from bot.wechat.codec import Codec

SAMPLES = Path(__file__).parent / "samples"
NOW = datetime.fromtimestamp(1795400000, UTC)
TOKEN, AES_KEY, APP_ID = "sampletoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx0123456789abcdef"
ARTICLE_ID = "b5O2OUs25HBxRceL7hfReg-U9QGeq9zQjiDvyWP4Hq4"


def message(kind: str, number: int | None = None, **more: str) -> Message:
    message_id = None if number is None else str(24900000000000000 + number)
    return Message(kind, "oTESTopenid0000000000000001", "gh_0123456789ab", NOW, message_id, **more)


def published(job):
    return JobFinished(JobKind.PUBLISH, "2247503051", job)


def mass_sent(job):
    return JobFinished(JobKind.MASS, "1000001625", job)


def failed(said):
    return Job(JobState.FAILED, f"群发没有成功：{said}")


def event(name: str, key: str = "") -> Message:
    return message("event", event=name, event_key=key)


EXPECTED = {
    "msg_text": message("text", 1, text="你好 <world> & co"),
    "msg_text_bizmsgmenuid": message("text", 2, text="满意", menu_id="101"),
    "msg_text_from_article": message("text", 3, text="来自文章"),
    "msg_image": message("image", 4),
    "msg_voice": message("voice", 5),
    "msg_voice_recognition_legacy": message("voice", 6),
    "msg_video": message("video", 7),
    "msg_shortvideo": message("shortvideo", 8),
    "msg_location": message("location", 9),
    "msg_link": message("link", 10),
    "event_subscribe": event("subscribe"),
    "event_subscribe_empty_eventkey": event("subscribe"),
    "event_subscribe_qrscene": event("subscribe", "qrscene_123123"),
    "event_unsubscribe": event("unsubscribe"),
    "event_scan": event("SCAN", "123123"),
    "event_location": event("LOCATION"),
    "event_click": event("CLICK", "HELP"),
    "event_view": event("VIEW", "https://example.com/"),
    "event_view_miniprogram": event("view_miniprogram", "pages/index/index"),
    "event_scancode_push": event("scancode_push", "SCAN_1"),
    "event_scancode_waitmsg": event("scancode_waitmsg", "SCAN_1"),
    "event_pic_sysphoto": event("pic_sysphoto", "PIC_1"),
    "event_pic_photo_or_album": event("pic_photo_or_album", "PIC_1"),
    "event_pic_weixin": event("pic_weixin", "PIC_1"),
    "event_location_select": event("location_select", "LOC_1"),
    "event_templatesendjobfinish_success": event("TEMPLATESENDJOBFINISH"),
    "event_templatesendjobfinish_system_failed": event("TEMPLATESENDJOBFINISH"),
    "event_templatesendjobfinish_user_block": event("TEMPLATESENDJOBFINISH"),
    "event_subscribe_msg_popup_event": event("subscribe_msg_popup_event"),
    "event_subscribe_msg_change_event": event("subscribe_msg_change_event"),
    "event_subscribe_msg_sent_event": event("subscribe_msg_sent_event"),
    "event_qualification_verify_success": event("qualification_verify_success"),
    "event_qualification_verify_fail": event("qualification_verify_fail"),
    "event_naming_verify_success": event("naming_verify_success"),
    "event_naming_verify_fail": event("naming_verify_fail"),
    "event_annual_renew": event("annual_renew"),
    "event_verify_expired": event("verify_expired"),
    "event_user_authorization_revoke": event("user_authorization_revoke"),
    "event_kf_create_session": event("kf_create_session"),
    "event_kf_close_session": event("kf_close_session"),
    "event_kf_switch_session": event("kf_switch_session"),
    "event_publishjobfinish_success": published(
        Job(JobState.DONE, urls={0: "http://mp.weixin.qq.com/s?__biz=x"}, article_id=ARTICLE_ID)
    ),
    "event_freepublishjobfinish_sdk_variant": published(
        Job(JobState.DONE, urls={0: "http://mp.weixin.qq.com/s?__biz=x"}, article_id=ARTICLE_ID)
    ),
    "event_publishjobfinish_original_fail": published(
        Job(JobState.FAILED, "微信的原创检查没有通过。请登录微信后台查看是哪一篇")
    ),
    "event_publishjobfinish_common_fail": published(
        Job(JobState.FAILED, "微信说发布失败，没有给出原因。请登录微信后台查看")
    ),
    "event_publishjobfinish_audit_fail": published(Job(JobState.FAILED, "平台审核没有通过。请登录微信后台查看原因")),
    "event_masssendjobfinish_success": mass_sent(
        Job(JobState.DONE, urls={0: "http://mp.weixin.qq.com/s?__biz=x&mid=1&idx=1"})
    ),
    "event_masssendjobfinish_err30003_reprint": mass_sent(
        failed("被判为转载（微信代码 30003）。如果确是自己写的，请登录微信后台申诉或由人发出；不是就请作罢")
    ),
    "event_masssendjobfinish_err40002_admin_timeout": mass_sent(
        failed(
            "管理员在 30 分钟里没有确认（微信代码 40002）。请提醒管理员留意微信里的群发确认，再决定再试一次，还是作罢"
        )
    ),
}
ENVELOPES = {"safe_mode_post_envelope", "safe_mode_reply_envelope"}  # WeChat's vectors: tests of their own open them


def signed(*parts: str) -> dict[str, str]:
    stamp = str(int(NOW.timestamp()))
    return {"signature": signature(TOKEN, stamp, "1"), "timestamp": stamp, "nonce": "1"} | (
        {"msg_signature": signature(TOKEN, stamp, "1", *parts)} if parts else {}
    )


def decoded(body: bytes):
    """What plain mode gives; safe mode must give the same."""
    plain = Codec(TOKEN, "", APP_ID, "plain", 600).decode(signed(), body, NOW)
    encrypted = MessageCipher(AES_KEY, APP_ID).encrypt(body, random=b"0123456789abcdef")
    envelope = f"<xml><ToUserName>x</ToUserName><Encrypt>{encrypted}</Encrypt></xml>".encode()
    assert Codec(TOKEN, AES_KEY, APP_ID, "safe", 600).decode(signed(encrypted), envelope, NOW) == plain
    return plain


def test_every_sample_is_here():
    assert {file.stem for file in SAMPLES.glob("*.xml")} == EXPECTED.keys() | ENVELOPES
    assert len(EXPECTED | dict.fromkeys(ENVELOPES)) == 51


@pytest.mark.parametrize("name", EXPECTED)
def test_sample(name):
    assert decoded((SAMPLES / f"{name}.xml").read_bytes()) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_sample_in_another_order_with_blanks_and_unknown_elements(name):
    root = ET.parse(SAMPLES / f"{name}.xml").getroot()
    children = [*root, ET.fromstring("<NewIn2027><a>1</a><MsgType>odd</MsgType></NewIn2027>")]
    random.Random(7).shuffle(children)
    root[:] = children
    ET.indent(root)

    assert decoded(ET.tostring(root, encoding="unicode").encode()) == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(ENVELOPES))
def test_an_envelope_is_no_message_in_plain_mode(name):
    with pytest.raises(DecodeError):
        decoded((SAMPLES / f"{name}.xml").read_bytes())


@pytest.mark.parametrize("event_name", ["PUBLISHJOBFINISH", "FREEPUBLISHJOBFINISH", "MASSSENDJOBFINISH", "NEWNAME"])
def test_the_end_of_a_publication_under_any_name(event_name):
    body = (SAMPLES / "event_publishjobfinish_success.xml").read_text().replace("PUBLISHJOBFINISH", event_name)

    assert decoded(body.encode()) == EXPECTED["event_publishjobfinish_success"]


def test_several_addresses_come_in_the_articles_order():
    items = "".join(
        f"<item><ArticleIdx>{i}</ArticleIdx><ArticleUrl><![CDATA[http://x/{i}?a=1&b=2]]></ArticleUrl></item>"
        for i in (3, 1, 2)
    )
    body = (SAMPLES / "event_masssendjobfinish_err40002_admin_timeout.xml").read_text()
    body = body.replace(
        "<Count>0</Count><ResultList></ResultList></Art", f"<Count>3</Count><ResultList>{items}</ResultList></Art"
    )

    assert decoded(body.replace("err(40002)", "send success").encode()).job.urls == {
        i - 1: f"http://x/{i}?a=1&b=2" for i in (1, 2, 3)
    }


@pytest.mark.parametrize("inside", ["", " \n ", "<item></item>", "<item><ArticleIdx>x</ArticleIdx></item>"])
def test_a_list_of_addresses_without_any(inside):
    body = (SAMPLES / "event_masssendjobfinish_success.xml").read_text()
    head, _, _ = body.partition("<ArticleUrlResult>")
    body = f"{head}<ArticleUrlResult><Count>0</Count><ResultList>{inside}</ResultList></ArticleUrlResult></xml>"

    assert decoded(body.encode()) == mass_sent(Job(JobState.DONE))


@pytest.mark.parametrize(
    ("name", "element"),
    [
        ("event_publishjobfinish_success", "publish_id"),
        ("event_publishjobfinish_success", "publish_status"),
        ("event_masssendjobfinish_success", "MsgID"),
        ("event_masssendjobfinish_success", "Status"),
    ],
)
def test_a_finished_job_without_what_names_it_is_refused(name, element):
    body = (SAMPLES / f"{name}.xml").read_text().replace(f"{element}>", "Other>")
    with pytest.raises(DecodeError):
        decoded(body.encode())


POSES = "<Event>MASSSENDJOBFINISH</Event><PublishEventInfo><publish_id>1</publish_id></PublishEventInfo>"


@pytest.mark.parametrize("place", ["你好", "</MsgType>"], ids=["in the words", "beside them"])
def test_a_followers_message_is_never_a_finished_job(place):
    body = (SAMPLES / "msg_text.xml").read_text().replace(place, place + POSES)

    assert decoded(body.encode()).kind == "text"


def test_a_repeat_has_the_same_key_and_holds_no_openid():
    first, again = (decoded((SAMPLES / "event_click.xml").read_bytes()) for _ in range(2))

    assert first.key == again.key
    assert first.key != decoded((SAMPLES / "event_scan.xml").read_bytes()).key
    assert "oTEST" not in first.key
