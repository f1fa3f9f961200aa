"""The phone's page and the article template, without a browser."""

import re
from pathlib import Path

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from bot.sandbox.phone import phone

FOLDER = Path(phone.root_path)
PHONE_FILES = sorted(FOLDER.glob("static/*")) + sorted(FOLDER.glob("templates/*"))
PARSERS = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\balert\(")
TEST_IDS = ["chat", "input", "send", "article-view", "article-frame", "article-back", "console", "forward", "journal"]
ARTICLE = {
    "title": "陶寺人怎样<看见>冬至",
    "author": None,
    "account_name": "临汾微科普",
    "published_at": "2026年12月4日 18:00",
    "content_html": '<p style="color:#333">十二道缝</p>',
    "digest": None,
    "read_more_url": None,
    "ai_label": None,
}


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask("box")
    app.register_blueprint(phone)
    return app


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def status(client: FlaskClient, address: str) -> int:
    # Used up and closed: a served file is an open one until then.
    with client.get(address) as response:
        response.get_data()
        return response.status_code


def article(app: Flask, **changes: str | None) -> str:
    with app.test_request_context("/s/token"):
        return render_template("article.html", **ARTICLE | changes)


def test_page_answers_in_chinese(client: FlaskClient) -> None:
    page = client.get("/")

    assert page.status_code == 200
    assert '<html lang="zh-CN">' in page.text


def test_every_file_the_page_and_its_scripts_name_is_served(client: FlaskClient) -> None:
    named = set(re.findall(r'(?:href|src)="(/[^"]+)"', client.get("/").text))
    for script in FOLDER.glob("static/*.js"):
        named |= {f"/phone/{name}" for name in re.findall(r'(?:from "\./|asset\(")([\w.]+)"', script.read_text())}

    assert len(named) > 10
    assert {name: status(client, name) for name in named} == dict.fromkeys(named, 200)


def test_scripts_are_served_as_scripts(client: FlaskClient) -> None:
    with client.get("/phone/phone.js") as response:
        assert response.mimetype in {"text/javascript", "application/javascript"}


@pytest.mark.parametrize("file", PHONE_FILES, ids=lambda file: file.name)
def test_no_outside_address_is_in_the_phone(file: Path) -> None:
    text = file.read_text().replace("http://www.w3.org/2000/svg", "")

    assert not re.search(r"https?://[\w.]", text)


@pytest.mark.parametrize("file", PHONE_FILES, ids=lambda file: file.name)
def test_nobodys_text_is_parsed_as_html(file: Path) -> None:
    assert not PARSERS.search(file.read_text())


def test_page_policy_forbids_inline_and_foreign_scripts(client: FlaskClient) -> None:
    page = client.get("/")

    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page.text) is None


@pytest.mark.parametrize("name", TEST_IDS)
def test_page_keeps_the_names_that_tests_look_for(client: FlaskClient, name: str) -> None:
    assert f'data-testid="{name}"' in client.get("/").text


def test_every_control_has_a_label(client: FlaskClient) -> None:
    page = client.get("/").text
    for_ids = set(re.findall(r'<label[^>]*\sfor="([^"]+)"', page))
    outside_labels = re.sub(r"<label.*?</label>", "", page, flags=re.DOTALL)
    unlabelled = re.findall(r'<(?:input|select)[^>]*\sid="([^"]+)"', outside_labels)

    assert set(unlabelled) <= for_ids


def test_article_escapes_title_and_keeps_content(app: Flask) -> None:
    page = article(app, author="<b>科协</b>", digest='"><script>')

    assert "陶寺人怎样&lt;看见&gt;冬至" in page
    assert "<看见>" not in page
    assert "<b>" not in page
    assert "<script" not in page
    assert '<p style="color:#333">十二道缝</p>' in page


def test_article_shows_label_and_read_more_only_when_given(app: Flask) -> None:
    bare = article(app)
    full = article(app, ai_label="本文由 AI 撰写", read_more_url="https://kepu.example/a?x=1&y=2")

    assert "ai-label" not in bare
    assert "阅读原文" not in bare
    assert "None" not in bare
    assert "本文由 AI 撰写" in full
    assert 'href="https://kepu.example/a?x=1&amp;y=2"' in full


def test_article_never_links_to_a_script(app: Flask) -> None:
    assert "javascript:" not in article(app, read_more_url="javascript:alert(1)")


@pytest.mark.parametrize("script", sorted(FOLDER.glob("static/*.js")), ids=lambda file: file.name)
def test_a_script_can_be_read_at_one_sitting(script: Path) -> None:
    assert len(script.read_text().splitlines()) < 400


def test_the_author_is_not_named_twice(app: Flask) -> None:
    assert article(app, author="临汾微科普").count("临汾微科普") == 1
    assert "王工程师" in article(app, author="王工程师")
