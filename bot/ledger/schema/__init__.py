"""The tables. Migrations build them; a test holds the two together."""

from bot.ledger.schema.desk import facts, login_failures, people, tokens, trail
from bot.ledger.schema.kinds import Moment, Text, metadata, one_of
from bot.ledger.schema.sending import columns, publications, push_events, push_items, pushes, slots, wechat_media
from bot.ledger.schema.stock import articles, decisions, pictures, placements, revision_pictures, revisions, versions
from bot.ledger.schema.talk import (
    aliases,
    contents,
    counters,
    followers,
    gap_groups,
    inbox,
    kept_replies,
    offers,
    questions,
    tickets,
)

__all__ = [
    "Moment",
    "Text",
    "aliases",
    "articles",
    "columns",
    "contents",
    "counters",
    "decisions",
    "facts",
    "followers",
    "gap_groups",
    "inbox",
    "kept_replies",
    "login_failures",
    "metadata",
    "offers",
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
    "tickets",
    "tokens",
    "trail",
    "versions",
    "wechat_media",
]
