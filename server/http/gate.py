"""The gate in front of every route: finds out who asks, compares with what the route declares, and lets in or not."""

from __future__ import annotations

import hmac

from flask import Flask, current_app, g, request
from sqlalchemy import bindparam, select

from server.access import NOBODY, Policy, Reader, policy_of
from server.database import db
from server.database.engine import reading
from server.database.organisations import StaffRow, StaffSessionRow, StaffTokenRow
from server.database.prepared import Prepared
from server.database.roster import DeviceRow
from server.problems import Problem
from server.running import Running, running
from server.tokens import ABSOLUTE_MS, IDLE_MS, digest_token
from server.words import LANGUAGES

_DEVICE_OF = Prepared(
    select(DeviceRow.id, DeviceRow.observer, DeviceRow.organisation, DeviceRow.revoked_ms).where(
        DeviceRow.token_digest == bindparam("digest")
    )
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PHONES = "/api/v1/"
# What went wrong on the express way (phone/express.py) is told here, in the words and with the headers of all others.
FAULT = "sanad.fault"


def cookie_name() -> str:
    """`__Host-` cookies must be Secure, which browsers do not send back over plain loopback http."""
    return "sanad-session" if running().settings.is_loopback else "__Host-sanad-session"


def admit() -> None:
    """Runs before every request. Raises Problem when the route is not for whoever asks."""
    g.reader = NOBODY
    g.language = _language("")
    if fault := request.environ.get(FAULT):
        raise fault
    if "\0" in request.path or b"%00" in request.query_string:
        # No text of ours has one, and PostgreSQL takes the question for a fault.
        raise Problem("not-found")
    if request.endpoint is None:
        return
    policy = policy_of(current_app._get_current_object(), request.endpoint)  # type: ignore[attr-defined]
    if policy.kind == "device":
        g.reader = _device()
    elif policy.kind == "desk":
        g.reader = _staff(policy)
    elif not request.path.startswith(PHONES):
        # A phone is never taken for whoever is signed in with the same browser: its requests carry no form token.
        g.reader = _session() or NOBODY
    if g.reader.language:
        g.language = _language(g.reader.language)


def refuse_cross_site(app: Flask) -> None:
    app.before_request(_check_origin)


def _check_origin() -> None:
    """Cookies alone prove nothing about who made the page: unsafe requests by session also need our own token."""
    if request.method in SAFE_METHODS or not g.reader.session:
        return
    if any("\0" in each for each in request.form.values()):
        raise Problem("bad-field")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    shown = request.form.get("csrf") or request.headers.get("X-CSRF-Token") or ""
    if site not in ("same-origin", "none") or not hmac.compare_digest(shown.encode(), g.reader.csrf.encode()):
        raise Problem("cross-site")


def bearer(authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _device() -> Reader:
    return find_device(running(), request.headers.get("Authorization", ""))


def find_device(held: Running, authorization: str) -> Reader:
    """The phone that shows its token in this header. Raises Problem token-unknown or token-revoked."""
    token = bearer(authorization)
    if not token:
        raise Problem("token-unknown")
    digest = digest_token(token)
    with reading(held.engine) as connection:
        found = _DEVICE_OF.ask(connection, digest=digest)
    if not found:
        raise Problem("token-unknown")
    (row,) = found
    if row.revoked_ms is not None:
        # A revoked phone hands in and picks up nothing (wire.md §4), and learns nothing from how it is refused.
        raise Problem("token-revoked")
    return Reader("device", id=row.id, organisation=row.organisation, observer=row.observer, token_digest=digest)


def _staff(policy: Policy) -> Reader:
    reader = _by_token() or _session()
    if reader is None:
        raise Problem("not-signed-in")
    if reader.role not in policy.roles:
        raise Problem("not-yours")
    return reader


def _by_token() -> Reader | None:
    token = bearer(request.headers.get("Authorization", ""))
    if token is None:
        return None
    row = db.session.execute(
        select(StaffRow)
        .join(StaffTokenRow, StaffTokenRow.staff == StaffRow.id)
        .where(StaffTokenRow.token_digest == digest_token(token), StaffRow.disabled.is_(False))
    ).scalar()
    if row is None:
        raise Problem("token-unknown")
    return Reader("desk", row.id, row.organisation, row.role, language=row.language)


def _session() -> Reader | None:
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    now_ms = running().clock.now_ms()
    row = db.session.execute(
        select(StaffRow, StaffSessionRow)
        .join(StaffSessionRow, StaffSessionRow.staff == StaffRow.id)
        .where(
            StaffSessionRow.token_digest == digest_token(token),
            StaffSessionRow.seen_ms > now_ms - IDLE_MS,
            StaffSessionRow.created_ms > now_ms - ABSOLUTE_MS,
            StaffRow.disabled.is_(False),
        )
    ).first()
    if row is None:
        return None
    staff, session = row
    _touch(session, now_ms)
    return Reader(
        "desk", staff.id, staff.organisation, staff.role, session=session.token_digest, csrf=session.csrf,
        language=staff.language,
    )


def _touch(session: StaffSessionRow, now_ms: int) -> None:
    """Keeps the idle limit moving, at most once a minute and not for the map's own polling."""
    if now_ms - session.seen_ms < 60_000 or request.headers.get("X-Sanad-Poll"):
        return
    from server.operations.sign_in import touch_session

    touch_session(running(), session.token_digest, now_ms)


def _language(preferred: str) -> str:
    asked = request.args.get("lang") or request.cookies.get("language") or preferred
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(LANGUAGES) or "ar"
