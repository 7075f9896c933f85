"""A witness that we did not write: it cosigns a log that only grows, and refuses one that shows two faces."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import urllib3

from server.log_keys import is_signed_by
from sync.checkpoint import VerifierKey, read_note, read_verifier_key, signers
from tests.foreign.big_log import ORIGIN, BigLog, new_keys
from tests.foreign.verifying import PYTHON
from tests.servers import free_port

NAME = "witness.example.org/w1"
STARTS_WITHIN_S = 20


@dataclass(frozen=True)
class ForeignWitness:
    """`aics-witness` in a process of its own."""

    url: str
    key: VerifierKey

    def asked(self, note: str, old: int, growth: list[str]) -> tuple[int, str]:
        """Status and answer to add-checkpoint (c2sp.org/tlog-witness)."""
        body = "".join(f"{line}\n" for line in (f"old {old}", *growth, "")) + note
        with urllib3.PoolManager(retries=False, timeout=30) as pool:
            answer = pool.request("POST", f"{self.url}/add-checkpoint", body=body.encode())
            return answer.status, answer.data.decode()

    def has_cosigned(self, note: str, lines: str) -> bool:
        return self.key in signers(read_note(note + lines), [self.key], is_signed_by)


@contextmanager
def foreign_witness(folder: Path, log: BigLog) -> Iterator[ForeignWitness]:
    """Knows the log by its Ed25519 key."""
    config, port = folder / "witness.json", free_port()
    program = [str(PYTHON.with_name("aics-witness"))]
    made = subprocess.run(
        [*program, "init", "--config", str(config), "--name", NAME, "--listen", f"127.0.0.1:{port}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    vkey = next(word for word in made.stdout.split() if word.startswith(f"{NAME}+"))
    key = str(log.keys.verifier_keys(ORIGIN)[0])
    added = [*program, "add-log", "--config", str(config), "--origin", ORIGIN, "--vkey", key]
    subprocess.run(added, capture_output=True, check=True)
    with (folder / "witness.log").open("wb") as said:
        process = subprocess.Popen([*program, "serve", "--config", str(config)], stdout=said, stderr=said)
    try:
        url = f"http://127.0.0.1:{port}"
        _await(url)
        yield ForeignWitness(url, read_verifier_key(vkey))
    finally:
        process.terminate()
        process.wait(20)


def _await(url: str) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    with urllib3.PoolManager(retries=False, timeout=2) as pool:
        while time.monotonic() < until:
            try:
                if pool.request("GET", f"{url}/healthz").status == 200:
                    return
            except urllib3.exceptions.HTTPError:
                time.sleep(0.05)
    raise AssertionError("the witness does not answer")


def witness_story(witness: ForeignWitness, log: BigLog) -> dict[str, object]:
    """Three checkpoints of one history, then another history of the same keys, then an older one of the first."""
    sizes = (log.size // 2, log.size - 1000, log.size)
    cosigned, old = [], 0
    for size in sizes:
        status, lines = witness.asked(log.note(size), old, log.growth(old, size))
        cosigned.append({"size": size, "status": status, "right": witness.has_cosigned(log.note(size), lines)})
        old = size
    other = BigLog(log.size + 10, log.keys, other=log.size - 500)
    rival, _ = witness.asked(other.note(), log.size, other.growth(log.size))
    same_size, _ = witness.asked(other.note(log.size), log.size, [])
    rollback, _ = witness.asked(log.note(sizes[1]), log.size, [])
    forgetful, named = witness.asked(log.note(sizes[1]), sizes[0], log.growth(sizes[0], sizes[1]))
    stranger, _ = witness.asked(BigLog(log.size + 10, new_keys()).note(), log.size, [])
    return {
        "cosigned": cosigned, "another history": rival, "another root at the same size": same_size,
        "rollback": rollback, "rollback from an older size": forgetful, "and names": named.strip(),
        "signed by a stranger": stranger,
    }  # fmt: skip


def is_right(story: dict[str, object], log: BigLog) -> bool:
    """Cosigned three times, everything else refused: with 409 by version 1.0 of the protocol or 422 by 1.1."""
    cosigned = json.loads(json.dumps(story["cosigned"]))
    return (
        all(each["status"] == 200 and each["right"] for each in cosigned)
        and story["another history"] == 422
        and story["another root at the same size"] in (409, 422)
        and story["rollback"] == 400
        and story["rollback from an older size"] == 409
        and story["and names"] == str(log.size)
        and story["signed by a stranger"] == 403
    )
