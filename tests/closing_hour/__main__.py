"""Plays the closing hour against a real server and prints one line of figures.

    python -m tests.closing_hour --devices 10000 --entries 10 --photos 2 --within 60 --json
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from tests.closing_hour.play import play


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--devices", type=int, default=10_000)
    asked.add_argument("--entries", type=int, default=10, help="each phone's")
    asked.add_argument("--photos", type=int, default=2, help="each phone's")
    asked.add_argument("--photo-kb", type=int, default=300)
    asked.add_argument("--within", type=float, default=60, help="seconds in which all are back")
    asked.add_argument("--most", type=float, default=3600, help="seconds after which what still waits is a fault")
    asked.add_argument("--folder", type=Path, help="where there is room for all photos; the temporary folder if none")
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        said = play(
            Path(folder), given.devices, given.entries, given.photos, given.photo_kb * 1000, given.within, given.most
        )
    print(json.dumps(said, ensure_ascii=False))
    raise SystemExit(not said["ok"])


if __name__ == "__main__":
    main()
