"""What a start would wait for in vain is imported by whoever needs it, when it is needed."""

import subprocess
import sys

# Migrations, HTTP clients, the geometry of the map, decoders of pictures, the bucket's client, the other database.
HEAVY = ("alembic", "urllib3", "shapely", "numpy", "PIL", "botocore", "psycopg", "pyrage", "requests", "hypothesis")
START = """
import sys
from server.cli import main
from server.cli.asking import open_here, settings_here
from server import create_app

open_here(settings_here()).engine.dispose()
create_app(settings_here()).extensions["sanad"].engine.dispose()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def _imported(folder):
    environ = {"SANAD_DATA": str(folder), "SANAD_PUBLIC_URL": "http://127.0.0.1:1"}
    done = subprocess.run([sys.executable, "-c", START], env=environ, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_start_on_a_made_database_imports_nothing_heavy(tmp_path):
    first = _imported(tmp_path)
    assert "alembic" in first, "the control: making the tables does import the migrations"
    again = _imported(tmp_path)
    assert not again & set(HEAVY)
