"""One round trip of a simulated phone, by the rules that the real phone keeps (wire.md §3)."""

from __future__ import annotations

import json
from random import Random

from server.field_day.line import Answer, Line, NoAnswer
from server.field_day.phone import KEPT, LOOK, REFUSED, Phone, Record
from server.field_day.tally import Tally

APP = "field day 0.1.0"
FIRST_WAIT_MS, LONGEST_WAIT_MS, ASK_AGAIN_MS = 2_000, 15 * 60_000, 60_000
STATE_BY_VERDICT = {"stored": KEPT, "duplicate": KEPT, "quarantined": LOOK, "refused": REFUSED}


def exchange(phone: Phone, line: Line, weather: str, tally: Tally) -> Answer | None:
    """Hands in one batch and picks up what waits; the answer when it counted as one, else None.

    Whatever else comes back (a portal's page, a fault, silence) changes nothing on the phone.
    """
    batch = phone.batch()
    frame = {
        "protocol": 1,
        "app": APP,
        "entries": [record.texts for record in batch],
        "cursor": phone.cursor,
        "waiting": {"entries": len(phone.waiting()), "photos": len(phone.photos_waiting())},
    }
    tally.add(exchanges=1, sent=len(batch))
    try:
        answer = line.post("/api/v1/sync", frame, phone.member.token, weather)
    except NoAnswer:
        tally.add(unanswered=1)
        return None
    said = answer.read()
    verdicts = said.get("verdicts") if said is not None and answer.status == 200 else None
    if said is None or not isinstance(verdicts, list) or len(verdicts) != len(batch):
        tally.note_status(answer.status)
        phone.is_revoked = phone.is_revoked or (said or {}).get("code") == "token-revoked"
        return answer if answer.status != 200 else None
    for record, verdict in zip(batch, verdicts, strict=True):
        _take_verdict(record, verdict, tally)
    _pick_up(phone, said, tally)
    return answer


def has_more(answer: Answer) -> bool:
    return bool((answer.read() or {}).get("more"))


def set_next_try(phone: Phone, now_ms: int, answer: Answer | None, random: Random) -> None:
    """Full jitter from 2 s to 15 min, after what the server asked for."""
    if answer is not None and answer.status == 200:
        phone.failures, phone.next_try_ms = 0, now_ms
        return
    limit_ms = min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** min(phone.failures, 12))
    phone.failures += 1
    asked_ms = 1000 * answer.retry_after_s if answer is not None else 0
    if asked_ms:
        # A server that says when to come is alive.
        limit_ms = min(limit_ms, ASK_AGAIN_MS)
    phone.next_try_ms = now_ms + asked_ms + random.randint(1, limit_ms)


def hold_photos(phone: Phone, now_ms: int, random: Random) -> None:
    """Photos wait, and nothing else; after a minute or two the server is asked whether they may go."""
    phone.photos_next_ms = now_ms + ASK_AGAIN_MS + random.randint(0, ASK_AGAIN_MS)


def _take_verdict(record: Record, verdict: dict, tally: Tally) -> None:
    said = verdict.get("verdict")
    if verdict.get("id") not in (record.id, None) or said not in STATE_BY_VERDICT:
        return
    record.state = STATE_BY_VERDICT[said]
    record.why = verdict.get("why") or ""
    index = verdict.get("index")
    record.index = index if isinstance(index, int) else record.index
    tally.note_verdict(record.id, said, record.index)


def _pick_up(phone: Phone, said: dict, tally: Tally) -> None:
    by_id = {record.id: record for record in phone.records}
    for mark in said.get("marks", ()):
        record = by_id.get(mark.get("id"))
        if record is not None and record.is_acknowledged:
            record.state = LOOK if mark.get("bucket") == "quarantined" else KEPT
            record.why = mark.get("why") or ""
    for _, _, body_text in said.get("entries", ()):
        phone.picked_up += 1
        tally.add(picked_up=1)
        # The pack is fetched again by real phones; here the day is planned from the first list of stations.
        json.loads(body_text)
    phone.cursor = said.get("cursor") or phone.cursor
    phone.are_photos_held = (said.get("hints") or {}).get("photos") == "hold"
