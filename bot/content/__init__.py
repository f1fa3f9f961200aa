"""The content files: texts, rules, menu and synonyms that editors may change; read, and found sound or not.

They come with the program as starters. A file of the same name in the folder `content` beside the settings counts
instead of its starter.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from bot.content import emergencies, menu, replies, rules, synonyms
from bot.errors import ContentError
from bot.model.content import ContentName, Contents

__all__ = ["FOLDER", "read", "starter"]

FOLDER = "content"
"""Beside the settings file; need not exist."""

_READ = {
    "replies": (ContentName.REPLIES, replies.read),
    "emergencies": (ContentName.EMERGENCIES, emergencies.read),
    "rules": (ContentName.RULES, rules.read),
    "menu": (ContentName.MENU, menu.read),
    "synonyms": (ContentName.SYNONYMS, synonyms.read),
}


def starter(name: ContentName) -> str:
    """The file as it comes with the program."""
    return resources.files("bot.content").joinpath("starter", name).read_text(encoding="utf-8")


def read(folder: Path | None = None) -> Contents:
    """All files, of this folder as far as it has them and else the starters; ContentError names file and place."""
    found = {}
    for field, (name, reader) in _READ.items():
        changed = folder / name if folder else None
        try:
            found[field] = reader(_changed(changed) if changed and changed.exists() else starter(name))
        except ContentError as error:
            raise ContentError(f"{changed or name}（{name.said}）：{error}") from error
    return Contents(**found)  # type: ignore[arg-type]


def _changed(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ContentError("不是 UTF-8 编码，请用 UTF-8 另存。") from error
    except OSError as error:
        raise ContentError(f"读不了：{error.strerror}。") from error
