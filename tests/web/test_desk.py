"""The desk: who sees what, who may do what, and that a wrong state gets a sentence, not an error."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot.ledger import articles, pushes, slots
from bot.model.articles import ArticleState
from bot.model.columns import Slot, SlotState
from bot.model.pushes import Push, PushState, Route
from tests.world import ROOT

from .conftest import CAST, NOW, SECRETS, House

FRIDAY = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)  # 18:00 in Beijing
NEXT_FRIDAY = FRIDAY + timedelta(days=7)


def state(house: House, article_id: str) -> ArticleState:
    with house.service.ledger.read() as tx:
        found = articles.entry(tx, article_id)
    assert found is not None
    return found.state


def placed(house: House, article_id: str) -> datetime | None:
    with house.service.ledger.read() as tx:
        found = articles.entry(tx, article_id)
    assert found is not None
    return found.placed_at


def words(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def push_in(house: House, became: PushState, article_id: str = "qian-xuesen") -> Push:
    """A push of one approved article that has come to this state."""
    house.approve(article_id)
    with house.service.ledger.write() as tx:
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


# -- seeing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CAST)
@pytest.mark.parametrize(
    "path", ["/desk", "/desk/articles", "/desk/articles/qian-xuesen", "/desk/calendar", "/desk/pushes"]
)
def test_everybody_sees_every_page_without_ids_or_english_states(house: House, name: str, path: str) -> None:
    page = house.at_desk(name).text(path)
    shown = re.sub(r"<[^>]*>", " ", page)

    assert "in_review" not in shown
    assert "qian-xuesen" not in shown
    assert "None" not in shown
    assert "演练" in shown


def test_the_first_page_lists_the_reviews_whose_turn_is_mine(house: House) -> None:
    house.review("qian-xuesen", "陈审核")
    reviewer, author = house.at_desk("陈审核"), house.at_desk("林编辑")

    assert "隔夜菜能吃吗" in reviewer.text("/desk")
    assert "钱学森" not in reviewer.text("/desk")
    assert "没有等你处理的事" in author.text("/desk")


def test_the_last_step_is_only_the_leaders(house: House) -> None:
    for name in ("陈审核", "孙审核"):
        house.review("leftovers", name)

    assert "去终审" in house.at_desk("周主任").text("/desk")
    page = house.at_desk("陈审核").text("/desk/articles/leftovers")
    assert "disabled" in page
    assert 'data-testid="pass"' not in page


def test_filters_stay_in_the_address_and_narrow_the_table(house: House) -> None:
    house.approve("leftovers")
    visitor = house.at_desk("林编辑")

    only = visitor.text("/desk/articles?state=approved&column=health")
    assert "隔夜菜能吃吗" in only
    assert "钱学森" not in only
    assert "column=health" in only
    assert "没有这样的稿件" in visitor.text("/desk/articles?state=withdrawn")
    assert "钱学森" in visitor.text("/desk/articles?state=nonsense")


def test_an_empty_desk_says_the_first_step(empty: House) -> None:
    from bot.ledger import people
    from bot.model.people import Role

    from .conftest import HASH

    with empty.service.ledger.write() as tx:
        people.add(tx, "林编辑", Role.EDITOR, HASH, NOW)
        people.set_password(tx, "林编辑", HASH, must_change=False)
    visitor = empty.at_desk("林编辑")

    assert "python -m bot intake" in visitor.text("/desk/articles")
    assert "还没有推送过" in visitor.text("/desk/pushes")
    assert "现在没有等你处理的事" in visitor.text("/desk")


def test_the_preview_is_the_article_with_its_label_in_a_closed_frame(house: House) -> None:
    visitor = house.at_desk("陈审核")
    page, preview = visitor.text("/desk/articles/qian-xuesen"), visitor.get("/desk/preview/qian-xuesen/1")

    assert 'sandbox="allow-same-origin"' in page
    assert "AI撰写" in preview.text
    assert "正文说得清清楚楚" in preview.text
    assert "script" not in preview.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in preview.headers["Content-Security-Policy"]
    assert visitor.get("/desk/preview/qian-xuesen/2").status_code == 404


def test_the_calendar_shows_what_comes_and_what_is_missing(house: House) -> None:
    house.approve("qian-xuesen")
    page = house.at_desk("林编辑").text("/desk/calendar")

    assert "北京时间" in page
    assert "12月4日 周五" in page
    assert page.index("12月4日 周五") < page.index("钱学森") < page.index("12月9日 周三")
    assert "缺稿" in page[page.index("12月9日 周三") :]


def test_text_of_others_is_shown_as_text(house: House) -> None:
    house.at_desk("陈审核").post(
        "/desk/review/leftovers", verdict="returned", revision="1", comment="<img src=x onerror=alert(1)>"
    )
    page = house.at_desk("林编辑").text("/desk/articles/leftovers")

    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


# -- reviewing --------------------------------------------------------------------------------------------------------


def test_passing_all_steps_approves(house: House) -> None:
    for name in ("陈审核", "孙审核", "周主任"):
        house.at_desk(name).post("/desk/review/leftovers", verdict="passed", revision="1", comment="")

    assert state(house, "leftovers") is ArticleState.APPROVED


def test_a_returned_manuscript_cannot_be_placed_by_a_form_kept_open(house: House) -> None:
    house.at_desk("陈审核").post("/desk/review/nan-rendong", verdict="returned", revision="1", comment="标题太长")
    author = house.at_desk("林编辑")

    assert 'data-testid="placing"' not in author.text("/desk/articles/nan-rendong")
    assert "已退回修改，不能排期" in author.said("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    assert placed(house, "nan-rendong") is None


def test_returning_needs_a_comment(house: House) -> None:
    visitor = house.at_desk("陈审核")
    said = visitor.said("/desk/review/leftovers", verdict="returned", revision="1", comment="  ")

    assert "要改什么" in said
    assert state(house, "leftovers") is ArticleState.IN_REVIEW


def test_a_returned_manuscript_comes_back_to_its_author_and_can_be_sent_again(house: House) -> None:
    house.at_desk("陈审核").post("/desk/review/leftovers", verdict="returned", revision="1", comment="标题太长")
    author = house.at_desk("林编辑")

    assert "已退回" in author.text("/desk")
    assert "标题太长" in author.text("/desk/articles/leftovers")
    stranger = house.at_desk("孙审核")
    assert 'data-testid="resubmit"' not in stranger.text("/desk/articles/leftovers")
    assert "带来稿件的人" in stranger.said("/desk/resubmit/leftovers")
    assert "再送审" in author.said("/desk/resubmit/leftovers")
    assert state(house, "leftovers") is ArticleState.IN_REVIEW


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("林编辑", {"verdict": "passed", "revision": "1"}),  # brought it in
        ("赵值班", {"verdict": "passed", "revision": "1"}),  # does not review
        ("陈审核", {"verdict": "passed", "revision": "2"}),  # another revision
        ("陈审核", {"verdict": "passed", "revision": "x"}),
        ("陈审核", {"verdict": "approved", "revision": "1"}),
        ("陈审核", {"revision": "1"}),
        ("陈审核", {"verdict": "passed", "revision": "1", "comment": "长" * 2001}),
    ],
)
def test_the_wrong_person_or_state_gets_a_sentence_and_changes_nothing(
    house: House, name: str, form: dict[str, str]
) -> None:
    said = house.at_desk(name).said("/desk/review/leftovers", **form)

    assert said
    with house.service.ledger.read() as tx:
        assert articles.decisions(tx, "leftovers") == []


def test_nobody_takes_two_steps_of_one_revision(house: House) -> None:
    visitor = house.at_desk("陈审核")
    visitor.post("/desk/review/leftovers", verdict="passed", revision="1")
    visitor.post("/desk/review/leftovers", verdict="passed", revision="1")

    with house.service.ledger.read() as tx:
        assert len(articles.decisions(tx, "leftovers")) == 1


# -- placing ----------------------------------------------------------------------------------------------------------


def test_an_editor_places_an_article_on_its_columns_next_slot(house: House) -> None:
    house.approve("nan-rendong")
    visitor = house.at_desk("林编辑")
    said = visitor.said("/desk/place/nan-rendong", due=FRIDAY.isoformat())

    assert said == "《南仁东：为“天眼”走遍大山》排到了 周五 18:00。"
    assert placed(house, "nan-rendong") == FRIDAY
    page = visitor.text("/desk/articles/nan-rendong")
    assert "● 已排期 周五 18:00" in words(page)
    assert f'value="{FRIDAY.isoformat()}"' not in page


def test_a_placement_can_be_moved_and_taken_back(house: House) -> None:
    house.approve("nan-rendong")
    visitor = house.at_desk("林编辑")
    visitor.post("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    visitor.post("/desk/place/nan-rendong", due=NEXT_FRIDAY.isoformat())
    assert placed(house, "nan-rendong") == NEXT_FRIDAY

    assert "取消" in visitor.said("/desk/unplace/nan-rendong")
    assert placed(house, "nan-rendong") is None
    assert "没有排期" in visitor.said("/desk/unplace/nan-rendong")


def test_a_slot_that_its_days_push_has_settled_is_not_offered(house: House) -> None:
    house.approve("nan-rendong")
    with house.service.ledger.write() as tx:
        slots.record(tx, Slot(FRIDAY, "spirit"), SlotState.EMPTY, None, "同一天的群发已先发出", house.clock())
    visitor = house.at_desk("林编辑")

    assert FRIDAY.isoformat() not in visitor.text("/desk/articles/nan-rendong")
    visitor.said("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    assert placed(house, "nan-rendong") is None


def test_the_list_says_you_only_where_you_may_review(house: House) -> None:
    for name in ("陈审核", "孙审核"):
        house.review("leftovers", name)

    assert "终审人" in house.at_desk("林编辑").text("/desk/articles")
    assert "终审人" not in house.at_desk("周主任").text("/desk/articles?column=health")


def test_one_slot_takes_one_article(house: House) -> None:
    visitor = house.at_desk("林编辑")
    visitor.post("/desk/place/nan-rendong", due=FRIDAY.isoformat())

    assert "排了别的稿件" in visitor.said("/desk/place/qian-xuesen", due=FRIDAY.isoformat())
    assert placed(house, "qian-xuesen") is None


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

    assert placed(house, "nan-rendong") is None


@pytest.mark.parametrize("name", ["陈审核", "赵值班"])
def test_only_editor_and_leader_place_and_withdraw(house: House, name: str) -> None:
    visitor = house.at_desk(name)

    assert "编辑或负责人" in visitor.said("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    assert "编辑或负责人" in visitor.said("/desk/unplace/nan-rendong")
    assert "编辑或负责人" in visitor.said("/desk/withdraw/nan-rendong", reason="有误")
    assert placed(house, "nan-rendong") is None
    assert state(house, "nan-rendong") is ArticleState.IN_REVIEW
    assert 'data-testid="withdraw"' not in visitor.text("/desk/articles/nan-rendong")


def test_withdrawing_needs_a_reason_and_stands_in_the_history(house: House) -> None:
    visitor = house.at_desk("周主任")
    assert "原因" in visitor.said("/desk/withdraw/nan-rendong", reason=" ")
    assert state(house, "nan-rendong") is ArticleState.IN_REVIEW

    visitor.said("/desk/withdraw/nan-rendong", reason="数字有误")
    page = visitor.text("/desk/articles/nan-rendong")

    assert state(house, "nan-rendong") is ArticleState.WITHDRAWN
    assert "数字有误" in page
    assert 'data-testid="placing"' not in page


def test_what_does_not_exist_gets_a_sentence(house: House) -> None:
    visitor = house.at_desk("周主任")
    acts = {
        "/desk/place/nothing": {"due": FRIDAY.isoformat()},
        "/desk/withdraw/nothing": {"reason": "x"},
        "/desk/review/nothing": {"verdict": "passed", "revision": "1"},
        "/desk/resubmit/nothing": {},
        "/desk/pushes/99": {"action": "drop"},
        "/desk/slots": {"action": "defer", "column": "spirit", "due": NOW.isoformat()},
    }

    assert all(visitor.said(path, **fields) for path, fields in acts.items())
    assert visitor.get("/desk/articles/nothing").status_code == 404
    assert visitor.get("/desk/pushes/99").status_code == 404


def test_ids_with_slashes_spaces_and_chinese_have_a_page(house: House) -> None:
    from bot.editorial.intake import take_in

    odd = house.folder / "odd.jsonl"
    odd.write_text(
        '{"id": "a/b c?#%/", "title": "斜杠", "text": "正文够长了。", "column": "健康科普"}\n'
        '{"id": "/隔夜//菜", "title": "双斜杠", "text": "正文也够长。", "column": "健康科普"}\n',
        encoding="utf-8",
    )
    s = house.service
    take_in([odd], config=s.config, ledger=s.ledger, media=s.media, person="林编辑", now=NOW)
    visitor = house.at_desk("周主任")
    listed = re.findall(r'href="(/desk/articles/[^"?]+)"', visitor.text("/desk/articles"))

    pages = [visitor.get(address) for address in listed]
    assert len(listed) == 5
    assert {page.status_code for page in pages} == {200}
    assert sum("斜杠" in page.text for page in pages) == 2


# -- pushes -----------------------------------------------------------------------------------------------------------


def test_a_push_in_doubt_is_on_the_first_page_of_those_who_may_settle_it(house: House) -> None:
    push = push_in(house, PushState.UNKNOWN)
    duty, reviewer = house.at_desk("赵值班"), house.at_desk("陈审核")

    assert "▲" in duty.text("/desk")
    assert "请到后台看一看" in duty.text("/desk")
    assert "请到后台看一看" not in reviewer.text("/desk")
    assert "请到后台看一看" in reviewer.text("/desk/pushes?state=waiting")
    assert 'data-testid="push-mark_sent"' in duty.text(f"/desk/pushes/{push.id}")
    assert 'data-testid="push-mark_sent"' not in reviewer.text(f"/desk/pushes/{push.id}")


def test_the_person_on_duty_settles_a_push(house: House) -> None:
    push = push_in(house, PushState.UNKNOWN)
    url = "https://mp.weixin.qq.com/s/abc"
    said = house.at_desk("赵值班").said(f"/desk/pushes/{push.id}", action="mark_sent", url=url)

    with house.service.ledger.read() as tx:
        found, entry = pushes.get(tx, push.id), articles.entry(tx, "qian-xuesen")
    assert found is not None
    assert entry is not None
    assert found.state is PushState.CONFIRMED
    assert entry.url == url
    assert "发出" in said


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("陈审核", {"action": "mark_sent"}),
        ("林编辑", {"action": "resend"}),
        ("赵值班", {"action": "drop"}),  # not offered in this state
        ("赵值班", {"action": "claim"}),
        ("赵值班", {}),
        ("赵值班", {"action": "mark_sent", "url": "javascript:alert(1)"}),
        ("赵值班", {"action": "mark_sent", "url": "https://evil.example/"}),
    ],
)
def test_a_push_is_not_settled_by_the_wrong_person_or_act(house: House, name: str, fields: dict[str, str]) -> None:
    push = push_in(house, PushState.UNKNOWN)
    house.at_desk(name).said(f"/desk/pushes/{push.id}", **fields)

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


# -- around -----------------------------------------------------------------------------------------------------------


def test_a_get_never_changes_anything(house: House) -> None:
    visitor = house.at_desk("周主任")

    for path in ("/desk/review/leftovers", "/desk/place/leftovers", "/desk/withdraw/leftovers", "/desk/logout"):
        assert visitor.get(path).status_code == 405
    assert visitor.get("/desk").status_code == 200


def test_the_back_field_leads_to_no_other_site(house: House) -> None:
    answer = house.at_desk("陈审核").post("/desk/withdraw/leftovers", reason="x", back="//evil.example/desk")

    assert answer.headers["Location"] == "/desk"


def test_pages_of_the_desk_run_only_the_desks_own_script_and_are_kept_by_no_cache(house: House) -> None:
    answer = house.at_desk("林编辑").get("/desk")

    assert "default-src 'none'; script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert re.findall(r"<script[^>]*>", answer.text) == ['<script src="/static/desk.js" defer>']


# -- what no form sends -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("due", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59+00:00"])
def test_a_moment_outside_the_calendar_gets_a_sentence(house: House, due: str) -> None:
    settled = house.at_desk("赵值班").said("/desk/slots", action="let_go", column="spirit", due=due)
    placed = house.at_desk("林编辑").said("/desk/place/nan-rendong", due=due)

    assert settled == "请用页面上的按钮。"
    assert placed == "请选一期。"


@pytest.mark.parametrize("number", ["2147483648", "99999999999999999999999"])
@pytest.mark.parametrize("path", ["/desk/pushes/{}", "/desk/preview/qian-xuesen/{}"])
def test_a_number_that_no_ledger_holds_is_not_found(house: House, path: str, number: str) -> None:
    assert house.at_desk("赵值班").get(path.format(number)).status_code == 404


def test_a_decision_on_a_revision_that_no_ledger_holds_gets_a_sentence(house: House) -> None:
    said = house.at_desk("陈审核").said("/desk/review/leftovers", verdict="passed", revision="99999999999999999999999")

    assert said
    assert state(house, "leftovers") is ArticleState.IN_REVIEW


# -- people, from the command line ------------------------------------------------------------------------------------


def test_a_disabled_person_comes_back_with_a_new_password_and_no_old_session(house: House) -> None:
    environ = os.environ | SECRETS | {"WEIKEPU_CONFIG": str(house.folder / "config.toml"), "PYTHONPATH": str(ROOT)}
    inside = house.at_desk("林编辑")

    def run(command: str) -> str:
        arguments = [sys.executable, "-m", "bot", "people", command, "林编辑"]
        return subprocess.run(arguments, env=environ, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    run("disable")
    said = run("enable")

    assert inside.get("/desk").status_code == 302
    assert house.visitor().log_in("林编辑").status_code == 401
    password = said.strip().rpartition("：")[2]
    assert house.visitor().log_in("林编辑", password).headers["Location"] == "/desk"


# -- what nobody must lose --------------------------------------------------------------------------------------------


def test_a_form_sent_after_the_log_in_has_expired_gives_back_what_was_written(house: House) -> None:
    visitor = house.at_desk("陈审核")
    token = visitor.token()
    visitor.post("/desk/logout")
    form = {"verdict": "returned", "revision": "1", "comment": "标题太<长>", "back": "/desk/articles/leftovers"}
    answer = visitor.client.post("/desk/review/leftovers", data={"csrf_token": token, **form})

    assert answer.status_code == 401
    assert "登录已过期，刚才的没有做成" in answer.text
    assert "标题太&lt;长&gt;" in answer.text
    assert 'href="/desk/login?next=/desk/articles/leftovers"' in answer.text
    assert state(house, "leftovers") is ArticleState.IN_REVIEW


def test_a_form_whose_token_does_not_fit_gives_back_what_was_written(house: House) -> None:
    visitor = house.at_desk("周主任")
    form = {"reason": "数字有误", "back": "/desk/articles/leftovers", "csrf_token": "old"}
    answer = visitor.client.post("/desk/withdraw/leftovers", data=form)

    assert answer.status_code == 400
    assert "刚才的没有做成" in answer.text
    assert "数字有误" in answer.text
    assert 'href="/desk/articles/leftovers"' in answer.text


def test_no_password_is_ever_shown_back(house: House) -> None:
    answer = house.visitor().client.post("/desk/login", data={"name": "林编辑", "password": "my own secret"})

    assert answer.status_code == 400
    assert "my own secret" not in answer.text


def test_of_two_who_decide_the_slower_one_hears_who_was_faster(house: House) -> None:
    slower = house.at_desk("孙审核")
    house.review("leftovers", "陈审核")
    said = slower.said("/desk/review/leftovers", verdict="passed", revision="1", steps_done="0", comment="写得好")

    assert said == "陈审核已经通过了初审，你刚才点的没有算数。你写的意见是：写得好"
    assert "notice-look" in slower.client.post(
        "/desk/review/leftovers",
        data={"csrf_token": slower.token(), "verdict": "passed", "revision": "1", "steps_done": "0"},
        follow_redirects=True,
    ).get_data(as_text=True)
    with house.service.ledger.read() as tx:
        assert [each.person for each in articles.decisions(tx, "leftovers")] == ["陈审核"]


def test_the_form_of_a_review_knows_what_its_page_showed(house: House) -> None:
    house.review("leftovers", "陈审核")

    assert 'name="steps_done" value="1"' in house.at_desk("孙审核").text("/desk/articles/leftovers")


@pytest.mark.parametrize("blank", ["\u200b", "\ufeff \u2060", "\x00", "\u3164", "\u2800\u00ad", "\u202e"])
def test_what_nobody_can_see_is_no_comment_and_no_reason(house: House, blank: str) -> None:
    returned = house.at_desk("陈审核").said("/desk/review/leftovers", verdict="returned", revision="1", comment=blank)
    withdrawn = house.at_desk("周主任").said("/desk/withdraw/leftovers", reason=blank)

    assert "要改什么" in returned
    assert "原因" in withdrawn
    assert state(house, "leftovers") is ArticleState.IN_REVIEW


# -- taking back ------------------------------------------------------------------------------------------------------


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
        return placed(house, "nan-rendong")

    assert then_undone("/desk/place/nan-rendong", due=FRIDAY.isoformat()) is None
    visitor.post("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    assert then_undone("/desk/place/nan-rendong", due=NEXT_FRIDAY.isoformat()) == FRIDAY
    assert then_undone("/desk/unplace/nan-rendong") == FRIDAY


# -- one state, one word ----------------------------------------------------------------------------------------------


def test_what_waits_in_the_queue_is_told_from_what_an_editor_placed(house: House) -> None:
    house.approve("nan-rendong")
    visitor = house.at_desk("林编辑")
    assert "○ 排队 周五 18:00" in words(visitor.text("/desk/articles"))

    visitor.post("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    assert "● 已排期 周五 18:00" in words(visitor.text("/desk/articles"))


def test_the_calendar_shows_who_holds_a_slot_before_approval(house: House) -> None:
    visitor = house.at_desk("林编辑")
    visitor.post("/desk/place/nan-rendong", due=FRIDAY.isoformat())
    assert "《南仁东：为“天眼”走遍大山》 占着，待初审" in words(visitor.text("/desk/calendar"))

    house.approve("qian-xuesen")
    page = words(visitor.text("/desk/calendar"))
    assert "钱学森：五年归国路 《南仁东：为“天眼”走遍大山》 占着，待初审；到时没通过，就发这一篇" in page


def test_a_withdrawn_manuscript_says_how_it_comes_back(house: House) -> None:
    visitor = house.at_desk("周主任")
    visitor.post("/desk/withdraw/nan-rendong", reason="数字有误")

    assert "要再用，请改好后重新收稿" in visitor.text("/desk/articles/nan-rendong")


def test_steps_of_one_moment_stand_in_the_history_the_newest_first(house: House) -> None:
    house.approve("leftovers")
    history = words(house.at_desk("林编辑").text("/desk/articles/leftovers").partition('data-testid="history"')[2])

    assert history.index("通过终审") < history.index("通过复审") < history.index("通过初审") < history.index("收进")


def test_the_preview_of_what_is_published_carries_the_day_it_came_out(house: House) -> None:
    house.approve("leftovers")
    with house.service.ledger.write() as tx:
        articles.published(tx, "leftovers", on=NOW.date() - timedelta(days=40), url=None)

    assert "2026年10月23日" in house.at_desk("林编辑").text("/desk/preview/leftovers/1")


def test_missed_slots_are_among_the_pushes_for_everybody_and_decided_by_few(house: House) -> None:
    with house.service.ledger.write() as tx:
        slots.record(tx, Slot(NOW - timedelta(hours=9), "spirit"), SlotState.MISSED, None, "到点后没有人管。", NOW)
    editor, duty = house.at_desk("林编辑"), house.at_desk("赵值班")

    assert "没有发出" in editor.text("/desk/pushes")
    assert "没有发出" not in editor.text("/desk")
    assert 'data-testid="slot-defer"' not in editor.text("/desk/pushes")
    assert 'data-testid="push-defer"' in duty.text("/desk/pushes")
    assert "今天 01:30" not in duty.text("/desk").partition("没有发出")[2]


# -- much data --------------------------------------------------------------------------------------------------------


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
    assert "没有这样的稿件" in visitor.text("/desk/articles?page=999")
    assert visitor.get("/desk/articles?page=x&state=&column=").status_code == 200


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
