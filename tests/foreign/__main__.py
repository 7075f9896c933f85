"""`python -m tests.foreign --json`: a log of 70,000 entries of ours before every verifier installed here."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.foreign.big_log import BigLog, forge, new_keys
from tests.foreign.verifying import PYTHON, REBUILD, commands, verdict
from tests.foreign.witnessing import foreign_witness, is_right, witness_story

ENTRIES = 70_000
ALL = ("go x/mod", "@sigstore/verify", "pymerkle", "tlog-scales", "aics-tlog")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entries", type=int, default=ENTRIES)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        said = show(Path(made), given.entries)
    print(json.dumps(said) if given.json else json.dumps(said, indent=2))
    sys.exit(0 if said["ok"] else 1)


def show(folder: Path, entries: int) -> dict[str, object]:
    """What each said of the log and of a forged copy, and what the witness answered; `ok` if all is as it must be."""
    log = BigLog(entries, new_keys())
    log.write(folder / "log")
    shutil.copytree(folder / "log", folder / "forged")
    forge(folder / "forged", entries // 5)
    accepted = {name: verdict(name, folder / "log") for name in commands()}
    refused = {name: verdict(name, folder / "forged") for name in commands() if name in REBUILD}
    said: dict[str, object] = {
        "entries": entries,
        "missing": [name for name in ALL if name not in accepted],
        "verifiers": {name: asdict(each) for name, each in accepted.items()},
        "forged": {name: asdict(each) for name, each in refused.items()},
    }
    ok = all(each.accepts for each in accepted.values()) and not any(each.accepts for each in refused.values())
    if PYTHON.exists():
        with foreign_witness(folder, log) as witness:
            story = witness_story(witness, log)
        said["witness"] = story
        ok = ok and is_right(story, log)
    return {"ok": ok and bool(accepted), **said}


if __name__ == "__main__":
    main()
