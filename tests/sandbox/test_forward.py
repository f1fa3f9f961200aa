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

    assert done["said"].endswith("《一片叶子》等 2 篇微信收下了，还没有发完")


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
    ("kind", "state", "is_waiting", "titles", "said"),
    [
        ("mass", "done", False, ["一", "二"], "送出了《一》等 2 篇"),
        ("mass", "failed", False, ["一"], "《一》没有发成"),
        ("mass", "in progress", True, ["一"], "《一》还没有发出，在等管理员同意群发"),
        ("mass", "in progress", False, ["一"], "《一》微信收下了，还没有发完"),
        ("publish", "in progress", False, ["一"], "《一》微信收下了，还没有发完"),
        ("publish", "done", False, ["一"], "《一》发布了，只有链接，不通知关注者"),
        ("custom", "done", False, [], "送出了一条消息"),
    ],
)
def test_said_entry(kind: str, state: str, is_waiting: bool, titles: list[str], said: str) -> None:
    assert said_entry({"kind": kind, "state": state, "is_waiting": is_waiting, "titles": titles}) == said


SENDS = """
import json, sys, urllib.request
for url, body in zip(sys.argv[1::2], sys.argv[2::2]):
    try:
        urllib.request.urlopen(urllib.request.Request(url, body.encode()), timeout=5).read()
    except OSError:
        pass
"""


def round_that_sends(box: Client, command: list[str], path: str) -> None:
    """From now on a round makes a draft and calls `path` with an earlier one."""
    box.box("POST", "clock", {"now": FRIDAY[:11] + "17:00:00+08:00"})
    box.fresh_token()
    earlier, thumb = box.draft("早先的草稿"), box.thumb()
    article = {"title": "一片叶子", "content": "<p>叶子</p>", "thumb_media_id": thumb}
    mass = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "mpnews": {"media_id": earlier}}
    command += [
        f"{box.url}/cgi-bin/draft/add?access_token={box.token}",
        json.dumps({"articles": [article]}, ensure_ascii=False),
    ]
    body = mass if "mass" in path else {"media_id": earlier}
    command += [f"{box.url}{path}?access_token={box.token}", json.dumps(body)]


@pytest.mark.parametrize(
    ("path", "fault", "said"),
    [
        ("/cgi-bin/message/mass/sendall", "errcode:45028", "《一片叶子》还没有发出：微信没有收下（45028）"),
        ("/cgi-bin/freepublish/submit", "lost_before", "《一片叶子》还没有发出：机器人没有等到答复"),
        ("/cgi-bin/freepublish/submit", "errcode:48001", "《一片叶子》进了草稿箱，点“发表”"),
    ],
)
def test_nobody_is_asked_to_send_what_the_bot_itself_is_sending(
    tmp_path: Path, path: str, fault: str, said: str
) -> None:
    command = python(SENDS)
    with ready(tmp_path, printing(PLAN), command) as box:
        round_that_sends(box, command, path)
        box.box("POST", "faults", {"path": path, "kind": fault, "times": 5})
        done = box.box("POST", "forward")

    assert said in done["said"]
    assert ("点“发表”" in done["said"]) == fault.endswith("48001")


def test_a_send_that_waits_for_the_administrator_is_not_said_to_be_sent(tmp_path: Path) -> None:
    command = python(SENDS)
    with ready(tmp_path, printing(PLAN), command) as box:
        box.box("POST", "switches", {"group_send_protection": True})
        round_that_sends(box, command, "/cgi-bin/message/mass/sendall")
        done = box.box("POST", "forward")

    assert done["said"].endswith("《早先的草稿》还没有发出，在等管理员同意群发")
