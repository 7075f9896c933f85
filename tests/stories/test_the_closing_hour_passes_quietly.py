"""When every phone comes back at once, all text is acknowledged once, and photos follow without anybody's doing."""

from __future__ import annotations

from pathlib import Path

from tests.closing_hour.play import play
from tests.servers import is_long_run


def test_all_come_back_at_once_and_everything_arrives_once(tmp_path: Path) -> None:
    devices = 200 if is_long_run() else 40
    said = play(tmp_path, devices, entries=10, photos_each=2, photo_bytes=60_000, within_s=2, poll_s=2)
    assert said["ok"], said
    assert said["answers"]["photos"] == 2 * devices  # type: ignore[index]
