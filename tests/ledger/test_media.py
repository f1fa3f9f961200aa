"""Pictures by their SHA-256, and WeChat's ids for them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import LedgerError, NotFound
from bot.ledger import media

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
SHA = "a" * 64


@pytest.fixture
def store(tmp_path: Path) -> media.MediaStore:
    return media.MediaStore(tmp_path / "media")


def test_bytes_come_back_and_are_kept_once(store):
    sha256 = store.put(b"\x89PNG", "image/png")

    assert sha256 == hashlib.sha256(b"\x89PNG").hexdigest() == store.put(b"\x89PNG", "image/png")
    assert store.read(sha256) == b"\x89PNG"
    assert [f.name for f in store.folder.rglob("*") if f.is_file()] == [sha256]


def test_what_is_not_there_is_said(store):
    assert not store.exists(SHA)
    with pytest.raises(NotFound):
        store.read(SHA)


@pytest.mark.parametrize("name", ["../../ledger.db", "", "A" * 64, "a" * 63, f"{SHA}/..", f"{SHA}\n"])
def test_only_a_sha256_is_a_name(store, name):
    with pytest.raises(NotFound):
        store.path(name)


def test_nothing_but_pictures_goes_in(store):
    with pytest.raises(ValueError):
        store.put(b"<script>", "text/html")


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path):
    (tmp_path / "media").write_text("in the way")

    with pytest.raises(LedgerError, match="权限"):
        media.MediaStore(tmp_path / "media").put(b"x", "image/png")


def test_a_picture_keeps_what_was_first_said_of_it(ledger):
    for mime in ("image/png", "image/jpeg"):
        with ledger.write() as tx:
            media.add_picture(tx, SHA, mime=mime, size=4, origin="", licence="", now=NOW)

    with ledger.read() as tx:
        assert media.picture_mime(tx, SHA) == "image/png"
        with pytest.raises(NotFound):
            media.picture_mime(tx, "b" * 64)


def test_wechat_values_are_kept_per_account_and_use_until_forgotten(ledger):
    with ledger.write() as tx:
        media.remember_wechat(tx, "wx1", SHA, "cover", "old", NOW)
        media.remember_wechat(tx, "wx1", SHA, "cover", "MEDIA", NOW)
    with ledger.read() as tx:
        assert media.wechat_value(tx, "wx1", SHA, "cover") == "MEDIA"
        assert media.wechat_value(tx, "wx1", SHA, "content") is None
        assert media.wechat_value(tx, "wx2", SHA, "cover") is None

    with ledger.write() as tx:
        media.forget_wechat(tx, "wx1", SHA, "cover")
    with ledger.read() as tx:
        assert media.wechat_value(tx, "wx1", SHA, "cover") is None
