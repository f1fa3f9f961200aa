"""What goes wrong with PostgreSQL is one sentence: what happened, and what to do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, make_url, text

from bot.errors import BotError, LedgerBusy, LedgerError, NotAllowed
from bot.ledger import facts
from bot.ledger.database import Ledger
from tests.world import free_port, until

NOW = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)


@pytest.fixture
def url(postgresql_url: str) -> str:
    return postgresql_url


@pytest.fixture
def ledger(url: str, tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(url, folder=tmp_path, busy_s=0.2)
    yield opened
    opened.close()


def said(url: str, folder: Path) -> str:
    """What `check` says of the ledger there."""
    with closing(Ledger(url, folder=folder)) as ledger, pytest.raises(LedgerError) as caught:
        ledger.check()
    assert "s3cret" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"database": "nothing"}, "还没有建"),
        ({"username": "nobody"}, "用户名或密码"),
        ({"username": "guarded", "password": "s3cret?"}, "用户名或密码"),
        ({"username": "guarded", "password": "s3cret"}, "不许这个用户"),
    ],
    ids=["no database", "no user", "wrong password", "no rights"],
)
def test_an_address_that_leads_nowhere_says_which_part_is_wrong(url, tmp_path, changed, words):
    other = make_url(url).set(**changed).render_as_string(hide_password=False)

    assert words in said(other, tmp_path)


def test_the_password_may_stand_in_a_file_of_its_own(url, tmp_path, monkeypatch):
    passwords = tmp_path / "pgpass"
    passwords.write_text("*:*:*:guarded:s3cret\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    without = url.replace("postgres:@", "guarded@")

    assert "不许这个用户" in said(without, tmp_path)  # it came in, and has no rights


def test_a_host_that_nobody_knows_is_said(tmp_path, monkeypatch):
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # stands for the network: no test asks a name server

    assert "主机名" in said("postgresql+psycopg://u:s3cret@nowhere.invalid/kepu", tmp_path)


def test_a_server_that_does_not_run_is_said(tmp_path):
    words = said(f"postgresql+psycopg://u:s3cret@127.0.0.1:{free_port()}/kepu", tmp_path)

    assert words.startswith("连不上台账 postgresql+psycopg://u:***@127.0.0.1:")


def test_who_may_not_make_tables_is_told_what_to_ask_for(postgresql, tmp_path):
    other = make_url(postgresql.new()).set(username="guarded", password="s3cret")

    with closing(Ledger(other.render_as_string(hide_password=False), folder=tmp_path)) as ledger:
        with pytest.raises(LedgerError, match="建表和读写权限"):
            ledger.migrate()
        with pytest.raises(LedgerError, match="migrate"):
            ledger.check()


BREAK = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'weikepu'"


def put(ledger: Ledger, key: str, value: str, *, before: Callable[[Connection], object] = lambda _: None) -> None:
    """One fact, written in a transaction in which something else has happened `before`."""
    with ledger.write() as tx:
        before(tx)
        facts.put(tx, key, value, NOW)


def get(ledger: Ledger, key: str) -> str | None:
    with ledger.read() as tx:
        return facts.get(tx, key)


def test_a_connection_that_breaks_is_said_and_the_next_one_works(ledger, postgresql):
    with pytest.raises(LedgerError, match="连接断了"):
        put(ledger, "a", "lost", before=lambda _: postgresql.say(BREAK))

    assert get(ledger, "a") is None


def test_idle_connections_that_broke_are_not_noticed(ledger, postgresql):
    put(ledger, "a", "first")
    ledger.check()
    postgresql.say(BREAK)

    put(ledger, "a", "second")
    assert get(ledger, "a") == "second"


def test_a_server_that_can_only_be_read_is_said(url, tmp_path):
    address = make_url(url).update_query_dict({"options": "-c default_transaction_read_only=on"})

    with closing(Ledger(address.render_as_string(hide_password=False), folder=tmp_path)) as ledger:
        ledger.check()
        with pytest.raises(LedgerError, match="只能读"):
            put(ledger, "a", "b")


def test_a_writer_that_waits_too_long_is_told_to_come_again(ledger, url, tmp_path):
    with closing(Ledger(url, folder=tmp_path)) as other, other.write():
        with pytest.raises(LedgerBusy, match="正被别的程序占用"), ledger.write():
            pass

        ledger.check()  # readers wait for nobody


def test_a_deadlock_with_a_stranger_can_be_tried_again(url, postgresql, tmp_path):
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(Ledger(url, folder=tmp_path)) as ledger, psycopg.connect(address) as stranger:
        put(ledger, "a", "1")
        put(ledger, "b", "1")
        stranger.execute("UPDATE facts SET value = '2' WHERE key = 'b'")
        crossing = threading.Thread(target=stranger.execute, args=["UPDATE facts SET value = '2' WHERE key = 'a'"])

        def cross(tx: Connection) -> None:
            tx.execute(text("SET LOCAL deadlock_timeout = '100ms'"))  # whoever looks first gives way
            facts.put(tx, "a", "3", NOW)
            crossing.start()
            waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            until(lambda: postgresql.say(waits), what="the stranger's wait")

        with pytest.raises(LedgerBusy, match="占用，这一步没有做成"):  # nobody waited for as long as they would have
            put(ledger, "b", "3", before=cross)
        crossing.join()
        stranger.rollback()


def test_a_crowd_that_uses_up_the_connections_is_told_to_come_again(ledger):
    opened = [ledger.read() for _ in range(12)]
    try:
        for each in opened:
            each.__enter__()
        with pytest.raises(LedgerBusy, match="连接用完"), ledger.read():
            pass
    finally:
        for each in opened:
            each.__exit__(None, None, None)


def test_the_server_gives_a_writer_five_seconds_to_stand_still(ledger):
    with ledger.write() as tx:
        assert tx.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one() == "5s"


def test_who_stands_still_in_a_transaction_holds_nobody_up_for_long(url, tmp_path, ledger):
    def stand_still(tx: Connection) -> None:
        tx.execute(text("SET LOCAL idle_in_transaction_session_timeout = '100ms'"))
        until(lambda: writes(ledger), timeout_s=5, what="the lock")

    with closing(Ledger(url, folder=tmp_path)) as frozen, pytest.raises(LedgerError, match="连接断了"):
        put(frozen, "a", "too late", before=stand_still)

    assert get(ledger, "a") == "b"


def writes(ledger: Ledger) -> bool:
    try:
        put(ledger, "a", "b")
    except LedgerBusy:
        return False
    return True


def test_a_character_that_cannot_be_kept_is_refused_in_words(ledger):
    with pytest.raises(NotAllowed, match="控制字符"):
        put(ledger, "a", "b\x00c")


def test_a_mistake_of_ours_is_not_explained_away(ledger):
    with pytest.raises(Exception, match="nothing") as caught, ledger.read() as tx:
        tx.execute(text("SELECT * FROM nothing"))

    assert not isinstance(caught.value, BotError)
