"""Pushes at the desk: what waits for a person, who settles it, and the slots that nobody attended."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.ledger import articles, pushes, slots
from bot.model.columns import Slot, SlotState
from bot.model.pushes import Push, PushState, Route
from bot.publishing import route

from .conftest import NOW, Build, House, fill, words


def test_a_push_in_doubt_is_on_the_first_page_of_those_who_may_settle_it(house: House) -> None:
    push = house.push_in(PushState.UNKNOWN)
    duty, reviewer = house.at_desk("赵值班"), house.at_desk("陈审核")

    assert "▲" in duty.text("/desk")
    assert "请到后台看一看" in duty.text("/desk")
    assert "请到后台看一看" not in reviewer.text("/desk")
    assert "请到后台看一看" in reviewer.text("/desk/pushes?state=waiting")
    assert 'data-testid="push-mark_sent"' in duty.text(f"/desk/pushes/{push.id}")
    assert 'data-testid="push-mark_sent"' not in reviewer.text(f"/desk/pushes/{push.id}")


def test_the_person_on_duty_settles_a_push(house: House) -> None:
    push = house.push_in(PushState.UNKNOWN)
    url = "https://mp.weixin.qq.com/s/abc"
    said = house.at_desk("赵值班").said(f"/desk/pushes/{push.id}", action="mark_sent", url=url)

    with house.service.ledger.read() as tx:
        found, entry = pushes.get(tx, push.id), articles.entry(tx, "qian-xuesen")
    assert found is not None
    assert entry is not None
    assert found.state is PushState.CONFIRMED
    assert entry.url == url
    assert "发出" in said
    assert "赵值班：已经发出了。" in words(house.at_desk("陈审核").text(f"/desk/pushes/{push.id}"))
    assert "有人确认" not in house.at_desk("陈审核").text(f"/desk/pushes/{push.id}")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("陈审核", {"action": "mark_sent"}),
        ("林编辑", {"action": "resend"}),
        ("赵值班", {"action": "drop"}),  # not offered in this state
        ("赵值班", {"action": "claim"}),
        ("赵值班", {}),
    ],
)
def test_a_push_is_not_settled_by_the_wrong_person_or_act(house: House, name: str, fields: dict[str, str]) -> None:
    push = house.push_in(PushState.UNKNOWN)
    house.at_desk(name).said(f"/desk/pushes/{push.id}", **fields)

    with house.service.ledger.read() as tx:
        assert pushes.get(tx, push.id) == push


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://evil.example/", "mp.weixin.qq.com/s/abc"])
def test_an_address_that_is_none_of_wechats_is_given_back_and_settles_nothing(house: House, url: str) -> None:
    push = house.push_in(PushState.UNKNOWN)
    status, said, given_back = house.at_desk("赵值班").unheard(f"/desk/pushes/{push.id}", action="mark_sent", url=url)

    assert (status, given_back) == (403, url)
    assert "https://mp.weixin.qq.com/" in said
    with house.service.ledger.read() as tx:
        assert pushes.get(tx, push.id) == push


def test_a_missed_slot_is_shown_and_decided_once(house: House) -> None:
    slot = Slot(NOW - timedelta(hours=9), "spirit")
    with house.service.ledger.write() as tx:
        slots.record(tx, slot, SlotState.MISSED, None, "到点后没有人管。", NOW)
    duty = house.at_desk("赵值班")
    fields = {"column": "spirit", "due": slot.due.isoformat()}

    assert "科学家精神 今天 01:30 没有发出" in duty.text("/desk")
    assert "值班" in house.at_desk("陈审核").said("/desk/slots", action="let_go", **fields)
    assert "作罢" in duty.said("/desk/slots", action="let_go", **fields)
    with house.service.ledger.read() as tx:
        assert slots.missed(tx) == []
    assert duty.said("/desk/slots", action="defer", **fields)
    with house.service.ledger.read() as tx:
        found = slots.get(tx, slot)
    assert found is not None
    assert found.state is SlotState.DROPPED


def test_missed_slots_are_among_the_pushes_for_everybody_and_decided_by_few(house: House) -> None:
    with house.service.ledger.write() as tx:
        slots.record(tx, Slot(NOW - timedelta(hours=9), "spirit"), SlotState.MISSED, None, "到点后没有人管。", NOW)
    editor, duty = house.at_desk("林编辑"), house.at_desk("赵值班")

    assert "没有发出" in editor.text("/desk/pushes")
    assert "没有发出" not in editor.text("/desk")
    assert 'data-testid="push-defer"' not in editor.text("/desk/pushes")
    assert 'data-testid="push-defer"' in duty.text("/desk/pushes")
    assert "今天 01:30" not in duty.text("/desk").partition("没有发出")[2]


@pytest.mark.parametrize("page", ["/desk", "/desk/pushes"])
def test_a_missed_slot_is_decided_only_after_a_question_that_names_it(house: House, page: str) -> None:
    with house.service.ledger.write() as tx:
        slots.record(tx, Slot(NOW - timedelta(hours=9), "spirit"), SlotState.MISSED, None, "到点后没有人管。", NOW)
    shown = house.at_desk("赵值班").text(page)
    asked = re.findall(r"<details>.*?</details>", shown, re.S)

    assert ["科学家精神" in each for each in asked] == [True, True, True]
    assert [re.findall(r'data-testid="push-(\w+)"', each) for each in asked] == [["send_late"], ["defer"], ["let_go"]]


@pytest.mark.parametrize("page", ["/desk", "/desk/pushes"])
def test_whoever_decides_about_a_slot_stays_on_the_page(house: House, page: str) -> None:
    slot = Slot(NOW - timedelta(hours=9), "spirit")
    with house.service.ledger.write() as tx:
        slots.record(tx, slot, SlotState.MISSED, None, "到点后没有人管。", NOW)
    fields = {"column": "spirit", "due": slot.due.isoformat(), "back": page}

    assert house.at_desk("赵值班").post("/desk/slots", action="defer", **fields).headers["Location"] == page


def test_of_a_failed_push_the_strong_button_is_what_its_text_advises(house: House) -> None:
    push = house.push_in(PushState.FAILED)
    page = house.at_desk("赵值班").text(f"/desk/pushes/{push.id}")

    assert re.findall(r'class="strong" data-testid="push-(\w+)"', page) == ["retry"]


def test_the_page_of_a_manuscript_leads_to_the_push_that_holds_it(house: House) -> None:
    push = house.push_in(PushState.UNKNOWN)
    page = house.at_desk("陈审核").text("/desk/articles/qian-xuesen")

    assert f'href="/desk/pushes/{push.id}"' in page
    assert "/desk/pushes/" not in house.at_desk("陈审核").text("/desk/articles/leftovers")


@pytest.mark.parametrize("state", [PushState.UNKNOWN, PushState.FAILED, PushState.HANDED_OVER])
def test_every_act_on_a_push_asks_once_naming_it(house: House, state: PushState) -> None:
    push = house.push_in(state)
    page = house.at_desk("赵值班").text(f"/desk/pushes/{push.id}")
    asked = re.findall(r"<details[^>]*>.*?</details>", page, re.S)
    offered = re.findall(r'<button[^>]* data-testid="push-(\w+)"', page)

    assert offered
    assert [re.findall(r'<button[^>]* data-testid="push-(\w+)"', each) for each in asked] == [
        [each] for each in offered
    ]
    assert all("《钱学森：五年归国路》" in each for each in asked)


def waiting_mass_send(house: House, said: str) -> Push:
    push = house.push_in(PushState.SENT)
    with house.service.ledger.write() as tx:
        assert pushes.change(tx, push, NOW, said=said, sent_at=NOW)
    return push


def test_a_mass_send_that_the_administrator_may_have_to_confirm_comes_first(house: House) -> None:
    with house.service.ledger.write() as tx:
        slots.record(tx, Slot(NOW - timedelta(hours=9), "spirit"), SlotState.MISSED, None, "到点后没有人管。", NOW)
    waiting_mass_send(house, "微信已收下，正在等结果。")
    first = words(house.at_desk("赵值班").text("/desk").partition('data-testid="todo"')[2].partition("</li>")[0])

    assert "《钱学森：五年归国路》" in first
    assert "请管理员在今天 11:00 前到微信里点确认" in first
    assert "钱学森" in house.at_desk("陈审核").text("/desk/pushes?state=waiting")
    assert "点确认" not in house.at_desk("陈审核").text("/desk")


def test_who_comes_after_the_half_hour_is_not_told_to_confirm(house: House) -> None:
    push = waiting_mass_send(house, "微信已收下，正在等结果。")
    with house.service.ledger.write() as tx:
        assert pushes.change(tx, push, NOW, sent_at=NOW - timedelta(minutes=30))
    page = words(house.at_desk("赵值班").text("/desk"))

    assert "过了半小时还没有结果" in page
    assert "点确认" not in page


def test_a_mass_send_whose_result_nobody_has_asked_for_yet_waits_for_nobody(house: House) -> None:
    waiting_mass_send(house, "")

    assert 'data-testid="todo"' not in house.at_desk("赵值班").text("/desk")


CODE = "微信错误码 45028，rid 9ea05003-1a2b"


def test_the_codes_of_wechat_are_small_print_on_the_push_itself_only(house: House) -> None:
    push = house.push_in(PushState.FAILED)
    with house.service.ledger.write() as tx:
        pushes.fail(tx, push, f"群发没有成功：额度用完了（{CODE}）。", NOW)
    duty = house.at_desk("赵值班")

    for page in ("/desk", "/desk/pushes", "/desk/calendar"):
        assert "群发没有成功：额度用完了。" in duty.text(page), page
        assert "45028" not in duty.text(page), page
    assert f'<p class="meta" data-testid="code">{CODE}</p>' in duty.text(f"/desk/pushes/{push.id}")


@pytest.mark.parametrize("number", ["99999999999", "2147483648", "7"])
def test_a_push_that_is_not_there_is_said(house: House, number: str) -> None:
    duty = house.at_desk("赵值班")

    assert duty.get(f"/desk/pushes/{number}").status_code == 404
    assert duty.said(f"/desk/pushes/{number}", action="drop") == "没有这次推送。"


# -- a lesser route ---------------------------------------------------------------------------------------------------


def test_that_followers_are_no_longer_told_is_said_until_somebody_has_heard_it(build: Build) -> None:
    house = build(route="auto")
    fill(house)
    duty = house.at_desk("赵值班")
    assert "每天可群发 1 次" in duty.text("/desk/calendar")
    with house.service.ledger.write() as tx:
        route.remember_refused(tx, Route.MASS, NOW)

    assert "不通知关注者" in duty.text("/desk")
    assert "不通知关注者" not in house.at_desk("林编辑").text("/desk")
    assert "每天可群发 1 次" not in duty.text("/desk/calendar")
    assert "不通知关注者" in duty.text("/desk/calendar")
    assert "处理推送" in house.at_desk("林编辑").said("/desk/route")
    assert "不再提醒" in duty.said("/desk/route")
    assert "不通知关注者" not in duty.text("/desk")
    assert "不通知关注者" in duty.text("/desk/calendar")
    with house.service.ledger.write() as tx:
        route.remember_refused(tx, Route.PUBLISH, NOW)
    assert "只建草稿" in duty.text("/desk")


def test_a_refusal_after_a_permission_is_news_again(build: Build) -> None:
    house = build(route="auto")
    fill(house)
    service, duty = house.service, house.at_desk("赵值班")
    route.learn(service.ledger, Route.MASS, route.REFUSED, NOW)
    duty.post("/desk/route")
    route.learn(service.ledger, Route.MASS, route.ALLOWED, NOW)
    assert "不通知关注者" not in duty.text("/desk")

    route.learn(service.ledger, Route.MASS, route.REFUSED, NOW)
    assert "不通知关注者" in duty.text("/desk")


@pytest.mark.parametrize(("hours", "shown"), [(-9, "今天 01:30 没有发出"), (30, "明天 16:30 记成了错过：当时")])
def test_a_slot_to_come_is_not_said_to_have_failed(house: House, hours: int, shown: str) -> None:
    with house.service.ledger.write() as tx:
        slot = Slot(NOW + timedelta(hours=hours), "spirit")
        slots.record(tx, slot, SlotState.MISSED, None, "到点之后程序没有运行", NOW)

    assert f"科学家精神 {shown}" in words(house.at_desk("赵值班").text("/desk"))


@pytest.mark.parametrize(("step", "shown"), [(None, "草稿已建好"), ("upload", "草稿已建好"), ("send", "正在问结果")])
def test_a_send_whose_outcome_is_open_is_said_to_be_asked_about(house: House, step: str | None, shown: str) -> None:
    push = house.push_in(PushState.DRAFTED)
    if step:
        with house.service.ledger.write() as tx:
            assert pushes.change(tx, push, NOW, step=step, step_started_at=NOW)
    page = words(house.at_desk("赵值班").text("/desk/pushes"))

    assert shown in page
    assert ("草稿已建好" in page) == (shown == "草稿已建好")


def test_a_line_of_the_history_does_not_say_the_same_twice(house: House) -> None:
    push = house.push_in(PushState.FAILED)
    with house.service.ledger.write() as tx:
        pushes.note(tx, push.id, "failed", "群发没有成功：管理员拒绝了这次群发。", NOW)
        pushes.note(tx, push.id, "failed", "草稿已不在微信的草稿箱里。", NOW)
    page = words(house.at_desk("赵值班").text(f"/desk/pushes/{push.id}"))

    assert page.count("没有成功") == 2
    assert "没有成功：草稿已不在" in page
