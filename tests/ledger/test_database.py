"""Opening the ledger: an address that cannot be used is one sentence."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import ConfigError, LedgerBusy, LedgerError
from bot.ledger.database import Ledger


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://u:s3cret@h:port/db", "postgresql+psycopg://u:s3cret@[h/db", "nothing"]
)
def test_an_address_that_cannot_be_read_is_one_sentence_without_its_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match=r"\[storage\] ledger") as caught:
        Ledger(url, folder=tmp_path)

    assert "s3cret" not in str(caught.value)


def test_a_missing_driver_is_named_with_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as on a machine without it

    with pytest.raises(ConfigError, match=r'pip install "psycopg\[binary\]>=3.3"'):
        Ledger("postgresql+psycopg://u:p@127.0.0.1:5432/db", folder=tmp_path)


@pytest.mark.parametrize("busy_s", [0.2, 1])
def test_a_busy_ledger_says_how_long_it_was_waited_for(any_ledger: Ledger, busy_s: float) -> None:
    said = f"等了 {busy_s} 秒"
    with closing(any_ledger.hurried(busy_s)) as hurried, any_ledger.write(), pytest.raises(LedgerBusy, match=said):
        hurried.write().__enter__()


def test_a_damaged_file_is_not_said_to_be_up_to_date(tmp_path: Path) -> None:
    with closing(Ledger("sqlite:///ledger.db", folder=tmp_path)) as ledger:
        ledger.migrate()
    file = tmp_path / "ledger.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"x" * (len(whole) - 8192))

    with (
        closing(Ledger("sqlite:///ledger.db", folder=tmp_path)) as ledger,
        pytest.raises(LedgerError, match="不是完好的"),
    ):
        ledger.migrate()
