"""Reading pages, their pictures, and the pages of refusal."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image

from bot.editorial import review
from bot.editorial.intake import take_in
from bot.ledger import articles, media, people
from bot.service import Service

from .conftest import HASH, NOW, Build, House, fill


def test_the_front_door_leads_to_the_desk(house: House) -> None:
    answer = house.visitor().get("/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk")


def test_an_approved_article_can_be_read_by_anybody(house: House) -> None:
    house.approve("leftovers")
    answer = house.visitor().get("/a/leftovers")

    assert answer.status_code == 200
    for shown in ("隔夜菜能吃吗", "健康科普", "2026年12月2日", "AI撰写", "临汾微科普", "正文说得清清楚楚"):
        assert shown in answer.text
    assert "<script" not in answer.text
    assert len(answer.data) < 100_000
    assert "Set-Cookie" not in answer.headers


def test_an_article_in_review_is_not_there(house: House) -> None:
    assert house.visitor().get("/a/leftovers").status_code == 404
    house.review("leftovers", "陈审核")
    answer = house.visitor().get("/a/leftovers")

    assert answer.status_code == 404
    assert "正文说得清清楚楚" not in answer.text


def test_a_withdrawn_article_says_so_at_once(house: House) -> None:
    house.approve("leftovers")
    with house.service.ledger.write() as tx:
        review.withdraw(tx, "leftovers", house.person("周主任"), "有误", NOW)
    answer = house.visitor().get("/a/leftovers")

    assert answer.status_code == 410
    assert "这篇文章已撤下" in answer.text
    assert "正文说得清清楚楚" not in answer.text


def test_a_changed_article_is_gone_until_it_is_approved_again(house: House) -> None:
    house.approve("leftovers")
    file = house.folder / "manuscripts" / "leftovers.md"
    file.write_text(file.read_text(encoding="utf-8") + "\n新的一段。\n", encoding="utf-8")
    s = house.service
    take_in([file], config=s.config, ledger=s.ledger, media=s.media, person="林编辑", now=NOW)

    answer = house.visitor().get("/a/leftovers")
    assert answer.status_code == 410
    assert "正在修订" in answer.text
    assert "正文说得清清楚楚" not in answer.text


@pytest.mark.parametrize(("published", "shown"), [("2020-01-01", True), ("", False)])
def test_only_a_piece_that_has_appeared_leads_to_its_address(house: House, published: str, shown: bool) -> None:
    row = {"id": "x", "title": "盐", "text": "正文。", "url": "https://a.cn/x", "published": published}
    file = house.folder / "x.jsonl"
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    s = house.service
    take_in([file], config=s.config, ledger=s.ledger, media=s.media, person="林编辑", now=NOW)
    house.approve("x")

    assert ('href="https://a.cn/x"' in house.visitor().get("/a/x").text) == shown


def test_what_waits_for_its_publication_is_not_open(house: House) -> None:
    file = house.folder / "later.md"
    file.write_text(
        "---\ntitle: 先发后答\ncolumn: 健康科普\nsources: [x]\nanswer_from: published\n---\n\n正文正文。\n",
        encoding="utf-8",
    )
    s = house.service
    take_in([file], config=s.config, ledger=s.ledger, media=s.media, person="林编辑", now=NOW)
    house.approve("later")
    assert house.visitor().get("/a/later").status_code == 404

    with s.ledger.write() as tx:
        articles.published(tx, "later", on=NOW.date(), url=None)
    assert house.visitor().get("/a/later").status_code == 200


@pytest.mark.parametrize("article_id", ["a/b c?#%/", "/隔夜//菜", "x" * 100, "<b>"])
def test_odd_ids_have_a_page(house: House, article_id: str) -> None:
    odd = house.folder / "odd.jsonl"
    row = {"id": article_id, "title": "奇怪的编号", "text": "正文够长了。"}
    odd.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    s = house.service
    take_in([odd], config=s.config, ledger=s.ledger, media=s.media, person="林编辑", now=NOW)
    house.approve(article_id)

    assert "奇怪的编号" in house.visitor().text("/a/" + quote(article_id, safe=""))
    assert "奇怪的编号" in house.visitor().text("/a/" + quote(article_id))


def test_the_policy_allows_nothing_but_styles_and_own_pictures(build: Build) -> None:
    rehearsal, real = build(), build(platform="https://api.weixin.qq.com", public_url="https://kepu.example.cn")
    policies = []
    for house in (rehearsal, real):
        fill(house)
        house.approve("leftovers")
        answer = house.visitor().get("/a/leftovers")
        policies.append(answer.headers["Content-Security-Policy"])
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"

    assert all("default-src 'none'; img-src 'self'; style-src 'self' 'unsafe-inline'" in policy for policy in policies)
    assert policies[0].endswith("frame-ancestors *")
    assert policies[1].endswith("frame-ancestors 'self'")


@pytest.mark.parametrize("became", ["withdrawn", "in revision", "unknown", "unreadable"])
def test_what_stands_in_an_articles_place_may_be_framed_as_the_article_itself(build: Build, became: str) -> None:
    rehearsal, real = build(), build(platform="https://api.weixin.qq.com", public_url="https://kepu.example.cn")
    answers = []
    for house in (rehearsal, real):
        fill(house)
        house.approve("leftovers")
        _put_aside(house, became)
        answers.append(house.visitor().get("/a/nobody" if became == "unknown" else "/a/leftovers"))

    assert all(answer.status_code >= 400 for answer in answers)
    assert answers[0].headers["Content-Security-Policy"].endswith("frame-ancestors *")
    assert answers[1].headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")
    assert all("default-src 'none'" in answer.headers["Content-Security-Policy"] for answer in answers)


def _put_aside(house: House, became: str) -> None:
    s = house.service
    if became == "withdrawn":
        with s.ledger.write() as tx:
            review.withdraw(tx, "leftovers", house.person("周主任"), "有误", NOW)
    elif became == "in revision":
        file = house.folder / "manuscripts" / "leftovers.md"
        file.write_text(file.read_text(encoding="utf-8") + "\n新的一段。\n", encoding="utf-8")
        take_in([file], config=s.config, ledger=s.ledger, media=s.media, person="林编辑", now=NOW)
    elif became == "unreadable":
        _break_ledger(s)


# -- pictures ---------------------------------------------------------------------------------------------------------


def picture(color: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), color).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def pictured(house: House) -> str:
    """The SHA-256 of the one picture of an article in review."""
    folder = house.folder / "with"
    folder.mkdir()
    (folder / "leaf.png").write_bytes(picture("green"))
    text = "---\ntitle: 有图\ncolumn: 健康科普\nsources: [x]\n---\n\n看图。\n\n![一片叶子](leaf.png)\n"
    (folder / "pictured.md").write_text(text, encoding="utf-8")
    s = house.service
    done = take_in([folder], config=s.config, ledger=s.ledger, media=s.media, person="林编辑", now=NOW)
    assert not done.bad
    with s.ledger.read() as tx:
        revision = articles.get(tx, "pictured")
    assert revision is not None
    return revision.article.pictures[0].sha256


def test_a_picture_is_open_exactly_while_an_open_article_shows_it(house: House, pictured: str) -> None:
    visitor, address = house.visitor(), f"/media/{pictured}"
    assert visitor.get(address).status_code == 404

    house.approve("pictured")
    assert address in visitor.text("/a/pictured")
    answer = visitor.get(address)
    assert answer.status_code == 200
    assert answer.mimetype.startswith("image/")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"

    with house.service.ledger.write() as tx:
        review.withdraw(tx, "pictured", house.person("周主任"), "有误", NOW)
    assert visitor.get(address).status_code == 404


def test_the_desk_shows_pictures_before_approval(house: House, pictured: str) -> None:
    visitor = house.at_desk("陈审核")

    assert f"/desk/media/{pictured}" in visitor.text("/desk/preview/pictured/1")
    assert visitor.get(f"/desk/media/{pictured}").status_code == 200


def test_a_picture_of_nothing_is_not_given(house: House) -> None:
    with house.service.ledger.write() as tx:
        sha256 = house.service.media.put(picture("red"), "image/png")
        media.add_picture(tx, sha256, mime="image/png", size=10, origin="", licence="", now=NOW)

    assert house.visitor().get(f"/media/{sha256}").status_code == 404


@pytest.mark.parametrize(
    "name", ["", "x", "..", "%2e%2e/ledger.db", "../../config.toml", "0" * 63, "0" * 64, "A" * 64, "0" * 64 + "/"]
)
def test_half_and_wrong_picture_names_are_not_there(house: House, name: str) -> None:
    assert house.visitor().get(f"/media/{name}").status_code == 404


def test_pictures_are_lazy_keep_their_room_and_the_card_of_a_link_has_its_cover(house: House, pictured: str) -> None:
    house.approve("pictured")
    page = house.visitor().text("/a/pictured")
    cover = re.search(r'property="og:image" content="http://127.0.0.1:8000(/media/[0-9a-f]{64})"', page)

    assert f'src="/media/{pictured}" loading="lazy" decoding="async" width="400" height="300"' in page
    assert 'property="og:title" content="有图"' in page
    assert 'property="og:url" content="http://127.0.0.1:8000/a/pictured"' in page
    assert cover
    assert house.visitor().get(cover[1]).status_code == 200


def test_the_heaviest_page_with_its_style_is_under_100_kilobytes_and_needs_no_script(house: House) -> None:
    table = "| 天数 | 含量 |\n|---|---|\n" + "| 第几天 | 多少毫克 |\n" * 20
    text = "\n\n".join(f"## 小标题 {n}\n\n" + "亚硝酸盐不是隔夜才有的。" * 40 for n in range(15))
    file = house.folder / "heavy.md"
    file.write_text(f"---\ntitle: 很长\ncolumn: 健康科普\nsources: [x]\n---\n\n{table}\n\n{text}\n", encoding="utf-8")
    s = house.service
    done = take_in([file], config=s.config, ledger=s.ledger, media=s.media, person="林编辑", now=NOW)
    assert not done.bad
    house.approve("heavy")
    visitor = house.visitor()
    answer = visitor.get("/a/heavy")
    linked = re.findall(r'<link[^>]* href="(/static/[^"]+)"', answer.text)

    assert len(linked) == 2
    weight = len(answer.data)
    for each in linked:
        with visitor.get(each) as file_answer:
            weight += len(file_answer.data)
    assert weight < 100_000
    assert "<script" not in answer.text


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/a/", 404),
        ("GET", "/a", 404),
        ("GET", "/desk/", 404),
        ("GET", "/desk/nothing", 404),
        ("GET", "/desk/pushes/x", 404),
        ("GET", "/static/../app.py", 404),
        ("POST", "/a/leftovers", 405),
        ("PUT", "/health", 405),
        ("DELETE", "/desk", 405),
    ],
)
def test_refusals_are_calm_pages_in_chinese(house: House, method: str, path: str, status: int) -> None:
    visitor = house.at_desk("林编辑")
    answer = visitor.client.open(path, method=method, headers={"X-CSRFToken": visitor.token()})

    assert answer.status_code == status
    assert 'lang="zh-CN"' in answer.text
    assert "Traceback" not in answer.text
    assert "Not Found" not in answer.text


def test_a_form_that_is_too_large_is_refused(house: House) -> None:
    visitor = house.at_desk("林编辑")
    answer = visitor.post("/desk/withdraw/leftovers", reason="长" * 40_000)

    assert answer.status_code == 413
    assert "内容太长" in answer.text


def test_a_fault_of_ours_shows_a_calm_page_and_no_words_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def read(self, _sha256: str) -> bytes:
            raise RuntimeError("secret words")

    people_there = house.service
    with people_there.ledger.write() as tx:
        media.add_picture(tx, "0" * 64, mime="image/png", size=1, origin="", licence="", now=NOW)
        people.set_password(tx, "林编辑", HASH, must_change=False)
    house.service = dataclasses.replace(people_there, media=Broken())  # type: ignore[arg-type]
    visitor = house.at_desk("林编辑")
    visitor.client.application.testing = False
    answer = visitor.get("/desk/media/" + "0" * 64)

    assert answer.status_code == 500
    assert "页面出了点问题" in answer.text
    assert "RuntimeError" in caplog.text
    assert "secret words" not in answer.text + caplog.text


@pytest.mark.parametrize("path", ["/desk", "/desk/login", "/a/leftovers", "/media/" + "0" * 64])
def test_a_ledger_that_cannot_be_used_is_said_to_whoever_runs_it(
    house: House, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    visitor, visitor_cannot_know = house.at_desk("林编辑"), house.service.ledger.file
    _break_ledger(house.service)
    answer = visitor.get(path)

    assert answer.status_code == 503
    assert ("/health" in answer.text) == path.startswith("/desk")
    assert "台账" not in answer.text
    assert str(visitor_cannot_know) not in answer.text
    assert str(visitor_cannot_know) in caplog.text
    assert "Traceback" not in answer.text


def _break_ledger(service: Service) -> None:
    file = service.ledger.file
    assert isinstance(file, Path)
    service.ledger.close()
    for each in file.parent.glob(file.name + "*"):
        each.unlink()
    file.write_bytes(b"this is no database at all, only words" * 100)
