"""What every call passes: method, path, daily limits; and what a restart keeps."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import requests

from bot.sandbox.schema import LATER_COLUMNS
from tests.sandbox.client import JPG, Client, article, boxed, settings_for


def test_wrong_methods_and_paths(box: Client) -> None:
    assert box.get("draft/add")["errcode"] == 43002
    assert box.get("stable_token")["errcode"] == 43002
    assert box.post("draft/count", {})["errcode"] == 43001
    assert box.post("draft/burn", {})["errcode"] == 40066


def test_daily_limit_ends_at_midnight_in_shanghai(box: Client) -> None:
    box.box("POST", "clock", {"now": "2028-05-01T23:58:00+08:00"})
    box.fresh_token()
    codes = [box.post("freepublish/delete", {"article_id": "x"})["errcode"] for _ in range(11)]
    box.box("POST", "clock", {"now": "2028-05-02T00:00:01+08:00"})

    assert codes[-2:] == [53600, 45009]
    assert box.post("freepublish/delete", {"article_id": "x"})["errcode"] == 53600


def test_calls_that_are_not_let_in_do_not_count(box: Client) -> None:
    box.box("POST", "account", {"verified": False})
    refused = [box.post("freepublish/delete", {"article_id": "x"})["errcode"] for _ in range(12)]
    box.box("POST", "account", {"verified": True})

    assert set(refused) == {48001}
    assert box.post("freepublish/delete", {"article_id": "x"})["errcode"] == 53600


def test_every_request_is_listed(box: Client) -> None:
    before = len(box.box("GET", "requests")["requests"])
    box.get("draft/count")
    box.post("draft/get", {"media_id": "made-up"})
    listed = box.box("GET", "requests")["requests"][before:]

    assert [(one["path"], one["errcode"], one["fault"]) for one in listed] == [
        ("/cgi-bin/draft/count", 0, None),
        ("/cgi-bin/draft/get", 40007, None),
    ]


def test_restart_keeps_everything_and_finishes_what_was_accepted(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    with boxed(settings) as first:
        first.box("POST", "account", {"kind": "service"})
        kept, picture = first.draft("留下的"), first.upload("media/uploadimg", JPG)["url"]
        accepted = first.send(first.draft("发出的"), "slot-1")
        state, token, url = first.box("GET", "state"), first.token, first.url

    with boxed(settings) as second:
        again = second.box("GET", "state")
        second.token = token
        second.box("POST", "account", {"job_delay_s": 0.0})
        second.box("POST", "settle")
        title = second.post("draft/get", {"media_id": kept})["news_item"][0]["title"]
        status = second.post("message/mass/get", {"msg_id": accepted["msg_id"]})["msg_status"]
        content = f'<p>一<img src="{picture}"></p>'
        media_id = second.post("draft/add", {"articles": [article(second.thumb(), content=content)]})["media_id"]
        shown = second.post("draft/get", {"media_id": media_id})["news_item"][0]
        page = requests.get(shown["url"], timeout=5).text

    assert again["account"] == state["account"]
    assert again["followers"] == state["followers"]
    assert (title, status) == ("留下的", "SEND_SUCCESS")
    # The picture's old address still counts as ours, and the page shows it from where the box is now.
    assert url != second.url
    assert shown["content"] == content
    assert f'src="{picture[len(url) :]}"' in page


def test_changed_settings_win_over_what_the_console_chose(tmp_path: Path) -> None:
    with boxed(settings_for(tmp_path)) as first:
        first.box("POST", "account", {"verified": False})
    with boxed(settings_for(tmp_path, kind="service")) as second:
        account = second.box("GET", "state")["account"]

    assert (account["kind"], account["verified"]) == ("service", True)


def test_job_is_finished_by_itself_after_its_delay(tmp_path: Path) -> None:
    with boxed(settings_for(tmp_path, job_delay_s=0.05)) as box:
        box.send(box.draft(), "slot-1")
        openid = box.openids()[0]
        deadline = time.monotonic() + 5
        while not box.chat(openid):
            assert time.monotonic() < deadline
            time.sleep(0.01)

        assert box.chat(openid)[0]["type"] == "push"
        assert box.journal()[0]["state"] == "done"


def test_file_of_an_earlier_version_is_taken_over(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    with boxed(settings) as first:
        kept, openid = first.draft("留下的"), first.openids()[0]
    with closing(sqlite3.connect(settings.database)) as db:
        for table, column, _ in LATER_COLUMNS:
            db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.execute("DROP TABLE profiles")
        db.commit()
    with boxed(settings) as second:
        second.send(kept)
        second.box("POST", "settle")

        assert second.journal()[-1]["titles"] == ["留下的"]
        assert second.get("user/info", openid=openid)["subscribe"] == 1


def test_numbers_that_no_id_can_be_are_refused_and_not_an_error_of_the_box(box: Client) -> None:
    huge = 10**30

    assert box.post("message/mass/get", {"msg_id": huge})["errcode"] == 40059
    assert box.post("comment/list", {"msg_data_id": huge, "begin": 0, "count": 1})["errcode"] == 88001
    assert box.post("menu/delconditional", {"menuid": huge})["errcode"] == 65301
    assert box.post("draft/batchget", {"offset": huge, "count": 1})["errcode"] == 40097
