"""With a synchronous standby an entry survives the loss of the disk at once; without it, it waits for a backup."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, select

from server.database.archived import archived
from server.database.engine import reading
from server.database.entries import EntryRow
from server.running import Running
from tests.builders import BuiltPhone, named, photo
from tests.postgresql import Cluster, postgresql, standby
from tests.servers import Place, opened
from tests.world import make_world


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    """Of its own: commits that wait for a standby would hold up everybody else's tests."""
    with postgresql() as cluster:
        yield cluster


def safe(held: Running) -> tuple[set[str], set[str]]:
    """What is archived, and what is not."""
    with reading(held.engine) as connection:
        ids = set(connection.execute(select(EntryRow.id)).scalars())
        found = archived(connection, sorted(ids))
    return found, ids - found


def soon(held: Running, count: int) -> bool:
    """A standby that has just come may need a moment to be taken for one."""
    return any(len(safe(held)[0]) == count or Event().wait(0.1) for _ in range(100))


def test_what_the_standby_has_on_disk_is_archived_but_for_photos(own_cluster, tmp_path):
    with opened(Place(tmp_path, own_cluster.new_database())) as (_, held):
        make_world(held)
        phone = BuiltPhone(held, 77, "o-77", "shams")
        phone.incident()
        assert safe(held)[0] == set()
        with standby(own_cluster) as tell:
            assert soon(held, 1)
            pictured = phone.incident(photos=[named(photo("teal"))])
            plain = phone.incident()
            kept, waiting = safe(held)
            assert plain.id in kept and waiting == {pictured.id}
            # It may not be seen by everybody: then it does not count.
            refuse_to_show(own_cluster)
            tell("stop")
            assert soon(held, 0), "a standby that is gone keeps nothing"


def refuse_to_show(cluster: Cluster) -> None:
    """A role without pg_monitor gets no state of any standby: the answer is no, not a fault."""
    name = f"sanad_{cluster.made}"
    with psycopg.connect(cluster.address(name), autocommit=True) as connection:
        connection.execute("CREATE ROLE plain LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO plain")
    with opened_as("plain", cluster, name) as connection:
        ids = list(connection.execute(select(EntryRow.id)).scalars())
        assert ids and archived(connection, ids) == set()


@contextmanager
def opened_as(role: str, cluster: Cluster, name: str) -> Iterator[Connection]:
    address = cluster.address(name).replace("postgresql://postgres@", f"postgresql+psycopg://{role}@")
    engine = create_engine(address)
    with engine.connect() as connection:
        yield connection
    engine.dispose()
