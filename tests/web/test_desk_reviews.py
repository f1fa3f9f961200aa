"""Reviews at the desk: who passes, who returns, who was faster, and what withdrawing and sending again take."""

from __future__ import annotations

import pytest

from bot.ledger import articles, people
from bot.model.articles import ArticleState
from bot.model.people import Role

from .conftest import House, words


def test_passing_all_steps_approves(house: House) -> None:
    for name in ("陈审核", "孙审核", "周主任"):
        house.at_desk(name).post("/desk/review/leftovers", verdict="passed", revision="1", comment="")

    assert house.state("leftovers") is ArticleState.APPROVED


def test_returning_needs_a_comment(house: House) -> None:
    visitor = house.at_desk("陈审核")
    said = visitor.said("/desk/review/leftovers", verdict="returned", revision="1", comment="  ")

    assert "要改什么" in said
    assert house.state("leftovers") is ArticleState.IN_REVIEW


def test_a_returned_manuscript_comes_back_to_its_author_and_can_be_sent_again(house: House) -> None:
    house.at_desk("陈审核").post("/desk/review/leftovers", verdict="returned", revision="1", comment="标题太长")
    author = house.at_desk("林编辑")

    assert "已退回" in author.text("/desk")
    assert "标题太长" in author.text("/desk/articles/leftovers")
    stranger = house.at_desk("孙审核")
    assert 'data-testid="resubmit"' not in stranger.text("/desk/articles/leftovers")
    assert "带来稿件的人" in stranger.said("/desk/resubmit/leftovers")
    assert "再送审" in author.said("/desk/resubmit/leftovers")
    assert house.state("leftovers") is ArticleState.IN_REVIEW


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("林编辑", {"verdict": "passed", "revision": "1"}),  # brought it in
        ("赵值班", {"verdict": "passed", "revision": "1"}),  # does not review
        ("陈审核", {"verdict": "passed", "revision": "2"}),  # another revision
        ("陈审核", {"verdict": "passed", "revision": "x"}),
        ("陈审核", {"verdict": "approved", "revision": "1"}),
        ("陈审核", {"revision": "1"}),
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


def test_a_decision_on_a_revision_that_no_ledger_holds_gets_a_sentence(house: House) -> None:
    said = house.at_desk("陈审核").said("/desk/review/leftovers", verdict="passed", revision="99999999999999999999999")

    assert said
    assert house.state("leftovers") is ArticleState.IN_REVIEW


def test_of_two_who_decide_the_slower_one_hears_who_was_faster(house: House) -> None:
    slower = house.at_desk("孙审核")
    house.review("leftovers", "陈审核")
    form = {"verdict": "passed", "revision": "1", "steps_done": "0"}
    said = slower.said("/desk/review/leftovers", **form)

    assert said == "陈审核已经通过了初审，你刚才点的没有算数。"
    assert "notice-look" in slower.client.post(
        "/desk/review/leftovers", data={"csrf_token": slower.token(), **form}, follow_redirects=True
    ).get_data(as_text=True)
    assert slower.unheard("/desk/review/leftovers", **form, comment="写得好") == (409, said, "写得好")
    with house.service.ledger.read() as tx:
        assert [each.person for each in articles.decisions(tx, "leftovers")] == ["陈审核"]


def test_the_form_of_a_review_knows_what_its_page_showed(house: House) -> None:
    house.review("leftovers", "陈审核")

    assert 'name="steps_done" value="1"' in house.at_desk("孙审核").text("/desk/articles/leftovers")


def test_withdrawing_needs_a_reason_and_stands_in_the_history(house: House) -> None:
    visitor = house.at_desk("周主任")
    assert "原因" in visitor.said("/desk/withdraw/nan-rendong", reason=" ")
    assert house.state("nan-rendong") is ArticleState.IN_REVIEW

    visitor.said("/desk/withdraw/nan-rendong", reason="数字有误")
    page = visitor.text("/desk/articles/nan-rendong")

    assert house.state("nan-rendong") is ArticleState.WITHDRAWN
    assert "数字有误" in page
    assert 'data-testid="placing"' not in page


