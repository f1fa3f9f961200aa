"""A town to talk in: settings, a ledger with a few approved articles, the archive of them, and a conversation."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.archive.bake import refresh
from bot.archive.search import Archive
from bot.config import Config, Secrets
from bot.conversation.receive import Conversation
from bot.ledger import articles
from bot.ledger.database import Ledger
from bot.ledger.inbox import InboxWriter
from bot.model.articles import Article, Page
from bot.model.columns import Column
from bot.model.messages import Message

NOW = datetime(2026, 12, 4, 4, 0, tzinfo=UTC)
COLUMNS = (
    Column("health", "健康科普"),
    Column("debunk", "科学辟谣"),
    Column("farming", "三农科技"),
    Column("local", "家乡的科学"),
)
PIECES = [
    ("vinegar", "吃醋能软化血管吗", "health", "山西人家爱吃醋。\n\n核心提示\n\n醋软化不了血管。护血管靠控制血压。"),
    ("dishes", "隔夜菜能吃吗", "debunk", "隔夜菜能不能吃，关键看怎么放。做好就冷藏，第二天热透吃。"),
    ("wheat", "小麦什么时候浇冻水", "farming", "昼消夜冻时浇冻水最合适。浇完要划锄保墒。"),
]


@dataclass
class Town:
    """Everything of one conversation."""

    config: Config
    ledger: Ledger
    archive: Archive
    inbox: InboxWriter
    conversation: Conversation

    def take_in(
        self,
        key: str,
        title: str,
        column: str | None,
        text: str,
        *,
        url: str | None = None,
        published: date | None = None,
    ) -> None:
        """An approved article, in the archive."""
        article = Article(key, title, column, text, url=url, published=published)
        page = Page(html="<p></p>", text=text, digest="", cover="c" * 64)
        with self.ledger.write() as tx:
            articles.add_revision(tx, article, page, person="李编辑", now=NOW, rank=0, steps=0)
        refresh(self.archive, self.ledger)

    def withdraw(self, key: str) -> None:
        """The ledger knows; the archive's file does not yet."""
        with self.ledger.write() as tx:
            articles.withdraw(tx, key, person="李编辑", reason="有误", now=NOW)

    def hear(
        self,
        text: str = "",
        *,
        key: str = "1",
        kind: str = "text",
        event: str = "",
        tapped: str = "",
        follower: str = "openid",
    ) -> str | None:
        """What a follower gets back."""
        message_id = None if kind == "event" else key
        reply = self.conversation.receive(Message(kind, follower, "gh_1", NOW, message_id, text, event, tapped), NOW)
        return reply.text if reply else None


@contextmanager
def town_in(folder: Path, config: Config | None = None) -> Iterator[Town]:
    """A town over the ledger and the archive in `folder`."""
    config = config or Config(folder=folder, columns=COLUMNS, secrets=Secrets(desk_key="k" * 32))
    ledger = Ledger("sqlite:///ledger.db", folder=folder)
    archive = Archive(folder / "archive.db")
    inbox = InboxWriter(ledger)
    yield Town(config, ledger, archive, inbox, Conversation(config, ledger, archive, inbox))
    inbox.close()
    archive.close()
    ledger.close()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the town's ledger and archive, to be copied: making them anew for each test takes too long."""
    folder = tmp_path_factory.mktemp("town")
    ledger = Ledger("sqlite:///ledger.db", folder=folder)
    ledger.migrate()
    ledger.close()
    with town_in(folder) as town:
        for piece in PIECES:
            town.take_in(*piece)
    return folder


@pytest.fixture
def folder(founded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(founded, tmp_path / "town"))


@pytest.fixture
def town(folder: Path) -> Iterator[Town]:
    with town_in(folder) as opened:
        yield opened


@pytest.fixture
def empty_town(tmp_path: Path) -> Iterator[Town]:
    (tmp_path / "empty").mkdir()
    with town_in(tmp_path / "empty") as opened:
        opened.ledger.migrate()
        refresh(opened.archive, opened.ledger)
        yield opened
