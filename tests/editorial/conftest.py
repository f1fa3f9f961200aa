"""A desk's worth of things: settings with three columns, a ledger, a media folder, and a folder of manuscripts."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.config import Config, parse
from bot.editorial.intake import take_in
from bot.ledger import articles
from bot.ledger.database import Ledger
from bot.ledger.media import MediaStore
from bot.model.articles import Revision, TakenIn

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
COLUMNS = [
    {"id": "spirit", "name": "科学家精神", "color": "#9A3412"},
    {"id": "health", "name": "健康科普"},
    {"id": "late", "name": "慢一步", "answer_from": "published"},
]


def settings(folder: Path, steps: tuple[str, ...] = ()) -> Config:
    written: dict[str, Any] = {"review": {"steps": list(steps)}, "columns": COLUMNS}
    return parse(written, folder=folder, environ={})


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return settings(tmp_path)


@pytest.fixture
def media(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The folder that manuscripts lie in."""
    folder = tmp_path / "稿件"
    folder.mkdir()
    return folder


@pytest.fixture
def intake(config: Config, ledger: Ledger, media: MediaStore) -> Callable[..., TakenIn]:
    def taken(*paths: Path, config: Config = config, now: datetime = NOW) -> TakenIn:
        return take_in(paths, config=config, ledger=ledger, media=media, person="李编辑", now=now)

    return taken


def manuscript(folder: Path, name: str = "water.md", body: str = "水的比热很大。", **head: str) -> Path:
    fields = {"title": "水的比热", "column": "健康科普"} | head
    lines = [f"{key}: {value}" for key, value in fields.items() if value]
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(["---", *lines, "---", "", body]), encoding="utf-8")
    return file


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), color: str = "red") -> bytes:
    packed = io.BytesIO()
    Image.new("RGB", size, color).save(packed, kind)
    return packed.getvalue()


def bad(taken: TakenIn) -> str:
    """All bad places of an intake, one a line."""
    return "\n".join(f"{place}：{said}" for place, said in taken.bad)


def rows(file: Path, *lines: object) -> Path:
    """A .jsonl file of these lines; what is no text is written as JSON."""
    written = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    file.write_text("\n".join(written) + "\n", encoding="utf-8")
    return file


def current(ledger: Ledger, article_id: str) -> Revision | None:
    """The article's newest revision."""
    with ledger.read() as tx:
        return articles.get(tx, article_id)


def stock(ledger: Ledger, column: str = "health") -> list[str]:
    """What the column may send, the next first."""
    with ledger.read() as tx:
        return [entry.id for entry in articles.stock(tx, column)]
