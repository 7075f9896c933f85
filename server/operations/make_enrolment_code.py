"""Makes the one-time code with which one observer's phone joins; unused codes of the same observer end."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, update

from server.database.observers import observer_by_id
from server.database.roster import EnrolmentCodeRow
from server.problems import Problem
from server.running import Running
from server.tokens import digest_token

MINUTES = 10  # ASVS 6.5.5
# A slip handed out the day before; longer, and a lost slip is a stranger's phone.
MOST_MINUTES = 48 * 60


@dataclass(frozen=True)
class EnrolmentCode:
    """`code` is shown this once; only its digest is kept. The link carries it in the fragment, which no server logs."""

    code: str
    link: str
    expires_ms: int

    def as_members(self) -> dict[str, object]:
        return {"code": self.code, "link": self.link, "expires_ms": self.expires_ms}


def make_enrolment_code(
    held: Running, observer: str, made_by: str, organisation: str | None = None, minutes: int = MINUTES
) -> EnrolmentCode:
    """Raises Problem not-found for an observer of another organisation than `organisation` (None: of any)."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise Problem("bad-field", "minutes")
    code = held.clock.random_text(32)
    expires_ms = held.clock.now_ms() + minutes * 60_000
    row = {
        "code_digest": digest_token(code),
        "observer": observer,
        "expires_ms": expires_ms,
        "device": None,
        "made_by": made_by,
        "cancelled": False,
    }
    held.write(lambda connection: _make(connection, row, organisation))
    return EnrolmentCode(code, f"{held.settings.public_url}/join#{code}", expires_ms)


def _make(connection: Connection, row: dict[str, object], organisation: str | None) -> None:
    observer = str(row["observer"])
    if observer_by_id(connection, observer, organisation) is None:
        raise Problem("not-found")
    # Two codes in circulation are two phones that may join; whoever asks for a new one has lost the other.
    unused = (EnrolmentCodeRow.observer == observer) & EnrolmentCodeRow.device.is_(None)
    connection.execute(update(EnrolmentCodeRow).where(unused).values(cancelled=True))
    connection.execute(insert(EnrolmentCodeRow.__table__), [row])
