"""A server that is killed at any moment has everything it acknowledged when it comes back, each once."""

from __future__ import annotations

import pytest

from tests.durability.kills import kill_again_and_again
from tests.running_server import RunningServer
from tests.servers import how_often

# On each of the two databases.
KILLS = how_often(4, 25, 500)


@pytest.mark.timeout(7200)
def test_nothing_acknowledged_is_lost_or_doubled_by_killing_the_server(server: RunningServer) -> None:
    verdict = kill_again_and_again(server, KILLS)
    assert verdict.is_ok and verdict.runs == KILLS, f"{verdict} {verdict.broken}"
    assert verdict.measured["acknowledged"] > KILLS
