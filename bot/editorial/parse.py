"""A Markdown file with YAML front matter → a Manuscript."""

from __future__ import annotations

import re
from typing import Any, ClassVar

import frontmatter
import yaml  # type: ignore[import-untyped]
from frontmatter.default_handlers import YAMLHandler

from bot.config import Config
from bot.editorial import fields
from bot.editorial.fields import Manuscript, Notes
from bot.editorial.plain import says_nothing, title_line
from bot.errors import ManuscriptError
from bot.model.articles import AiUsage, AnswerFrom, Article, Format
from bot.model.columns import Column

EXAMPLE = "---\ntitle: 标题\ncolumn: 栏目\n---"

_GUESSED = ("timestamp", "int", "float", "merge")


class _AsWritten(yaml.SafeLoader):  # type: ignore[misc]
    """YAML whose numbers and dates stay text as it was written: a field that is no date can then be named.

    Without merge keys (`<<`), which write aliases out: ten lines of them would fill the memory.
    """

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in kinds if tag.rpartition(":")[2] not in _GUESSED]
        for first, kinds in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def flatten_mapping(self, node: yaml.Node) -> None:
        """Nothing: also a key that is tagged as a merge by hand is not written out."""


class _Head(YAMLHandler):
    def load(self, fm: str, **_: object) -> Any:
        """The front matter's fields."""
        return yaml.load(fm, Loader=_AsWritten)  # noqa: S506  it is a SafeLoader


def known_fields(config: Config) -> dict[str, fields.Reader]:
    """Every field that the head of a manuscript may have, and how it is read."""
    return {
        "title": fields.title,
        "column": fields.column_of(config),
        "digest": fields.text,
        "author": fields.text,
        "cover": fields.text,
        "published": fields.day,
        "url": fields.address,
        "ai_usage": fields.ai_usage,
        "sources": fields.sources,
        "tags": fields.words,
        "element": fields.words,
        "answer_from": fields.answer_from,
        "review_by": fields.day,
        "questions": fields.ignored,
        "care": fields.ignored,
        "notes": fields.ignored,
    }


def parse(written: str, *, article_id: str, config: Config, notes: Notes) -> Manuscript | None:
    """The manuscript; None when `notes` has problems that make it useless. ManuscriptError when there is no head at all."""
    head, text = _head(written)
    values = fields.read_fields(head, known_fields(config), notes)
    column: Column | None = values.get("column")
    is_history = bool(head.get("published"))
    if says_nothing(text):
        notes.problems.append("正文是空的")
    for name in ("title", "column"):
        if fields.is_blank(head.get(name)) and not (name == "title" and is_history):
            notes.problems.append(f"{name}：没有写，文件开头要有这一行")
    if notes.problems:
        return None
    article = Article(
        id=article_id,
        title=values.get("title") or made_title(text),
        column=column.id if column else None,
        text=text,
        format=Format.MARKDOWN,
        digest=values.get("digest", ""),
        author=values.get("author", ""),
        sources=values.get("sources", ()),
        tags=tuple(dict.fromkeys((*values.get("tags", ()), *values.get("element", ())))),
        ai_usage=values.get("ai_usage", AiUsage.NONE),
        published=values.get("published"),
        url=values.get("url"),
        answer_from=values.get("answer_from") or (column.answer_from if column else AnswerFrom.APPROVAL),
        review_by=values.get("review_by"),
    )
    return Manuscript(article, values.get("cover"))


def made_title(text: str) -> str:
    """The first characters of the text, for a piece of history that has no title."""
    return title_line(re.sub(r"[#>*_`]+", "", text))[: fields.MADE_TITLE_CHARS].strip()


def _head(written: str) -> tuple[dict[str, Any], str]:
    """Front matter and text; ManuscriptError names the line of a mistake in the YAML."""
    written = written.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not written.strip():
        raise ManuscriptError("文件是空的")
    opened = re.match(r"\s*---[^\S\n]*\n", written)
    if opened is None or re.search(r"^---[^\S\n]*$", written[opened.end() :], re.MULTILINE) is None:
        raise ManuscriptError(f"开头没有用 --- 围起来的说明，例如 {' / '.join(EXAMPLE.splitlines())}")
    try:
        head, text = frontmatter.parse(written, handler=_Head())
    except yaml.MarkedYAMLError as error:
        line = written[: opened.end()].count("\n") + (error.problem_mark.line if error.problem_mark else 0)
        there = written.split("\n")[line - 1].strip()[:40]
        said = f"第 {line} 行“{there}”附近：开头的说明写法有误"
        raise ManuscriptError(f"{said}。冒号后面要有空格，含冒号的文字用引号围起来") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ManuscriptError("开头的说明读不懂：可能有坏字符，或嵌套太深") from error
    if not isinstance(head, dict) or not all(isinstance(name, str) for name in head):
        raise ManuscriptError("开头的说明要写成“字段: 内容”，一行一个")
    return head, fields.body(text)
