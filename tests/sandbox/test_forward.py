"""快进: to the bot's next push, with the bot's own commands."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.sandbox.forward import next_push
from tests.sandbox.bench import Client, boxed, settings_for

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


@pytest.mark.parametrize(
    ("plan", "due"),
    [
        (PLAN, FRIDAY),
        ('{"pushes": []}', None),
        ("[]", None),
        ("not json", None),
        ('{"pushes": [{"articles": ["一"]}]}', None),
        ('{"pushes": [{"due": "2026-12-02T00:00:00Z", "articles": ["一"]}]}', "2026-12-02T08:00:00+08:00"),
        ('{"pushes": [{"due": "2026-12-01T12:00:01", "articles": ["一"]}]}', "2026-12-01T12:00:01+08:00"),
    ],
)
def test_next_push(plan: str, due: Any) -> None:
    assert next_push(plan, datetime.fromisoformat(NOON)) == (due and datetime.fromisoformat(due))
