"""Jobs that do not simply succeed: group-send protection, and outcomes that were ordered."""

from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.client import Client, Receiver, boxed, receiving, settings_for


@pytest.fixture(scope="module")
def plain_receiver() -> Any:
    with receiving() as one:
        yield one


@pytest.fixture(scope="module")
def plain_box(tmp_path_factory: pytest.TempPathFactory, plain_receiver: Receiver) -> Any:
    """In plain mode, so that the events can be read as they come."""
    settings = settings_for(tmp_path_factory.mktemp("plain"), callback_url=plain_receiver.url, encryption="plain")
    with boxed(settings) as client:
        yield client


@pytest.fixture
def open_box(plain_box: Client, plain_receiver: Receiver, days: Any) -> Client:
    plain_box.clock(next(days)[:19])
    plain_box.box("DELETE", "outcomes")
    plain_box.switch(group_send_protection=False, is_test=False, server_mode=True)
    plain_receiver.reset()
    return plain_box


def told(box: Client, receiver: Receiver) -> str:
    """The event about the only job."""
    box.box("POST", "settle")
    return receiver.expect(1)[0].body


def sent_with_protection(box: Client) -> dict[str, Any]:
    box.switch(group_send_protection=True)
    return box.send(box.draft("等人确认"))


def test_protected_message_waits_for_the_administrator(open_box: Client, plain_receiver: Receiver) -> None:
    accepted = sent_with_protection(open_box)
    settled = open_box.box("POST", "settle")["delivered"]
    waiting = open_box.box("GET", "waiting")["waiting"]

    assert (settled, plain_receiver.deliveries) == (0, [])
    assert [one["msg_id"] for one in waiting] == [accepted["msg_id"]]
    assert open_box.post("message/mass/get", {"msg_id": accepted["msg_id"]})["msg_status"] == "SENDING"


def test_confirmed_message_goes_out(open_box: Client, plain_receiver: Receiver) -> None:
    accepted = sent_with_protection(open_box)
    open_box.box("POST", f"waiting/{accepted['msg_id']}", {"is_confirmed": True})

    assert "<Status><![CDATA[send success]]></Status>" in told(open_box, plain_receiver)
    assert open_box.journal()[-1]["recipients"] == open_box.openids()
    assert open_box.box("GET", "waiting")["waiting"] == []


@pytest.mark.parametrize(("waited", "code"), [(False, 40001), (True, 40002)])
def test_message_that_nobody_confirmed_does_not_go_out(
    open_box: Client, plain_receiver: Receiver, waited: bool, code: int
) -> None:
    accepted = sent_with_protection(open_box)
    if waited:
        day = open_box.box("GET", "state")["now"][:10]
        open_box.clock(f"{day}T12:29:00")
        assert [one["msg_id"] for one in open_box.box("GET", "waiting")["waiting"]] == [accepted["msg_id"]]
        assert open_box.box("POST", "settle")["delivered"] == 0
        open_box.clock(f"{day}T12:31:00")
    else:
        open_box.box("POST", f"waiting/{accepted['msg_id']}", {"is_confirmed": False})
    event = told(open_box, plain_receiver)
    entry = open_box.journal()[-1]

    assert f"<Status><![CDATA[err({code})]]></Status>" in event
    assert "<SentCount>0</SentCount>" in event
    assert (entry["state"], entry["outcome"], entry["recipients"]) == ("failed", f"err({code})", [])
    assert open_box.post("message/mass/get", {"msg_id": accepted["msg_id"]})["msg_status"] == "SEND_FAIL"
    late = open_box.http.post(f"{open_box.url}/box/waiting/{accepted['msg_id']}", json={"is_confirmed": True})
    assert late.status_code == 409
    # What did not go out has used no quota.
    assert open_box.box("GET", "state")["quota"]["mass_today"] == 0


