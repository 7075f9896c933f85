"""Sends a message to one observer's phones: an entry that they pick up at their next exchange."""

from __future__ import annotations

from sqlalchemy import Connection

from server.access import Reader
from server.database.observers import observer_by_id
from server.operations.fold_entries import fold_entries
from server.operations.sign_entry import append_entry
from server.problems import Problem
from server.running import Running

LONGEST_MESSAGE = 1_000


def send_message(held: Running, observer: str, text: str, by: Reader) -> str:
    """The id of the entry. Raises Problem not-found for another organisation's observer, bad-field for no text."""
    text = text.replace("\r\n", "\n").strip()
    if not text or len(text) > LONGEST_MESSAGE or "\0" in text:
        raise Problem("bad-field", "text")
    entry = held.write(lambda connection: _send(held, connection, observer, text, by))
    fold_entries(held)
    return entry


def _send(held: Running, connection: Connection, observer: str, text: str, by: Reader) -> str:
    if observer_by_id(connection, observer, by.organisation) is None:
        raise Problem("not-found")
    return append_entry(
        held,
        connection,
        kind="message.send",
        body={"to": observer, "text": text},
        by=by.id,
        organisation=by.organisation,
        role=by.role,
    )
