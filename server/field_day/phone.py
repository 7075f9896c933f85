"""A simulated phone: a real key, a journal of signed entries, an outbox, and what the server said about each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.clock import Clock
from server.field_day.pictures import MEDIA_TYPE, take_picture
from server.server_key import ServerKey
from sync.digest import digest_of
from sync.entry import compose
from sync.signature import signing_input

MOST_ENTRIES_A_BATCH = 100
# Under the server's 256 KiB as sent, before any packing.
MOST_BYTES_A_BATCH = 200 * 1024
WAITING, KEPT, LOOK, REFUSED = "phone", "server", "look", "refused"


@dataclass
class PhonePhoto:
    """A photo that an entry names; its bytes can be made again from the recipe."""

    digest: str
    size: int
    recipe: str
    is_sent: bool = False


@dataclass
class Record:
    """One entry on the phone: its three texts and what became of it."""

    id: str
    seq: int
    lane: int
    texts: list[str]
    photos: list[PhonePhoto]
    state: str = WAITING
    index: int | None = None
    why: str = ""

    @property
    def is_acknowledged(self) -> bool:
        return self.state in (KEPT, LOOK)


@dataclass
class Subject:
    """The first and the last entry that this phone wrote about one thing."""

    first: str
    last: str


@dataclass
class Membership:
    """What enrolment gave."""

    observer: str
    election: str
    token: str
    opens_ms: int
    stations: list[dict]


@dataclass
class Phone:
    """One observer's phone. `records` is its journal in order; `acts_done` how far it is in its observer's day;
    `forgotten` the places (seq, id) that the server acknowledged before the phone was restored from a copy."""

    key: ServerKey
    member: Membership
    records: list[Record] = field(default_factory=list)
    subjects: dict[str, Subject] = field(default_factory=dict)
    cursor: str = ""
    acts_done: int = 0
    failures: int = 0
    next_try_ms: int = 0
    photos_next_ms: int = 0
    are_photos_held: bool = False
    clock_error_ms: int = 0
    started_ms: int = 0
    is_revoked: bool = False
    restored: int = 0
    forgotten: list[list] = field(default_factory=list)
    picked_up: int = 0

    @property
    def device(self) -> str:
        return self.key.device

    @property
    def head(self) -> tuple[int, str]:
        return (self.records[-1].seq, self.records[-1].id) if self.records else (0, "")

    def write(
        self,
        clock: Clock,
        now_ms: int,
        kind: str,
        body: Mapping[str, object],
        *,
        subject: str = "",
        refs: Sequence[str] = (),
        photos: Sequence[str] = (),
        lane: int = 1,
    ) -> Record:
        """Signs one entry and appends it to the journal. `now_ms` is the right time; the phone writes its own."""
        seq, prev = self.head
        taken = [_photo(recipe) for recipe in photos]
        if "pages" in body:
            body = {**body, "pages": [photo.digest for photo in taken]}
        header = {
            "v": 1, "election": self.member.election, "device": self.device, "seq": seq + 1, "prev": prev,
            "kind": kind, "subject": subject, "refs": list(refs), "at": now_ms + self.clock_error_ms,
            "photos": [[photo.digest, photo.size, MEDIA_TYPE] for photo in taken],
            "mono": max(0, now_ms - self.started_ms), "offset": -self.clock_error_ms,
        }  # fmt: skip
        header_text, body_text = compose(header, {"salt": clock.random_text(16), **body})
        raw = header_text.encode()
        texts = [header_text, self.key.sign(signing_input(raw)), body_text]
        record = Record(digest_of(raw), seq + 1, lane, texts, taken)
        self.records.append(record)
        return record

    def waiting(self) -> list[Record]:
        return [record for record in self.records if record.state == WAITING]

    def photos_waiting(self) -> list[PhonePhoto]:
        """Photos whose entry the server holds, those of the lower lane first."""
        kept = sorted((r for r in self.records if r.is_acknowledged), key=lambda record: record.lane)
        return [photo for record in kept for photo in record.photos if not photo.is_sent]

    def batch(self) -> list[Record]:
        """What goes into the next exchange: by lane, then by place, as much as one request may carry."""
        chosen: list[Record] = []
        size = 0
        for record in sorted(self.waiting(), key=lambda record: (record.lane, record.seq)):
            size += sum(len(text.encode()) for text in record.texts) + 16
            if len(chosen) == MOST_ENTRIES_A_BATCH or (chosen and size > MOST_BYTES_A_BATCH):
                break
            chosen.append(record)
        # Within a request the journal's order lets the server verify the last of a run only.
        return sorted(chosen, key=lambda record: record.seq)


def _photo(recipe: str) -> PhonePhoto:
    picture = take_picture(recipe)
    return PhonePhoto(digest_of(picture), len(picture), recipe)
