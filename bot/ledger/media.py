"""Pictures by the SHA-256 of their bytes: the bytes in a folder, what is known of them in the ledger."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, and_, delete, select
from sqlalchemy.sql import ColumnElement

from bot.errors import LedgerError, NotFound
from bot.ledger.schema import pictures, wechat_media
from bot.ledger.upsert import insert_into

PICTURE_TYPES = ("image/jpeg", "image/png", "image/gif")
"""What the store holds: nothing else can ever be served from it."""


class MediaStore:
    """A folder of pictures; the same bytes are kept once, and never change under their name."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when the first picture arrives."""
        self.folder = folder

    def put(self, data: bytes, mime: str) -> str:
        """The SHA-256 (hex) of the bytes, which are then on disk; ValueError for anything but a picture."""
        if mime not in PICTURE_TYPES:
            raise ValueError(f"{mime} is no picture")
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.exists(sha256):
            self._write(self.path(sha256), data)
        return sha256

    def _write(self, file: Path, data: bytes) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as half:
                half.write(data)
                half.flush()
                os.fsync(half.fileno())  # the ledger will name it: it must survive a power cut
                os.chmod(half.fileno(), 0o644)
            os.replace(half.name, file)
        except OSError as error:
            raise LedgerError(f"图片写不进 {self.folder}：{error.strerror}。请检查文件夹的权限和磁盘空间。") from error

    def read(self, sha256: str) -> bytes:
        """The bytes; NotFound when they are not here."""
        try:
            return self.path(sha256).read_bytes()
        except OSError as error:
            raise NotFound(f"媒体文件夹 {self.folder} 里没有图片 {sha256[:12]}。请重新收一次它的稿件。") from error

    def path(self, sha256: str) -> Path:
        """Where the picture lies, whether it is there or not; NotFound for anything that is no SHA-256."""
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise NotFound("没有这张图片。")
        return self.folder / sha256[:2] / sha256

    def exists(self, sha256: str) -> bool:
        """True when the picture is here."""
        return self.path(sha256).is_file()


def add_picture(tx: Connection, sha256: str, *, mime: str, size: int, origin: str, licence: str, now: datetime) -> None:
    """The picture is known; `size` in bytes; what was first said of its origin and licence stays."""
    about = {"mime": mime, "size": size, "origin": origin, "licence": licence}
    new = insert_into(tx, pictures).values(sha256=sha256, at=now, **about)
    tx.execute(new.on_conflict_do_nothing(index_elements=["sha256"]))


def picture_mime(tx: Connection, sha256: str) -> str:
    """The picture's type, "image/jpeg" or the like; NotFound when it is unknown."""
    mime = tx.execute(select(pictures.c.mime).where(pictures.c.sha256 == sha256)).scalar_one_or_none()
    if mime is None:
        raise NotFound("没有这张图片。")
    return str(mime)


def wechat_value(tx: Connection, app_id: str, sha256: str, use: str) -> str | None:
    """What WeChat gave for this picture: its address for use 'content', its media id for 'cover'; None when nothing."""
    found = select(wechat_media.c.value).where(_kept(app_id, sha256, use))
    return tx.execute(found).scalar_one_or_none()


def remember_wechat(tx: Connection, app_id: str, sha256: str, use: str, value: str, now: datetime) -> None:
    """From now on `wechat_value` gives this value."""
    new = insert_into(tx, wechat_media).values(app_id=app_id, sha256=sha256, use=use, value=value, at=now)
    key = ["app_id", "sha256", "use"]
    tx.execute(new.on_conflict_do_update(index_elements=key, set_={"value": value, "at": now}))


def forget_wechat(tx: Connection, app_id: str, sha256: str, use: str) -> None:
    """`wechat_value` gives None: WeChat no longer has the picture."""
    tx.execute(delete(wechat_media).where(_kept(app_id, sha256, use)))


def _kept(app_id: str, sha256: str, use: str) -> ColumnElement[bool]:
    key = wechat_media.c
    return and_(key.app_id == app_id, key.sha256 == sha256, key.use == use)
