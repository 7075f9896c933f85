"""A server that ends between any two steps of its work has what it acknowledged, and its log goes on as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.durability.failing_server import POINTS
from tests.durability.log_whole import faults_of_the_log
from tests.durability.named_points import end_at_points, end_hasty_server
from tests.running_server import RunningServer, running_server
from tests.servers import Place, how_often
from tests.small_log import sealed_server

# Of all points each so many-th on each database; both together come to every point in continuous integration.
EVERY, ROUNDS = how_often(4, 2, 1), how_often(1, 1, 25)


@pytest.mark.timeout(7200)
def test_ending_at_any_point_loses_and_doubles_nothing(server: RunningServer) -> None:
    points = (list(POINTS) * ROUNDS)[0 if server.held.settings.is_sqlite else EVERY // 2 :: EVERY]
    verdict = end_at_points(server, points)
    assert verdict.is_ok and verdict.runs == len(points), f"{verdict} {verdict.broken}"


def test_a_server_that_answers_before_it_commits_is_caught(tmp_path: Path) -> None:
    """The control: a harness that finds nothing here would find nothing anywhere."""
    assert any(_lost_by_haste(tmp_path / str(attempt)) for attempt in range(5))


def _lost_by_haste(folder: Path) -> int:
    """Nothing when, by chance, no phone had its answer in the moment before the end."""
    folder.mkdir()
    with running_server(Place(folder)) as server:
        return end_hasty_server(server).lost


def test_a_log_with_a_spoiled_tile_is_not_called_whole(tmp_path: Path) -> None:
    """The control of the check that every harness here ends with."""
    _, held, _ = sealed_server(tmp_path, entries=3)
    assert faults_of_the_log(held) == []
    tile = next(path for path in (held.settings.log_folder / "tile" / "0").rglob("*") if path.is_file())
    tile.write_bytes(b"x" * 32)
    assert faults_of_the_log(held) == ["tile 0/0 is not what it should be"]
