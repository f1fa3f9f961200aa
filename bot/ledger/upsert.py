"""INSERT … ON CONFLICT, which SQLite and PostgreSQL write alike and SQLAlchemy has once for each."""

from __future__ import annotations

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert


def insert_into(tx: Connection, table: Table) -> Insert:
    """An INSERT for this connection's database that knows `on_conflict_do_nothing` and `on_conflict_do_update`.

    The `rowcount` of its result says on both whether it was this one that won.
    """
    return insert_for(tx.dialect.name, table)


def insert_for(dialect: str, table: Table) -> Insert:
    """The same for a database by its name, for statements that are made once."""
    new = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return new.execution_options(preserve_rowcount=True)  # else PostgreSQL's is -1
