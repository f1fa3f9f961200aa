"""A platform of a few lines whose every answer a test decides; the WeChat in a box is the thorough one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from bot.ledger.database import Ledger
from bot.wechat.client import WeChatClient

APP_ID = "wx0123456789abcdef"
SECRET = "s3cret-of-the-account"
TOKEN_PATH = "/cgi-bin/stable_token"
NOON = datetime(2026, 12, 4, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    path: str
    query: dict[str, str]
    body: bytes
    content_type: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Raw:
    """An answer that is not WeChat's usual JSON with status 200."""

    status: int
    body: bytes
    location: str = ""
    cut: bool = False  # promises more bytes than it sends


HANG = "hang"  # read it and never answer
CLOSE = "close"  # read it and hang up

Answer = dict[str, Any] | Raw | str


class Server(ThreadingHTTPServer):
    request_queue_size = 128  # the default of 5 resets connections when twenty threads come at once
    daemon_threads = True


class Platform:
    """Answers as `answers[path]` says; hands out `token`, and a new one by force; keeps every request."""

    def __init__(self) -> None:
        self.token = "TOKEN-1"
        self.seen: list[Seen] = []
        self.answers: dict[str, Callable[[Seen], Answer]] = {TOKEN_PATH: self.give_token}
        self.refuse_all_tokens = False
        self.released = threading.Event()
        self._server = Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def requests_to(self, path: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == path]

    def give_token(self, seen: Seen) -> Answer:
        if seen.json.get("force_refresh"):
            self.revoke()
        return {"access_token": self.token, "expires_in": 7200}

    def revoke(self) -> None:
        """The token in use is dead; asking gives the next one."""
        self.token = f"TOKEN-{int(self.token.rpartition('-')[2]) + 1}"

    def answer(self, seen: Seen) -> Answer:
        if seen.path != TOKEN_PATH and (self.refuse_all_tokens or seen.query.get("access_token") != self.token):
            return {
                "errcode": 40001,
                "errmsg": "invalid credential, access_token is invalid or not latest rid: 6a-1b-2c",
            }
        return self.answers.get(seen.path, lambda _: {"errcode": 0, "errmsg": "ok"})(seen)

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                seen = Seen(parts.path, dict(parse_qsl(parts.query)), body, self.headers.get("Content-Type") or "")
                platform.seen.append(seen)
                answer = platform.answer(seen)
                if answer == HANG:
                    platform.released.wait(10)
                elif isinstance(answer, Raw):
                    self.give(answer)
                elif isinstance(answer, dict):
                    self.give(Raw(200, json.dumps(answer, ensure_ascii=False).encode()))

            do_GET = do_POST  # where a followed redirect would end

            def give(self, raw: Raw) -> None:
                self.send_response(raw.status)
                self.send_header("Content-Length", str(len(raw.body) + (10 if raw.cut else 0)))
                if raw.location:
                    self.send_header("Location", raw.location)
                self.end_headers()
                self.wfile.write(raw.body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class Clock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(scope="module")
def one_platform() -> Iterator[Platform]:
    platform = Platform()
    yield platform
    platform.close()


@pytest.fixture
def platform(one_platform: Platform) -> Platform:
    """A platform without memory, the same server for a whole module."""
    one_platform.token, one_platform.refuse_all_tokens = "TOKEN-1", False
    one_platform.seen.clear()
    one_platform.answers = {TOKEN_PATH: one_platform.give_token}
    return one_platform


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_client(platform: Platform, ledger: Ledger, clock: Clock) -> Iterator[Callable[..., WeChatClient]]:
    """Makes clients of the platform over one ledger, as several processes would have them."""
    made: list[WeChatClient] = []

    def new(base_url: str = platform.url, timeout_s: tuple[float, float] = (2.0, 2.0)) -> WeChatClient:
        client = WeChatClient(
            app_id=APP_ID, secret=lambda: SECRET, base_url=base_url, ledger=ledger, now=clock, timeout_s=timeout_s
        )
        made.append(client)
        return client

    yield new
    for client in made:
        client.close()


@pytest.fixture
def client(new_client: Callable[..., WeChatClient]) -> WeChatClient:
    return new_client()
