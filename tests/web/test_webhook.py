"""/wechat: what it takes, what it refuses, and that nothing makes it fail aloud."""

from __future__ import annotations

import dataclasses
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from bot.archive.bake import refresh
from bot.config import TIMEZONE
from bot.ledger import counters, facts

from .conftest import NOW, Build, House, fill, message, signed


@pytest.fixture
def house(build: Build) -> House:
    return build()


def post(house: House, body: str | bytes, **query: str) -> TestResponse:
    return house.visitor().client.post("/wechat", query_string=signed(house.clock()) | query, data=body)


def length(said: str) -> dict[str, Any]:
    """What the request says of its body's length."""
    return {"CONTENT_LENGTH": said}


def counted(house: House) -> dict[str, int]:
    """Today's refusals, as the ledger has them."""
    assert house.service.inbox.flush(5)
    with house.service.ledger.read() as tx:
        return counters.total(tx, house.clock().astimezone(TIMEZONE).date())


def test_the_echo_is_given_back_to_the_right_signature_only(house: House) -> None:
    client = house.visitor().client
    right = client.get("/wechat", query_string=signed(NOW) | {"echostr": "5577<8"})
    wrong = client.get("/wechat", query_string=signed(NOW, token="other") | {"echostr": "5577"})

    assert (right.status_code, right.data, right.mimetype) == (200, b"5577<8", "text/plain")
    assert (wrong.status_code, wrong.data) == (401, b"")


def test_a_text_gets_an_xml_reply_and_a_repeat_the_same(house: House) -> None:
    first, again = (post(house, message("帮助")) for _ in range(2))

    assert first.status_code == 200
    assert first.mimetype == "application/xml"
    assert "<ToUserName>" in first.text
    assert first.data == again.data


def test_an_approved_article_answers(build: Build) -> None:
    house = build()
    fill(house)
    house.approve("leftovers")
    refresh(house.service.archive, house.service.ledger)
    answer = post(house, message("隔夜菜能吃吗"))

    assert "隔夜菜能吃吗" in answer.text
    assert "/a/leftovers" in answer.text


def test_an_unknown_event_gets_success(house: House) -> None:
    event = message("").replace("<MsgType>text</MsgType>", "<MsgType>event</MsgType><Event>new_thing</Event>")
    answer = post(house, event)

    assert (answer.status_code, answer.data) == (200, b"success")


def test_a_finished_job_gets_success(house: House) -> None:
    event = (
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>o</FromUserName><CreateTime>1</CreateTime>"
        "<MsgType>event</MsgType><Event>MASSSENDJOBFINISH</Event><MsgID>77</MsgID><Status>send success</Status></xml>"
    )
    answer = post(house, event)

    assert (answer.status_code, answer.data) == (200, b"success")


def test_a_finished_job_is_written_down_though_the_ledger_was_busy(house: House) -> None:
    event = (
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>o</FromUserName><CreateTime>1</CreateTime>"
        "<MsgType>event</MsgType><Event>MASSSENDJOBFINISH</Event><MsgID>78</MsgID><Status>send success</Status></xml>"
    )
    with closing(sqlite3.connect(str(house.service.ledger.file))) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        answer = post(house, event)
        waited_s = time.monotonic() - began

    assert (answer.status_code, answer.data) == (200, b"success")
    assert waited_s < 2.5  # WeChat gives up after 5
    assert house.service.inbox.flush(15)
    with house.service.ledger.read() as tx:
        assert facts.get(tx, "event.mass.78") is not None


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"", 400, "malformed"),
        (b"<xml>", 400, "malformed"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>', 400, "malformed"),
        (b"\xff\xfe\x00", 400, "malformed"),
        (b"<xml>" + b"a" * 65_536 + b"</xml>", 413, "too_large"),
    ],
)
def test_a_bad_body_is_refused_in_silence_and_counted(house: House, body: bytes, status: int, reason: str) -> None:
    answer = post(house, body)

    assert (answer.status_code, answer.data) == (status, b"")
    assert counted(house)[f"refused.{reason}"] == 1


def test_a_wrong_signature_is_refused_before_the_body_is_read(house: House) -> None:
    class Unread(BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("the body was read")

    query = signed(NOW, token="other")
    answer = Client(house.app()).post(
        "/wechat", query_string=query, input_stream=Unread(), environ_overrides=length("10")
    )

    assert (answer.status_code, answer.data) == (401, b"")
    assert counted(house) == {"refused.signature": 1}


def test_a_promised_length_over_64_kb_is_refused_unread(house: House) -> None:
    class Unread(BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("the body was read")

    answer = Client(house.app()).post(
        "/wechat", query_string=signed(NOW), input_stream=Unread(), environ_overrides=length("65537")
    )

    assert (answer.status_code, answer.data) == (413, b"")


def test_a_body_of_unsaid_length_is_cut_off_too(house: House) -> None:
    environ = length("") | {"wsgi.input_terminated": True}
    body = BytesIO(b"a" * 200_000)
    answer = Client(house.app()).post("/wechat", query_string=signed(NOW), input_stream=body, environ_overrides=environ)

    assert (answer.status_code, answer.data) == (413, b"")
    assert body.tell() <= 65_536 * 2


def test_an_old_timestamp_is_refused_and_counted(house: House) -> None:
    old = signed(NOW - timedelta(minutes=11))
    answer = house.visitor().client.post("/wechat", query_string=old, data=message("帮助"))

    assert (answer.status_code, answer.data) == (403, b"")
    assert counted(house) == {"refused.stale": 1}


def test_plain_text_is_refused_in_safe_mode(build: Build) -> None:
    house = build(encryption="safe")
    answer = post(house, message("帮助"))

    assert answer.status_code in (400, 401, 403)
    assert answer.data == b""


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused_with_an_empty_body(house: House, method: str) -> None:
    answer = house.visitor().client.open("/wechat", method=method, query_string=signed(NOW))

    assert (answer.status_code, answer.data) == (405, b"")
    assert answer.headers["Allow"] == "GET, POST"


def test_it_sets_no_cookie_and_needs_no_token(house: House) -> None:
    answer = post(house, message("帮助"))

    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_fault_inside_is_success_outside_and_says_nothing_of_the_text(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def receive(self, heard: Any, _now: Any) -> None:
            raise RuntimeError(f"cannot take {heard.text} of {heard.follower}")

    house.service = dataclasses.replace(house.service, conversation=Broken())  # type: ignore[arg-type]
    answer = post(house, message("我的秘密"))

    assert (answer.status_code, answer.data) == (200, b"success")
    assert "RuntimeError" in caplog.text
    assert "秘密" not in caplog.text
    assert "o_follower" not in caplog.text


@pytest.mark.parametrize("path", ["/wechat/", "/wechatx", "/Wechat"])
def test_half_addresses_lead_nowhere(house: House, path: str) -> None:
    answer = house.visitor().client.post(path, query_string=signed(NOW), data=message("帮助"))

    assert answer.status_code in (400, 404, 405)
