"""Brings a database to the tables this program knows; refuses one from a newer program."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

FOLDER = Path(__file__).parent / "migrations"


class NewerDatabase(RuntimeError):
    """The database was written by a newer program, whose tables this one does not know."""

    code = "newer-database"


def bring_up_to_date(connection: Connection) -> bool:
    """True when something was migrated. Runs in the caller's transaction and does not commit."""
    present, newest = _present(connection), _newest()
    if present == newest:
        return False
    # Alembic is an eighth of what a start costs, and most starts migrate nothing.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise NewerDatabase(f"this database is at {present}, this program knows up to {newest}") from error
    return True


def _present(connection: Connection) -> str | None:
    """The migration that this database was brought to last; none in an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _newest() -> str:
    """Migrations are numbered, and a file's name begins with its number."""
    return max(path.name for path in (FOLDER / "versions").glob("[0-9]*.py")).partition("_")[0]
