"""The webhook's bytes ⇄ `Message` and `Reply`, in plain, compatible and safe mode.

Whatever bytes arrive, only `DecodeError` comes out. Its reasons: signature, stale, malformed, appid, too_large,
unencrypted.
"""

from __future__ import annotations

import re
import secrets
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.errors import DecodeError
from bot.model.jobs import JobFinished, JobKind
from bot.model.messages import Inbound, Message, Reply
from bot.wechat import jobs
from bot.wechat.cipher import MessageCipher, same, signature

MAX_BODY_BYTES = 64 * 1024
MAX_TEXT_BYTES = 2_048
"""A longer text reply counts as invalid at WeChat, and the follower is told that the account is out of service."""

Args = Mapping[str, str | Sequence[str]]
"""A query: Werkzeug's `request.args`, or any mapping from a name to its one value or to all its values."""

# A document that opens with its root element has no DOCTYPE, hence no entities. A follower may well write
# "<!DOCTYPE" in a message, so that looking for the word anywhere would refuse honest people.
_OPENS_WITH_ROOT = re.compile(r"\s*(?:<\?xml[^<>]*\?>\s*)?<xml[\s/>]")
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_TEXT_REPLY = (
    "<xml><ToUserName>%s</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime>"
    "<MsgType><![CDATA[text]]></MsgType><Content>%s</Content></xml>"
)
_SEALED_REPLY = (
    "<xml><Encrypt><![CDATA[%s]]></Encrypt><MsgSignature><![CDATA[%s]]></MsgSignature>"
    "<TimeStamp>%s</TimeStamp><Nonce>%s</Nonce></xml>"
)


class Codec:
    """One account's side of the webhook; safe for threads."""

    def __init__(self, token: str, aes_key: str, app_id: str, mode: str, tolerance_s: int) -> None:
        """`mode`: plain, compatible or safe; `tolerance_s`: how far a timestamp may lie from our clock, in seconds."""
        self._token = token
        self._cipher = None if mode == "plain" else MessageCipher(aes_key, app_id)
        self._tolerance_s = tolerance_s

    def check_signature(self, args: Args, now: datetime) -> None:
        """Raises DecodeError unless the query was signed with our token, lately; to be called before the body is read."""
        given, timestamp, nonce = (_one(args, name) for name in ("signature", "timestamp", "nonce"))
        if not same(signature(self._token, timestamp, nonce), given):
            raise _forged()
        written = _whole_number(timestamp)
        if written is None:
            raise _malformed("时间戳不是数字")
        if abs(now.timestamp() - written) > self._tolerance_s:
            raise DecodeError("stale", 403, "消息的时间与本机时钟相差太多。若一直如此，请校准这台电脑的时钟。")

    def verify_echo(self, args: Args, now: datetime) -> str:
        """What to answer when WeChat tries the address out (GET); unencrypted in every mode."""
        self.check_signature(args, now)
        return _one(args, "echostr")

    def decode(self, args: Args, body: bytes, now: datetime) -> Inbound:
        """The message, event or finished job in a body; its signatures are checked first."""
        self.check_signature(args, now)
        if len(body) > MAX_BODY_BYTES:
            raise DecodeError("too_large", 413, "消息超过 64 KB，微信不会发这么大的消息。")
        root = _parsed(body)
        if self._cipher is not None:
            root = _parsed(self._opened(self._cipher, args, root))
        elif root.find("MsgType") is None and root.find("Encrypt") is not None:
            raise _malformed("它是加密的，而设置里的加密方式是明文，请核对两边的加密方式")
        return _inbound(root)

    def _opened(self, cipher: MessageCipher, args: Args, envelope: ET.Element) -> bytes:
        """The encrypted part. The plain part beside it is not looked at even in compatible mode, nor is a body without
        an encrypted part taken: `signature` covers no body, so anyone who saw one query could post his own words."""
        found = envelope.find("Encrypt")
        if found is None:
            raise DecodeError("unencrypted", 403, "消息没有加密，而设置里的加密方式要求加密。请核对两边的加密方式。")
        encrypted = found.text or ""
        signed = signature(self._token, _one(args, "timestamp"), _one(args, "nonce"), encrypted)
        if not same(signed, _one(args, "msg_signature")):
            raise _forged()
        return cipher.decrypt(encrypted)

    def encode(self, reply: Reply, message: Message, *, now: datetime, nonce: str) -> bytes:
        """The body that answers `message`: sealed unless in plain mode; ValueError when the text is over 2,048 bytes."""
        text = _NOT_IN_XML.sub("", reply.text)
        if len(text.encode()) > MAX_TEXT_BYTES:
            raise ValueError(f"a text reply of {len(text.encode())} bytes: WeChat takes {MAX_TEXT_BYTES}")
        # The message's time, not ours: a repeat gets the same reply, whenever it comes.
        created = int(message.created_at.timestamp())
        plain = _TEXT_REPLY % (_cdata(message.follower), _cdata(message.account), created, _cdata(text))
        if self._cipher is None:
            return plain.encode()
        return self._sealed(self._cipher, plain, str(int(now.timestamp())), nonce)

    def _sealed(self, cipher: MessageCipher, plain: str, timestamp: str, nonce: str) -> bytes:
        encrypted = cipher.encrypt(plain.encode(), random=secrets.token_hex(8).encode())
        signed = signature(self._token, timestamp, nonce, encrypted)
        return (_SEALED_REPLY % (encrypted, signed, timestamp, _cdata(nonce))).encode()


