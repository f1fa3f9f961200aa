"""The desk: who sees what, whoever they are, and what every page of it keeps to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest

from bot.ledger import articles
from tests.world import ROOT

from .conftest import CAST, FRIDAY, NOW, SECRETS, House


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


def test_the_preview_of_what_is_published_carries_the_day_it_came_out(house: House) -> None:
    house.approve("leftovers")
    with house.service.ledger.write() as tx:
        articles.published(tx, "leftovers", on=NOW.date() - timedelta(days=40), url=None)

    assert "2026年10月23日" in house.at_desk("林编辑").text("/desk/preview/leftovers/1")


def test_text_of_others_is_shown_as_text(house: House) -> None:
    house.at_desk("陈审核").post(
        "/desk/review/leftovers", verdict="returned", revision="1", comment="<img src=x onerror=alert(1)>"
    )
    page = house.at_desk("林编辑").text("/desk/articles/leftovers")

    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


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


def test_what_does_not_exist_gets_a_sentence(house: House) -> None:
    visitor = house.at_desk("周主任")
    acts = {
        "/desk/place/nothing": {"due": FRIDAY.isoformat()},
        "/desk/review/nothing": {"verdict": "passed", "revision": "1"},
        "/desk/resubmit/nothing": {},
        "/desk/pushes/99": {"action": "drop"},
        "/desk/slots": {"action": "defer", "column": "spirit", "due": NOW.isoformat()},
    }

    assert all(visitor.said(path, **fields) for path, fields in acts.items())
    assert visitor.unheard("/desk/withdraw/nothing", reason="x")[0] == 404
    assert visitor.get("/desk/articles/nothing").status_code == 404
    assert visitor.get("/desk/pushes/99").status_code == 404


@pytest.mark.parametrize("number", ["2147483648", "99999999999999999999999"])
@pytest.mark.parametrize("path", ["/desk/pushes/{}", "/desk/preview/qian-xuesen/{}"])
def test_a_number_that_no_ledger_holds_is_not_found(house: House, path: str, number: str) -> None:
    assert house.at_desk("赵值班").get(path.format(number)).status_code == 404


def test_a_get_never_changes_anything(house: House) -> None:
    visitor = house.at_desk("周主任")

    for path in ("/desk/review/leftovers", "/desk/place/leftovers", "/desk/withdraw/leftovers", "/desk/logout"):
        assert visitor.get(path).status_code == 405
    assert visitor.get("/desk").status_code == 200


def test_the_back_field_leads_to_no_other_site(house: House) -> None:
    answer = house.at_desk("陈审核").post("/desk/resubmit/leftovers", back="//evil.example/desk")

    assert answer.headers["Location"] == "/desk"


def test_pages_of_the_desk_run_only_the_desks_own_script_and_are_kept_by_no_cache(house: House) -> None:
    answer = house.at_desk("林编辑").get("/desk")

    assert "default-src 'none'; script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert re.findall(r"<script[^>]*>", answer.text) == ['<script src="/static/desk.js" defer>']


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
