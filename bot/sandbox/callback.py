"""Carries messages and events to the bot's webhook: signed, encrypted, with a time-out and repeats."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import requests

from bot.sandbox.clock import Clock
from bot.sandbox.codec import MessageCipher, nonce, signature
from bot.sandbox.messages import encrypted_document, with_encrypted
from bot.sandbox.settings import BoxSettings
from bot.sandbox.state import Store

ANSWER_BYTES = 256 << 10
PAUSE_S = 0.1  # a refused connection fails at once: a short breath before the repeat


@dataclass(frozen=True, slots=True)
class Push:
    """One document for the webhook; `openid` is its sender."""

    document: str
    openid: str
    to_account: str


class Courier:
    """Posts to the webhook. Thread safe."""

    def __init__(self, settings: BoxSettings, clock: Clock, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._closing = threading.Event()
        self.cipher = (
            None
            if settings.encryption == "plain"
            else MessageCipher(token=settings.token, aes_key=settings.aes_key, app_id=settings.app_id)
        )

    def deliver(self, push: Push) -> bytes | None:
        """The body of the first answer with status 200; None when no delivery brought one in time."""
        if not self._settings.callback_url:
            return None
        for attempt in range(self._settings.deliveries):
            if attempt and self._closing.wait(PAUSE_S):
                return None
            answer = self._post(push)
            if answer is not None:
                return answer
        return None

    def close(self) -> None:
        """Nothing is repeated any more."""
        self._closing.set()

    def _post(self, push: Push) -> bytes | None:
        query, body = self._signed(push)
        started = time.monotonic()
        try:
            with requests.Session() as session:
                session.trust_env = False  # the webhook is reached directly, whatever proxy the machine has
                answer = self._answer(session, query, body)
        except requests.RequestException:
            answer = None
        self._store.change(
            "INSERT INTO deliveries (at, cost_ms, has_failed) VALUES (?, ?, ?)",
            self._clock.timestamp(),
            round(1000 * (time.monotonic() - started)),
            int(answer is None),
        )
        return answer

    def _answer(self, session: requests.Session, query: dict[str, str], body: str) -> bytes | None:
        deadline = time.monotonic() + self._settings.timeout_s
        with session.post(
            self._settings.callback_url,
            params=query,
            data=body.encode(),
            headers={"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"},
            timeout=self._settings.timeout_s,
            allow_redirects=False,
            stream=True,
        ) as response:
            answer = b""
            # The time-out of requests is one of silence; WeChat's is one of the whole answer.
            for part in response.iter_content(8192):
                answer += part
                if time.monotonic() > deadline or len(answer) > ANSWER_BYTES:
                    return None
            return answer if response.status_code == 200 and time.monotonic() <= deadline else None

    def _signed(self, push: Push) -> tuple[dict[str, str], str]:
        """Query and body of one delivery; time, nonce and signatures are fresh in each, the document is not."""
        timestamp, fresh = str(int(self._clock.timestamp())), nonce()
        query = {
            "signature": signature(self._settings.token, timestamp, fresh),
            "timestamp": timestamp,
            "nonce": fresh,
            "openid": push.openid,
        }
        if self.cipher is None:
            return query, push.document
        sealed = self.cipher.seal(push.document, timestamp, fresh)
        query |= {"encrypt_type": "aes", "msg_signature": sealed.signature}
        if self._settings.encryption == "safe":
            return query, encrypted_document(push.to_account, sealed.encrypted)
        return query, with_encrypted(push.document, sealed.encrypted)
