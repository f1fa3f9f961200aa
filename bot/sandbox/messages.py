"""Messages and events as WeChat writes them ("接收普通消息", "接收事件推送")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox.codec import cdata

Fields = Sequence[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class Heading:
    """Who writes to whom and when."""

    to_account: str
    from_openid: str
    create_time: int


def message(heading: Heading, kind: str, fields: Fields, *, msg_id: int, menu_id: str = "") -> str:
    """A follower's message; `menu_id` when it came from a tapped menu item."""
    menu: Fields = [("bizmsgmenuid", menu_id)] if menu_id else []
    return _document(heading, kind, [*fields, ("MsgId", msg_id), *menu])


def event(heading: Heading, name: str, fields: Fields = ()) -> str:
    """An event; events have no MsgId."""
    return _document(heading, "event", [("Event", name), *fields])


def encrypted_document(to_account: str, encrypted: str) -> str:
    """The body of a push in safe mode."""
    return f"<xml>\n<ToUserName>{cdata(to_account)}</ToUserName>\n<Encrypt>{cdata(encrypted)}</Encrypt>\n</xml>"


def with_encrypted(document: str, encrypted: str) -> str:
    """The body of a push in compatible mode: the plain document and the cipher text in one."""
    return document.removesuffix("</xml>") + f"<Encrypt>{cdata(encrypted)}</Encrypt>\n</xml>"


def _document(heading: Heading, kind: str, fields: Fields) -> str:
    head: Fields = [
        ("ToUserName", heading.to_account),
        ("FromUserName", heading.from_openid),
        ("CreateTime", heading.create_time),
        ("MsgType", kind),
    ]
    return "<xml>\n" + "".join(f"{_element(name, value)}\n" for name, value in [*head, *fields]) + "</xml>"


def _element(name: str, value: object) -> str:
    if isinstance(value, str):
        return f"<{name}>{cdata(value)}</{name}>"
    if isinstance(value, int | float):
        return f"<{name}>{value}</{name}>"
    assert isinstance(value, Sequence)  # noqa: S101  nested elements are the only other kind
    return f"<{name}>" + "".join(_element(*inner) for inner in value) + f"</{name}>"
