"""Desks to look at: one with much of everything, one with a person and nothing else, one with nobody at all."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from bot.config import load
from bot.editorial import review
from bot.editorial.intake import take_in
from bot.ledger import articles, people, pushes, slots
from bot.ledger.database import Connection, Ledger
from bot.model.articles import Article, ArticleState, Entry, Page, Source
from bot.model.columns import Slot, SlotState
from bot.model.people import Person, Role
from bot.model.pushes import PushState, Route
from bot.service import Service, open_service
from bot.web.app import create_app
from bot.web.passwords import hash_password
from tests.browser.manuscripts import LONG_READ, write_pictures
from tests.world import ROOT, SECRETS, served

NOW = datetime(2026, 12, 2, 2, 30, tzinfo=UTC)  # a Wednesday, 10:30 in Beijing
FRIDAY = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)
PASSWORD = "a good long one"
STEPS = ("初审", "复审", "终审")
ROLES = {"林编辑": Role.EDITOR, "陈审核": Role.REVIEWER, "周主任": Role.LEADER, "赵值班": Role.DUTY}
COLUMNS = (
    ("spirit", "科学家精神", "fri 18:00", "#9A3412"),
    ("health", "健康科普", "wed,sat 08:30", "#0B6E4F"),
    ("frontier", "科技前沿", "fri 18:00", "#1D4E89"),
    ("solar", "节气里的科学", "", "#7C5E10"),
    ("debunk", "科学辟谣", "tue 12:00", "#B42318"),
    ("local", "家乡的科学", "day 15 09:00", "#5B4A99"),
    ("emergency", "应急科普", "", "#B45309"),
    ("farming", "三农科技", "mon 07:30", "#4D7C0F"),
    ("bases", "走进科普基地", "", "#0F766E"),
    ("quiz", "公民科学素质答题", "sun 20:00", "#6B21A8"),
)
LONG_TITLE = "为什么冬天静电特别多：从毛衣上的火花说到加油站里那块不起眼的铜片"  # 32, WeChat's limit
LONGEST_TITLE = "历史文章里还有这样的标题：隔夜菜、隔夜水、隔夜茶到底能不能吃能不能喝，食品检验员连测七天亚硝酸盐给你看（附全部原始数据与图表）之一"
ODD_TITLE = "<b>维生素</b> & C：" + "Pneumonoultramicroscopicsilicovolcanoconiosisantidisestablish" + "，这个词怎么读"
LONG_COMMENT = (
    "第二段的“百分之九十”请写明出处，原文说的是实验室条件下的上限；第三张图的坐标轴没有单位；"
    "“专家表示”请写出姓名和单位。\n另外标题里的“竟然”请去掉。\n" * 6
)
LONG_SAYING = (
    "微信没有在规定的时间里回答，这次推送可能已经发出，也可能没有。请到公众号后台的“发表记录”里看一看："
    "有这几篇，就点“已经发出了”；确实没有，再点“没有发出，重新发”。在这之前不会自动再发。"
)


@dataclass(frozen=True)
class Desk:
    """A running web application, and the articles in it that are worth a look, by what they show."""

    url: str
    shows: dict[str, str]


@contextmanager
def much(folder: Path) -> Iterator[Desk]:
    """Four hundred articles, pushes in every state, missed slots, many people."""
    with _opened(folder, columns=COLUMNS) as service:
        with service.ledger.write() as tx:
            _many_people(tx)
        shows = _fill(service, folder)
        with served(_app(service)) as url:
            yield Desk(url, shows)


@contextmanager
def nothing(folder: Path) -> Iterator[Desk]:
    """One person and nothing else: no article, no column."""
    with _opened(folder, columns=()) as service:
        with service.ledger.write() as tx:
            for name, role in ROLES.items():
                _add(tx, name, role)
            people.add(tx, "新来的", Role.EDITOR, hash_password(PASSWORD), NOW)
        with served(_app(service)) as url:
            yield Desk(url, {})


@contextmanager
def nobody(folder: Path) -> Iterator[Desk]:
    """A ledger straight after its making."""
    with _opened(folder, columns=()) as service, served(_app(service)) as url:
        yield Desk(url, {})


@contextmanager
def damaged(folder: Path) -> Iterator[Desk]:
    """A ledger whose file is no ledger any more."""
    with _opened(folder, columns=()) as service:
        app = _app(service)
        service.ledger.close()
        for file in (folder / "data").glob("ledger.db*"):
            file.unlink()
        (folder / "data" / "ledger.db").write_bytes(b"no ledger at all " * 400)
        with served(app) as url:
            yield Desk(url, {})


# -- making them ------------------------------------------------------------------------------------------------------


@contextmanager
def _opened(folder: Path, *, columns: tuple[tuple[str, str, str, str], ...]) -> Iterator[Service]:
    (folder / "data").mkdir(parents=True)
    written = "".join(
        f'[[columns]]\nid = "{name}"\nname = "{said}"\nschedule = "{when}"\ncolor = "{color}"\norder = {place}\n'
        for place, (name, said, when, color) in enumerate(columns, 1)
    )
    settings = '[account]\nname = "临汾微科普"\napi_base_url = "http://127.0.0.1:9"\nroute = "mass"\n'
    (folder / "config.toml").write_text(settings + written, encoding="utf-8")
    config = load(folder / "config.toml", SECRETS)
    with closing(Ledger(config.storage.ledger, folder=folder)) as ledger:
        ledger.migrate()
    with closing(open_service(config)) as service:
        yield dataclasses.replace(service, now=lambda: NOW)


def _app(service: Service) -> Flask:
    return create_app(service)


def _add(tx: Connection, name: str, role: Role) -> None:
    kept = _HASH
    people.add(tx, name, role, kept, NOW)
    people.set_password(tx, name, kept, must_change=False)


_HASH = hash_password(PASSWORD)


def _many_people(tx: Connection) -> None:
    for name, role in ROLES.items():
        _add(tx, name, role)
    for number in range(1, 41):
        _add(tx, f"审稿人{number:02}", Role.REVIEWER)
    _add(tx, "欧阳司徒慕容上官明月", Role.EDITOR)


def _fill(service: Service, folder: Path) -> dict[str, str]:
    write_pictures(folder / "manuscripts")
    (folder / "manuscripts" / "long-read.md").write_text(LONG_READ, encoding="utf-8")
    for found in ([folder / "manuscripts"], [ROOT / "articles"]):
        take_in(found, config=service.config, ledger=service.ledger, media=service.media, person="林编辑", now=_ago(30))
    with service.ledger.write() as tx:
        cover = _cover_of(tx)
        for number in range(400):
            _add_article(tx, number, cover)
        shows = _states(tx) | _pushes(tx)
        for days, column in ((1, "debunk"), (2, "farming"), (9, "spirit")):
            slot = Slot(_ago(days), column)
            slots.record(
                tx, slot, SlotState.MISSED, None, "到点时程序没有在运行，过了 6 小时才看到。", _ago(days - 0.5)
            )
    return shows


def _ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def _cover_of(tx: Connection) -> str:
    found = articles.get(tx, "long-read")
    assert found is not None, "the long read was not taken in"
    return found.page.cover


def _add_article(tx: Connection, number: int, cover: str) -> None:
    column, name, *_ = COLUMNS[number % len(COLUMNS)]
    title = {0: LONG_TITLE, 1: LONGEST_TITLE[:80], 3: ODD_TITLE}.get(
        number % 7, f"{name}的第 {number} 篇：一件小事里的道理"
    )
    text = f"{title}。\n\n这一篇说的是身边的一件小事，和它背后的道理。"
    article = Article(
        f"piece-{number}", title, column, text, digest=text[:60], author="临汾市科协", sources=(Source("教科书"),)
    )
    page = Page(f"<p>{text}</p>", text, article.digest, cover)
    brought_by = "林编辑" if number % 3 else "欧阳司徒慕容上官明月"
    articles.add_revision(tx, article, page, person=brought_by, now=_ago(20 - number / 25), rank=number, steps=3)


def _states(tx: Connection) -> dict[str, str]:
    """Articles in every state; most of the others stay in review."""
    for number in range(40, 290):
        _pass(tx, f"piece-{number}", (3, 3, 3, 1, 2)[number // 10 % 5])
    for number in range(330, 360):
        _return(tx, f"piece-{number}")
    for number in range(290, 300):
        review.withdraw(tx, f"piece-{number}", _person(tx, "周主任"), "数字有误，等核实后再用。", _ago(1))
    for name in ("long-read", "qian-xuesen-return", "nan-rendong-fast"):
        _pass(tx, name, 3)
    _pass(tx, "piece-305", 1)
    _pass(tx, "piece-306", 2)
    articles.place(tx, "qian-xuesen-return", column="spirit", due=FRIDAY, person="林编辑", now=_ago(1))
    waiting = FRIDAY + timedelta(days=7)
    articles.place(tx, "piece-300", column="spirit", due=waiting, person="林编辑", now=_ago(1))
    return {
        "first-step": "piece-301",
        "odd-title": "piece-304",
        "second-step": "piece-305",
        "last-step": "piece-306",
        "placed-unapproved": "piece-300",
        "returned": "piece-337",
        "approved": "nan-rendong-fast",
        "placed": "qian-xuesen-return",
        "withdrawn": "piece-292",
        "no-column-time": "piece-303",
        "long-read": "long-read",
    }


def _person(tx: Connection, name: str) -> Person:
    found = people.get(tx, name)
    assert found is not None
    return found


def _pass(tx: Connection, article_id: str, steps: int) -> None:
    for name, comment in itertools.islice((("审稿人01", ""), ("审稿人02", "数字已核对。"), ("周主任", "")), steps):
        review.pass_step(tx, STEPS, article_id, 1, _person(tx, name), comment, _ago(3))


def _return(tx: Connection, article_id: str) -> None:
    review.return_(tx, STEPS, article_id, 1, _person(tx, "审稿人03"), LONG_COMMENT, _ago(2))


PUSHES = (
    (PushState.CONFIRMED, Route.MASS, ""),
    (PushState.UNKNOWN, Route.MASS, LONG_SAYING),
    (
        PushState.FAILED,
        Route.MASS,
        "微信不接受其中一张图片（代码 40009）：图片太大。请把它缩小后重新收稿，再点“再试一次”。",
    ),
    (
        PushState.HANDED_OVER,
        Route.DRAFT,
        "草稿已建好。请到公众号后台的草稿箱里打开它，看过以后点“发表”，再回来点“我已在后台发出”。",
    ),
    (PushState.CLAIMED, Route.PUBLISH, "正在上传图片，微信请我们慢一点，10 分钟后再试。"),
    (PushState.UPLOADED, Route.MASS, ""),
    (PushState.DRAFTED, Route.MASS, ""),
    (PushState.SENT, Route.MASS, "微信收下了，正在等它说结果。"),
    (PushState.DROPPED, Route.MASS, "赵值班：作罢。"),
)


def _pushes(tx: Connection) -> dict[str, str]:
    """Some of every kind; gives the address parts of one article each that is published, on its way, or in doubt."""
    approved = articles.entries(tx, state=ArticleState.APPROVED, limit=1000)[::-1]
    fresh = (each for each in approved if each.id.startswith("piece-") and each.placed_at is None)
    shows: dict[str, str] = {}
    for number, (state, route, said) in enumerate(PUSHES * 5):
        wanted = 8 if number == 1 else 1 + number % 3
        held = list(itertools.islice(fresh, wanted))
        _push(tx, held, _ago(0.1 + 0.7 * number), state, route, said)
        shows.setdefault(state.value, held[0].id)
    return shows


def _push(tx: Connection, entries: list[Entry], due: datetime, state: PushState, route: Route, said: str) -> None:
    items = [(Slot(due + timedelta(seconds=n), each.column or "spirit"), each) for n, each in enumerate(entries)]
    push_id = pushes.claim(
        tx, due=due, route=route, items=items, good_until=due + timedelta(hours=6), seen_from=due, now=due
    )
    seen = pushes.get(tx, push_id) if push_id else None
    assert seen is not None
    reached = due + timedelta(minutes=3)
    pushes.finish_step(tx, seen, state, reached, said=said, draft_media_id="draft")
    if state is PushState.CONFIRMED:
        for item in seen.items:
            articles.published(tx, item.article_id, on=reached.date(), url="https://mp.weixin.qq.com/s/example")
        pushes.publish(tx, seen, {}, reached)
    if state is PushState.DROPPED:
        pushes.free_articles(tx, seen.id)
