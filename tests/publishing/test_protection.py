"""群发保护 and the originality check: how a mass send ends that an administrator or WeChat holds back.

The events come in as WeChat's XML, in plain mode, by the same codec as at the door.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from bot.model.jobs import JobState
from bot.model.pushes import PushState
from bot.publishing import decide
from bot.publishing.events import finished
from bot.wechat.codec import Codec
from tests.publishing.conftest import BEFORE, FRIDAY

MINUTE = timedelta(minutes=1)
TOKEN, AES_KEY, APP_ID = "worldtoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx0123456789abcdef"


def sent(association):
    association.article("leaf")
    association.round(BEFORE)
    association.round(FRIDAY)
    return association.pushes()[0]


def told(association, push, status, now):
    """MASSSENDJOBFINISH with this status arrives; True when it is of a push of ours."""
    urls = (
        f"<item><ArticleIdx>1</ArticleIdx><ArticleUrl><![CDATA[https://mp.example/s/{status[:4]}]]></ArticleUrl></item>"
    )
    count, listed = (1, urls) if status == "send success" else (0, " ")
    body = (
        "<xml><ToUserName><![CDATA[gh_0]]></ToUserName><FromUserName><![CDATA[mphelper]]></FromUserName>"
        f"<CreateTime>{now.timestamp():.0f}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        f"<Event><![CDATA[MASSSENDJOBFINISH]]></Event><MsgID>{push.msg_id}</MsgID><Status><![CDATA[{status}]]></Status>"
        "<TotalCount>2</TotalCount><FilterCount>0</FilterCount><SentCount>0</SentCount><ErrorCount>0</ErrorCount>"
        f"<ArticleUrlResult><Count>{count}</Count><ResultList>{listed}</ResultList></ArticleUrlResult></xml>"
    )
    timestamp = f"{now.timestamp():.0f}"
    signature = hashlib.sha1("".join(sorted([TOKEN, timestamp, "7"])).encode()).hexdigest()
    query = {"signature": signature, "timestamp": timestamp, "nonce": "7"}
    event = Codec(TOKEN, AES_KEY, APP_ID, "plain", 600).decode(query, body.encode(), now)
    return finished(association.ledger, event, now)


HELD_BACK = [
    ("err(40001)", "管理员拒绝了这次群发（微信代码 40001）。请先和管理员说好，再决定再试一次，还是作罢。"),
    (
        "err(40002)",
        "管理员在 30 分钟里没有确认（微信代码 40002）。请提醒管理员留意微信里的群发确认，再决定再试一次，还是作罢。",
    ),
    ("err(30003)", "被判为转载（微信代码 30003）。如果确是自己写的，请登录微信后台申诉或由人发出；不是就请作罢。"),
]


@pytest.mark.parametrize(("status", "said"), HELD_BACK)
def test_a_mass_send_that_is_held_back_asks_a_person_in_a_sentence(association, status, said):
    push = sent(association)

    assert told(association, push, status, FRIDAY + 30 * MINUTE)

    failed = association.pushes()[0]
    assert (failed.state, failed.said) == (PushState.FAILED, f"群发没有成功：{said}")
    assert [name for name, _ in decide.actions(failed)] == ["retry", "drop"]


@pytest.mark.parametrize(("status", "said"), HELD_BACK)
def test_the_reason_comes_even_when_asking_was_quicker(association, status, said):
    push = sent(association)
    association.outlet.finish(JobState.FAILED)
    association.round(FRIDAY + 30 * MINUTE)

    assert association.states() == ["failed"]
    assert said not in association.pushes()[0].said

    told(association, push, status, FRIDAY + 31 * MINUTE)
    told(association, push, status, FRIDAY + 31 * MINUTE)

    assert association.pushes()[0].said == f"群发没有成功：{said}"
    assert association.history().count("reason") == 1


def test_while_an_administrator_has_to_confirm_the_push_says_so_and_waits(association):
    sent(association)

    for minute in (1, 10, 29):
        association.round(FRIDAY + minute * MINUTE)

    push = association.pushes()[0]
    assert push.state is PushState.SENT
    assert "要管理员在 30 分钟里到微信里确认" in push.said
    assert association.outlet.calls["mass_send"] == 1


@pytest.mark.parametrize("before", [None, "err(40002)"])
def test_a_late_confirmation_ends_in_one_published_push(association, before):
    push = sent(association)
    if before:
        told(association, push, before, FRIDAY + 30 * MINUTE)

    told(association, push, "send success", FRIDAY + 31 * MINUTE)
    association.outlet.finish()
    association.round(FRIDAY + 32 * MINUTE)

    confirmed = association.pushes()[0]
    assert (confirmed.state, confirmed.items[0].url) == (PushState.CONFIRMED, "https://mp.example/s/send")
    assert association.outlet.calls["mass_send"] == 1


def test_a_second_try_after_a_refusal_is_a_send_of_its_own(association):
    push = sent(association)
    association.outlet.finish(JobState.FAILED)
    told(association, push, "err(40001)", FRIDAY + 5 * MINUTE)

    decide.retry(association.ledger, push.id, person="赵海", now=FRIDAY + 6 * MINUTE)
    association.round(FRIDAY + 6 * MINUTE, settled=True)
    association.round(FRIDAY + 7 * MINUTE)
    told(association, push, "err(40001)", FRIDAY + 8 * MINUTE)  # the first one's event once more

    after = association.pushes()[0]
    assert (after.state, after.clientmsgid != push.clientmsgid) == (PushState.CONFIRMED, True)
    assert association.outlet.titles() == [["leaf"]]
