"""Cuts the power under the photo store at every write, sync, rename and removal, and looks at every name that is left.

`python -m tests.durability.photo_cuts --count 3000 --json`. The control has no syncs: it must lose or tear photos.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from server.access import Reader
from server.operations.exchange_entries import exchange_entries
from server.operations.receive_photo import begin_photo, photo_offset, receive_photo
from server.photo_store import PhotoStore, WrongDigest, photos_in
from server.problems import Problem
from server.running import Running
from sync.chunks import upload_id
from sync.digest import digest_of
from tests.durability.power_cuts import carrier_of, memory
from tests.durability.recorded_folder import Asked, RecordedFolder, StrictDisk
from tests.durability.torn import FATES
from tests.durability.verdict import Verdict, run_as_command
from tests.servers import Place, opened
from tests.sync.phones import Key, Phone
from tests.world import add_device, make_world

PHOTOS = 14
MOST_BYTES = 40_000
MOST_REQUESTS = 60
# Taken up again after each cut, to see that what the cut left behind is in nobody's way.
GO_ON_WITH = 2


@dataclass
class Recording:
    """An hour of a photo store: what it asked of the file system, the photos by digest, and who sent them."""

    asked: list[Asked]
    photos: dict[str, bytes]
    carriers: list[Reader]
    faults: int


def record(photos: int = PHOTOS, seed: int = 1, failing_syncs: float = 0.0) -> Recording:
    """Photos sent by two phones through the real operations: in pieces, damaged, twice, cut off, taken up again."""
    random, chance = Random(seed), Random(seed + 1000)
    senders: list[Sender] = []
    with tempfile.TemporaryDirectory(prefix="sanad-photos-") as folder:
        data = Path(folder)
        def fails() -> bool:
            """A server that cannot sync does not start; it fails from when there is somebody to send."""
            return bool(senders) and chance.random() < failing_syncs

        recorded = RecordedFolder(data, ("photos",), fails)
        with recorded, opened(Place(data)) as (_, held):
            make_world(held)
            senders += [Sender(held, number, random, recorded) for number in (1, 3)]
            pictures = [random.randbytes(random.randint(1, MOST_BYTES)) for _ in range(photos)]
            for number, picture in enumerate(pictures):
                sender, other = senders[number % 2], senders[1 - number % 2]
                sender.name_photo(picture)
                other.name_photo(picture)
                if number % 3 == 0:
                    other.send(picture, most_requests=2)
                sender.send(picture, MOST_REQUESTS)
                if number % 4 == 0:
                    other.send(picture, MOST_REQUESTS)
    faults = sum(each.kind == "failed-sync" for each in recorded.asked)
    return Recording(recorded.asked, {digest_of(each): each for each in pictures}, [s.carrier for s in senders], faults)


class Sender:
    """A phone that sends photos by the server's own operations, not always well."""

    def __init__(self, held: Running, number: int, random: Random, recorded: RecordedFolder) -> None:
        self.held, self.random, self.recorded = held, random, recorded
        self.phone = Phone(Key(number), f"o-{number}")
        add_device(held, self.phone.key, self.phone.observer)
        self.carrier = carrier_of(self.phone)

    def name_photo(self, picture: bytes) -> None:
        entry = self.phone.write(photos=[[digest_of(picture), len(picture), "image/jpeg"]])
        exchange_entries(self.held, self.carrier, {"entries": [list(entry.texts)], "cursor": ""})

    def send(self, picture: bytes, most_requests: int) -> None:
        digest, size = digest_of(picture), len(picture)
        for _ in range(most_requests):
            with suppress(Problem, OSError):
                offset = begin_photo(self.held, self.carrier, digest, size)
                if offset < size:
                    offset = receive_photo(self.held, self.carrier, digest, offset, self._pieces(picture, offset))
                if self.random.random() < 0.3:
                    offset, _ = photo_offset(self.held, self.carrier, digest)
                if offset == size:
                    self.recorded.note_promised(digest.encode())
                    return

    def _pieces(self, picture: bytes, offset: int) -> list[bytes]:
        """Some of what is missing; one time in four a bit has turned over on the way."""
        missing = bytearray(picture[offset : offset + self.random.randint(1, MOST_BYTES)])
        if self.random.random() < 0.25:
            missing[self.random.randrange(len(missing))] ^= 1
        middle = self.random.randint(0, len(missing))
        return [bytes(part) for part in (missing[:middle], missing[middle:]) if part]


def cut(recording: Recording, count: int, seed: int = 1) -> Verdict:
    """`count` cuts, one after each call in turn, round after round, each with another fate."""
    random, verdict = Random(seed), Verdict("photo_cuts")
    rounds, places = range(-(-count // len(recording.asked))), range(1, len(recording.asked) + 1)
    for number in rounds:
        disk, whole, done = StrictDisk(), set[str](), 0
        for place in places if number < rounds[-1] else sorted(random.sample(places, count - number * len(places))):
            for asked in recording.asked[done:place]:
                disk.carry_out(asked)
                if asked.kind == "promised":
                    whole.add(asked.data.decode())
            done = place
            with tempfile.TemporaryDirectory(prefix="sanad-photos-", dir=memory()) as folder:
                disk.after_cut(FATES[(place + number) % len(FATES)], random, Path(folder))
                _examine(Path(folder), recording, whole, random, verdict)
    return verdict


def _examine(folder: Path, recording: Recording, whole: set[str], random: Random, verdict: Verdict) -> None:
    found = {path.name: path.read_bytes() for path in photos_in(folder / "photos")}
    halves = sum(digest_of(content) != name for name, content in found.items())
    lost = len(whole - set(found))
    verdict.runs += 1
    verdict.lost += lost
    verdict.corrupt += halves
    verdict.failed += bool(lost or halves)
    store = PhotoStore(folder / "photos", folder / "photos" / "uploads")
    for digest in random.sample(sorted(recording.photos), min(GO_ON_WITH, len(recording.photos))):
        if not _can_be_finished(store, digest, recording.photos[digest], random.choice(recording.carriers)):
            verdict.broken.append(f"photo {digest[:8]} cannot be sent any more")


def _can_be_finished(store: PhotoStore, digest: str, picture: bytes, carrier: Reader) -> bool:
    """Whether a phone that goes on where the upload stands gets its photo in, after at most one 460."""
    upload = upload_id(carrier.id, digest, len(picture))
    for _ in range(2):
        if store.has(digest):
            break
        store.begin(upload)
        offset = store.offset(upload) or 0
        with suppress(WrongDigest):
            store.receive(upload, digest, len(picture), offset, [picture[offset:]])
    return store.has(digest)


def without_syncs(recording: Recording) -> Recording:
    """The same hour on a store that never syncs: what the control cuts."""
    asked = [each for each in recording.asked if each.kind != "sync"]
    return Recording(asked, recording.photos, recording.carriers, recording.faults)


def prove(count: int) -> Verdict:
    """Half of the cuts on a good disk, half on one that fails to sync one time in ten; and the control."""
    good, bad = record(), record(seed=2, failing_syncs=0.1)
    verdict = cut(good, count - count // 2)
    verdict.add(cut(bad, count // 2))
    verdict.measured = {"calls": len(good.asked) + len(bad.asked), "failed_syncs": bad.faults}
    control = cut(without_syncs(good), max(20, count // 10))
    verdict.control_runs, verdict.control_failed = control.runs, control.failed
    return verdict


if __name__ == "__main__":
    run_as_command(prove, 3000)
