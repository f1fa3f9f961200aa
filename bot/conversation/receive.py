"""A follower's message → the reply, and what is remembered of it.

A reply is a pure function of the text's key and the archive's version, so a repeat needs no stored reply: WeChat gets
the same one, also from another process, and the inbox counts the message once. Only questions and columns need the
stores; what else is said is said also without them.
"""

from __future__ import annotations

import functools
import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from bot.archive.explained import Explanation
from bot.archive.search import Archive
from bot.archive.terms import question_key
from bot.config import Config
from bot.content import read as read_contents
from bot.conversation import answer
from bot.conversation.book import Book
from bot.conversation.replies import Replies
from bot.conversation.route import CLICK, Intent, route, route_text
from bot.errors import BotError
from bot.ledger import articles, followers, questions
from bot.ledger.database import Ledger
from bot.ledger.inbox import InboxWriter
from bot.model.articles import Document, Hit
from bot.model.content import Contents, Does
from bot.model.messages import Message, Reply
from bot.model.questions import Answered, Asked, Heard

HITS = 10
SEARCHED = 12  # more than HITS: some may have been withdrawn since the index learnt of them
VERSION_GOOD_S = 0.02
"""For how long the ledger's archive version is taken as read: under load one look serves many messages."""

MAKERS = 2
"""Replies made at once in one process: more searches than cores only take turns, each with caches of its own."""
TURN_S = 1.0

SILENT = frozenset((Intent.UNSUBSCRIBE, Intent.NOTHING))
EXAMPLES = 3
SUGGESTED = 3
EXAMPLE_CHARS = 20
_IS_QUESTION = re.compile(r"吗|[？?]|为什么|为何|怎么|怎样|如何|能不能|是什么|多少")

log = logging.getLogger(__name__)


