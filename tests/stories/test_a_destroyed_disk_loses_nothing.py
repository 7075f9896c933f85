"""A server's disk is destroyed in the middle of the peak: from backup and phones everything received comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.postgresql import Cluster
from tests.restoring.run import PHONES, Verdict, destroy_and_restore
from tests.servers import how_often


def runs(count: int, tmp_path: Path, is_careless: bool, new: Callable[[], str] | None = None) -> Verdict:
    """The sum of `count` destroyed servers."""
    assert count
    total = None
    for number in range(count):
        folder = tmp_path / str(number)
        folder.mkdir()
        verdict = destroy_and_restore(folder, number, is_careless, new)
        total = verdict if total is None else total + verdict
    assert total is not None
    assert total.followed == count * PHONES, "a phone was not told whose log goes on"
    # Without any of these the run would have shown nothing.
    assert total.received > total.in_backup > 0 and total.forgotten > 0 and total.young > 0
    return total


def lost(verdict: Verdict) -> tuple[int, int, int]:
    return verdict.lost, verdict.lost_photos, verdict.broken


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_nothing_that_was_received_is_lost_with_the_disk(tmp_path: Path) -> None:
    total = runs(how_often(1, 3, 90), tmp_path, is_careless=False)
    assert lost(total) == (0, 0, 0)
    assert total.unable == 0, "a phone was asked for what it had been told to be archived"


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not how_often(0, 2, 10), reason="takes a quarter of a minute: in continuous integration")
def test_nor_with_the_disk_of_a_postgresql(tmp_path: Path, cluster: Cluster) -> None:
    total = runs(how_often(0, 2, 10), tmp_path, is_careless=False, new=cluster.new_database)
    assert lost(total) == (0, 0, 0)
    assert total.unable == 0


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.skipif(not how_often(0, 1, 5), reason="takes a quarter of a minute: in continuous integration")
def test_phones_that_forget_before_it_is_archived_do_lose(tmp_path: Path) -> None:
    total = runs(how_often(0, 1, 5), tmp_path, is_careless=True)
    assert total.lost > 0 and total.lost_photos > 0
