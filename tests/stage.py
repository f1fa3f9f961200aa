"""Where a disturbed push is played: a folder, a WeChat in a box and a moving clock of its own.

A round is done by rooms that are opened for it and closed after it, so that each one is a restart; a round that is to
be killed is a process.
"""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image

from bot.config import load
from bot.ledger import pushes
from bot.ledger.database import Ledger
from bot.ledger.media import MediaStore
from bot.model.pushes import Push
from bot.publishing.rounds import attend
from bot.sandbox.app import create_box
from bot.sandbox.box import Box
from bot.sandbox.settings import BoxSettings
from bot.wechat.client import WeChatClient
from bot.wechat.outlet import WeChatOutlet
from tests.world import APP_ID, COLUMN, FRIDAY, SECRETS, World, served, world

PATIENT_S = 30.0
COLUMNS = (COLUMN, '[[columns]]\nid = "health"\nname = "健康科普"\nschedule = "fri 18:00"\norder = 2\nlate_hours = 6\n')
"""Each has one article that waits for Friday; on the mass route they go out together."""


@dataclass(frozen=True)
class Stage:
    """A folder with an approved article a column, which wait for Friday, and its WeChat."""

    folder: Path
    box: Box

    @property
    def environ(self) -> dict[str, str]:
        """Where the settings and secrets are."""
        return SECRETS | {"WEIKEPU_CONFIG": str(self.folder / "config.toml")}

    def round(self, now: datetime, *, timeout_s: float) -> None:
        """One round in this process."""
        self.box.clock.move_to(now)
        one_round(self.folder / "config.toml", now, timeout_s)

    def killed_round(self, now: datetime) -> bool:
        """One round in a process that is killed at the held request; False when no request was held."""
        self.box.clock.move_to(now)
        process = _processes().Process(target=one_round, args=(self.folder / "config.toml", now, PATIENT_S))
        process.start()
        try:
            while not (held := bool(self.box.held.listed(0.02))) and process.is_alive():
                pass
        finally:
            process.kill()
            process.join()
            self.box.held.release()
        return held

    def settle(self) -> None:
        """WeChat's jobs end."""
        self.box.jobs.settle()

    def requests(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [row["path"] for row in self.box.store.rows("SELECT path FROM requests ORDER BY seq")]

    def sends(self) -> int:
        """What really went out."""
        return self.box.store.number("SELECT count(*) FROM sends WHERE kind IN ('mass', 'publish')")

    def articles(self) -> int:
        """How many articles were in it."""
        held = "SELECT sum(json_array_length(articles)) FROM sends WHERE kind IN ('mass', 'publish')"
        return self.box.store.number(held)

    def drafts(self) -> int:
        """What the draft box holds."""
        return self.box.store.number("SELECT count(*) FROM drafts")

    def add_late_draft(self) -> None:
        """A copy of the draft that was sent lies in the draft box."""
        self.box.store.change(
            "INSERT INTO drafts (media_id, articles, create_time, update_time)"
            " SELECT 'late-' || seq, articles, at, at FROM sends"
        )

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger, for a look."""
        opened = Ledger(load(self.folder / "config.toml", self.environ).storage.ledger, folder=self.folder)
        with closing(opened):
            yield opened

    def push(self) -> Push | None:
        """The push; None while there is none, AssertionError when there are several."""
        with self.ledger() as ledger, ledger.read() as tx:
            found = pushes.listing(tx, limit=9)
        assert len(found) <= 1, found
        return found[0] if found else None


def one_round(config_file: Path, now: datetime, timeout_s: float) -> None:
    """One round by rooms that are opened for it."""
    config = load(config_file, SECRETS)
    with ExitStack() as rooms:
        ledger = rooms.enter_context(closing(Ledger(config.storage.ledger, folder=config.folder)))
        client = WeChatClient(
            app_id=APP_ID,
            secret=lambda: SECRETS["WEIKEPU_APP_SECRET"],
            base_url=config.account.api_base_url,
            ledger=ledger,
            now=lambda: now,
            timeout_s=(PATIENT_S, timeout_s),
        )
        rooms.enter_context(closing(client))
        media = MediaStore(config.path(config.storage.media))
        attend(config, ledger, media, WeChatOutlet(client), now, pause=lambda _: None)


def _processes() -> multiprocessing.context.ForkServerContext:
    """Children that have our modules and none of our threads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.stage"])
    return context


def template(folder: Path) -> Path:
    """The folder, with a ledger in which an approved article a column waits; the columns were born a day before."""
    folder.mkdir(exist_ok=True)
    with world(folder) as made:
        made.write_config(columns="".join(COLUMNS))
        made.manuscript("heart", title="一颗心脏", column="健康科普")
        manuscript(made)
        made.attend(FRIDAY - timedelta(days=1))
    return folder


def manuscript(made: World) -> None:
    """The article, taken in, with a picture, so that every kind of upload is met."""
    (made.folder / "manuscripts").mkdir(exist_ok=True)
    Image.new("RGB", (60, 40), "#0B6E4F").save(made.folder / "manuscripts" / "leaf.png")
    text = "为什么叶子是绿的？\n\n![一片叶子](leaf.png)\n\n## 划重点\n\n叶绿素吸收红光和蓝光。\n"
    made.manuscript("leaf", title="一片叶子", text=text)
    made.take_in()


@contextmanager
def stage(ready: Path, folder: Path, *, route: str, verified: bool, columns: int) -> Iterator[Stage]:
    """A stage made of the template, for that route and kind of account; of its columns the first ones."""
    shutil.copytree(ready, folder, ignore=shutil.ignore_patterns("box.db*", "clock", "archive*"))
    settings = BoxSettings(
        account_name="临汾微科普",
        app_id=APP_ID,
        app_secret=SECRETS["WEIKEPU_APP_SECRET"],
        token=SECRETS["WEIKEPU_TOKEN"],
        aes_key=SECRETS["WEIKEPU_AES_KEY"],
        callback_url="",
        database=folder / "box.db",
        verified=verified,
        job_delay_s=3600.0,
    )
    app = create_box(settings)
    box = app.extensions["box"]
    with closing(box), served(app) as url:
        World(folder, url).write_config(route=route, columns="".join(COLUMNS[:columns]))
        yield Stage(folder, box)
