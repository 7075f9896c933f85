"""One destroyed disk: peak, backups beside it, everything gone at a random moment, restore, and the verdict."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from shutil import rmtree

from click.testing import CliRunner
from sqlalchemy import select

from server.backup_folder import BackupFolder
from server.cli import main
from server.database.entries import EntryRow, PhotoRow
from server.encryption import identity_text, make_identity
from server.field_day.line import Line, NoAnswer
from server.operations.back_up import back_up
from server.operations.check_everything import check_everything
from server.operations.make_enrolment_code import make_enrolment_code
from sync.digest import digest_of
from tests.restoring.phones import LastCopy, Peak
from tests.servers import ROOT, Place, ServerProcess, opened
from tests.world import make_world

PHONES = 4
PAUSE_S = 0.01
LONGEST_S = 3.0
SAVED_WITHIN_S = 60
AFTERWARDS_S = 0.5
# A server that has just begun may ask for patience; real phones wait much longer.
SETTLES_IN, PATIENCE_S = 600, 0.05


@dataclass
class Verdict:
    """`young`: received and in no backup when the disk was destroyed. `broken`: promises that do not hold."""

    received: int
    photos: int
    in_backup: int
    young: int
    forgotten: int
    again: int
    lost: int
    lost_photos: int
    unable: int
    followed: int
    broken: int

    def __add__(self, other: Verdict) -> Verdict:
        mine, its = asdict(self), asdict(other)
        return Verdict(**{name: mine[name] + its[name] for name in mine})


def destroy_and_restore(folder: Path, seed: int, is_careless: bool, new_database: Callable[[], str] | None) -> Verdict:
    """A server in `folder`, destroyed and restored once. `new_database` makes a PostgreSQL database; else SQLite."""
    random = Random(seed)
    identity = make_identity()
    (folder / "identity").write_text(identity_text(identity))
    old = Place(_made(folder / "old"), new_database() if new_database else "")
    with opened(old) as (_, held):
        make_world(held)
        codes = [make_enrolment_code(held, f"o-{number}", made_by="test").code for number in range(1, PHONES + 1)]
        server = ServerProcess(old)
        server.start()
        try:
            line = Line(server.url, connections=PHONES)
            phones = [LastCopy(line, code, is_careless) for code in codes]
            # A phone that enrols after the last backup is a stranger to the restored server: docs/operating.md.
            back_up(held, folder / "stick", [identity.to_public()])
            saving = _save_again_and_again(old, folder / "stick", str(identity.to_public()))
            with Peak(phones, PAUSE_S) as peak:
                _await_backup(folder / "stick")
                threading.Event().wait(random.uniform(0, LONGEST_S))
                _kill(saving)
                server.kill()
                held.engine.dispose()
                rmtree(old.folder)
                before = {each for phone in phones for each in phone.received}
                place, told = _restored(folder, new_database, server.port)
                server.place = place
                server.start()
                threading.Event().wait(AFTERWARDS_S)
            assert not peak.faults, peak.faults
            _settle(phones)
        finally:
            _kill(saving)
            server.kill()
    return _judge(place, phones, told["entries"], before)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _save_again_and_again(place: Place, stick: Path, recipient: str) -> subprocess.Popen:
    sanad = str(Path(sys.executable).parent / "sanad")
    command = [sanad, "backup", str(stick), "--recipient", recipient, "--every", "1s", "--keep", "3"]
    with (stick / "backups.log").open("ab") as told:
        return subprocess.Popen(
            command, env={**os.environ, **place.environ}, cwd=ROOT, stdout=told, stderr=told, start_new_session=True
        )


def _await_backup(stick: Path) -> None:
    """Until one was made in the middle of the peak: phones have something to forget then."""
    until = time.monotonic() + SAVED_WITHIN_S
    while len(BackupFolder(stick).whole()) < 2:
        assert time.monotonic() < until, (stick / "backups.log").read_text()
        time.sleep(0.02)


def _kill(process: subprocess.Popen) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _restored(folder: Path, new_database: Callable[[], str] | None, port: int) -> tuple[Place, dict]:
    place = Place(folder / "new", new_database() if new_database else "")
    environ = {"SANAD_DATA": str(place.folder), "SANAD_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    command = ["restore", str(folder / "stick"), "--identity", str(folder / "identity"), "--json"]
    answer = CliRunner().invoke(main, [*command, "--to", place.database_url or str(place.folder)], env=environ)
    assert answer.exit_code == 0, answer.output
    return place, json.loads(answer.stdout)


def _settle(phones: list[LastCopy]) -> None:
    """Until every phone has nothing left to send and the server asks for nothing more that it holds."""
    for phone in phones:
        for _ in range(SETTLES_IN):
            with suppress(NoAnswer):
                is_quiet = phone.send() and not phone.phone.waiting() and not phone.phone.photos_waiting()
                if is_quiet and not phone.hand_in_again():
                    break
            threading.Event().wait(PATIENCE_S)
        else:
            waits = (len(phone.phone.waiting()), len(phone.phone.photos_waiting()), phone.again, phone.unable)
            raise AssertionError(f"a phone does not come to rest: {waits} {phone.tally.faults()}")


def _judge(place: Place, phones: list[LastCopy], in_backup: int, before: set[str]) -> Verdict:
    with opened(place) as (_, held):
        broken = check_everything(held)["broken"]
        assert all("acknowledged and is not there" in each for each in broken) or not broken, broken
        with held.engine.connect() as connection:
            stored = {row.id: row.idx for row in connection.execute(select(EntryRow.id, EntryRow.idx))}
            whole = set(connection.execute(select(PhotoRow.digest)).scalars())
        kept = set()
        for digest in whole:
            with held.photo_store.read(digest) as file:
                if digest_of(file.read()) == digest:
                    kept.add(digest)
    received = {each for phone in phones for each in phone.received}
    photos = {each for phone in phones for each in phone.received_photos}
    return Verdict(
        received=len(received),
        photos=len(photos),
        in_backup=in_backup,
        young=sum(stored.get(each, in_backup) >= in_backup for each in before),
        forgotten=sum(len(phone.forgotten) for phone in phones),
        again=sum(phone.again for phone in phones),
        lost=len(received - stored.keys()),
        lost_photos=len(photos - kept),
        unable=sum(phone.unable for phone in phones),
        followed=sum(phone.restored for phone in phones),
        broken=len(broken),
    )
