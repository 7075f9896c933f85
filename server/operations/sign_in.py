"""Signs staff in: the password is checked in equal time for known and unknown names, attempts are limited."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, update

from server.database.engine import reading
from server.database.organisations import StaffSessionRow
from server.database.staff import staff_by_name
from server.limits import SIGN_IN_BY_ADDRESS, SIGN_IN_BY_NAME, Limit, hashed, network_of
from server.operations.count_attempts import count_attempts, give_back
from server.passwords import LONGEST, is_password
from server.problems import Problem
from server.running import Running
from server.tokens import ABSOLUTE_MS, IDLE_MS, digest_token

DAY_MS = 24 * 60 * 60 * 1000
# A new one each day and each run: what the limits keep of an address cannot be traced back to it.
_pepper_by_day: dict[int, bytes] = {}


@dataclass(frozen=True)
class SignedIn:
    """`token` is for the browser alone; only its digest is kept here. `csrf` is for the pages of this session."""

    token: str
    staff: str
    language: str
    csrf: str


def sign_in(held: Running, name: str, password: str, address: str, former: str | None = None) -> SignedIn:
    """A new session. Raises Problem wrong-password, too-often or busy.

    `former` is the token the browser came with: it ends, so that whoever planted it does not get in too.
    """
    keys = _keys(held, name, address)
    count_attempts(held, keys)
    with reading(held.engine) as connection:
        staff = staff_by_name(connection, name)
    kept = staff.password_hash if staff is not None and not staff.disabled else None
    if not is_password(kept, password[: LONGEST + 1]) or staff is None:
        raise Problem("wrong-password")
    give_back(held, keys)
    token, csrf, now_ms = held.clock.random_text(32), held.clock.random_text(32), held.clock.now_ms()
    held.write(lambda connection: _begin(connection, staff.id, token, csrf, now_ms, former))
    return SignedIn(token, staff.id, staff.language, csrf)


def touch_session(held: Running, token_digest: str, now_ms: int) -> None:
    """Notes that the person is still there."""
    seen = update(StaffSessionRow).where(StaffSessionRow.token_digest == token_digest).values(seen_ms=now_ms)
    held.write(lambda connection: connection.execute(seen).rowcount)


def _begin(
    connection: Connection, staff: str, token: str, csrf: str, now_ms: int, former: str | None
) -> None:
    sessions = StaffSessionRow
    over = or_(sessions.seen_ms <= now_ms - IDLE_MS, sessions.created_ms <= now_ms - ABSOLUTE_MS)
    connection.execute(delete(sessions).where(over))
    if former:
        connection.execute(delete(sessions).where(sessions.token_digest == digest_token(former)))
    row = {
        "token_digest": digest_token(token),
        "staff": staff,
        "csrf": csrf,
        "created_ms": now_ms,
        "seen_ms": now_ms,
    }
    connection.execute(insert(StaffSessionRow.__table__), [row])


def _keys(held: Running, name: str, address: str) -> dict[Limit, str]:
    day = held.clock.now_ms() // DAY_MS
    if day not in _pepper_by_day:
        _pepper_by_day.clear()
        _pepper_by_day[day] = held.clock.random_bytes(32)
    pepper = _pepper_by_day[day]
    return {
        # The account's bucket must be the same for all workers: it is hashed with what is no secret.
        SIGN_IN_BY_NAME: hashed(name, b"account"),
        SIGN_IN_BY_ADDRESS: hashed(network_of(address), pepper),
    }