def _one(args: Args, name: str) -> str:
    """The only value of a parameter; a missing one is as good as a forgery, a repeated one is nothing WeChat sends."""
    getlist = getattr(args, "getlist", None)  # Werkzeug's: its `get` would hide a repeated value
    values = getlist(name) if getlist else args.get(name, ())
    if isinstance(values, str):
        return values
    if len(values) > 1:
        raise _malformed(f"网址里的 {name} 出现了不止一次")
    if not values:
        raise _forged()
    return str(values[0])


def _cdata(text: str) -> str:
    """The text as CDATA that nothing in it can end early."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _whole_number(text: str) -> int | None:
    """A number of at most 11 digits, none for anything else: `int` alone takes signs, blanks and other scripts' digits."""
    return int(text) if len(text) <= 11 and text.isascii() and text.isdigit() else None


def _forged() -> DecodeError:
    return DecodeError("signature", 401, "签名对不上：请核对 WEIKEPU_TOKEN 与微信开发者平台里的 Token 是否一致。")


def _malformed(problem: str) -> DecodeError:
    return DecodeError("malformed", 400, f"收到的内容不是微信的消息：{problem}。")


def _parsed(body: bytes) -> ET.Element:
    """The root of a document in UTF-8 that opens with <xml>."""
    try:
        text = body.decode()  # decoded by us: no encoding in an XML declaration can change what is read
    except UnicodeDecodeError:
        raise _malformed("不是 UTF-8") from None
    if not _OPENS_WITH_ROOT.match(text):
        raise _malformed("不是以 <xml> 开头的 XML")
    try:
        return ET.fromstring(text)  # noqa: S314  no DOCTYPE can follow the root's start
    except ET.ParseError:
        raise _malformed("XML 不完整") from None


def _inbound(root: ET.Element) -> Inbound:
    fields = {child.tag: child.text or "" for child in root}
    if fields.get("MsgType", "").strip() == "event":
        # Some accounts get the end of a publication under another event's name: its content decides.
        info = root.find("PublishEventInfo")
        if info is not None:
            return _publish_finished(info)
        if fields.get("Event", "").strip() == "MASSSENDJOBFINISH":
            return _mass_send_finished(root, fields)
    return _message(fields)


def _message(fields: Mapping[str, str]) -> Message:
    def field(name: str) -> str:
        return fields.get(name, "").strip()

    kind, follower, account = field("MsgType"), field("FromUserName"), field("ToUserName")
    created = _whole_number(field("CreateTime"))
    if not (kind and follower and account) or created is None:
        raise _malformed("缺少 MsgType、FromUserName、ToUserName 或 CreateTime")
    return Message(
        kind=kind,
        follower=follower,
        account=account,
        created_at=datetime.fromtimestamp(created, UTC),
        id=(field("MsgId") or None) if kind != "event" else None,
        text=fields.get("Content") or fields.get("Recognition", ""),
        event=field("Event"),
        event_key=field("EventKey"),
        menu_id=field("bizmsgmenuid") or None,
    )


def _publish_finished(info: ET.Element) -> JobFinished:
    publish_id, status = _text(info, "publish_id"), _text(info, "publish_status")
    if not publish_id or _whole_number(status) is None:
        raise _malformed("发布结果里没有 publish_id 或 publish_status")
    urls = _urls(info, "article_detail/item", "idx", "article_url")
    return JobFinished(JobKind.PUBLISH, publish_id, jobs.publication(status, urls, _text(info, "article_id") or None))


def _mass_send_finished(root: ET.Element, fields: Mapping[str, str]) -> JobFinished:
    msg_id, status = fields.get("MsgID", "").strip(), fields.get("Status", "").strip()
    if not msg_id or not status:
        raise _malformed("群发结果里没有 MsgID 或 Status")
    urls = _urls(root, "ArticleUrlResult/ResultList/item", "ArticleIdx", "ArticleUrl")
    return JobFinished(JobKind.MASS, msg_id, jobs.mass_send_ended(status, urls))


def _text(parent: ET.Element, name: str) -> str:
    return (parent.findtext(name) or "").strip()


def _urls(parent: ET.Element, path: str, index_name: str, url_name: str) -> dict[int, str]:
    """Addresses by position from 0; an item without either is left out, it must not cost us the whole event."""
    items = ((_whole_number(_text(item, index_name)), _text(item, url_name)) for item in parent.findall(path))
    return {index - 1: url for index, url in sorted((i, u) for i, u in items if i and u)}
