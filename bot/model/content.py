"""What the account says and does that is no article: fixed texts, rules, the menu, and words that mean the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class ContentName(StrEnum):
    """The content files, by the names that they have in the folder of starters."""

    REPLIES = "replies.toml"
    EMERGENCIES = "emergencies.toml"
    RULES = "rules.toml"
    MENU = "menu.toml"
    SYNONYMS = "synonyms.txt"

    @property
    def said(self) -> str:
        """As screens say it."""
        return _SAID[self]


_SAID = {
    ContentName.REPLIES: "常用回复",
    ContentName.EMERGENCIES: "紧急提示",
    ContentName.RULES: "关键词与编号",
    ContentName.MENU: "自定义菜单",
    ContentName.SYNONYMS: "同义词",
}


@dataclass(frozen=True, slots=True)
class Emergency:
    """A danger to life, and the fixed text that comes before anything else."""

    id: str
    name: str
    words: tuple[str, ...]  # a message that holds one of them …
    unless: tuple[str, ...]  # … and none of these: they ask what happened long ago, or how it works
    text: str
    sources: tuple[str, ...]
    checked: date


class Does(StrEnum):
    """What a rule brings."""

    SAY = "say"
    FORGET = "forget"  # what is kept of the follower is deleted
    LATEST = "latest"
    COLUMN = "column"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that are never searched for, and what they bring; with a `code`, a number printed on posters as well."""

    id: str
    name: str
    words: tuple[str, ...]
    does: Does
    text: str = ""
    contains: tuple[str, ...] = ()  # of a short message any of these is enough
    column: str = ""
    article: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """One button of the account's menu: it opens others, or has a key (a word of ours) or an address."""

    name: str
    key: str = ""
    url: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Words that mean the same, either way, and one-way variants: (as people write it, as our texts do)."""

    groups: tuple[tuple[str, ...], ...] = ()
    variants: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Replies:
    """What the account says; `{…}` are places that the program fills."""

    welcome: str
    welcome_like: str
    help: str
    examples: str
    columns: str
    more_columns: str
    no_match: str
    also_ask: str
    suggest: str
    thanks: str
    wordless: str
    picture: str
    voice: str
    other: str
    later: str
    found: str
    column_news: str
    column_empty: str
    latest: str
    emergency_more: str
    number_unknown: str


@dataclass(frozen=True, slots=True)
class Contents:
    """All content files, read and found sound."""

    replies: Replies
    emergencies: tuple[Emergency, ...] = ()
    rules: tuple[Rule, ...] = ()
    menu: tuple[Button, ...] = ()
    synonyms: Synonyms = field(default_factory=Synonyms)
