"""What WeChat asks of a menu's buttons ("创建自定义菜单"), button by button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.errcodes import Refusal

Button = dict[str, Any]

MAX_BUTTONS, MAX_SUB_BUTTONS = 3, 5
KEY_BYTES, URL_BYTES = 128, 1024
MAX_OUTSIDE_DOMAINS = 3  # of a conditional menu

_WITH_KEY = "click scancode_push scancode_waitmsg pic_sysphoto pic_photo_or_album pic_weixin location_select"
# Fields that each type needs.
NEEDED: dict[str, tuple[str, ...]] = dict.fromkeys(_WITH_KEY.split(), ("key",)) | {
    "view": ("url",),
    "media_id": ("media_id",),
    "view_limited": ("media_id",),
    "article_id": ("article_id",),
    "article_view_limited": ("article_id",),
    "miniprogram": ("url", "appid", "pagepath"),
}


@dataclass(frozen=True, slots=True)
class _Level:
    """The codes and the limit of one row of buttons."""

    name_bytes: int
    kind_code: int
    name_code: int
    key_code: int
    url_code: int
    domain_code: int


_TOP = _Level(16, 40017, 40018, 40019, 40020, 40055)
_SUB = _Level(60, 40024, 40025, 40026, 40027, 40054)


@dataclass(frozen=True, slots=True)
class Known:
    """What a button may point at: says whether a media id, or an article id, is a good one."""

    media: Callable[[str], bool]
    article: Callable[[str], bool]


def check_buttons(buttons: Any, known: Known) -> list[Button]:
    """The buttons as they are kept; Refusal with the code of the first rule that one breaks."""
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= MAX_BUTTONS:
        raise Refusal(40016)
    return [_top(button, known) for button in buttons]


def check_outside_domains(buttons: list[Button]) -> None:
    """Refusal 65316 when a conditional menu leads to more than three domains."""
    flat = [one for button in buttons for one in [button, *button["sub_button"]]]
    if len({urlsplit(button["url"]).hostname for button in flat if "url" in button}) > MAX_OUTSIDE_DOMAINS:
        raise Refusal(65316)


def _top(button: Any, known: Known) -> Button:
    if not isinstance(button, dict):
        raise Refusal(40016)
    subs = button.get("sub_button") or []
    if not isinstance(subs, list) or len(subs) > MAX_SUB_BUTTONS:
        raise Refusal(40023)
    if not subs:
        return {**_checked(button, _TOP, known), "sub_button": []}
    return {"name": _name(button, _TOP), "sub_button": [_sub(sub, known) for sub in subs]}


def _sub(button: Any, known: Known) -> Button:
    if not isinstance(button, dict):
        raise Refusal(40023)
    if button.get("sub_button"):
        raise Refusal(40022)
    return {**_checked(button, _SUB, known), "sub_button": []}


def _checked(button: Button, level: _Level, known: Known) -> Button:
    kind = button.get("type")
    if not isinstance(kind, str) or kind not in NEEDED:
        raise Refusal(level.kind_code)
    kept = {"type": kind, "name": _name(button, level)}
    return kept | {name: _field(button, name, level, known) for name in NEEDED[kind]}


def _name(button: Button, level: _Level) -> str:
    name = button.get("name")
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= level.name_bytes:
        raise Refusal(level.name_code)
    return name


def _field(button: Button, name: str, level: _Level, known: Known) -> str:
    given = button.get(name)
    value = given if isinstance(given, str) else ""
    if name == "key" and not 1 <= len(value.encode()) <= KEY_BYTES:
        raise Refusal(level.key_code)
    if name == "url":
        _check_url(value, level)
    if name in ("appid", "pagepath") and not value:
        raise Refusal(40035)
    if name == "media_id" and not known.media(value):
        raise Refusal(40007)
    if name == "article_id" and not known.article(value):
        raise Refusal(53600)
    return value


def _check_url(url: str, level: _Level) -> None:
    if not 1 <= len(url.encode()) <= URL_BYTES:
        raise Refusal(level.url_code)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refusal(level.domain_code)
