"""A power cut in the middle of a photo leaves no half photo under a name, and every acknowledged one whole."""

from __future__ import annotations

import pytest

from tests.durability.photo_cuts import Recording, cut, record, without_syncs
from tests.durability.torn import FATES
from tests.servers import how_often

PHOTOS = how_often(8, 14, 40)


@pytest.fixture(scope="module")
def recording() -> Recording:
    return record(PHOTOS)


def test_a_photo_survives_a_cut_at_every_write_sync_and_rename(recording: Recording) -> None:
    cuts = len(recording.asked) * how_often(1, len(FATES), 2 * len(FATES))
    verdict = cut(recording, cuts)
    assert verdict.is_ok and verdict.runs == cuts, str(verdict)


def test_no_half_photo_is_kept_by_a_disk_that_fails_to_sync(recording: Recording) -> None:
    """After a failed sync the system takes the bytes for written: only forgetting them keeps the promise."""
    failing = record(PHOTOS, seed=2, failing_syncs=0.1)
    assert failing.faults > 0
    verdict = cut(failing, len(failing.asked) * how_often(1, len(FATES), 2 * len(FATES)))
    assert verdict.is_ok, str(verdict)


def test_without_syncs_photos_are_lost_and_torn(recording: Recording) -> None:
    """The control: a harness that finds nothing here would find nothing anywhere."""
    control = cut(without_syncs(recording), 200)
    assert control.lost > 0 and control.corrupt > 0, str(control)


def test_the_recording_meets_every_way_of_a_photo(recording: Recording) -> None:
    kinds = {asked.kind for asked in recording.asked}
    assert kinds >= {"made", "moved", "write", "truncate", "sync", "promised"}
    assert len({asked.data for asked in recording.asked if asked.kind == "promised"}) == PHOTOS
