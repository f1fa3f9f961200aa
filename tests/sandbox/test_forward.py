"""快进: to the bot's next push, with the bot's own commands."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests

from bot.sandbox.forward import said_entry, stops
from tests.sandbox.client import Client, boxed, settings_for

NOON = "2026-12-01T12:00:00+08:00"
FRIDAY = "2026-12-04T18:00:00+08:00"
PLAN = json.dumps({"pushes": [{"due": NOON, "articles": ["早"]}, {"due": FRIDAY, "articles": [{"title": "叶"}]}]})
ROUND = "import sys; open(sys.argv[1], 'w').write(sys.argv[2])"


@contextmanager
def ready(folder: Path, plan: list[str], round_: list[str]) -> Iterator[Client]:
    with boxed(settings_for(folder, plan_command=plan, round_command=round_)) as box:
        box.box("POST", "clock", {"now": NOON})
        yield box


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def printing(text: str) -> list[str]:
    return python("import sys; sys.stdout.reconfigure(encoding='utf-8'); print(sys.argv[1])", text)


def test_clock_jumps_to_the_push_and_the_round_runs_there(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    with ready(tmp_path, printing(PLAN), python(ROUND, str(seen), "{now}")) as box:
        done = box.box("POST", "forward")
        now = box.box("POST", "clock", {})["now"]

    assert done["ok"]
    assert datetime.fromisoformat(seen.read_text()) == datetime.fromisoformat(FRIDAY) + timedelta(seconds=1)
    assert now >= "2026-12-04T18:00:01"
    assert "12月4日（周五）18:00" in done["said"]


def test_what_is_said_is_what_the_journal_holds(tmp_path: Path) -> None:
    code = """
import json, sys, urllib.request
url, body = sys.argv[1:]
urllib.request.urlopen(urllib.request.Request(url, body.encode(), {"Content-Type": "application/json"})).read()
"""
    (tmp_path / "round.py").write_text(code)
    command = [sys.executable, str(tmp_path / "round.py")]
    with ready(tmp_path, printing(PLAN), command) as box:
        box.box("POST", "clock", {"now": FRIDAY[:11] + "17:00:00+08:00"})
        box.fresh_token()
        media_id = box.draft("一片叶子", "两片叶子")
        message = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "mpnews": {"media_id": media_id}}
        # The command's list is the settings' own: the address is known only now that the box is served.
        command += [f"{box.url}/cgi-bin/message/mass/sendall?access_token={box.token}", json.dumps(message)]
        done = box.box("POST", "forward")

    assert done["said"].endswith("送出了《一片叶子》等 2 篇")


def test_round_that_fails_is_told(tmp_path: Path) -> None:
    failing = python("import sys; sys.stdout.reconfigure(); sys.stderr.write('x\\nlast words\\n'); sys.exit(1)")
    with ready(tmp_path, printing(PLAN), failing) as box:
        done = box.box("POST", "forward")

    assert not done["ok"]
    assert "last words" in done["said"]


def test_plan_that_fails_leaves_the_clock(tmp_path: Path) -> None:
    with ready(tmp_path, ["/no/such/command"], printing("")) as box:
        done = box.box("POST", "forward")
        now = box.box("POST", "clock", {})["now"]

    assert not done["ok"]
    assert "没能读到推送计划" in done["said"]
    assert now < "2026-12-01T12:01"


@pytest.mark.parametrize("plan", ['{"pushes": []}', json.dumps({"pushes": [{"due": FRIDAY, "articles": []}]})])
def test_nothing_planned_is_a_conflict(tmp_path: Path, plan: str) -> None:
    with ready(tmp_path, printing(plan), printing("")) as box:
        assert box.box("GET", "state")["can_forward"]
        answer = requests.post(f"{box.url}/box/forward", json={}, timeout=30)

    assert answer.status_code == 409
    assert "没有排好的推送" in answer.json()["error"]


MONDAY = "2026-12-07T09:00:00+08:00"


def plan_of(*slots: tuple[str, bool]) -> str:
    return json.dumps(
        {"pushes": [{"due": due, "articles": ["一"] if has_article else []} for due, has_article in slots]}
    )


@pytest.mark.parametrize(
    ("plan", "dues"),
    [
        (PLAN, [FRIDAY]),
        ('{"pushes": []}', []),
        ("[]", []),
        ("not json", []),
        ('{"pushes": [{"articles": ["一"]}]}', []),
        ('{"pushes": [{"due": "2026-12-02T00:00:00Z", "articles": ["一"]}]}', ["2026-12-02T08:00:00+08:00"]),
        ('{"pushes": [{"due": "2026-12-01T12:00:01", "articles": ["一"]}]}', ["2026-12-01T12:00:01+08:00"]),
        (plan_of((NOON, False), (FRIDAY, False), (MONDAY, True)), [FRIDAY, MONDAY]),
        (plan_of((MONDAY, False), (FRIDAY, True)), [FRIDAY]),
        (plan_of((FRIDAY, False), (FRIDAY, True), (MONDAY, True)), [FRIDAY]),
        (plan_of((FRIDAY, False), (MONDAY, False)), []),
    ],
)
def test_every_planned_slot_up_to_the_next_push_is_a_stop(plan: str, dues: list[str]) -> None:
    assert stops(plan, datetime.fromisoformat(NOON)) == [datetime.fromisoformat(due) for due in dues]


def test_a_round_runs_at_an_empty_slot_before_the_push(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    round_ = python("import sys; open(sys.argv[1], 'a').write(sys.argv[2] + ' ')", str(seen), "{now}")
    with ready(tmp_path, printing(plan_of((FRIDAY, False), (MONDAY, True))), round_) as box:
        box.box("POST", "forward")

    rounds = [datetime.fromisoformat(moment) for moment in seen.read_text().split()]
    assert rounds == [datetime.fromisoformat(due) + timedelta(seconds=1) for due in (FRIDAY, MONDAY)]


def test_a_draft_that_waits_for_a_person_is_told(tmp_path: Path) -> None:
    (tmp_path / "round.py").write_text(
        "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], sys.argv[2].encode()).read()"
    )
    command = [sys.executable, str(tmp_path / "round.py")]
    with ready(tmp_path, printing(PLAN), command) as box:
        box.box("POST", "clock", {"now": FRIDAY[:11] + "17:00:00+08:00"})
        box.fresh_token()
        article = {"title": "一片叶子", "content": "<p>叶子</p>", "thumb_media_id": box.thumb()}
        command += [
            f"{box.url}/cgi-bin/draft/add?access_token={box.token}",
            json.dumps({"articles": [article]}, ensure_ascii=False),
        ]
        done = box.box("POST", "forward")

    assert "《一片叶子》进了草稿箱" in done["said"]


@pytest.mark.parametrize(
    ("kind", "state", "titles", "said"),
    [
        ("mass", "done", ["一", "二"], "送出了《一》等 2 篇"),
        ("mass", "failed", ["一"], "《一》没有发成"),
        ("publish", "done", ["一"], "《一》发布了，只有链接，不通知关注者"),
        ("custom", "done", [], "送出了一条消息"),
    ],
)
def test_said_entry(kind: str, state: str, titles: list[str], said: str) -> None:
    assert said_entry({"kind": kind, "state": state, "titles": titles}) == said
