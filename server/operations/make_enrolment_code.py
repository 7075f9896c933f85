"""Makes a one-time code that enrols one phone for one observer; shown once, kept only as its digest."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from server.database.roster import EnrolmentCodeRow, ObserverRow
from server.problems import Problem
from server.running import Running
from server.tokens import digest_token

CODE_BYTES = 32
# wire.md §4: long enough to scan or to click, too short to be found in a drawer.
VALID_MS = 10 * 60 * 1000


def make_enrolment_code(
    held: Running, observer: str, made_by: str, organisation: str = "", valid_ms: int = VALID_MS
) -> str:
    """The code, to be shown as a QR code or sent as a join link.

    With `organisation`, only for an observer of it. Raises Problem not-found.
    """
    code = held.clock.random_text(CODE_BYTES)
    row = {
        "code_digest": digest_token(code),
        "observer": observer,
        "expires_ms": held.clock.now_ms() + valid_ms,
        "device": None,
        "made_by": made_by,
        "cancelled": False,
    }
    held.write(lambda connection: _keep(connection, row, organisation))
    return code


def _keep(connection: Connection, row: dict[str, object], organisation: str) -> None:
    of = connection.execute(select(ObserverRow.organisation).where(ObserverRow.id == row["observer"])).scalar()
    if of is None or (organisation and of != organisation):
        raise Problem("not-found")
    connection.execute(insert(EnrolmentCodeRow.__table__), [row])
