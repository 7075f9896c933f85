"""The simulated election day as one call: phones are enrolled, live their day, are kept, and everything is proved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from server.clock import Clock
from server.field_day.codes import local_codes, local_observers, remote_codes
from server.field_day.day import Day
from server.field_day.faults import settle_fate
from server.field_day.joining import NotEnrolled, await_stations, join
from server.field_day.keeping import read_phones, write_phones
from server.field_day.life import Life
from server.field_day.line import Line
from server.field_day.phone import Phone
from server.field_day.planning import Planner
from server.field_day.report import DayReport, report_day
from server.field_day.tally import Tally
from server.field_day.truth import MINUTES_A_DAY, clock_text, hours_of, minute_of
from server.packs import Pack, load_pack
from server.running import Running

MINUTE_MS = 60_000
# Two cores serve the default: more threads at once would only wait for each other.
DEFAULT_THREADS = 8
# The last tape of the night is written well before the next noon.
LAST_MINUTE = MINUTES_A_DAY + 12 * 60
STATE_FILE = "field_day.json"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How a day is to be simulated.

    speed     day's seconds in a real one; 0 is as fast as the server answers
    until     `12:30` stops there and keeps the phones for the rest of the day; empty runs it to its end
    start     what phones that have no morning yet leave out
    lively    multiplies the incidents of 2025; is_calm leaves out every fault of network, clock and phone
    """

    speed: float = 600
    until: str = ""
    start: str = ""
    seed: int = 1
    has_photos: bool = True
    threads: int = DEFAULT_THREADS
    lively: float = 1.0
    is_calm: bool = False
    pack: str = "iraq"

    @property
    def tick_ms(self) -> int:
        """As fast as possible means fewer, fuller exchanges: four an hour."""
        return 1 if self.speed > 0 else 15 * MINUTE_MS

    @property
    def until_minute(self) -> int:
        return minute_of(self.until) if self.until else LAST_MINUTE


def simulate(
    url: str,
    plan: Plan | None = None,
    *,
    held: Running | None = None,
    tokens: Sequence[str] = (),
    observers: Sequence[str] | int | None = None,
    state_file: Path | None = None,
    clock: Clock | None = None,
    say: Say | None = None,
) -> DayReport:
    """Simulates a day, or the next part of one, against the running server at `url`; what came of it, proved.

    With `held` (run beside the data folder) codes are made here, `observers` may be a number or None for all, and
    the phones are kept in the folder. Without it `tokens` of coordinators and the pseudonyms in `observers` are
    needed. Raises NotEnrolled. Ctrl-C stops the day where it is, keeps the phones and still reports.
    """
    plan, say, clock = plan or Plan(), say or (lambda text: None), clock or Clock()
    file = state_file or (held.settings.folder / STATE_FILE if held else None)
    line, tally, pack = Line(url, plan.threads), Tally(), load_pack(plan.pack)
    try:
        kept = read_phones(file) if file else []
        wanted = _choose(held, observers)
        fresh = [each for each in wanted if each not in {phone.member.observer for phone in kept}]
        codes = local_codes(held, fresh) if held else remote_codes(line, tokens, fresh)
        phones = [phone for phone in kept if phone.member.observer in set(wanted)]
        phones += _enrol(line, codes, len(fresh), plan.threads, say)
        lives = [_life(phone, pack, plan) for phone in phones]
        with _kept(file, lives, kept):
            _run(Day(lives, line, clock, tally, plan.threads), plan, lives, tally, say)
        say("asking the server for every journal")
        return report_day([life.phone for life in lives], line, tally)
    finally:
        line.close()


def _choose(held: Running | None, observers: Sequence[str] | int | None) -> list[str]:
    if observers is not None and not isinstance(observers, int):
        return list(observers)
    if held is None:
        raise NotEnrolled("without a data folder the observers must be named")
    return local_observers(held)[:observers]


def _enrol(line: Line, codes: Iterator[str], count: int, threads: int, say: Say) -> list[Phone]:
    """Codes are made one after the other, phones enrolled side by side."""
    if count:
        say(f"enrolling {count} phones")
    with ThreadPoolExecutor(threads, "enrolment") as pool:
        joining = [pool.submit(join, line, code) for code in codes]
        return [await_stations(each.result(), line) for each in joining]


def _life(phone: Phone, pack: Pack, plan: Plan) -> Life:
    hours, member = hours_of(pack), phone.member
    midnight_ms = member.opens_ms - hours.opens * MINUTE_MS
    fate = settle_fate(plan.seed, member.observer, midnight_ms, hours, plan.is_calm)
    phone.clock_error_ms, phone.started_ms = fate.clock_error_ms, midnight_ms
    acts = Planner(pack, midnight_ms, plan.seed, member.observer, plan.lively).plan(member.stations)
    if plan.start and not phone.acts_done:
        start_ms = midnight_ms + minute_of(plan.start) * MINUTE_MS
        phone.acts_done = sum(act.at_ms < start_ms for act in acts)
    chance = Random(f"{plan.seed} network {member.observer} {phone.acts_done}")
    return Life(phone, acts, fate, chance, plan.is_calm, plan.has_photos, plan.tick_ms)


@contextmanager
def _kept(file: Path | None, lives: Sequence[Life], kept: Sequence[Phone]) -> Iterator[None]:
    """Whatever ends the run, the phones are written down: a key that is lost is a fork at best."""
    try:
        yield
    finally:
        if file:
            here = {life.phone.member.observer for life in lives}
            others = [phone for phone in kept if phone.member.observer not in here]
            write_phones(file, [*(life.phone for life in lives), *others])


def _run(day: Day, plan: Plan, lives: Sequence[Life], tally: Tally, say: Say) -> None:
    if not lives:
        return
    opens_ms = lives[0].phone.member.opens_ms
    midnight_ms = opens_ms - hours_of(load_pack(plan.pack)).opens * MINUTE_MS

    def progress(now_ms: int) -> None:
        waiting = sum(len(life.phone.waiting()) for life in lives)
        time = clock_text((now_ms - midnight_ms) // MINUTE_MS)
        counts = f"written {tally['written']}  stored {tally['stored']}  waiting {waiting}"
        say(f"{time}  {counts}  photos {tally['photos']}")

    try:
        day.run(midnight_ms + plan.until_minute * MINUTE_MS, plan.speed, progress)
        if not plan.until:
            day.bring_home()
    except KeyboardInterrupt:
        day.stop()
        say("stopped")
    progress(day.now_ms)
