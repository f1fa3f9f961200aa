"""Every page in every state, for a person to look at: four roles, two widths, light and dark."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page

from tests.browser import worlds
from tests.browser.demonstration import SIZES

SCHEMES = ("light", "dark")
LISTS = ("/desk", "/desk/articles", "/desk/calendar", "/desk/pushes")
FILTERED = (
    "/desk/articles?state=in_review&column=health",
    "/desk/articles?title=静电",
    "/desk/articles?title=没有这样的标题",
    "/desk/articles?page=3",
)
PUSHES = 9  # one of each state


@dataclass(frozen=True)
class Shot:
    """A picture to take: of which page, as whom, and what to do there first."""

    name: str
    path: str
    person: str = ""
    open_all: bool = False  # whatever can be unfolded is


def much(shows: dict[str, str]) -> Iterator[Shot]:
    """Of the desk with much of everything."""
    for person, path in product(worlds.ROLES, LISTS):
        yield Shot(f"{path.rpartition('/')[2]}-{person}", path, person)
    for path in ("/desk", "/desk/pushes"):
        yield Shot(f"{path.rpartition('/')[2]}-open-赵值班", path, "赵值班", open_all=True)
    for path in FILTERED:
        yield Shot("articles-" + re.sub(r"\W", "-", path.partition("?")[2]), path, "林编辑")
    for (what, article_id), person in product(shows.items(), worlds.ROLES):
        yield Shot(f"article-{what}-{person}", f"/desk/articles/{quote(article_id)}", person, open_all=True)
    for number, person in product(range(1, PUSHES + 1), ("赵值班", "林编辑")):
        yield Shot(f"push-{number}-{person}", f"/desk/pushes/{number}", person, open_all=True)
    yield Shot("reading-long", "/a/long-read")
    yield Shot("reading-short", "/a/qian-xuesen-return")
    yield Shot("reading-withdrawn", f"/a/{shows['withdrawn']}")
    yield Shot("reading-in-review", f"/a/{shows['first-step']}")
    yield Shot("reading-nowhere", "/a/nowhere")
    yield Shot("desk-nowhere", "/desk/nowhere", "林编辑")
    yield Shot("password", "/desk/password", "林编辑")


NOTHING = tuple(Shot(f"nothing-{path.rpartition('/')[2]}", path, "林编辑") for path in LISTS)
NOBODY = (Shot("nobody", "/desk"), Shot("nobody-login", "/desk/login"))
DAMAGED = (Shot("damaged-desk", "/desk"), Shot("damaged-reading", "/a/x"))


def take(browser: Browser, folder: Path, *, wanted: str = "") -> None:
    """The pictures whose name holds `wanted`, in the folder."""
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        here = Path(temporary)
        full = stack.enter_context(worlds.much(here / "much"))
        albums: list[tuple[str, Iterable[Shot]]] = [(full.url, tuple(much(full.shows)))]
        for world, shots in ((worlds.nothing, NOTHING), (worlds.nobody, NOBODY), (worlds.damaged, DAMAGED)):
            albums.append((stack.enter_context(world(here / world.__name__)).url, shots))
        for (url, shots), size, scheme in product(albums, SIZES, SCHEMES):
            chosen = [shot for shot in shots if re.search(wanted, f"{shot.name}-{size}-{scheme}")]
            _of_one_desk(browser, url, chosen, folder, size, scheme)
        if not wanted:
            _log_ins(browser, full.url, folder)


def _of_one_desk(browser: Browser, url: str, shots: list[Shot], folder: Path, size: str, scheme: str) -> None:
    pages: dict[str, Page] = {}
    for shot in shots:
        page = pages.get(shot.person) or _come_in(_page(browser, size, scheme), url, shot.person)
        pages[shot.person] = page
        page.goto(url + shot.path)
        if shot.open_all:
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        page.evaluate("document.querySelectorAll('img').forEach(each => { each.loading = 'eager'; })")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{shot.name}-{size}-{scheme}.png", full_page=True)
    for page in pages.values():
        page.context.close()


def _page(browser: Browser, size: str, scheme: str) -> Page:
    context = browser.new_context(
        viewport=SIZES[size], color_scheme=scheme, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    return context.new_page()


def _come_in(page: Page, url: str, person: str) -> Page:
    if person:
        _log_in(page, url, person, worlds.PASSWORD)
    return page


def _log_in(page: Page, url: str, person: str, password: str) -> None:
    page.goto(f"{url}/desk/login")
    page.get_by_test_id("login-name").fill(person)
    page.get_by_test_id("login-password").fill(password)
    page.get_by_test_id("login-enter").click()


def _log_ins(browser: Browser, url: str, folder: Path) -> None:
    """The log-in, a wrong password, and one too many."""
    for number, (size, scheme) in enumerate(product(SIZES, SCHEMES)):
        page = _page(browser, size, scheme)
        page.goto(f"{url}/desk/login")
        page.screenshot(path=folder / f"login-{size}-{scheme}.png", full_page=True)
        for attempt in range(6):
            _log_in(page, url, f"没有这人{number}", "wrong")
            if attempt in (0, 5):
                page.screenshot(path=folder / f"login-wrong{attempt}-{size}-{scheme}.png", full_page=True)
        page.context.close()
