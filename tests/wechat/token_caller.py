"""One process that makes one call, over a ledger that it shares with others."""

from __future__ import annotations

from datetime import UTC, datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from bot.errors import OutletRefused
from bot.ledger.database import Ledger
from bot.wechat.client import Call, WeChatClient

APP_ID, SECRET = "wx0123456789abcdef", "box-s3cret"
LOOK = Call("/cgi-bin/draft/batchget", "查看草稿箱", changes=False)
BODY = {"offset": 0, "count": 1, "no_content": 1}


def new_client(box_url: str, ledger: Ledger) -> WeChatClient:
    """A client of the box."""
    return WeChatClient(
        app_id=APP_ID,
        secret=lambda: SECRET,
        base_url=box_url,
        ledger=ledger,
        now=lambda: datetime.now(UTC),
        timeout_s=(30.0, 30.0),
    )


def call_once(box_url: str, folder: Path, together: Barrier, said: Queue[str]) -> None:
    """Says "ok", or which remedy its refusal names."""
    ledger = Ledger("sqlite:///ledger.db", folder=folder)
    client = new_client(box_url, ledger)
    together.wait(60)
    try:
        client.post(LOOK, BODY)
        said.put("ok")
    except OutletRefused as error:
        said.put(str(error.remedy))
    finally:
        client.close()
        ledger.close()
