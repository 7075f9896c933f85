"""`make proof`, `make proof-long`: run every promise and write PROOF.md, with figure, verdict, machine and date."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.proof.promises import CHAPTERS, Promise
from tests.servers import ROOT

PAGE = ROOT / "PROOF.md"
BENCHMARKS = ROOT / "docs/benchmarks.json"
# The longest single run, a thousand kills, takes about an hour on two cores.
PATIENCE_S = 3 * 3600
# Of no use to a reader of figures.
_NOT_SHOWN = frozenset({"ok", "harness", "seed", "load"})
# A page mended later must not pass for one run of one commit.
_AGAIN = "Rows that name another commit were run alone, before or after."
_COLUMNS = ("| promise | seen | verdict | command | commit | s |", "|---|---|---|---|---|---:|")
_VERDICTS = ("pass", "fail", "skipped")
_SUMMARY = re.compile(r"\d+ (?:passed|failed|error|errors|skipped)")


@dataclass(frozen=True)
class Outcome:
    """What a promise's command said. `verdict` is pass, fail or skipped."""

    promise: Promise
    command: str
    figures: str
    verdict: str
    seconds: float
    commit: str


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.proof")
    asked.add_argument("--long", action="store_true", help="thousands of runs: some hours")
    asked.add_argument("--only", default="", help="those whose sentence or command contains this, put in their place")
    options = asked.parse_args()
    outcomes: dict[str, list[Outcome]] = {}
    for chapter in CHAPTERS:
        for promise in chapter.promises:
            if options.only in promise.says or options.only in promise.command:
                outcome = carry_out(promise, options.long)
                outcomes.setdefault(chapter.title, []).append(outcome)
                print(f"{outcome.verdict:7} {outcome.seconds:6.0f} s  {promise.says}  {outcome.figures}", flush=True)
                # Written after each: a run that is ended half way leaves what it has seen.
                text = mended(outcome) if options.only else page(outcomes, options.long)
                PAGE.write_text(text, encoding="utf-8")
    failed = [each for of_chapter in outcomes.values() for each in of_chapter if each.verdict == "fail"]
    sys.exit(1 if failed else 0)


def carry_out(promise: Promise, is_long: bool) -> Outcome:
    command = promise.command.format(count=promise.long if is_long else promise.short)
    words = shlex.split(command)
    is_pytest = words[0] == "pytest"
    run = [sys.executable, "-m", *words, *(["-p", "no:cacheprovider", "-v"] if is_pytest else ["--json"])]
    environ = {**os.environ, "SANAD_LONG": "1"} if is_long else dict(os.environ)
    # Before it begins: what is committed meanwhile is not what ran.
    commit, began = _commit(), time.monotonic()
    try:
        done = subprocess.run(
            run, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
        code, said = done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        code, said = 1, ""
    figures, verdict = _of_pytest(code, said) if is_pytest else _of_harness(promise, code, said)
    return Outcome(promise, command, figures, verdict, time.monotonic() - began, commit)


def _of_pytest(code: int, said: str) -> tuple[str, str]:
    last = said.rstrip().rpartition("\n")[2]
    counts = ", ".join(_SUMMARY.findall(last)) or "nothing ran"
    if "passed" not in counts:
        return counts, "skipped" if "skipped" in counts and code == 0 else "fail"
    return counts, "pass" if code == 0 else "fail"


def _of_harness(promise: Promise, code: int, said: str) -> tuple[str, str]:
    lines = [line for line in said.splitlines() if line.startswith("{")]
    try:
        found: dict[str, Any] = json.loads(lines[-1])
    except (IndexError, json.JSONDecodeError):
        return f"ended with {code} and no figures", "fail"
    if why := found.get("skipped") or found.get("why"):
        return str(why), "skipped"
    flat = dict(_flat(found))
    named = [name for name in flat if name.startswith(promise.shown or "") and name not in _NOT_SHOWN]
    told = [f"{name.replace('_', ' ').replace('.', ' ')} {_shown(flat[name])}" for name in named]
    return ", ".join(told), "pass" if found.get("ok") and code == 0 else "fail"


def _flat(found: dict[str, Any], before: str = "") -> Iterator[tuple[str, object]]:
    """The figures with their names, those of inner objects behind the outer one's; lists by their length."""
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        elif isinstance(value, list):
            yield f"{before}{name}", len(value)
        elif value is not None:
            yield f"{before}{name}", value


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.3g}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,}" if type(value) is int else str(value)


def page(outcomes: dict[str, list[Outcome]], is_long: bool) -> str:
    """PROOF.md: one table a chapter."""
    every = [each for of_chapter in outcomes.values() for each in of_chapter]
    counts = _counts([each.verdict for each in every])
    lines = [
        "# What was promised, and what was seen",
        "",
        f"Written by `{'make proof-long' if is_long else 'make proof'}` on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, "
        f"of commit `{_commit()}`, on {_machine()}.",
        "",
        counts,
    ]
    for title, of_chapter in outcomes.items():
        lines += ["", f"## {title}", "", *_COLUMNS]
        lines += map(_row, of_chapter)
    return "\n".join([*lines, *_speed()]) + "\n"


def mended(outcome: Outcome) -> str:
    """The page as it is, with this outcome in the place of the former one of the same promise."""
    begins = f"| {outcome.promise.says} |"
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    lines = [_row(outcome) if line.startswith(begins) else line for line in lines]
    verdicts = [line.split(" | ")[2] for line in lines if line.endswith(" |") and line.count(" | ") == 5]
    told = _counts([each for each in verdicts if each in _VERDICTS])
    lines = [f"{told} {_AGAIN}" if " promises hold, " in line else line for line in lines]
    # Measured by itself, and as new as the last benchmark.
    return "\n".join([*lines[: lines.index("## Speed") - 1], *_speed()]) + "\n"


def _counts(verdicts: list[str]) -> str:
    passed, failed, skipped = (verdicts.count(each) for each in _VERDICTS)
    return (
        f"{passed} promises hold, {failed} do not, {skipped} could not be tried here. A control is a run without the "
        "guard: it holds when it loses."
    )


def _row(outcome: Outcome) -> str:
    says, command, commit = outcome.promise.says, f"`{outcome.command}`", f"`{outcome.commit}`"
    cells = (says, outcome.figures, outcome.verdict, command, commit, f"{outcome.seconds:.0f}")
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _speed() -> list[str]:
    """What `make bench` measured last, as far as it has an aim; on a machine of its own day."""
    kept = json.loads(BENCHMARKS.read_text(encoding="utf-8"))
    rows = [each for each in kept["figures"] if each["aim"]]
    lines = [
        "", "## Speed", "",
        f"Measured by `make bench` on {kept['date']}, on {kept['machine']['machine']}; all figures, and the limits "
        "of the same run, stand in [docs/benchmarks.md](docs/benchmarks.md).",
        "", "| what | seen | of the limit | aim | reached |", "|---|---:|---|---:|---|",
    ]  # fmt: skip
    for each in rows:
        seen = f"{_shown(float(each['value']))} {each['unit']}"
        reached = "yes" if each["is_met"] else "no"
        lines.append(f"| {each['section']}: {each['what']} | {seen} | {each['share']} | {each['aim']} | {reached} |")
    return lines


def _commit() -> str:
    asked = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _machine() -> str:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    name = model[1].strip() if model else platform.machine()
    kernel = f"{platform.system()} {platform.release()}"
    return f"{os.cpu_count()} cores ({name}), {memory:.0f} GiB, {kernel}, load {os.getloadavg()[1]:.1f}"


if __name__ == "__main__":
    main()
