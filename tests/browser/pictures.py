"""`make pictures`: the README's pictures, taken from the running demo; with a folder, every page in every state."""

from __future__ import annotations

import sys
import tempfile
from itertools import product
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, expect

from tests.browser import album
from tests.browser.demonstration import SIZES, Demonstration, chromium, demonstration
from tests.world import ROOT

DESK_PAGES = ("/desk", "/desk/articles", "/desk/calendar", "/desk/pushes")
QUESTIONS = ("隔夜菜能吃吗", "今天股市怎么样", "帮助")


def opened(browser: Browser, size: str, scheme: str) -> Page:
    """A page of that width in that theme."""
    context = browser.new_context(
        viewport=SIZES[size], color_scheme=scheme, locale="zh-CN", timezone_id="Asia/Shanghai", device_scale_factor=1.5
    )
    return context.new_page()


def asked(page: Page, demo: Demonstration) -> Page:
    """The phone after a few questions."""
    page.goto(demo.phone)
    page.wait_for_timeout(1_500)  # what was said before comes first
    for question in QUESTIONS:
        page.get_by_test_id("input").fill(question)
        page.get_by_test_id("send").click()
        mine = page.locator('[data-testid="item"][data-from="fan"]').filter(has_text=question).last
        expect(mine).to_have_attribute("data-state", "answered")
    page.wait_for_timeout(300)
    return page


def logged_in(page: Page, demo: Demonstration, name: str) -> Page:
    """The desk as that person sees it."""
    page.goto(demo.desk)
    page.get_by_test_id("login-name").fill(name)
    page.get_by_test_id("login-password").fill(demo.password(name))
    page.get_by_test_id("login-enter").click()
    return page


def for_readme(demo: Demonstration, browser: Browser, folder: Path) -> None:
    """phone.png and desk.png."""
    phone = opened(browser, "1280", "light")
    phone.goto(demo.phone)
    expect(phone.get_by_test_id("push-card").first).to_be_visible(timeout=90_000)
    asked(phone, demo).screenshot(path=folder / "phone.png")
    desk = logged_in(opened(browser, "1280", "light"), demo, "陈志远")
    desk.get_by_test_id("todo").first.get_by_role("link").first.click()
    expect(desk.get_by_test_id("preview")).to_be_visible()
    desk.wait_for_timeout(500)
    desk.screenshot(path=folder / "desk.png")


def everything(demo: Demonstration, browser: Browser, folder: Path) -> None:
    """Every page, for a person to look at."""
    for size, scheme in product(SIZES, ("light", "dark")):
        name = f"{size}-{scheme}"
        phone = asked(opened(browser, size, scheme), demo)
        phone.screenshot(path=folder / f"phone-{name}.png")
        phone.get_by_test_id("push-lead").first.click()
        phone.wait_for_timeout(800)
        phone.screenshot(path=folder / f"phone-article-{name}.png")
        page = opened(browser, size, scheme)
        page.goto(urljoin(demo.desk, "/a/overnight-dishes-nitrite"))
        page.screenshot(path=folder / f"reading-{name}.png", full_page=True)
        page.goto(demo.desk)
        page.screenshot(path=folder / f"login-{name}.png")
        logged_in(page, demo, "张晓雯")
        for path in (*DESK_PAGES, "/desk/articles/overnight-dishes-nitrite", "/desk/nowhere"):
            page.goto(urljoin(demo.desk, path))
            page.wait_for_timeout(300)
            page.screenshot(
                path=folder / f"desk{path.removeprefix('/desk').replace('/', '-')}-{name}.png", full_page=True
            )


def main() -> None:
    """Takes them."""
    with (
        tempfile.TemporaryDirectory() as temporary,
        demonstration(Path(temporary) / "demo") as demo,
        chromium() as browser,
    ):
        pictures = ROOT / "docs" / "pictures"
        pictures.mkdir(exist_ok=True)
        for_readme(demo, browser, pictures)
        if len(sys.argv) > 1:
            folder = Path(sys.argv[1])
            folder.mkdir(parents=True, exist_ok=True)
            everything(demo, browser, folder)
            album.take(browser, folder)


if __name__ == "__main__":
    main()
