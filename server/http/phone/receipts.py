"""Proofs of receipt: for anybody who holds an entry's id, and in one round trip for a phone's many."""

from __future__ import annotations

from flask import Blueprint, Response

from server.access import anyone, device
from server.database.archived import archived
from server.database.cosigned import newest_cosigned
from server.database.engine import reading
from server.database.proofs import NOT_YET_LOGGED, UNKNOWN, growth, holds, proofs
from server.http.phone.frame import read_json_object
from server.http.phone.packed import json_answer
from server.operations.newest_checkpoint import newest_checkpoint
from server.problems import Problem
from server.running import running
from sync.checkpoint import Proof, hashes_text, proof_text, read_checkpoint
from sync.header import is_digest

receipts = Blueprint("receipts", __name__, url_prefix="/api/v1")
# As many as an exchange takes.
MOST_IDS = 100


@receipts.get("/receipts/<id>")
@anyone
def receipt(id: str) -> Response:
    """A file that proves, without this server, that the entry is in the log (c2sp.org/tlog-proof)."""
    note = newest_checkpoint(running())
    if not note or not is_digest(id):
        raise Problem("not-yet-logged", retry_after_s=1) if is_digest(id) else Problem("not-found")
    with reading(running().engine) as connection:
        witnessed = newest_cosigned(connection)
        found = proofs(connection, witnessed.note, read_checkpoint(witnessed.note), [id])[id] if witnessed else None
        # One that outsiders have seen proves more; a young entry is only in the newest checkpoint.
        if not isinstance(found, Proof):
            found = proofs(connection, note, read_checkpoint(note), [id])[id]
    if found == UNKNOWN:
        raise Problem("not-found")
    if not isinstance(found, Proof):
        raise Problem("not-yet-logged", retry_after_s=1)
    named = {"Content-Disposition": f'attachment; filename="{id}.tlog-proof"', "Cache-Control": "no-store"}
    return Response(proof_text(found), content_type="text/plain; charset=utf-8", headers=named)


@receipts.post("/proofs")
@device
def prove() -> Response:
    """What became of many entries: proof and place, under one checkpoint and its growth from the one last seen."""
    asked = read_json_object()
    ids, since = asked.get("ids"), asked.get("from")
    if not isinstance(ids, list) or len(ids) > MOST_IDS or not all(map(is_digest, ids)):
        raise Problem("bad-frame", detail="ids")
    if type(since) is not int or since < 0:
        raise Problem("bad-frame", detail="from")
    nothing = {"checkpoint": "", "consistency": [], "proofs": [{"id": each, "why": NOT_YET_LOGGED} for each in ids]}
    note = newest_checkpoint(running())
    if not note:
        return json_answer(nothing)
    published = read_checkpoint(note)
    with reading(running().engine) as connection:
        if not holds(connection, published):
            # Growth that does not add up would be taken for a rewritten log; the sequencer says what is wrong.
            return json_answer(nothing)
        found = proofs(connection, note, published, ids)
        path = growth(connection, since, published)
        safe = archived(connection, ids)
    return json_answer(
        {
            "checkpoint": note,
            "consistency": None if path is None else hashes_text(path),
            "proofs": [_said(each, found[each], each in safe) for each in ids],
        }
    )


def _said(id: str, proof: Proof | str, is_archived: bool) -> dict[str, object]:
    if not isinstance(proof, Proof):
        return {"id": id, "why": proof}
    return {"id": id, "index": proof.index, "path": hashes_text(proof.path), "archived": is_archived}
