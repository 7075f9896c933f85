"""One simulated phone through the day: it writes what is due, sends when it may, dies when it must."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from random import Random

from server.clock import Clock
from server.field_day.acts import Act
from server.field_day.exchanging import exchange, has_more, hold_photos, set_next_try
from server.field_day.faults import Fate, weather_of
from server.field_day.line import Line
from server.field_day.phone import Phone, Subject
from server.field_day.tally import Tally
from server.field_day.uploading import upload_photos

NEVER_MS = 2**62
# A phone that is restored has the state of an hour before.
BACKUP_MS = 60 * 60_000
MOST_ROUNDS = 50


@dataclass
class Life:
    """A phone, what its observer will write, and what befalls it. It wakes at whole ticks only."""

    phone: Phone
    acts: list[Act]
    fate: Fate
    random: Random
    is_calm: bool
    takes_photos: bool = True
    tick_ms: int = 1
    backup: Phone | None = None

    def wakes_ms(self) -> int:
        """When there is next something to do."""
        due = [NEVER_MS]
        if self.phone.acts_done < len(self.acts):
            due.append(self.acts[self.phone.acts_done].at_ms)
        if self.phone.waiting() or self.phone.photos_waiting():
            photos_ms = 0 if self.phone.waiting() else self.phone.photos_next_ms
            due.append(max(self.phone.next_try_ms, photos_ms, self.fate.signal_from_ms or 0, self._wrote_ms()))
        if self.phone.is_revoked or min(due) == NEVER_MS:
            return NEVER_MS
        return -(-min(due) // self.tick_ms) * self.tick_ms

    def _wrote_ms(self) -> int:
        """What waits was not there before it was written: a day that is taken up again does not begin in 1970."""
        return self.acts[self.phone.acts_done - 1].at_ms if self.phone.acts_done else self.phone.started_ms

    def live(self, now_ms: int, clock: Clock, line: Line, tally: Tally) -> None:
        """Everything that is due at `now_ms`."""
        self._suffer(now_ms, tally)
        while self.phone.acts_done < len(self.acts) and self.acts[self.phone.acts_done].at_ms <= now_ms:
            self._write(self.acts[self.phone.acts_done], clock, tally)
        if now_ms >= max(self.phone.next_try_ms, self.fate.signal_from_ms or 0):
            self.send(now_ms, line, tally)

    def send(self, now_ms: int, line: Line, tally: Tally) -> bool:
        """Sends until nothing waits or something fails; False when it must be tried again."""
        weather = weather_of(self.random, self.is_calm)
        answer = None
        for _ in range(MOST_ROUNDS):
            answer = exchange(self.phone, line, weather(), tally)
            is_answered = answer is not None and answer.status == 200
            if answer is None or not is_answered or not (has_more(answer) or self.phone.waiting()):
                break
        set_next_try(self.phone, now_ms, answer, self.random)
        if self.phone.failures:
            return False
        if not self.phone.photos_waiting() or now_ms < self.phone.photos_next_ms:
            return True
        if self.phone.are_photos_held:
            hold_photos(self.phone, now_ms, self.random)
            return False
        if upload_photos(self.phone, line, weather, tally):
            return True
        set_next_try(self.phone, now_ms, None, self.random)
        return False

    def _suffer(self, now_ms: int, tally: Tally) -> None:
        """The battery dies; the phone is restored from a copy an hour old and its observer goes on from there."""
        dies_ms = self.fate.dies_ms
        if dies_ms is None or self.phone.restored:
            return
        if self.backup is None and now_ms >= dies_ms - BACKUP_MS:
            self.backup = _copy(self.phone)
        if self.backup is not None and now_ms >= dies_ms:
            died, self.phone = self.phone, self.backup
            known = {record.id for record in self.phone.records}
            forgotten = [record for record in died.records if record.id not in known]
            tally.add(restored=1, died_unsent=sum(not record.is_acknowledged for record in forgotten))
            self.phone.restored = 1
            self.phone.forgotten = [[record.seq, record.id] for record in forgotten if record.is_acknowledged]
            # What was done is done: its observer does not live the hour twice.
            self.phone.acts_done = died.acts_done

    def _write(self, act: Act, clock: Clock, tally: Tally) -> None:
        self.phone.acts_done += 1
        about = self.phone.subjects.get(act.about)
        if act.about and about is None:
            return  # written by the phone that died
        record = self.phone.write(
            clock,
            act.at_ms,
            act.kind,
            act.body,
            subject=about.first if about else "",
            refs=[about.last] if about and act.replaces else [],
            photos=act.photos if self.takes_photos else (),
            lane=act.lane,
        )
        tally.add(written=1)
        if about is None:
            self.phone.subjects[act.key] = Subject(record.id, record.id)
        elif act.replaces and act.kind != "retract":
            about.last = record.id


def _copy(phone: Phone) -> Phone:
    """A copy that shares nothing but the key."""
    return deepcopy(phone, {id(phone.key): phone.key})
