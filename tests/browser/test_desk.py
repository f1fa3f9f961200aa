"""The desk in a real Chromium: what hurried people do to it, and what fits on their screens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import worlds
from tests.browser.demonstration import SIZES, chromium
from tests.browser.worlds import Desk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with worlds.much(tmp_path_factory.mktemp("desk") / "much") as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def at_desk(browser: Browser, desk: Desk, person: str, path: str = "/desk", size: str = "1280") -> Page:
    """A browser of this person's own, on this page."""
    page = browser.new_context(viewport=SIZES[size], locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{desk.url}/desk/login?next={path}")
    log_in(page, person)
    return page


def log_in(page: Page, person: str) -> None:
    page.get_by_test_id("login-name").fill(person)
    page.get_by_test_id("login-password").fill(worlds.PASSWORD)
    page.get_by_test_id("login-enter").click()


def edges(page: Page, place: str) -> dict[str, float]:
    """Where the first element of that kind stands in the window: top, bottom, left, right."""
    found: dict[str, float] = page.locator(place).first.evaluate("each => each.getBoundingClientRect().toJSON()")
    return found


# -- what fits --------------------------------------------------------------------------------------------------------


def test_the_rail_and_its_log_out_fit_into_the_window_above_and_below(browser: Browser, desk: Desk) -> None:
    page = at_desk(browser, desk, "林编辑", "/desk/articles")

    for scroll in (0, 2_000):
        page.evaluate(f"window.scrollTo(0, {scroll})")
        stripe, brand, leave = (edges(page, place) for place in ('[data-testid="rehearsal"]', ".brand", ".rail .who"))
        assert stripe["top"] == 0
        assert brand["top"] > stripe["bottom"]
        assert leave["bottom"] < SIZES["1280"]["height"]


def test_the_filters_leave_most_of_a_phone_to_the_manuscripts(browser: Browser, desk: Desk) -> None:
    page = at_desk(browser, desk, "林编辑", "/desk/articles", "390")

    assert edges(page, '[data-testid="article-row"]')["top"] < SIZES["390"]["height"] / 3


@pytest.mark.parametrize("person", worlds.ROLES)
def test_no_page_is_wider_than_a_phone(browser: Browser, desk: Desk, person: str) -> None:
    page = at_desk(browser, desk, person, size="390")
    articles = (f"/desk/articles/{article_id}" for article_id in desk.shows.values())
    paths = ["/desk", "/desk/articles", "/desk/articles?column=spirit", "/desk/calendar", "/desk/pushes", *articles]

    def width(path: str) -> int:
        page.goto(desk.url + path)
        return int(page.evaluate("document.documentElement.scrollWidth"))

    assert {path: found for path in paths if (found := width(path)) > SIZES["390"]["width"]} == {}


# -- what is written, and what is done twice --------------------------------------------------------------------------


@pytest.mark.parametrize("button", ["pass", "return"])
def test_a_comment_that_is_too_long_is_said_at_once_and_stays_whole(browser: Browser, desk: Desk, button: str) -> None:
    page = at_desk(browser, desk, "陈审核", "/desk/articles/piece-301")
    sentences = "第一段的数字请写明出处。" * 100
    comment = page.get_by_test_id("comment")
    comment.fill(sentences)
    page.get_by_test_id(button).click()

    assert comment.evaluate("field => field.validationMessage") == "写了 1200 个字，请不要超过 1000 个字。"
    expect(comment).to_have_value(sentences)
    comment.fill("第一段的数字请写明出处。")
    assert comment.evaluate("field => field.validity.valid")


def test_of_two_windows_the_later_one_gets_its_words_back(browser: Browser, desk: Desk) -> None:
    path = "/desk/articles/piece-302"
    earlier, later = (at_desk(browser, desk, person, path) for person in ("陈审核", "审稿人01"))
    later.get_by_test_id("comment").fill("第一段的数字请写明出处。")
    earlier.get_by_test_id("pass").click()
    expect(earlier.get_by_test_id("notice")).to_contain_text("轮到下一步")
    later.get_by_test_id("return").click()

    expect(later.get_by_test_id("lost")).to_contain_text("陈审核已经通过了初审，你刚才点的没有算数。")
    expect(later.get_by_test_id("written")).to_have_value("第一段的数字请写明出处。")
    later.get_by_test_id("onward").click()
    expect(later.get_by_test_id("history")).to_contain_text("陈审核 通过初审")
    expect(later.get_by_test_id("pass")).to_have_text("通过复审")


def test_a_log_in_that_ends_while_somebody_writes_loses_no_word_and_leads_back(browser: Browser, desk: Desk) -> None:
    page = at_desk(browser, desk, "陈审核", "/desk/articles/piece-303", "390")
    page.get_by_test_id("comment").fill("第一段的数字请写明出处。")
    page.context.clear_cookies()
    page.get_by_test_id("return").click()

    expect(page.get_by_test_id("written")).to_have_value("第一段的数字请写明出处。")
    page.get_by_test_id("onward").click()
    log_in(page, "陈审核")
    expect(page).to_have_url(f"{desk.url}/desk/articles/piece-303")
    expect(page.get_by_test_id("comment")).to_have_value("第一段的数字请写明出处。")


def test_words_of_one_person_are_never_put_into_the_form_of_another(browser: Browser, desk: Desk) -> None:
    page = at_desk(browser, desk, "陈审核", "/desk/articles/piece-304")
    page.get_by_test_id("comment").fill("第一段的数字请写明出处。")
    page.context.clear_cookies()
    page.get_by_test_id("return").click()
    page.get_by_test_id("onward").click()
    log_in(page, "审稿人01")

    expect(page.get_by_test_id("comment")).to_have_value("")


def test_a_comment_begun_stays_while_another_form_of_the_page_is_used(browser: Browser, desk: Desk) -> None:
    page = at_desk(browser, desk, "林编辑", "/desk/articles/piece-309")
    page.get_by_test_id("comment").fill("第一段的数字请写明出处。")
    page.get_by_test_id("place-next").click()
    expect(page.get_by_test_id("notice")).to_contain_text("排到了")
    expect(page.get_by_test_id("comment")).to_have_value("第一段的数字请写明出处。")
    page.get_by_test_id("return").click()

    expect(page.get_by_test_id("because")).to_contain_text("第一段的数字请写明出处。")
    page.wait_for_function("Object.keys(sessionStorage).length === 0")  # by a script that runs after the page is seen


def test_the_way_back_after_a_decision_offers_nothing_twice(browser: Browser, desk: Desk) -> None:
    page = at_desk(browser, desk, "陈审核", "/desk/articles/piece-305")
    page.get_by_test_id("pass").click()
    expect(page.get_by_test_id("notice")).to_contain_text("轮到下一步")
    page.go_back()

    expect(page.get_by_test_id("why-not-review")).to_be_visible()
    expect(page.get_by_test_id("pass")).to_have_count(0)
    expect(page.get_by_test_id("history").get_by_text("陈审核 通过复审")).to_have_count(1)


def test_what_was_placed_is_taken_back_within_ten_seconds(browser: Browser, desk: Desk) -> None:
    page = at_desk(browser, desk, "林编辑", f"/desk/articles/{desk.shows['approved']}", "390")
    page.get_by_test_id("place-next").click()
    expect(page.get_by_test_id("unplace")).to_be_visible()
    page.get_by_test_id("undo").click()

    expect(page.get_by_test_id("notice")).to_contain_text("排期已取消")
    expect(page.get_by_test_id("place-next")).to_be_visible()


# -- on paper, and what asks first ------------------------------------------------------------------------------------


def test_a_manuscript_prints_whole_and_without_the_phone(browser: Browser, desk: Desk) -> None:
    page = at_desk(browser, desk, "林编辑", "/desk/articles/long-read")
    page.wait_for_load_state("load")  # the preview's pictures too
    frame = page.get_by_test_id("preview")
    whole = "frame => frame.contentDocument.documentElement.scrollHeight - frame.getBoundingClientRect().height"
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    assert frame.evaluate(whole) <= 0
    assert edges(page, ".phone")["bottom"] >= edges(page, ".phone iframe")["bottom"]
    assert page.locator(".phone").evaluate("phone => getComputedStyle(phone).borderTopWidth") == "0px"
    expect(page.locator(".rail")).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert frame.evaluate("frame => frame.getBoundingClientRect().height") < 812


@pytest.mark.parametrize("size", SIZES)
def test_the_last_signature_takes_two_taps_in_the_window(browser: Browser, desk: Desk, size: str) -> None:
    page = at_desk(browser, desk, "周主任", "/desk/articles?state=mine", size)
    page.get_by_test_id("article-row").first.get_by_role("link").click()
    title = page.get_by_test_id("article-title").inner_text()
    expect(page.get_by_test_id("pass")).to_be_hidden()
    page.get_by_test_id("sign-open").click()

    expect(page.get_by_test_id("review")).to_contain_text(f"《{title}》通过以后")
    page.get_by_test_id("pass").click()
    expect(page.get_by_test_id("notice")).to_contain_text("审核全部通过")
