"""Many rows by the quickest way each engine has; values as the driver takes them, no column types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

T = TypeVar("T")


def append(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Inserts `rows`, in this transaction. Raises what any insert raises, an IntegrityError for a broken constraint."""
    names = ", ".join(f'"{column}"' for column in columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f'COPY "{table}" ({names}) FROM STDIN', rows)
    elif rows:
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(rows))


def batches(items: Iterable[T], most: int = 5000) -> Iterator[list[T]]:
    """The items in lists of at most so many: a statement takes only so many values, the memory so many rows."""
    each = iter(items)
    while some := list(islice(each, most)):
        yield some


def append_new(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
    """Inserts those of `rows` that break no uniqueness and gives their number; quickest where that is all of them."""
    if connection.dialect.name == "postgresql":
        try:
            with connection.begin_nested():
                append(connection, table, columns, rows)
            return len(rows)
        except IntegrityError:
            moved = staged(connection, table, columns, rows)
            return connection.exec_driver_sql(f"{moved} ON CONFLICT DO NOTHING").rowcount
    names, marks = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING'
    return connection.exec_driver_sql(statement, list(rows)).rowcount if rows else 0


def run_each(connection: Connection, statement: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Runs a statement with `:name` in it once a row, in this transaction, and gives how many rows it changed in all.

    Past SQLAlchemy, which takes longer over a row than SQLite does: what is done for every message comes here. Raises
    what any statement raises.
    """
    if not rows:
        return 0
    with _as_sqlalchemy_says_it(connection, statement), closing(connection.connection.cursor()) as cursor:
        cursor.executemany(_marked(statement, connection.dialect.name), rows)
        return cursor.rowcount


def commit_each(connection: Connection, statement: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """As `run_each`, in a transaction of its own on a connection that is in none: durable when it returns."""
    raw: Any = connection.connection.driver_connection
    with _as_sqlalchemy_says_it(connection, statement):
        if connection.dialect.name == "sqlite":
            raw.execute("BEGIN IMMEDIATE")  # as every transaction of ours begins
        try:
            changed = run_each(connection, statement, rows)
            raw.commit()
        except BaseException:
            raw.rollback()
            raise
    return changed


@cache
def _marked(statement: str, dialect: str) -> str:
    return re.sub(r":(\w+)", r"%(\1)s", statement) if dialect == "postgresql" else statement


@contextmanager
def _as_sqlalchemy_says_it(connection: Connection, statement: str) -> Iterator[None]:
    """SQLAlchemy does not see what goes past it; the row itself stays out of the message."""
    errors: Any = connection.dialect.dbapi
    try:
        yield
    except errors.Error as error:
        raise DBAPIError.instance(statement, None, error, errors.Error, hide_parameters=True) from error


def staged(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> str:
    """Copies `rows` beside a table of PostgreSQL and gives the statement that would move them in.

    As parameters of a statement psycopg would read thousands of rows word by word.
    """
    names, beside = ", ".join(f'"{column}"' for column in columns), f"incoming_{table}"
    like = f'(LIKE "{table}" INCLUDING DEFAULTS) ON COMMIT DROP'
    connection.exec_driver_sql(f"CREATE TEMP TABLE IF NOT EXISTS {beside} {like}")
    connection.exec_driver_sql(f"TRUNCATE {beside}")
    append(connection, beside, columns, rows)
    return f'INSERT INTO "{table}" ({names}) SELECT {names} FROM {beside}'


def _copy(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    with (
        _as_sqlalchemy_says_it(connection, statement),
        driver.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(row)
