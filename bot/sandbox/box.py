"""Everything that one running box holds, and what its followers can do."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from bot.sandbox import allowances, chat, messages
from bot.sandbox.account import UNAVAILABLE, Account, load_account, prepare_account
from bot.sandbox.articles import published_articles
from bot.sandbox.callback import Courier, Push
from bot.sandbox.clock import Clock
from bot.sandbox.codec import CodecError
from bot.sandbox.faults import Faults, HeldConnections
from bot.sandbox.followers import find_follower, note_scene, profile, set_subscribed
from bot.sandbox.jobs import Jobs
from bot.sandbox.media import Media, find_media, media_of
from bot.sandbox.native import native_reply
from bot.sandbox.parcels import Parcel, parcel_of, show
from bot.sandbox.qrcodes import Scene
from bot.sandbox.replies import SILENT, Asked, read_reply
from bot.sandbox.settings import BoxSettings
from bot.sandbox.state import Store
from bot.sandbox.taps import Tap
from bot.sandbox.things import Thing

POOL_THREADS = 16
ANSWERED, NOTHING, FAILED = "answered", "silent", "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a push to the bot ended; `reply` is the answer's text."""

    item_id: int
    state: str  # answered | silent | failed
    reply: str | None


@dataclass(frozen=True, slots=True)
class Sent:
    """Something on its way to the bot."""

    item_id: int
    outcome: Future[Outcome]


