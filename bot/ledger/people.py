"""Who may log in at the desk, and how often somebody tried in vain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from bot.errors import NotAllowed, NotFound
from bot.ledger.schema import Moment, login_failures, people
from bot.model.people import Person, Role, proper_name


def add(tx: Connection, name: str, role: Role, password_hash: str, now: datetime) -> Person:
    """The new person, who must change the password at the first log-in; NotAllowed when the name is taken or no name."""
    name = proper_name(name)
    try:
        tx.execute(
            insert(people).values(
                name=name, role=role, password_hash=password_hash, must_change_password=True, created_at=now
            )
        )
    except IntegrityError as error:
        raise NotAllowed(f"已经有一位叫“{name}”的人。请换一个名字，或者给他重设密码。") from error
    return Person(name=name, role=role, must_change_password=True, created_at=now)


def get(tx: Connection, name: str) -> Person | None:
    """The person of this name, disabled or not."""
    row = tx.execute(select(people).where(people.c.name == name)).one_or_none()
    return _person(row) if row else None


def password_hash(tx: Connection, name: str) -> str | None:
    """The hash to check a password against; None for an unknown name."""
    return tx.execute(select(people.c.password_hash).where(people.c.name == name)).scalar_one_or_none()


def set_password(tx: Connection, name: str, password_hash: str, *, must_change: bool) -> None:
    """The new hash is kept, which ends all sessions of the old one; NotFound for an unknown name."""
    done = tx.execute(
        update(people)
        .where(people.c.name == name)
        .values(password_hash=password_hash, must_change_password=must_change)
    )
    if done.rowcount != 1:
        raise NotFound(f"没有叫“{name}”的人。")


def disable(tx: Connection, name: str, now: datetime) -> None:
    """The person can no longer log in, and is thrown out at the next click; NotFound for an unknown name."""
    since = func.coalesce(people.c.disabled_at, literal(now, Moment()))
    done = tx.execute(update(people).where(people.c.name == name).values(disabled_at=since))
    if done.rowcount != 1:
        raise NotFound(f"没有叫“{name}”的人。")


def enable(tx: Connection, name: str) -> None:
    """The person may log in again; NotFound for an unknown name."""
    done = tx.execute(update(people).where(people.c.name == name).values(disabled_at=None))
    if done.rowcount != 1:
        raise NotFound(f"没有叫“{name}”的人。")


def all_(tx: Connection) -> list[Person]:
    """Everybody, disabled or not, oldest first."""
    return [_person(row) for row in tx.execute(select(people).order_by(people.c.created_at, people.c.name))]


def note_failure(tx: Connection, subject: str, now: datetime) -> int:
    """The number of a new line: one more failed log-in of `subject`, a person's name or a client's address."""
    done = tx.execute(insert(login_failures).values(subject=subject, at=now))
    key = done.inserted_primary_key
    assert key is not None  # noqa: S101  an INSERT of one row always has one
    return int(key[0])


def failures_since(tx: Connection, subject: str, since: datetime) -> int:
    """How many log-ins of `subject` failed after `since`."""
    wanted = select(func.count()).where(login_failures.c.subject == subject, login_failures.c.at > since)
    return tx.execute(wanted).scalar_one()


def take_back_failure(tx: Connection, number: int) -> None:
    """The line is gone: that log-in went well after all."""
    tx.execute(delete(login_failures).where(login_failures.c.id == number))


def clear_failures(tx: Connection, subject: str) -> None:
    """All failures of this subject are forgotten."""
    tx.execute(delete(login_failures).where(login_failures.c.subject == subject))


def clear_failures_before(tx: Connection, before: datetime) -> None:
    """Failures too old to count are forgotten."""
    tx.execute(delete(login_failures).where(login_failures.c.at < before))


def _person(row: Row[tuple[object, ...]]) -> Person:
    return Person(
        name=row.name,
        role=Role(row.role),
        must_change_password=row.must_change_password,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
    )
