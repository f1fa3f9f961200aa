"""What the account says, in one place: the same words every time."""

from __future__ import annotations

import re
from dataclasses import fields as fields_of

from bot.content.forms import fields, parsed, said
from bot.errors import ContentError
from bot.model.content import Replies

PLACES = {
    "welcome": {"account"},
    "welcome_like": {"account"},
    "found": {"n"},
    "column_news": {"column"},
    "column_empty": {"column"},
    "dated": {"date"},
    "ticket_opened": {"days"},
    "ticket_again": {"days"},
}
"""What each text may hold in braces; the others hold none."""

KEYS = tuple(field.name for field in fields_of(Replies))


def read(text: str) -> Replies:
    """Every text, none missing, each with the places that it may hold."""
    found = parsed(text)
    fields(found, needed=KEYS, allowed=())
    for key in KEYS:
        if strange := set(re.findall(r"\{([^}]*)\}", said(found, key))) - PLACES.get(key, set()):
            raise ContentError(f"{key} 里的 {{{min(strange)}}} 没有东西可以填。")
    return Replies(**{key: said(found, key) for key in KEYS})
