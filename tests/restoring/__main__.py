"""Destroys and restores a server many times over and says what was lost: `python -m tests.restoring --count 100`."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.postgresql import postgresql
from tests.restoring.run import Verdict, destroy_and_restore


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--careless", action="store_true", help="phones forget what was received: must lose")
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    total: Verdict | None = None
    with nullcontext() if given.database == "sqlite" else postgresql() as cluster:
        for number in range(given.count):
            with TemporaryDirectory(prefix="sanad-restoring-") as folder:
                new = cluster.new_database if cluster else None
                verdict = destroy_and_restore(Path(folder), given.seed + number, given.careless, new)
            total = verdict if total is None else total + verdict
            if not given.json:
                print(f"{number + 1:4} {asdict(verdict)}", flush=True)
    assert total is not None
    is_lost = bool(total.lost or total.lost_photos or total.broken)
    said = {"ok": is_lost == given.careless, "runs": given.count, "database": given.database}
    told = {**said, "careless": given.careless, **asdict(total)}
    print(json.dumps(told) if given.json else told)
    return 0 if is_lost == given.careless else 1


if __name__ == "__main__":
    sys.exit(main())
