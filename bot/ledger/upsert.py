"""INSERT … ON CONFLICT, which SQLite and PostgreSQL write alike and SQLAlchemy has once for each."""

from __future__ import annotations

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(tx: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT for this connection's database that knows `on_conflict_do_nothing` and `on_conflict_do_update`.

    The `rowcount` of its result says on both whether it was this one that won.
    """
    new = postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)
    return new.execution_options(preserve_rowcount=True)  # else PostgreSQL's is -1
