"""Writes down now and then when each phone was last heard; between writes it lives in memory."""

from __future__ import annotations

from sqlalchemy import Connection

from server.database.roster import ContactRow
from server.database.upsert import upsert
from server.running import Running


def note_contacts(held: Running) -> int:
    """How many phones were noted. What is lost with the process is only when somebody was last heard."""
    contacts = {device: held.contacts.pop(device) for device in list(held.contacts)}
    if not contacts:
        return 0
    rows = [
        {"device": device, "last_ms": last_ms, "app": app, "waiting_entries": entries, "waiting_photos": photos}
        for device, (last_ms, app, entries, photos) in contacts.items()
    ]

    def note(connection: Connection) -> None:
        upsert(connection, ContactRow.__table__, rows)

    held.write(note, alone=True)
    return len(rows)
