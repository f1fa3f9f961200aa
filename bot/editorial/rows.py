"""A `.jsonl` file, one article a line → Manuscripts, one at a time, however long the file is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bot.config import Config
from bot.editorial import fields
from bot.editorial.fields import Manuscript, Notes
from bot.editorial.parse import made_title
from bot.editorial.plain import paragraphs, says_nothing
from bot.errors import ManuscriptError
from bot.model.articles import AnswerFrom, Article, Format
from bot.model.columns import Column

LINE_BYTES = 2_000_000


def lines(file: Path) -> Iterator[tuple[int, bytes | None]]:
    """(number from 1, bytes) of each line that is not blank; None for a line over the limit, which is not kept."""
    with file.open("rb") as opened:
        number = 0
        while line := opened.readline(LINE_BYTES + 1):
            number += 1
            if len(line) > LINE_BYTES:
                while line and not line.endswith(b"\n"):
                    line = opened.readline(LINE_BYTES)
                yield number, None
            elif line.strip():
                yield number, line.removeprefix(b"\xef\xbb\xbf")


def parse(line: bytes | None, config: Config, notes: Notes) -> Manuscript | None:
    """The manuscript of one line; None when `notes` has problems. ManuscriptError when the line is no row at all."""
    row = _row(line)
    known = {
        "id": fields.check_id,
        "title": fields.title,
        "text": fields.body,
        "column": fields.column_of(config),
        "published": fields.day,
        "url": fields.address,
    }
    values = fields.read_fields(row, known, notes)
    for name in ("id", "text"):
        if row.get(name) in (None, "") or (name in values and says_nothing(values[name])):
            notes.problems.append(f"{name}：没有写")
    column: Column | None = values.get("column")
    title = values.get("title", "")
    if column and fields.is_blank(row.get("title")) and not row.get("published"):
        notes.problems.append("title：没有写，要发表的稿件要有标题")
    if notes.problems:
        return None
    text = "\n\n".join(paragraphs(values["text"]))
    article = Article(
        id=values["id"],
        title=title or made_title(text),
        column=column.id if column else None,
        text=text,
        format=Format.PLAIN,
        published=values.get("published"),
        url=values.get("url"),
        answer_from=column.answer_from if column else AnswerFrom.APPROVAL,
    )
    return Manuscript(article)


def _row(line: bytes | None) -> dict[str, object]:
    if line is None:
        raise ManuscriptError(f"这一行超过 {LINE_BYTES // 1_000_000} MB，太长了")
    try:
        row = json.loads(line.decode("utf-8").rstrip())  # the line's end is no place where something can be wrong
    except UnicodeDecodeError as error:
        raise ManuscriptError("不是 UTF-8 编码，请用 UTF-8 另存") from error
    except json.JSONDecodeError as error:
        ends = error.pos >= len(error.doc)
        where = f"写到第 {len(error.doc)} 个字符就断了" if ends else f"第 {error.pos + 1} 个字符处写法有误"
        raise ManuscriptError(f"不是 JSON：{where}") from error
    except (ValueError, RecursionError) as error:
        raise ManuscriptError("这一行的 JSON 读不懂，可能嵌套太深或数字太长") from error
    if not isinstance(row, dict):
        raise ManuscriptError('一行要写成一个对象，例如 {"id": "water-1", "title": "…", "text": "…"}')
    return row
