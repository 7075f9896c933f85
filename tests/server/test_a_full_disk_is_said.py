"""A full disk is told to the phone as such, acknowledges nothing, and passes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.server.small_server import of_sqlite, small_server


@of_sqlite
def test_a_database_that_cannot_grow_answers_507_and_stores_later(tmp_path: Path) -> None:
    app, held, _ = small_server(tmp_path)
    pages = held.write(lambda connection: connection.execute(text("PRAGMA page_count")).scalar_one())

    def fill(connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.exec_driver_sql("CREATE TABLE filler AS SELECT randomblob(4000000) AS bytes")

    with pytest.raises(OperationalError) as refused:
        held.write(fill)
    with app.test_request_context("/api/v1/sync"):
        answer = app.handle_user_exception(refused.value)
    assert (answer.status_code, answer.headers["Retry-After"]) == (507, "60")
    assert held.write(lambda connection: connection.execute(text("SELECT 1")).scalar_one()) == 1


@pytest.mark.parametrize(("has_room", "status"), [(False, 507), (True, 503)])
def test_an_io_error_is_a_full_disk_where_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_room: bool, status: int
) -> None:
    """SQLite says no more than "disk I/O error" when it finds no room to sync or to grow its shared memory."""
    app, _, _ = small_server(tmp_path)
    monkeypatch.setattr("server.http.answers.has_room_for_text", lambda _folder: has_room)
    with app.test_request_context("/api/v1/sync"):
        answer = app.handle_user_exception(OperationalError("INSERT", None, Exception("disk I/O error")))
    assert answer.status_code == status and int(answer.headers["Retry-After"]) > 0


def test_parts_of_photos_are_forgotten_after_a_week_and_not_before(tmp_path: Path) -> None:
    _, held, _ = small_server(tmp_path)
    held.photo_store.begin("old")
    held.photo_store.begin("new")
    week_ago = time.time() - 8 * 24 * 3600
    os.utime(held.photo_store.uploads / "old", (week_ago, week_ago))
    assert held.photo_store.drop_stale(int((time.time() - 7 * 24 * 3600) * 1000)) == 1
    assert held.photo_store.offset("old") is None and held.photo_store.offset("new") == 0
