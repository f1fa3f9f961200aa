"""What somebody wrote into a form of the desk: what counts as written, and that nothing of it is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bot.editorial import review
from bot.model.articles import ArticleState
from bot.model.pushes import PushState
from bot.publishing import decide

from .conftest import NOW, House


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
    assert house.state("leftovers") is ArticleState.IN_REVIEW


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


@pytest.mark.parametrize("blank", ["\u200b", "\ufeff \u2060", "\x00", "\u3164", "\u2800\u00ad", "\u202e"])
def test_what_nobody_can_see_is_no_comment_and_no_reason(house: House, blank: str) -> None:
    returned = house.at_desk("陈审核").said("/desk/review/leftovers", verdict="returned", revision="1", comment=blank)
    withdrawn = house.at_desk("周主任").said("/desk/withdraw/leftovers", reason=blank)

    assert "要改什么" in returned
    assert "原因" in withdrawn
    assert house.state("leftovers") is ArticleState.IN_REVIEW


FORMS = (
    ("陈审核", "/desk/review/leftovers", "comment", {"verdict": "returned", "revision": "1"}),
    ("陈审核", "/desk/review/leftovers", "comment", {"verdict": "passed", "revision": "1"}),
    ("周主任", "/desk/withdraw/leftovers", "reason", {}),
)


@pytest.mark.parametrize(("name", "path", "field", "more"), FORMS)
def test_what_is_too_long_is_given_back_whole(
    house: House, name: str, path: str, field: str, more: dict[str, str]
) -> None:
    sentences = "第一段的数字，\n请写明<出处>。" * 100
    status, said, given_back = house.at_desk(name).unheard(path, **more, **{field: sentences})

    assert status == 403
    assert said == f"写了 {len(sentences)} 个字，太长了，请不要超过 1000 个字。"
    assert given_back == sentences
    assert house.state("leftovers") is ArticleState.IN_REVIEW


def test_a_thousand_characters_in_lines_as_browsers_send_them_are_not_too_long(house: House) -> None:
    comment = "一二三四五六七八九\r\n" * 100
    house.at_desk("陈审核").said("/desk/review/leftovers", verdict="returned", revision="1", comment=comment)

    assert house.state("leftovers") is ArticleState.RETURNED


@pytest.mark.parametrize(
    ("name", "path", "form"),
    [
        ("陈审核", "/desk/review/leftovers", {"verdict": "passed", "revision": "2", "comment": "标题太长"}),
        ("林编辑", "/desk/review/leftovers", {"verdict": "passed", "revision": "1", "comment": "标题太长"}),
        ("陈审核", "/desk/withdraw/leftovers", {"reason": "标题太长"}),
        ("周主任", "/desk/review/nothing", {"verdict": "passed", "revision": "1", "comment": "标题太长"}),
    ],
    ids=["outdated", "no right to review", "no right to withdraw", "no such manuscript"],
)
def test_what_was_written_into_a_form_that_is_refused_is_given_back(
    house: House, name: str, path: str, form: dict[str, str]
) -> None:
    status, said, given_back = house.at_desk(name).unheard(path, **form)

    assert status in (403, 404)
    assert said
    assert given_back == "标题太长"
    assert house.state("leftovers") is ArticleState.IN_REVIEW


def test_what_was_written_is_given_back_when_the_ledger_cannot_be_read(house: House) -> None:
    visitor = house.at_desk("陈审核")
    token = visitor.token()
    house.service.ledger.close()
    for file in (house.folder / "data").glob("ledger.db*"):
        file.unlink()
    (house.folder / "data" / "ledger.db").write_bytes(b"no ledger at all " * 400)
    form = {"csrf_token": token, "verdict": "returned", "revision": "1", "comment": "标题太长"}
    answer = visitor.client.post("/desk/review/leftovers", data=form)

    assert answer.status_code == 503
    assert "标题太长</textarea>" in answer.text


def test_a_form_too_large_to_be_read_is_refused_in_words(house: House) -> None:
    form = {"verdict": "returned", "revision": "1", "comment": "长" * 70_000}
    answer = house.at_desk("陈审核").post("/desk/review/leftovers", **form)

    assert answer.status_code == 413
    assert "内容太长了" in answer.text


MEANWHILE = {
    "withdrawn": lambda tx, house: review.withdraw(tx, "leftovers", house.person("林编辑"), "重写", NOW),
    "returned": lambda tx, house: review.return_(
        tx, ("初审", "复审", "终审"), "leftovers", 1, house.person("孙审核"), "改", NOW
    ),
}


@pytest.mark.parametrize("what", MEANWHILE)
@pytest.mark.parametrize("verdict", ["passed", "returned"])
def test_what_a_reviewer_wrote_is_given_back_when_the_manuscript_has_changed_meanwhile(
    house: House, what: str, verdict: str
) -> None:
    visitor = house.at_desk("陈审核")
    with house.service.ledger.write() as tx:
        MEANWHILE[what](tx, house)
    form = {"verdict": verdict, "revision": "1", "comment": "第一段请写明出处"}
    _, said, given_back = visitor.unheard("/desk/review/leftovers", **form)

    assert said
    assert given_back == "第一段请写明出处"


def test_an_address_given_for_a_push_that_is_settled_already_is_given_back(house: House) -> None:
    push = house.push_in(PushState.HANDED_OVER)
    duty, url = house.at_desk("赵值班"), "https://mp.weixin.qq.com/s/abc"
    decide.drop(house.service.ledger, push.id, person="周主任", now=NOW)
    status, said, given_back = duty.unheard(f"/desk/pushes/{push.id}", action="mark_sent", url=url)

    assert (status, given_back) == (403, url)
    assert "状态已经变了" in said


def test_what_was_written_is_given_back_with_the_way_to_its_page_while_the_ledger_is_locked(house: House) -> None:
    visitor = house.at_desk("陈审核")
    here = "/desk/articles/leftovers"
    form = {
        "verdict": "returned",
        "revision": "1",
        "comment": "第一段请写明出处",
        "back": here,
        "csrf_token": visitor.token(),
    }
    with closing(sqlite3.connect(house.folder / "data" / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = visitor.client.post("/desk/review/leftovers", data=form)

    assert answer.status_code == 503
    assert "第一段请写明出处</textarea>" in answer.text
    assert f'href="{here}" data-testid="onward"' in answer.text
    assert house.state("leftovers") is ArticleState.IN_REVIEW
