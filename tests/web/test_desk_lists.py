"""The lists of the desk: filters that stay in the address, pages, and finding one title among many."""

from __future__ import annotations

import re

import pytest

from bot.model.pushes import PushState

from .conftest import NOW, House


def test_filters_stay_in_the_address_and_narrow_the_table(house: House) -> None:
    house.approve("leftovers")
    visitor = house.at_desk("林编辑")

    only = visitor.text("/desk/articles?state=approved&column=health")
    assert "隔夜菜能吃吗" in only
    assert "钱学森" not in only
    assert "column=health" in only
    assert "没有这样的稿件" in visitor.text("/desk/articles?state=withdrawn")
    assert "钱学森" in visitor.text("/desk/articles?state=nonsense")


def test_the_list_says_you_only_where_you_may_review(house: House) -> None:
    for name in ("陈审核", "孙审核"):
        house.review("leftovers", name)

    assert "终审人" in house.at_desk("林编辑").text("/desk/articles")
    assert "终审人" not in house.at_desk("周主任").text("/desk/articles?column=health")


def many(house: House, count: int) -> None:
    from bot.editorial.intake import take_in

    rows = house.folder / "many.jsonl"
    line = '{{"id": "row-{0}", "title": "第 {0} 篇 100%_真的", "text": "正文够长了。", "column": "健康科普"}}\n'
    rows.write_text("".join(line.format(number) for number in range(count)), encoding="utf-8")
    s = house.service
    take_in([rows], config=s.config, ledger=s.ledger, media=s.media, person="林编辑", now=NOW)


def test_a_long_list_is_turned_page_by_page_with_its_filters(house: House) -> None:
    many(house, 60)
    visitor = house.at_desk("林编辑")
    first = visitor.text("/desk/articles?column=health")
    older = re.search(r'href="([^"]+)" rel="next"', first)
    assert older
    second = visitor.text(older[1].replace("&amp;", "&"))

    shown = [re.findall(r'href="/desk/articles/([^"]+)"', page) for page in (first, second)]
    assert [len(each) for each in shown] == [50, 11]
    assert len({*shown[0], *shown[1]}) == 61
    assert "钱学森" not in first + second
    assert 'rel="next"' not in second
    assert visitor.get("/desk/articles?page=x&state=&column=").status_code == 200


@pytest.mark.parametrize("page", ["3", "999", "9" * 30])
def test_whoever_asks_for_a_page_behind_the_end_gets_the_last_one(house: House, page: str) -> None:
    many(house, 60)
    visitor = house.at_desk("林编辑")
    last = re.findall(r'href="/desk/articles/([^"]+)"', visitor.text("/desk/articles?page=2"))
    shown = visitor.text(f"/desk/articles?page={page}")

    assert len(last) == 13
    assert re.findall(r'href="/desk/articles/([^"]+)"', shown) == last
    assert "第 2 页" in shown
    assert 'rel="prev"' in shown
    assert 'rel="next"' not in shown


@pytest.mark.parametrize("address", ["/desk/pushes?page=7", "/desk/pushes?state=waiting&page=7"])
def test_a_short_list_has_one_page_whatever_the_address_asks_for(house: House, address: str) -> None:
    house.push_in(PushState.UNKNOWN)
    page = house.at_desk("赵值班").text(address)

    assert page.count('data-testid="push"') == 1
    assert 'rel="prev"' not in page


@pytest.mark.parametrize(
    ("title", "found"),
    [("五年", 1), ("隔夜菜能吃吗", 1), ("100%_真", 3), ("%", 3), ("_", 3), ("没有的", 0), (" 钱学森 ", 1)],
)
def test_a_title_is_found_by_the_words_in_it(house: House, title: str, found: int) -> None:
    many(house, 3)
    page = house.at_desk("林编辑").get("/desk/articles", query_string={"title": title}).text

    assert page.count('data-testid="article-row"') == found


def test_what_is_my_turn_can_be_listed(house: House) -> None:
    house.review("qian-xuesen", "陈审核")
    page = house.at_desk("陈审核").text("/desk/articles?state=mine&title=隔夜")

    assert page.count('data-testid="article-row"') == 1
    assert "没有这样的稿件" in house.at_desk("林编辑").text("/desk/articles?state=mine")


def test_a_filter_that_nobody_could_choose_is_none(house: House) -> None:
    page = house.at_desk("林编辑").text("/desk/articles?state=banana&column=banana")

    assert page.count('data-testid="article-row"') == 3
    assert re.findall(r'aria-current="true">([^<]*)<', page) == ["全部"]
    assert "banana" not in page
