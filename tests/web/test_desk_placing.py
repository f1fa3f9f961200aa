"""Placing at the desk: the slots that are offered, the way back, and what the calendar makes of it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from bot.ledger import slots
from bot.model.articles import ArticleState
from bot.model.columns import Slot, SlotState

from .conftest import FRIDAY, NEXT_FRIDAY, House, words


def test_a_returned_manuscript_cannot_be_placed_by_a_form_kept_open(house: House) -> None:
    house.at_desk("陈审核").post("/desk/review/nan-rendong", verdict="returned", revision="1", comment="标题太长")
    author = house.at_desk("林编辑")

    assert 'data-testid="placing"' not in author.text("/desk/articles/nan-rendong")
    assert "已退回修改，不能排期" in author.said("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    assert house.placed("nan-rendong") is None


def test_an_editor_places_an_article_on_its_columns_next_slot(house: House) -> None:
    house.approve("nan-rendong")
    visitor = house.at_desk("林编辑")
    said = visitor.said("/desk/place/nan-rendong", due=FRIDAY.isoformat())

    assert said == "《南仁东：为“天眼”走遍大山》排到了 周五 18:00。"
    assert house.placed("nan-rendong") == FRIDAY
    page = visitor.text("/desk/articles/nan-rendong")
    assert "● 已排期 周五 18:00" in words(page)
    assert f'<option value="{FRIDAY.isoformat()}"' not in page


def test_a_placement_can_be_moved_and_taken_back(house: House) -> None:
    house.approve("nan-rendong")
    visitor = house.at_desk("林编辑")
    visitor.post("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    visitor.post("/desk/place/nan-rendong", due=NEXT_FRIDAY.isoformat())
    assert house.placed("nan-rendong") == NEXT_FRIDAY

    assert "取消" in visitor.said("/desk/unplace/nan-rendong")
    assert house.placed("nan-rendong") is None
    assert "没有排期" in visitor.said("/desk/unplace/nan-rendong")


def test_a_slot_that_its_days_push_has_settled_is_not_offered(house: House) -> None:
    house.approve("nan-rendong")
    with house.service.ledger.write() as tx:
        slots.record(tx, Slot(FRIDAY, "spirit"), SlotState.EMPTY, None, "同一天的群发已先发出", house.clock())
    visitor = house.at_desk("林编辑")

    assert FRIDAY.isoformat() not in visitor.text("/desk/articles/nan-rendong")
    visitor.said("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    assert house.placed("nan-rendong") is None


def test_one_slot_takes_one_article(house: House) -> None:
    visitor = house.at_desk("林编辑")
    visitor.post("/desk/place/nan-rendong", due=FRIDAY.isoformat())

    assert "排了别的稿件" in visitor.said("/desk/place/qian-xuesen", due=FRIDAY.isoformat())
    assert house.placed("qian-xuesen") is None


@pytest.mark.parametrize(
    "due",
    [
        "",
        "tomorrow",
        "2026-12-04T18:00:00",  # no zone
        (FRIDAY - timedelta(days=7)).isoformat(),  # past
        (FRIDAY + timedelta(hours=1)).isoformat(),  # no slot
        (FRIDAY - timedelta(days=2)).isoformat(),  # another column's
    ],
)
def test_only_a_free_coming_slot_of_its_column_is_taken(house: House, due: str) -> None:
    house.at_desk("林编辑").said("/desk/place/nan-rendong", due=due)

    assert house.placed("nan-rendong") is None


@pytest.mark.parametrize("due", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59+00:00"])
def test_a_moment_outside_the_calendar_gets_a_sentence(house: House, due: str) -> None:
    settled = house.at_desk("赵值班").said("/desk/slots", action="let_go", column="spirit", due=due)
    placed = house.at_desk("林编辑").said("/desk/place/nan-rendong", due=due)

    assert settled == "请用页面上的按钮。"
    assert placed == "请选一期。"


@pytest.mark.parametrize("name", ["陈审核", "赵值班"])
def test_only_editor_and_leader_place_and_withdraw(house: House, name: str) -> None:
    visitor = house.at_desk(name)

    assert "编辑或负责人" in visitor.said("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    assert "编辑或负责人" in visitor.said("/desk/unplace/nan-rendong")
    assert "编辑或负责人" in visitor.unheard("/desk/withdraw/nan-rendong", reason="有误")[1]
    assert house.placed("nan-rendong") is None
    assert house.state("nan-rendong") is ArticleState.IN_REVIEW
    assert 'data-testid="withdraw"' not in visitor.text("/desk/articles/nan-rendong")


def undo_of(page: str) -> tuple[str, dict[str, str]]:
    """Address and fields of the form that takes the last act back."""
    form = re.search(r'<form class="undo" method="post" action="([^"]+)">(.*?)</form>', page, re.S)
    assert form, "nothing to take back"
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[2]))
    return form[1], {name: value for name, value in fields.items() if name != "csrf_token"}


def test_placing_moving_and_unplacing_can_be_taken_back(house: House) -> None:
    visitor = house.at_desk("林编辑")

    def then_undone(path: str, **fields: str) -> datetime | None:
        page = visitor.text(visitor.post(path, **fields).headers["Location"])
        address, back = undo_of(page)
        visitor.post(address, **back)
        return house.placed("nan-rendong")

    assert then_undone("/desk/place/nan-rendong", due=FRIDAY.isoformat()) is None
    visitor.post("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    assert then_undone("/desk/place/nan-rendong", due=NEXT_FRIDAY.isoformat()) == FRIDAY
    assert then_undone("/desk/unplace/nan-rendong") == FRIDAY


@pytest.mark.parametrize("other", [NEXT_FRIDAY, None], ids=["moved", "taken away"])
def test_taking_back_does_not_undo_what_somebody_else_has_decided_since(house: House, other: datetime | None) -> None:
    first, second = house.at_desk("林编辑"), house.at_desk("周主任")
    page = first.text(first.post("/desk/place/nan-rendong", due=FRIDAY.isoformat()).headers["Location"])
    if other:
        second.post("/desk/place/nan-rendong", due=other.isoformat())
    else:
        second.post("/desk/unplace/nan-rendong")
    address, back = undo_of(page)
    said = first.said(address, **back)

    assert "刚刚有人改过" in said if other else "不用取消" in said
    assert house.placed("nan-rendong") == other


def test_putting_back_does_not_undo_what_somebody_else_has_decided_since(house: House) -> None:
    first, second = house.at_desk("林编辑"), house.at_desk("周主任")
    first.post("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    page = first.text(first.post("/desk/unplace/nan-rendong").headers["Location"])
    second.post("/desk/place/nan-rendong", due=NEXT_FRIDAY.isoformat())
    address, back = undo_of(page)

    assert "现在排在 12月11日 18:00" in first.said(address, **back)
    assert house.placed("nan-rendong") == NEXT_FRIDAY


def test_a_page_kept_open_moves_nothing_that_stands_elsewhere_since(house: House) -> None:
    visitor = house.at_desk("林编辑")
    form = re.search(r'name="stands" value="([^"]*)"', visitor.text("/desk/articles/nan-rendong"))
    assert form
    house.at_desk("周主任").post("/desk/place/nan-rendong", due=NEXT_FRIDAY.isoformat())

    assert "没有算数" in visitor.said("/desk/place/nan-rendong", due=FRIDAY.isoformat(), stands=form[1])
    assert house.placed("nan-rendong") == NEXT_FRIDAY


def test_what_waits_in_the_queue_is_told_from_what_an_editor_placed(house: House) -> None:
    house.approve("nan-rendong")
    visitor = house.at_desk("林编辑")
    assert "○ 排队 周五 18:00" in words(visitor.text("/desk/articles"))

    visitor.post("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    assert "● 已排期 周五 18:00" in words(visitor.text("/desk/articles"))


def test_the_calendar_shows_what_comes_and_what_is_missing(house: House) -> None:
    house.approve("qian-xuesen")
    page = house.at_desk("林编辑").text("/desk/calendar")

    assert "北京时间" in page
    assert "12月4日 周五" in page
    assert page.index("12月4日 周五") < page.index("钱学森") < page.index("12月9日 周三")
    assert "缺稿" in page[page.index("12月9日 周三") :]


def test_the_calendar_shows_who_holds_a_slot_before_approval(house: House) -> None:
    visitor = house.at_desk("林编辑")
    visitor.post("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    assert "《南仁东：为“天眼”走遍大山》 占着，待初审" in words(visitor.text("/desk/calendar"))

    house.approve("qian-xuesen")
    page = words(visitor.text("/desk/calendar"))
    assert "钱学森：五年归国路 《南仁东：为“天眼”走遍大山》 占着，待初审；到时没通过，就发这一篇" in page
