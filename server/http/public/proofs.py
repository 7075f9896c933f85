"""What can be proved, for anybody: the log, its keys, its witnesses, organisations' keys, and how to check it."""

from __future__ import annotations

from importlib.resources import files

from flask import Blueprint, Response, g, render_template

from server.access import anyone
from server.database.engine import reading
from server.operations.newest_checkpoint import newest_checkpoint
from server.projections.log_standing import log_standing
from server.running import running
from sync.checkpoint import read_checkpoint, read_note

proofs = Blueprint("proofs", __name__)


@proofs.get("/proofs")
@anyone
def page() -> str:
    held = running()
    note = newest_checkpoint(held)
    checkpoint = read_checkpoint(note) if note else None
    with reading(held.engine) as connection:
        standing = log_standing(connection, held.policy)
    return render_template(
        "public/proofs.html",
        checkpoint=checkpoint,
        root=note.split("\n")[2] if note else "",
        keys=[str(key) for key in held.log_keys.verifier_keys(checkpoint.origin)] if checkpoint else [],
        standing=standing,
        fewest=held.policy.fewest,
        former=[_former(each) for each in standing.handovers],
        url=held.settings.public_url,
        names=lambda organisation: organisation[g.language] or organisation["en"],
    )


@proofs.get("/verify.py")
@anyone
def verifier() -> Response:
    """The file that checks everything without this program; get it from somewhere else, too, and compare."""
    text = (files("server.standalone") / "verify.py").read_bytes()
    named = {"Content-Disposition": 'attachment; filename="verify.py"', "Cache-Control": "public, max-age=3600"}
    return Response(text, content_type="text/x-python; charset=utf-8", headers=named)


def _former(note: str) -> tuple[str, int]:
    """Origin and size of the log that a restored server took over from."""
    _, origin, size, *_ = read_note(note).text.split("\n")
    return origin, int(size)
