"""What the lights are decided on: plain values of one moment, for one organisation or for the whole server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Times are milliseconds since 1970 by this server's clock; None is what nobody knows or what never was.

    opens_ms, closes_ms   of the stations on election day
    write_ms              how long a commit took just now; None when it did not come to an end
    backup_ms             when the last verified backup was taken
    unsaved               entries that are in no verified backup
    disk_free             share of the fullest disk that is still free
    holds_photos, holds_text   which of them are not taken in any more, so that the disk does not fill up
    quarantined           entries that nobody has looked at, and how many of them came in the last ten minutes
    assigned, silent      stations somebody is assigned to, and those of them nothing was ever heard from
    unsealed, sealed_ms   entries in no published checkpoint, and when the oldest of them came; None: all are in one
    has_log               whether a checkpoint was ever published
    is_log_refused        the published checkpoint holds more than the database: signing would contradict it
    offset_ms, phones     median of what phones say the server's clock is ahead of theirs, and how many said so
    newest_ms             when the newest entry was received
    spooled, spooled_ms   photos that wait for the object store, and since when the oldest; None: no object store
    witnesses, cosigned   outsiders that are asked to cosign the log, and those of them that did so lately
    is_witnessed          whether those that did are enough by the policy
    contradicted          those that say that the log was set back or rewritten
    wrong_signatures      entries vouched for by their phone's later ones whose own signature is wrong
    unchecked_ms          when the oldest entry came whose own signature waits to be checked
    unfolded, unfolded_ms entries that the map does not show yet, and when the oldest of them came
    """

    now_ms: int
    opens_ms: int | None = None
    closes_ms: int | None = None
    write_ms: float | None = None
    backup_ms: int | None = None
    unsaved: int = 0
    disk_free: float = 1.0
    holds_photos: bool = False
    holds_text: bool = False
    quarantined: int = 0
    quarantined_lately: int = 0
    assigned: int = 0
    silent: int = 0
    unsealed: int = 0
    sealed_ms: int | None = None
    has_log: bool = False
    is_log_refused: bool = False
    offset_ms: int | None = None
    phones: int = 0
    newest_ms: int | None = None
    has_object_store: bool = False
    spooled: int = 0
    spooled_ms: int | None = None
    witnesses: int = 0
    cosigned: int = 0
    is_witnessed: bool = False
    contradicted: int = 0
    wrong_signatures: int = 0
    unchecked_ms: int | None = None
    unfolded: int = 0
    unfolded_ms: int | None = None
