"""A house with an open service, a clock that tests move, four people and a few manuscripts."""

from __future__ import annotations

import dataclasses
import hashlib
import html
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.config import load
from bot.conversation.receive import Conversation
from bot.editorial import review
from bot.editorial.intake import take_in
from bot.ledger import articles, people, pushes
from bot.ledger.database import Ledger
from bot.ledger.inbox import InboxWriter
from bot.model.articles import ArticleState, Entry
from bot.model.columns import Slot
from bot.model.people import Person, Role
from bot.model.pushes import Push, PushState, Route
from bot.service import Service, open_service
from bot.web.app import create_app
from bot.web.passwords import hash_password

NOW = datetime(2026, 12, 2, 2, 30, tzinfo=UTC)  # a Wednesday, 10:30 in Beijing
FRIDAY = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)  # 18:00 in Beijing
NEXT_FRIDAY = FRIDAY + timedelta(days=7)
TOKEN = "webtoken"
PASSWORD = "a good long one"
HASH = hash_password(PASSWORD)
SECRETS = {
    "WEIKEPU_APP_SECRET": "0123456789abcdef0123456789abcdef",
    "WEIKEPU_TOKEN": TOKEN,
    "WEIKEPU_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "WEIKEPU_DESK_KEY": "a desk key that is long enough for tests",
}
SETTINGS = """
[account]
api_base_url = "{platform}"
encryption = "{encryption}"
route = "{route}"
[web]
public_url = "{public_url}"
[review]
steps = ["初审", "复审", "终审"]
[[columns]]
id = "spirit"
name = "科学家精神"
schedule = "fri 18:00"
color = "#9A3412"
[[columns]]
id = "health"
name = "健康科普"
schedule = "wed 18:00"
"""
CAST = {"林编辑": Role.EDITOR, "陈审核": Role.REVIEWER, "周主任": Role.LEADER, "赵值班": Role.DUTY}
ANSWERS = {
    "qian-xuesen": ("钱学森：五年归国路", "科学家精神"),
    "nan-rendong": ("南仁东：为“天眼”走遍大山", "科学家精神"),
    "leftovers": ("隔夜菜能吃吗", "健康科普"),
}


class Clock:
    """The time of the doors; tests move it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        """Time goes by: minutes=20."""
        self.now += timedelta(**span)


@dataclass
class House:
    """A service, and ways into it."""

    folder: Path
    service: Service
    clock: Clock

    def app(self) -> Flask:
        """A web application of its own over the service, as each worker has one."""
        app = create_app(self.service)
        app.testing = True
        return app

    def visitor(self) -> Visitor:
        """A stranger's browser."""
        return Visitor(self.app().test_client())

    def at_desk(self, name: str) -> Visitor:
        """The browser of a person who has logged in."""
        visitor = self.visitor()
        assert visitor.log_in(name).status_code == 302
        return visitor

    def person(self, name: str) -> Person:
        with self.service.ledger.read() as tx:
            found = people.get(tx, name)
        assert found is not None
        return found

    def approve(self, article_id: str) -> None:
        """All three steps, by three people."""
        for name in ("陈审核", "孙审核", "周主任"):
            self.review(article_id, name)

    def state(self, article_id: str) -> ArticleState:
        return self._entry(article_id).state

    def placed(self, article_id: str) -> datetime | None:
        return self._entry(article_id).placed_at

    def _entry(self, article_id: str) -> Entry:
        with self.service.ledger.read() as tx:
            found = articles.entry(tx, article_id)
        assert found is not None
        return found

    def review(self, article_id: str, name: str) -> None:
        steps = self.service.config.review.steps
        with self.service.ledger.write() as tx:
            review.pass_step(tx, steps, article_id, 1, self.person(name), "", self.clock())

    def push_in(self, became: PushState, article_id: str = "qian-xuesen") -> Push:
        """A push of one approved article that has come to this state."""
        self.approve(article_id)
        with self.service.ledger.write() as tx:
            entry = articles.entry(tx, article_id)
            assert entry is not None
            slot = Slot(NOW - timedelta(hours=1), "spirit")
            claimed = pushes.claim(
                tx,
                due=slot.due,
                route=Route.MASS,
                items=[(slot, entry)],
                good_until=NOW + timedelta(hours=5),
                seen_from=NOW - timedelta(hours=2),
                now=NOW,
            )
            assert claimed is not None
            found = pushes.get(tx, claimed)
            assert found is not None
            assert pushes.change(tx, found, NOW, state=became, said="请到后台看一看。", draft_media_id="draft")
            changed = pushes.get(tx, claimed)
        assert changed is not None
        return changed


