"""Asks every witness of the policy to cosign the newest checkpoint, and keeps it once enough of them did."""

from __future__ import annotations

from dataclasses import dataclass

import urllib3
from sqlalchemy import Connection

from server.database import log
from server.database.cosigned import CosignedRow, WitnessRow, newest_cosigned, witness_rows
from server.database.engine import reading
from server.database.upsert import upsert
from server.running import Running
from server.witnesses import Said, ask_witness, connections
from sync.checkpoint import Checkpoint, Note, read_checkpoint, read_note
from sync.policy import Witness
from sync.tree import consistency_path

# A log that does not grow is cosigned again after this long, so that "seen today" stays true.
FRESH_MS = 10 * 60 * 1000


@dataclass(frozen=True)
class _Round:
    """One checkpoint, to be seen by everybody."""

    note: Note
    checkpoint: Checkpoint
    http: urllib3.PoolManager


def gather_cosignatures(held: Running) -> set[str]:
    """The names of the witnesses that cosigned the newest checkpoint now; empty when there is nothing new to see."""
    published = held.log_store.checkpoint()
    now_ms = held.clock.now_ms()
    if not published or not held.policy.witnesses:
        return set()
    note = read_note(published)
    this = _Round(note, read_checkpoint(note), connections())
    with reading(held.engine) as connection:
        newest, before = newest_cosigned(connection), witness_rows(connection)
    is_seen = newest and newest.size == this.checkpoint.size and set(newest.witnesses.split()) == held.policy.names
    if is_seen and now_ms - newest.at_ms < FRESH_MS:
        return set()
    said = {
        name: _ask(held, this, witness, before[name].size if name in before else 0)
        for name, witness in held.policy.witnesses.items()
    }
    held.write(lambda connection: _keep(held, connection, this, said, before, now_ms))
    return {name for name, each in said.items() if each.line}


def _ask(held: Running, this: _Round, witness: Witness, old: int) -> Said:
    """Asks once more when the witness knows another size than we thought: after a restore, or of another process."""
    for _ in range(2):
        if old > this.checkpoint.size:
            # It has cosigned more than this server holds: the log was set back, and the witness will not follow.
            return Said(fault="ahead")
        with reading(held.engine) as connection:
            path = consistency_path(old, this.checkpoint.size, log.tile_reader(connection))
        said = ask_witness(this.http, witness, old, path, str(this.note))
        if said.size is None:
            return said
        old = said.size
    return Said(fault="inconsistent")


def _keep(
    held: Running, connection: Connection, this: _Round, said: dict[str, Said], before: dict, now_ms: int
) -> None:
    rows = []
    for name, each in said.items():
        known = before.get(name)
        row = {"name": name, "size": known.size if known else 0, "fault": each.fault}
        row["cosigned_ms"] = known.cosigned_ms if known else None
        if each.line:
            row |= {"size": this.checkpoint.size, "cosigned_ms": now_ms}
        rows.append(row)
    upsert(connection, WitnessRow.__table__, rows)
    lines = {name: each.line for name, each in said.items() if each.line}
    if lines and held.policy.is_met(set(lines)):
        cosigned = Note(this.note.text, (*this.note.signatures, *lines.values()))
        row = {"size": this.checkpoint.size, "note": str(cosigned), "witnesses": " ".join(lines), "at_ms": now_ms}
        upsert(connection, CosignedRow.__table__, [row])
