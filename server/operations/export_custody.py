"""Hands out the evidence of one report as a file that anyone can check, and writes into the journal who took it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access import Reader
from server.custody.archive import write_archive
from server.custody.gathering import Gathered, gather
from server.custody.sheet import read_me, sheet
from server.operations.fold_entries import fold_entries
from server.operations.seal_checkpoint import RefusesToSign, seal_checkpoint
from server.operations.sign_entry import append_entry
from server.problems import Problem
from server.projections.claims import ClaimRow
from server.running import Running
from sync.checkpoint import read_checkpoint

KIND = "custody.export"
_VERIFIER = Path(__file__).parent.parent / "standalone" / "verify.py"
# Beyond this a part of it waits on disk instead of in memory.
IN_MEMORY_BYTES = 8 * 1024 * 1024


def export_custody(held: Running, reader: Reader, subject: str, with_bodies: bool = True) -> BinaryIO:
    """An open zip file at its beginning. First the journal says who takes it, then it is made: never the other way.

    Raises Problem not-found for what is not the reader's organisation's, not-yet-logged while the log is behind.
    """
    with Session(held.engine) as session:
        own = select(ClaimRow.idx).where(ClaimRow.subject == subject, ClaimRow.organisation == reader.organisation)
        if session.execute(own.limit(1)).first() is None:
            raise Problem("not-found")
    held.write(
        lambda connection: append_entry(
            held, connection, kind=KIND, subject=subject, body={"bodies": with_bodies},
            by=reader.id, organisation=reader.organisation, role=reader.role,
        )
    )  # fmt: skip
    fold_entries(held)
    try:
        seal_checkpoint(held)
    except RefusesToSign as refusal:
        raise Problem("not-yet-logged", retry_after_s=60) from refusal
    note = held.log_store.checkpoint()
    with Session(held.engine) as session:
        gathered = gather(session, reader.organisation, subject, note, with_bodies)
    return _written(held, gathered)


def owner_of(held: Running, subject: str) -> str:
    """The organisation whose phone opened the report. Raises Problem not-found."""
    opened = select(ClaimRow.organisation).where(ClaimRow.id == subject)
    with Session(held.engine) as session:
        found = session.execute(opened).scalar()
    if not found:
        raise Problem("not-found")
    return found


def _written(held: Running, gathered: Gathered) -> BinaryIO:
    origin = read_checkpoint(gathered.checkpoint).origin
    target = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 (whoever sends it closes it)
    photos = {f"photos/{digest}": held.photo_store.read(digest) for digest, _ in gathered.photos}
    write_archive(target, _files(held, gathered, origin), photos, held.log_keys, origin)  # type: ignore[arg-type]
    target.seek(0)
    return target  # type: ignore[return-value]


def _files(held: Running, gathered: Gathered, origin: str) -> dict[str, bytes]:
    keys = [*held.log_keys.verifier_keys(origin), *(each.key for each in held.policy.witnesses.values())]
    files = {
        "README.txt": read_me().encode(),
        "sheet.html": sheet(gathered, held.pack).encode(),
        "verify.py": _VERIFIER.read_bytes(),
        "vkeys": "".join(f"{key}\n" for key in keys).encode(),
        "checkpoint": gathered.checkpoint.encode(),
        "keys.json": json.dumps(gathered.device_keys, indent=1).encode(),
    }
    for item in gathered.items:
        files |= {f"{item.name}.header": item.header, f"{item.name}.signature": item.signature.encode()}
        files |= {f"{item.name}.body": item.body} if item.body is not None else {}
        files[f"{item.name}.tlog-proof"] = item.proof.encode()
    return files
