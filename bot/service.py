"""The composition root: wires every room below the doors together, once per process."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import content
from bot.archive.search import Archive
from bot.config import Config
from bot.conversation.receive import Conversation
from bot.ledger import facts
from bot.ledger.database import Ledger
from bot.ledger.inbox import InboxWriter
from bot.ledger.media import MediaStore
from bot.wechat.client import WeChatClient
from bot.wechat.codec import Codec
from bot.wechat.outlet import WeChatOutlet


@dataclass(frozen=True)
class Service:
    """Everything a door needs. `codec()` and the outlet ask for their secrets when first used, not before."""

    config: Config
    ledger: Ledger
    archive: Archive
    media: MediaStore
    inbox: InboxWriter
    conversation: Conversation
    outlet: WeChatOutlet
    client: WeChatClient
    codec: Callable[[], Codec]
    now: Callable[[], datetime]

    def close(self) -> None:
        """Writes down what is still in memory and gives everything back."""
        self.inbox.close()
        self.client.close()
        self.archive.close()
        self.ledger.close()


def open_service(config: Config) -> Service:
    """The rooms, wired; LedgerError when the ledger is missing, not migrated or of a newer program."""
    ledger = Ledger(config.storage.ledger, folder=config.folder)
    ledger.check()
    with ledger.read() as tx:
        archive = Archive(config.path(config.storage.archive), facts.get(tx, "ledger.id") or "")
    now = clock(config)
    inbox = InboxWriter(ledger, now=now)
    client = WeChatClient(
        base_url=config.account.api_base_url,
        app_id=config.account.app_id,
        secret=functools.partial(config.secrets.need, "app_secret"),
        ledger=ledger,
        now=now,
    )
    return Service(
        config=config,
        ledger=ledger,
        archive=archive,
        media=MediaStore(config.path(config.storage.media)),
        inbox=inbox,
        conversation=Conversation(config, ledger, archive, inbox, content.read(config.path(content.FOLDER))),
        outlet=WeChatOutlet(client),
        client=client,
        codec=functools.cache(functools.partial(_codec, config)),
        now=now,
    )


def _codec(config: Config) -> Codec:
    """The wire's codec; ConfigError names the variable of a missing secret."""
    is_plain = config.account.encryption == "plain"
    return Codec(
        token=config.secrets.need("token"),
        aes_key="" if is_plain else config.secrets.need("aes_key"),
        app_id=config.account.app_id,
        mode=config.account.encryption,
        tolerance_s=config.web.clock_tolerance_s,
    )


def clock(config: Config) -> Callable[[], datetime]:
    """The doors' clock, aware UTC: real time, moved by 快进 in a rehearsal (seconds in [rehearsal] clock_file)."""
    if not config.rehearsal.clock_file:
        return lambda: datetime.now(UTC)
    return functools.partial(_moved, config.path(config.rehearsal.clock_file))


def _moved(clock_file: Path) -> datetime:
    try:
        offset_s = float(clock_file.read_text(encoding="ascii") or 0)
    except (FileNotFoundError, ValueError):
        offset_s = 0.0
    return datetime.now(UTC) + timedelta(seconds=offset_s)