def test_nobody_confirming_is_told_by_itself_when_the_clock_goes_on(tmp_path: Path) -> None:
    with (
        receiving() as receiver,
        boxed(settings_for(tmp_path, callback_url=receiver.url, encryption="plain", job_delay_s=0.0)) as box,
    ):
        box.clock("2026-12-04T18:00:00")
        sent_with_protection(box)
        box.clock("2026-12-04T18:30:01")

        assert "err(40002)" in receiver.expect(1)[0].body


@pytest.mark.parametrize(
    ("outcome", "check"),
    [
        ("send fail", "<CheckState>1</CheckState>"),
        ("err(20013)", "<CheckState>1</CheckState>"),
        ("err(30001)", "<CheckState>1</CheckState>"),
        ("err(30002)", "<CheckState>3</CheckState>"),
        ("err(30003)", "<CheckState>2</CheckState>"),
        ("err(10001)", "<Count>0</Count>"),
    ],
)
def test_mass_message_ends_as_ordered(open_box: Client, plain_receiver: Receiver, outcome: str, check: str) -> None:
    open_box.box("POST", "outcomes", {"kind": "mass", "outcome": outcome})
    open_box.send(open_box.draft())
    event = told(open_box, plain_receiver)

    assert f"<Status><![CDATA[{outcome}]]></Status>" in event
    assert check in event
    assert open_box.journal()[-1]["state"] == "failed"
    assert open_box.box("POST", "outcomes", {"kind": "mass", "outcome": "err(1)"})["outcomes"] == [
        {"kind": "mass", "outcome": "err(1)"}
    ]


@pytest.mark.parametrize(
    ("status", "state", "fail_idx", "is_draft_left"),
    [
        ("2", "failed", [1], True),
        ("3", "failed", [], True),
        ("4", "failed", [1], True),
        ("5", "done", [], False),
        ("6", "done", [], False),
    ],
)
def test_publication_ends_as_ordered(
    open_box: Client, plain_receiver: Receiver, status: str, state: str, fail_idx: list[int], is_draft_left: bool
) -> None:
    open_box.box("POST", "outcomes", {"kind": "publish", "outcome": status})
    media_id = open_box.draft()
    publish_id = open_box.post("freepublish/submit", {"media_id": media_id})["publish_id"]
    event = told(open_box, plain_receiver)
    asked = open_box.post("freepublish/get", {"publish_id": publish_id})

    assert f"<publish_status>{status}</publish_status>" in event
    assert "<article_id>" not in event
    assert ("<fail_idx>1</fail_idx>" in event) == bool(fail_idx)
    assert (asked["publish_status"], asked["fail_idx"], "article_id" in asked) == (int(status), fail_idx, False)
    assert open_box.journal()[-1]["state"] == state
    assert ("news_item" in open_box.post("draft/get", {"media_id": media_id})) == is_draft_left


def test_test_account_publishes_nothing_and_sends_no_mass_messages(open_box: Client, plain_receiver: Receiver) -> None:
    open_box.switch(is_test=True)
    publish_id = open_box.post("freepublish/submit", {"media_id": open_box.draft()})["publish_id"]
    open_box.box("POST", "settle")

    assert open_box.post("freepublish/get", {"publish_id": publish_id})["publish_status"] == 3
    assert open_box.send("x")["errcode"] == 48001


def test_nothing_is_told_while_the_callback_is_off(open_box: Client, plain_receiver: Receiver) -> None:
    open_box.switch(server_mode=False)
    open_box.send(open_box.draft())
    open_box.box("POST", "settle")

    assert open_box.journal()[-1]["state"] == "done"
    assert plain_receiver.deliveries == []


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "mass", "outcome": "2"},
        {"kind": "publish", "outcome": "0"},
        {"kind": "publish", "outcome": "err(1)"},
        {"kind": "poem", "outcome": "2"},
        {"kind": "mass", "outcome": "err(1)", "times": 0},
    ],
)
def test_orders_that_cannot_be_kept(open_box: Client, order: dict[str, Any]) -> None:
    answer = open_box.http.post(f"{open_box.url}/box/outcomes", json=order, timeout=5)

    assert answer.status_code == 400
    assert "应" in answer.json()["error"]