class Conversation:
    """What the account answers. Safe for many threads."""

    def __init__(
        self,
        config: Config,
        ledger: Ledger,
        archive: Archive,
        inbox: InboxWriter,
        contents: Contents | None = None,
    ) -> None:
        """Without `contents`: as they come with the program."""
        self._config = config
        self._book = Book(contents or read_contents())
        self._said = self._book.contents.replies
        self._ledger = ledger
        self._archive = archive
        self._inbox = inbox
        # Without the desk key a repeat of an event is known in this process only; `serve` does not start without it.
        self._event_key = config.secrets.desk_key or secrets.token_hex(32)
        self._columns = {question_key(column.name): column for column in config.columns}
        self._replies = Replies(config.answers.cached_replies)
        self._makers = threading.Semaphore(MAKERS)
        self._looking = threading.Semaphore(1)
        self._version = (-1.0, 0)  # when it was read (monotonic seconds), and what it was
        self._example_titles: tuple[tuple[int, int], list[str]] = ((-1, -1), [])  # the ledger's and the file's version
        self._lacks_examples = False
        self._searches: dict[Intent, Callable[[str, int], Answered]] = {
            Intent.QUESTION: self._question,
            Intent.COLUMN: self._column,
            Intent.RULE: self._rule,
        }
        self._says: dict[Intent, Callable[[], str]] = {
            Intent.HELP: lambda: answer.help_text(self._examples(), config.columns, self._said),
            Intent.SUBSCRIBE: lambda: answer.welcome(
                config.account.name, self._examples() or self._names(), self._said
            ),
            Intent.THANKS: lambda: self._said.thanks,
            Intent.WORDLESS: lambda: self._said.wordless,
            Intent.PICTURE: lambda: self._said.picture,
            Intent.VOICE: lambda: self._said.voice,
            Intent.OTHER: lambda: self._said.other,
            Intent.UNKNOWN_CODE: lambda: self._said.number_unknown,
        }

    def receive(self, message: Message, now: datetime) -> Reply | None:
        """The reply; None: say nothing. The ledger is only read, but for `unsubscribe`."""
        intent = route(message, self._columns, self._book)
        asked = message.event_key if message.event == CLICK else message.text
        said = None if intent in SILENT else self._reply(intent, asked)
        if intent is Intent.UNSUBSCRIBE or (intent is Intent.RULE and self._asks_to_be_forgotten(asked)):
            self._forget(message)
        came = self._hashed(message) if intent is Intent.SUBSCRIBE else None
        key = message.key if message.id else followers.event_hash(message.key, self._event_key)
        is_late = said is not None and said.text == self._said.later
        self._inbox.put(_heard(message, key, intent, said, now, came, is_late=is_late))
        return Reply(said.text) if said else None

    @property
    def no_match(self) -> str:
        """How a reply begins when nothing answers."""
        return self._said.no_match

    def ask(self, question: str) -> Answered:
        """The reply to a text, as a follower would get it; remembers nothing."""
        return self._reply(route_text(question, self._columns, self._book), question)

    def way(self, text: str) -> tuple[Intent, str]:
        """What a text is taken for, and the name of the emergency or the rule."""
        intent, key = route_text(text, self._columns, self._book), question_key(text)
        named = self._book.emergency(key) if intent is Intent.EMERGENCY else self._book.rule(key)
        return intent, named.name if named else ""

    def explain(self, question: str) -> Explanation:
        """How the search comes to its candidates."""
        return self._archive.explain(question, synonyms=self._book.contents.synonyms)

    def notice(self, version: int) -> None:
        """The archive has reached this version: replies of another are forgotten."""
        self._replies.at(version)

    # -- replies ------------------------------------------------------------------------------------------------------

    def _reply(self, intent: Intent, text: str) -> Answered:
        """What is said; a busy or broken store is never the follower's business."""
        if intent in self._says:
            return _said(self._says[intent]())
        if intent is Intent.EMERGENCY:
            return self._emergency(question_key(text))
        if intent is Intent.RULE and (fixed := self._book.rule(question_key(text))) and fixed.text:
            return _said(fixed.text)
        try:
            return self._found(intent, question_key(text))
        except BotError as error:
            log.warning("没有查成，请关注者稍后再问：%s", error)
            return _said(self._said.later)

    def _found(self, intent: Intent, key: str) -> Answered:
        """The reply from memory, or made now from the key alone: all ways of writing a question get the same."""
        remembered = f"{intent}:{key}"
        kept = self._kept(remembered)
        if kept is not None:
            return kept
        with _turn(self._makers):
            kept = self._kept(remembered)  # perhaps made while this one waited
            return kept if kept is not None else self._made(intent, key, remembered)

    def _kept(self, remembered: str) -> Answered | None:
        self._replies.at(self._newest())
        return self._replies.get(remembered)

    def _made(self, intent: Intent, key: str, remembered: str) -> Answered:
        newest = self._newest()
        indexed = self._archive.version()  # before the search: a later index does no harm
        made = self._searches[intent](key, indexed)
        if indexed == newest:
            self._replies.put(remembered, made, newest)
        return made

    def _newest(self) -> int:
        """The ledger's archive version, at most 20 ms old: a withdrawal elsewhere empties the memory here."""
        if (version := self._fresh_version()) is not None:
            return version
        with _turn(self._looking):  # the others wait for the one who looks, instead of all looking at once
            if (version := self._fresh_version()) is not None:
                return version
            with self._ledger.read() as tx:
                version = articles.archive_version(tx)
            self._version = (time.monotonic(), version)
            return version

    def _fresh_version(self) -> int | None:
        read_at, version = self._version
        return version if 0 <= time.monotonic() - read_at < VERSION_GOOD_S else None

    def _question(self, key: str, indexed: int) -> Answered:
        hits = self._hits(key, indexed)
        clear = answer.clear(hits, self._config.answers.threshold)
        ids = [hit.document.id for hit in clear]
        ids += [hit.document.id for hit in hits if hit.document.id not in ids]
        if not clear:
            return Answered(tuple(ids[:HITS]), answered=False, text=self._instead(hits))
        offered = answer.offered([hit.document for hit in clear], key, self._config, self._said)
        return Answered(tuple(ids[:HITS]), answered=True, text=offered)

    def _hits(self, key: str, indexed: int) -> list[Hit]:
        found = self._archive.search(key, limit=SEARCHED, synonyms=self._book.contents.synonyms)
        return self._answering(found, indexed)

    def _instead(self, hits: Sequence[Hit]) -> str:
        """What may have been meant, or one honest line."""
        near = [hit.document for hit in hits if hit.coverage >= self._config.answers.suggest_threshold]
        if near:
            return answer.suggested(near[:SUGGESTED], self._said)
        return answer.no_match(self._examples() or self._names(), self._said)

    def _emergency(self, key: str) -> Answered:
        """The fixed text, whatever else breaks; behind it what to read."""
        danger = self._book.emergency(key)
        text = danger.text if danger else ""
        hits: list[Hit] = []
        try:
            hits = self._hits(key, self._archive.version())
        except BotError as error:
            log.warning("紧急提示照说，相关文章没有查成：%s", error)
        related = answer.related(hits, self._config.answers.suggest_threshold)
        said = answer.in_danger(text, related, self._config, self._said)
        return Answered(tuple(hit.document.id for hit in hits[:HITS]), answered=False, text=said)

    def _rule(self, key: str, indexed: int) -> Answered:
        """What the rule brings; where its article or its column is not there, the rule's name is searched for."""
        rule = self._book.rule(key)
        if rule is None:
            return self._question(key, indexed)
        if rule.does is Does.COLUMN and (column := self._config.column(rule.column)):
            return replace(self._column(question_key(column.name), indexed), answered=False)
        if rule.does is Does.LATEST:
            documents = self._current(self._archive.newest(limit=SEARCHED), indexed)[: answer.LISTED]
            ids = tuple(document.id for document in documents)
            text = answer.latest(documents, self._config, self._said) if ids else self._instead(())
            return Answered(ids, answered=False, text=text)
        if rule.does is Does.ARTICLE:
            return self._article(rule.article, question_key(rule.name), indexed)
        return self._question(question_key(rule.name), indexed)

    def _article(self, article_id: str, name: str, indexed: int) -> Answered:
        found = self._archive.document(article_id)
        named = self._current([found], indexed) if found else []
        if not named:
            return self._question(name, indexed)
        text = answer.offered(named, name, self._config, self._said)
        return Answered((article_id,), answered=False, text=text)

    def _asks_to_be_forgotten(self, text: str) -> bool:
        rule = self._book.rule(question_key(text))
        return rule is not None and rule.does is Does.FORGET

    def _column(self, key: str, indexed: int) -> Answered:
        column = self._columns[key]
        newest = self._archive.newest(column=column.id, limit=SEARCHED)
        documents = self._current(newest, indexed)[: answer.LISTED]
        ids = tuple(document.id for document in documents)
        return Answered(
            ids, answered=bool(ids), text=answer.column_news(column.name, documents, self._config, self._said)
        )

    def _answering(self, hits: Sequence[Hit], indexed: int) -> list[Hit]:
        found = [hit.document for hit in hits]
        current = {document.id: document for document in self._current(found, indexed)}
        return [
            hit if current[hit.document.id] is hit.document else replace(hit, document=current[hit.document.id])
            for hit in hits
            if hit.document.id in current
        ]

    def _current(self, documents: Sequence[Document], indexed: int) -> Sequence[Document]:
        """Without what has been withdrawn since, and in today's words: where the index is behind, the ledger wins."""
        if not documents or (indexed and indexed == self._newest()):  # 0: the file is not this ledger's
            return documents  # the index knows all that the ledger knows
        with self._ledger.read() as tx:
            return articles.current(tx, documents, indexed)

    def _examples(self) -> list[str]:
        """Up to three short titles that the archive answers; none while it cannot be asked, which is logged once."""
        try:
            at = (self._newest(), self._archive.version())
            if self._example_titles[0] != at:
                self._example_titles = (at, self._choose_examples(at[1]))
        except BotError as error:
            if not self._lacks_examples:
                log.warning("挑不出例子，帮助和欢迎语先不带例子：%s", error)
            self._lacks_examples = True
            return []
        self._lacks_examples = False
        return self._example_titles[1]

    def _choose_examples(self, indexed: int) -> list[str]:
        """Real questions first, each of another column, the newest."""
        short = [d for d in self._archive.newest(limit=200) if 2 < len(d.title) <= EXAMPLE_CHARS]
        short.sort(key=lambda document: not _IS_QUESTION.search(document.title))
        chosen: dict[str | None, Document] = {}
        for document in self._current(short, indexed):
            if len(chosen) < EXAMPLES and document.column not in chosen and self._answers_itself(document):
                chosen[document.column] = document
        return [document.title for document in chosen.values()]

    def _answers_itself(self, document: Document) -> bool:
        first = self._archive.search(document.title, limit=1)
        return bool(first) and first[0].document == document and first[0].coverage >= self._config.answers.threshold

    def _names(self) -> list[str]:
        return [column.name for column in self._config.columns[:EXAMPLES]]

    # -- who follows --------------------------------------------------------------------------------------------------

    def _hashed(self, message: Message) -> str | None:
        """None without the desk key: nothing was kept then, and nothing is."""
        key = self._config.secrets.desk_key
        return followers.openid_hash(message.follower, key) if key else None

    def _forget(self, message: Message) -> None:
        """Nothing is kept of this follower any more; while the ledger is busy, the inbox sees to it."""
        if hashed := self._hashed(message):
            self._inbox.at_once(functools.partial(_forget, hashed=hashed, left_at=message.created_at))