@pytest.mark.parametrize(
    ("name", "next_step"), [("林编辑", "重新收稿，就会从初审审起"), ("孙审核", "等林编辑照意见改好")]
)
def test_what_is_to_be_changed_stands_at_the_head_with_the_next_step(house: House, name: str, next_step: str) -> None:
    house.at_desk("陈审核").post("/desk/review/leftovers", verdict="returned", revision="1", comment="标题太长")
    head = house.at_desk(name).text("/desk/articles/leftovers").partition('id="checks"')[0]

    assert "标题太长" in head
    assert next_step in head


def test_a_withdrawn_manuscript_says_how_it_comes_back(house: House) -> None:
    visitor = house.at_desk("周主任")
    visitor.post("/desk/withdraw/nan-rendong", reason="数字有误")

    head = visitor.text("/desk/articles/nan-rendong").partition('id="checks"')[0]

    assert "数字有误" in head
    assert "要再用，请改好后重新收稿" in head


def test_steps_of_one_moment_stand_in_the_history_the_newest_first(house: House) -> None:
    house.approve("leftovers")
    history = words(house.at_desk("林编辑").text("/desk/articles/leftovers").partition('data-testid="history"')[2])

    assert history.index("通过终审") < history.index("通过复审") < history.index("通过初审") < history.index("收进")


def test_the_only_leader_is_offered_no_early_step(house: House) -> None:
    leader = house.at_desk("周主任")

    assert "待初审" not in leader.text("/desk")
    page = leader.text("/desk/articles/leftovers")
    assert "终审只有你能做" in page
    assert 'data-testid="pass"' not in page
    assert 'data-testid="return"' in page
    leader.post("/desk/review/leftovers", verdict="passed", revision="1")
    with house.service.ledger.read() as tx:
        assert articles.decisions(tx, "leftovers") == []


def stick(house: House) -> None:
    """The leader has taken the first step, and the second leader, who was to sign, has left since."""
    with house.service.ledger.write() as tx:
        people.add(tx, "吴主任", Role.LEADER, "hash", house.clock())
    house.review("leftovers", "周主任")
    house.review("leftovers", "陈审核")
    with house.service.ledger.write() as tx:
        people.disable(tx, "吴主任", house.clock())


@pytest.mark.parametrize("name", ["林编辑", "周主任"])
def test_a_review_that_nobody_can_finish_says_why_and_begins_anew(house: House, name: str) -> None:
    stick(house)
    visitor = house.at_desk(name)
    assert "审不下去" in visitor.text("/desk")
    page = visitor.text("/desk/articles/leftovers")
    assert "终审没有人能做：负责人周主任已经审过初审。" in page
    assert "从初审重新审起" in page

    assert "再送审" in visitor.said("/desk/resubmit/leftovers")
    assert "审不下去" not in visitor.text("/desk")
    assert "待初审" in house.at_desk("孙审核").text("/desk")


def test_whoever_may_not_begin_it_anew_is_told_who_may(house: House) -> None:
    stick(house)
    page = house.at_desk("孙审核").text("/desk/articles/leftovers")

    assert "带来稿件的人、编辑或负责人可以让它从头审起" in page
    assert 'data-testid="resubmit"' not in page


def test_signing_the_last_step_asks_once_naming_the_manuscript(house: House) -> None:
    early = house.at_desk("陈审核").text("/desk/articles/leftovers")
    house.review("leftovers", "陈审核")
    house.review("leftovers", "孙审核")
    last = house.at_desk("周主任").text("/desk/articles/leftovers")

    assert 'data-testid="sign-open"' not in early
    asked = last.partition('data-testid="sign-open"')[2].partition('data-testid="pass"')[0]
    assert "《隔夜菜能吃吗》" in asked


def test_a_comment_of_points_and_dashes_returns_nothing_and_is_given_back(house: House) -> None:
    form = {"verdict": "returned", "revision": "1", "comment": "。。。"}
    status, said, given_back = house.at_desk("陈审核").unheard("/desk/review/leftovers", **form)

    assert (status, given_back) == (403, "。。。")
    assert "要改什么" in said
    assert house.state("leftovers") is ArticleState.IN_REVIEW