class Box:
    """One account with its followers, its platform and its faults; `close` it when done."""

    def __init__(self, settings: BoxSettings) -> None:
        self.settings = settings
        self.store = Store(settings.database)
        self.clock = Clock(settings.clock_file)
        self.faults = Faults()
        self.held = HeldConnections()
        prepare_account(self.store, settings)
        chat.give_up_deliveries(self.store)
        self._courier = Courier(settings, self.clock, self.store)
        self._pool = ThreadPoolExecutor(POOL_THREADS, "box-courier")
        self.jobs = Jobs(self.store, self.clock, self._courier, self._pool, lambda: self.base_url)

    @property
    def base_url(self) -> str:
        """The box's address as its bot knows it, without a slash at the end; empty before the bot's first call."""
        return self.settings.base_url.rstrip("/") or self.store.fact("base_url")

    def seen_at(self, host_url: str) -> str:
        """The base address, after the bot has reached the box at `host_url`."""
        if not self.settings.base_url and self.store.fact("base_url") != host_url.rstrip("/"):
            self.store.set_fact("base_url", host_url.rstrip("/"))
        return self.base_url

    @property
    def account(self) -> Account:
        """The account as it is now."""
        return load_account(self.store)

    def close(self) -> None:
        """Nothing runs any more; the database is closed."""
        self.held.close()
        self._courier.close()
        self.jobs.close()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self.store.close()

    def say(self, openid: str, text: str, menu_id: str = "") -> Sent:
        """The follower's words, on their way; `menu_id` when they tapped a menu item in a text."""
        item_id = chat.show_fan(self.store, openid, "text", text, self.clock.timestamp())
        return self._send_message(item_id, openid, "text", [("Content", text)], menu_id)

    def send_thing(self, openid: str, kind: str, sent: Thing) -> Sent:
        """A picture, voice message and so on, on its way."""
        item_id = chat.show_fan(self.store, openid, kind, sent.shown, self.clock.timestamp(), sent.detail)
        return self._send_message(item_id, openid, kind, sent.fields)

    def subscribe(self, openid: str) -> Sent:
        """The follower follows, and the bot will hear of it."""
        set_subscribed(self.store, openid, True, self.clock.timestamp())
        return self._send_event(openid, f"你关注了「{self.settings.account_name}」", "subscribe", [("EventKey", "")])

    def scan(self, openid: str, scene: Scene) -> Sent:
        """The follower, or who becomes one by it, scans a QR code, and the bot will hear of it."""
        follower = find_follower(self.store, openid)
        if follower is not None and follower.subscribed:
            return self._send_event(openid, "你扫了二维码", "SCAN", [("EventKey", scene.key), ("Ticket", scene.ticket)])
        set_subscribed(self.store, openid, True, self.clock.timestamp())
        note_scene(self.store, openid, scene.key, is_number=scene.is_number)
        fields = [("EventKey", f"qrscene_{scene.key}"), ("Ticket", scene.ticket)]
        return self._send_event(openid, f"你扫码关注了「{self.settings.account_name}」", "subscribe", fields)

    def unsubscribe(self, openid: str) -> Sent:
        """The follower is gone, and the bot will hear of it; its answer reaches nobody."""
        set_subscribed(self.store, openid, False, self.clock.timestamp())
        return self._send_event(openid, "你不再关注这个公众号", "unsubscribe", [("EventKey", "")])

    def send_event(self, openid: str, name: str, fields: messages.Fields, shown: str) -> Sent:
        """An event of the follower's, like a tapped menu button, on its way; `shown` is the line about it."""
        return self._send_event(openid, shown, name, fields)

    def tell(self, openid: str, name: str, fields: messages.Fields) -> None:
        """The bot will hear of an event that no phone shows."""
        if self._is_heard(openid):
            document, account = messages.event(self._heading(openid), name, fields), self.store.fact("original_id")
            self._pool.submit(self._courier.deliver, Push(document, openid, account))

    def tap(self, openid: str, label: str, tapped: Tap) -> Sent | None:
        """A menu button's doing; None when the bot does not hear of it."""
        self._say_at_once(openid, tapped)
        if not tapped.event:
            return None
        sent = self.send_event(openid, tapped.event, tapped.fields, f"你点了「{label}」")
        if tapped.then is not None:
            # After the event's answer: what was taken or chosen comes as a message of its own behind it.
            kind, what = tapped.then
            sent.outcome.add_done_callback(lambda _: self.send_thing(openid, kind, what))
        return sent

    def _say_at_once(self, openid: str, tapped: Tap) -> None:
        """What the account says to a tap without asking the bot."""
        now = self.clock.timestamp()
        if tapped.text:
            chat.show_text(self.store, openid, tapped.text, now)
        if tapped.material and (media := find_media(self.store, tapped.material, now)) is not None:
            show(self.store, openid, parcel_of(media), now)
        if tapped.article and not tapped.is_article_opened:
            articles, paths = published_articles(self.store, tapped.article)
            chat.show_push(self.store, openid, articles, paths, now)

    def _send_message(self, item_id: int, openid: str, kind: str, fields: messages.Fields, menu_id: str = "") -> Sent:
        msg_id = self.store.next_number("MsgId")
        allowances.open_by_message(self.store, openid, self.clock.timestamp(), is_menu_click=bool(menu_id))
        if not self._is_heard(openid):
            said = str(fields[0][1]) if kind == "text" else ""
            return self._unheard(item_id, openid, native_reply(self.store, said))
        document = messages.message(self._heading(openid), kind, fields, msg_id=msg_id, menu_id=menu_id)
        return self._send(item_id, document, openid, is_event=False)

    def _send_event(self, openid: str, shown: str, name: str, fields: messages.Fields) -> Sent:
        item_id = chat.show_event(self.store, openid, shown, self.clock.timestamp())
        allowances.open_by_event(self.store, openid, name, self.clock.timestamp())
        if not self._is_heard(openid):
            return self._unheard(item_id, openid, native_reply(self.store, None) if name == "subscribe" else None)
        return self._send(item_id, messages.event(self._heading(openid), name, fields), openid, is_event=True)

    def _is_heard(self, openid: str) -> bool:
        """False for somebody on the blacklist, and for all while the callback is switched off."""
        return self.account.server_mode and not profile(self.store, openid).is_blocked

    def _unheard(self, item_id: int, openid: str, native: str | None) -> Sent:
        """The bot does not hear of it; with the callback off, the website's own replies answer."""
        answer = None if self.account.server_mode else native
        outcome: Future[Outcome] = Future()
        with self.store.transaction():
            outcome.set_result(self._show(item_id, openid, Parcel("text", answer) if answer else SILENT))
        return Sent(item_id, outcome)

    def _heading(self, openid: str) -> messages.Heading:
        return messages.Heading(self.store.fact("original_id"), openid, int(self.clock.timestamp()))

    def _send(self, item_id: int, document: str, openid: str, *, is_event: bool) -> Sent:
        account = self.store.fact("original_id")
        push, asked = Push(document, openid, account), Asked(openid, account, is_event)
        return Sent(item_id, self._pool.submit(self._deliver, item_id, push, asked))

    def _deliver(self, item_id: int, push: Push, asked: Asked) -> Outcome:
        answer = self._courier.deliver(push)
        try:
            reply = None if answer is None else self._read(answer, asked)
        except CodecError:
            reply = None
        with self.store.transaction():
            return self._show(item_id, asked.openid, reply)

    def _read(self, answer: bytes, asked: Asked) -> Parcel:
        return read_reply(
            answer,
            asked,
            mode=self.settings.encryption,
            cipher=self._courier.cipher,
            library=self._media,
        )

    def _media(self, media_id: str, *kinds: str) -> Media:
        return media_of(self.store, media_id, self.clock.timestamp(), *kinds)

    def _show(self, item_id: int, openid: str, reply: Parcel | None) -> Outcome:
        """The outcome, with the reply, or WeChat's own line when there is none, in the follower's chat."""
        state = FAILED if reply is None else NOTHING if reply == SILENT else ANSWERED
        follower = find_follower(self.store, openid)
        if follower is not None and follower.subscribed:
            self._add_to_chat(openid, reply)
        chat.set_state(self.store, item_id, state)
        return Outcome(item_id, state, reply.text or None if reply and reply.kind == "text" else None)

    def _add_to_chat(self, openid: str, reply: Parcel | None) -> None:
        now = self.clock.timestamp()
        if reply is None:
            chat.show_system(self.store, openid, UNAVAILABLE[self.account.kind], now)
        elif reply != SILENT:
            show(self.store, openid, reply, now)
