"""The content files as editors have changed them: every state is kept, the latest counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from bot.ledger import trail
from bot.ledger.answers import bump_archive, hold_archive
from bot.ledger.schema import contents
from bot.model.content import ContentName


@dataclass(frozen=True, slots=True)
class Written:
    """One state of a content file, and whose it is."""

    name: ContentName
    number: int
    text: str
    person: str
    at: datetime


def texts(tx: Connection) -> dict[ContentName, str]:
    """The latest text of each file that somebody has changed; the others are as they came with the program."""
    newest = select(contents.c.name, func.max(contents.c.number).label("number")).group_by(contents.c.name).subquery()
    wanted = select(contents.c.name, contents.c.text).join(
        newest, (contents.c.name == newest.c.name) & (contents.c.number == newest.c.number)
    )
    return {ContentName(row.name): row.text for row in tx.execute(wanted)}


def put(tx: Connection, name: ContentName, text: str, *, person: str, now: datetime) -> int:
    """The file's new number; replies follow within a second, everywhere. Who calls has found the text sound."""
    hold_archive(tx)
    last = tx.execute(select(func.max(contents.c.number)).where(contents.c.name == name)).scalar_one_or_none() or 0
    tx.execute(insert(contents).values(name=name, number=last + 1, text=text, person=person, at=now))
    bump_archive(tx)
    trail.add(tx, person=person, action="content", subject=f"content:{name}", detail={"number": last + 1}, now=now)
    return int(last) + 1


def history(tx: Connection, name: ContentName) -> list[Written]:
    """Every state that the file has had at the desk, the newest first."""
    wanted = select(contents).where(contents.c.name == name).order_by(contents.c.number.desc())
    return [Written(ContentName(row.name), row.number, row.text, row.person, row.at) for row in tx.execute(wanted)]