@contextmanager
def _turn(gate: threading.Semaphore) -> Iterator[None]:
    """Within the gate; who has waited for TURN_S goes on without it, because something in front hangs."""
    is_inside = gate.acquire(timeout=TURN_S)
    try:
        yield
    finally:
        if is_inside:
            gate.release()


def _forget(ledger: Ledger, *, hashed: str, left_at: datetime) -> None:
    with ledger.write() as tx:
        followers.forget(tx, hashed, left_at)


def _said(text: str) -> Answered:
    return Answered((), answered=False, text=text)


def _heard(
    message: Message,
    key: str,
    intent: Intent,
    said: Answered | None,
    now: datetime,
    came: str | None,
    *,
    is_late: bool,
) -> Heard:
    """What is remembered: the key, what it was, a question with its outcome, and who came as a keyed hash."""
    return Heard(
        key=key,
        at=now,
        sent_at=message.created_at,
        kind=message.event if message.kind == "event" else message.kind,
        counters=(f"heard.{intent}", *_outcome(intent, said, is_late=is_late)),
        asked=_asked(message.text, said) if intent is Intent.QUESTION and not is_late else None,
        came=came,
    )


def _outcome(intent: Intent, said: Answered | None, *, is_late: bool) -> tuple[str, ...]:
    if is_late:
        return ("later",)
    if said is None or intent is not Intent.QUESTION:
        return ()
    return ("answered",) if said.answered else ("unanswered",)


def _asked(text: str, said: Answered | None) -> Asked | None:
    """The question, unless it was not dealt with, or is digits only: nobody can write an article about 666."""
    masked = questions.masked(text)
    rest = question_key(questions.MARK.sub(" ", masked)).replace(" ", "")
    if said is None or not rest or rest.isdecimal():
        return None
    key = question_key(masked).replace(" ", "")  # one row for all ways to set commas
    return Asked(key, text, said.answered)
