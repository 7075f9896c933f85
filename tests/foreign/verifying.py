"""Runs each verifier on the log of ours and on a forged one: what it accepted, what it refused, in how many seconds."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PYTHON = HERE / ".venv" / "bin" / "python"
GO_SOURCES = Path("/usr/share/gocode")  # where Debian puts Go's libraries
# Those that look at every leaf; the others look at a proof at a time, and a forged leaf nobody asks for escapes them.
REBUILD = frozenset({"go x/mod", "pymerkle", "aics-tlog"})


@dataclass(frozen=True)
class Verdict:
    """What one verifier said about one folder."""

    accepts: bool
    said: str
    cpu_s: float


def commands() -> dict[str, Sequence[str]]:
    """The verifiers that are installed here, each with the words that run it; `missing` says why others are not."""
    found: dict[str, Sequence[str]] = {}
    if not missing_go():
        found["go x/mod"] = ("go", "run", "audit.go")
    if shutil.which("node") and (HERE / "node_modules" / "@sigstore" / "verify").is_dir():
        found["@sigstore/verify"] = ("node", "sigstore.mjs")
    if PYTHON.exists():
        found |= {name: (str(PYTHON), "python_verifiers.py", name) for name in ("pymerkle", "tlog-scales", "aics-tlog")}
    return found


def missing_go() -> str:
    if not shutil.which("go"):
        return "Go is not installed: tests/foreign/prepare"
    if not (GO_SOURCES / "src" / "golang.org" / "x" / "mod").is_dir():
        return "golang-golang-x-mod-dev is not installed: tests/foreign/prepare"
    return ""


def verdict(name: str, folder: Path) -> Verdict:
    """Raises AssertionError when the verifier itself broke, which is neither yes nor no."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environ = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GO_SOURCES), "GOFLAGS": ""}
    ran = subprocess.run(
        [*commands()[name], str(folder)], cwd=HERE, env=environ, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = ran.stdout.strip()
    assert ran.returncode == 0 or said.startswith("refused:"), (name, said, ran.stderr[-1000:])
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Verdict(ran.returncode == 0, said, round(spent, 2))
