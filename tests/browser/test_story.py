"""The first five minutes, as a newcomer lives them: a question is answered, a column arrives, an editor queues another."""

from __future__ import annotations

import re
import subprocess

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.browser.demonstration import SIZES, Demonstration, chromium, demonstration
from tests.world import ROOT
from tools import content_check

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with demonstration(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


def open_page(browser: Browser, size: str, url: str) -> Page:
    page = browser.new_context(viewport=SIZES[size], locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
    page.set_default_timeout(15_000)
    page.problems = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
    page.goto(url)
    return page


def test_every_printed_address_answers(demo: Demonstration):
    statuses = {address: requests.get(address, timeout=10).status_code for address in demo.addresses}

    assert len(statuses) >= 3
    assert all(status < 400 for status in statuses.values()), statuses


@pytest.mark.parametrize("size", SIZES)
def test_a_question_is_answered_in_the_phone(demo: Demonstration, browser: Browser, size: str):
    page = open_page(browser, size, demo.phone)
    page.get_by_test_id("input").fill("隔夜菜能吃吗")
    page.get_by_test_id("send").click()

    answer = page.locator('[data-testid="item"][data-from="account"]').last
    expect(answer).to_contain_text("隔夜菜")
    answer.get_by_test_id("text-link").first.click()
    expect(page.get_by_test_id("article-view")).to_be_visible()
    expect(page.frame_locator('[data-testid="article-frame"]').locator("h1")).to_contain_text("隔夜菜")
    assert page.problems == []


def test_the_column_arrives_by_itself_within_a_minute(demo: Demonstration, browser: Browser):
    page = open_page(browser, "390", demo.phone)

    expect(page.get_by_test_id("push-card").first).to_be_visible(timeout=90_000)
    titles = [piece.head["title"] for piece in content_check.pieces(ROOT / "articles" / "spirit")]
    expect(page.get_by_test_id("push-lead").first).to_contain_text(re.compile("|".join(map(re.escape, titles))))
    page.get_by_test_id("push-lead").first.click()
    expect(page.frame_locator('[data-testid="article-frame"]').get_by_test_id("article-title")).to_be_visible()


def log_in(page: Page, demo: Demonstration, name: str) -> None:
    page.get_by_test_id("login-name").fill(name)
    page.get_by_test_id("login-password").fill(demo.password(name))
    page.get_by_test_id("login-enter").click()
    expect(page.get_by_test_id("login-name")).to_have_count(0)


def open_article(page: Page, title: str) -> None:
    page.get_by_role("link", name="稿件").first.click()
    page.get_by_test_id("article-row").filter(has_text=title).get_by_role("link").first.click()
    expect(page.get_by_test_id("article-title")).to_contain_text(title)


@pytest.mark.parametrize(("size", "title"), [("1280", "隔夜菜"), ("390", "一氧化碳")])
def test_an_editor_queues_an_article_and_sees_it_arrive(demo: Demonstration, browser: Browser, size: str, title: str):
    desk = open_page(browser, size, demo.desk)
    log_in(desk, demo, "张晓雯")
    open_article(desk, title)
    expect(desk.frame_locator('[data-testid="preview"]').locator("body")).to_contain_text("AI")
    desk.get_by_test_id("place-next").click()
    expect(desk.get_by_test_id("notice")).to_be_visible()
    expect(desk.get_by_test_id("unplace")).to_be_visible()

    phone = open_page(browser, "1280", demo.phone)
    arrived = phone.get_by_test_id("push-card").filter(has_text=title)
    for _ in range(8):  # the column's slot may not be the next one
        phone.get_by_test_id("forward").click()
        expect(phone.get_by_test_id("forward")).to_have_attribute("aria-busy", "false", timeout=30_000)
        phone.wait_for_timeout(1_500)
        if arrived.count():
            break

    expect(arrived).to_have_count(1)
    desk.get_by_role("link", name="推送").first.click()
    expect(desk.get_by_test_id("push").filter(has_text=title)).to_contain_text("已发表")
    assert phone.problems == desk.problems == []


def test_the_last_review_makes_an_article_answer(demo: Demonstration, browser: Browser):
    desk = open_page(browser, "390", demo.desk)
    log_in(desk, demo, "陈志远")
    desk.get_by_test_id("todo").filter(has_text="大模型").get_by_role("link").first.click()
    desk.get_by_test_id("sign-open").click()
    desk.get_by_test_id("pass").click()
    expect(desk.get_by_test_id("notice")).to_be_visible()

    phone = open_page(browser, "390", demo.phone)
    phone.get_by_test_id("input").fill("大模型为什么会胡说")
    phone.wait_for_timeout(2_500)  # every worker looks for changes once a second
    phone.get_by_test_id("send").click()

    expect(phone.locator('[data-testid="item"][data-from="account"]').last).to_contain_text("大模型")


def test_the_demo_leaves_the_checkout_clean_and_its_logs_calm(demo: Demonstration):
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all"], cwd=ROOT, capture_output=True, text=True
    ).stdout

    assert ".demo" not in changed
    assert "Traceback" not in demo.logs()
    assert "Traceback" not in demo.output
