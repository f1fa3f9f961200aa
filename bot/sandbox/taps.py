"""What a tap on a menu button does: the event that the bot hears of, what follows it, and what the phone opens."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.sandbox.media import find_media
from bot.sandbox.messages import Fields
from bot.sandbox.things import CannotSend, Shelf, Thing, thing

Button = Mapping[str, Any]
MAX_SCANNED = 1000
SCANNED = "https://mp.weixin.qq.com/"
TELL_THE_MENU = ("VIEW", "view_miniprogram")  # by its id, so that the bot knows which conditional menu it was


@dataclass(frozen=True, slots=True)
class Tap:
    """One tap, thought through. Empty where there is nothing of it."""

    event: str = ""
    fields: Fields = ()
    then: tuple[str, Thing] | None = None  # kind and thing of the message that follows the event
    opens: str = ""  # an address
    material: str = ""  # media id of what the account says without asking the bot
    article: str = ""  # id of the published article that the account says, or (when it opens) shows
    is_article_opened: bool = False
    text: str = ""  # said by the account: only the website's own menu has it
    note: str = ""  # a sentence for the person at the phone


def find_button(menu: Sequence[Button], place: Sequence[int]) -> Button | None:
    """The button at [top] or [top, sub] of the menu; None for a place without one, or a button that only opens others."""
    buttons, found = menu, None
    for index in place:
        if not 0 <= index < len(buttons):
            return None
        found = buttons[index]
        buttons = found.get("sub_button") or []
    return found if found is not None and not buttons else None


def tap(button: Button, wanted: Mapping[str, Any], shelf: Shelf, menu_id: int | None = None) -> Tap:
    """What a tap on the button of this menu does; `wanted` holds what the follower scans, takes or chooses on the way."""
    make = TAPS.get(str(button.get("type", "")))
    if make is None:
        return Tap(note="这种按钮在演练里点了没有反应")
    made = make(button, wanted, shelf)
    if made.event not in TELL_THE_MENU or menu_id is None:
        return made
    return replace(made, fields=[*made.fields, ("MenuId", menu_id)])


def _click(button: Button, _wanted: Mapping[str, Any], _shelf: Shelf) -> Tap:
    return Tap("CLICK", [("EventKey", str(button.get("key", "")))])


def _view(button: Button, _wanted: Mapping[str, Any], _shelf: Shelf) -> Tap:
    url = str(button.get("url", ""))
    return Tap("VIEW", [("EventKey", url)], opens=url)


def _mini_program(button: Button, _wanted: Mapping[str, Any], _shelf: Shelf) -> Tap:
    note = "真手机上会打开小程序，这里打开的是给旧版微信的网页"
    fields: Fields = [("EventKey", str(button.get("pagepath", "")))]
    return Tap("view_miniprogram", fields, opens=str(button.get("url", "")), note=note)


def _scan(button: Button, wanted: Mapping[str, Any], _shelf: Shelf) -> Tap:
    scanned = wanted.get("scanned", SCANNED)
    if not isinstance(scanned, str) or not 0 < len(scanned) <= MAX_SCANNED:
        raise CannotSend(f"扫到的内容应是 1 到 {MAX_SCANNED} 个字")
    info: Fields = [("ScanType", "qrcode"), ("ScanResult", scanned)]
    is_pushed = button["type"] == "scancode_push"
    opens = scanned if is_pushed and scanned.startswith(("http://", "https://")) else ""
    return Tap(str(button["type"]), [("EventKey", str(button.get("key", ""))), ("ScanCodeInfo", info)], opens=opens)


def _pictures(button: Button, wanted: Mapping[str, Any], shelf: Shelf) -> Tap:
    sent = thing("image", wanted, shelf)
    seen = hashlib.md5(str(sent.fields).encode(), usedforsecurity=False).hexdigest()
    info: Fields = [("Count", 1), ("PicList", [("item", [("PicMd5Sum", seen)])])]
    fields: Fields = [("EventKey", str(button.get("key", ""))), ("SendPicsInfo", info)]
    return Tap(str(button["type"]), fields, then=("image", sent))


def _place(button: Button, wanted: Mapping[str, Any], shelf: Shelf) -> Tap:
    sent = thing("location", wanted, shelf)
    info: Fields = [*((name, str(value)) for name, value in sent.fields), ("Poiname", "")]
    fields: Fields = [("EventKey", str(button.get("key", ""))), ("SendLocationInfo", info)]
    return Tap("location_select", fields, then=("location", sent))


def _material(button: Button, _wanted: Mapping[str, Any], _shelf: Shelf) -> Tap:
    return Tap(material=str(button.get("media_id", "")))


def _material_opened(button: Button, _wanted: Mapping[str, Any], shelf: Shelf) -> Tap:
    media = find_media(shelf.store, str(button.get("media_id", "")), shelf.now)
    if media is None:
        return Tap(note="这份素材已经从素材库删掉了，打不开")
    return Tap(opens="/mmbiz/" + media.url.rsplit("/", 1)[-1])


def _article(button: Button, _wanted: Mapping[str, Any], _shelf: Shelf) -> Tap:
    return Tap(article=str(button.get("article_id", "")), is_article_opened=button["type"] != "article_id")


def _words(button: Button, _wanted: Mapping[str, Any], _shelf: Shelf) -> Tap:
    return Tap(text=str(button.get("value", "")))


TAPS: dict[str, Callable[[Button, Mapping[str, Any], Shelf], Tap]] = {
    "click": _click,
    "view": _view,
    "miniprogram": _mini_program,
    "scancode_push": _scan,
    "scancode_waitmsg": _scan,
    "pic_sysphoto": _pictures,
    "pic_photo_or_album": _pictures,
    "pic_weixin": _pictures,
    "location_select": _place,
    "media_id": _material,
    "view_limited": _material_opened,
    "article_id": _article,
    "article_view_limited": _article,
    "text": _words,
}
