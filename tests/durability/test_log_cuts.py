"""A power cut in the middle of sealing leaves the last published checkpoint, and every tile under it."""

from __future__ import annotations

import pytest

from tests.durability.log_cuts import Recording, cut, record, without_syncs
from tests.durability.torn import FATES
from tests.servers import how_often


@pytest.fixture(scope="module")
def recording() -> Recording:
    return record()


def test_a_published_checkpoint_survives_a_cut_at_every_write_sync_and_rename(recording: Recording) -> None:
    cuts = len(recording.asked) * how_often(1, len(FATES), 4 * len(FATES))
    verdict = cut(recording, cuts)
    assert verdict.is_ok and verdict.runs == cuts, str(verdict)


def test_without_syncs_the_log_goes_back_or_loses_tiles(recording: Recording) -> None:
    """The control: a harness that finds nothing here would find nothing anywhere."""
    control = cut(without_syncs(recording), 200)
    assert control.stale > 0 and control.lost > 0, str(control)
