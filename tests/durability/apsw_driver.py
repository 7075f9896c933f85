"""APSW behind the face that SQLAlchemy expects of a SQLite driver, so that the real server runs on a recorded disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import apsw

paramstyle = "qmark"
sqlite_version = apsw.sqlite_lib_version()
sqlite_version_info = tuple(map(int, sqlite_version.split(".")))
# The standard library's classes by name only: SQLAlchemy sorts errors by what their class is called.
Error, DatabaseError, OperationalError = sqlite3.Error, sqlite3.DatabaseError, sqlite3.OperationalError
IntegrityError, ProgrammingError = sqlite3.IntegrityError, sqlite3.ProgrammingError
InterfaceError = sqlite3.InterfaceError
PARSE_COLNAMES = PARSE_DECLTYPES = 0
Binary = bytes


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except apsw.ConstraintError as error:
        raise IntegrityError(str(error)) from error
    except apsw.Error as error:
        raise OperationalError(str(error)) from error


class Cursor:
    """Fetches everything at once: the server never leaves an answer half read either."""

    arraysize = 1

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._rows: Iterator[tuple] = iter(())
        self.description: Sequence[tuple] | None = None
        self.rowcount, self.lastrowid = -1, 0

    def execute(self, text: str, values: Any = ()) -> Cursor:
        return self._run(text, [values])

    def executemany(self, text: str, rows: Sequence[Any]) -> Cursor:
        return self._run(text, rows)

    def _run(self, text: str, rows: Sequence[Any]) -> Cursor:
        self.description = None
        before = self._connection.total_changes()
        cursor = self._connection.cursor()
        cursor.exec_trace = self._look
        found: list[tuple] = []
        with _named_errors():
            for values in rows:
                found += cursor.execute(text, values)
        self._rows = iter(found)
        self.rowcount = -1 if self.description else self._connection.total_changes() - before
        self.lastrowid = self._connection.last_insert_rowid()
        return self

    def _look(self, cursor: apsw.Cursor, _text: str, _values: object) -> bool:
        # Afterwards an answer without rows has no columns any more.
        columns = cursor.get_description()
        self.description = [(name, *[None] * 6) for name, *_ in columns] or None
        return True

    def fetchone(self) -> tuple | None:
        return next(self._rows, None)

    def fetchmany(self, size: int = 1) -> list[tuple]:
        return [row for row, _ in zip(self._rows, range(size), strict=False)]

    def fetchall(self) -> list[tuple]:
        return list(self._rows)

    def __iter__(self) -> Iterator[tuple]:
        return self._rows

    def close(self) -> None:
        self._rows = iter(())


class Connection:
    """`isolation_level` is always None here: the server begins its transactions itself."""

    isolation_level: str | None = None

    def __init__(self, path: str, vfs: str) -> None:
        with _named_errors():
            self._connection = apsw.Connection(path, vfs=vfs)

    def cursor(self) -> Cursor:
        return Cursor(self._connection)

    def execute(self, text: str, values: Any = ()) -> Cursor:
        return self.cursor().execute(text, values)

    def create_function(self, name: str, count: int, function: Callable, deterministic: bool = False) -> None:
        self._connection.create_scalar_function(name, function, count, deterministic=deterministic)

    def commit(self) -> None:
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def _end(self, command: str) -> None:
        if self._connection.in_transaction:
            self.execute(command)

    def close(self) -> None:
        self._connection.close()


class Driver:
    """What SQLAlchemy takes for the module: every connection goes through the file system called `vfs`."""

    def __init__(self, vfs: str) -> None:
        self._vfs = vfs

    def __getattr__(self, name: str) -> Any:
        return globals()[name]

    def connect(self, path: str, **_: Any) -> Connection:
        return Connection(path, self._vfs)
