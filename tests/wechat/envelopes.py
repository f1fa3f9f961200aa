"""Posts as WeChat sends them, plain and sealed, and a codec to open them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.errors import DecodeError
from bot.model.messages import Message
from bot.wechat.cipher import MessageCipher, signature
from bot.wechat.codec import Codec

TOKEN, AES_KEY, APP_ID = "AAAAA", "A" * 43, "wxba5fad812f8e6fb9"
NOW = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
ENCRYPTED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR"
    "8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km3"
    "2IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
TEXT = (
    "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oFan]]></FromUserName>"
    "<CreateTime>1796378400</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[%s]]></Content><MsgId>24900000000000001</MsgId></xml>"
)
MESSAGE = Message("text", "oFan", "gh_1", datetime.fromtimestamp(1796378400, UTC), "24900000000000001", "隔夜菜能吃吗")


def codec(mode="safe"):
    return Codec(TOKEN, AES_KEY, APP_ID, mode, 600)


def signed(stamp=STAMP, nonce="415670741", **more):
    return {"signature": signature(TOKEN, stamp, nonce), "timestamp": stamp, "nonce": nonce, **more}


def sealed(text: str | bytes, app_id=APP_ID, plain="", **more):
    """The query and body of an encrypted post."""
    body = text if isinstance(text, bytes) else text.encode()
    encrypted = MessageCipher(AES_KEY, app_id).encrypt(body, random=b"0123456789abcdef")
    return posted(encrypted, plain, **more)


def posted(encrypted: str, plain="", **more):
    given = signature(TOKEN, STAMP, "415670741", encrypted)
    args = signed(encrypt_type="aes", msg_signature=given) | more
    return args, f"<xml><ToUserName>gh_1</ToUserName>{plain}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()


def refused(how, args, body, now=NOW):
    with pytest.raises(DecodeError) as caught:
        how.decode(args, body, now)
    return caught.value.reason, caught.value.status
