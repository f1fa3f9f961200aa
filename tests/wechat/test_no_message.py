"""Whatever else may arrive at the webhook: it is refused, and never breaks the codec."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import DecodeError
from bot.model.jobs import JobFinished
from bot.model.messages import Message
from bot.wechat.cipher import MessageCipher
from bot.wechat.codec import MAX_BODY_BYTES
from tests.wechat.envelopes import APP_ID, ENCRYPTED, NOW, TEXT, codec, posted, refused, sealed, signed

BOMB = '<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
NO_MESSAGES = {
    "nothing": b"",
    "blank": b"  \n",
    "text": b"hello",
    "json": b'{"MsgType":"text"}',
    "other root": b"<html><MsgType>text</MsgType></html>",
    "longer root": b"<xmlns><MsgType>text</MsgType></xmlns>",
    "empty root": b"<xml/>",
    "half": (TEXT % "好").encode()[:-20],
    "twice": (TEXT % "好").encode() * 2,
    "entities": (BOMB + TEXT.replace("<![CDATA[%s]]>", "&b;")).encode(),
    "file": (EXTERNAL + TEXT.replace("<![CDATA[%s]]>", "&e;")).encode(),
    "entities after a comment": ("<!-- <xml> -->" + BOMB + TEXT % "好").encode(),
    "entities after a declaration": ('<?xml version="1.0"?>' + BOMB + TEXT % "好").encode(),
    "entities inside": (TEXT % "好").replace("<xml>", "<xml>" + BOMB).encode(),
    "unknown entity": TEXT.replace("<![CDATA[%s]]>", "&nbsp;").encode(),
    "UTF-16": (BOMB + TEXT % "好").encode("utf-16"),
    "GBK": (TEXT % "隔夜菜").encode("gbk"),
    "zero byte": (TEXT % "a\0b").encode(),
    "control character": (TEXT % "a\x08b").encode(),
    "no type": (TEXT % "好").replace("MsgType", "Type").encode(),
    "blank type": (TEXT % "好").replace("<![CDATA[text]]>", " ").encode(),
    "no follower": (TEXT % "好").replace("FromUserName", "From").encode(),
    "no account": (TEXT % "好").replace("ToUserName", "To").encode(),
    "no time": (TEXT % "好").replace("CreateTime", "Time").encode(),
    "time in words": (TEXT % "好").replace("1796378400", "noon").encode(),
    "endless time": (TEXT % "好").replace("1796378400", "9" * 400).encode(),
    "deep": b"<xml>" + b"<a>" * 6_000 + b"</a>" * 6_000,
}


@pytest.mark.parametrize("body", NO_MESSAGES.values(), ids=NO_MESSAGES.keys())
def test_what_is_no_message_is_malformed(body):
    assert refused(codec("plain"), signed(), body) == ("malformed", 400)
    assert refused(codec("safe"), *sealed(body)) == ("malformed", 400)


@pytest.mark.parametrize(
    "encrypted",
    [
        "",
        "====",
        "not base64",
        "签名",
        "QUJD",
        ENCRYPTED[:-4],
        ENCRYPTED[4:],
        MessageCipher("B" * 43, APP_ID).encrypt(b"x", random=b"0" * 16),
    ],
)
def test_signed_nonsense_is_malformed(encrypted):
    assert refused(codec(), *posted(encrypted)) == ("malformed", 400)


def test_a_length_beyond_the_end_is_malformed():
    worker = Cipher(algorithms.AES(bytes(32)), modes.CBC(bytes(16))).encryptor()  # the key that 43 A stand for
    lying = b"0" * 16 + (2**31).to_bytes(4, "big") + b"x" * 40 + b"\x04" * 4
    encrypted = base64.b64encode(worker.update(lying) + worker.finalize()).decode()

    assert refused(codec(), *posted(encrypted)) == ("malformed", 400)


def test_a_body_over_64_kb_is_too_large():
    fits = TEXT % ("a" * (MAX_BODY_BYTES - len(TEXT) + 2))

    assert len(fits) == MAX_BODY_BYTES
    assert len(codec("plain").decode(signed(), fits.encode(), NOW).text) > 60_000
    assert refused(codec("plain"), signed(), fits.encode() + b" ") == ("too_large", 413)


def test_a_follower_may_write_about_xml():
    said = "<!DOCTYPE html> <!ENTITY x> ]]&gt; &amp; <b>"

    assert codec("plain").decode(signed(), (TEXT % said).encode(), NOW).text == said


quick = settings(max_examples=150, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def damaged(draw, whole: bytes):
    """`whole` with a piece cut out and other bytes put in, a few times over."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(whole)))
        end = draw(st.integers(start, min(len(whole), start + 30)))
        pieces = st.binary(max_size=12) | st.sampled_from(
            [b"<![CDATA[", b"]]>", b"</xml>", b"<xml>", b"&a;", b"<!DOCTYPE"]
        )
        whole = whole[:start] + draw(pieces) + whole[end:]
    return whole


def tried(how, args, body):
    """Decodes; anything but a value or DecodeError (4xx) fails the test."""
    try:
        given = how.decode(args, body, NOW)
    except DecodeError as error:
        given = error

    assert isinstance(given, Message | JobFinished) or 400 <= given.status < 500


EVENT = (
    b"<xml><ToUserName>gh_1</ToUserName><FromUserName>o</FromUserName><CreateTime>1796378400</CreateTime>"
    b"<MsgType>event</MsgType><Event>PUBLISHJOBFINISH</Event><PublishEventInfo><publish_id>1</publish_id>"
    b"<publish_status>0</publish_status><article_id>A</article_id><article_detail><count>1</count>"
    b"<item><idx>1</idx><article_url>http://x</article_url></item></article_detail></PublishEventInfo></xml>"
)


@quick
@given(damaged((TEXT % "隔夜菜能吃吗").encode()) | damaged(EVENT))
def test_damaged_text_never_breaks_the_codec(body):
    tried(codec("plain"), signed(), body)
    tried(codec("safe"), *sealed(body))


@quick
@given(damaged(sealed(TEXT % "隔夜菜能吃吗")[1]))
def test_a_damaged_envelope_never_breaks_the_codec(body):
    tried(codec("safe"), sealed(TEXT % "隔夜菜能吃吗")[0], body)


@quick
@given(st.text() | damaged(ENCRYPTED.encode()).map(lambda b: b.decode("latin-1")))
def test_signed_nonsense_never_breaks_the_codec(encrypted):
    try:
        encrypted.encode()
    except UnicodeEncodeError:
        return
    tried(codec("safe"), *posted(encrypted))


@quick
@given(
    st.dictionaries(
        st.sampled_from(["signature", "timestamp", "nonce", "msg_signature"]), st.text() | st.lists(st.text())
    )
)
def test_a_strange_query_never_breaks_the_codec(args):
    tried(codec("safe"), signed() | args, sealed(TEXT % "好")[1])
