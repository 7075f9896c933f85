"""Brings a database to the tables this program knows; refuses one from a newer program."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

FOLDER = Path(__file__).parent / "migrations"


class NewerDatabase(RuntimeError):
    """The database was written by a newer program, whose tables this one does not know."""

    code = "newer-database"


def bring_up_to_date(connection: Connection) -> bool:
    """True when something was migrated. Runs in the caller's transaction and does not commit."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    head = ScriptDirectory.from_config(config).get_current_head()
    present = MigrationContext.configure(connection).get_current_revision()
    if present == head:
        return False
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise NewerDatabase(f"this database is at {present}, this program knows up to {head}") from error
    return True
