"""The content files: texts, rules, menu and synonyms that editors may change; read, and found sound or not.

They come with the program as starters; what editors make of them stands in the ledger and counts instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources

from bot.content import replies, rules, synonyms
from bot.model.content import ContentName, Contents

__all__ = ["read", "starter"]


def starter(name: ContentName) -> str:
    """The file as it comes with the program."""
    return resources.files("bot.content").joinpath("starter", name).read_text(encoding="utf-8")


def read(texts: Mapping[ContentName, str] | None = None) -> Contents:
    """All files, from these texts and else from the starters; ContentError names the first thing that is wrong."""
    written = {name: (texts or {}).get(name) or starter(name) for name in ContentName}
    return Contents(
        replies=replies.read(written[ContentName.REPLIES]),
        emergencies=rules.read_emergencies(written[ContentName.EMERGENCIES]),
        rules=rules.read_rules(written[ContentName.RULES]),
        menu=rules.read_menu(written[ContentName.MENU]),
        synonyms=synonyms.read(written[ContentName.SYNONYMS]),
    )
