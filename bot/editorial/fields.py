"""What stands in the head of a manuscript or in a row: each field read by its own small function, in one table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from bot.config import TIMEZONE, Config
from bot.editorial.plain import one_line, title_line
from bot.errors import ManuscriptError
from bot.model.articles import AiUsage, AnswerFrom, Article, Source
from bot.model.columns import Column

ID_CHARS = 200
ID_ADDRESS_CHARS = 720  # as an address quotes it: with the longest of host names before it, a reply takes the link
SHOWN_CHARS = 40  # of what somebody wrote, in a sentence about it
MADE_TITLE_CHARS = 20  # a piece of history without a title is called by the beginning of its text


@dataclass
class Notes:
    """What is to be said of one manuscript; with any `problems` it is not taken in."""

    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Manuscript:
    """An article as far as its words go; its pictures are still files beside it."""

    article: Article
    cover_place: str | None = None

    @property
    def is_stock(self) -> bool:
        """True when it may be pushed: then WeChat's limits bind it."""
        return self.article.column is not None and self.article.published is None


def check_id(written: object) -> str:
    """The id, unchanged; ManuscriptError says what is wrong with it."""
    if not isinstance(written, str):
        raise ManuscriptError(f'id 要写成文字，例如 {{"id": "water-1"}}，现在是 {_shown(written)}')
    if not written.strip():
        raise ManuscriptError("id 是空的，要给它一个不变的编号")
    if any(part in (".", "..") for part in written.split("/")):  # browsers and proxies eat such a part of /a/<id>
        raise ManuscriptError(f"id {_shown(written)} 里有一段只是点，网页地址会把它去掉，请换一个")
    if len(written) > ID_CHARS:
        raise ManuscriptError(f"id 有 {len(written)} 个字符，最多 {ID_CHARS} 个")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in written):
        raise ManuscriptError("id 里有控制字符或坏字符，请换一个")
    if len(quote(written, safe="")) > ID_ADDRESS_CHARS:
        raise ManuscriptError(f"id 太长，放不进网址，汉字最多 {ID_ADDRESS_CHARS // len(quote('字'))} 个")
    return written


def read_fields(head: Mapping[str, Any], known: Mapping[str, Reader], notes: Notes) -> dict[str, Any]:
    """Each known field's value; what is wrong goes to `notes`, field by field, what is unknown as a warning."""
    values: dict[str, Any] = {}
    for name, written in head.items():
        if name not in known:
            notes.warnings.append(f"不认识的字段 {_short(name)}，没有用上")
        elif written is not None and written != "":
            try:
                values[name] = known[name](written)
            except ManuscriptError as error:
                notes.problems.append(f"{name}：{error}")
    return values


def is_blank(written: object) -> bool:
    """True when nothing is written, or blanks alone."""
    return not written or (isinstance(written, str) and not title_line(written))


Reader = Callable[[Any], Any]


def text(written: Any) -> str:
    """One line of text with single blanks; a number that JSON recognised is text again."""
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        raise ManuscriptError(f"要写成一行文字，现在是 {_shown(written)}")
    return one_line(_encodable(str(written)))


def title(written: Any) -> str:
    """A title as replies show it."""
    return title_line(text(written))


def body(written: Any) -> str:
    """Text of any number of lines."""
    if not isinstance(written, str):
        raise ManuscriptError(f"要写成文字，现在是 {_shown(written)}")
    return _encodable(written)


def day(written: Any) -> date:
    """A day in Asia/Shanghai: 2024-05-06, 2024/5/6, 2024年5月6日, or a time of ISO form."""
    said = text(written)
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", said)
    try:
        if found:
            return date(*map(int, found.groups()))
        moment = datetime.fromisoformat(said)
        return (moment.astimezone(TIMEZONE) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError) as error:
        raise ManuscriptError(f"{_shown(written)} 不是日期，例如 2024-05-06") from error


def address(written: Any) -> str:
    """A web address."""
    said = text(written)
    try:
        parts = urlsplit(said)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or " " in said:
        raise ManuscriptError(f"{_shown(written)} 不是网址，例如 https://mp.weixin.qq.com/s/…")
    return said


def words(written: Any) -> tuple[str, ...]:
    """A list of words, or a line of words parted by commas; each once."""
    parts = re.split(r"[,，、;；]", written) if isinstance(written, str) else written
    if not isinstance(parts, list):
        raise ManuscriptError(f"要写成一列文字，例如 [冬至, 天文]，现在是 {_shown(written)}")
    return tuple(dict.fromkeys(word for word in map(text, parts) if word))


def sources(written: Any) -> tuple[Source, ...]:
    """Works and bodies: a line of text each, or name and url."""
    return tuple(_source(each) for each in (written if isinstance(written, list) else [written]))


def _source(written: Any) -> Source:
    if not isinstance(written, Mapping):
        return Source(text(written))
    strange = [str(key) for key in written if key not in ("name", "url")]
    if strange or not written.get("name"):
        raise ManuscriptError(f"每一条写成文字，或写 name 和 url{f'，不认识 {_short(strange[0])}' if strange else ''}")
    return Source(text(written["name"]), address(written["url"]) if written.get("url") else None)


_AI_USAGES = {"none": AiUsage.NONE} | {usage.value.lower(): usage for usage in AiUsage}


def ai_usage(written: Any) -> AiUsage:
    """How AI was used; blanks and case do not matter."""
    found = _AI_USAGES.get(re.sub(r"\s", "", text(written)).lower())
    if found is None:
        raise ManuscriptError(f"{_shown(written)} 不在可选的里面：{'、'.join(AiUsage)}")
    return found


def answer_from(written: Any) -> AnswerFrom:
    """From when it answers."""
    if written not in tuple(AnswerFrom):
        raise ManuscriptError(f"{_shown(written)} 不在可选的里面：approval（通过审核后）、published（发表后）")
    return AnswerFrom(written)


def ignored(written: Any) -> None:
    """Nothing: known, and of use to people only."""


def column_of(config: Config) -> Reader:
    """Reads a column's id or Chinese name into the `Column`."""

    def column(written: Any) -> Column:
        found = config.column(text(written))
        if found is None:
            known = "、".join(f"{c.name}（{c.id}）" for c in config.columns)
            raise ManuscriptError(
                f"没有叫 {_shown(written)} 的栏目，现有：{known or '一个也没有，请先在 config.toml 里写 [[columns]]'}"
            )
        return found

    return column


def _encodable(written: str) -> str:
    try:
        written.encode()
    except UnicodeEncodeError as error:
        raise ManuscriptError("有坏字符（半个表情或乱码），请删掉它") from error
    return written.replace("\x00", "")


def _shown(written: object) -> str:
    """What was written, for a sentence. Of lists only the kind: a few aliases of YAML's can stand for millions of words."""
    if isinstance(written, Mapping):
        return "几行“字段: 内容”"
    if isinstance(written, list):
        return "一列内容"
    return f"“{_short(str(written))}”"


def _short(written: str) -> str:
    shown = written if len(written) <= SHOWN_CHARS else f"{written[:SHOWN_CHARS]}…"
    return shown.encode(errors="replace").decode()
