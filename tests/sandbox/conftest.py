"""One served box and one webhook for each test module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.state import Store
from tests.sandbox.client import Client, Receiver, boxed, receiving, settings_for

USUAL_SWITCHES = {
    "is_test": False,
    "server_mode": True,
    "group_send_protection": False,
    "is_secret_frozen": False,
    "has_comments": True,
    "token_confirmation": 0,
    "publish_refusal": 0,
    "ip_whitelist": None,
}


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture(scope="module")
def served_box(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("box")
    with boxed(settings_for(folder, callback_url=receiver.url)) as client:
        yield client


@pytest.fixture
def box(served_box: Client, receiver: Receiver, days: Iterator[str]) -> Client:
    """The module's box on a day of its own, without faults, its account verified and with a fresh token."""
    served_box.box("POST", "clock", {"now": next(days)})
    for orders in ("faults", "outcomes"):
        served_box.box("DELETE", orders)
    served_box.box("POST", "switches", USUAL_SWITCHES)
    served_box.box("POST", "native", {})
    served_box.box("POST", "account", {"kind": "subscription", "verified": True})
    served_box.box("POST", "settle")
    served_box.fresh_token()
    receiver.reset()
    return served_box


@pytest.fixture
def service(box: Client) -> Client:
    """The box's account as a verified 服务号: nobody else may make codes or send notices."""
    box.box("POST", "account", {"kind": "service"})
    return box


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The memory of a box that nobody serves."""
    one = Store(tmp_path / "box.db")
    yield one
    one.close()


@pytest.fixture(scope="module")
def days() -> Iterator[str]:
    """Noons, a month apart: each test has its own quotas."""
    return (f"{2027 + n // 12}-{n % 12 + 1:02}-10T12:00:00+08:00" for n in range(600))
