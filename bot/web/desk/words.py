"""Words at the desk: what somebody wrote into a form, so that nothing of it is lost, and what was said of a push."""

from __future__ import annotations

import re
from unicodedata import category

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from bot.errors import NotAllowed

LONGEST = 1000
"""Characters of a comment or a reason: it stands in the history of its manuscript, and is read on a phone."""

FIELDS = ("comment", "reason", "url")
"""The fields in which somebody writes; no other is ever shown back."""

BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs by Unicode's book that show nothing."""


def written(name: str) -> str:
    """What somebody wrote into this field; empty when nobody could see anything of it. NotAllowed when too long."""
    found = _visible(request.form.get(name, ""))
    if len(found) > LONGEST:
        raise NotAllowed(f"写了 {len(found)} 个字，太长了，请不要超过 {LONGEST} 个字。")
    return found


def all_written() -> str:
    """Everything written into the form, however long, to be given back; empty when the form was too large to be read."""
    try:
        fields = [_visible(request.form.get(name, "")) for name in FIELDS]
    except RequestEntityTooLarge:
        return ""
    return "\n\n".join(filter(None, fields))


def _visible(value: str) -> str:
    kept = "".join(char for char in value if char in "\n\t" or category(char) != "Cc").strip()
    return kept if any(category(char)[0] in "LNPS" and char not in BLANKS for char in kept) else ""


_CODE = re.compile(r"（(微信错误码 -?\d+(?:，rid [\w-]+)?)）")


def parted(said: str) -> tuple[str, str]:
    """The sentence without WeChat's codes, and these, which are for small print inside a page only."""
    return _CODE.sub("", said), "；".join(_CODE.findall(said))
