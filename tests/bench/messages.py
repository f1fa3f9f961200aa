"""Followers' messages as WeChat posts them: whole HTTP requests, sealed and signed before the clock runs."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from bot.sandbox.codec import MessageCipher, cdata, nonce, parse_xml, signature
from tests.world import APP_ID, SECRETS

FOLLOWERS = 50_000
TOKEN = SECRETS["WEIKEPU_TOKEN"]

_TEXT = (
    "<xml><ToUserName><![CDATA[gh_b3ac]]></ToUserName><FromUserName><![CDATA[{follower}]]></FromUserName>"
    "<CreateTime>{at}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content>{text}</Content>"
    "<MsgId>{id}</MsgId></xml>"
)
_BODY = "<xml><ToUserName><![CDATA[gh_b3ac]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
_HEAD = (
    "POST /wechat?signature={signature}&timestamp={at}&nonce={nonce}&openid={follower}&encrypt_type=aes"
    "&msg_signature={sealed} HTTP/1.1\r\nHost: bot\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\n"
    "Content-Type: text/xml\r\nContent-Length: {length}\r\nConnection: {connection}\r\n\r\n"
)
_PAGE = "GET / HTTP/1.1\r\nHost: bot\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\nConnection: {connection}\r\n\r\n"

CIPHER = MessageCipher(token=TOKEN, aes_key=SECRETS["WEIKEPU_AES_KEY"], app_id=APP_ID)


def follower(number: int) -> str:
    """The OpenID of whoever writes the message with this number."""
    return f"o{random.Random(number).randrange(FOLLOWERS):027d}"


def sealed(questions: Sequence[str], *, first_id: int, connection: str) -> list[bytes]:
    """A request for each question; `connection`: "close" or "keep-alive"."""
    at = str(int(time.time()))
    return [_request(text, first_id + i, at, connection) for i, text in enumerate(questions)]


def _request(text: str, number: int, at: str, connection: str) -> bytes:
    who, once = follower(number), nonce()
    envelope = CIPHER.seal(_TEXT.format(follower=who, at=at, text=cdata(text), id=10**12 + number), at, once)
    body = _BODY.format(sealed=envelope.encrypted).encode()
    head = _HEAD.format(
        signature=signature(TOKEN, at, once),
        at=at,
        nonce=once,
        follower=who,
        sealed=envelope.signature,
        length=len(body),
        connection=connection,
    )
    return head.encode() + body


def forged(count: int, *, connection: str) -> list[bytes]:
    """Requests by somebody who does not know the token: all there, and the signature is of another one."""
    at, body = str(int(time.time())), _BODY.format(sealed="A" * 300).encode()
    return [
        _HEAD.format(
            signature=signature("guess", at, once),
            at=at,
            nonce=once,
            follower="o",
            sealed=once,
            length=len(body),
            connection=connection,
        ).encode()
        + body
        for once in (nonce() for _ in range(count))
    ]


def pages(count: int, *, connection: str) -> list[bytes]:
    """Plain requests for the page at /."""
    return [_PAGE.format(connection=connection).encode()] * count


def beginning() -> bytes:
    """The beginning of a rightly signed request whose body never comes."""
    whole = sealed(["你好"], first_id=0, connection="close")[0]
    return whole[:-100]


def said_to(body: bytes) -> tuple[str, str]:
    """Whom an answer is for, and its words; CodecError when it was not sealed for this account."""
    answer = parse_xml(CIPHER.decrypt(parse_xml(body.decode()).findtext("Encrypt") or ""))
    return answer.findtext("ToUserName") or "", answer.findtext("Content") or ""
