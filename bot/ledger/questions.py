"""What was asked, how often, and whether there was an answer; never who asked."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, delete, func, select

from bot.ledger.schema import questions
from bot.ledger.upsert import Insert, insert_for
from bot.model.questions import Asked, Gap

TEXT_CHARS = 200
READ_CHARS = 1_000  # more than can be left of 200, and short enough for the patterns below

# Telephone and identity numbers, bank cards: seven digits or more, also when written in groups.
_NUMBER = re.compile(r"(?<![0-9])[0-9](?:[\s()（）\-‐–—−./]{0,3}[0-9]){6,}[xX]?")
# Letters of ASCII only: \w would take the Chinese words around the address along.
_MAIL = re.compile(r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
MARK = re.compile("［(?:号码|邮箱)］")
"""What stands for a number or an address that was taken out."""


def masked(text: str) -> str:
    """The text without long numbers and mail addresses, on one line, at most 200 characters."""
    return _masked(text[:READ_CHARS])


@functools.lru_cache(maxsize=1_024)  # the hot path masks a question before it is put by, and again before it is kept
def _masked(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).encode("utf-8", "replace").decode()
    plain = "".join(c if c.isprintable() else " " for c in plain)  # first: what nobody sees may part a number too
    plain = _NUMBER.sub("［号码］", _MAIL.sub("［邮箱］", plain))
    return " ".join(plain.split())[:TEXT_CHARS]


def note(tx: Connection, heard: Iterable[tuple[Asked, datetime]]) -> None:
    """Each question was asked once more, at its time; whether it is answered follows the latest outcome."""
    if rows := _rows(heard):
        tx.execute(_noting(tx.dialect.name), rows)


@functools.cache
def _noting(dialect: str) -> Insert:
    new = insert_for(dialect, questions)
    is_later = new.excluded.last_at >= questions.c.last_at
    return new.on_conflict_do_update(
        index_elements=["normalised"],
        set_={
            "asked": questions.c.asked + new.excluded.asked,
            "answered": case((is_later, new.excluded.answered), else_=questions.c.answered),
            "last_at": case((is_later, new.excluded.last_at), else_=questions.c.last_at),
        },
    )


def _rows(heard: Iterable[tuple[Asked, datetime]]) -> list[dict[str, Any]]:
    """One row for each question, in order: two processes that take the same rows from both ends would wait for each other."""
    rows: dict[str, dict[str, Any]] = {}
    keys: dict[str, str] = {}
    for asked, at in sorted(heard, key=lambda one: one[1]):
        key = keys.get(asked.normalised) or keys.setdefault(asked.normalised, masked(asked.normalised))
        if key not in rows:
            rows[key] = {"normalised": key, "text": masked(asked.text), "asked": 0, "first_at": at}
        rows[key].update(answered=asked.answered, last_at=at, asked=rows[key]["asked"] + 1)
    return [rows[key] for key in sorted(rows)]


def unanswered(tx: Connection, *, limit: int) -> list[Gap]:
    """Questions whose latest asking found no answer: the most asked first, then the latest."""
    wanted = select(questions).where(questions.c.answered.is_(False))
    rows = tx.execute(
        wanted.order_by(questions.c.asked.desc(), questions.c.last_at.desc(), questions.c.text).limit(limit)
    )
    return [Gap(row.text, row.asked, row.first_at, row.last_at) for row in rows]


def count(tx: Connection) -> int:
    """How many different questions are kept."""
    return int(tx.execute(select(func.count()).select_from(questions)).scalar_one())


def purge(tx: Connection, before: datetime) -> int:
    """Forgets the questions that nobody has asked since `before`; how many there were."""
    return tx.execute(delete(questions).where(questions.c.last_at < before)).rowcount
