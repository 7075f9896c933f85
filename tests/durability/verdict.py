"""What a harness found, in one line that a person and a program can read: lost, doubled, stale, corrupt."""

from __future__ import annotations

import argparse
import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field


@dataclass
class Verdict:
    """All but `runs` must be 0; `failed` are the runs in which something was not.

    A control breaks the promise on purpose: where there is one, it must have failed.
    """

    harness: str
    runs: int = 0
    failed: int = 0
    lost: int = 0
    doubled: int = 0
    stale: int = 0
    corrupt: int = 0
    control_runs: int | None = None
    control_failed: int = 0
    broken: list[str] = field(default_factory=list)
    measured: dict[str, float] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        is_kept = not (self.lost or self.doubled or self.stale or self.corrupt or self.broken) and self.runs > 0
        return is_kept and (self.control_runs is None or self.control_failed > 0)

    def add(self, other: Verdict) -> None:
        self.runs += other.runs
        self.failed += other.failed
        self.lost += other.lost
        self.doubled += other.doubled
        self.stale += other.stale
        self.corrupt += other.corrupt
        self.broken += other.broken

    def as_members(self) -> dict[str, object]:
        return {**asdict(self), "cpu_s": round(_cpu_s(), 1), "ok": self.is_ok}

    def __str__(self) -> str:
        said = f"{self.harness}: runs {self.runs} lost {self.lost} doubled {self.doubled} stale {self.stale}"
        return f"{said} corrupt {self.corrupt} broken {len(self.broken)} {self.measured or ''}".strip()


def _cpu_s() -> float:
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def run_as_command(prove: Callable[[int], Verdict], usual: int) -> None:
    """`--count N --json`: one line, and an exit code of 1 when the promise does not hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=usual)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    verdict = prove(asked.count)
    print(json.dumps(verdict.as_members()) if asked.json else verdict)
    sys.exit(0 if verdict.is_ok else 1)
