"""A served box, a bot to receive what it pushes, and a client that calls it as a bot would."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.sandbox.account import Account
from bot.sandbox.app import create_box
from bot.sandbox.calls import Call
from bot.sandbox.errcodes import Refusal, refusal_body
from bot.sandbox.settings import BoxSettings
from bot.sandbox.state import Store, to_json

APP_ID, SECRET, TOKEN = "wxba5fad812f8e6fb9", "5ecre7", "AAAAA"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
JPG = b"\xff\xd8\xff\xe0" + b"picture" * 8
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"moving picture"
PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 8


def amr(seconds: int) -> bytes:
    """A voice message of so many seconds: 50 frames a second, at the lowest rate."""
    return b"#!AMR\n" + (bytes([0x04]) + bytes(12)) * (50 * seconds)


@dataclass
class Delivery:
    """One request that the webhook got."""

    query: dict[str, str]
    body: str
    at: float


@dataclass
class Receiver:
    """A webhook: remembers every delivery and answers what `answer` makes of it."""

    url: str = ""
    deliveries: list[Delivery] = field(default_factory=list)
    answer: Callable[[Delivery], tuple[int, bytes]] = lambda _delivery: (200, b"success")

    def expect(self, count: int) -> list[Delivery]:
        """The deliveries, once there are `count`."""
        deadline = time.monotonic() + 5
        while len(self.deliveries) < count:
            assert time.monotonic() < deadline, f"{len(self.deliveries)} of {count} deliveries came"
            time.sleep(0.01)
        return self.deliveries

    def reset(self, answer: Callable[[Delivery], tuple[int, bytes]] | None = None) -> None:
        """Nothing was delivered yet; the next answers are these."""
        self.deliveries = []
        self.answer = answer or (lambda _delivery: (200, b"success"))


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A webhook on a free port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            delivery = Delivery(dict(parse_qsl(urlsplit(self.path).query)), body, time.monotonic())
            receiver.deliveries.append(delivery)
            status, answer = receiver.answer(delivery)
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except ConnectionError:
                pass

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        receiver.url = f"http://127.0.0.1:{server.server_port}/wechat"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


class QuietHandler(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


@dataclass
class Client:
    """Calls the box, as a bot (`get`, `post`, `upload`) and as the console (`box`)."""

    url: str
    http: requests.Session
    token: str = ""
    timeout_s: float = 10.0

    def box(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the control API that succeeds; its JSON."""
        response = self.http.request(method, f"{self.url}/box/{path}", json=body, timeout=30)
        assert response.status_code < 300, response.text
        return response.json()

    def fresh_token(self) -> str:
        """A valid access token, used from now on."""
        asked = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
        self.token = self.http.post(f"{self.url}/cgi-bin/stable_token", json=asked, timeout=10).json()["access_token"]
        return self.token

    def post(self, path: str, body: Any = None, *, raw: bytes | None = None) -> dict[str, Any]:
        """A POST of JSON in UTF-8 to /cgi-bin/<path>."""
        data = raw if raw is not None else json.dumps(body, ensure_ascii=False).encode()
        return self._answered(self.http.post(self._address(path), data=data, timeout=self.timeout_s))

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """A GET of /cgi-bin/<path>."""
        return self._answered(self.http.get(self._address(path), params=query, timeout=self.timeout_s))

    def upload(self, path: str, content: bytes, filename: str = "a.jpg", description: str = "") -> dict[str, Any]:
        """A file sent to /cgi-bin/<path>, for a video with its description."""
        files, form = {"media": (filename, content)}, {"description": description} if description else None
        return self._answered(self.http.post(self._address(path), files=files, data=form, timeout=self.timeout_s))

    def clock(self, now: str) -> None:
        """It is `now` in Shanghai, like 2026-12-04T18:00:00; the token is good then."""
        self.box("POST", "clock", {"now": now + "+08:00"})
        self.fresh_token()

    def switch(self, **switches: Any) -> None:
        """The console's switches stand like this."""
        self.box("POST", "switches", switches)

    def say(self, openid: str, text: str, **more: str) -> None:
        """The follower's words have reached the bot."""
        self.box("POST", f"followers/{openid}/say?wait=1", {"text": text, **more})

    def happen(self, openid: str, event: str, key: str = "KEY") -> None:
        """The follower's event has reached the bot."""
        self.box("POST", f"followers/{openid}/event?wait=1", {"event": event, "key": key})

    def thumb(self) -> str:
        """A permanent picture's media id."""
        return str(self.upload("material/add_material?type=image", JPG)["media_id"])

    def draft(self, *titles: str, **fields: Any) -> str:
        """A new draft's media id."""
        thumb = self.thumb()
        articles = [article(thumb, title=title, **fields) for title in titles or ("一片叶子",)]
        return str(self.post("draft/add", {"articles": articles})["media_id"])

    def send(self, media_id: str, clientmsgid: str | None = None) -> dict[str, Any]:
        """A mass message to all with this draft."""
        body: dict[str, Any] = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "mpnews": {"media_id": media_id}}
        return self.post("message/mass/sendall", body | ({"clientmsgid": clientmsgid} if clientmsgid else {}))

    def journal(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.box("GET", "journal")["entries"]
        return entries

    def openids(self) -> list[str]:
        return [follower["openid"] for follower in self.box("GET", "state")["followers"]]

    def chat(self, openid: str, after: int = 0) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.box("GET", f"followers/{openid}/chat?after={after}")["items"]
        return items

    def _address(self, path: str) -> str:
        return f"{self.url}/cgi-bin/{path}{'&' if '?' in path else '?'}access_token={self.token}"

    def _answered(self, response: requests.Response) -> dict[str, Any]:
        assert response.status_code == 200
        answer: dict[str, Any] = response.json()
        return answer


def article(thumb: str, **fields: Any) -> dict[str, Any]:
    """A small article that the draft box takes."""
    return {"title": "一片叶子", "content": "<p>叶子是绿的。</p>", "thumb_media_id": thumb} | fields


def answer_of(handler: Callable[[Call], Any], store: Store, body: Any, now: float = 0.0) -> dict[str, Any]:
    """What a handler answers without a server: where a test needs an exact moment, or more people than a box has."""
    settings, account = settings_for(Path()), Account("service", verified=True, job_delay_s=0.0)
    try:
        answer: dict[str, Any] = handler(Call(settings, "", store, account, now, {}, to_json(body).encode(), None))
    except Refusal as refusal:
        return refusal_body(refusal.code)
    return answer


def settings_for(folder: Path, **changes: Any) -> BoxSettings:
    """A verified subscription account in safe mode; results come when they are asked for."""
    usual: dict[str, Any] = {
        "app_id": APP_ID,
        "app_secret": SECRET,
        "token": TOKEN,
        "aes_key": AES_KEY,
        "callback_url": "",
        "database": folder / "box.db",
        "timeout_s": 0.15,
        "job_delay_s": 3600.0,
        "arrival_s": 0.0,
    }
    return BoxSettings(**usual | changes)


@contextmanager
def boxed(settings: BoxSettings) -> Iterator[Client]:
    """A client with a valid token for a box that is served."""
    app = create_box(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        with requests.Session() as http:
            http.trust_env = False
            client = Client(f"http://127.0.0.1:{server.port}", http)
            client.fresh_token()
            yield client
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        app.extensions["box"].close()
