"""A newer program folds by its own rules: projections of an older one are not mixed with its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from server.operations.check_everything import check_everything
from server.operations.fold_entries import rebuild_if_rules_changed
from server.projections import rules
from server.projections.claims import ClaimRow, FoldRow
from server.running import Running
from tests.builders import BuiltPhone, add_register
from tests.server.small_server import small_server


def bucket_of(held: Running, identity: str) -> str:
    with held.engine.connect() as connection:
        return connection.execute(select(ClaimRow.bucket).where(ClaimRow.id == identity)).scalar_one()


def test_a_kind_that_was_unknown_takes_its_place_after_the_upgrade(tmp_path: Path, monkeypatch) -> None:
    _, held, _ = small_server(tmp_path)
    add_register(held)
    with pytest.MonkeyPatch.context() as older:
        older.setattr("server.projections.subjects._KNOWN_KINDS", frozenset({"incident.report"}))
        visit = BuiltPhone(held, 1, "amal", "shams").visit("138450-03")
    assert bucket_of(held, visit.id) == "quarantined"
    assert not rebuild_if_rules_changed(held)
    monkeypatch.setattr(rules, "RULES", rules.RULES + 1)
    assert rebuild_if_rules_changed(held) and not rebuild_if_rules_changed(held)
    assert bucket_of(held, visit.id) == "live"
    assert check_everything(held)["broken"] == []
    with held.engine.connect() as connection:
        assert connection.execute(select(FoldRow.rules)).scalar_one() == rules.rules_of(held.pack)
