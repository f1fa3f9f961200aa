"""Followers, what they ask, and what they are told."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table

from bot.ledger.schema.kinds import Moment, Text, metadata, one_of
from bot.model.content import ContentName
from bot.model.questions import GapState
from bot.model.tickets import TicketState

inbox = Table(
    "inbox",
    metadata,
    Column("key", Text, primary_key=True),  # m: a message's id, e: an event's keyed hash, f: a person's (`followers`)
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

questions = Table(
    "questions",
    metadata,
    Column("normalised", Text, primary_key=True),
    Column("text", Text, nullable=False),  # as first asked, phone and identity numbers masked
    Column("answered", Boolean, nullable=False),  # by the latest asking
    Column("asked", Integer, nullable=False),
    Column("answered_times", Integer, nullable=False, server_default="0"),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("group_id", Integer, ForeignKey("gap_groups.id", name="questions_group_id_fkey"), index=True),
)

gap_groups = Table(  # questions that ask the same thing, and what an editor made of them
    "gap_groups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),  # the question that was asked most when the group was made
    Column("state", Text, nullable=False, server_default=GapState.OPEN),
    Column("article_id", Text, ForeignKey("articles.id", name="gap_groups_article_id_fkey")),  # that answers it now
    Column("topic", Text, nullable=False, server_default=""),  # the working title of the piece to be written
    Column("reason", Text, nullable=False, server_default=""),
    Column("person", Text, nullable=False, server_default=""),
    Column("at", Moment, nullable=False),  # of the last decision, or of the making
    Column("asked_before", Integer, nullable=False, server_default="0"),  # until an article was named
    Column("answered_before", Integer, nullable=False, server_default="0"),
    one_of("state", GapState),
)

aliases = Table(  # other ways to ask for an article, added by editors; they are searched like its title
    "aliases",
    metadata,
    Column("article_id", Text, ForeignKey("articles.id", name="aliases_article_id_fkey"), primary_key=True),
    Column("text", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

offers = Table(  # the last list that a follower was shown, for as long as a number or 换一批 may refer to it
    "offers",
    metadata,
    Column("openid_hash", String(64), primary_key=True),
    Column("key", Text, nullable=False),  # of the message that brought it: a repeat gets the same list again
    Column("question", Text, nullable=False),  # normalised
    Column("shown", JSON, nullable=False),  # ids of articles, in the order of their numbers
    Column("start", Integer, nullable=False),  # how many candidates were shown before these
    Column("at", Moment, nullable=False, index=True),
)

kept_replies = Table(  # to messages that changed something: a repeat gets the same, and changes nothing
    "kept_replies",
    metadata,
    Column("key", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

tickets = Table(  # questions put to a person
    "tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("openid", Text),  # WeChat sends to nothing else; gone when the ticket is anonymised
    Column("openid_hash", String(64), index=True),
    Column("key", Text, nullable=False, unique=True),  # of the message that opened it
    Column("question", Text, nullable=False),  # empty until the follower has said it
    Column("state", Text, nullable=False, server_default=TicketState.OPEN),
    Column("opened_at", Moment, nullable=False),
    Column("last_heard_at", Moment, nullable=False),  # WeChat's window counts from here
    Column("answer", Text, nullable=False, server_default=""),
    Column("answered_by", Text, nullable=False, server_default=""),
    Column("answered_at", Moment),
    Column("claimed_at", Moment),  # before the call to WeChat that sends the answer
    Column("sent_at", Moment),
    Column("closed_at", Moment, index=True),
    Column("said", Text, nullable=False, server_default=""),  # what became of it, for the desk
    one_of("state", TicketState),
)

contents = Table(  # what editors made of the content files; append-only, the highest number counts
    "contents",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", Moment, nullable=False),
    one_of("name", ContentName),
)

followers = Table(
    "followers",
    metadata,
    Column("openid_hash", String(64), primary_key=True),  # HMAC under the desk key
    Column("since", Moment, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("day", String(10), primary_key=True),  # ISO date in Asia/Shanghai
    Column("name", Text, primary_key=True),
    Column("n", Integer, nullable=False),
)
