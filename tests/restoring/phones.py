"""Simulated phones that forget what is archived, and nothing sooner: they are the last copy of what is younger."""

from __future__ import annotations

import threading
from base64 import b64decode
from itertools import count

from server.clock import Clock
from server.field_day.acts import INCIDENT
from server.field_day.exchanging import exchange
from server.field_day.line import CLEAR, Line, NoAnswer
from server.field_day.phone import WAITING, Membership, Phone, PhonePhoto, Record
from server.field_day.tally import Tally
from server.field_day.uploading import upload_photos
from server.log_keys import is_signed_by
from server.server_key import make_key
from sync.checkpoint import ECDSA_P256, VerifierKey, read_checkpoint, read_note, signers
from sync.entry import base64url_decode
from sync.handover import read_handover
from tests.world import MORNING_MS

PHOTO_EVERY = 4
MOST_IDS = 100
# What stands before the point of a P-256 key in DER.
SPKI_HEAD = b64decode("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE")


class LastCopy:
    """One phone. `received` and `received_photos` are what a server ever acknowledged to it, `forgotten` what it
    let go of. A careless one forgets what was received."""

    def __init__(self, line: Line, code: str, is_careless: bool) -> None:
        self.line, self.is_careless, self.tally = line, is_careless, Tally()
        key = make_key()
        asked = {"code": code, "jwk": key.jwk, "proof": key.sign(code.encode()), "app": "restoring"}
        said = line.post("/api/v1/enrol", asked).read()
        assert said is not None and "token" in said, said
        member = Membership(said["observer"], said["election"]["id"], said["token"], 0, [])
        self.phone = Phone(key, member, cursor=said["cursor"])
        point = b"".join(base64url_decode(said["server_jwk"][part]) for part in "xy")
        self.server_spki, self.origin = SPKI_HEAD + point, ""
        self.received: set[str] = set()
        self.received_photos: set[str] = set()
        self.forgotten: set[str] = set()
        self.unable = self.restored = self.again = 0
        self._numbers = count(1)

    def write(self) -> None:
        number = next(self._numbers)
        recipes = (f"photo|{self.phone.device}|{number}",) if number % PHOTO_EVERY == 0 else ()
        body = {"station": "138450-03", "type": "VO03", "severity": 3, "occurred_ms": MORNING_MS}
        self.phone.write(Clock(), MORNING_MS, INCIDENT, {**body, "text": f"number {number}"}, photos=recipes)

    def send(self) -> bool:
        """One round: hand in, go on after a restore, send photos, ask what is archived, forget it."""
        answer = exchange(self.phone, self.line, CLEAR, self.tally)
        said = answer.read() if answer is not None and answer.status == 200 else None
        if said is None:
            return False
        self.received |= {each.id for each in self.phone.records if each.is_acknowledged}
        try:
            self._know_the_log(said.get("checkpoint", ""))
            if said.get("refetch"):
                self._follow(said.get("handover", []))
                self.hand_in_again()
            is_sent = upload_photos(self.phone, self.line, lambda: CLEAR, self.tally)
            photos = (photo for each in self.phone.records for photo in each.photos)
            self.received_photos |= {photo.digest for photo in photos if photo.is_sent}
            self._forget(self._archived() if not self.is_careless else self.received)
        except NoAnswer:
            return False
        return is_sent

    def hand_in_again(self) -> bool:
        """Asks what the server lacks and makes it wait again; False when nothing is lacking that this phone holds."""
        answer = self.line.post("/api/v1/have", {"heads": {self.phone.device: list(self.phone.head)}}, self._token)
        said = answer.read()
        if answer.status != 200 or said is None:
            raise NoAnswer("have")
        wanted = said["want"].get(self.phone.device, [])
        before = self.again
        for record in self.phone.records:
            if record.is_acknowledged and any(first <= record.seq <= last for first, last in wanted):
                self._make_wait(record)
            for photo in record.photos:
                if photo.is_sent and photo.digest in said["photos"]:
                    self._make_wait_photo(photo)
        return self.again > before

    def _make_wait(self, record: Record) -> None:
        if record.id in self.forgotten:
            self.unable += 1
            return
        record.state, record.index = WAITING, None
        self.again += 1

    def _make_wait_photo(self, photo: PhonePhoto) -> None:
        if not photo.recipe:
            self.unable += 1
            return
        photo.is_sent = False
        self.again += 1

    def _know_the_log(self, note: str) -> None:
        """The name of the log as the key that this phone knows signs it."""
        if note and not self.origin:
            found = read_checkpoint(note)
            key = VerifierKey(found.origin, ECDSA_P256, self.server_spki)
            assert signers(read_note(note), [key], is_signed_by) == [key], "a checkpoint of another server"
            self.origin = found.origin

    def _follow(self, notes: list[str]) -> None:
        """From the key that this phone knows to the new server's, one handover after the other."""
        for text in notes:
            note = read_note(text)
            handover = read_handover(note)
            key = VerifierKey(handover.old.origin, ECDSA_P256, self.server_spki)
            if signers(note, [key], is_signed_by) == [key] and self.origin in ("", handover.old.origin):
                self.server_spki, self.origin = handover.p256.public, handover.origin
                self.restored += 1

    def _archived(self) -> set[str]:
        ids = [each.id for each in self.phone.records if each.is_acknowledged and each.id not in self.forgotten]
        found: set[str] = set()
        for at in range(0, len(ids), MOST_IDS):
            answer = self.line.post("/api/v1/proofs", {"ids": ids[at : at + MOST_IDS], "from": 0}, self._token)
            said = (answer.read() or {}) if answer.status == 200 else {}
            found |= {each["id"] for each in said.get("proofs", ()) if each.get("archived")}
        return found

    def _forget(self, ids: set[str]) -> None:
        """Texts and photos are gone for good: neither can be made again from anything that is left."""
        for record in self.phone.records:
            if record.id in ids and record.id not in self.forgotten and record.is_acknowledged:
                if not all(photo.is_sent for photo in record.photos):
                    continue
                record.texts = []
                for photo in record.photos:
                    photo.recipe = ""
                self.forgotten.add(record.id)

    @property
    def _token(self) -> str:
        return self.phone.member.token


class Peak:
    """Phones that write and send without a pause, whether there is a server or not."""

    def __init__(self, phones: list[LastCopy], pause_s: float) -> None:
        self.phones, self._pause_s, self._over = phones, pause_s, threading.Event()
        self._threads = [threading.Thread(target=self._press, args=(each,), name="presser") for each in phones]
        self.faults: list[BaseException] = []

    def __enter__(self) -> Peak:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(120)

    def _press(self, phone: LastCopy) -> None:
        try:
            while not self._over.is_set():
                phone.write()
                phone.send()
                self._over.wait(self._pause_s)
        except BaseException as fault:
            self.faults.append(fault)
