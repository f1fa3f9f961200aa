"""What the composition root must hand on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.archive.bake import refresh
from bot.config import Config
from bot.ledger import articles
from bot.ledger.database import Ledger
from bot.model.articles import Article, Page
from bot.service import open_service

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


def test_an_archive_left_behind_by_another_ledger_is_not_trusted(tmp_path: Path) -> None:
    config = Config(folder=tmp_path)
    versions = []
    for text in ("旧的文字。", "新的文字。"):
        for file in tmp_path.glob("data/ledger.db*"):
            file.unlink()
        ledger = Ledger(config.storage.ledger, folder=tmp_path)
        ledger.migrate()
        with ledger.write() as tx:
            page = Page("<p></p>", text, "", "c" * 64)
            articles.add_revision(tx, Article("water", "水", None, text), page, person="林", now=NOW, rank=0, steps=0)
        ledger.close()
        service = open_service(config)
        versions += [service.archive.version(), refresh(service.archive, service.ledger)]
        found = service.archive.newest(limit=9)
        service.close()

    assert versions == [0, 1, 0, 1]
    assert [document.text for document in found] == ["新的文字。"]