class Visitor:
    """A browser that knows how to send forms."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, **more)  # type: ignore[arg-type]

    def text(self, path: str) -> str:
        return self.get(path).get_data(as_text=True)

    def token(self) -> str:
        """The CSRF token of this browser's session."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.text("/desk/login") + self.text("/desk/password"))
        assert found, "no page with a form"
        return found[1]

    def post(self, path: str, **fields: str) -> TestResponse:
        """A form as the browser sends it, with its token."""
        return self.client.post(path, data={"csrf_token": self.token(), **fields})

    def said(self, path: str, **fields: str) -> str:
        """What the desk says after a form."""
        answer = self.post(path, **fields)
        assert answer.status_code == 302, answer.status
        page = self.text(answer.headers["Location"])
        found = re.search(r'data-testid="notice">([^<]*)<', page)
        assert found, page
        return found[1]

    def unheard(self, path: str, **fields: str) -> tuple[int, str, str]:
        """The status, what the desk says, and the words that it gives back, where a form with words was not heard."""
        answer = self.post(path, **fields)
        found = re.search(
            r'data-testid="lost">.*?<p>(.*?)</p>.*data-testid="written">(.*?)</textarea>', answer.text, re.S
        )
        assert found, answer.text
        return answer.status_code, found[1], html.unescape(found[2])

    def log_in(self, name: str, password: str = PASSWORD, path: str = "/desk/login", **more: object) -> TestResponse:
        form = {"csrf_token": self.token(), "name": name, "password": password}
        return self.client.post(path, data=form, **more)  # type: ignore[arg-type]


def words(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


Build = Callable[..., House]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a fresh ledger, made once and copied for every house."""
    folder = tmp_path_factory.mktemp("migrated")
    ledger = Ledger("sqlite:///ledger.db", folder=folder)
    ledger.migrate()
    ledger.close()
    return folder / "ledger.db"


@pytest.fixture
def build(tmp_path: Path, migrated: Path) -> Iterator[Build]:
    """Makes houses: `build(platform=…, encryption=…, public_url=…, route=…)`, empty of people and manuscripts."""
    opened: list[Service] = []

    def made(
        *,
        platform: str = "http://127.0.0.1:9",
        encryption: str = "plain",
        public_url: str = "http://127.0.0.1:8000",
        route: str = "mass",
    ) -> House:
        folder = tmp_path / f"house{len(opened)}"
        (folder / "data").mkdir(parents=True)
        shutil.copy(migrated, folder / "data" / "ledger.db")
        settings = SETTINGS.format(platform=platform, encryption=encryption, public_url=public_url, route=route)
        (folder / "config.toml").write_text(settings, encoding="utf-8")
        config = load(folder / "config.toml", SECRETS)
        clock = Clock()
        service = _by(clock, open_service(config))
        opened.append(service)
        return House(folder, service, clock)

    yield made
    for service in opened:
        service.close()


def _by(clock: Clock, service: Service) -> Service:
    """The same service, living by this clock."""
    service.inbox.close()
    inbox = InboxWriter(service.ledger, now=clock)
    conversation = Conversation(service.config, service.ledger, service.archive, inbox)
    return dataclasses.replace(service, now=clock, inbox=inbox, conversation=conversation)


@pytest.fixture
def empty(build: Build) -> House:
    """A migrated house without people or manuscripts."""
    return build()


@pytest.fixture
def house(empty: House) -> House:
    """A house with its people and three manuscripts, none of them reviewed."""
    fill(empty)
    return empty


def fill(house: House) -> None:
    """People, and the manuscripts that 林编辑 brought in."""
    with house.service.ledger.write() as tx:
        for name, role in {**CAST, "孙审核": Role.REVIEWER}.items():
            people.add(tx, name, role, HASH, NOW)
            people.set_password(tx, name, HASH, must_change=False)
    manuscripts = house.folder / "manuscripts"
    manuscripts.mkdir()
    for article_id, (title, column) in ANSWERS.items():
        text = f"---\ntitle: {title}\ncolumn: {column}\nsources: [教科书]\nai_usage: AI撰写\n---\n\n{title}，正文说得清清楚楚。\n"
        (manuscripts / f"{article_id}.md").write_text(text, encoding="utf-8")
    service = house.service
    done = take_in(
        [manuscripts], config=service.config, ledger=service.ledger, media=service.media, person="林编辑", now=NOW
    )
    assert not done.bad, done.bad


def signed(now: datetime, token: str = TOKEN) -> dict[str, str]:
    """The query that WeChat sends with each request."""
    timestamp, nonce = str(int(now.timestamp())), "n0nce"
    signature = hashlib.sha1("".join(sorted((token, timestamp, nonce))).encode()).hexdigest()
    return {"signature": signature, "timestamp": timestamp, "nonce": nonce}


def message(text: str, *, msg_id: str = "1", now: datetime = NOW) -> str:
    """A follower's text in plain mode."""
    return (
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>o_follower</FromUserName>"
        f"<CreateTime>{int(now.timestamp())}</CreateTime><MsgType>text</MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{msg_id}</MsgId></xml>"
    )
