"""Begins a new log on an older state: new epoch, new keys, and a note by which the old keys hand over to them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

from server.database import log
from server.database.backups import add_handover, handovers
from server.database.engine import reading
from server.database.entries import PhotoRow
from server.database.log import LogHeadRow
from server.database.machines import other_keys
from server.database.register import ElectionRow
from server.log_keys import LogKeys, open_log_keys, origin_of
from server.log_store import LogStore
from server.operations.copy_record import OF_ONE_LOG
from server.operations.prepare_database import thumbprints
from server.projections.claims import FoldRow
from server.running import Running
from server.server_key import open_key
from sync.checkpoint import Checkpoint, read_checkpoint, read_note
from sync.handover import Handover, read_handover
from sync.tree import root

# A map's version that no browser can have seen of the lost server.
VERSIONS_AHEAD = 1_000_000
AT_ONCE = 500


def begin_anew(held: Running, old: LogKeys | None, saved: Checkpoint, lost_photos: Collection[str] = ()) -> str:
    """The name of the new log. `held` has new keys already; `old` sign the handover, `saved` is the log they knew.

    Without `old` there is no handover: phones that knew the old server believe nothing of this one until they join
    again. Photos in `lost_photos` are asked for again.
    """
    epoch = held.clock.random_text(9)
    origin = origin_of(held.settings.public_url, epoch)
    ed25519, p256 = held.log_keys.verifier_keys(origin)
    note = str(old.signed(saved.origin, Handover(saved, origin, p256, ed25519).text)) if old else ""
    now_ms = held.clock.now_ms()

    def renew(connection: Connection) -> None:
        connection.execute(update(ElectionRow).values(epoch=epoch))
        other_keys(connection, thumbprints(held))  # the first that asks for an epoch sets its keys
        for table in OF_ONE_LOG:
            connection.execute(delete(table))
        nothing = {"origin": origin, "size": 0, "root": root(0, lambda _level, _number: b"")}
        connection.execute(LogHeadRow.__table__.insert(), [nothing])
        lost = sorted(lost_photos)
        for at in range(0, len(lost), AT_ONCE):
            connection.execute(delete(PhotoRow).where(PhotoRow.digest.in_(lost[at : at + AT_ONCE])))
        connection.execute(update(FoldRow).values(version=FoldRow.version + VERSIONS_AHEAD))
        if note:
            add_handover(connection, note, now_ms)

    held.write(renew, alone=True)
    return origin


def put_aside(store: LogStore) -> Checkpoint | None:
    """Moves what a lost server published into a folder of its own, for whoever compares; its last checkpoint."""
    note = store.checkpoint()
    if not note:
        return None
    last = read_checkpoint(note)
    before = store.folder / f"before-{last.origin.rpartition('/')[2]}"
    before.mkdir(mode=0o700, exist_ok=True)
    # The checkpoint last: while it stands there, a server of another log refuses to sign, and this can be done again.
    for each in sorted(store.folder.iterdir(), key=lambda path: path.name == "checkpoint"):
        if not each.name.startswith(("before-", ".")):
            each.rename(before / each.name)
    return last


def is_begun(held: Running) -> bool:
    """True when the newest handover names the keys that are here: what was broken off needs only its end."""
    with reading(held.engine) as connection:
        notes = handovers(connection)
    if not notes:
        return False
    newest = read_handover(read_note(notes[-1]))
    return held.log_keys.verifier_keys(newest.origin) == [newest.ed25519, newest.p256]


def saved_log(held: Running) -> Checkpoint:
    """The log as far as this database holds it."""
    with reading(held.engine) as connection:
        head = log.head(connection)
        if head is not None:
            return Checkpoint(head.origin, head.size, bytes(head.root))
        epoch = connection.execute(select(ElectionRow.epoch)).scalar_one()
    return Checkpoint(origin_of(held.settings.public_url, epoch), 0, root(0, lambda _level, _number: b""))


def read_old_keys(folder: Path) -> LogKeys | None:
    """The keys in a folder `keys`, or None when one of them is missing: nobody can hand over without them."""
    server, log_key = folder / "server.pem", folder / "log.pem"
    return open_log_keys(log_key, open_key(server)) if server.exists() and log_key.exists() else None
