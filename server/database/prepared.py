"""Statements asked for every batch, put into the database's own words once: asking is then all that they cost."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]


@dataclass(frozen=True)
class _Spoken:
    """A statement in the words of one database; `given` turns values by name into what its driver takes."""

    text: str
    given: Callable[[Values], Any]
    row: Callable[..., Any]


class Prepared:
    """One statement of SQLAlchemy, run by the driver itself inside the connection's transaction.

    SQLAlchemy spends 25 to 60 microseconds on each execution, ten times what SQLite needs for the answer. Rows have
    their columns as attributes. Values pass as they are: a truth value comes back from SQLite as 0 or 1.
    """

    def __init__(
        self, statement: Executable | Mapping[str, Executable], columns: Sequence[str] | None = None
    ) -> None:
        """A mapping gives each database, by its name, a statement in words that the other does not know."""
        self._statement, self._columns = statement, columns
        self._spoken: dict[tuple, _Spoken] = {}

    def ask(self, connection: Connection, **values: Any) -> list[Any]:
        """All rows. A list is for a parameter that expands to `IN (…)`."""
        values = {name: _padded(value) if isinstance(value, list) else value for name, value in values.items()}
        lengths = tuple(len(value) if isinstance(value, list) else -1 for value in values.values())
        spoken = self._spoken.get((connection.dialect.name, lengths)) or self._speak(connection, lengths, values)
        _begin(connection)
        with driver(connection, spoken.text) as cursor:
            cursor.execute(spoken.text, spoken.given(values))
            return list(map(spoken.row, cursor.fetchall()))

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Once for each of `rows`, which all name the same columns or parameters."""
        if rows:
            spoken = self._spoken.get((connection.dialect.name, ())) or self._speak(connection, (), rows[0])
            _begin(connection)
            with driver(connection, spoken.text) as cursor:
                cursor.executemany(spoken.text, list(map(spoken.given, rows)))

    def _speak(self, connection: Connection, lengths: tuple[int, ...], values: Values) -> _Spoken:
        statement: Any = self._statement
        if isinstance(statement, Mapping):
            statement = statement[connection.dialect.name]
        if lengths:
            statement = statement.params(values)
        compiled: SQLCompiler = statement.compile(
            dialect=connection.dialect, column_keys=self._columns, for_executemany=not lengths,
            compile_kwargs={"render_postcompile": True},
        )  # fmt: skip
        spoken = _Spoken(str(compiled), _giver(compiled, values), _row_class(compiled))
        self._spoken[connection.dialect.name, lengths] = spoken
        return spoken


def _begin(connection: Connection) -> None:
    """SQLAlchemy begins by itself only when it executes itself."""
    if not connection.in_transaction():
        connection.begin()


@contextmanager
def driver(connection: Connection, text: str) -> Iterator[Any]:
    """The driver's own cursor, for running `text`; its errors are raised as SQLAlchemy's."""
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except connection.dialect.loaded_dbapi.Error as error:
        # Without the values: what somebody reported does not belong into a message.
        known = connection.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(text, None, error, known, dialect=connection.dialect) from error
    finally:
        cursor.close()


def _padded(values: list[Any]) -> list[Any]:
    """Repeats the last until the length is a power of two: a handful of texts for lists of any length."""
    missing = (1 << (len(values) - 1).bit_length()) - len(values) if values else 0
    return values + values[-1:] * missing


def _giver(compiled: SQLCompiler, values: Values) -> Callable[[Values], Any]:
    constants = {name: value for name, value in compiled.params.items() if value is not None and name not in values}
    lists = [name for name, value in values.items() if isinstance(value, list)]
    for name in lists:
        for expanded in _spread(name, values[name]):
            constants.pop(expanded, None)

    def flat(given: Values) -> Values:
        found = {**constants, **given}
        for name in lists:
            found.update(_spread(name, given[name]))
        return found

    spread = flat if constants or lists else lambda given: given
    if not compiled.positional:
        return lambda given: {name: value for name, value in spread(given).items() if not isinstance(value, list)}
    names = compiled.positiontup or []
    if len(names) < 2:
        return lambda given: tuple(spread(given)[name] for name in names)
    pick = itemgetter(*names)
    return lambda given: pick(spread(given))


def _spread(name: str, values: list[Any]) -> dict[str, Any]:
    """The names that SQLAlchemy gives to the members of a list, and to the parts of those that are pairs."""
    if values and isinstance(values[0], tuple):
        return {
            f"{name}_{place}_{part}": value
            for place, each in enumerate(values, 1)
            for part, value in enumerate(each, 1)
        }
    return {f"{name}_{place}": value for place, value in enumerate(values, 1)}


def _row_class(compiled: SQLCompiler) -> Callable[..., Any]:
    names = [column.keyname for column in compiled._result_columns]
    return namedtuple("Row", names)._make if names else tuple  # type: ignore[attr-defined]
