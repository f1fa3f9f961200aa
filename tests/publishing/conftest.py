"""An association with a few columns, a real ledger in a folder, and an account in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import TIMEZONE, Account, Config, Review
from bot.ledger import articles, media, pushes, slots
from bot.ledger.database import Ledger
from bot.ledger.media import MediaStore
from bot.model.articles import Article, Page
from bot.model.columns import Column, Slot, SlotRecord
from bot.model.pushes import Push
from bot.publishing.rounds import Round, attend
from tests.publishing.outlet_double import OutletDouble

SPIRIT = Column("spirit", "科学家精神", "fri 18:00", order=1, late_hours=6)
HEALTH = Column("health", "健康科普", "fri 08:30", order=2, late_hours=12)


def at(text: str) -> datetime:
    """Asia/Shanghai, as people write it: "2026-12-04 18:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=TIMEZONE).astimezone(UTC)


FRIDAY = at("2026-12-04 18:00")
BEFORE = FRIDAY - timedelta(hours=20)


@dataclass
class Association:
    """Everything a round needs, and what tests ask of it."""

    folder: Path
    ledger: Ledger
    media: MediaStore
    outlet: OutletDouble
    config: Config
    count: int = field(default=0)

    def anew(self, name: str) -> Association:
        """Another association of the same kind, with a folder of its own."""
        return founded(self.folder / name)

    def settings(self, *columns: Column, route: str = "mass", kind: str = "subscription") -> None:
        self.config = Config(
            folder=self.folder,
            account=Account(route=route, kind=kind),
            review=Review(steps=()),
            columns=tuple(sorted(columns, key=lambda column: column.order)),
        )

    def article(
        self,
        name: str,
        column: str = "spirit",
        *,
        text: str = "",
        tag: str = "",
        now: datetime | None = None,
        steps: int = 0,
    ) -> None:
        """An article with one picture and a cover, approved unless `steps` wait; the same `name` again is a new revision."""
        self.count += 1
        picture, cover = self._picture(f"picture of {name}"), self._picture(f"cover of {name}")
        page = Page(f'<p>{text or name}</p><img src="asset:{picture}">', text or name, f"{name}的摘要", cover)
        with self.ledger.write() as tx:
            articles.add_revision(
                tx,
                Article(name, name, column, text or name, tags=(tag,) if tag else ()),
                page,
                person="intake",
                now=now or BEFORE,
                rank=self.count,
                steps=steps,
            )

    def _picture(self, content: str) -> str:
        data = content.encode()
        with self.ledger.write() as tx:
            media.add_picture(
                tx,
                hashlib.sha256(data).hexdigest(),
                mime="image/png",
                size=len(data),
                origin="",
                licence="",
                now=BEFORE,
            )
        return self.media.put(data, "image/png")

    def round(self, now: datetime, *, settled: bool = False) -> Round:
        """One round; with `settled` WeChat's jobs end after it."""
        self.outlet.now = now
        done = attend(self.config, self.ledger, self.media, self.outlet, now, pause=lambda _: None)
        if settled:
            self.outlet.finish()
        return done

    def pushes(self) -> list[Push]:
        """All pushes, the oldest first."""
        with self.ledger.read() as tx:
            return sorted(pushes.listing(tx, limit=500), key=lambda push: push.id)

    def states(self) -> list[str]:
        return [push.state.value for push in self.pushes()]

    def history(self, push_id: int = 1) -> list[str]:
        with self.ledger.read() as tx:
            return [event.what for event in pushes.events(tx, push_id)]

    def slot(self, slot: Slot) -> SlotRecord | None:
        with self.ledger.read() as tx:
            return slots.get(tx, slot)

    def slot_states(self) -> dict[tuple[str, str], str]:
        """(column, local time) → state, of every attended slot."""
        with self.ledger.read() as tx:
            records = slots.attended(tx, at("2000-01-01 00:00"), at("2100-01-01 00:00"))
        return {
            (slot.column, f"{slot.due.astimezone(TIMEZONE):%m-%d %H:%M}"): record.state.value
            for slot, record in records.items()
        }


def founded(folder: Path, url: str = "sqlite:///ledger.db") -> Association:
    """A fresh association in that folder, with its ledger at that address."""
    folder.mkdir(exist_ok=True)
    ledger = Ledger(url, folder=folder)
    ledger.migrate()
    return Association(folder, ledger, MediaStore(folder / "media"), OutletDouble(BEFORE), Config())


@pytest.fixture
def association(tmp_path: Path) -> Iterator[Association]:
    made = founded(tmp_path)
    made.settings(SPIRIT)
    yield made
    made.ledger.close()
