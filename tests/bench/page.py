"""Writes down what was measured: docs/benchmarks.md for people, docs/benchmarks.json for programs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite

from server.cli.serving import BLOCKING_THREADS

DOCS = Path(__file__).parents[2] / "docs"
PACKAGES = ("granian", "flask", "sqlalchemy", "psycopg", "cryptography", "orjson")


@dataclass(frozen=True)
class Line:
    """One figure. `is_met` is None where nothing was aimed at."""

    section: str
    what: str
    value: float
    unit: str
    share: str = ""
    aim: str = ""
    is_met: bool | None = None

    @property
    def shown(self) -> str:
        digits = 0 if self.value >= 100 else 1 if self.value >= 10 else 2
        return f"{self.value:,.{digits}f} {self.unit}"


def write(lines: Sequence[Line], took_s: float, is_long: bool) -> None:
    (DOCS / "benchmarks.md").write_text(_text(lines, took_s, is_long), encoding="utf-8")
    found = {"machine": _machine(), "date": date.today().isoformat(), "figures": [asdict(line) for line in lines]}
    (DOCS / "benchmarks.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _text(lines: Sequence[Line], took_s: float, is_long: bool) -> str:
    how = "long" if is_long else "quick"
    head = [
        "# Benchmarks",
        "",
        "Written by `make bench`, not by hand: whoever wants other figures runs it on another machine"
        " (`SANAD_LONG=1` repeats more often). What each figure is, and how it is taken, stands in `tests/bench/`.",
        "",
        *(f"- {name}: {value}" for name, value in _machine().items()),
        f"- {date.today().isoformat()}, {how} run of {took_s:.0f} s, load average {os.getloadavg()[0]:.1f} at the end",
        "",
        "**How to read.** A core-second is one second of user and system time of the server with everything it"
        " started, read from /proc; it hardly changes while other work shares the machine, as figures by the clock do."
        " For entries and photos the server stays on one core and the load comes from another."
        " A share is of a limit that was measured in the same run: what the framework or the disk can do at best.",
    ]
    return "\n".join([*head, *_sections(lines), ""])


def _sections(lines: Sequence[Line]) -> list[str]:
    found: list[str] = []
    for section in dict.fromkeys(line.section for line in lines):
        found += ["", f"## {section}", "", "| what | measured | share of the limit | aim | |", "|---|---|---|---|---|"]
        found += [
            f"| {line.what} | {line.shown} | {line.share} | {line.aim} | {_met(line.is_met)} |"
            for line in lines
            if line.section == section
        ]
    return found


def _met(is_met: bool | None) -> str:
    return "" if is_met is None else "met" if is_met else "missed"


def _machine() -> dict[str, str]:
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB, {platform.system()}",
        "versions": ", ".join(
            [f"Python {platform.python_version()}", f"SQLite {sqlite.sqlite_version}"]
            + [f"{name} {version(name)}" for name in PACKAGES]
        ),
        "server": f"Granian, one worker with {BLOCKING_THREADS} threads; SQLite in WAL mode with synchronous=FULL",
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
