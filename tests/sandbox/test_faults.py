"""Every fault: what the client sees, and whether the platform did it."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from tests.sandbox.client import APP_ID, SECRET, Client

COUNT = "/cgi-bin/draft/count"
DELETE = "/cgi-bin/draft/delete"


@pytest.fixture(autouse=True)
def _patience(box: Client) -> Iterator[None]:
    box.timeout_s = 0.3
    yield
    box.timeout_s = 10.0


def order(box: Client, kind: str, path: str = DELETE, times: int = 1) -> None:
    box.box("POST", "faults", {"path": path, "kind": kind, "times": times})


def new_token(box: Client) -> str:
    """What asking without force gives."""
    asked = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
    return str(box.post("stable_token", asked)["access_token"])


def is_there(box: Client, media_id: str) -> bool:
    return "news_item" in box.post("draft/get", {"media_id": media_id})


@pytest.mark.parametrize(
    ("kind", "error", "is_done"),
    [
        ("timeout_before", requests.ReadTimeout, False),
        ("timeout_after", requests.ReadTimeout, True),
        ("lost_before", requests.ConnectionError, False),
        ("lost_after", requests.ConnectionError, True),
        ("hold_before", requests.ReadTimeout, False),
        ("hold_after", requests.ReadTimeout, True),
        ("truncated", requests.JSONDecodeError, True),
    ],
)
def test_answer_that_never_comes_whole(box: Client, kind: str, error: type[Exception], is_done: bool) -> None:
    media_id = box.draft()
    order(box, kind)

    with pytest.raises(error):
        box.post("draft/delete", {"media_id": media_id})
    assert is_there(box, media_id) != is_done
    assert box.box("GET", "requests")["requests"][-2] | {"seq": 0, "at": ""} == {
        "seq": 0,
        "at": "",
        "path": DELETE,
        "errcode": 0 if is_done else None,
        "fault": kind,
    }


@pytest.mark.parametrize(("kind", "is_done"), [("http_502", False), ("http_502_after", True)])
def test_gateway_error(box: Client, kind: str, is_done: bool) -> None:
    media_id = box.draft()
    order(box, kind)
    answer = requests.post(
        f"{box.url}{DELETE}", params={"access_token": box.token}, json={"media_id": media_id}, timeout=5
    )

    assert answer.status_code == 502
    assert is_there(box, media_id) != is_done


@pytest.mark.parametrize("code", [-1, 40164, 45009, 48001])
def test_error_code_is_answered_and_nothing_done(box: Client, code: int) -> None:
    media_id = box.draft()
    order(box, f"errcode:{code}")
    answer = box.post("draft/delete", {"media_id": media_id})

    assert answer["errcode"] == code
    assert "rid: " in answer["errmsg"]
    assert is_there(box, media_id)


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_that_is_refused_has_ended(box: Client, code: int) -> None:
    refused = box.token
    order(box, f"errcode:{code}", COUNT)

    assert box.get("draft/count")["errcode"] == code
    assert box.get("draft/count")["errcode"] == code  # by itself: the fault was for one request

    box.token = new_token(box)

    assert box.token != refused
    assert "total_count" in box.get("draft/count")


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_the_same_token_can_come_back_after_a_refusal(box: Client, code: int) -> None:
    refused = box.token = new_token(box)
    order(box, f"same_token:{code}", COUNT)

    assert box.get("draft/count")["errcode"] == code
    assert new_token(box) == refused
    assert "total_count" in box.get("draft/count")


def test_fault_happens_the_ordered_number_of_times_and_only_on_its_path(box: Client) -> None:
    order(box, "errcode:-1", COUNT, times=2)
    other = box.post("draft/batchget", {"offset": 0, "count": 1})
    codes = [box.get("draft/count").get("errcode", 0) for _ in range(3)]

    assert "item" in other
    assert codes == [-1, -1, 0]


def test_star_is_any_path_and_faults_are_listed_until_they_happened(box: Client) -> None:
    order(box, "errcode:-1", "*")
    listed = box.box("GET", "state")["faults"]

    assert [(fault["path"], fault["kind"], fault["times"]) for fault in listed] == [("*", "errcode:-1", 1)]
    assert box.get("draft/count")["errcode"] == -1
    assert box.box("GET", "state")["faults"] == []


def test_faults_can_be_taken_back(box: Client) -> None:
    order(box, "errcode:-1", times=9)
    box.box("DELETE", "faults")

    assert "total_count" in box.get("draft/count")


@pytest.mark.parametrize(
    "body",
    [
        {"path": DELETE, "kind": "earthquake"},
        {"path": DELETE, "kind": "errcode:1"},
        {"path": DELETE, "kind": "errcode:0"},
        {"path": DELETE, "kind": "errcode:x"},
        {"path": DELETE, "kind": "same_token:48001"},
        {"path": "draft/add", "kind": "lost_after"},
        {"path": DELETE, "kind": "lost_after", "times": 0},
        {"kind": "lost_after"},
    ],
)
def test_faults_that_the_box_cannot_play(box: Client, body: dict[str, object]) -> None:
    answer = requests.post(f"{box.url}/box/faults", json=body, timeout=5)

    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    ("kind", "phase", "is_done"), [("hold_before", "before", False), ("hold_after", "after", True)]
)
def test_held_connection_is_listed_while_open_and_closed_by_release(
    box: Client, kind: str, phase: str, is_done: bool
) -> None:
    media_id = box.draft()
    order(box, kind)
    box.timeout_s = 10.0
    ended: list[str] = []

    def call() -> None:
        try:
            requests.post(
                f"{box.url}{DELETE}", params={"access_token": box.token}, json={"media_id": media_id}, timeout=10
            )
        except requests.ConnectionError:
            ended.append("without an answer")

    thread = threading.Thread(target=call)
    thread.start()
    held = box.box("GET", "held?timeout=5")["held"]

    assert held == [{"path": DELETE, "phase": phase}]
    assert ended == []
    assert box.box("POST", "release")["released"] == 1
    thread.join(timeout=5)
    assert ended == ["without an answer"]
    assert is_there(box, media_id) != is_done
    assert box.box("GET", "held")["held"] == []


def test_client_that_dies_is_no_longer_held(box: Client) -> None:
    order(box, "hold_before", COUNT)
    host, port = box.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(f"GET {COUNT}?access_token={box.token} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert box.box("GET", "held?timeout=5")["held"]

    deadline = time.monotonic() + 5
    while box.box("GET", "held")["held"]:
        assert time.monotonic() < deadline


def test_waiting_for_a_held_connection_ends(box: Client) -> None:
    assert box.box("GET", "held?timeout=0.05")["held"] == []


def test_timeouts_are_not_listed_as_held(box: Client) -> None:
    order(box, "timeout_before", COUNT)
    with pytest.raises(requests.ReadTimeout):
        box.get("draft/count")

    assert box.box("GET", "held")["held"] == []


def test_lost_answer_of_a_mass_message_is_found_by_its_clientmsgid(box: Client) -> None:
    media_id = box.draft()
    order(box, "lost_after", "/cgi-bin/message/mass/sendall")
    with pytest.raises(requests.ConnectionError):
        box.send(media_id, "slot-9")
    box.box("POST", "settle")

    assert box.send(media_id, "slot-9")["errcode"] == 45065
    assert [entry["clientmsgid"] for entry in box.journal()].count("slot-9") == 1
