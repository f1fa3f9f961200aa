"""The control API: what it shows, and whom it refuses."""

from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox.client import Client, article, boxed, settings_for


def test_first_start_has_two_followers_and_the_settings(tmp_path: Path) -> None:
    with boxed(settings_for(tmp_path, job_delay_s=2.0)) as box:
        state = box.box("GET", "state")

    assert [(one["name"], one["subscribed"]) for one in state["followers"]] == [("王阿姨", True), ("小李", True)]
    assert set(state) == {
        *("now", "account", "followers", "faults", "outcomes", "quota", "callback_url", "can_forward", "job_delay_s")
    }
    assert state["account"]["original_id"].startswith("gh_")
    assert (state["account"]["kind"], state["account"]["verified"]) == ("subscription", True)
    assert state["quota"] == {"mass_today": 0, "mass_today_limit": 1, "mass_month": 0, "mass_month_limit": None}
    assert state["job_delay_s"] == 2.0
    assert state["now"].endswith("+08:00")


def test_clock_file_is_shared(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("86400\n")
    with boxed(settings_for(tmp_path, clock_file=file)) as box:
        first = box.box("POST", "clock", {})["now"]
        moved = box.box("POST", "clock", {"now": "2030-01-01T00:00:00+08:00"})["now"]
        written = float(file.read_text())
        file.write_text("not a number")
        broken = box.box("POST", "clock", {})["now"]

    assert moved[:19] in ("2030-01-01T00:00:00", "2030-01-01T00:00:01")
    assert written > 86400
    assert broken < first


def test_time_without_zone_is_shanghais(box: Client) -> None:
    assert box.box("POST", "clock", {"now": "2031-01-01T09:00:00"})["now"].startswith("2031-01-01T09:00:0")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("clock", {"now": "tomorrow"}, 400),
        ("clock", {"now": 5}, 400),
        ("account", {"kind": "shop"}, 400),
        ("account", {"verified": "yes"}, 400),
        ("account", {"job_delay_s": -1}, 400),
        ("account", [1], 400),
        ("followers/nobody/say", {"text": "你好"}, 404),
        ("nothing", {}, 404),
        ("forward", {}, 409),
    ],
)
def test_wrong_orders_are_explained_in_chinese(box: Client, path: str, body: Any, status: int) -> None:
    answer = requests.post(f"{box.url}/box/{path}", json=body, timeout=5)

    assert answer.status_code == status
    if path != "nothing":
        assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.json()["error"])


@pytest.mark.parametrize("text", [None, "", "  ", 7, "字" * 5000])
def test_a_follower_says_something(box: Client, text: Any) -> None:
    answer = requests.post(f"{box.url}/box/followers/{box.openids()[0]}/say", json={"text": text}, timeout=5)

    assert answer.status_code == 400


def test_half_a_character_is_refused_in_one_sentence(box: Client) -> None:
    headers = {"Content-Type": "application/json"}
    address = f"{box.url}/box/followers/{box.openids()[0]}/say"
    answer = requests.post(address, data=rb'{"text": "\ud83d"}', headers=headers, timeout=5)

    assert answer.status_code == 400
    assert "半个字符" in answer.json()["error"]


def test_unknown_thing_to_send(box: Client) -> None:
    answer = requests.post(f"{box.url}/box/followers/{box.openids()[0]}/send", json={"type": "gold"}, timeout=5)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "elsewhere.example"},
    ],
)
def test_pages_from_elsewhere_cannot_drive_the_box(box: Client, headers: dict[str, str]) -> None:
    for method, path in (("POST", "account"), ("POST", "settle"), ("DELETE", "faults")):
        answer = requests.request(method, f"{box.url}/box/{path}", headers=headers, json={"verified": False}, timeout=5)
        assert answer.status_code == 403

    assert box.box("GET", "state")["account"]["verified"]


@pytest.mark.parametrize("path", ["state", "journal", "requests"])
def test_a_foreign_name_that_points_here_cannot_read_the_box(box: Client, path: str) -> None:
    answer = requests.get(f"{box.url}/box/{path}", headers={"Host": "elsewhere.example"}, timeout=5)

    assert answer.status_code == 403


def test_forms_cannot_drive_the_box(box: Client) -> None:
    assert requests.post(f"{box.url}/box/account", data={"kind": "service"}, timeout=5).status_code == 415


def test_own_page_may_drive_the_box(box: Client) -> None:
    headers = {"Origin": box.url, "Sec-Fetch-Site": "same-origin"}

    assert requests.post(f"{box.url}/box/clock", headers=headers, json={}, timeout=5).status_code == 200


def test_article_page_shows_the_article_and_cannot_run_scripts(box: Client) -> None:
    box.send(box.draft("<b>一片</b>叶子", author="张三", content="<p style='color:red'>绿</p><script>1</script>"))
    box.box("POST", "settle")
    page = requests.get(box.journal()[-1]["urls"][0], timeout=5)

    assert page.status_code == 200
    assert "&lt;b&gt;一片&lt;/b&gt;叶子" in page.text
    assert "张三" in page.text
    assert '<p style="color:red">绿</p>' in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_unknown_article_is_not_found(box: Client) -> None:
    assert requests.get(f"{box.url}/s/nothing", timeout=5).status_code == 404
    assert requests.get(f"{box.url}/s/draft/nothing/0", timeout=5).status_code == 404


def test_drafts_are_listed_with_their_titles(box: Client) -> None:
    body = {"articles": [article(box.thumb(), title=title) for title in ("一", "二")]}
    media_id = box.post("draft/add", body)["media_id"]
    first = box.box("GET", "drafts")["drafts"][0]

    assert (first["media_id"], first["titles"]) == (media_id, ["一", "二"])
    assert first["update_time"].endswith("+08:00")
