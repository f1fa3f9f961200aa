"""The tables. Migrations build them; a test holds the two together."""

from bot.ledger.schema.desk import facts, login_failures, people, tokens, trail
from bot.ledger.schema.kinds import Moment, Text, metadata, one_of
from bot.ledger.schema.sending import columns, publications, push_events, push_items, pushes, slots, wechat_media
from bot.ledger.schema.stock import articles, decisions, pictures, placements, revision_pictures, revisions, versions
from bot.ledger.schema.talk import (
    counters,
    followers,
    inbox,
    questions,
)

__all__ = [
    "Moment",
    "Text",
    "articles",
    "columns",
    "counters",
    "decisions",
    "facts",
    "followers",
    "inbox",
    "login_failures",
    "metadata",
    "one_of",
    "people",
    "pictures",
    "placements",
    "publications",
    "push_events",
    "push_items",
    "pushes",
    "questions",
    "revision_pictures",
    "revisions",
    "slots",
    "tokens",
    "trail",
    "versions",
    "wechat_media",
]
