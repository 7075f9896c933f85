"""A database that was migrated step by step is the one that the tables describe, on both engines."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from server import create_app
from server.config import read_settings
from server.operations.prepare_database import prepare_database
from server.tables import METADATA
from tests.postgresql import postgresql


@pytest.fixture(params=("sqlite", "postgresql"))
def settings(request, tmp_path):
    environ = {"SANAD_DATA": str(tmp_path)}
    if request.param == "sqlite":
        yield read_settings(environ)
        return
    with postgresql() as cluster:
        yield read_settings({**environ, "SANAD_DATABASE_URL": cluster.new_database()})


def test_migrations_make_the_tables_that_the_program_knows(settings):
    app = create_app(settings)
    held = app.extensions["sanad"]
    prepare_database(held)
    with held.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
    held.engine.dispose()


def test_migrating_twice_changes_nothing(tmp_path):
    held = create_app(read_settings({"SANAD_DATA": str(tmp_path)})).extensions["sanad"]
    prepare_database(held)
    prepare_database(held)
    with held.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    held.engine.dispose()
